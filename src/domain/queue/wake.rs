//! When a queue next wants to be woken: timers are not stored, they follow from the state.

use chrono::{DateTime, TimeDelta, Utc};

use super::point::{Admission, ServicePoint};
use super::state::QueueState;
use crate::domain::hours::Opening;

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

/// When what this queue looks like next changes by time alone after `now`: at [`wake_at`], when its hours open or
/// close, or when a new local day empties its statistics. Boards and streams are made anew then, though nothing happens that would be an event.
#[must_use]
pub fn looks_different_at(state: &QueueState, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let hours = state.point().and_then(|point| match point.hours.as_ref()?.opening(point.timezone, now) {
        Opening::Open { closes_at } => closes_at,
        Opening::Closed { opens_at } => opens_at,
    });
    wake_at(state).into_iter().chain(hours).chain(state.statistics_end_at(now)).min()
}
