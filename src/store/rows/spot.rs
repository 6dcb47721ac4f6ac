//! The time that reservations take from others: table `reservation_spot`, the guard behind the calendar against double
//! booking. What a reservation takes is replaced as a whole.

use chrono::{DateTime, Utc};
use sqlx::postgres::types::PgRange;

use super::row_type::row_type;
use crate::domain::calendar::Reservation;
use crate::domain::ids::OrgId;

/// The constraint that no two sessions take one thing at the same time.
pub const SPOT_TAKEN: &str = "reservation_spot_taken";

/// What is taken from now on.
pub(in crate::store) const INSERT: &str = "INSERT INTO reservation_spot SELECT * FROM unnest($1::reservation_spot[])";

/// What these reservations have taken.
pub(in crate::store) const DELETE: &str = "\
DELETE FROM reservation_spot s USING unnest($1::row_key[]) k
WHERE s.org_id = k.org_id AND s.reservation_id = k.id";

/// Something that only one session can have at a time: a member of staff, or a service point with room for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// What, such as `staff:anna` or `point:chair-1`.
    pub resource: String,
    /// Reservations of the same session share it; others may not overlap.
    pub session: String,
}

row_type! { of "reservation_spot":
    /// One row of `reservation_spot`.
    pub(in crate::store) struct SpotRow<'a> {
        org_id: &'a str,
        reservation_id: &'a str,
        resource: &'a str,
        span: PgRange<DateTime<Utc>>,
        session: &'a str,
    }
}

impl<'a> SpotRow<'a> {
    /// The row of something that a reservation takes for its slot with the buffers.
    pub(in crate::store) fn of(org: &'a OrgId, reservation: &'a Reservation, spot: &'a Spot) -> Self {
        let occupied = reservation.occupied();
        Self {
            org_id: org.as_str(),
            reservation_id: reservation.id.as_str(),
            resource: &spot.resource,
            span: (occupied.start..occupied.end).into(),
            session: &spot.session,
        }
    }
}
