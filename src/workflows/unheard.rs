//! What calendar and lines had still to tell one another when the server stopped, as it follows from how the two stand: see
//! [`super::appointment`].

use std::sync::Arc;

use super::appointment::{Withdrawal, closed};
use super::follow_up::FollowUp;
use crate::domain::calendar::{self, ClosedBy, Reservation};
use crate::domain::queue::{Ending, Entry};

/// What one of the two has still to hear of the other, given a reservation and the visit that it became.
#[must_use]
pub fn unheard(reservation: &Reservation, visit: Option<&Arc<Entry>>) -> Option<FollowUp> {
    let tell = |visit: &Arc<Entry>| Some(FollowUp::Report(Box::new(Entry::clone(visit))));
    match (&reservation.status, visit) {
        (calendar::Status::CheckedIn { arrival: Some(arrival), .. }, None) => {
            Some(FollowUp::Bring { arrival: arrival.clone(), reservation: Box::new(reservation.clone()) })
        }
        (calendar::Status::CheckedIn { .. }, Some(visit)) if visit.status.ended_at().is_some() => tell(visit),
        // The line took back what it had reported.
        (
            calendar::Status::Completed { by: ClosedBy::Line, .. }
            | calendar::Status::NoShow { by: ClosedBy::Line, .. },
            Some(visit),
        ) if visit.status.is_open() => tell(visit),
        (calendar::Status::Completed { .. } | calendar::Status::NoShow { .. }, Some(visit))
            if visit.status.is_open() =>
        {
            closed(reservation).map(FollowUp::Withdraw)
        }
        _ => None,
    }
}

/// What has to be found out about a visit whose appointment the calendar does not remember: it may have been deleted.
#[must_use]
pub fn unknown(visit: &Entry) -> Option<FollowUp> {
    let reservation = visit.reservation.clone().filter(|_| visit.status.is_open())?;
    let (entry, point) = (visit.id.clone(), visit.point_id.clone());
    let withdrawal = Withdrawal { entry, point, ending: Ending::Deleted };
    Some(FollowUp::WithdrawIfDeleted { reservation, withdrawal })
}
