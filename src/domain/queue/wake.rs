//! When a queue next wants to be woken: timers are not stored, they follow from the state.

use chrono::{DateTime, TimeDelta, Utc};

use super::point::{Admission, ServicePoint};
use super::state::QueueState;

/// The earliest moment at which `Tick` would do something: the end of a grace period with automatic no-show, the end of
/// a pause. `None`: nothing is due by itself.
#[must_use]
pub fn wake_at(state: &QueueState) -> Option<DateTime<Utc>> {
    let point = state.point.as_deref()?;
    let no_show = point.queue.auto_no_show.then(|| state.called.get_min()).flatten();
    let grace_end = no_show.map(|(called_at, _)| *called_at + point.grace());
    [grace_end, point.pause_end()].into_iter().flatten().min()
}

impl ServicePoint {
    /// How long a called person may take to come.
    pub(super) fn grace(&self) -> TimeDelta {
        TimeDelta::minutes(self.queue.grace_minutes.into())
    }

    /// When the pause ends by itself.
    pub(super) fn pause_end(&self) -> Option<DateTime<Utc>> {
        match self.admission {
            Admission::Paused { until, .. } => until,
            Admission::Open | Admission::Closed => None,
        }
    }
}
