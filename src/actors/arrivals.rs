//! Hand-overs that are under way, and who waits for their end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::{oneshot, watch};

use crate::domain::ids::{HandoverId, OrgId};
use crate::domain::queue::{Answer, Rejection};

/// How a hand-over ended for the clerk who asked for it.
pub(super) type Arrival = Result<Answer, Rejection>;

/// Hand-overs that are under way, and who waits for them.
pub(super) struct Arrivals {
    waiting: Mutex<HashMap<(OrgId, HandoverId), Vec<oneshot::Sender<Arrival>>>>,
    /// How many are under way.
    pub(super) travelling: watch::Sender<usize>,
}

impl Arrivals {
    pub(super) fn new() -> Self {
        Self { waiting: Mutex::default(), travelling: watch::Sender::new(0) }
    }

    /// Tells the end of a hand-over, which may not have set out yet.
    pub(super) fn arrival(&self, org: &OrgId, handover: &HandoverId) -> oneshot::Receiver<Arrival> {
        let (sender, receiver) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.entry((org.clone(), handover.clone())).or_default().push(sender);
        receiver
    }

    /// Nobody needs to be told of this one any more.
    pub(super) fn forget(&self, org: &OrgId, handover: &HandoverId) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&(org.clone(), handover.clone()));
    }

    /// Tells all who wait how it ended.
    pub(super) fn tell(&self, org: &OrgId, handover: &HandoverId, arrival: &Arrival) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in waiting.remove(&(org.clone(), handover.clone())).unwrap_or_default() {
            // Whoever has given up waiting needs no word.
            drop(sender.send(arrival.clone()));
        }
    }
}
