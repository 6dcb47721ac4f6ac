//! All orgs and all places of owners, and what is published of them. It is told what became of every change, publishes
//! what is committed, and only then releases the answers.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use super::aggregate::Aggregate;
use super::due::Due;
use super::in_flight::InFlight;
use super::message::Reply;
use super::published::Published;
use super::request::Unanswered;
use super::service_point::ServicePoint;
use super::slot::{Fall, OwnerHealth, Slot};
use crate::clock::SharedClock;
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::owner::OwnerName;
use crate::domain::queue::{QueueState, looks_different_at};
use crate::store::orgs::Org;
use crate::store::{Loaded, Outcomes, Owner};
use crate::workflows::handover::FollowUp;

/// What travels with a change through a lane, until it is settled.
pub struct Settling<A: Aggregate> {
    pub(super) slot: Arc<Slot<A>>,
    /// The state after the change; `None`: nothing has changed.
    pub(super) state: Option<A::State>,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Visits that the change touched: they are found at this point from now on.
    pub(super) touched: Vec<EntryId>,
    /// What others have to do once it is committed.
    pub(super) outgoing: Vec<FollowUp>,
    pub(super) reply: Option<Reply<A>>,
    pub(super) in_flight: InFlight,
}

/// A kind of aggregate whose changes are settled here.
pub trait Settled: Aggregate {
    /// Its changes among all others.
    fn payload(settling: Settling<Self>) -> Payload;
}

impl Settled for ServicePoint {
    fn payload(settling: Settling<Self>) -> Payload {
        Payload::ServicePoint(settling)
    }
}

/// A change of any kind that is to be settled.
pub enum Payload {
    /// Of a service point.
    ServicePoint(Settling<ServicePoint>),
}

/// One org's part of the registry.
pub(super) struct OrgSeat {
    pub(super) org: Arc<Org>,
    pub(super) revision: watch::Sender<u64>,
    slots: RwLock<BTreeMap<PointId, Arc<Slot<ServicePoint>>>>,
    whereabouts: RwLock<HashMap<EntryId, PointId>>,
}

