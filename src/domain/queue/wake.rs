//! When a queue next wants to be woken: timers are not stored, they follow from the state.

use chrono::{DateTime, Utc};

use super::state::QueueState;

/// The earliest moment at which `Tick` would do something: the end of a grace period with automatic no-show, the end of
/// a pause. `None`: nothing is due by itself.
#[must_use]
pub fn wake_at(_state: &QueueState) -> Option<DateTime<Utc>> {
    todo!()
}
