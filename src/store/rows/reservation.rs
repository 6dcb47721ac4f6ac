//! Reservations: table `reservation`. Deleted ones stay: their ids and numbers are not given again.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::customer::CustomerColumn;
use super::row_type::row_type;
use super::spot::Spot;
use super::{ImpossibleRow, Judge};
use crate::domain::calendar::{
    Arrival, Buffers, CancelledBy, ClosedBy, Reminded, Reservation, ReservationNumber, Slot, Status,
};
use crate::domain::ids::{DefinitionId, OrgId, PointId, ReservationId, StaffId};

/// The index that no number is given twice.
pub const NUMBER_TAKEN: &str = "reservation_number";

/// New reservations.
pub(in crate::store) const INSERT: &str = "INSERT INTO reservation SELECT * FROM unnest($1::reservation[])";

/// What a reservation can change.
pub(in crate::store) const UPDATE: &str = "\
UPDATE reservation o SET
    sequence = r.sequence, definition_id = r.definition_id, starts_at = r.starts_at, ends_at = r.ends_at,
    buffer_before_minutes = r.buffer_before_minutes, buffer_after_minutes = r.buffer_after_minutes,
    staff_ids = r.staff_ids, point_id = r.point_id, email = r.email, contact_id = r.contact_id,
    customer = r.customer, notes = r.notes, party_size = r.party_size, repeat_mails = r.repeat_mails,
    planned_at = r.planned_at, reminded = r.reminded, status = r.status, status_at = r.status_at,
    arrival = r.arrival, status_before = r.status_before, cancelled_by = r.cancelled_by,
    cancel_reason = r.cancel_reason, version = r.version, updated_at = r.updated_at, deleted_at = r.deleted_at,
    closed_by = r.closed_by
FROM unnest($1::reservation[]) r
WHERE o.org_id = r.org_id AND o.id = r.id";

/// All that a start needs: what was not settled `$1` hours before the newest fact of its org. The clock of the database is
/// not asked: the server's may be another one.
pub(in crate::store) const REMEMBERED: &str = "\
SELECT r.* FROM org o
LEFT JOIN LATERAL (
    SELECT at FROM event e WHERE e.org_id = o.id ORDER BY lane_seq DESC, index DESC LIMIT 1) newest ON true
JOIN reservation r ON r.org_id = o.id AND r.deleted_at IS NULL
    AND greatest(r.updated_at, CASE r.status WHEN 'cancelled' THEN r.updated_at ELSE r.ends_at END)
        > coalesce(newest.at - $1::bigint * interval '1 hour', '-infinity')";

/// One reservation, however long ago.
pub(in crate::store) const BY_ID: &str =
    "SELECT * FROM reservation WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL";

/// One reservation by its number.
pub(in crate::store) const BY_NUMBER: &str =
    "SELECT * FROM reservation WHERE org_id = $1 AND number = $2 AND deleted_at IS NULL";

/// The reservations of one folded address, the latest first.
pub(in crate::store) const BY_EMAIL: &str = "\
SELECT * FROM reservation WHERE org_id = $1 AND email = $2 AND deleted_at IS NULL
ORDER BY starts_at DESC, id DESC LIMIT $3";

/// Whether there is or ever was a reservation with this id.
pub(in crate::store) const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM reservation WHERE org_id = $1 AND id = $2)";

/// The after-image of a reservation.
#[derive(Clone, Debug)]
pub struct ReservationImage {
    /// As it is now.
    pub reservation: Arc<Reservation>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// What it takes from others from now on; `None`: as before.
    pub spots: Option<Vec<Spot>>,
}

row_type! { of "reservation":
    /// One row of `reservation`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct ReservationRow {
        org_id: String,
        id: String,
        number: String,
        calendar_uid: String,
        sequence: i32,
        definition_id: String,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        buffer_before_minutes: i32,
        buffer_after_minutes: i32,
        staff_ids: Vec<String>,
        point_id: Option<String>,
        email: String,
        contact_id: String,
        customer: Json<CustomerColumn>,
        notes: String,
        party_size: i32,
        fingerprint: String,
        repeat_mails: i32,
        planned_at: DateTime<Utc>,
        reminded: Json<Vec<Reminded>>,
        status: String,
        status_at: Option<DateTime<Utc>>,
        arrival: Option<Json<Arrival>>,
        status_before: Option<Json<Status>>,
        cancelled_by: Option<String>,
        cancel_reason: Option<String>,
        version: i64,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        deleted_at: Option<DateTime<Utc>>,
        closed_by: Option<String>,
    }
}

/// The columns that a status is spread over.
#[derive(Default)]
struct StatusColumns {
    at: Option<DateTime<Utc>>,
    arrival: Option<Arrival>,
    before: Option<Status>,
    closed_by: Option<&'static str>,
    cancelled_by: Option<&'static str>,
    cancel_reason: Option<String>,
}

impl StatusColumns {
    fn of(status: &Status) -> Self {
        let none = Self::default();
        match status.clone() {
            Status::Pending | Status::Confirmed => none,
            Status::CheckedIn { at, arrival, from } => Self { at: Some(at), arrival, before: Some(*from), ..none },
            Status::Completed { at, from, by } | Status::NoShow { at, from, by } => {
                let by = match by {
                    ClosedBy::Desk => "desk",
                    ClosedBy::Line => "line",
                };
                Self { at: Some(at), before: Some(*from), closed_by: Some(by), ..none }
            }
            Status::Cancelled { at, by, reason } => {
                let by = match by {
                    CancelledBy::Customer => "customer",
                    CancelledBy::Staff => "staff",
                };
                Self { at: Some(at), cancelled_by: Some(by), cancel_reason: reason, ..none }
            }
        }
    }
}

