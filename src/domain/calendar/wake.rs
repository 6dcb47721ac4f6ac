//! When a calendar next wants to be woken: timers are not stored, they follow from the state.

use chrono::{DateTime, Utc};

use super::state::CalendarState;

/// The earliest moment at which `Tick` would do something: a hold or an offer is over, somebody has waited long enough,
/// a reminder is due. `None`: nothing is due by itself.
#[must_use]
pub fn wake_at(state: &CalendarState) -> Option<DateTime<Utc>> {
    let hold = state.hold_ends.get_min().map(|(at, _)| *at);
    let wait = state.wait_ends.get_min().map(|(at, _)| *at);
    let reminder = state.reminders.get_min().map(|(at, _)| *at);
    [hold, wait, reminder].into_iter().flatten().min()
}
