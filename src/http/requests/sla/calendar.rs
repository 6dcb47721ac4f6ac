//! Business calendars as callers write them: hours, holidays, dates with hours of their own.

use chrono_tz::Tz;
use serde::Deserialize;
use utoipa::ToSchema;

use super::within;
use crate::domain::invalid::Invalid;
use crate::domain::sla::{
    BusinessCalendar, CALENDAR_OVERRIDES_MAX, CalendarHours, HOLIDAYS_MAX, Holiday, HoursOverride, OpenDay, OpenWeek,
};
use crate::http::requests::calendar::times::{date, each};
use crate::http::requests::{Errors, Field};

/// The hours in which promises count.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CalendarHoursBody {
    /// IANA name of the zone of all its times and days.
    #[serde(default)]
    #[schema(value_type = String, required, example = "Europe/Berlin")]
    timezone: Field,
    /// Spans by weekday (`mon` to `sun`), at most 12 a day; days left out are closed. A span whose end is not after its
    /// start runs overnight; `24:00` and `23:59` as an end mean midnight; spans that overlap or touch are one.
    #[serde(default)]
    #[schema(value_type = Object, required, example = json!({"mon": [["09:00", "12:00"], ["22:00", "06:00"]]}))]
    hours: Field,
    /// Local days on which it is closed from midnight to midnight: `2026-12-25`, or `12-25` for each year. At most 2000.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["2026-12-24", "12-25"]))]
    holidays: Field,
    /// Dates with hours of their own, in place of the spans that start on them; a holiday beats them. At most 1000.
    #[serde(default)]
    #[schema(value_type = Vec<HoursOverrideBody>)]
    overrides: Field,
}

/// The hours of one date.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoursOverrideBody {
    /// Which date, in the calendar's zone; each at most once.
    #[serde(default)]
    #[schema(value_type = String, format = Date, required, example = "2026-12-31")]
    date: Field,
    /// The spans that start on it; an empty list closes it.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>, required, example = json!([["09:00", "12:00"]]))]
    hours: Field,
}

impl CalendarHoursBody {
    /// Of fields that stand among others.
    pub fn of(timezone: &Field, hours: &Field, holidays: &Field, overrides: &Field) -> Self {
        let [timezone, hours, holidays, overrides] = [timezone, hours, holidays, overrides].map(Field::clone);
        Self { timezone, hours, holidays, overrides }
    }
}

/// Reads a calendar that stands at `path` (empty: the body itself); without a zone of its own it has `zone`, and it is closed
/// on `more` days, too.
pub fn business_calendar(
    body: &CalendarHoursBody,
    path: &str,
    zone: Option<Tz>,
    more: &[Holiday],
    errors: &mut Errors,
) -> Option<BusinessCalendar> {
    let timezone = errors.required(&within(path, "timezone"), timezone(&body.timezone, path, zone));
    let hours = errors.required(&within(path, "hours"), week(&body.hours, path));
    let holidays = holidays(&body.holidays, &within(path, "holidays"), errors);
    let overrides = overrides(&body.overrides, &within(path, "overrides"), errors);
    let holidays = holidays.map(|days| days.into_iter().chain(more.iter().copied()).collect());
    let calendar = CalendarHours { timezone: timezone?, hours: hours?, holidays: holidays?, overrides: overrides? };
    errors.keep(BusinessCalendar::new(calendar).map_err(|error| if path.is_empty() { error } else { error.at(path) }))
}

pub fn timezone(field: &Field, path: &str, default: Option<Tz>) -> Result<Option<Tz>, Invalid> {
    let path = within(path, "timezone");
    let Some(name) = field.text(&path)? else { return Ok(default) };
    let wrong = |_| Invalid::new(path.as_str(), "must be a zone of the IANA list, such as Europe/Berlin");
    name.parse().map(Some).map_err(wrong)
}

pub fn week(field: &Field, path: &str) -> Result<Option<OpenWeek>, Invalid> {
    let week = field.value().map(OpenWeek::parse).transpose();
    week.map_err(|error| error.at(&within(path, "hours")))
}

/// Days on which it is closed; null: none. All that is wrong in any of them is kept.
pub fn holidays(field: &Field, path: &str, errors: &mut Errors) -> Option<Vec<Holiday>> {
    let items = errors.optional(field.or_default(Vec::new, |field| field.list(path, HOLIDAYS_MAX)));
    let read = |(path, item): (String, Field)| {
        let day =
            item.text(&path).and_then(|text| text.map(Holiday::parse).transpose().map_err(|error| error.at(&path)));
        errors.required(&path, day)
    };
    items.unwrap_or_default().into_iter().map(read).collect()
}

/// Dates with hours of their own; null: none.
pub fn overrides(field: &Field, path: &str, errors: &mut Errors) -> Option<Vec<HoursOverride>> {
    if !field.is_sent() {
        return Some(Vec::new());
    }
    each(field, path, CALENDAR_OVERRIDES_MAX, errors, |path, body: &HoursOverrideBody, errors| {
        let at = |name: &str| format!("{path}.{name}");
        let day = body.date.text(&at("date")).and_then(|text| text.map(|text| date(&at("date"), text)).transpose());
        let date = errors.required(&at("date"), day);
        let hours = body.hours.value().map(OpenDay::parse).transpose().map_err(|error| error.at(&at("hours")));
        let hours = errors.required(&at("hours"), hours);
        Some(HoursOverride { date: date?, hours: hours? })
    })
}
