//! What is written in tickets, and what has happened to them, as committed. What the customer may see and what only the staff
//! side may see come from different tables, by different functions.

use chrono::{DateTime, Utc};

use super::{Activity, ReadError, Reader};
use crate::domain::desk::{Comment, TicketMessage};
use crate::domain::ids::{AttachmentId, CommentId, OrgId, TicketId, TicketMessageId};
use crate::store::rows::event::{self, EventRow};
use crate::store::rows::ticket_comment::{self, CommentRow};
use crate::store::rows::ticket_message::{self, TicketMessageRow};

pub use crate::store::rows::ticket_message::StoredFile;

/// Most facts of a ticket's history, and of the terms that its clocks follow, that are read at once.
pub const HISTORY_MAX: i64 = 10_000;

/// The ticket that one of our own mails was about.
const CAUSE_OF_MESSAGES: &str = "\
SELECT cause_id FROM message WHERE org_id = $1 AND id = ANY ($2) AND cause_kind = 'ticket'
ORDER BY created_at DESC, id DESC LIMIT 1";

/// What this module sends, for the test that prepares every statement.
#[cfg(test)]
pub(in crate::store) const STATEMENTS: [&str; 10] = [
    CAUSE_OF_MESSAGES,
    ticket_message::OF_TICKET,
    ticket_message::COUNT,
    ticket_message::BY_ID,
    ticket_message::TICKET_OF_MAILS,
    ticket_message::ATTACHMENT,
    ticket_comment::OF_TICKET,
    ticket_comment::COUNT,
    event::BY_TICKET,
    event::OF_TERMS,
];

impl Reader {
    /// A ticket's conversation, the oldest first, from behind `after` on; and how long it is.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn ticket_messages(
        &self,
        org: &OrgId,
        ticket: &TicketId,
        after: Option<&(DateTime<Utc>, TicketMessageId)>,
        limit: i64,
    ) -> Result<(Vec<TicketMessage>, i64), ReadError> {
        let (at, id) = after.map(|(at, id)| (*at, id.as_str())).unzip();
        let query = sqlx::query_as(ticket_message::OF_TICKET).bind(org.as_str()).bind(ticket.as_str());
        let rows: Vec<TicketMessageRow> = query.bind(at).bind(id).bind(limit).fetch_all(&self.pool).await?;
        let count = sqlx::query_scalar(ticket_message::COUNT).bind(org.as_str()).bind(ticket.as_str());
        let total = count.fetch_one(&self.pool).await?;
        Ok((rows.into_iter().map(TicketMessageRow::into_domain).collect::<Result<_, _>>()?, total))
    }

    /// One message.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn ticket_message(&self, org: &OrgId, id: &TicketMessageId) -> Result<Option<TicketMessage>, ReadError> {
        let query = sqlx::query_as(ticket_message::BY_ID).bind(org.as_str()).bind(id.as_str());
        let row: Option<TicketMessageRow> = query.fetch_optional(&self.pool).await?;
        Ok(row.map(TicketMessageRow::into_domain).transpose()?)
    }

    /// The ticket that one of these mails of others is in.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn ticket_of_mails(&self, org: &OrgId, mail_ids: &[String]) -> Result<Option<TicketId>, ReadError> {
        let query = sqlx::query_scalar(ticket_message::TICKET_OF_MAILS).bind(org.as_str()).bind(mail_ids);
        let id: Option<String> = query.fetch_optional(&self.pool).await?;
        // What does not parse was never one of ours.
        Ok(id.and_then(|id| TicketId::parse(&id).ok()))
    }

    /// The ticket that one of these messages of ours was about.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn ticket_of_our_messages(&self, org: &OrgId, ids: &[String]) -> Result<Option<TicketId>, ReadError> {
        let query = sqlx::query_scalar(CAUSE_OF_MESSAGES).bind(org.as_str()).bind(ids);
        let cause: Option<String> = query.fetch_optional(&self.pool).await?;
        let id = cause.as_deref().and_then(|cause| cause.split('/').next());
        Ok(id.and_then(|id| TicketId::parse(id).ok()))
    }

    /// A file of a ticket's conversation.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn attachment(
        &self,
        org: &OrgId,
        ticket: &TicketId,
        id: &AttachmentId,
    ) -> Result<Option<StoredFile>, ReadError> {
        let query = sqlx::query_as(ticket_message::ATTACHMENT).bind(org.as_str()).bind(ticket.as_str());
        Ok(query.bind(id.as_str()).fetch_optional(&self.pool).await?)
    }

    /// A ticket's comments, for the staff side only: the oldest first, from behind `after` on; and how many there are.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn ticket_comments(
        &self,
        org: &OrgId,
        ticket: &TicketId,
        after: Option<&(DateTime<Utc>, CommentId)>,
        limit: i64,
    ) -> Result<(Vec<Comment>, i64), ReadError> {
        let (at, id) = after.map(|(at, id)| (*at, id.as_str())).unzip();
        let query = sqlx::query_as(ticket_comment::OF_TICKET).bind(org.as_str()).bind(ticket.as_str());
        let rows: Vec<CommentRow> = query.bind(at).bind(id).bind(limit).fetch_all(&self.pool).await?;
        let count = sqlx::query_scalar(ticket_comment::COUNT).bind(org.as_str()).bind(ticket.as_str());
        let total = count.fetch_one(&self.pool).await?;
        Ok((rows.into_iter().map(CommentRow::into_domain).collect::<Result<_, _>>()?, total))
    }

    /// What has happened to a ticket, the oldest first, [`HISTORY_MAX`] facts at most.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn ticket_history(&self, org: &OrgId, ticket: &TicketId) -> Result<Vec<Activity>, ReadError> {
        let query = sqlx::query_as(event::BY_TICKET).bind(org.as_str()).bind(ticket.as_str()).bind(-1_i64).bind(-1_i32);
        let rows: Vec<EventRow> = query.bind(HISTORY_MAX).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(Activity::try_from).collect::<Result<_, _>>()?)
    }

    /// What became of the policies and business calendars of an org, the oldest first, [`HISTORY_MAX`] facts at most.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn history_of_terms(&self, org: &OrgId) -> Result<Vec<Activity>, ReadError> {
        let query = sqlx::query_as(event::OF_TERMS).bind(org.as_str()).bind(HISTORY_MAX);
        let rows: Vec<EventRow> = query.fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(Activity::try_from).collect::<Result<_, _>>()?)
    }
}
