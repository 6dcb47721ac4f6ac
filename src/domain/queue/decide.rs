//! What a command makes happen, or why not.

use chrono::{DateTime, Utc};

use super::command::Command;
use super::event::Event;
use super::rejection::Rejection;
use super::state::QueueState;

/// What `command` makes happen at `now`; no events: a repeat that changes nothing.
///
/// # Errors
/// The rule that says no; nothing has changed then.
pub fn decide(_state: &QueueState, _command: &Command, _now: DateTime<Utc>) -> Result<Vec<Event>, Rejection> {
    todo!()
}
