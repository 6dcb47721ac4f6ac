//! Another slot, other people, another status: what can be changed about a reservation.

use chrono::TimeDelta;

use super::arriving::{complete, confirm, mark_checked_in, no_show};
use super::asked::{Asked, checked_customer, wrong_state};
use super::ending::cancel;
use crate::domain::calendar::busy::ClaimId;
use crate::domain::calendar::event::{Change, Event};
use crate::domain::calendar::rejection::{LateAct, Rejection};
use crate::domain::calendar::reservation::{
    Customer, NOTES_MAX_CHARACTERS, NewStatus, Reservation, ReservationChanges, Slot,
};
use crate::domain::calendar::slots::{Wish, check_party, place, seat_in_place};
use crate::domain::ids::StaffId;
use crate::domain::invalid::text;

/// One act: the new slot is judged as if the old one were free, and both change in one event.
pub(super) fn reschedule(
    asked: &Asked<'_>,
    reservation: &Reservation,
    slot: Slot,
    staff: Option<&StaffId>,
) -> Result<Vec<Event>, Rejection> {
    if !reservation.status.is_ahead() {
        return Err(wrong_state(reservation));
    }
    let stays = reservation.slot == slot && staff.is_none_or(|id| reservation.staff_ids.contains(id));
    if stays {
        return Ok(Vec::new());
    }
    in_time(asked, reservation, LateAct::Reschedule)?;
    let definition = asked.definition(&reservation.definition_id)?;
    asked.check_staff(definition, staff)?;
    let own_claim = [ClaimId::Reservation(reservation.id.clone())];
    let wish = Wish {
        without: &own_claim,
        keep: &reservation.staff_ids,
        ..Wish::plain(definition, staff, reservation.party_size, asked.now)
    };
    let staff_ids = place(asked.view(), wish, slot)?;
    let change = Change::Moved { from: reservation.slot, staff_ids: reservation.staff_ids.clone() };
    Ok(vec![asked.change(reservation, change, |after| {
        after.slot = slot;
        after.buffers = definition.terms.buffers();
        after.staff_ids = staff_ids;
        after.point_id = definition.terms.service_point_id.clone();
        after.sequence += 1;
        after.planned_at = asked.now;
        // Nobody moves back to a start that is over: what was sent for it need not be known any more.
        after.reminded.retain(|reminded| reminded.start > asked.now);
    })])
}

/// Customers can call off and move only in time; staff always.
pub(super) fn in_time(asked: &Asked<'_>, reservation: &Reservation, act: LateAct) -> Result<(), Rejection> {
    let definition = asked.state.definition_of(&reservation.definition_id);
    let notice = definition.map_or(0, |definition| definition.terms.cancel_before_minutes);
    let until = reservation.slot.start - TimeDelta::minutes(notice.into());
    if asked.is_staff() || asked.now <= until { Ok(()) } else { Err(Rejection::TooLate { act, until }) }
}

/// Details first, then the slot, then the status; each is an event of its own, and all happen or none.
pub(super) fn update(
    asked: &Asked<'_>,
    reservation: &Reservation,
    changes: &ReservationChanges,
) -> Result<Vec<Event>, Rejection> {
    let mut events = Vec::new();
    let mut current = reservation.clone();
    let mut take = |current: &mut Reservation, more: Vec<Event>| {
        if let Some(Event::ReservationChanged { reservation, .. }) = more.last() {
            *current = Reservation::clone(reservation);
        }
        events.extend(more);
    };
    let edited = edit(asked, &current, changes)?;
    take(&mut current, edited);
    if let Some(slot) = changes.slot.filter(|slot| *slot != current.slot) {
        let moved = reschedule(asked, &current, slot, changes.staff_id.as_ref())?;
        take(&mut current, moved);
    }
    if let Some(status) = changes.status {
        let changed = match status {
            NewStatus::Confirmed => confirm(asked, &current),
            NewStatus::CheckedIn => mark_checked_in(asked, &current, None, false),
            NewStatus::Completed => complete(asked, &current),
            NewStatus::NoShow => no_show(asked, &current, false),
            NewStatus::Cancelled => cancel(asked, &current, None),
        };
        take(&mut current, changed?);
    }
    Ok(events)
}

/// Notes, customer, people and staff. More people or other staff have to find room, in the new slot where there is one.
fn edit(asked: &Asked<'_>, reservation: &Reservation, changes: &ReservationChanges) -> Result<Vec<Event>, Rejection> {
    let old = &reservation.customer;
    let (email, contact_id) = changes.email.clone().unwrap_or_else(|| (old.email.clone(), old.contact_id.clone()));
    let customer = checked_customer(&Customer {
        name: changes.name.clone().unwrap_or_else(|| old.name.clone()),
        email,
        contact_id,
        phone: changes.phone.clone().unwrap_or_else(|| old.phone.clone()),
        ..old.clone()
    })?;
    let notes = changes.notes.as_deref().unwrap_or(&reservation.notes);
    let notes = text("notes", notes, 0, NOTES_MAX_CHARACTERS, true).map_err(Rejection::Invalid)?;
    let party_size = changes.party_size.unwrap_or(reservation.party_size);
    check_party(party_size).map_err(Rejection::Invalid)?;
    let staff = changes.staff_id.as_ref().filter(|id| !reservation.staff_ids.contains(id));
    let moves = changes.slot.is_some_and(|slot| slot != reservation.slot);
    let seated = if !moves && (party_size != reservation.party_size || staff.is_some()) {
        Some(reseat(asked, reservation, party_size, staff)?)
    } else {
        None
    };
    let mut after = Reservation { customer, notes, party_size, ..reservation.clone() };
    if let Some(seated) = seated {
        after = seated(after);
    }
    if after == *reservation {
        return Ok(Vec::new());
    }
    // Calendars hear of what the customer would see in theirs, while it still lies ahead; nobody hears of a corrected note.
    let is_news = reservation.status.is_ahead() && is_seen_in_calendars(reservation, &after);
    let sequence = reservation.sequence + u32::from(is_news);
    Ok(vec![asked.change(reservation, Change::Updated, |changed| {
        *changed = Reservation { version: changed.version, updated_at: changed.updated_at, sequence, ..after };
    })])
}

fn is_seen_in_calendars(before: &Reservation, after: &Reservation) -> bool {
    let (was, is) = (&before.customer, &after.customer);
    before.staff_ids != after.staff_ids
        || before.party_size != after.party_size
        || was.name != is.name
        || was.email != is.email
}

/// Staff and buffers for another number of people, or with another person, in the slot that it has.
fn reseat(
    asked: &Asked<'_>,
    reservation: &Reservation,
    party_size: u32,
    staff: Option<&StaffId>,
) -> Result<impl FnOnce(Reservation) -> Reservation, Rejection> {
    if !reservation.status.takes_room() {
        return Err(wrong_state(reservation));
    }
    let definition = asked.definition(&reservation.definition_id)?;
    asked.check_staff(definition, staff)?;
    let own_claim = [ClaimId::Reservation(reservation.id.clone())];
    let keep = if staff.is_some() { [].as_slice() } else { &reservation.staff_ids };
    let wish = Wish { without: &own_claim, keep, ..Wish::plain(definition, staff, party_size, asked.now) };
    let staff_ids = seat_in_place(asked.view(), wish, reservation.slot)?;
    let buffers = definition.terms.buffers();
    Ok(move |after: Reservation| Reservation { staff_ids, buffers, ..after })
}
