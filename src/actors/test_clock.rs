//! Time by hand: a manual clock moves only here, and everything that is due on the way happens before it arrives.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::alarm;
use super::directory::Directory;
use crate::clock::ManualClock;

/// Why the test clock was not moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockRefusal {
    /// Time does not run backwards.
    #[error("The clock stands at {now} already.")]
    Backwards {
        /// Where it stands.
        now: DateTime<Utc>,
    },
    /// The clock is the real one.
    #[error("The clock is the real one.")]
    NotManual,
}

impl Directory {
    /// Moves a manual clock to `target`: step by step through every due instant in order, each until all is quiet; or,
    /// without `step`, in one jump, as after a downtime. Gives the time that it is then.
    ///
    /// # Errors
    /// See [`ClockRefusal`].
    pub async fn move_clock(&self, target: DateTime<Utc>, step: bool) -> Result<DateTime<Utc>, ClockRefusal> {
        let clock = Arc::clone(self.clock());
        let manual = clock.as_manual().ok_or(ClockRefusal::NotManual)?;
        let _hand = self.clock_hand.lock().await;
        if target < clock.now() {
            return Err(ClockRefusal::Backwards { now: clock.now() });
        }
        if step {
            // A message that was committed a moment ago goes out before time moves on.
            self.do_what_is_due().await;
        }
        while let Some(due) = self.next_due().await.filter(|due| step && *due <= target) {
            set(manual, due.max(clock.now()))?;
            self.do_what_is_due().await;
        }
        set(manual, target)?;
        self.do_what_is_due().await;
        Ok(clock.now())
    }

    /// Does what has become due before the start, for a clock that stands: nothing else would before it is moved.
    pub(super) async fn catch_up(&self) {
        let _hand = self.clock_hand.lock().await;
        self.do_what_is_due().await;
    }

    /// When the next owner or the next message is due.
    async fn next_due(&self) -> Option<DateTime<Utc>> {
        let message = self.notifier().next_due().await;
        self.registry.due.earliest().into_iter().chain(message).min()
    }

    async fn do_what_is_due(&self) {
        loop {
            let due = self.registry.due.take(self.clock().now());
            if due.is_empty() {
                break;
            }
            for (org, owner) in due {
                alarm::wake(self, &org, &owner).await;
            }
        }
        // The sender lives in this directory: waiting cannot fail.
        drop(self.arrivals.travelling.subscribe().wait_for(|count| *count == 0).await);
        self.notifier().settled().await;
    }
}

fn set(clock: &ManualClock, instant: DateTime<Utc>) -> Result<(), ClockRefusal> {
    clock.set(instant).map(drop).map_err(|refused| ClockRefusal::Backwards { now: refused.now })
}
