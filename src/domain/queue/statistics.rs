//! How the day goes: the moving average of service times, and what a supervisor asks about today.

use serde::{Deserialize, Serialize};

/// How many of the last service times count.
pub const PACE_SAMPLES: usize = 20;
/// How many service times the configured mean weighs.
pub const PACE_PRIOR_WEIGHT: u32 = 5;
/// Width of a bucket of today's plot, in minutes.
pub const BUCKET_MINUTES: u32 = 15;

/// Moving average of service times, with the configured mean as prior.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pace {
    /// The last service times in seconds, the oldest first; at most [`PACE_SAMPLES`].
    pub recent_service_seconds: Vec<u32>,
}

impl Pace {
    /// Counts a service that took `seconds`; the oldest one gives way.
    pub(super) fn add(&mut self, seconds: u32) {
        if self.recent_service_seconds.len() >= PACE_SAMPLES {
            self.recent_service_seconds.remove(0);
        }
        self.recent_service_seconds.push(seconds);
    }

    /// Takes back a service that was counted, where it still counts.
    pub(super) fn take_back(&mut self, seconds: u32) {
        if let Some(index) = self.recent_service_seconds.iter().rposition(|sample| *sample == seconds) {
            self.recent_service_seconds.remove(index);
        }
    }

    /// The mean as a fraction: weighted sum of seconds, and the weight.
    pub(super) fn weighted_seconds(&self, prior_minutes: u32) -> (u64, u64) {
        let sum: u64 = self.recent_service_seconds.iter().map(|seconds| u64::from(*seconds)).sum();
        let weight = PACE_PRIOR_WEIGHT as usize + self.recent_service_seconds.len();
        (u64::from(prior_minutes) * 60 * u64::from(PACE_PRIOR_WEIGHT) + sum, weight as u64)
    }

    /// The mean service time in seconds, rounded down; the configured mean of `prior_minutes` weighs as much as
    /// [`PACE_PRIOR_WEIGHT`] services.
    #[must_use]
    pub fn mean_seconds(&self, prior_minutes: u32) -> u64 {
        let (sum, weight) = self.weighted_seconds(prior_minutes);
        sum / weight
    }
}

/// Waits of those who reached a counter within one quarter of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitBucket {
    /// Begin, in minutes since local midnight.
    pub minute_of_day: u32,
    /// How many reached a counter.
    pub count: u32,
    /// Sum of their waits, in seconds.
    pub wait_seconds: u64,
}

/// Somebody's first reaching of a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reached {
    /// Local time, in minutes since midnight.
    pub minute_of_day: u32,
    /// Time since joining, in seconds.
    pub wait_seconds: u64,
    /// Whether that is within the point's wait limit.
    pub in_time: bool,
}

/// Today, counted as it happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DayStatistics {
    /// How many joined (transfers in included).
    pub joined: u32,
    /// How many were served to the end.
    pub served: u32,
    /// How many did not come.
    pub no_show: u32,
    /// How many left, or were taken out.
    pub left: u32,
    /// How many reached a counter.
    pub reached: u32,
    /// How many of these within the point's wait limit.
    pub reached_in_time: u32,
    /// Waits by quarter of an hour, in order.
    pub waits: Vec<WaitBucket>,
}

impl DayStatistics {
    /// Those of a day on which nothing has happened yet.
    pub const NOTHING: Self =
        Self { joined: 0, served: 0, no_show: 0, left: 0, reached: 0, reached_in_time: 0, waits: Vec::new() };

    /// Share of those reached within the wait limit, in whole percent, rounded down; `None` before anybody is reached.
    #[must_use]
    pub fn service_level_percent(&self) -> Option<u32> {
        (u64::from(self.reached_in_time) * 100).checked_div(self.reached.into())?.try_into().ok()
    }

    /// Counts who has reached a counter.
    pub(super) fn count(&mut self, reached: Reached) {
        let minute_of_day = reached.minute_of_day - reached.minute_of_day % BUCKET_MINUTES;
        let index = match self.waits.binary_search_by_key(&minute_of_day, |bucket| bucket.minute_of_day) {
            Ok(index) => index,
            Err(index) => {
                self.waits.insert(index, WaitBucket { minute_of_day, count: 0, wait_seconds: 0 });
                index
            }
        };
        let bucket = &mut self.waits[index];
        bucket.count += 1;
        bucket.wait_seconds += reached.wait_seconds;
        self.reached += 1;
        self.reached_in_time += u32::from(reached.in_time);
    }

    /// Takes back who was counted on this day.
    pub(super) fn take_back(&mut self, reached: Reached) {
        let minute_of_day = reached.minute_of_day - reached.minute_of_day % BUCKET_MINUTES;
        let Ok(index) = self.waits.binary_search_by_key(&minute_of_day, |bucket| bucket.minute_of_day) else {
            return;
        };
        let bucket = &mut self.waits[index];
        bucket.count -= 1;
        bucket.wait_seconds = bucket.wait_seconds.saturating_sub(reached.wait_seconds);
        if bucket.count == 0 {
            self.waits.remove(index);
        }
        self.reached -= 1;
        // The wait limit may have been changed in between.
        self.reached_in_time = self.reached_in_time.saturating_sub(reached.in_time.into()).min(self.reached);
    }
}
