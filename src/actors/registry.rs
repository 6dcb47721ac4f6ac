//! All orgs and all places of owners, and what is published of them. It is told what became of every change, publishes
//! what is committed, and only then releases the answers.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use super::aggregate::Aggregate;
use super::calendar::Calendar;
use super::desk::Desk;
use super::due::Due;
use super::published::Published;
use super::seat::OrgSeat;
use super::service_point::ServicePoint;
use super::settling::{Payload, Publication, Publications, Settling};
use super::slot::{Fall, OwnerHealth, Slot};
use crate::clock::SharedClock;
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::message::HookUrl;
use crate::domain::owner::OwnerName;
use crate::domain::queue::{QueueState, looks_different_at};
use crate::store::orgs::Org;
use crate::store::{Loaded, Outcomes, Owner};
use crate::workflows::follow_up::FollowUp;
use crate::workflows::notification::Letterhead;

/// What this server says of itself in messages to people outside.
#[derive(Clone, Debug)]
pub struct Correspondence {
    /// How customers reach it, without a slash at the end.
    pub base_url: String,
    /// Where reminders to a business's own system go.
    pub webhook: Option<HookUrl>,
    /// The host of the address that its mails come from.
    pub mail_domain: Option<String>,
}

/// All orgs and owners.
pub struct Registry {
    pub(super) clock: SharedClock,
    pub(super) runtime: Handle,
    pub(super) due: Due,
    pub(super) outgoing: mpsc::UnboundedSender<(OrgId, FollowUp)>,
    correspondence: Correspondence,
    orgs: RwLock<BTreeMap<OrgId, Arc<OrgSeat>>>,
    fenced: watch::Sender<bool>,
}

impl Registry {
    /// A registry of what was committed before; hand-overs that set out are sent to the returned end.
    #[must_use]
    pub fn new(
        loaded: Loaded,
        clock: SharedClock,
        runtime: Handle,
        correspondence: Correspondence,
    ) -> (Arc<Self>, mpsc::UnboundedReceiver<(OrgId, FollowUp)>) {
        let (outgoing, courier) = mpsc::unbounded_channel();
        let registry = Self {
            clock,
            runtime,
            due: Due::default(),
            outgoing,
            correspondence,
            orgs: RwLock::default(),
            fenced: watch::Sender::new(false),
        };
        for org in loaded.orgs {
            registry.add_org(org);
        }
        for (org, point, state) in loaded.queues {
            // Time must not run backwards across a restart, whatever the machine's clock says by now.
            let now = state.newest_instant().map_or(registry.clock.now(), |newest| newest.max(registry.clock.now()));
            let Some(seat) = registry.seat(&org) else { continue };
            let slot = seat.slot_or_new(&point, now);
            let touched = state.entries().map(|entry| entry.id.clone()).collect::<Vec<_>>();
            registry.publish(&seat, &slot, state, now, &touched);
        }
        for (org, state) in loaded.calendars {
            let now = registry.clock.now();
            let newest = state.newest_instant().map_or(now, |newest| newest.max(now));
            if let Some(seat) = registry.seat(&org) {
                registry.publish_alone(&seat.calendar, state, newest);
            }
        }
        for (org, state) in loaded.desks {
            let now = registry.clock.now();
            let newest = state.newest_instant().map_or(now, |newest| newest.max(now));
            if let Some(seat) = registry.seat(&org) {
                registry.publish_alone(&seat.desk, state, newest);
            }
        }
        for (org, handover) in loaded.travelling {
            // The receiver is in our hands: it cannot be gone.
            drop(registry.outgoing.send((org, FollowUp::Deliver(Box::new(handover)))));
        }
        for seat in registry.seats() {
            let unheard = seat.unheard().into_iter().map(|follow_up| (seat.org.id.clone(), follow_up));
            unheard.for_each(|follow_up| drop(registry.outgoing.send(follow_up)));
        }
        (Arc::new(registry), courier)
    }