/// All orgs and owners.
pub struct Registry {
    pub(super) clock: SharedClock,
    pub(super) runtime: Handle,
    pub(super) due: Due,
    pub(super) outgoing: mpsc::UnboundedSender<(OrgId, FollowUp)>,
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
    ) -> (Arc<Self>, mpsc::UnboundedReceiver<(OrgId, FollowUp)>) {
        let (outgoing, courier) = mpsc::unbounded_channel();
        let registry = Self {
            clock,
            runtime,
            due: Due::default(),
            outgoing,
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
        for (org, handover) in loaded.travelling {
            // The receiver is in our hands: it cannot be gone.
            drop(registry.outgoing.send((org, FollowUp::Deliver(Box::new(handover)))));
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
        let seat = orgs.entry(org.id.clone()).or_insert_with(|| {
            Arc::new(OrgSeat {
                org: Arc::new(org),
                revision: watch::Sender::new(0),
                slots: RwLock::default(),
                whereabouts: RwLock::default(),
            })
        });
        Arc::clone(seat)
    }

    pub(super) fn seat(&self, org: &OrgId) -> Option<Arc<OrgSeat>> {
        self.orgs.read().unwrap_or_else(PoisonError::into_inner).get(org).cloned()
    }

    pub(super) fn seats(&self) -> Vec<Arc<OrgSeat>> {
        self.orgs.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
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
        if !touched.is_empty() {
            let mut whereabouts = seat.whereabouts.write().unwrap_or_else(PoisonError::into_inner);
            whereabouts.extend(touched.iter().map(|entry| (entry.clone(), slot.name.clone())));
        }
        seat.revision.send_modify(|revision| {
            *revision += 1;
            let published = Published::new(slot.org.clone(), slot.name.clone(), state, at, *revision);
            slot.published.send_replace(Arc::new(published));
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
        let slots = self.seats().into_iter().flat_map(|seat| seat.slots());
        slots.filter(|slot| slot.passivate(idle_since)).count()
    }

    /// Owners that are not well.
    pub(super) fn unwell(&self) -> Vec<(OrgId, OwnerName, OwnerHealth)> {
        let slots = self.seats().into_iter().flat_map(|seat| seat.slots());
        let health = slots.map(|slot| (slot.org.clone(), OwnerName::Point(slot.name.clone()), slot.health()));
        health.filter(|(_, _, health)| *health != OwnerHealth::Well).collect()
    }

    /// Forgets where visits are that no owner remembers any more.
    pub(super) fn sweep_whereabouts(&self) {
        for seat in self.seats() {
            let slots = seat.slots();
            let states: HashMap<_, _> = slots.iter().map(|slot| (&slot.name, slot.published())).collect();
            let mut whereabouts = seat.whereabouts.write().unwrap_or_else(PoisonError::into_inner);
            whereabouts.retain(|entry, point| states.get(point).is_some_and(|at| at.state.entry(entry).is_some()));
        }
    }
}

impl OrgSeat {
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

    pub(super) fn whereabouts(&self, entry: &EntryId) -> Option<PointId> {
        self.whereabouts.read().unwrap_or_else(PoisonError::into_inner).get(entry).cloned()
    }
}

/// A state to be published for an owner: the last of a batch, with all visits that the batch touched.
struct Publication<A: Aggregate> {
    slot: Arc<Slot<A>>,
    state: A::State,
    at: DateTime<Utc>,
    touched: Vec<EntryId>,
}

/// What a batch has to publish of one kind of owner.
type Publications<A> = HashMap<(OrgId, <A as Aggregate>::Name), Publication<A>>;

impl<A: Aggregate> Settling<A> {
    /// Notes what is to be published of it, if anything.
    fn note(&mut self, publications: &mut Publications<A>) {
        let Some(state) = self.state.take() else { return };
        let key = (self.slot.org.clone(), self.slot.name.clone());
        let publication = publications.entry(key).or_insert_with(|| Publication {
            slot: Arc::clone(&self.slot),
            state: A::State::default(),
            at: self.at,
            touched: Vec::new(),
        });
        (publication.state, publication.at) = (state, self.at);
        publication.touched.append(&mut self.touched);
    }

    /// Everything is committed and published: others may go on.
    fn release(self, outgoing: &mpsc::UnboundedSender<(OrgId, FollowUp)>) {
        for follow_up in self.outgoing {
            // The courier ends only with the process.
            drop(outgoing.send((self.slot.org.clone(), follow_up)));
        }
        if let Some(reply) = self.reply {
            reply.release();
        }
        drop(self.in_flight);
    }

    fn refused(self, registry: &Arc<Registry>, incarnation: u64, constraint: String) {
        registry.fell(&self.slot, incarnation, Fall::Refusal);
        if let Some(reply) = self.reply {
            reply.instead(Unanswered::Refused { constraint });
        }
    }

    fn discarded(self) {
        if let Some(reply) = self.reply {
            let reason = "an earlier change of the same owner was refused";
            reply.instead(Unanswered::NotAccepted { reason, retry_after_seconds: 1 });
        }
    }
}

impl Outcomes for Registry {
    type Payload = Payload;

    fn committed(&self, mut items: Vec<(Owner, Payload)>) {
        let mut points = Publications::<ServicePoint>::new();
        for (_, payload) in &mut items {
            match payload {
                Payload::ServicePoint(settling) => settling.note(&mut points),
            }
        }
        for ((org, _), Publication { slot, state, at, touched }) in points {
            if let Some(seat) = self.seat(&org) {
                self.publish(&seat, &slot, state, at, &touched);
            }
        }
        for (_, payload) in items {
            match payload {
                Payload::ServicePoint(settling) => settling.release(&self.outgoing),
            }
        }
    }

    fn refused(self: &Arc<Self>, owner: Owner, payload: Payload, constraint: String) {
        match payload {
            Payload::ServicePoint(settling) => settling.refused(self, owner.incarnation, constraint),
        }
    }

    fn discarded(&self, _owner: Owner, payload: Payload) {
        match payload {
            Payload::ServicePoint(settling) => settling.discarded(),
        }
    }

    fn fenced(&self) {
        self.fenced.send_replace(true);
    }
}
