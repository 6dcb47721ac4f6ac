//! Service level agreements: how soon tickets are answered and resolved, counted in business hours, to the second.

mod business_calendar;
mod clocks;
mod condition;
mod escalation;
mod firing;
mod history;
mod holiday;
mod meter;
mod metric;
mod nesting;
mod open_hours;
mod open_time;
mod pause;
mod policy;
mod report;
mod reporting;
mod targets;
mod terms;
mod trace;

pub use business_calendar::{BusinessCalendar, CALENDAR_OVERRIDES_MAX, CalendarHours, HOLIDAYS_MAX, HoursOverride};
pub use clocks::{Clocks, Occurrence};
pub use condition::{CONDITION_MAX_CHARACTERS, Condition, ConditionError, TicketView};
pub use escalation::{
    ESCALATION_PERCENT_MAX, ESCALATIONS_MAX, Escalation, LEVEL_MAX, Lead, NOTIFY_MAX, NOTIFY_MAX_CHARACTERS,
};
pub use firing::Firing;
pub use history::{Happening, HistoryEntry, rebuild};
pub use holiday::Holiday;
pub use metric::Metric;
pub use open_hours::{OPEN_SPANS_A_DAY_MAX, OpenDay, OpenSpan, OpenWeek};
pub use open_time::{HORIZON_YEARS, Segment};
pub use pause::PauseOn;
pub use policy::{
    POLICY_NAME_MAX_CHARACTERS, POLICY_ORDER_MAX, PolicyDraft, SlaPolicy, check_escalations, checked_warnings,
    first_match,
};
pub use report::{ClockReport, ClockState, NextEscalation};
pub use targets::{TARGET_MAX_SECONDS, Targets, TargetsByPriority};
pub use terms::{Terms, WARNING_PERCENT_MAX, WARNINGS_MAX};
pub use trace::{TRACE_MAX_ENTRIES, TraceEntry, TraceWhat, trace};

#[cfg(test)]
mod tests;
