//! Tickets: table `ticket`, and the words that they are found by: table `ticket_words`. Deleted ones stay: their ids and
//! numbers are not given again.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::types::Json;

use super::row_type::{Columns, row_type};
use super::{ImpossibleRow, Judge};
use crate::domain::address::Email;
use crate::domain::desk::{Followers, Requester, Satisfaction, Ticket, TicketChannel, TicketNumber};
use crate::domain::ids::{ContactId, OrgId, PolicyId, TicketId};
use crate::domain::sla::Clocks;
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;

/// The constraint that keeps a ticket's id its own.
pub const TICKET_TAKEN: &str = "ticket_pkey";

/// What a ticket `t` is found by: what it says, and who asks. Of an address that is the whole of it, the words before the `@` and
/// the host behind it. Rows from before were given the words of who asks by a migration.
macro_rules! words {
    () => {
        "to_tsvector('simple', t.subject || ' ' || t.description || ' ' || t.requester_name || coalesce(
    ' ' || t.requester_email || ' ' || translate(split_part(t.requester_email, '@', 1), '._+-', '    ')
        || ' ' || split_part(t.requester_email, '@', 2), ''))"
    };
}

/// New tickets, with the words that they are found by.
pub(in crate::store) const INSERT: &str = concat!(
    "WITH t AS (
    INSERT INTO ticket SELECT * FROM unnest($1::ticket[])
    RETURNING org_id, id, subject, description, requester_name, requester_email
)
INSERT INTO ticket_words (org_id, id, words)
SELECT org_id, id, ",
    words!(),
    " FROM t"
);

/// What a ticket can change. A description that is null stays as it is.
pub(in crate::store) const UPDATE: &str = "\
UPDATE ticket o SET
    subject = r.subject, description = coalesce(r.description, o.description), status = r.status,
    priority = r.priority, assignee_id = r.assignee_id, team = r.team, tags = r.tags, policy_id = r.policy_id,
    clocks = r.clocks, due_at = r.due_at, breached = r.breached, escalation_level = r.escalation_level,
    merged_into = r.merged_into, last_mail_id = r.last_mail_id, satisfaction = r.satisfaction, version = r.version,
    updated_at = r.updated_at, deleted_at = r.deleted_at, followers = r.followers
FROM unnest($1::ticket[]) r
WHERE o.org_id = r.org_id AND o.id = r.id";

/// Tickets whose subject or description is another one are found by other words.
pub(in crate::store) const REWORD: &str = concat!(
    "UPDATE ticket_words w SET words = ",
    words!(),
    "
FROM unnest($1::row_key[]) k JOIN ticket t ON t.org_id = k.org_id AND t.id = k.id
WHERE w.org_id = k.org_id AND w.id = k.id"
);

/// What memory holds of a ticket: what it says stays in its row.
macro_rules! without_description {
    () => {
        "SELECT t.org_id, t.id, t.number, t.subject, NULL::text AS description, t.contact_id, t.requester_email,
    t.requester_name, t.status, t.priority, t.assignee_id, t.team, t.tags, t.channel, t.policy_id, t.clocks, t.due_at,
    t.breached, t.escalation_level, t.merged_into, t.follows, t.token, t.last_mail_id, t.satisfaction, t.version,
    t.created_at, t.updated_at, t.deleted_at, t.followers "
    };
}

/// All that a start needs of the orgs `$2`: what is worked on, and what was touched within `$1` hours of the newest fact of its
/// org. The clock of the database is not asked: the server's may be another one.
pub(in crate::store) const REMEMBERED: &str = concat!(
    without_description!(),
    "FROM ticket t
WHERE t.status IN ('open', 'in-progress', 'pending') AND t.deleted_at IS NULL AND t.org_id = ANY ($2::text[])
UNION ALL
",
    without_description!(),
    "FROM org o
JOIN LATERAL (
    SELECT at FROM event e WHERE e.org_id = o.id ORDER BY lane_seq DESC, index DESC LIMIT 1) newest ON true
JOIN ticket t ON t.org_id = o.id AND t.updated_at > newest.at - $1::bigint * interval '1 hour'
    AND NOT (t.status IN ('open', 'in-progress', 'pending') AND t.deleted_at IS NULL)
WHERE o.id = ANY ($2::text[])"
);

