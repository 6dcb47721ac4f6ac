//! Whom the public lately caused a mail that says that a ticket has come in: told by the mails themselves.

use chrono::{DateTime, Utc};

use super::{ImpossibleRow, Judge};
use crate::domain::address::Email;
use crate::domain::ids::OrgId;

/// The acknowledgements of an hour up to each org's newest fact, that the public caused: $1 at most an org, the newest. One
/// index knows what the public opened; the mail of each is found by its moment and its cause, the ticket's first version.
/// Each part is asked for row by row: it must not depend on what the planner knows of tables that grow.
pub(in crate::store) const OF_LATE: &str = "\
SELECT o.id AS org_id, opened.at, mail.recipient
FROM org o
CROSS JOIN LATERAL (
    SELECT at FROM event e WHERE e.org_id = o.id ORDER BY lane_seq DESC, index DESC LIMIT 1) newest
CROSS JOIN LATERAL (
    SELECT e.at, e.ticket_id FROM event e
    WHERE e.org_id = o.id AND e.kind = 'ticket.created' AND e.by_subject IS NULL
        AND e.at > newest.at - interval '1 hour'
    ORDER BY e.at DESC LIMIT $1) opened
CROSS JOIN LATERAL (
    SELECT m.recipient FROM message m
    WHERE m.org_id = o.id AND m.created_at = opened.at AND m.kind = 'ticket.received' AND m.channel = 'email'
        AND m.cause_kind = 'ticket' AND m.cause_id = opened.ticket_id || '/1'
    LIMIT 1) mail
WHERE o.id = ANY ($2::text[])
ORDER BY o.id, opened.at";

/// One of them, as read.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::store) struct AcknowledgementRow {
    org_id: String,
    at: DateTime<Utc>,
    recipient: String,
}

impl AcknowledgementRow {
    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, Email, DateTime<Utc>), ImpossibleRow> {
        let judge = Judge::new("message", format!("{} at {}", self.org_id, self.at));
        let email = judge.parsed("recipient", Email::parse(&self.recipient))?;
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, email, self.at))
    }
}
