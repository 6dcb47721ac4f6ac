//! How long it will take: people ahead x mean service / servers, plus the rest of those being served.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::state::QueueState;

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

/// For who stands at `position` (from 1).
#[must_use]
pub fn estimate_for_position(_state: &QueueState, _position: usize, _now: DateTime<Utc>) -> Estimate {
    todo!()
}

/// For who would join now.
#[must_use]
pub fn estimate_for_newcomer(state: &QueueState, now: DateTime<Utc>) -> Estimate {
    estimate_for_position(state, state.waiting_count() + 1, now)
}
