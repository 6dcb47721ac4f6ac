//! Booking a slot, once: repeats of a wish find the booking that it has become.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::asked::{Asked, checked_customer};
use crate::domain::calendar::busy::ClaimId;
use crate::domain::calendar::command::Booking;
use crate::domain::calendar::definition::Confirm;
use crate::domain::calendar::event::{Change, Event};
use crate::domain::calendar::hold::{Hold, HoldEnd};
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::reservation::{
    NOTES_MAX_CHARACTERS, REPEAT_MAILS_MAX, Reservation, SAME_BODY_SECONDS, Status,
};
use crate::domain::calendar::slots::{Wish, check_party, place};
use crate::domain::calendar::state::CalendarState;
use crate::domain::calendar::waitlist::{Waiting, WaitlistChange, WaitlistEntry};
use crate::domain::invalid::text;

/// What a wish to book has become already.
pub(in crate::domain::calendar) enum Earlier<'a> {
    /// The very same body made this one moments ago: for who sent it.
    SameBody(&'a Arc<Reservation>),
    /// The same person has the same start of the same definition: that can be anybody who knows the address.
    SameStart(&'a Arc<Reservation>),
}

/// What a wish to book has become already; cancelled ones never count.
pub(in crate::domain::calendar) fn earlier<'a>(
    state: &'a CalendarState,
    booking: &Booking,
    now: DateTime<Utc>,
) -> Option<Earlier<'a>> {
    let own = || {
        let booked = state.by_email(&booking.customer.email);
        booked.filter(|one| one.definition_id == booking.definition && !matches!(one.status, Status::Cancelled { .. }))
    };
    let limit = TimeDelta::seconds(SAME_BODY_SECONDS);
    let same_body = own().find(|one| one.fingerprint == booking.fingerprint && now - one.created_at <= limit);
    let same_start = || own().find(|one| one.slot.start == booking.slot.start);
    same_body.map(Earlier::SameBody).or_else(|| same_start().map(Earlier::SameStart))
}

pub(super) fn create(asked: &Asked<'_>, booking: &Booking) -> Result<Vec<Event>, Rejection> {
    let definition = asked.definition(&booking.definition)?;
    match earlier(asked.state, booking, asked.now) {
        Some(Earlier::SameBody(_)) => return Ok(Vec::new()),
        Some(Earlier::SameStart(reservation)) => return Ok(repeated(asked, reservation)),
        None => {}
    }
    let customer = checked_customer(&booking.customer)?;
    let notes = text("notes", &booking.notes, 0, NOTES_MAX_CHARACTERS, true).map_err(Rejection::Invalid)?;
    check_party(booking.party_size).map_err(Rejection::Invalid)?;
    asked.check_staff(definition, booking.staff.as_ref())?;
    if asked.state.reservation(&booking.id).is_some() {
        return Err(Rejection::AlreadyExists { id: booking.id.to_string() });
    }
    if asked.state.by_number(&booking.number).is_some() {
        return Err(Rejection::NumberTaken);
    }
    let hold = usable_hold(asked, booking);
    let own_claim: Vec<ClaimId> = hold.iter().map(|hold| ClaimId::Hold(hold.id.clone())).collect();
    let wish = Wish {
        without: &own_claim,
        keep: hold.map_or(&[], |hold| hold.staff_ids.as_slice()),
        asked_at: hold.map_or(asked.now, |hold| hold.created_at),
        ..Wish::plain(definition, booking.staff.as_ref(), booking.party_size, asked.now)
    };
    let staff_ids = place(asked.view(), wish, booking.slot)?;
    let reservation = Reservation {
        id: booking.id.clone(),
        number: booking.number.clone(),
        calendar_uid: booking.calendar_uid.clone(),
        sequence: 0,
        definition_id: definition.id.clone(),
        slot: booking.slot,
        buffers: definition.terms.buffers(),
        staff_ids,
        point_id: definition.terms.service_point_id.clone(),
        customer,
        notes,
        party_size: booking.party_size,
        fingerprint: booking.fingerprint.clone(),
        repeat_mails: 0,
        planned_at: asked.now,
        reminded: Vec::new(),
        created_at: asked.now,
        updated_at: asked.now,
        version: 1,
        status: match definition.terms.confirm {
            Confirm::Auto => Status::Confirmed,
            Confirm::Pending => Status::Pending,
        },
    };
    Ok(booked(asked, reservation, hold))
}

/// The hold comes to its end before the booking begins, so that at no moment both take the slot.
fn booked(asked: &Asked<'_>, reservation: Reservation, hold: Option<&Hold>) -> Vec<Event> {
    let mut events = Vec::new();
    events.extend(hold.map(|hold| Event::HoldEnded { id: hold.id.clone(), end: HoldEnd::Booked, at: asked.now }));
    let waited = hold.and_then(|hold| asked.state.waiting(hold.offered_to.as_ref()?));
    let taken = waited.map(|entry| {
        let standing = Waiting::Booked { reservation: reservation.id.clone() };
        let entry = Box::new(WaitlistEntry { standing, ..entry.next_version() });
        Event::WaitlistChanged { change: WaitlistChange::Booked, entry, at: asked.now }
    });
    events.push(Event::ReservationChanged {
        change: Change::Booked,
        reservation: Box::new(reservation),
        at: asked.now,
        by: asked.subject(),
    });
    events.extend(taken);
    events
}

/// The hold that keeps this very slot. One that is over, or keeps another slot, is as none.
fn usable_hold<'a>(asked: &Asked<'a>, booking: &Booking) -> Option<&'a Hold> {
    let hold = asked.state.hold(booking.hold.as_ref()?)?;
    let fits = hold.definition_id == booking.definition && hold.slot == booking.slot && asked.now < hold.expires_at;
    fits.then_some(hold)
}

/// The confirmation goes out again, to the stored address, so that who lost it has it; but not for ever.
fn repeated(asked: &Asked<'_>, reservation: &Reservation) -> Vec<Event> {
    let is_past = !reservation.status.is_ahead() || reservation.slot.start <= asked.now;
    if is_past || reservation.repeat_mails >= REPEAT_MAILS_MAX {
        return Vec::new();
    }
    let after = Reservation { repeat_mails: reservation.repeat_mails + 1, ..reservation.clone() };
    let (at, by) = (asked.now, asked.subject());
    vec![Event::ReservationChanged { change: Change::Repeated, reservation: Box::new(after), at, by }]
}
