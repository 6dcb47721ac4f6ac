//! What has happened: table `event`. Its id is `(lane seq, index)`, given when the batch is written.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::ids::{ContactId, EntryId, OrgId, PointId, TicketId};

/// Facts, in order.
pub(in crate::store) const INSERT: &str = "INSERT INTO event SELECT * FROM unnest($1::event[])";

/// A contact's timeline, the newest first.
pub(in crate::store) const BY_CONTACT: &str = "\
SELECT * FROM event
WHERE org_id = $1 AND contact_id = $2 AND (lane_seq, index) < ($3, $4)
ORDER BY lane_seq DESC, index DESC LIMIT $5";

/// How long a contact's timeline is.
pub(in crate::store) const COUNT_BY_CONTACT: &str = "SELECT count(*) FROM event WHERE org_id = $1 AND contact_id = $2";

/// A ticket's history, the oldest first, from behind a fact on.
pub(in crate::store) const BY_TICKET: &str = "\
SELECT * FROM event
WHERE org_id = $1 AND ticket_id = $2 AND (lane_seq, index) > ($3, $4)
ORDER BY lane_seq, index LIMIT $5";

/// What became of the terms that clocks follow, the oldest first.
pub(in crate::store) const OF_TERMS: &str = "\
SELECT * FROM event
WHERE org_id = $1 AND kind IN ('sla_policy.changed', 'business_calendar.changed')
ORDER BY lane_seq, index LIMIT $2";

/// A fact to be written: ids and figures only, no personal data.
#[derive(Clone, Debug, PartialEq)]
pub struct EventImage {
    /// When it became true.
    pub at: DateTime<Utc>,
    /// `area.what`, e.g. `queue.joined`.
    pub kind: &'static str,
    /// The point that it happened at.
    pub point: Option<PointId>,
    /// The visit that it happened to.
    pub entry: Option<EntryId>,
    /// The person that it happened to.
    pub contact: Option<ContactId>,
    /// The ticket that it happened to.
    pub ticket: Option<TicketId>,
    /// Subject of the clerk who did it.
    pub by: Option<String>,
    /// More ids and figures.
    pub data: Value,
}

/// One line of a timeline, of a contact or of a ticket.
#[derive(Clone, Debug)]
pub struct Activity {
    /// `(lane seq, index)`: strictly increasing within an org; the cursor of the list.
    pub id: (i64, i32),
    /// When it became true.
    pub at: DateTime<Utc>,
    /// Kind, e.g. `queue.joined`.
    pub kind: String,
    /// The point, where there is one.
    pub point: Option<PointId>,
    /// The entry, where there is one.
    pub entry: Option<EntryId>,
    /// The ticket, where there is one.
    pub ticket: Option<TicketId>,
    /// Who did it.
    pub by: Option<String>,
    /// Ids and figures; no personal data.
    pub data: Value,
}

row_type! { of "event":
    /// One row of `event`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct EventRow {
        org_id: String,
        lane_seq: i64,
        index: i32,
        at: DateTime<Utc>,
        kind: String,
        point_id: Option<String>,
        entry_id: Option<String>,
        contact_id: Option<String>,
        by_subject: Option<String>,
        data: Value,
        ticket_id: Option<String>,
    }
}

impl EventRow {
    /// The row of a fact with its id.
    pub(in crate::store) fn of(org: &OrgId, lane_seq: i64, index: i32, event: &EventImage) -> Self {
        Self {
            org_id: org.to_string(),
            lane_seq,
            index,
            at: event.at,
            kind: event.kind.to_owned(),
            point_id: event.point.as_ref().map(ToString::to_string),
            entry_id: event.entry.as_ref().map(ToString::to_string),
            contact_id: event.contact.as_ref().map(ToString::to_string),
            by_subject: event.by.clone(),
            data: event.data.clone(),
            ticket_id: event.ticket.as_ref().map(ToString::to_string),
        }
    }
}

impl TryFrom<EventRow> for Activity {
    type Error = ImpossibleRow;

    fn try_from(row: EventRow) -> Result<Self, ImpossibleRow> {
        let judge = Judge::new("event", format!("{}/{}/{}", row.org_id, row.lane_seq, row.index));
        Ok(Self {
            id: (row.lane_seq, row.index),
            at: row.at,
            kind: row.kind,
            point: judge.parsed("point_id", row.point_id.as_deref().map(PointId::parse).transpose())?,
            entry: judge.parsed("entry_id", row.entry_id.as_deref().map(EntryId::parse).transpose())?,
            ticket: judge.parsed("ticket_id", row.ticket_id.as_deref().map(TicketId::parse).transpose())?,
            by: row.by_subject,
            data: row.data,
        })
    }
}
