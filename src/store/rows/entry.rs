//! Visits: table `queue_entry`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::address::{Email, Phone};
use crate::domain::ids::{ContactId, EntryId, HandoverId, OrgId, PointId, ReservationId};
use crate::domain::queue::{Customer, Entry, LastAct, Place, Status};

/// New visits.
pub(in crate::store) const INSERT: &str = "INSERT INTO queue_entry SELECT * FROM unnest($1::queue_entry[])";

/// What a visit can change. `point_id`, `day` and `number` change with a transfer.
pub(in crate::store) const UPDATE: &str = "\
UPDATE queue_entry e SET
    point_id = r.point_id, day = r.day, number = r.number, place_rank = r.place_rank,
    place_effective_at = r.place_effective_at, place_order = r.place_order, checked_in_at = r.checked_in_at, reached_at = r.reached_at,
    quoted_wait_minutes = r.quoted_wait_minutes, let_pass = r.let_pass, state = r.state, called_at = r.called_at,
    last_called_at = r.last_called_at, calls = r.calls, started_at = r.started_at, ended_at = r.ended_at,
    counter = r.counter, by_subject = r.by_subject, automatic = r.automatic, transfer = r.transfer,
    last_act = r.last_act, version = r.version
FROM unnest($1::queue_entry[]) r
WHERE e.org_id = r.org_id AND e.id = r.id";

/// All that a start needs: what is open, what ended a moment ago, and visits of whose end the calendar may not have heard.
pub(in crate::store) const OPEN_AND_LATELY_ENDED: &str = "\
SELECT * FROM queue_entry WHERE ended_at IS NULL OR ended_at > $1
UNION ALL
SELECT e.* FROM reservation r JOIN queue_entry e ON e.org_id = r.org_id AND e.reservation_id = r.id
WHERE r.status = 'checked_in' AND e.ended_at <= $1";

/// One visit, however long ago.
pub(in crate::store) const BY_ID: &str = "SELECT * FROM queue_entry WHERE org_id = $1 AND id = $2";

/// The way of a visit that is between two points.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct TransferColumn {
    to: PointId,
    at: DateTime<Utc>,
    handover: HandoverId,
    from: Status,
}

row_type! { of "queue_entry":
    /// One row of `queue_entry`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct EntryRow {
        pub(in crate::store) org_id: String,
        id: String,
        pub(in crate::store) point_id: String,
        day: NaiveDate,
        number: i32,
        token: String,
        customer_name: String,
        customer_phone: Option<String>,
        customer_email: Option<String>,
        contact_id: Option<String>,
        party_size: i32,
        service: Option<String>,
        priority: Option<String>,
        joined_at: DateTime<Utc>,
        place_rank: i16,
        place_effective_at: DateTime<Utc>,
        place_order: i64,
        checked_in_at: Option<DateTime<Utc>>,
        reached_at: Option<DateTime<Utc>>,
        quoted_wait_minutes: i32,
        let_pass: i32,
        state: String,
        called_at: Option<DateTime<Utc>>,
        last_called_at: Option<DateTime<Utc>>,
        calls: i32,
        started_at: Option<DateTime<Utc>>,
        ended_at: Option<DateTime<Utc>>,
        counter: Option<String>,
        by_subject: Option<String>,
        automatic: bool,
        transfer: Option<Json<TransferColumn>>,
        last_act: Option<Json<LastAct>>,
        version: i64,
        reservation_id: Option<String>,
    }
}

/// The columns that a status is spread over.
#[derive(Default)]
struct StatusColumns {
    called_at: Option<DateTime<Utc>>,
    last_called_at: Option<DateTime<Utc>>,
    calls: u32,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    counter: Option<String>,
    by: Option<String>,
    automatic: bool,
    transfer: Option<TransferColumn>,
}

impl StatusColumns {
    fn of(status: &Status) -> Self {
        let none = Self::default();
        match status.clone() {
            Status::Waiting => none,
            Status::Called { at, last_at, calls, counter, by } => {
                Self { called_at: Some(at), last_called_at: Some(last_at), calls, counter, by, ..none }
            }
            Status::Serving { started_at, called_at, counter, by } => {
                Self { started_at: Some(started_at), called_at, counter, by, ..none }
            }
            Status::Served { started_at, called_at, ended_at, counter, by } => {
                Self { started_at: Some(started_at), called_at, ended_at: Some(ended_at), counter, by, ..none }
            }
            Status::NoShow { called_at, ended_at, automatic, by } => {
                Self { called_at, ended_at: Some(ended_at), automatic, by, ..none }
            }
            Status::Left { ended_at } | Status::Cancelled { ended_at } => Self { ended_at: Some(ended_at), ..none },
            Status::Transferred { to, at, handover, from } => {
                Self { transfer: Some(TransferColumn { to, at, handover, from: *from }), ..none }
            }
        }
    }
}

