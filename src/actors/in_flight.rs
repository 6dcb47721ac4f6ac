//! What is under way for one owner: messages, and changes that are not committed. A new life of the owner begins only when
//! nothing of the old one is left, so each of them carries a guard.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts what is under way.
#[derive(Default)]
pub(super) struct UnderWay {
    count: AtomicUsize,
    /// Told when nothing is under way any more.
    pub(super) changed: Notify,
}

/// One thing that is under way.
pub(super) struct InFlight(Arc<UnderWay>);

impl UnderWay {
    /// One more thing is under way, until the guard is dropped.
    pub(super) fn one_more(self: &Arc<Self>) -> InFlight {
        self.count.fetch_add(1, Ordering::AcqRel);
        InFlight(Arc::clone(self))
    }

    /// Whether nothing is.
    pub(super) fn is_quiet(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.changed.notify_waiters();
        }
    }
}
