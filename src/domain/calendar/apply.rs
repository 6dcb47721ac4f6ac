//! What a fact makes of the state.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::{OrdMap, OrdSet};

use super::busy::Claim;
use super::definition::Definition;
use super::event::Event;
use super::hold::Hold;
use super::reservation::Reservation;
use super::state::{CalendarState, forget_at};
use super::waitlist::{Waiting, WaitlistChange, WaitlistEntry};
use crate::domain::ids::{HoldId, ReservationId};

/// Most reservations that one event makes the state forget: each brings one at most, so the rest is soon caught up.
pub const FORGOTTEN_PER_EVENT_MAX: usize = 8;

/// Makes `event` so.
pub fn apply(state: &mut CalendarState, event: &Event) {
    match event {
        Event::DefinitionChanged { definition, .. } => state.put_definition(Definition::clone(definition)),
        Event::StaffChanged { staff, .. } => {
            state.staff.insert(staff.id.clone(), Arc::new((**staff).clone()));
        }
        Event::TemplateChanged { template, .. } => {
            state.templates.insert(template.id.clone(), Arc::new((**template).clone()));
        }
        Event::Held { hold } => state.put_hold(Hold::clone(hold)),
        Event::HoldEnded { id, .. } => state.remove_hold(id),
        Event::ReservationChanged { reservation, .. } => state.put_reservation(Reservation::clone(reservation)),
        Event::ReservationDeleted { id, .. } => state.remove_reservation(id),
        Event::WaitlistChanged { change, entry, .. } => {
            if let WaitlistChange::Offered { hold } = change {
                state.put_hold(Hold::clone(hold));
            }
            state.put_waitlist(WaitlistEntry::clone(entry));
        }
    }
    state.forget(event.at(), FORGOTTEN_PER_EVENT_MAX);
}

impl CalendarState {
    /// Forgets reservations that no rule needs any more at `at`, `most` at most.
    pub fn forget(&mut self, at: DateTime<Utc>, most: usize) {
        for _ in 0..most {
            match self.forgettable.get_min().cloned() {
                Some((from, id)) if from <= at => self.remove_reservation(&id),
                Some(_) | None => return,
            }
        }
    }

    /// A definition's reminders are those of everything booked of it: planned anew.
    fn put_definition(&mut self, definition: Definition) {
        let booked: Vec<Arc<Reservation>> = match self.definitions.get(&definition.id) {
            Some(old)
                if (&old.terms.reminders, old.terms.timezone)
                    != (&definition.terms.reminders, definition.terms.timezone) =>
            {
                self.reservations.values().filter(|one| one.definition_id == definition.id).cloned().collect()
            }
            Some(_) | None => Vec::new(),
        };
        booked.iter().for_each(|reservation| self.unplan(reservation));
        self.definitions.insert(definition.id.clone(), Arc::new(definition));
        booked.iter().for_each(|reservation| self.plan(reservation));
    }

    fn plan(&mut self, reservation: &Reservation) {
        if let Some((due, _)) = self.next_reminder(reservation) {
            self.reminders.insert((due, reservation.id.clone()));
        }
    }

    fn unplan(&mut self, reservation: &Reservation) {
        if let Some((due, _)) = self.next_reminder(reservation) {
            self.reminders.remove(&(due, reservation.id.clone()));
        }
    }

    pub(super) fn put_reservation(&mut self, reservation: Reservation) {
        self.remove_reservation(&reservation.id);
        if let Some(claim) = Claim::of_reservation(&reservation) {
            self.busy.put(claim);
        }
        self.plan(&reservation);
        let id = &reservation.id;
        self.numbers.insert(reservation.number.clone(), id.clone());
        self.persons.entry(reservation.customer.email.folded()).or_default().insert(id.clone());
        self.forgettable.insert((forget_at(&reservation), id.clone()));
        self.reservations.insert(id.clone(), Arc::new(reservation));
    }

    fn remove_reservation(&mut self, id: &ReservationId) {
        let Some(old) = self.reservations.remove(id) else { return };
        if let Some(claim) = Claim::of_reservation(&old) {
            self.busy.take(&claim);
        }
        self.unplan(&old);
        self.numbers.remove(&old.number);
        remove_from(&mut self.persons, &old.customer.email.folded(), id);
        self.forgettable.remove(&(forget_at(&old), id.clone()));
    }

    pub(super) fn put_hold(&mut self, hold: Hold) {
        self.remove_hold(&hold.id);
        self.busy.put(Claim::of_hold(&hold));
        self.hold_ends.insert((hold.expires_at, hold.id.clone()));
        self.holds.insert(hold.id.clone(), Arc::new(hold));
    }

    fn remove_hold(&mut self, id: &HoldId) {
        let Some(old) = self.holds.remove(id) else { return };
        self.busy.take(&Claim::of_hold(&old));
        self.hold_ends.remove(&(old.expires_at, id.clone()));
    }

    /// Who has an offer waits for nothing else meanwhile; who waits no more is forgotten at once.
    pub(super) fn put_waitlist(&mut self, entry: WaitlistEntry) {
        if let Some(old) = self.waitlist.remove(&entry.id) {
            remove_from(&mut self.line, &old.definition_id, &(old.created_at, old.id.clone()));
            self.wait_ends.remove(&(old.to, old.id.clone()));
        }
        if entry.standing == Waiting::Waiting {
            self.line.entry(entry.definition_id.clone()).or_default().insert((entry.created_at, entry.id.clone()));
            self.wait_ends.insert((entry.to, entry.id.clone()));
        }
        if entry.is_open() {
            self.waitlist.insert(entry.id.clone(), Arc::new(entry));
        }
    }
}

/// Takes one value out of the set of a key, and the key with its last value.
fn remove_from<K: Ord + Clone, V: Ord + Clone>(sets: &mut OrdMap<K, OrdSet<V>>, key: &K, value: &V) {
    let Some(set) = sets.get_mut(key) else { return };
    set.remove(value);
    if set.is_empty() {
        sets.remove(key);
    }
}
