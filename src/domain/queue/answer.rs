//! What a command meant for who gave it: worked out after the events have been applied, and kept for a repeat of the key.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::command::Command;
use super::entry::Entry;
use super::event::Event;
use super::point::ServicePoint;
use super::state::QueueState;
use crate::domain::ids::PointId;

/// Where somebody stands in the line, and how long it will take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Position from 1.
    pub position: u32,
    /// How many wait in front.
    pub people_ahead: u32,
    /// Estimated wait, in minutes, rounded up.
    pub estimated_wait_minutes: u32,
    /// Lower end of the likely range, in minutes.
    pub range_from_minutes: u32,
    /// Upper end of the likely range, in minutes.
    pub range_to_minutes: u32,
}

/// What a command meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Answer {
    /// The service point as it is now.
    Point {
        /// As it is now.
        point: Arc<ServicePoint>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The point is gone.
    PointDeleted {
        /// Which.
        id: PointId,
    },
    /// Joined the line.
    Joined {
        /// The new entry, with its token.
        entry: Arc<Entry>,
        /// Where it stands.
        standing: Standing,
    },
    /// The same person is in the line already: the entry there. Its token is not for this caller.
    AlreadyInLine {
        /// The entry there.
        entry: Arc<Entry>,
        /// Where it stands, while it waits.
        standing: Option<Standing>,
    },
    /// The entry as it is now.
    Entry {
        /// As it is now.
        entry: Arc<Entry>,
        /// Where it stands, while it waits.
        standing: Option<Standing>,
    },
    /// `call-next`: who was called, and who was finished with it.
    Next {
        /// Who was called; `None` only when `completes` was given and nobody waits.
        called: Option<Arc<Entry>>,
        /// Who was finished.
        completed: Option<Arc<Entry>>,
    },
    /// Nothing to tell (time passed, or a hand-over was finished).
    Done,
}

/// What `command` meant, given the state after its `events` were applied.
#[must_use]
pub fn answer(_state: &QueueState, _command: &Command, _events: &[Event], _now: DateTime<Utc>) -> Answer {
    todo!()
}
