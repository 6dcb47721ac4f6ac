//! Calling off and deleting.

use super::asked::{Asked, wrong_state};
use super::moving::in_time;
use crate::domain::calendar::event::{Change, Event};
use crate::domain::calendar::rejection::{LateAct, Rejection};
use crate::domain::calendar::reservation::{CancelledBy, REASON_MAX_CHARACTERS, Reservation, Status};
use crate::domain::invalid::text;

pub(super) fn cancel(
    asked: &Asked<'_>,
    reservation: &Reservation,
    reason: Option<&str>,
) -> Result<Vec<Event>, Rejection> {
    match &reservation.status {
        Status::Cancelled { .. } => return Ok(Vec::new()),
        Status::Pending | Status::Confirmed => {}
        Status::CheckedIn { .. } | Status::Completed { .. } | Status::NoShow { .. } => {
            return Err(wrong_state(reservation));
        }
    }
    in_time(asked, reservation, LateAct::Cancel)?;
    let reason = reason.map(|reason| text("reason", reason, 0, REASON_MAX_CHARACTERS, true));
    let reason = reason.transpose().map_err(Rejection::Invalid)?.filter(|reason| !reason.is_empty());
    Ok(vec![called_off(asked, reservation, reason)])
}

/// One that still lies ahead is called off first, so that its customer hears of it.
pub(super) fn delete(asked: &Asked<'_>, reservation: &Reservation) -> Vec<Event> {
    let mut events = Vec::new();
    if reservation.status.is_ahead() && reservation.slot.start > asked.now {
        events.push(called_off(asked, reservation, None));
    }
    let arrival = reservation.status.arrival().cloned().map(Box::new);
    events.push(Event::ReservationDeleted { id: reservation.id.clone(), arrival, at: asked.now, by: asked.subject() });
    events
}

fn called_off(asked: &Asked<'_>, reservation: &Reservation, reason: Option<String>) -> Event {
    let by = if asked.is_staff() { CancelledBy::Staff } else { CancelledBy::Customer };
    asked.change(reservation, Change::Cancelled, |after| {
        after.sequence += 1;
        after.status = Status::Cancelled { at: asked.now, by, reason };
    })
}
