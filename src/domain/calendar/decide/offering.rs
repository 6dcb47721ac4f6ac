//! What became free is offered to who waits, the longest first, and kept for them meanwhile.

use chrono::{DateTime, TimeDelta, Utc};

use super::asked::Asked;
use crate::domain::calendar::apply::apply;
use crate::domain::calendar::busy::Claim;
use crate::domain::calendar::definition::Definition;
use crate::domain::calendar::event::Event;
use crate::domain::calendar::hold::{Hold, HoldEnd, OFFER_MINUTES};
use crate::domain::calendar::reservation::Slot;
use crate::domain::calendar::slots::{View, Wish, free_near, place};
use crate::domain::calendar::state::CalendarState;
use crate::domain::calendar::waitlist::{Waiting, WaitlistChange, WaitlistEntry};

/// Most offers that follow from one command.
pub const OFFERS_PER_COMMAND_MAX: usize = 100;

/// The offers that follow from `events`.
pub(super) fn offers(asked: &Asked<'_>, events: &[Event]) -> Vec<Event> {
    if asked.state.line.is_empty() && asked.state.waitlist.is_empty() {
        return Vec::new();
    }
    let freed: Vec<Claim> = events.iter().filter_map(|event| freed_by(asked.state, event)).collect();
    if freed.is_empty() {
        return Vec::new();
    }
    let mut state = asked.state.clone();
    events.iter().for_each(|event| apply(&mut state, event));
    let mut offers = Vec::new();
    for claim in &freed {
        while offers.len() < OFFERS_PER_COMMAND_MAX {
            let asked = Asked { state: &state, ..*asked };
            let Some(offer) = offer(&asked, claim) else { break };
            apply(&mut state, &offer);
            offers.push(offer);
        }
    }
    offers
}

/// The claim that an event takes away, or moves elsewhere.
fn freed_by(state: &CalendarState, event: &Event) -> Option<Claim> {
    match event {
        Event::ReservationChanged { reservation, .. } => {
            let before = Claim::of_reservation(state.reservation(&reservation.id)?)?;
            Some(before).filter(|before| Claim::of_reservation(reservation).as_ref() != Some(before))
        }
        Event::ReservationDeleted { id, .. } => Claim::of_reservation(state.reservation(id)?),
        Event::HoldEnded { id, end: HoldEnd::Expired, .. } => state.hold(id).map(|hold| Claim::of_hold(hold)),
        Event::HoldEnded { end: HoldEnd::Booked, .. }
        | Event::DefinitionChanged { .. }
        | Event::StaffChanged { .. }
        | Event::TemplateChanged { .. }
        | Event::Held { .. }
        | Event::WaitlistChanged { .. } => None,
    }
}

/// The first who waits for something that this claim had taken.
fn offer(asked: &Asked<'_>, freed: &Claim) -> Option<Event> {
    let concerned = asked.state.line.keys().filter_map(|id| asked.state.definition(id)).filter(|definition| {
        let terms = &definition.terms;
        definition.id == freed.definition_id
            || terms.staff_ids.iter().any(|id| freed.staff_ids.contains(id))
            || (terms.service_point_id.is_some() && terms.service_point_id == freed.point_id)
    });
    for definition in concerned {
        let starts = starts_freed(asked.view(), definition, freed);
        let mut line = asked.state.waiting_for(&definition.id).filter(|_| !starts.is_empty());
        if let Some(offer) = line.find_map(|entry| offer_to(asked, definition, entry, &starts)) {
            return Some(offer);
        }
    }
    None
}

/// The free starts that the claim has stood in the way of: those near it, or the whole day where days are limited.
fn starts_freed(view: View<'_>, definition: &Definition, freed: &Claim) -> Vec<DateTime<Utc>> {
    let terms = &definition.terms;
    let limited = terms.limits.per_day.is_some() && freed.definition_id == definition.id;
    let wish = Wish::plain(definition, None, 1, view.now);
    let around =
        terms.duration() + TimeDelta::minutes(i64::from(terms.buffer_before_minutes.max(terms.buffer_after_minutes)));
    let near = Slot { start: freed.occupied.start - around, end: freed.occupied.end + around };
    let touches = |start: &DateTime<Utc>| {
        let occupied = Slot { start: *start, end: *start + terms.duration() }.with(terms.buffers());
        limited || (occupied.start < freed.occupied.end && freed.occupied.start < occupied.end)
    };
    free_near(view, wish, near).into_iter().filter(touches).collect()
}

fn offer_to(
    asked: &Asked<'_>,
    definition: &Definition,
    entry: &WaitlistEntry,
    starts: &[DateTime<Utc>],
) -> Option<Event> {
    let wish = Wish::plain(definition, entry.staff_id.as_ref(), entry.party_size, asked.now);
    // An offer that is over as it is made helps nobody.
    let wanted = |start: &&DateTime<Utc>| {
        **start > asked.now && (entry.from..entry.to).contains(*start) && !entry.offered.contains(*start)
    };
    let (slot, staff_ids) = starts.iter().filter(wanted).find_map(|start| {
        let slot = Slot { start: *start, end: *start + definition.terms.duration() };
        Some((slot, place(asked.view(), wish, slot).ok()?))
    })?;
    let hold = Hold {
        id: entry.next_hold_id(),
        definition_id: definition.id.clone(),
        slot,
        buffers: definition.terms.buffers(),
        staff_ids,
        point_id: definition.terms.service_point_id.clone(),
        party_size: entry.party_size,
        offered_to: Some(entry.id.clone()),
        created_at: asked.now,
        expires_at: slot.start.min(asked.now + TimeDelta::minutes(OFFER_MINUTES)),
    };
    let mut after = entry.next_version();
    after.offered.push(slot.start);
    after.standing = Waiting::Offered { hold: hold.id.clone() };
    let change = WaitlistChange::Offered { hold: Box::new(hold) };
    Some(Event::WaitlistChanged { change, entry: Box::new(after), at: asked.now })
}
