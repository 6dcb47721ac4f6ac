//! What a clock does when its time has come: it warns, it is breached, it escalates. Each happens once, at its own instant.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::metric::Metric;

/// What happens to a clock at an instant. `at` is when it was due, however late somebody looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Firing {
    /// So much of the target is used up.
    Warned {
        /// Which clock.
        metric: Metric,
        /// Its cycle, from 1.
        cycle: u32,
        /// How much.
        percent: u8,
        /// When.
        at: DateTime<Utc>,
    },
    /// All of the target is used up.
    Breached {
        /// Which clock.
        metric: Metric,
        /// Its cycle, from 1.
        cycle: u32,
        /// The target that was used up, in seconds.
        target_seconds: u32,
        /// When.
        at: DateTime<Utc>,
    },
    /// A step of the chain is taken.
    Escalated {
        /// Which clock.
        metric: Metric,
        /// Its cycle, from 1.
        cycle: u32,
        /// The level that is reached.
        level: u32,
        /// When.
        at: DateTime<Utc>,
        /// Which of the terms' escalations it is, from 0.
        rule: u32,
        /// A higher level of the same clock was passed at the same time: nobody is told of this one.
        silent: bool,
    },
}

impl Firing {
    /// When it was due.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Warned { at, .. } | Self::Breached { at, .. } | Self::Escalated { at, .. } => *at,
        }
    }

    /// Which clock it is about.
    #[must_use]
    pub fn clock(&self) -> (Metric, u32) {
        match self {
            Self::Warned { metric, cycle, .. }
            | Self::Breached { metric, cycle, .. }
            | Self::Escalated { metric, cycle, .. } => (*metric, *cycle),
        }
    }

    /// Where it stands among those of the same instant: warnings first, then breaches, then escalations by level.
    pub(super) fn order(&self) -> (DateTime<Utc>, u8, u32, Metric) {
        match self {
            Self::Warned { metric, percent, at, .. } => (*at, 0, u32::from(*percent), *metric),
            Self::Breached { metric, at, .. } => (*at, 1, 0, *metric),
            Self::Escalated { metric, level, at, .. } => (*at, 2, *level, *metric),
        }
    }
}
