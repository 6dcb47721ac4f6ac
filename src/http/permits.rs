//! Bounds on what is under way at once: mailboxes are unbounded, so the edge is where load is refused, early and cheaply.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use super::problem::{Code, Problem};

/// When to try again after an overload, in seconds.
const OVERLOAD_RETRY_SECONDS: u32 = 1;
/// When to try again for a live stream, in seconds.
const WATCHER_RETRY_SECONDS: u32 = 10;

/// How many state-changing requests may be under way, and how many live streams may be open. Streams for everybody and
/// those of signed-in people have the same bound each: a crowd at the boards keeps no clerk away from the desk.
#[derive(Debug)]
pub struct Permits {
    in_flight: Semaphore,
    public_watchers: Arc<Semaphore>,
    signed_in_watchers: Arc<Semaphore>,
}

impl Permits {
    /// With these bounds; `max_watchers` holds for each kind of watchers by itself.
    #[must_use]
    pub fn new(max_in_flight: usize, max_watchers: usize) -> Self {
        let bound = |wanted: usize| wanted.min(Semaphore::MAX_PERMITS);
        Self {
            in_flight: Semaphore::new(bound(max_in_flight)),
            public_watchers: Arc::new(Semaphore::new(bound(max_watchers))),
            signed_in_watchers: Arc::new(Semaphore::new(bound(max_watchers))),
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

    /// Room for one live stream that anybody may open, until the permit is dropped.
    ///
    /// # Errors
    /// 503 when there is none.
    pub fn watch_in_public(&self) -> Result<OwnedSemaphorePermit, Problem> {
        room_for_watcher(&self.public_watchers)
    }

    /// Room for one live stream of somebody who is signed in, until the permit is dropped.
    ///
    /// # Errors
    /// 503 when there is none.
    pub fn watch_signed_in(&self) -> Result<OwnedSemaphorePermit, Problem> {
        room_for_watcher(&self.signed_in_watchers)
    }
}

fn room_for_watcher(watchers: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    Arc::clone(watchers)
        .try_acquire_owned()
        .map_err(|_| Problem::of(Code::TooManyWatchers).retry_after(WATCHER_RETRY_SECONDS))
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
        for watch in [Permits::watch_in_public, Permits::watch_signed_in] {
            let watcher = watch(&permits).unwrap();
            assert_eq!(watch(&permits).unwrap_err().code(), Code::TooManyWatchers);
            drop(watcher);
            assert!(watch(&permits).is_ok());
        }
    }

    #[test]
    fn public_watchers_take_no_room_from_those_who_are_signed_in() {
        let permits = Permits::new(1, 1);
        let _public = permits.watch_in_public().unwrap();
        let _signed_in = permits.watch_signed_in().unwrap();
    }
}
