//! Bounds on what is under way at once: mailboxes are unbounded, so the edge is where load is refused, early and cheaply.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use super::problem::{Code, Problem};

/// When to try again after an overload, in seconds.
const OVERLOAD_RETRY_SECONDS: u32 = 1;
/// When to try again for a live stream, in seconds.
const WATCHER_RETRY_SECONDS: u32 = 10;

/// How many state-changing requests may be under way, and how many live streams may be open.
#[derive(Debug)]
pub struct Permits {
    in_flight: Semaphore,
    watchers: Arc<Semaphore>,
}

impl Permits {
    /// With these bounds.
    #[must_use]
    pub fn new(max_in_flight: usize, max_watchers: usize) -> Self {
        let bound = |wanted: usize| wanted.min(Semaphore::MAX_PERMITS);
        Self {
            in_flight: Semaphore::new(bound(max_in_flight)),
            watchers: Arc::new(Semaphore::new(bound(max_watchers))),
        }
    }

    /// Room for one state-changing request, until the permit is dropped.
    ///
    /// # Errors
    /// 503 when there is none.
    pub fn enter(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.in_flight.try_acquire().map_err(|_| {
            Problem::new(Code::Overload, "The server is busy; nothing was changed.").retry_after(OVERLOAD_RETRY_SECONDS)
        })
    }

    /// Room for one live stream, until the permit is dropped.
    ///
    /// # Errors
    /// 503 when there is none.
    pub fn watch(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.watchers)
            .try_acquire_owned()
            .map_err(|_| Problem::of(Code::TooManyWatchers).retry_after(WATCHER_RETRY_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_bounded_and_comes_back() {
        let permits = Permits::new(1, 1);
        let first = permits.enter().unwrap();
        assert_eq!(permits.enter().unwrap_err().code(), Code::Overload);
        drop(first);
        assert!(permits.enter().is_ok());
        let watcher = permits.watch().unwrap();
        assert_eq!(permits.watch().unwrap_err().code(), Code::TooManyWatchers);
        drop(watcher);
        assert!(permits.watch().is_ok());
    }
}
