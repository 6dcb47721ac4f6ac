//! Tickets as committed: one by its id or number, and lists. A deleted ticket is not shown, but its id stays taken.

use chrono::{DateTime, Utc};

use super::{ReadError, Reader};
use crate::domain::desk::{TicketKey, TicketNumber};
use crate::domain::ids::{ContactId, OrgId, TicketId};
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;
use crate::store::descriptions::DescriptionAsked;
use crate::store::lane::ConfigurationKind;
use crate::store::rows::desk_configuration;
use crate::store::rows::ticket::{self, StoredTicket, TicketRow};

/// What a list is narrowed by; a filter that is left out is `null`, and planning leaves it out, too.
macro_rules! filtered {
    ($($rest:literal),* of $selected:literal) => {
        concat!(
            "SELECT ", $selected, " FROM ticket t
WHERE org_id = $1 AND deleted_at IS NULL
  AND ($2::text[] IS NULL OR status = ANY ($2))
  AND ($3::smallint[] IS NULL OR priority = ANY ($3))
  AND ($4::text IS NULL OR assignee_id = $4)
  AND ($5::text IS NULL OR team = $5)
  AND ($6::text IS NULL OR contact_id = $6)
  AND ($7::text IS NULL OR $7 = ANY (tags))
  AND ($8::text IS NULL OR id IN (
        SELECT w.id FROM ticket_words w
        WHERE w.org_id = $1 AND w.words @@ websearch_to_tsquery('simple', $8)
        UNION SELECT m.ticket_id FROM ticket_message m
        WHERE m.org_id = $1 AND to_tsvector('simple', m.body) @@ websearch_to_tsquery('simple', $8)
        UNION SELECT n.id FROM ticket n WHERE n.org_id = $1 AND n.number = $13))
  AND ($9::boolean IS NULL OR breached = $9)
  AND ($10::timestamptz IS NULL OR due_at < $10)
  AND ($11::text IS NULL OR channel = $11)
  AND ($12::boolean IS NULL OR (assignee_id IS NULL) = $12)",
            $($rest),*
        )
    };
}