    /// Tells when another server owns the database.
    pub fn fenced_signal(&self) -> watch::Receiver<bool> {
        self.fenced.subscribe()
    }

    pub(super) fn is_fenced(&self) -> bool {
        *self.fenced.borrow()
    }

    pub(super) fn add_org(&self, org: Org) -> Arc<OrgSeat> {
        let mut orgs = self.orgs.write().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let seat = orgs.entry(org.id.clone()).or_insert_with(|| Arc::new(OrgSeat::new(org, now)));
        Arc::clone(seat)
    }

    pub(super) fn seat(&self, org: &OrgId) -> Option<Arc<OrgSeat>> {
        self.orgs.read().unwrap_or_else(PoisonError::into_inner).get(org).cloned()
    }

    pub(super) fn seats(&self) -> Vec<Arc<OrgSeat>> {
        self.orgs.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// What all messages of an org have in common.
    pub(super) fn letterhead(&self, org: &OrgId) -> Arc<Letterhead> {
        let business = self.seat(org).map(|seat| seat.org.name.clone());
        let Correspondence { base_url, webhook, mail_domain } = self.correspondence.clone();
        Arc::new(Letterhead {
            org: org.clone(),
            business: business.unwrap_or_else(|| org.to_string()),
            base_url,
            webhook,
            mail_domain,
        })
    }

    pub(super) fn slot(&self, org: &OrgId, point: &PointId) -> Option<Arc<Slot<ServicePoint>>> {
        self.seat(org)?.slot(point)
    }

    fn publish(
        &self,
        seat: &OrgSeat,
        slot: &Slot<ServicePoint>,
        state: QueueState,
        at: DateTime<Utc>,
        touched: &[EntryId],
    ) {
        self.due.set(&slot.org, &OwnerName::Point(slot.name.clone()), looks_different_at(&state, at));
        seat.note_whereabouts(&slot.name, touched);
        let version = |state: &QueueState| state.point().map(|point| point.version);
        let is_configured = version(&slot.published.borrow().state) != version(&state);
        seat.revision.send_modify(|revision| {
            *revision += 1;
            let published = Published::new(slot.org.clone(), slot.name.clone(), state, at, *revision);
            slot.published.send_replace(Arc::new(published));
        });
        if is_configured {
            seat.forget_terms();
        }
    }

    /// Publishes the state of an owner of which an org has one.
    fn publish_alone<A: Aggregate>(&self, slot: &Slot<A>, state: A::State, at: DateTime<Utc>) {
        self.due.set(&slot.org, &A::owner_name(&slot.name), A::looks_different_at(&state, at));
        slot.published.send_modify(|published| {
            let revision = published.revision + 1;
            *published = Arc::new(Published::new(slot.org.clone(), slot.name.clone(), state, at, revision));
        });
    }

    /// Begins the way back of an owner that fell.
    pub(super) fn fell<A: Aggregate>(self: &Arc<Self>, slot: &Arc<Slot<A>>, incarnation: u64, cause: Fall) {
        let now = self.clock.now();
        if !slot.fell(incarnation, cause, now) {
            return;
        }
        metrics::counter!("frontdesk_actor_falls_total").increment(1);
        if slot.health() == (OwnerHealth::Failed { since: now }) {
            metrics::gauge!("frontdesk_actors_failed").increment(1.0);
            tracing::error!(org = %slot.org, owner = %slot.name, "fell too often: out of service until a restart");
            return;
        }
        tracing::warn!(org = %slot.org, owner = %slot.name, "fell; it will be rebuilt from what is committed");
        let (registry, slot) = (Arc::clone(self), Arc::clone(slot));
        let runtime = registry.runtime.clone();
        runtime.spawn(async move {
            slot.recover().await;
            // What it would have done by itself must not be forgotten with it.
            let published = slot.published();
            let due = A::looks_different_at(&published.state, published.as_of);
            registry.due.set(&slot.org, &A::owner_name(&slot.name), due);
        });
    }

    /// Lets owners go for whom nobody has asked since `idle_since`, and tells how many.
    pub(super) fn rest(&self, idle_since: Instant) -> usize {
        let seats = self.seats();
        let calendars = seats.iter().filter(|seat| seat.calendar.passivate(idle_since)).count();
        let desks = seats.iter().filter(|seat| seat.desk.passivate(idle_since)).count();
        let slots = seats.iter().flat_map(|seat| seat.slots());
        calendars + desks + slots.filter(|slot| slot.passivate(idle_since)).count()
    }

    /// Owners that are not well.
    pub(super) fn unwell(&self) -> Vec<(OrgId, OwnerName, OwnerHealth)> {
        let seats = self.seats();
        let slots = seats.iter().flat_map(|seat| seat.slots());
        let points = slots.map(|slot| (slot.org.clone(), OwnerName::Point(slot.name.clone()), slot.health()));
        let calendars = seats.iter().map(|seat| (seat.org.id.clone(), OwnerName::Calendar, seat.calendar.health()));
        let desks = seats.iter().map(|seat| (seat.org.id.clone(), OwnerName::Desk, seat.desk.health()));
        calendars.chain(desks).chain(points).filter(|(_, _, health)| *health != OwnerHealth::Well).collect()
    }

    /// Forgets where visits are that no owner remembers any more.
    pub(super) fn sweep_whereabouts(&self) {
        self.seats().iter().for_each(|seat| seat.sweep_whereabouts());
    }

    fn refuse<A: Aggregate>(self: &Arc<Self>, settling: Settling<A>, incarnation: u64, constraint: String) {
        self.fell(&settling.slot, incarnation, Fall::Refusal);
        if let Some(reply) = settling.reply {
            reply.refused(constraint);
        }
    }
}

impl Outcomes for Registry {
    type Payload = Payload;

