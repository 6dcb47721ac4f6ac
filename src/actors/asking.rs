//! The way from a command to its owner and back, the same for every kind of owner: the owner is activated on first use, a
//! command that it never read is asked of its next life, and a key that was answered before is answered again.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use actix::dev::channel;
use actix::{Addr, ArbiterHandle, Context, Recipient};
use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::aggregate::Aggregate;
use super::in_flight::InFlight;
use super::keys::Keys;
use super::message::{Letter, Perform, Word};
use super::owner::Owner;
use super::registry::Registry;
use super::request::{Answered, IdempotencyKey, Unanswered};
use super::settling::Settled;
use super::slot::{Door, Fall, Slot};
use crate::store::Lane;
use crate::store::read::{ReadError, Reader};

/// How long a caller waits for the commit before being told that the outcome is unknown.
pub const OUTCOME_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a caller waits for an owner that is being rebuilt.
const RECOVERY_PATIENCE: Duration = Duration::from_secs(1);
/// How many lives of an owner are asked, one after the other, when each falls before it reads the command.
pub(super) const LIVES_ASKED_MAX: usize = 3;
/// Most messages that an owner's mailbox is made for; the load is bounded by permits at the edge.
const MAILBOX_MESSAGES: usize = 4_096;

/// Asks owners, and begins their lives.
pub(super) struct Asking {
    registry: Arc<Registry>,
    reader: Reader,
    arbiters: Vec<ArbiterHandle>,
    next_arbiter: AtomicUsize,
    next_incarnation: AtomicU64,
}

impl Asking {
    pub(super) fn new(registry: Arc<Registry>, reader: Reader, arbiters: Vec<ArbiterHandle>) -> Self {
        let (next_arbiter, next_incarnation) = (AtomicUsize::new(0), AtomicU64::new(1));
        Self { registry, reader, arbiters, next_arbiter, next_incarnation }
    }

    /// The first answer to a key that was used at this owner before.
    pub(super) async fn first_answer<A: Aggregate>(
        &self,
        slot: &Slot<A>,
        key: &IdempotencyKey,
    ) -> Result<Option<Answered<A>>, Unanswered> {
        let owner = A::owner_name(&slot.name);
        let found = self.reader.first_answer(&slot.org, key.route, &key.key, &owner).await.map_err(not_read)?;
        let Some((fingerprint, kept)) = found else { return Ok(None) };
        match A::from_kept(kept) {
            Some(answer) if fingerprint == key.fingerprint => {
                Ok(Some(Answered { outcome: Ok(answer), repeated: true }))
            }
            _ => Err(Unanswered::KeyReused),
        }
    }

    /// The way in: where to, and a guard that keeps this life from being followed by another meanwhile.
    pub(super) async fn enter<A: Settled>(
        &self,
        slot: &Arc<Slot<A>>,
        lane: &Arc<Lane<Registry>>,
    ) -> Result<(Recipient<Perform<A>>, InFlight), Unanswered> {
        for _ in 0..2 {
            match slot.door(|| self.activate(slot, lane)) {
                Door::Open(address, in_flight) => return Ok((address, in_flight)),
                Door::Recovering => slot.recovered(RECOVERY_PATIENCE).await,
                Door::Failed => return Err(Unanswered::OwnerFailed),
            }
        }
        let reason = "the owner of this part is being rebuilt";
        Err(Unanswered::NotAccepted { reason, retry_after_seconds: 1 })
    }

    /// Begins a life of an owner from what is committed, on a thread of its own choice, and watches its end.
    fn activate<A: Settled>(&self, slot: &Arc<Slot<A>>, lane: &Arc<Lane<Registry>>) -> (Recipient<Perform<A>>, u64) {
        let incarnation = self.next_incarnation.fetch_add(1, Ordering::Relaxed);
        let published = slot.published();
        let actor = Owner {
            slot: Arc::clone(slot),
            incarnation,
            state: published.state.clone(),
            last_now: published.as_of,
            keys: Keys::new(),
            lane: Arc::clone(lane),
            clock: Arc::clone(&self.registry.clock),
            letterhead: self.registry.letterhead(&slot.org),
        };
        let (sender, receiver) = channel::channel(MAILBOX_MESSAGES);
        let (registry, slot) = (Arc::clone(&self.registry), Arc::clone(slot));
        let begin = move || {
            let life = AssertUnwindSafe(Context::with_receiver(receiver).into_future(actor)).catch_unwind();
            drop(actix_rt::spawn(async move {
                let mut life = Box::pin(life);
                if life.as_mut().await.is_err() {
                    // Before the rest of its mail goes back: whoever gets it finds that the owner has fallen, and waits.
                    registry.fell(&slot, incarnation, Fall::Panic);
                }
            }));
        };
        let arbiter = self.next_arbiter.fetch_add(1, Ordering::Relaxed) % self.arbiters.len();
        if !self.arbiters[arbiter].spawn_fn(begin) {
            tracing::error!("an arbiter is gone: its owners cannot be activated");
        }
        (Addr::new(sender).recipient(), incarnation)
    }

    /// Brings a command to its owner, and waits for the word on it.
    pub(super) async fn deliver<A: Aggregate>(
        &self,
        address: &Recipient<Perform<A>>,
        command: A::Command,
        idempotency: Option<IdempotencyKey>,
        in_flight: InFlight,
    ) -> Word<A> {
        let (reply, answer) = oneshot::channel();
        let letter = Letter { command, idempotency, reply, in_flight };
        // A letter that does not get in is dropped, and so comes back unread like one that got in too late.
        drop(address.try_send(Perform::new(letter)));
        match tokio::time::timeout(OUTCOME_TIMEOUT, answer).await {
            Ok(Ok(word)) => word,
            // Dropped because another server took over: what was under way may have been committed before.
            Ok(Err(_)) if self.registry.is_fenced() => Word::Answer(Err(Unanswered::OutcomeUnknown)),
            Ok(Err(_)) => Word::Answer(Err(Unanswered::OwnerFell)),
            Err(_) => Word::Answer(Err(Unanswered::OutcomeUnknown)),
        }
    }
}

/// What a caller is told when the database does not answer a look-up.
pub(super) fn not_read(error: ReadError) -> Unanswered {
    tracing::warn!(%error, "a look-up failed");
    Unanswered::NotAccepted { reason: "the database does not answer", retry_after_seconds: 1 }
}
