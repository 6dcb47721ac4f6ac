//! A clock as it is shown.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::metric::Metric;

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockState {
    /// It counts, and is not due yet.
    Running,
    /// It stands still, and is not due until it goes on.
    Paused,
    /// What was promised was done in time.
    Met,
    /// The target was used up before it was done; it stays so when it is done late.
    Breached,
    /// It was ended before it was met or breached.
    Ended,
}

impl ClockState {
    /// The word of the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Breached => "breached",
            Self::Ended => "ended",
        }
    }
}

/// A clock as it is shown, at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockReport {
    /// What it measures.
    pub metric: Metric,
    /// Which of them it is, from 1; only next responses have more than one.
    pub cycle: u32,
    /// How it stands.
    pub state: ClockState,
    /// How much open time there is, or was when it stopped.
    pub target_seconds: u32,
    /// From when on it counts.
    pub started_at: DateTime<Utc>,
    /// When it is due, was due when it was met, or was breached; not there while it is paused, after it was ended, and
    /// where that lies further away than [`super::HORIZON_YEARS`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// How much open time has been used up, in whole seconds.
    pub elapsed_seconds: u64,
    /// How much is left of the target, rounded up to whole seconds; 0 once it is used up.
    pub remaining_seconds: u64,
    /// How much of the target is used up, rounded down; more than 100 once it is late.
    pub percent: u64,
    /// When the target was used up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breached_at: Option<DateTime<Utc>>,
    /// When what was promised was done, be it late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met_at: Option<DateTime<Utc>>,
    /// When it ended without that: nothing is owed any more, breached or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
}

impl ClockReport {
    /// When it stopped for good, be it met or ended, or for as long as the ticket stays resolved.
    #[must_use]
    pub fn stopped_at(&self) -> Option<DateTime<Utc>> {
        self.met_at.or(self.ended_at)
    }
}

/// The next step of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NextEscalation {
    /// When it will be taken.
    pub at: DateTime<Utc>,
    /// Which level is reached.
    pub level: u32,
}