impl ReservationRow {
    /// The row of a reservation.
    pub(in crate::store) fn of(org: &OrgId, image: &ReservationImage) -> Self {
        let reservation = &*image.reservation;
        let columns = StatusColumns::of(&reservation.status);
        Self {
            org_id: org.to_string(),
            id: reservation.id.to_string(),
            number: reservation.number.to_string(),
            calendar_uid: reservation.calendar_uid.clone(),
            sequence: reservation.sequence.cast_signed(),
            definition_id: reservation.definition_id.to_string(),
            starts_at: reservation.slot.start,
            ends_at: reservation.slot.end,
            buffer_before_minutes: reservation.buffers.before_minutes.cast_signed(),
            buffer_after_minutes: reservation.buffers.after_minutes.cast_signed(),
            staff_ids: reservation.staff_ids.iter().map(ToString::to_string).collect(),
            point_id: reservation.point_id.as_ref().map(ToString::to_string),
            email: reservation.customer.email.folded(),
            contact_id: reservation.customer.contact_id.to_string(),
            customer: Json(CustomerColumn::of(&reservation.customer)),
            notes: reservation.notes.clone(),
            party_size: reservation.party_size.cast_signed(),
            fingerprint: reservation.fingerprint.clone(),
            repeat_mails: reservation.repeat_mails.cast_signed(),
            planned_at: reservation.planned_at,
            reminded: Json(reservation.reminded.clone()),
            status: reservation.status.word().to_owned(),
            status_at: columns.at,
            arrival: columns.arrival.map(Json),
            status_before: columns.before.map(Json),
            cancelled_by: columns.cancelled_by.map(str::to_owned),
            cancel_reason: columns.cancel_reason,
            version: reservation.version.cast_signed(),
            created_at: reservation.created_at,
            updated_at: reservation.updated_at,
            deleted_at: image.deleted_at,
            closed_by: columns.closed_by.map(str::to_owned),
        }
    }

    fn status(&mut self, judge: &Judge) -> Result<Status, ImpossibleRow> {
        let at = judge.present("status_at", self.status_at);
        let before = judge.present("status_before", self.status_before.take());
        let from = before.map(|json| Box::new(json.0));
        Ok(match self.status.as_str() {
            "pending" => Status::Pending,
            "confirmed" => Status::Confirmed,
            "checked_in" => Status::CheckedIn { at: at?, arrival: self.arrival.take().map(|json| json.0), from: from? },
            "completed" => Status::Completed { at: at?, from: from?, by: self.closed_by(judge)? },
            "no_show" => Status::NoShow { at: at?, from: from?, by: self.closed_by(judge)? },
            "cancelled" => {
                let by = match judge.present("cancelled_by", self.cancelled_by.as_deref())? {
                    "customer" => CancelledBy::Customer,
                    "staff" => CancelledBy::Staff,
                    other => return Err(judge.error("cancelled_by", format!("{other:?} is none"))),
                };
                Status::Cancelled { at: at?, by, reason: self.cancel_reason.take() }
            }
            other => return Err(judge.error("status", format!("{other:?} is no status"))),
        })
    }

    fn closed_by(&self, judge: &Judge) -> Result<ClosedBy, ImpossibleRow> {
        match judge.present("closed_by", self.closed_by.as_deref())? {
            "desk" => Ok(ClosedBy::Desk),
            "line" => Ok(ClosedBy::Line),
            other => Err(judge.error("closed_by", format!("{other:?} is none"))),
        }
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(mut self) -> Result<(OrgId, Reservation), ImpossibleRow> {
        let judge = Judge::new("reservation", format!("{}/{}", self.org_id, self.id));
        let status = self.status(&judge)?;
        let reservation = Reservation {
            id: judge.parsed("id", ReservationId::parse(&self.id))?,
            number: judge.parsed("number", ReservationNumber::parse(&self.number))?,
            calendar_uid: self.calendar_uid,
            sequence: judge.count("sequence", self.sequence)?,
            definition_id: judge.parsed("definition_id", DefinitionId::parse(&self.definition_id))?,
            slot: Slot { start: self.starts_at, end: self.ends_at },
            buffers: Buffers {
                before_minutes: judge.count("buffer_before_minutes", self.buffer_before_minutes)?,
                after_minutes: judge.count("buffer_after_minutes", self.buffer_after_minutes)?,
            },
            staff_ids: judge.all_parsed("staff_ids", &self.staff_ids, StaffId::parse)?,
            point_id: judge.parsed("point_id", self.point_id.as_deref().map(PointId::parse).transpose())?,
            customer: self.customer.0.into_domain(&self.contact_id, &judge)?,
            notes: self.notes,
            party_size: judge.count("party_size", self.party_size)?,
            fingerprint: self.fingerprint,
            repeat_mails: judge.count("repeat_mails", self.repeat_mails)?,
            planned_at: self.planned_at,
            reminded: self.reminded.0,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: judge.count("version", self.version)?,
            status,
        };
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, reservation))
    }
}
