//! All that the calendar of one org knows. Cloning it is cheap (persistent maps), so every commit can publish the whole
//! of it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use imbl::{OrdMap, OrdSet};

use super::busy::Busy;
use super::definition::Definition;
use super::hold::Hold;
use super::number::ReservationNumber;
use super::reminder::Reminder;
use super::reservation::{Reservation, Status};
use super::staff::Staff;
use super::waitlist::WaitlistEntry;
use crate::domain::address::Email;
use crate::domain::ids::{DefinitionId, HoldId, PointId, ReservationId, StaffId, TemplateId, WaitlistId};
use crate::domain::message::Template;

/// How long a reservation is remembered after its end, or after its last change where that comes later or has ended it,
/// in hours. Older ones are looked up.
pub const MEMORY_HOURS: i64 = 24;

/// The state of one org's calendar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CalendarState {
    /// Deleted ones too: what is booked refers to them.
    pub(super) definitions: OrdMap<DefinitionId, Arc<Definition>>,
    /// Deleted ones too.
    pub(super) staff: OrdMap<StaffId, Arc<Staff>>,
    /// Deleted ones too: their ids stay taken.
    pub(super) templates: OrdMap<TemplateId, Arc<Template>>,
    pub(super) reservations: OrdMap<ReservationId, Arc<Reservation>>,
    pub(super) holds: OrdMap<HoldId, Arc<Hold>>,
    /// Who waits, or has an offer.
    pub(super) waitlist: OrdMap<WaitlistId, Arc<WaitlistEntry>>,
    pub(super) busy: Busy,
    pub(super) numbers: OrdMap<ReservationNumber, ReservationId>,
    /// Reservations by folded address.
    pub(super) persons: OrdMap<String, OrdSet<ReservationId>>,
    /// The next reminder of each reservation.
    pub(super) reminders: OrdSet<(DateTime<Utc>, ReservationId)>,
    /// Holds by their end.
    pub(super) hold_ends: OrdSet<(DateTime<Utc>, HoldId)>,
    /// Who waits, by definition, the longest first.
    pub(super) line: OrdMap<DefinitionId, OrdSet<(DateTime<Utc>, WaitlistId)>>,
    /// Who waits, by the moment after which nothing can be offered any more.
    pub(super) wait_ends: OrdSet<(DateTime<Utc>, WaitlistId)>,
    /// Reservations by the moment from which on they can be forgotten.
    pub(super) forgettable: OrdSet<(DateTime<Utc>, ReservationId)>,
}

impl CalendarState {
    /// Rebuilds a state from what was stored. Definitions and staff: the deleted ones too. Reservations: those that
    /// [`Self::is_remembered`] at the moment of loading, at least. Holds and waitlist: those that are not over.
    #[must_use]
    pub fn restored(
        definitions: impl IntoIterator<Item = Definition>,
        staff: impl IntoIterator<Item = Staff>,
        reservations: impl IntoIterator<Item = Reservation>,
        holds: impl IntoIterator<Item = Hold>,
        waitlist: impl IntoIterator<Item = WaitlistEntry>,
    ) -> Self {
        let mut state = Self {
            definitions: definitions.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect(),
            staff: staff.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect(),
            ..Self::default()
        };
        reservations.into_iter().for_each(|one| state.put_reservation(one));
        holds.into_iter().for_each(|one| state.put_hold(one));
        waitlist.into_iter().for_each(|one| state.put_waitlist(one));
        state
    }

    /// The same state with these templates of messages, the deleted ones too.
    #[must_use]
    pub fn with_templates(mut self, templates: impl IntoIterator<Item = Template>) -> Self {
        self.templates = templates.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect();
        self
    }

    /// The templates of messages that are not deleted, by id.
    pub fn templates(&self) -> impl Iterator<Item = &Arc<Template>> {
        self.templates.values().filter(|template| template.deleted_at.is_none())
    }

    /// A template of messages that is not deleted.
    #[must_use]
    pub fn template(&self, id: &TemplateId) -> Option<&Arc<Template>> {
        self.templates.get(id).filter(|template| template.deleted_at.is_none())
    }

    /// The definitions that are not deleted, by id.
    pub fn definitions(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.definitions.values().filter(|definition| definition.deleted_at.is_none())
    }

    /// A definition that is not deleted.
    #[must_use]
    pub fn definition(&self, id: &DefinitionId) -> Option<&Arc<Definition>> {
        self.definitions.get(id).filter(|definition| definition.deleted_at.is_none())
    }

    /// A definition, deleted or not: what a reservation was made of.
    #[must_use]
    pub fn definition_of(&self, id: &DefinitionId) -> Option<&Arc<Definition>> {
        self.definitions.get(id)
    }

    /// The members of staff that are not deleted, by id.
    pub fn staff(&self) -> impl Iterator<Item = &Arc<Staff>> {
        self.staff.values().filter(|staff| staff.deleted_at.is_none())
    }

