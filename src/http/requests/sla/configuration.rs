//! SLA policies and business calendars as admins write them: whole for a new one, in parts for a change.

use std::sync::Arc;

use chrono_tz::Tz;
use serde::Deserialize;
use utoipa::ToSchema;

use super::calendar::{CalendarHoursBody, business_calendar, holidays, overrides, timezone, week};
use super::policy::{escalations, pause_on, targets_by_priority, warnings};
use crate::actors::holidays_of_calendar_file;
use crate::domain::desk::{CALENDAR_NAME_MAX_CHARACTERS, CalendarChanges, CalendarTerms, PolicyChanges};
use crate::domain::ids::{BusinessCalendarId, PolicyId};
use crate::domain::invalid::Invalid;
use crate::domain::sla::{
    Condition, HOLIDAYS_MAX, Holiday, POLICY_NAME_MAX_CHARACTERS, POLICY_ORDER_MAX, PolicyDraft, SlaPolicy,
};
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::{Errors, Field};

/// Place of a policy whose caller does not say: behind those that have one.
const ORDER_DEFAULT: u32 = 1_000;

/// An SLA policy to be made, or what shall be different about one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "gold", "name": "Gold customers", "order": 10, "when": "\"gold\" in ticket.tags", "calendarId": "office",
    "targets": {"urgent": {"firstResponse": "PT15M", "resolution": "PT4H"}, "normal": {"firstResponse": "PT2H"}},
    "pauseOn": ["pending"], "warnAtPercent": [50, 80],
    "escalations": [{"metric": "firstResponse", "at": {"percent": 100}, "level": 1, "notify": ["assignee"]}]
}))]
pub struct PolicyBody {
    /// Its id. Needed for an update; for a new one it is made when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
    /// What it is called; 1 to 120 characters.
    #[serde(default)]
    #[schema(value_type = String, required)]
    name: Field,
    /// Its place: the first policy in this order that matches a ticket holds for it. Also as `priorityOrder`.
    #[serde(default, alias = "priorityOrder")]
    #[schema(value_type = u32, minimum = 0, maximum = 1000000, default = 1000)]
    order: Field,
    /// Which tickets it is for, as a CEL condition over `ticket` and `contact`; null: all.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "ticket.priority == \"urgent\" || \"gold\" in ticket.tags")]
    when: Field,
    /// The business calendar in which its time counts.
    #[serde(default)]
    #[schema(value_type = String, required)]
    calendar_id: Field,
    /// How much time there is, by priority: minutes, or durations.
    #[serde(default)]
    #[schema(value_type = Object, required)]
    targets: Field,
    /// In which statuses its clocks stand still: a list for all, or an object by metric.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pause_on: Field,
    /// At which percentages of the target is warned.
    #[serde(default)]
    #[schema(value_type = Vec<u32>)]
    warn_at_percent: Field,
    /// The chain of escalations.
    #[serde(default)]
    #[schema(value_type = Vec<super::policy::EscalationBody>)]
    escalations: Field,
}

/// A business calendar to be made, or what shall be different about one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "office", "name": "Office hours", "timezone": "Europe/Berlin",
    "hours": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "fri": [["09:00", "15:00"]]},
    "holidays": ["12-25", "2026-04-03"], "overrides": [{"date": "2026-12-31", "hours": [["09:00", "12:00"]]}]
}))]
pub struct BusinessCalendarBody {
    /// Its id. Needed for an update; for a new one it is made when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
    /// What it is called; 1 to 120 characters.
    #[serde(default)]
    #[schema(value_type = String, required)]
    name: Field,
    /// IANA name of its zone; the org's when left out.
    #[serde(default)]
    #[schema(value_type = String, example = "Europe/Berlin")]
    timezone: Field,
    /// Spans by weekday; days left out are closed. A span whose end is not after its start runs overnight.
    #[serde(default)]
    #[schema(value_type = Object, required)]
    hours: Field,
    /// Days on which it is closed: `2026-12-25`, or `12-25` for each year.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    holidays: Field,
    /// Days on which it is closed besides: the events of a calendar file (.ics), as text. All-day events count, each with all
    /// of its days; one that comes back each year is taken as such.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    holidays_ics: Field,
    /// Dates with hours of their own; a holiday beats them.
    #[serde(default)]
    #[schema(value_type = Vec<super::calendar::HoursOverrideBody>)]
    overrides: Field,
}

/// Reads a new policy.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_policy(body: &PolicyBody, make_id: impl FnOnce() -> PolicyId) -> Result<SlaPolicy, Problem> {
    let mut errors = Errors::default();
    let id = errors.optional(slug(&body.id, "id", PolicyId::parse));
    let name = errors.required("name", name(&body.name, POLICY_NAME_MAX_CHARACTERS));
    let order = errors.optional(body.order.whole("order", 0, POLICY_ORDER_MAX)).unwrap_or(ORDER_DEFAULT);
    let when = errors.optional(condition(&body.when));
    let calendar_id = errors.required("calendarId", slug(&body.calendar_id, "calendarId", BusinessCalendarId::parse));
    let targets = targets_by_priority(&body.targets, "targets", &mut errors);
    if body.targets.value().is_none() {
        errors.keep::<()>(Err(Invalid::new("targets", "is required")));
    }
    let pause_on = pause_on(&body.pause_on, "pauseOn", &mut errors);
    let warn_at_percent = warnings(&body.warn_at_percent, "warnAtPercent", &mut errors);
    let escalations = escalations(&body.escalations, "escalations", &mut errors);
    let draft = || {
        Some(PolicyDraft {
            id: id.unwrap_or_else(make_id),
            name: name?,
            order,
            when,
            calendar_id: calendar_id?,
            targets: targets?,
            pause_on: pause_on?,
            warn_at_percent: warn_at_percent?,
            escalations: escalations?,
        })
    };
    // What holds together as a whole is looked at only where each part is right.
    let draft = if errors.is_empty() { draft() } else { None };
    let policy = draft.and_then(|draft| errors.keep(SlaPolicy::new(draft)));
    errors.finish(policy)
}

