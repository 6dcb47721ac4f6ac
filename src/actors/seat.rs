//! One org's part of the registry: the places of its owners, and where its visits are.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::calendar::Calendar;
use super::desk::Desk;
use super::published::Published;
use super::service_point::ServicePoint;
use super::slot::Slot;
use crate::domain::calendar::{CalendarState, PointTerms, Points};
use crate::domain::desk::{Agent, Agents, DeskState};
use crate::domain::ids::{EntryId, PointId};
use crate::domain::owner::{TheCalendar, TheDesk};
use crate::domain::queue::QueueState;
use crate::store::orgs::Org;
use crate::workflows::follow_up::FollowUp;
use crate::workflows::unheard::{unheard, unknown};

/// One org's part of the registry.
pub(super) struct OrgSeat {
    pub(super) org: Arc<Org>,
    pub(super) revision: watch::Sender<u64>,
    pub(super) calendar: Arc<Slot<Calendar>>,
    pub(super) desk: Arc<Slot<Desk>>,
    /// Who can be given work, as of this revision of the calendar.
    agents: Mutex<(u64, Agents)>,
    /// What holds at the points, for bookings there; made anew when it is asked for after a point was configured.
    terms: Mutex<Option<Points>>,
    slots: RwLock<BTreeMap<PointId, Arc<Slot<ServicePoint>>>>,
    whereabouts: RwLock<HashMap<EntryId, PointId>>,
}

impl OrgSeat {
    /// The part of an org that is met at `now`.
    pub(super) fn new(org: Org, now: DateTime<Utc>) -> Self {
        let nothing = Published::new(org.id.clone(), TheCalendar, CalendarState::default(), now, 0);
        let no_tickets = Published::new(org.id.clone(), TheDesk, DeskState::default(), now, 0);
        Self {
            org: Arc::new(org),
            revision: watch::Sender::new(0),
            calendar: Arc::new(Slot::new(nothing)),
            desk: Arc::new(Slot::new(no_tickets)),
            agents: Mutex::default(),
            terms: Mutex::default(),
            slots: RwLock::default(),
            whereabouts: RwLock::default(),
        }
    }

    /// These visits are at this point from now on.
    pub(super) fn note_whereabouts(&self, point: &PointId, visits: &[EntryId]) {
        if !visits.is_empty() {
            let mut whereabouts = self.whereabouts.write().unwrap_or_else(PoisonError::into_inner);
            whereabouts.extend(visits.iter().map(|entry| (entry.clone(), point.clone())));
        }
    }

    /// What the calendar and the lines had still to tell one another about appointments when the server stopped.
    pub(super) fn unheard(&self) -> Vec<FollowUp> {
        let calendar = self.calendar.published();
        let states: Vec<_> = self.slots().iter().map(|slot| slot.published()).collect();
        let visits: HashMap<_, _> = states
            .iter()
            .flat_map(|at| at.state.entries())
            .filter_map(|entry| Some((entry.reservation.clone()?, entry)))
            .collect();
        let reservations = calendar.state.reservations();
        let known = reservations.filter_map(|one| unheard(one, visits.get(&one.id).copied()));
        let forgotten = visits.iter().filter(|(id, _)| calendar.state.reservation(id).is_none());
        known.chain(forgotten.filter_map(|(_, visit)| unknown(visit))).collect()
    }

    /// Forgets where visits are that no owner remembers any more.
    pub(super) fn sweep_whereabouts(&self) {
        let slots = self.slots();
        let states: HashMap<_, _> = slots.iter().map(|slot| (&slot.name, slot.published())).collect();
        let mut whereabouts = self.whereabouts.write().unwrap_or_else(PoisonError::into_inner);
        whereabouts.retain(|entry, point| states.get(point).is_some_and(|at| at.state.entry(entry).is_some()));
    }

    pub(super) fn slot(&self, point: &PointId) -> Option<Arc<Slot<ServicePoint>>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).get(point).cloned()
    }

    pub(super) fn slot_or_new(&self, point: &PointId, now: DateTime<Utc>) -> Arc<Slot<ServicePoint>> {
        if let Some(slot) = self.slot(point) {
            return slot;
        }
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry(point.clone()).or_insert_with(|| {
            let published = Published::new(self.org.id.clone(), point.clone(), QueueState::default(), now, 0);
            Arc::new(Slot::new(published))
        });
        Arc::clone(slot)
    }

    pub(super) fn slots(&self) -> Vec<Arc<Slot<ServicePoint>>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// What holds at the points of the org.
    pub(super) fn terms(&self) -> Points {
        let mut terms = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        terms.get_or_insert_with(|| self.slots().iter().filter_map(|slot| terms_of(slot)).collect()).clone()
    }

    /// Who can be given work.
    pub(super) fn agents(&self) -> Agents {
        let calendar = self.calendar.published();
        let mut agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        if agents.0 != calendar.revision {
            let members = calendar.state.staff_ever().map(|staff| {
                let (terms, is_here) = (&staff.terms, staff.deleted_at.is_none());
                let email = terms.email.clone().filter(|_| is_here);
                let agent = Agent { name: terms.name.clone(), email, active: is_here && terms.active };
                (staff.id.clone(), agent)
            });
            *agents = (calendar.revision, members.collect());
        }
        agents.1.clone()
    }

    /// A point was configured: what holds there is made anew when it is asked for.
    pub(super) fn forget_terms(&self) {
        *self.terms.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn whereabouts(&self, entry: &EntryId) -> Option<PointId> {
        self.whereabouts.read().unwrap_or_else(PoisonError::into_inner).get(entry).cloned()
    }
}

fn terms_of(slot: &Slot<ServicePoint>) -> Option<(PointId, PointTerms)> {
    let published = slot.published();
    let point = published.state.point()?;
    let terms = PointTerms {
        capacity: point.capacity,
        timezone: point.timezone,
        hours: point.hours.clone(),
        grace_minutes: point.queue.grace_minutes,
    };
    Some((point.id.clone(), terms))
}
