//! When customers are reminded: so long before the start, or by the clock of the business some days before.

use serde::Deserialize;
use utoipa::ToSchema;

use super::times::each;
use crate::domain::calendar::{
    BEFORE_MAX_SECONDS, Channel, Crontab, DAYS_BEFORE_MAX, REMINDERS_MAX, Reminder, Schedule, TEMPLATE_MAX_CHARACTERS,
};
use crate::domain::invalid::Invalid;
use crate::http::requests::{Errors, Field};
use crate::iso_duration;

/// One rule: `before`, or `cron` with `daysBefore`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderBody {
    /// How long before the start, as an ISO 8601 duration; at most 60 days.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "PT24H")]
    before: Field,
    /// When on the day, as a crontab of five fields on the definition's clock: its first match of the day counts.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "0 9 * * *")]
    cron: Field,
    /// On which day, counted back from that of the start; 0 to 60. Goes with `cron`.
    #[serde(default)]
    #[schema(value_type = Option<u32>, maximum = 60, example = 1)]
    days_before: Field,
    /// `email`, `sms` or `webhook`. Default `email`.
    #[serde(default)]
    #[schema(value_type = String, default = "email")]
    channel: Field,
    /// A template of the org; ours when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    template_id: Field,
}

/// The rules; null: none.
pub(super) fn reminders(field: &Field, errors: &mut Errors) -> Option<Vec<Reminder>> {
    each(field, "reminders", REMINDERS_MAX, errors, |path, body: &ReminderBody, errors| {
        let channel = errors.optional(channel(&body.channel, &format!("{path}.channel"))).unwrap_or_default();
        let template_path = format!("{path}.templateId");
        let template_id = errors.optional(body.template_id.words(&template_path, 1, TEMPLATE_MAX_CHARACTERS));
        schedule(body, path, errors).map(|schedule| Reminder { schedule, channel, template_id })
    })
}

fn schedule(body: &ReminderBody, path: &str, errors: &mut Errors) -> Option<Schedule> {
    let days_path = format!("{path}.daysBefore");
    match (body.before.value().is_some(), body.cron.value().is_some()) {
        (true, true) => errors.keep(Err(Invalid::new(path, "must have before or cron, not both"))),
        (false, false) => errors.keep(Err(Invalid::new(path, "must have before, or cron with daysBefore"))),
        (true, false) => {
            if body.days_before.value().is_some() {
                return errors.keep(Err(Invalid::new(days_path, "goes with cron, not with before")));
            }
            let before_path = format!("{path}.before");
            let seconds = errors.required(&before_path, seconds(&body.before, &before_path))?;
            Some(Schedule::Before { seconds })
        }
        (false, true) => {
            let cron_path = format!("{path}.cron");
            let crontab = body.cron.text(&cron_path).and_then(|text| {
                text.map(|text| Crontab::parse(text).map_err(|error| error.at(&cron_path))).transpose()
            });
            let expression = errors.required(&cron_path, crontab);
            let days_before = errors.required(&days_path, body.days_before.whole(&days_path, 0, DAYS_BEFORE_MAX));
            Some(Schedule::Cron { expression: expression?, days_before: days_before? })
        }
    }
}

fn seconds(field: &Field, path: &str) -> Result<Option<u32>, Invalid> {
    let Some(text) = field.text(path)? else { return Ok(None) };
    let duration = iso_duration::parse(text).map_err(|error| Invalid::new(path, format!("is not right: {error}")))?;
    let seconds = u32::try_from(duration.as_secs()).ok().filter(|seconds| (1..=BEFORE_MAX_SECONDS).contains(seconds));
    let days = BEFORE_MAX_SECONDS / 86_400;
    let out_of_range = || Invalid::new(path, format!("must be longer than nothing, and at most {days} days"));
    seconds.map(Some).ok_or_else(out_of_range)
}

fn channel(field: &Field, path: &str) -> Result<Option<Channel>, Invalid> {
    match field.text(path)? {
        None => Ok(None),
        Some("email") => Ok(Some(Channel::Email)),
        Some("sms") => Ok(Some(Channel::Sms)),
        Some("webhook") => Ok(Some(Channel::Webhook)),
        Some(_) => Err(Invalid::new(path, "must be email, sms or webhook")),
    }
}
