//! Steps that are taken when a clock comes near its due instant, reaches it or passes it.

use serde::{Deserialize, Serialize};

use super::metric::Metric;

/// Most steps of one policy.
pub const ESCALATIONS_MAX: usize = 64;
/// Highest level.
pub const LEVEL_MAX: u32 = 100;
/// Highest percentage of the target at which a step can be taken.
pub const ESCALATION_PERCENT_MAX: u32 = 1_000;
/// Most addressees of one step.
pub const NOTIFY_MAX: usize = 20;
/// Longest name of an addressee or of who takes over, in characters.
pub const NOTIFY_MAX_CHARACTERS: usize = 254;

/// When a step is taken, in open time of the clock it belongs to. Leads that reach before the clock's start mean its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Lead {
    /// When so much of the target is used up; 1 to [`ESCALATION_PERCENT_MAX`].
    Percent(u32),
    /// So many seconds of open time before it is due.
    Before(u32),
    /// So many seconds of open time after it was due.
    After(u32),
}

impl Lead {
    /// How much open time the clock shows then, in microseconds, with a target of so many seconds.
    #[must_use]
    pub fn threshold_micros(self, target_seconds: u32) -> u64 {
        let target = u64::from(target_seconds);
        match self {
            Self::Percent(percent) => target * u64::from(percent) * 10_000,
            Self::Before(lead) => target.saturating_sub(lead.into()) * 1_000_000,
            Self::After(lead) => (target + u64::from(lead)) * 1_000_000,
        }
    }
}

/// A step of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Escalation {
    /// Which clock it watches.
    pub metric: Metric,
    /// When it is taken.
    pub at: Lead,
    /// Which level the ticket is raised to; 1 to [`LEVEL_MAX`].
    pub level: u32,
    /// Who is told: an address, or a word such as `assignee` or `team`.
    pub notify: Vec<String>,
    /// Who takes the ticket over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assign: Option<String>,
}