impl EntryRow {
    /// The row of an entry.
    pub(in crate::store) fn of(org: &OrgId, entry: &Entry) -> Self {
        let columns = StatusColumns::of(&entry.status);
        Self {
            org_id: org.to_string(),
            id: entry.id.to_string(),
            point_id: entry.point_id.to_string(),
            day: entry.day,
            number: entry.number.cast_signed(),
            token: entry.token.clone(),
            customer_name: entry.customer.name.clone(),
            customer_phone: entry.customer.phone.clone().map(String::from),
            customer_email: entry.customer.email.clone().map(String::from),
            contact_id: entry.customer.contact_id.as_ref().map(ToString::to_string),
            party_size: entry.party_size.cast_signed(),
            service: entry.service.clone(),
            priority: entry.priority.clone(),
            joined_at: entry.joined_at,
            place_rank: entry.place.rank.into(),
            place_effective_at: entry.place.effective_at,
            place_order: entry.place.order,
            checked_in_at: entry.checked_in_at,
            reached_at: entry.reached_at,
            quoted_wait_minutes: entry.quoted_wait_minutes.cast_signed(),
            let_pass: entry.let_pass.cast_signed(),
            state: entry.status.word().to_owned(),
            called_at: columns.called_at,
            last_called_at: columns.last_called_at,
            calls: columns.calls.cast_signed(),
            started_at: columns.started_at,
            ended_at: columns.ended_at,
            counter: columns.counter,
            by_subject: columns.by,
            automatic: columns.automatic,
            transfer: columns.transfer.map(Json),
            reservation_id: entry.reservation.as_ref().map(ToString::to_string),
            last_act: entry.last_act.clone().map(Json),
            version: entry.version.cast_signed(),
        }
    }

    fn status(&mut self, judge: &Judge) -> Result<Status, ImpossibleRow> {
        let (counter, by) = (self.counter.take(), self.by_subject.take());
        let called_at = self.called_at;
        let started_at = judge.present("started_at", self.started_at);
        let ended_at = judge.present("ended_at", self.ended_at);
        Ok(match self.state.as_str() {
            "waiting" => Status::Waiting,
            "called" => Status::Called {
                at: judge.present("called_at", called_at)?,
                last_at: judge.present("last_called_at", self.last_called_at)?,
                calls: judge.count("calls", self.calls)?,
                counter,
                by,
            },
            "serving" => Status::Serving { started_at: started_at?, called_at, counter, by },
            "served" => Status::Served { started_at: started_at?, called_at, ended_at: ended_at?, counter, by },
            "no_show" => Status::NoShow { called_at, ended_at: ended_at?, automatic: self.automatic, by },
            "left" => Status::Left { ended_at: ended_at? },
            "cancelled" => Status::Cancelled { ended_at: ended_at? },
            "transferred" => {
                let TransferColumn { to, at, handover, from } = judge.present("transfer", self.transfer.take())?.0;
                Status::Transferred { to, at, handover, from: Box::new(from) }
            }
            other => return Err(judge.error("state", format!("{other:?} is no state"))),
        })
    }
}

impl TryFrom<EntryRow> for Entry {
    type Error = ImpossibleRow;

    fn try_from(mut row: EntryRow) -> Result<Self, ImpossibleRow> {
        let judge = Judge::new("queue_entry", format!("{}/{}", row.org_id, row.id));
        let status = row.status(&judge)?;
        Ok(Self {
            id: judge.parsed("id", EntryId::parse(&row.id))?,
            point_id: judge.parsed("point_id", PointId::parse(&row.point_id))?,
            day: row.day,
            number: judge.count("number", row.number)?,
            token: row.token,
            customer: Customer {
                name: row.customer_name,
                phone: judge.parsed("customer_phone", row.customer_phone.as_deref().map(Phone::parse).transpose())?,
                email: judge.parsed("customer_email", row.customer_email.as_deref().map(Email::parse).transpose())?,
                contact_id: judge.parsed("contact_id", row.contact_id.as_deref().map(ContactId::parse).transpose())?,
            },
            party_size: judge.count("party_size", row.party_size)?,
            service: row.service,
            priority: row.priority,
            joined_at: row.joined_at,
            place: Place {
                rank: judge.count("place_rank", row.place_rank)?,
                effective_at: row.place_effective_at,
                order: row.place_order,
            },
            checked_in_at: row.checked_in_at,
            reached_at: row.reached_at,
            quoted_wait_minutes: judge.count("quoted_wait_minutes", row.quoted_wait_minutes)?,
            let_pass: judge.count("let_pass", row.let_pass)?,
            reservation: judge
                .parsed("reservation_id", row.reservation_id.as_deref().map(ReservationId::parse).transpose())?,
            last_act: row.last_act.map(|json| json.0),
            version: judge.count("version", row.version)?,
            status,
        })
    }
}
