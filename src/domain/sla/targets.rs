//! How much time there is for each metric, by the ticket's priority.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::metric::Metric;
use crate::domain::ticket_priority::TicketPriority;

/// Longest target and longest lead of an escalation, in seconds: ten years of open time.
pub const TARGET_MAX_SECONDS: u32 = 10 * 366 * 86_400;

/// How much open time there is for each metric, in seconds from 1 to [`TARGET_MAX_SECONDS`]; `None`: nothing is promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Targets {
    /// See [`Metric::FirstResponse`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_response: Option<u32>,
    /// See [`Metric::NextResponse`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_response: Option<u32>,
    /// See [`Metric::Resolution`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<u32>,
}

impl Targets {
    /// The target of a metric, in seconds.
    #[must_use]
    pub fn of(&self, metric: Metric) -> Option<u32> {
        match metric {
            Metric::FirstResponse => self.first_response,
            Metric::NextResponse => self.next_response,
            Metric::Resolution => self.resolution,
        }
    }

    /// The place of a metric's target.
    pub fn of_mut(&mut self, metric: Metric) -> &mut Option<u32> {
        match metric {
            Metric::FirstResponse => &mut self.first_response,
            Metric::NextResponse => &mut self.next_response,
            Metric::Resolution => &mut self.resolution,
        }
    }

    /// Whether nothing is promised at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The targets of each priority; one that is not there has none.
pub type TargetsByPriority = BTreeMap<TicketPriority, Targets>;
