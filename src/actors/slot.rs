//! The place of one owner: there from the start, with what it has committed; the actor itself comes and goes.
//!
//! An actor is activated from the published state, so that is only done when nothing of it is under way: every message
//! and every uncommitted change carries a guard, and no guard is left when a new life begins.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix::Recipient;
use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::aggregate::Aggregate;
use super::in_flight::{InFlight, UnderWay};
use super::message::Perform;
use super::published::Published;
use crate::clock;
use crate::domain::ids::OrgId;

/// How often an actor may fall within [`FALLS_WITHIN`]; one more and it is out of service.
pub const FALLS_MAX: usize = 5;
/// The span in which falls are counted.
pub const FALLS_WITHIN: Duration = Duration::from_secs(60);

/// How one owner is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnerHealth {
    /// Running, or to be activated on first use.
    Well,
    /// Being rebuilt after a fall.
    Recovering,
    /// Fell too often; out of service since then.
    Failed {
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// Why a life of an owner ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fall {
    /// A handler panicked. Counted: too many put the owner out of service.
    Panic,
    /// Postgres refused what it sent. Not counted: what a client can cause must not put an owner out of service.
    Refusal,
}

/// Where an owner is in its life.
pub(super) enum Lifecycle<A: Aggregate> {
    /// Not activated.
    Idle,
    /// Takes messages.
    Running {
        /// Where to.
        address: Recipient<Perform<A>>,
        /// Which life.
        incarnation: u64,
        /// When it was last asked for.
        last_used: Instant,
    },
    /// Fell, or was refused by Postgres; what it sent before is still being dealt with.
    Recovering,
    /// Fell too often.
    Failed {
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// The place of one owner.
pub struct Slot<A: Aggregate> {
    pub(super) org: OrgId,
    pub(super) name: A::Name,
    pub(super) published: watch::Sender<Arc<Published<A>>>,
    lifecycle: Mutex<Lifecycle<A>>,
    falls: Mutex<VecDeque<Instant>>,
    under_way: Arc<UnderWay>,
}

/// What the door of an owner says.
pub(super) enum Door<A: Aggregate> {
    /// Here it is.
    Open(Recipient<Perform<A>>, InFlight),
    /// It is being rebuilt.
    Recovering,
    /// It is out of service.
    Failed,
}

impl<A: Aggregate> Slot<A> {
    pub(super) fn new(published: Published<A>) -> Self {
        let (org, name) = (published.org.clone(), published.name.clone());
        Self {
            org,
            name,
            published: watch::Sender::new(Arc::new(published)),
            lifecycle: Mutex::new(Lifecycle::Idle),
            falls: Mutex::default(),
            under_way: Arc::default(),
        }
    }

    fn lifecycle(&self) -> MutexGuard<'_, Lifecycle<A>> {
        self.lifecycle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The committed state.
    pub(super) fn published(&self) -> Arc<Published<A>> {
        Arc::clone(&self.published.borrow())
    }

    /// The way in; `activate` makes the actor when there is none, and gives its address and the number of its life.
    pub(super) fn door(&self, activate: impl FnOnce() -> (Recipient<Perform<A>>, u64)) -> Door<A> {
        let mut lifecycle = self.lifecycle();
        let address = match &mut *lifecycle {
            Lifecycle::Running { address, last_used, .. } => {
                *last_used = clock::monotonic();
                address.clone()
            }
            Lifecycle::Idle => {
                let (address, incarnation) = activate();
                let running = address.clone();
                *lifecycle = Lifecycle::Running { address, incarnation, last_used: clock::monotonic() };
                running
            }
            Lifecycle::Recovering => return Door::Recovering,
            Lifecycle::Failed { .. } => return Door::Failed,
        };
        // Counted under the lock: whoever sees no guard under it knows that nobody has the address.
        Door::Open(address, self.under_way.one_more())
    }

    /// One more thing of this owner is under way: a change that must be committed.
    pub(super) fn in_flight(&self) -> InFlight {
        self.under_way.one_more()
    }

    /// Whether nothing of this owner is under way.
    pub(super) fn is_quiet(&self) -> bool {
        self.under_way.is_quiet()
    }

    /// Lets the actor of this life go, when nobody has asked for it since `idle_since` and nothing is under way.
    pub(super) fn passivate(&self, idle_since: Instant) -> bool {
        let mut lifecycle = self.lifecycle();
        let idle = matches!(&*lifecycle, Lifecycle::Running { last_used, .. } if *last_used < idle_since);
        if idle && self.is_quiet() {
            *lifecycle = Lifecycle::Idle;
            return true;
        }
        false
    }

    /// The actor of this life fell. Gives `false` when it is of an earlier life, and so no news.
    pub(super) fn fell(&self, fallen: u64, cause: Fall, now: DateTime<Utc>) -> bool {
        let mut lifecycle = self.lifecycle();
        if !matches!(&*lifecycle, Lifecycle::Running { incarnation, .. } if *incarnation == fallen) {
            return false;
        }
        let at = clock::monotonic();
        let mut falls = self.falls.lock().unwrap_or_else(PoisonError::into_inner);
        falls.retain(|fall| at.duration_since(*fall) < FALLS_WITHIN);
        if cause == Fall::Panic {
            falls.push_back(at);
        }
        let worn_out = falls.len() > FALLS_MAX;
        *lifecycle = if worn_out { Lifecycle::Failed { since: now } } else { Lifecycle::Recovering };
        drop((lifecycle, falls));
        self.under_way.changed.notify_waiters();
        true
    }

    /// Waits until nothing of the fallen life is under way, then lets a new one begin.
    pub(super) async fn recover(&self) {
        loop {
            let changed = self.under_way.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.is_quiet() {
                break;
            }
            changed.await;
        }
        {
            let mut lifecycle = self.lifecycle();
            if matches!(&*lifecycle, Lifecycle::Recovering) {
                *lifecycle = Lifecycle::Idle;
            }
        }
        self.under_way.changed.notify_waiters();
    }

    /// Waits, for `patience` at most, until the owner is no longer being rebuilt.
    pub(super) async fn recovered(&self, patience: Duration) {
        let wait = async {
            loop {
                let changed = self.under_way.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if !matches!(&*self.lifecycle(), Lifecycle::Recovering) {
                    return;
                }
                changed.await;
            }
        };
        // The caller looks at the door again, and finds out either way.
        drop(tokio::time::timeout(patience, wait).await);
    }

    /// How the owner is.
    pub(super) fn health(&self) -> OwnerHealth {
        match &*self.lifecycle() {
            Lifecycle::Idle | Lifecycle::Running { .. } => OwnerHealth::Well,
            Lifecycle::Recovering => OwnerHealth::Recovering,
            Lifecycle::Failed { since } => OwnerHealth::Failed { since: *since },
        }
    }
}
