//! What reservations take from others, as the guard behind the calendar has it. It is never stricter than the calendar
//! itself: what was booked when more was allowed, or shares its staff, stays beside the others, whatever is edited since.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::calendar::{
    CalendarState, Change as Happening, Claim, ClaimId, Command, Definition, Event, Lane, Reservation,
};
use crate::store::{Existence, ReservationImage, Spot};

/// What the reservation of `event` takes from now on; `None`: as before.
pub(super) fn spots_after(
    command: &Command,
    before: &CalendarState,
    state: &CalendarState,
    event: &Event,
) -> Option<Vec<Spot>> {
    let Event::ReservationChanged { change, reservation, at, .. } = event else { return None };
    if !reservation.status.takes_room() {
        return Some(Vec::new());
    }
    match change {
        Happening::Booked | Happening::Moved { .. } | Happening::TakenBack => {}
        Happening::Updated if !takes_the_same(command, before, reservation) => {}
        Happening::Updated
        | Happening::Confirmed
        | Happening::Cancelled
        | Happening::CheckedIn { .. }
        | Happening::ArrivalRefused
        | Happening::Completed
        | Happening::NoShow
        | Happening::ReminderDue { .. }
        | Happening::ReminderMissed { .. }
        | Happening::ReminderAsked
        | Happening::Repeated => return None,
    }
    Some(spots_of(command, state, reservation, is_class(state, reservation), *at))
}

/// What was booked alone shares its session from now on, when a definition becomes a class.
pub(super) fn joined_sessions(
    command: &Command,
    before: &CalendarState,
    definition: &Definition,
) -> Vec<(ReservationImage, Existence)> {
    let became_class = definition.is_class() && before.definition(&definition.id).is_some_and(|was| !was.is_class());
    let booked = before.reservations().filter(|one| became_class && one.definition_id == definition.id);
    booked
        .filter(|one| one.status.takes_room())
        .map(|one| {
            let spots = Some(spots_of(command, before, one, true, definition.updated_at));
            (ReservationImage { reservation: Arc::clone(one), deleted_at: None, spots }, Existence::Known)
        })
        .collect()
}

/// Whether an edit leaves the time as it is that a reservation takes of somebody. One from history is as it came with the
/// command: memory knows no more who was beside it.
fn takes_the_same(command: &Command, before: &CalendarState, reservation: &Reservation) -> bool {
    let known = before.reservation(&reservation.id).map(AsRef::as_ref);
    let was = known.or_else(|| command.act.past().filter(|past| past.id == reservation.id));
    was.is_some_and(|was| (&was.staff_ids, was.occupied()) == (&reservation.staff_ids, reservation.occupied()))
}

fn is_class(state: &CalendarState, reservation: &Reservation) -> bool {
    state.definition_of(&reservation.definition_id).is_some_and(|definition| definition.is_class())
}

/// What is over takes nothing from anybody any more.
fn spots_of(
    command: &Command,
    state: &CalendarState,
    reservation: &Reservation,
    is_class: bool,
    now: DateTime<Utc>,
) -> Vec<Spot> {
    if reservation.occupied().end <= now {
        return Vec::new();
    }
    let alone = reservation.id.to_string();
    let (start, end) = (reservation.slot.start.timestamp(), reservation.slot.end.timestamp());
    let shared = format!("{}/{start}/{end}", reservation.definition_id);
    let staff = reservation.staff_ids.iter().map(|staff| {
        // Who came together in a class stays together when it is none any more.
        let shares = is_class || is_beside_others(state.busy().of_staff(staff), reservation);
        let session = if shares { shared.clone() } else { alone.clone() };
        Spot { resource: format!("staff:{staff}"), session }
    });
    let mut spots: Vec<_> = staff.collect();
    if let Some(point) = &reservation.point_id
        && command.points.get(point).is_some_and(|terms| terms.capacity == 1)
        // Booked when there was room for more.
        && !is_beside_others(state.busy().of_point(point), reservation)
    {
        spots.push(Spot { resource: format!("point:{point}"), session: alone });
    }
    spots
}

/// Whether another reservation takes the same thing at the same time. What is held takes nothing from reservations.
fn is_beside_others(lane: Option<&Lane>, reservation: &Reservation) -> bool {
    let occupied = reservation.occupied();
    let mut claims = lane.into_iter().flat_map(|lane| lane.overlapping(occupied.start, occupied.end));
    claims.any(|claim| is_another(claim, reservation))
}

fn is_another(claim: &Claim, reservation: &Reservation) -> bool {
    match &claim.id {
        ClaimId::Reservation(id) => *id != reservation.id,
        ClaimId::Hold(_) => false,
    }
}

#[cfg(test)]
mod tests;