/// The highest number of each org, deleted tickets included.
pub(in crate::store) const LAST_NUMBERS: &str = "\
SELECT o.id AS org_id, last.number FROM org o
JOIN LATERAL (SELECT number FROM ticket t WHERE t.org_id = o.id ORDER BY number DESC LIMIT 1) last ON true";

/// One ticket, however long ago, deleted or not.
pub(in crate::store) const BY_ID: &str = "SELECT * FROM ticket WHERE org_id = $1 AND id = $2";

/// What tickets say, each with the place of its key among those asked for, from 1.
pub(in crate::store) const DESCRIPTIONS: &str = "\
SELECT asked.place, t.description
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked(org_id, id, place)
JOIN ticket t ON t.org_id = asked.org_id AND t.id = asked.id";

/// One ticket by its number, deleted or not.
pub(in crate::store) const BY_NUMBER: &str = "SELECT * FROM ticket WHERE org_id = $1 AND number = $2";

/// The after-image of a ticket.
#[derive(Clone, Debug)]
pub struct TicketImage {
    /// As it is now.
    pub ticket: Arc<Ticket>,
    /// What it says from now on; `None`: as before.
    pub description: Option<Arc<str>>,
    /// Whether its subject or description has changed.
    pub reworded: bool,
    /// The earliest moment at which a running clock is or was due.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether any clock of it ever ran out.
    pub breached: bool,
}

/// A ticket with what stands in its row alone.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// What it says; may be empty.
    pub description: String,
    /// The earliest moment at which a running clock is or was due.
    pub due_at: Option<DateTime<Utc>>,
}

row_type! { of "ticket":
    /// One row of `ticket`.
    pub(in crate::store) struct TicketRow {
        org_id: String,
        id: String,
        number: i64,
        subject: String,
        description: Option<String>,
        contact_id: String,
        requester_email: Option<String>,
        requester_name: String,
        status: String,
        priority: i16,
        assignee_id: Option<String>,
        team: Option<String>,
        tags: Vec<String>,
        channel: String,
        policy_id: Option<String>,
        clocks: Json<Clocks>,
        due_at: Option<DateTime<Utc>>,
        breached: bool,
        escalation_level: i16,
        merged_into: Option<String>,
        follows: Option<String>,
        token: String,
        last_mail_id: Option<String>,
        satisfaction: Option<Json<Satisfaction>>,
        version: i64,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        deleted_at: Option<DateTime<Utc>>,
        followers: Option<Json<Followers>>,
    }
}

/// By position: a start reads a million rows, and looking each column's name up is a good part of that.
impl<'r> sqlx::FromRow<'r, PgRow> for TicketRow {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let mut columns = Columns::of(row);
        Ok(Self {
            org_id: columns.next()?,
            id: columns.next()?,
            number: columns.next()?,
            subject: columns.next()?,
            description: columns.next()?,
            contact_id: columns.next()?,
            requester_email: columns.next()?,
            requester_name: columns.next()?,
            status: columns.next()?,
            priority: columns.next()?,
            assignee_id: columns.next()?,
            team: columns.next()?,
            tags: columns.next()?,
            channel: columns.next()?,
            policy_id: columns.next()?,
            clocks: columns.next()?,
            due_at: columns.next()?,
            breached: columns.next()?,
            escalation_level: columns.next()?,
            merged_into: columns.next()?,
            follows: columns.next()?,
            token: columns.next()?,
            last_mail_id: columns.next()?,
            satisfaction: columns.next()?,
            version: columns.next()?,
            created_at: columns.next()?,
            updated_at: columns.next()?,
            deleted_at: columns.next()?,
            followers: columns.next()?,
        })
    }
}

/// The number under which a priority is stored: lists are sorted by it.
pub(in crate::store) fn rank(priority: TicketPriority) -> i16 {
    match priority {
        TicketPriority::Low => 0,
        TicketPriority::Normal => 1,
        TicketPriority::High => 2,
        TicketPriority::Urgent => 3,
    }
}

fn priority_of(rank: i16) -> Result<TicketPriority, String> {
    TicketPriority::ALL.into_iter().find(|one| self::rank(*one) == rank).ok_or_else(|| format!("{rank} is no priority"))
}

