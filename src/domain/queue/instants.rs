//! The newest moment that a state knows of: a rebuilt owner goes on from there, never from before it.

use chrono::{DateTime, Utc};

use super::entry::{Entry, Status};
use super::state::QueueState;

impl QueueState {
    /// The newest moment in it; `None` without a point and entries.
    #[must_use]
    pub fn newest_instant(&self) -> Option<DateTime<Utc>> {
        let of_point = self.point().map(|point| point.updated_at);
        self.entries().map(|entry| newest_of(entry)).chain(of_point).max()
    }
}

fn newest_of(entry: &Entry) -> DateTime<Utc> {
    let of_status = match &entry.status {
        Status::Waiting => None,
        Status::Called { last_at, .. } => Some(*last_at),
        Status::Serving { started_at, .. } => Some(*started_at),
        Status::Transferred { at, .. } => Some(*at),
        Status::Served { .. } | Status::NoShow { .. } | Status::Left { .. } | Status::Cancelled { .. } => {
            entry.status.ended_at()
        }
    };
    [of_status, entry.checked_in_at, entry.last_act.as_ref().map(|act| act.at)]
        .into_iter()
        .flatten()
        .fold(entry.joined_at, DateTime::max)
}
