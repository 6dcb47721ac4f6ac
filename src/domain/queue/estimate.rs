//! How long it will take: people ahead x mean service / servers, plus the rest of those being served.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::entry::Status;
use super::state::QueueState;

/// Lower end of the likely range as a fraction of the estimate: three quarters, rounded down to a minute.
pub const RANGE_FROM: (u64, u64) = (3, 4);
/// Upper end of the likely range as a fraction of the estimate: four thirds, rounded up to a minute.
pub const RANGE_TO: (u64, u64) = (4, 3);

/// An estimated wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// In minutes, rounded up.
    pub minutes: u32,
    /// Lower end of the likely range.
    pub from_minutes: u32,
    /// Upper end of the likely range.
    pub to_minutes: u32,
}

/// What all estimates of one moment share: made once, it answers for each position in constant time.
///
/// The work in front of a position is one mean service for each who waits ahead and for each who is called but not yet
/// started, and the rest of the mean for each who is being served; the servers share it. Servers are those serving now, at
/// least one, at most the capacity. Everything is a whole number of `1 / (weight x servers)` seconds, so nothing is lost
/// before the one rounding at the end.
#[derive(Clone, Copy, Debug)]
pub struct Estimator {
    /// Mean service time, in `1 / weight` seconds.
    mean: u64,
    /// Work that is in front of the whole line, in `1 / weight` seconds.
    work_before_line: u64,
    /// `weight x servers x 60`: what turns work into minutes.
    work_a_minute: u64,
    /// How many wait.
    waiting: usize,
}

impl Estimator {
    /// The estimator of `state` at `now`. Costs a walk over those being served.
    #[must_use]
    pub fn new(state: &QueueState, now: DateTime<Utc>) -> Self {
        let Some(point) = state.point.as_deref() else {
            return Self { mean: 0, work_before_line: 0, work_a_minute: 1, waiting: 0 };
        };
        let (mean, weight) = state.pace.weighted_seconds(point.queue.average_service_minutes);
        let rest = |started_at: DateTime<Utc>| {
            let elapsed = u64::try_from((now - started_at).num_seconds()).unwrap_or(0);
            mean.saturating_sub(elapsed.saturating_mul(weight))
        };
        let rests: u64 = state.serving.iter().map(|(started_at, _)| rest(*started_at)).sum();
        let servers = (state.serving_count() as u64).clamp(1, u64::from(point.capacity.max(1)));
        Self {
            mean,
            work_before_line: state.called_count() as u64 * mean + rests,
            work_a_minute: weight * servers * 60,
            waiting: state.waiting_count(),
        }
    }

    /// For who stands at `position` (from 1).
    #[must_use]
    pub fn at_position(&self, position: usize) -> Estimate {
        let ahead = position.saturating_sub(1) as u64;
        let work = ahead.saturating_mul(self.mean).saturating_add(self.work_before_line);
        let minutes = |(numerator, denominator): (u64, u64), round_up: bool| {
            let (work, unit) = (work.saturating_mul(numerator), self.work_a_minute * denominator);
            u32::try_from(if round_up { work.div_ceil(unit) } else { work / unit }).unwrap_or(u32::MAX)
        };
        Estimate {
            minutes: minutes((1, 1), true),
            from_minutes: minutes(RANGE_FROM, false),
            to_minutes: minutes(RANGE_TO, true),
        }
    }

    /// For who would join now without a priority, behind everybody.
    #[must_use]
    pub fn for_newcomer(&self) -> Estimate {
        self.at_position(self.waiting + 1)
    }
}

/// For who stands at `position` (from 1). For more than one position make an [`Estimator`].
#[must_use]
pub fn estimate_for_position(state: &QueueState, position: usize, now: DateTime<Utc>) -> Estimate {
    Estimator::new(state, now).at_position(position)
}

/// For who would join now.
#[must_use]
pub fn estimate_for_newcomer(state: &QueueState, now: DateTime<Utc>) -> Estimate {
    Estimator::new(state, now).for_newcomer()
}

/// How long a service took that began and ended then, in whole seconds.
pub(super) fn service_seconds(started_at: DateTime<Utc>, ended_at: DateTime<Utc>) -> u32 {
    (ended_at - started_at).num_seconds().clamp(0, u32::MAX.into()).try_into().unwrap_or(u32::MAX)
}

/// How long the service took that a state tells of, in whole seconds; `None` for any state but `served`.
pub(super) fn served_seconds(status: &Status) -> Option<u32> {
    match status {
        Status::Served { started_at, ended_at, .. } => Some(service_seconds(*started_at, *ended_at)),
        Status::Waiting
        | Status::Called { .. }
        | Status::Serving { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => None,
    }
}