impl TicketRow {
    /// The row of a ticket that says this from now on; `None`: what it said before.
    pub(in crate::store) fn of(org: &OrgId, image: &TicketImage, description: Option<&str>) -> Self {
        let ticket = &*image.ticket;
        Self {
            org_id: org.to_string(),
            id: ticket.id.to_string(),
            number: ticket.number.value().cast_signed(),
            subject: ticket.subject.to_string(),
            description: description.map(ToOwned::to_owned),
            contact_id: ticket.requester.contact_id.to_string(),
            requester_email: ticket.requester.email.as_ref().map(|email| email.as_str().to_owned()),
            requester_name: ticket.requester.name.to_string(),
            status: ticket.status.word().to_owned(),
            priority: rank(ticket.priority),
            assignee_id: ticket.assignee_id.as_deref().map(ToOwned::to_owned),
            team: ticket.team.as_deref().map(ToOwned::to_owned),
            tags: ticket.tags.to_vec(),
            channel: ticket.channel.word().to_owned(),
            policy_id: ticket.policy_id.as_ref().map(ToString::to_string),
            clocks: Json(ticket.clocks.clone()),
            due_at: image.due_at,
            breached: image.breached,
            escalation_level: ticket.escalation_level.into(),
            merged_into: ticket.merged_into.as_ref().map(ToString::to_string),
            follows: ticket.follows.as_ref().map(ToString::to_string),
            token: ticket.token.to_string(),
            last_mail_id: ticket.last_mail_id.as_deref().map(ToOwned::to_owned),
            satisfaction: ticket.satisfaction.as_deref().cloned().map(Json),
            version: ticket.version.cast_signed(),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            deleted_at: ticket.deleted_at,
            followers: Some(&ticket.followers).filter(|followers| !followers.is_none()).cloned().map(Json),
        }
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(mut self) -> Result<(OrgId, StoredTicket), ImpossibleRow> {
        let judge = Judge::new("ticket", format!("{}/{}", self.org_id, self.id));
        let (description, due_at) = (judge.present("description", self.description.take())?, self.due_at);
        let (org, ticket) = self.into_ticket()?;
        Ok((org, StoredTicket { ticket, description, due_at }))
    }

    /// What the row means to memory.
    pub(in crate::store) fn into_ticket(self) -> Result<(OrgId, Ticket), ImpossibleRow> {
        let judge = Judge::new("ticket", format!("{}/{}", self.org_id, self.id));
        let email = judge.parsed("requester_email", self.requester_email.as_deref().map(Email::parse).transpose())?;
        let requester = Requester {
            contact_id: judge.parsed("contact_id", ContactId::parse(&self.contact_id))?,
            email,
            name: self.requester_name.into(),
        };
        let other = |column, id: Option<String>| judge.parsed(column, id.as_deref().map(TicketId::parse).transpose());
        let ticket = Ticket {
            id: judge.parsed("id", TicketId::parse(&self.id))?,
            number: TicketNumber::new(judge.count("number", self.number)?),
            subject: self.subject.into(),
            requester,
            status: judge.parsed("status", TicketStatus::parse(&self.status))?,
            priority: judge.parsed("priority", priority_of(self.priority))?,
            assignee_id: self.assignee_id.map(Arc::from),
            team: self.team.map(Arc::from),
            tags: self.tags.into(),
            channel: judge.parsed("channel", TicketChannel::parse(&self.channel))?,
            policy_id: judge.parsed("policy_id", self.policy_id.as_deref().map(PolicyId::parse).transpose())?,
            clocks: self.clocks.0,
            escalation_level: judge.count("escalation_level", self.escalation_level)?,
            merged_into: other("merged_into", self.merged_into)?,
            follows: other("follows", self.follows)?,
            token: self.token.into(),
            last_mail_id: self.last_mail_id.map(Box::from),
            followers: self.followers.map(|Json(followers)| followers).unwrap_or_default(),
            satisfaction: self.satisfaction.map(|Json(satisfaction)| Box::new(satisfaction)),
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            version: judge.count("version", self.version)?,
        };
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, ticket))
    }
}

/// The highest number of an org.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::store) struct LastNumberRow {
    org_id: String,
    number: i64,
}

impl LastNumberRow {
    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, TicketNumber), ImpossibleRow> {
        let judge = Judge::new("ticket", self.org_id.clone());
        let number = TicketNumber::new(judge.count("number", self.number)?);
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, number))
    }
}
