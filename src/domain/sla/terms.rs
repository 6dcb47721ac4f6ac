//! What holds for one ticket: the policy that it falls under, at its priority, with the calendar that the policy names.

use std::sync::Arc;

use super::business_calendar::BusinessCalendar;
use super::escalation::Escalation;
use super::metric::Metric;
use super::pause::PauseOn;
use super::targets::Targets;
use crate::domain::ticket_status::TicketStatus;

/// Most percentages at which is warned.
pub const WARNINGS_MAX: usize = 10;
/// Highest percentage at which is warned.
pub const WARNING_PERCENT_MAX: u32 = 100;

/// What holds for a ticket for now. It is not kept with the ticket's clocks but given to them each time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// When time counts; `None`: it does not count at all.
    pub calendar: Option<Arc<BusinessCalendar>>,
    /// How much time there is.
    pub targets: Targets,
    /// When the clocks stand still.
    pub pause_on: PauseOn,
    /// At which percentages of the target is warned: rising, each once, 1 to [`WARNING_PERCENT_MAX`].
    pub warn_at_percent: Arc<[u8]>,
    /// The chain of escalations, at most [`super::ESCALATIONS_MAX`].
    pub escalations: Arc<[Escalation]>,
}

impl Terms {
    /// What holds for a ticket that falls under no policy: no time counts, nothing is promised.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether a clock stands still in a status.
    #[must_use]
    pub fn pauses(&self, metric: Metric, status: TicketStatus) -> bool {
        self.pause_on.pauses(metric, status)
    }
}
