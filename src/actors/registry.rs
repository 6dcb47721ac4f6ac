//! All orgs and all places of owners, and what is published of them. It is told what became of every change, publishes
//! what is committed, and only then releases the answers.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use super::due::Due;
use super::in_flight::InFlight;
use super::message::Reply;
use super::published::Published;
use super::request::Unanswered;
use super::slot::{Fall, PointHealth, Slot};
use crate::clock::SharedClock;
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::queue::{Handover, QueueState, looks_different_at};
use crate::store::orgs::Org;
use crate::store::{Loaded, Outcomes, Owner};

/// What travels with a change through a lane.
pub struct Payload {
    pub(super) slot: Arc<Slot>,
    /// The state after the change; `None`: nothing has changed.
    pub(super) state: Option<QueueState>,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Visits that the change touched: they are found at this point from now on.
    pub(super) touched: Vec<EntryId>,
    /// Visits that set out for another point.
    pub(super) outgoing: Vec<Handover>,
    pub(super) reply: Option<Reply>,
    pub(super) in_flight: InFlight,
}

/// One org's part of the registry.
pub(super) struct OrgSeat {
    pub(super) org: Arc<Org>,
    pub(super) revision: watch::Sender<u64>,
    slots: RwLock<BTreeMap<PointId, Arc<Slot>>>,
    whereabouts: RwLock<HashMap<EntryId, PointId>>,
}

/// All orgs and owners.
pub struct Registry {
    pub(super) clock: SharedClock,
    pub(super) runtime: Handle,
    pub(super) due: Due,
    pub(super) outgoing: mpsc::UnboundedSender<(OrgId, Handover)>,
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
    ) -> (Arc<Self>, mpsc::UnboundedReceiver<(OrgId, Handover)>) {
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
        for travelling in loaded.travelling {
            // The receiver is in our hands: it cannot be gone.
            drop(registry.outgoing.send(travelling));
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

    pub(super) fn slot(&self, org: &OrgId, point: &PointId) -> Option<Arc<Slot>> {
        self.seat(org)?.slot(point)
    }

    fn publish(&self, seat: &OrgSeat, slot: &Slot, state: QueueState, at: DateTime<Utc>, touched: &[EntryId]) {
        self.due.set(&slot.org, &slot.point, looks_different_at(&state, at));
        if !touched.is_empty() {
            let mut whereabouts = seat.whereabouts.write().unwrap_or_else(PoisonError::into_inner);
            whereabouts.extend(touched.iter().map(|entry| (entry.clone(), slot.point.clone())));
        }
        seat.revision.send_modify(|revision| {
            *revision += 1;
            let published = Published::new(slot.org.clone(), slot.point.clone(), state, at, *revision);
            slot.published.send_replace(Arc::new(published));
        });
    }

    /// Begins the way back of an owner that fell.
    pub(super) fn fell(self: &Arc<Self>, slot: &Arc<Slot>, incarnation: u64, cause: Fall) {
        let now = self.clock.now();
        if !slot.fell(incarnation, cause, now) {
            return;
        }
        metrics::counter!("frontdesk_actor_falls_total").increment(1);
        if slot.health() == (PointHealth::Failed { since: now }) {
            metrics::gauge!("frontdesk_actors_failed").increment(1.0);
            tracing::error!(org = %slot.org, point = %slot.point, "fell too often: out of service until a restart");
            return;
        }
        tracing::warn!(org = %slot.org, point = %slot.point, "fell; it will be rebuilt from what is committed");
        let (registry, slot) = (Arc::clone(self), Arc::clone(slot));
        let runtime = registry.runtime.clone();
        runtime.spawn(async move {
            slot.recover().await;
            // What it would have done by itself must not be forgotten with it.
            let published = slot.published();
            registry.due.set(&slot.org, &slot.point, looks_different_at(&published.state, published.as_of));
        });
    }

    /// Forgets where visits are that no owner remembers any more.
    pub(super) fn sweep_whereabouts(&self) {
        for seat in self.seats() {
            let slots = seat.slots();
            let states: HashMap<_, _> = slots.iter().map(|slot| (&slot.point, slot.published())).collect();
            let mut whereabouts = seat.whereabouts.write().unwrap_or_else(PoisonError::into_inner);
            whereabouts.retain(|entry, point| states.get(point).is_some_and(|at| at.state.entry(entry).is_some()));
        }
    }
}

impl OrgSeat {
    pub(super) fn slot(&self, point: &PointId) -> Option<Arc<Slot>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).get(point).cloned()
    }

    pub(super) fn slot_or_new(&self, point: &PointId, now: DateTime<Utc>) -> Arc<Slot> {
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

    pub(super) fn slots(&self) -> Vec<Arc<Slot>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(super) fn whereabouts(&self, entry: &EntryId) -> Option<PointId> {
        self.whereabouts.read().unwrap_or_else(PoisonError::into_inner).get(entry).cloned()
    }
}

/// A state to be published for an owner: the last of a batch, with all visits that the batch touched.
struct Publication {
    slot: Arc<Slot>,
    state: QueueState,
    at: DateTime<Utc>,
    touched: Vec<EntryId>,
}

impl Outcomes for Registry {
    type Payload = Payload;

    fn committed(&self, items: Vec<(Owner, Payload)>) {
        let mut publications: HashMap<(OrgId, PointId), Publication> = HashMap::new();
        let mut releases = Vec::with_capacity(items.len());
        for (owner, payload) in items {
            let Payload { slot, state, at, touched, outgoing, reply, in_flight } = payload;
            if let Some(state) = state {
                let key = (owner.org.clone(), owner.point);
                let seat = publications.entry(key).or_insert_with(|| Publication {
                    slot,
                    state: QueueState::default(),
                    at,
                    touched: Vec::new(),
                });
                (seat.state, seat.at) = (state, at);
                seat.touched.extend(touched);
            }
            releases.push((owner.org, outgoing, reply, in_flight));
        }
        for ((org, _), publication) in publications {
            if let Some(seat) = self.seat(&org) {
                let Publication { slot, state, at, touched } = publication;
                self.publish(&seat, &slot, state, at, &touched);
            }
        }
        for (org, outgoing, reply, in_flight) in releases {
            for handover in outgoing {
                // The courier ends only with the process.
                drop(self.outgoing.send((org.clone(), handover)));
            }
            if let Some(reply) = reply {
                reply.release();
            }
            drop(in_flight);
        }
    }

    fn refused(self: &Arc<Self>, owner: Owner, payload: Payload, constraint: String) {
        self.fell(&payload.slot, owner.incarnation, Fall::Refusal);
        if let Some(reply) = payload.reply {
            reply.instead(Unanswered::Refused { constraint });
        }
    }

    fn discarded(&self, _owner: Owner, payload: Payload) {
        if let Some(reply) = payload.reply {
            let reason = "an earlier change of the same service point was refused";
            reply.instead(Unanswered::NotAccepted { reason, retry_after_seconds: 1 });
        }
    }

    fn fenced(&self) {
        self.fenced.send_replace(true);
    }
}
