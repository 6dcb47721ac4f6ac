//! How the day goes: the moving average of service times, and what a supervisor asks about today.

use chrono::NaiveDate;
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

#[allow(unused_imports)]
use NaiveDate as _;
