//! Where every owner is found: activates it on first use, carries commands to it, and shows what it has committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use actix::dev::channel;
use actix::{Addr, ArbiterHandle, Context, Recipient};
use chrono::TimeDelta;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};

use super::arrivals::Arrivals;
use super::in_flight::InFlight;
use super::keys::Keys;
use super::message::Perform;
use super::published::Published;
use super::registry::{OrgSeat, Registry};
use super::request::{Answered, IdempotencyKey, Request, Unanswered};
use super::service_point::ServicePoint;
use super::slot::{Door, Fall, PointHealth, Slot};
use crate::clock::SharedClock;
use crate::domain::ids::{EntryId, HandoverId, OrgId, PointId};
use crate::domain::invalid::Invalid;
use crate::domain::party::Party;
use crate::domain::queue::{Act, Answer, Rejection, Status};
use crate::store::Lane;
use crate::store::orgs::Org;
use crate::store::read::{HandoverEnd, ReadError, Reader};

/// How long a caller waits for the commit before being told that the outcome is unknown.
pub const OUTCOME_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a caller waits for an owner that is being rebuilt.
const RECOVERY_PATIENCE: Duration = Duration::from_secs(1);
/// Most messages that an owner's mailbox is made for; the load is bounded by permits at the edge.
const MAILBOX_MESSAGES: usize = 4_096;
/// Oldest estimates that are shown, in seconds: older ones are made anew for who asks.
const ESTIMATES_FRESH_SECONDS: i64 = 10;

/// Finds owners and what they have published.
pub struct Directory {
    pub(super) registry: Arc<Registry>,
    pub(super) arrivals: Arrivals,
    lanes: Vec<Arc<Lane<Registry>>>,
    reader: Reader,
    arbiters: Vec<ArbiterHandle>,
    next_arbiter: AtomicUsize,
    next_incarnation: AtomicU64,
}

impl Directory {
    /// Knows all owners; nothing happens by itself before [`super::open`].
    pub(super) fn new(
        registry: Arc<Registry>,
        lanes: Vec<Arc<Lane<Registry>>>,
        reader: Reader,
        arbiters: Vec<ArbiterHandle>,
    ) -> Self {
        Self {
            registry,
            arrivals: Arrivals::new(),
            lanes,
            reader,
            arbiters,
            next_arbiter: AtomicUsize::new(0),
            next_incarnation: AtomicU64::new(1),
        }
    }

