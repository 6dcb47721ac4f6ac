//! Dates with hours of their own, and spans in which nothing is offered.

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::calendar::{BLOCKED_MAX, Blocked, OVERRIDES_MAX, Override, OverrideOpening};
use crate::domain::hours::DayHours;
use crate::domain::invalid::Invalid;
use crate::http::requests::{Errors, Field, YEAR_END, YEAR_MIN};

/// The hours of one date, in place of those of its weekday: `hours`, or `closed`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OverrideBody {
    /// Which date, in the owner's zone.
    #[serde(default)]
    #[schema(value_type = String, format = Date, required, example = "2026-12-24")]
    date: Field,
    /// When it is open that day.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Vec<String>>>, example = json!([["09:00", "12:00"]]))]
    hours: Field,
    /// That it is not open at all.
    #[serde(default)]
    #[schema(value_type = bool, default = false)]
    closed: Field,
}

/// A span of time in which nothing is offered.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockedBody {
    /// From when on.
    #[serde(default)]
    #[schema(value_type = String, format = DateTime, required, example = "2026-05-12T10:00:00Z")]
    start: Field,
    /// Until when.
    #[serde(default)]
    #[schema(value_type = String, format = DateTime, required, example = "2026-05-12T11:00:00Z")]
    end: Field,
}

/// A date: year, month, day.
///
/// # Errors
/// It is none, or lies outside of the years that instants may lie in.
pub(in crate::http::requests) fn date(path: &str, text: &str) -> Result<NaiveDate, Invalid> {
    let is_written_plainly = text.len() == "2026-05-10".len();
    let date = text.parse::<NaiveDate>().ok().filter(|_| is_written_plainly);
    let date = date.ok_or_else(|| Invalid::new(path, "must be a date such as 2026-05-10"))?;
    if (YEAR_MIN..YEAR_END).contains(&date.year()) {
        Ok(date)
    } else {
        Err(Invalid::new(path, format!("must lie in the years {YEAR_MIN} to {}", YEAR_END - 1)))
    }
}

/// Dates with hours of their own; null: none.
pub(super) fn overrides(field: &Field, errors: &mut Errors) -> Option<Vec<Override>> {
    each(field, "overrides", OVERRIDES_MAX, errors, |path, body: &OverrideBody, errors| {
        let at = |name: &str| format!("{path}.{name}");
        let day = body.date.text(&at("date")).and_then(|text| text.map(|text| date(&at("date"), text)).transpose());
        let date = errors.required(&at("date"), day);
        let closed = errors.keep(body.closed.flag(&at("closed")));
        let hours = body.hours.value().map(DayHours::parse).transpose().map_err(|error| error.at(&at("hours")));
        let hours = errors.keep(hours);
        let opening = match (hours?, closed?.unwrap_or(false)) {
            (None, true) => OverrideOpening::Closed,
            (Some(hours), false) => OverrideOpening::Hours { hours },
            (Some(_), true) => {
                return errors.keep(Err(Invalid::new(path, "must not have hours and be closed at the same time")));
            }
            (None, false) => return errors.keep(Err(Invalid::new(path, "must have hours, or closed: true"))),
        };
        date.map(|date| Override { date, opening })
    })
}

/// Spans in which nothing is offered; null: none.
pub(super) fn blocked(field: &Field, errors: &mut Errors) -> Option<Vec<Blocked>> {
    each(field, "blocked", BLOCKED_MAX, errors, |path, body: &BlockedBody, errors| {
        let mut instant = |field: &Field, name: &str| {
            let path = format!("{path}.{name}");
            errors.required(&path, field.instant(&path))
        };
        let (start, end) = (instant(&body.start, "start"), instant(&body.end, "end"));
        let (start, end) = (start?, end?);
        if end <= start {
            return errors.keep(Err(Invalid::new(format!("{path}.end"), "must lie after its start")));
        }
        Some(Blocked { start, end })
    })
}

/// A list of objects, each read by `read`; null: an empty one. All that is wrong in any of them is kept.
pub(in crate::http::requests) fn each<B: for<'de> Deserialize<'de>, T>(
    field: &Field,
    path: &str,
    max: usize,
    errors: &mut Errors,
    mut read: impl FnMut(&str, &B, &mut Errors) -> Option<T>,
) -> Option<Vec<T>> {
    let items = errors.optional(field.or_default(Vec::new, |field| field.list(path, max)))?;
    let mut values = Vec::with_capacity(items.len());
    for (path, item) in items {
        let body = errors.required(&path, item.object::<B>(&path));
        values.extend(body.and_then(|body| read(&path, &body, errors)));
    }
    Some(values)
}