    fn committed(&self, mut items: Vec<(Owner, Payload)>) {
        let (mut points, mut calendars) = (Publications::<ServicePoint>::new(), Publications::<Calendar>::new());
        let mut desks = Publications::<Desk>::new();
        for (_, payload) in &mut items {
            match payload {
                Payload::Calendar(settling) => settling.note(&mut calendars),
                Payload::Desk(settling) => settling.note(&mut desks),
                Payload::ServicePoint(settling) => settling.note(&mut points),
            }
        }
        for ((org, _), Publication { slot, state, at, touched }) in points {
            if let Some(seat) = self.seat(&org) {
                self.publish(&seat, &slot, state, at, &touched);
            }
        }
        for Publication { slot, state, at, .. } in calendars.into_values() {
            self.publish_alone(&slot, state, at);
        }
        for Publication { slot, state, at, .. } in desks.into_values() {
            self.publish_alone(&slot, state, at);
        }
        for (_, payload) in items {
            match payload {
                Payload::Calendar(settling) => settling.release(&self.outgoing),
                Payload::Desk(settling) => settling.release(&self.outgoing),
                Payload::ServicePoint(settling) => settling.release(&self.outgoing),
            }
        }
    }

    fn refused(self: &Arc<Self>, owner: Owner, payload: Payload, constraint: String) {
        match payload {
            Payload::Calendar(settling) => self.refuse(settling, owner.incarnation, constraint),
            Payload::Desk(settling) => self.refuse(settling, owner.incarnation, constraint),
            Payload::ServicePoint(settling) => self.refuse(settling, owner.incarnation, constraint),
        }
    }

    fn discarded(&self, _owner: Owner, payload: Payload) {
        match payload {
            Payload::Calendar(settling) => settling.discarded(),
            Payload::Desk(settling) => settling.discarded(),
            Payload::ServicePoint(settling) => settling.discarded(),
        }
    }

    fn fenced(&self) {
        self.fenced.send_replace(true);
    }
}