    /// Sends a command to its owner and waits until its answer, and all that it rests on, is committed.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub async fn ask(&self, request: Request) -> Result<Answered, Unanswered> {
        let Request { org, point, command, idempotency } = request;
        let seat = self.registry.seat(&org);
        let creates = matches!(command.act, Act::Create { .. });
        let slot = seat.and_then(|seat| match creates {
            true => Some(seat.slot_or_new(&point, self.clock().now())),
            false => seat.slot(&point),
        });
        let Some(slot) = slot else {
            return Ok(Answered { outcome: Err(Rejection::PointNotFound), repeated: false });
        };
        let lane = self.lane(&org).ok_or(Unanswered::OwnerFell)?;
        if let Some(reason) = lane.refuses() {
            return Err(Unanswered::NotAccepted { reason, retry_after_seconds: 1 });
        }
        let (address, in_flight) = self.enter(&slot, lane).await?;
        // Before the key is looked up: who finds the point made under the same key a moment ago finds the key, too.
        let existed = creates && self.existed(&org, &point).await?;
        // Only now: whatever an earlier life of this owner did with the key is committed, and this life remembers its own.
        if let Some(key) = &idempotency
            && let Some(first) = self.first_answer(&org, &point, key).await?
        {
            return Ok(first);
        }
        if existed {
            return Ok(Answered { outcome: Err(Rejection::PointExists), repeated: false });
        }
        if let (Act::Join(join), Party::Clerk { .. }) = (&command.act, &command.by)
            && self.is_taken(&org, &point, &join.id).await?
        {
            return Ok(Answered { outcome: Err(Rejection::EntryExists), repeated: false });
        }
        let (reply, answer) = oneshot::channel();
        let message = Perform { command, idempotency, reply, in_flight };
        if address.try_send(message).is_err() {
            let reason = "the owner of this service point is just coming back";
            return Err(Unanswered::NotAccepted { reason, retry_after_seconds: 1 });
        }
        match tokio::time::timeout(OUTCOME_TIMEOUT, answer).await {
            Ok(Ok(answer)) => answer,
            // Dropped because another server took over: what was under way may have been committed before.
            Ok(Err(_)) if self.registry.is_fenced() => Err(Unanswered::OutcomeUnknown),
            Ok(Err(_)) => Err(Unanswered::OwnerFell),
            Err(_) => Err(Unanswered::OutcomeUnknown),
        }
    }

    async fn enter(
        &self,
        slot: &Arc<Slot>,
        lane: &Arc<Lane<Registry>>,
    ) -> Result<(Recipient<Perform>, InFlight), Unanswered> {
        for _ in 0..2 {
            match slot.door(|| self.activate(slot, lane)) {
                Door::Open(address, in_flight) => return Ok((address, in_flight)),
                Door::Recovering => slot.recovered(RECOVERY_PATIENCE).await,
                Door::Failed => return Err(Unanswered::OwnerFailed),
            }
        }
        let reason = "the owner of this service point is being rebuilt";
        Err(Unanswered::NotAccepted { reason, retry_after_seconds: 1 })
    }

    /// Begins a life of an owner from what is committed, on a thread of its own choice, and watches its end.
    fn activate(&self, slot: &Arc<Slot>, lane: &Arc<Lane<Registry>>) -> (Recipient<Perform>, u64) {
        let incarnation = self.next_incarnation.fetch_add(1, Ordering::Relaxed);
        let published = slot.published();
        let actor = ServicePoint {
            slot: Arc::clone(slot),
            incarnation,
            state: published.state.clone(),
            last_now: published.as_of,
            keys: Keys::default(),
            lane: Arc::clone(lane),
            clock: Arc::clone(self.clock()),
        };
        let (sender, receiver) = channel::channel(MAILBOX_MESSAGES);
        let (registry, slot) = (Arc::clone(&self.registry), Arc::clone(slot));
        let life = async move {
            let context = Context::with_receiver(receiver);
            // A task of its own: a panic in a handler ends that task, and only that.
            let ended = actix_rt::spawn(context.into_future(actor)).await;
            if ended.is_err() {
                registry.fell(&slot, incarnation, Fall::Panic);
            }
        };
        let arbiter = self.next_arbiter.fetch_add(1, Ordering::Relaxed) % self.arbiters.len();
        if !self.arbiters[arbiter].spawn(life) {
            tracing::error!("an arbiter is gone: its owners cannot be activated");
        }
        (Addr::new(sender).recipient(), incarnation)
    }

    async fn first_answer(
        &self,
        org: &OrgId,
        point: &PointId,
        key: &IdempotencyKey,
    ) -> Result<Option<Answered>, Unanswered> {
        match self.reader.first_answer(org, key.route, &key.key, point.as_str()).await.map_err(not_read)? {
            None => Ok(None),
            Some((fingerprint, answer)) if fingerprint == key.fingerprint => {
                Ok(Some(Answered { outcome: Ok(answer), repeated: true }))
            }
            Some(_) => Err(Unanswered::KeyReused),
        }
    }

    /// Whether a clerk's own id for a visit is used elsewhere, or was long ago; what the owner remembers it judges itself.
    async fn is_taken(&self, org: &OrgId, point: &PointId, entry: &EntryId) -> Result<bool, Unanswered> {
        if self.whereabouts(org, entry).as_ref() == Some(point) {
            return Ok(false);
        }
        Ok(self.reader.entry(org, entry).await.map_err(not_read)?.is_some())
    }

    /// Whether the id of a point to be made was ever used: history stays, so ids are not used again.
    async fn existed(&self, org: &OrgId, point: &PointId) -> Result<bool, Unanswered> {
        self.reader.service_point_existed(org, point).await.map_err(not_read)
    }

    /// Transfers a visit (`request.command` is `Act::Transfer`): answered when the other point has committed it, or when
    /// it is back in its place.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub async fn transfer(
        &self,
        request: Request,
        to: &PointId,
        handover: &HandoverId,
    ) -> Result<Answered, Unanswered> {
        let org = request.org.clone();
        if self.published(&org, to).is_none() {
            let unknown = Invalid::new("servicePointId", "there is no such service point");
            return Ok(Answered { outcome: Err(Rejection::Invalid(unknown)), repeated: false });
        }
        let arrival = self.arrivals.arrival(&org, handover);
        let set_out = match self.ask(request).await {
            Ok(set_out) => set_out,
            Err(unanswered) => {
                self.arrivals.forget(&org, handover, arrival);
                return Err(unanswered);
            }
        };
        if let Some(known) = self.as_it_ended(&org, set_out).await.transpose() {
            self.arrivals.forget(&org, handover, arrival);
            return known;
        }
        match tokio::time::timeout(OUTCOME_TIMEOUT, arrival).await {
            Ok(Ok(outcome)) => Ok(Answered { outcome, repeated: false }),
            Ok(Err(_)) | Err(_) => Err(Unanswered::OutcomeUnknown),
        }
    }

    /// What a transfer came to, where it is known already: refused at once, or a repeat of one that has ended; the first
    /// answer to its key only says that it set out. `None`: it travels.
    async fn as_it_ended(&self, org: &OrgId, set_out: Answered) -> Result<Option<Answered>, Unanswered> {
        let repeated = set_out.repeated;
        let Ok(Answer::Entry { entry, .. }) = &set_out.outcome else { return Ok(Some(set_out)) };
        let Status::Transferred { handover, .. } = &entry.status else { return Ok(Some(set_out)) };
        if !repeated {
            return Ok(None);
        }
        match self.reader.handover_end(org, handover).await.map_err(not_read)? {
            None => Ok(None),
            Some(HandoverEnd::Returned) => {
                let reason = "it was refused before, and the visit is back in its place.".to_owned();
                Ok(Some(Answered { outcome: Err(Rejection::TransferRefused { reason, refusal: None }), repeated }))
            }
            Some(HandoverEnd::Received) => {
                let current =
                    self.whereabouts(org, &entry.id).and_then(|point| self.as_it_stands(org, &point, &entry.id));
                Ok(Some(current.map_or(set_out, |answer| Answered { outcome: Ok(answer), repeated })))
            }
        }
    }

    /// The committed state of a point, with estimates not older than ten seconds; `None`: no such point.
    #[must_use]
    pub fn published(&self, org: &OrgId, point: &PointId) -> Option<Arc<Published>> {
        let slot = self.registry.slot(org, point)?;
        let published = slot.published();
        published.state.point()?;
        let now = self.clock().now();
        if now - published.as_of < TimeDelta::seconds(ESTIMATES_FRESH_SECONDS) {
            return Some(published);
        }
        slot.published.send_if_modified(|current| {
            let unchanged = Arc::ptr_eq(current, &published);
            if unchanged {
                *current = Arc::new(current.refreshed(now));
            }
            unchanged
        });
        Some(slot.published())
    }

    /// Follows the committed states of a point; a slow reader sees the newest only.
    #[must_use]
    pub fn watch(&self, org: &OrgId, point: &PointId) -> Option<watch::Receiver<Arc<Published>>> {
        let slot = self.registry.slot(org, point)?;
        slot.published().state.point()?;
        Some(slot.published.subscribe())
    }

    /// The committed states of all points of an org, by id.
    #[must_use]
    pub fn published_of(&self, org: &OrgId) -> Vec<Arc<Published>> {
        let slots = self.registry.seat(org).map(|seat| seat.slots()).unwrap_or_default();
        slots.iter().map(|slot| slot.published()).filter(|published| published.state.point().is_some()).collect()
    }

    /// Grows with each publication of any point of the org.
    #[must_use]
    pub fn watch_org(&self, org: &OrgId) -> Option<watch::Receiver<u64>> {
        Some(self.registry.seat(org)?.revision.subscribe())
    }

    /// The point whose memory holds this entry.
    #[must_use]
    pub fn whereabouts(&self, org: &OrgId, entry: &EntryId) -> Option<PointId> {
        self.registry.seat(org)?.whereabouts(entry)
    }

    /// The org, from memory, else from the database (it may have been added a moment ago).
    ///
    /// # Errors
    /// The database is away and memory does not know it.
    pub async fn org(&self, id: &OrgId) -> Result<Option<Arc<Org>>, Unanswered> {
        if let Some(seat) = self.registry.seat(id) {
            return Ok(Some(Arc::clone(&seat.org)));
        }
        let org = self.reader.org(id).await.map_err(not_read)?;
        Ok(org.map(|org| Arc::clone(&self.registry.add_org(org).org)))
    }

    /// The one org of this server; `None` when there are none or several.
    #[must_use]
    pub fn only_org(&self) -> Option<Arc<Org>> {
        match self.registry.seats().as_slice() {
            [seat] => Some(Arc::clone(&seat.org)),
            _ => None,
        }
    }

    /// Owners that are not well, for `/readyz`.
    #[must_use]
    pub fn unwell(&self) -> Vec<(OrgId, PointId, PointHealth)> {
        let unwell = self.slots().map(|slot| (slot.org.clone(), slot.point.clone(), slot.health()));
        unwell.filter(|(_, _, health)| *health != PointHealth::Well).collect()
    }

    /// For how long the slowest lane has not answered, in milliseconds; `None`: all lanes accept commands.
    #[must_use]
    pub fn lanes_stalled_for_ms(&self) -> Option<u64> {
        self.lanes.iter().filter_map(|lane| lane.stalled_for_ms()).max()
    }

    /// The clock that everything here goes by.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.registry.clock
    }

    /// Committed rows.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    pub(super) fn runtime(&self) -> &Handle {
        &self.registry.runtime
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = Arc<Slot>> {
        self.registry.seats().into_iter().flat_map(|seat: Arc<OrgSeat>| seat.slots())
    }

    fn lane(&self, org: &OrgId) -> Option<&Arc<Lane<Registry>>> {
        self.lanes.get(self.registry.seat(org)?.org.lane)
    }
}

pub(super) fn not_read(error: ReadError) -> Unanswered {
    tracing::warn!(%error, "a look-up failed");
    Unanswered::NotAccepted { reason: "the database does not answer", retry_after_seconds: 1 }
}
