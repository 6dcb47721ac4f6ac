//! In which statuses a clock stands still.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::metric::Metric;
use crate::domain::ticket_status::TicketStatus;

/// The statuses in which the clocks of each metric stand still. Resolved and closed mean nothing here: they end or stop
/// clocks anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PauseOn {
    /// Of the first response.
    pub first_response: BTreeSet<TicketStatus>,
    /// Of the next responses.
    pub next_response: BTreeSet<TicketStatus>,
    /// Of the resolution.
    pub resolution: BTreeSet<TicketStatus>,
}

impl PauseOn {
    /// The same statuses for all metrics.
    #[must_use]
    pub fn all(statuses: BTreeSet<TicketStatus>) -> Self {
        Self { first_response: statuses.clone(), next_response: statuses.clone(), resolution: statuses }
    }

    /// The statuses in which clocks of a metric stand still.
    #[must_use]
    pub fn of(&self, metric: Metric) -> &BTreeSet<TicketStatus> {
        match metric {
            Metric::FirstResponse => &self.first_response,
            Metric::NextResponse => &self.next_response,
            Metric::Resolution => &self.resolution,
        }
    }

    /// Whether a clock of a metric stands still in a status.
    #[must_use]
    pub fn pauses(&self, metric: Metric, status: TicketStatus) -> bool {
        self.of(metric).contains(&status)
    }

    /// The statuses, where they are the same for all metrics.
    #[must_use]
    pub fn shared(&self) -> Option<&BTreeSet<TicketStatus>> {
        let is_shared = self.first_response == self.next_response && self.next_response == self.resolution;
        is_shared.then_some(&self.resolution)
    }
}