    /// A member of staff that is not deleted.
    #[must_use]
    pub fn staff_member(&self, id: &StaffId) -> Option<&Arc<Staff>> {
        self.staff.get(id).filter(|staff| staff.deleted_at.is_none())
    }

    /// All members of staff that ever were, by id.
    pub fn staff_ever(&self) -> impl Iterator<Item = &Arc<Staff>> {
        self.staff.values()
    }

    /// A member of staff, deleted or not: who serves a reservation.
    #[must_use]
    pub fn staff_of(&self, id: &StaffId) -> Option<&Arc<Staff>> {
        self.staff.get(id)
    }

    /// A reservation in memory.
    #[must_use]
    pub fn reservation(&self, id: &ReservationId) -> Option<&Arc<Reservation>> {
        self.reservations.get(id)
    }

    /// All reservations in memory, by id.
    pub fn reservations(&self) -> impl Iterator<Item = &Arc<Reservation>> {
        self.reservations.values()
    }

    /// A reservation in memory by its number.
    #[must_use]
    pub fn by_number(&self, number: &ReservationNumber) -> Option<&Arc<Reservation>> {
        self.reservations.get(self.numbers.get(number)?)
    }

    /// The reservations in memory of one address, by id.
    pub fn by_email(&self, email: &Email) -> impl Iterator<Item = &Arc<Reservation>> {
        let ids = self.persons.get(&email.folded());
        ids.into_iter().flatten().filter_map(|id| self.reservations.get(id))
    }

    /// A hold, over or not.
    #[must_use]
    pub fn hold(&self, id: &HoldId) -> Option<&Arc<Hold>> {
        self.holds.get(id)
    }

    /// All holds, by id.
    pub fn holds(&self) -> impl Iterator<Item = &Arc<Hold>> {
        self.holds.values()
    }

    /// When the next hold after `now` is over.
    pub(super) fn next_hold_end(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.hold_ends.iter().map(|(at, _)| *at).find(|at| *at > now)
    }

    /// All who wait, by id.
    pub fn waitlist(&self) -> impl Iterator<Item = &Arc<WaitlistEntry>> {
        self.waitlist.values()
    }

    /// One who waits.
    #[must_use]
    pub fn waiting(&self, id: &WaitlistId) -> Option<&Arc<WaitlistEntry>> {
        self.waitlist.get(id)
    }

    /// Who waits for a definition, the longest first.
    pub(super) fn waiting_for(&self, id: &DefinitionId) -> impl Iterator<Item = &Arc<WaitlistEntry>> {
        let line = self.line.get(id);
        line.into_iter().flatten().filter_map(|(_, entry)| self.waitlist.get(entry))
    }

    /// What is taken.
    #[must_use]
    pub fn busy(&self) -> &Busy {
        &self.busy
    }

    /// The points that definitions name: a command has to bring what holds there.
    pub fn points(&self) -> impl Iterator<Item = &PointId> {
        self.definitions().filter_map(|definition| definition.terms.service_point_id.as_ref())
    }

    /// The next reminder of a reservation, and when it is due: of those that were not dealt with for this start, and
    /// that were not due before the reservation was made, confirmed or moved.
    pub(super) fn next_reminder(&self, reservation: &Reservation) -> Option<(DateTime<Utc>, &Reminder)> {
        next_reminder(self.definitions.get(&reservation.definition_id)?, reservation)
    }

    /// Whether a reservation has to be in memory at `now`: it may still matter to a rule, or a repeat may ask for it.
    #[must_use]
    pub fn is_remembered(reservation: &Reservation, now: DateTime<Utc>) -> bool {
        now < forget_at(reservation)
    }
}

/// See [`CalendarState::next_reminder`].
pub(super) fn next_reminder<'a>(
    definition: &'a Definition,
    reservation: &Reservation,
) -> Option<(DateTime<Utc>, &'a Reminder)> {
    if reservation.status != Status::Confirmed {
        return None;
    }
    let start = reservation.slot.start;
    let dealt_with = |rule: &Reminder| {
        let key = rule.key();
        reservation.reminded.iter().any(|reminded| reminded.start == start && reminded.rule == key)
    };
    definition
        .terms
        .reminders
        .iter()
        .filter_map(|rule| Some((rule.due_at(definition.terms.timezone, start)?, rule)))
        .filter(|(due, rule)| *due >= reservation.planned_at && !dealt_with(rule))
        .min_by_key(|(due, _)| *due)
}

/// From when on a reservation can be forgotten.
pub(super) fn forget_at(reservation: &Reservation) -> DateTime<Utc> {
    let last = match reservation.status {
        Status::Cancelled { .. } => reservation.updated_at,
        Status::Pending
        | Status::Confirmed
        | Status::CheckedIn { .. }
        | Status::Completed { .. }
        | Status::NoShow { .. } => reservation.updated_at.max(reservation.slot.end),
    };
    last + TimeDelta::hours(MEMORY_HOURS)
}
