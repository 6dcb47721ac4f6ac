//! What the customer of a ticket reads that went into another one: what was said in it, and in the other one since. What somebody
//! else wrote there before is never read by this.

use chrono::{DateTime, Utc};

use super::threads::StoredFile;
use super::{ReadError, Reader};
use crate::domain::desk::TicketMessage;
use crate::domain::ids::{AttachmentId, OrgId, TicketId, TicketMessageId};
use crate::store::rows::ticket_message::TicketMessageRow;

/// The messages of the parts `$2`, each since `$3`, when the ticket `$4` went into it. What has the very same time is told from
/// what came before by the order of events.
macro_rules! of_parts {
    ($selected:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $selected,
            "
FROM unnest($2::text[], $3::timestamptz[], $4::text[]) WITH ORDINALITY AS part(ticket_id, since, came, place)
JOIN ticket_message m ON m.org_id = $1 AND m.ticket_id = part.ticket_id
    AND (part.since IS NULL OR m.created_at >= part.since)
    AND (part.since IS NULL OR m.created_at > part.since OR EXISTS (
        SELECT 1 FROM event merged
        JOIN event said ON said.org_id = merged.org_id AND said.ticket_id = merged.ticket_id
            AND (said.lane_seq, said.index) > (merged.lane_seq, merged.index)
        WHERE merged.org_id = $1 AND merged.ticket_id = part.ticket_id AND merged.kind = 'ticket.absorbed'
          AND merged.data ->> 'other' = part.came AND said.data ->> 'message' = m.id))
",
            $rest
        )
    };
}

const MESSAGES: &str = of_parts!(
    "m.*",
    "WHERE $5::timestamptz IS NULL OR (m.created_at, part.place, m.ticket_version, m.id) > (
    SELECT $5, behind.place, said.ticket_version, said.id
    FROM ticket_message said
    JOIN unnest($2) WITH ORDINALITY AS behind(ticket_id, place) ON behind.ticket_id = said.ticket_id
    WHERE said.org_id = $1 AND said.id = $6)
ORDER BY m.created_at, part.place, m.ticket_version, m.id LIMIT $7"
);

const COUNT: &str = of_parts!("count(*)", "");

const ATTACHMENT: &str = of_parts!(
    "a.name, a.content_type, a.bytes",
    "JOIN attachment a ON a.org_id = m.org_id AND a.message_id = m.id WHERE a.id = $5"
);

/// What this module sends, for the test that prepares every statement.
#[cfg(test)]
pub(in crate::store) const STATEMENTS: [&str; 3] = [MESSAGES, COUNT, ATTACHMENT];

/// A ticket of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationPart {
    /// Which.
    pub ticket: TicketId,
    /// Which ticket went into it, and when; `None`: it is where the conversation began.
    pub since: Option<(TicketId, DateTime<Utc>)>,
}

/// Binds the values of the parts to `$1` to `$4`.
macro_rules! bound {
    ($query:expr, $org:expr, $parts:expr) => {
        $query
            .bind($org.as_str())
            .bind($parts.iter().map(|part| part.ticket.as_str()).collect::<Vec<_>>())
            .bind($parts.iter().map(|part| part.since.as_ref().map(|(_, at)| *at)).collect::<Vec<_>>())
            .bind($parts.iter().map(|part| part.since.as_ref().map(|(id, _)| id.as_str())).collect::<Vec<_>>())
    };
}

impl Reader {
    /// A conversation that went on in other tickets, the oldest first, from behind `after` on; and how long it is.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn conversation(
        &self,
        org: &OrgId,
        parts: &[ConversationPart],
        after: Option<&(DateTime<Utc>, TicketMessageId)>,
        limit: i64,
    ) -> Result<(Vec<TicketMessage>, i64), ReadError> {
        let (at, id) = after.map(|(at, id)| (*at, id.as_str())).unzip();
        let query = bound!(sqlx::query_as(MESSAGES), org, parts).bind(at).bind(id).bind(limit);
        let rows: Vec<TicketMessageRow> = query.fetch_all(&self.pool).await?;
        let total = bound!(sqlx::query_scalar(COUNT), org, parts).fetch_one(&self.pool).await?;
        Ok((rows.into_iter().map(TicketMessageRow::into_domain).collect::<Result<_, _>>()?, total))
    }

    /// A file of such a conversation.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn attachment_of_conversation(
        &self,
        org: &OrgId,
        parts: &[ConversationPart],
        id: &AttachmentId,
    ) -> Result<Option<StoredFile>, ReadError> {
        Ok(bound!(sqlx::query_as(ATTACHMENT), org, parts).bind(id.as_str()).fetch_optional(&self.pool).await?)
    }
}