const NEWEST: &str = filtered!("
  AND ($14::bigint IS NULL OR number < $14)
ORDER BY number DESC LIMIT $15" of "*");

const OLDEST: &str = filtered!("
  AND ($14::bigint IS NULL OR number > $14)
ORDER BY number LIMIT $15" of "*");

/// What is due first; what is not due at all last.
const DUE_FIRST: &str = filtered!("
  AND ($14::bigint IS NULL OR (due_at, number) > ($16::timestamptz, $14)
       OR due_at IS NULL AND ($16 IS NOT NULL OR number > $14))
ORDER BY due_at, number LIMIT $15" of "*");

const LATELY_CHANGED: &str = filtered!("
  AND ($14::bigint IS NULL OR (updated_at, number) < ($16::timestamptz, $14))
ORDER BY updated_at DESC, number DESC LIMIT $15" of "*");

const MOST_URGENT: &str = filtered!("
  AND ($14::bigint IS NULL OR priority < $16::smallint OR priority = $16 AND number > $14)
ORDER BY priority DESC, number LIMIT $15" of "*");

/// How long a list is in all.
const COUNT: &str = filtered!(of "count(*)");

/// What this module sends, for the test that prepares every statement.
#[cfg(test)]
pub(in crate::store) const STATEMENTS: [&str; 10] = [
    NEWEST,
    OLDEST,
    DUE_FIRST,
    LATELY_CHANGED,
    MOST_URGENT,
    COUNT,
    ticket::BY_ID,
    ticket::BY_NUMBER,
    ticket::DESCRIPTIONS,
    desk_configuration::EXISTS,
];

/// What a list of tickets is narrowed by; nothing: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Those that stand at one of these.
    pub statuses: Option<Vec<TicketStatus>>,
    /// Those that are one of these.
    pub priorities: Option<Vec<TicketPriority>>,
    /// Those that this one works on.
    pub assignee: Option<String>,
    /// Those that nobody works on, or somebody does.
    pub unassigned: Option<bool>,
    /// Those of this team.
    pub team: Option<String>,
    /// Those of this person.
    pub contact: Option<ContactId>,
    /// Those with this tag.
    pub tag: Option<String>,
    /// Those whose subject, description, requester or conversation holds these words; where it is the number of a ticket, that one,
    /// too.
    pub text: Option<String>,
    /// Those of which a clock ran out, or none did.
    pub breached: Option<bool>,
    /// Those that are due before this.
    pub due_before: Option<DateTime<Utc>>,
    /// Those that came in so, by the word of the channel.
    pub channel: Option<String>,
}

impl TicketFilter {
    /// The ticket that the text names by its number.
    fn named(&self) -> Option<i64> {
        let text = self.text.as_deref()?.trim();
        TicketNumber::parse(text).ok().and_then(|number| i64::try_from(number.value()).ok())
    }

    /// The statuses that it asks for, where it asks for nothing else: memory may know how many those are.
    #[must_use]
    pub fn only_statuses(&self) -> Option<&[TicketStatus]> {
        let rest = Self { statuses: None, ..self.clone() };
        self.statuses.as_deref().filter(|_| rest == Self::default())
    }
}

/// The order of a list of tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketOrder {
    /// The newest first.
    Newest,
    /// The oldest first.
    Oldest,
    /// What is due first; what is not due at all last.
    DueFirst,
    /// What was changed last first.
    LatelyChanged,
    /// The most urgent first, the oldest of them first.
    MostUrgent,
}

/// The place of a ticket in a list: what the list is sorted by, and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketPlace {
    /// What the list is sorted by, where that is a moment.
    pub at: Option<DateTime<Utc>>,
    /// Its priority.
    pub priority: TicketPriority,
    /// Its number.
    pub number: TicketNumber,
}

/// Binds the values of a filter to `$1` to `$13`.
macro_rules! bound {
    ($query:expr, $org:expr, $filter:expr) => {
        $query
            .bind($org.as_str())
            .bind($filter.statuses.as_ref().map(|all| all.iter().map(|one| one.word()).collect::<Vec<_>>()))
            .bind($filter.priorities.as_ref().map(|all| all.iter().map(|one| ticket::rank(*one)).collect::<Vec<_>>()))
            .bind($filter.assignee.as_deref())
            .bind($filter.team.as_deref())
            .bind($filter.contact.as_ref().map(ContactId::as_str))
            .bind($filter.tag.as_deref())
            .bind($filter.text.as_deref())
            .bind($filter.breached)
            .bind($filter.due_before)
            .bind($filter.channel.as_deref())
            .bind($filter.unassigned)
            .bind($filter.named())
    };
}

impl Reader {
    /// One ticket, however long ago; `None`: there is none in this org, or it was deleted.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn ticket(&self, org: &OrgId, key: &TicketKey) -> Result<Option<StoredTicket>, ReadError> {
        Ok(self.past_ticket(org, key).await?.filter(|stored| stored.ticket.deleted_at.is_none()))
    }

    /// One ticket, be it deleted.
    ///
    /// # Errors
    /// The database did not answer, or the row is impossible.
    pub async fn past_ticket(&self, org: &OrgId, key: &TicketKey) -> Result<Option<StoredTicket>, ReadError> {
        let query = match key {
            TicketKey::Id(id) => sqlx::query_as(ticket::BY_ID).bind(org.as_str()).bind(id.to_string()),
            TicketKey::Number(number) => {
                sqlx::query_as(ticket::BY_NUMBER).bind(org.as_str()).bind(number.value().cast_signed())
            }
        };
        let row: Option<TicketRow> = query.fetch_optional(&self.pool).await?;
        Ok(row.map(TicketRow::into_domain).transpose()?.map(|(_, stored)| stored))
    }

    /// What a ticket says, or said before it was deleted; `None`: there never was one with this id in this org.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn ticket_description(&self, org: &OrgId, id: &TicketId) -> Result<Option<String>, ReadError> {
        let asked = DescriptionAsked { org: org.to_string(), ticket: id.to_string() };
        Ok(self.descriptions.find(asked).await?)
    }

    /// The tickets that a filter lets through, in an order, from behind `after` on; and how many there are in all, which is
    /// counted unless it is `known`: that takes longer than all the rest.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn tickets(
        &self,
        org: &OrgId,
        filter: &TicketFilter,
        order: TicketOrder,
        after: Option<&TicketPlace>,
        limit: i64,
        known: Option<usize>,
    ) -> Result<(Vec<StoredTicket>, u64), ReadError> {
        let number = after.map(|place| place.number.value().cast_signed());
        let at = after.and_then(|place| place.at);
        let page = match order {
            TicketOrder::Newest => bound!(sqlx::query_as(NEWEST), org, filter).bind(number).bind(limit),
            TicketOrder::Oldest => bound!(sqlx::query_as(OLDEST), org, filter).bind(number).bind(limit),
            TicketOrder::DueFirst => bound!(sqlx::query_as(DUE_FIRST), org, filter).bind(number).bind(limit).bind(at),
            TicketOrder::LatelyChanged => {
                bound!(sqlx::query_as(LATELY_CHANGED), org, filter).bind(number).bind(limit).bind(at)
            }
            TicketOrder::MostUrgent => {
                let rank = after.map(|place| ticket::rank(place.priority));
                bound!(sqlx::query_as(MOST_URGENT), org, filter).bind(number).bind(limit).bind(rank)
            }
        };
        let rows: Vec<TicketRow> = page.fetch_all(&self.pool).await?;
        let tickets = rows.into_iter().map(|row| Ok(row.into_domain()?.1)).collect::<Result<_, ReadError>>()?;
        if let Some(known) = known {
            return Ok((tickets, known as u64));
        }
        let total: i64 = bound!(sqlx::query_scalar(COUNT), org, filter).fetch_one(&self.pool).await?;
        Ok((tickets, u64::try_from(total).unwrap_or(0)))
    }

    /// Whether there is, or ever was, a piece of configuration of this kind with this id.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn configuration_existed(
        &self,
        org: &OrgId,
        kind: ConfigurationKind,
        id: &str,
    ) -> Result<bool, ReadError> {
        let query = sqlx::query_scalar(desk_configuration::EXISTS).bind(org.as_str()).bind(kind.word()).bind(id);
        Ok(query.fetch_one(&self.pool).await?)
    }
}