/// Reads what is different about a policy: lists and targets are replaced as a whole, null puts the default back.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_policy_changes(body: &PolicyBody) -> Result<(PolicyId, PolicyChanges), Problem> {
    let mut errors = Errors::default();
    let id = errors.required("id", slug(&body.id, "id", PolicyId::parse));
    let order = body.order.or_default(|| ORDER_DEFAULT, |field| field.whole("order", 0, POLICY_ORDER_MAX));
    let calendar_id = body.calendar_id.not_null("calendarId");
    let calendar_id = calendar_id.and_then(|field| slug(field, "calendarId", BusinessCalendarId::parse));
    let name = body.name.not_null("name").and_then(|field| name(field, POLICY_NAME_MAX_CHARACTERS));
    let has_targets = errors.keep(body.targets.not_null("targets")).is_some_and(Field::is_sent);
    let changes = PolicyChanges {
        name: errors.optional(name),
        order: errors.optional(order),
        when: errors.optional(body.when.clearable(condition)),
        calendar_id: errors.optional(calendar_id),
        targets: has_targets.then(|| targets_by_priority(&body.targets, "targets", &mut errors)).flatten(),
        pause_on: sent(&body.pause_on, |field| pause_on(field, "pauseOn", &mut errors)),
        warn_at_percent: sent(&body.warn_at_percent, |field| warnings(field, "warnAtPercent", &mut errors)),
        escalations: sent(&body.escalations, |field| escalations(field, "escalations", &mut errors)),
    };
    errors.finish(id.map(|id| (id, changes)))
}

/// Reads a new business calendar; without a zone of its own it has `zone`.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_calendar(
    body: &BusinessCalendarBody,
    zone: Tz,
    make_id: impl FnOnce() -> BusinessCalendarId,
) -> Result<(BusinessCalendarId, CalendarTerms), Problem> {
    let mut errors = Errors::default();
    let id = errors.optional(slug(&body.id, "id", BusinessCalendarId::parse));
    let name = errors.required("name", name(&body.name, CALENDAR_NAME_MAX_CHARACTERS));
    let from_file = errors.optional(holidays_in_file(&body.holidays_ics)).unwrap_or_default();
    let hours = CalendarHoursBody::of(&body.timezone, &body.hours, &body.holidays, &body.overrides);
    let hours = business_calendar(&hours, "", Some(zone), &from_file, &mut errors);
    let terms = name.zip(hours).and_then(|(name, hours)| errors.keep(CalendarTerms::new(&name, Arc::new(hours))));
    errors.finish(terms.map(|terms| (id.unwrap_or_else(make_id), terms)))
}

/// Reads what is different about a business calendar: lists and hours are replaced as a whole, null puts the default back.
/// Holidays of a file come to those that are given with it, else they are all that there are.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_calendar_changes(
    body: &BusinessCalendarBody,
    zone: Tz,
) -> Result<(BusinessCalendarId, CalendarChanges), Problem> {
    let mut errors = Errors::default();
    let id = errors.required("id", slug(&body.id, "id", BusinessCalendarId::parse));
    let name = body.name.not_null("name").and_then(|field| name(field, CALENDAR_NAME_MAX_CHARACTERS));
    let hours = body.hours.not_null("hours").and_then(|field| week(field, ""));
    let from_file = errors.optional(holidays_in_file(&body.holidays_ics));
    let listed = sent(&body.holidays, |field| holidays(field, "holidays", &mut errors));
    let holidays = match (listed, from_file) {
        (Some(listed), Some(from_file)) => Some(listed.into_iter().chain(from_file).collect()),
        (listed, from_file) => listed.or(from_file),
    };
    let changes = CalendarChanges {
        name: errors.optional(name),
        timezone: errors.optional(body.timezone.or_default(|| zone, |field| timezone(field, "", None))),
        hours: errors.optional(hours),
        holidays,
        overrides: sent(&body.overrides, |field| overrides(field, "overrides", &mut errors)),
    };
    errors.finish(id.map(|id| (id, changes)))
}

fn sent<T>(field: &Field, read: impl FnOnce(&Field) -> Option<T>) -> Option<T> {
    if field.is_sent() { read(field) } else { None }
}

fn name(field: &Field, max_characters: usize) -> Result<Option<String>, Invalid> {
    field.words("name", 1, max_characters)
}

fn condition(field: &Field) -> Result<Option<Condition>, Invalid> {
    let source = field.text("when")?.filter(|source| !source.trim().is_empty());
    source.map(|source| Condition::parse(source).map_err(|error| error.at("when"))).transpose()
}

fn holidays_in_file(field: &Field) -> Result<Option<Vec<Holiday>>, Invalid> {
    let Some(file) = field.text("holidaysIcs")? else { return Ok(None) };
    let days = holidays_of_calendar_file(file).map_err(|reason| Invalid::new("holidaysIcs", reason.to_string()))?;
    if days.len() > HOLIDAYS_MAX {
        let detail = format!("holds {} days; at most {HOLIDAYS_MAX} are allowed", days.len());
        return Err(Invalid::new("holidaysIcs", detail));
    }
    Ok(Some(days))
}
