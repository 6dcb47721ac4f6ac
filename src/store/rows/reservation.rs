//! Reservations: table `reservation`, and the time that each takes from others: table `reservation_spot`.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::calendar::Reservation;

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

/// Something that only one session can have at a time: a member of staff, or a service point with room for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// What, such as `staff:anna` or `point:chair-1`.
    pub resource: String,
    /// Reservations of the same session share it; others may not overlap.
    pub session: String,
}
