//! What definitions and staff have in common on the wire: dates with hours of their own; and reminder rules.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::calendar::{Channel, Override, OverrideOpening, Reminder, Schedule};
use crate::domain::hours::DayHours;
use crate::iso_duration;

/// The hours of one date, in place of those of its weekday.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OverrideView<'a> {
    /// Which date, in the owner's zone.
    date: NaiveDate,
    /// When it is open that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Vec<String>>>, example = json!([["09:00", "12:00"]]))]
    hours: Option<&'a DayHours>,
    /// True where it is not open at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<bool>,
}

/// All of them, by date.
pub(super) fn overrides(overrides: &[Override]) -> Vec<OverrideView<'_>> {
    overrides
        .iter()
        .map(|one| match &one.opening {
            OverrideOpening::Closed => OverrideView { date: one.date, hours: None, closed: Some(true) },
            OverrideOpening::Hours { hours } => OverrideView { date: one.date, hours: Some(hours), closed: None },
        })
        .collect()
}

/// When a customer is reminded: `before`, or `cron` with `daysBefore`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderView<'a> {
    /// How long before the start, as an ISO 8601 duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PT24H")]
    before: Option<String>,
    /// When on the day, as a crontab on the definition's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    cron: Option<&'a str>,
    /// On which day, counted back from that of the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_before: Option<u32>,
    /// `email`, `sms` or `webhook`.
    #[schema(value_type = String, example = "email")]
    channel: Channel,
    /// A template of the org; ours when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<&'a str>,
}

impl<'a> ReminderView<'a> {
    /// The rule as it was written.
    pub(super) fn new(rule: &'a Reminder) -> Self {
        let (before, cron, days_before) = match &rule.schedule {
            Schedule::Before { seconds } => (Some(iso_duration::written((*seconds).into())), None, None),
            Schedule::Cron { expression, days_before } => (None, Some(expression.as_str()), Some(*days_before)),
        };
        Self { before, cron, days_before, channel: rule.channel, template_id: rule.template_id.as_deref() }
    }
}
