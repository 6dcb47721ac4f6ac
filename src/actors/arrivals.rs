//! Hand-overs that are under way, and who waits for their end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::{oneshot, watch};

use crate::domain::ids::{HandoverId, OrgId};
use crate::domain::queue::{Answer, Rejection};

/// How a hand-over ended for the clerk who asked for it.
pub(super) type Arrival = Result<Answer, Rejection>;

/// Who waits for the end of one hand-over.
type Waiting = Vec<oneshot::Sender<Arrival>>;

/// Hand-overs that are under way, and who waits for them.
pub(super) struct Arrivals {
    waiting: Mutex<HashMap<(OrgId, HandoverId), Waiting>>,
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

    /// This one needs to be told no more; others who wait for the same hand-over still do.
    pub(super) fn forget(&self, org: &OrgId, handover: &HandoverId, arrival: oneshot::Receiver<Arrival>) {
        drop(arrival);
        let key = (org.clone(), handover.clone());
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let others_wait = waiting.get_mut(&key).is_some_and(|senders| {
            senders.retain(|sender| !sender.is_closed());
            !senders.is_empty()
        });
        if !others_wait {
            waiting.remove(&key);
        }
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
