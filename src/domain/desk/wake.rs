//! When a desk next wants to be woken: timers are not stored, they follow from the state.

use chrono::{DateTime, Utc};

use super::state::DeskState;

/// The earliest moment at which `Tick` would do something: a clock warns, is breached or escalates. `None`: nothing
/// is due by itself.
#[must_use]
pub fn wake_at(state: &DeskState) -> Option<DateTime<Utc>> {
    state.due.get_min().map(|(at, _)| *at)
}
