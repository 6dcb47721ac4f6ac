//! Holidays out of a calendar file (RFC 5545), as towns and sites offer them: the days of its all-day events.

use std::collections::BTreeSet;

use chrono::{Datelike as _, Days, NaiveDate};
use icalendar::parser::{Component, Property, read_calendar, unfold};

use crate::domain::sla::Holiday;

/// Largest file, in bytes.
pub const HOLIDAY_FILE_MAX_BYTES: usize = 256 * 1024;
/// Most days of one event: what lasts longer is no holiday.
const EVENT_DAYS_MAX: u64 = 366;

/// A calendar file that holidays cannot be taken from.
#[derive(Debug, thiserror::Error)]
pub enum HolidayFileError {
    /// It is too large.
    #[error("has more than {HOLIDAY_FILE_MAX_BYTES} bytes")]
    TooLarge,
    /// It is no calendar file.
    #[error("is no calendar file (iCalendar, RFC 5545)")]
    Unreadable,
    /// It has no all-day event.
    #[error("has no all-day event")]
    Empty,
    /// A date of an event is none.
    #[error("has an event whose date is none: {0}")]
    NoDate(String),
    /// A duration of an event is none in days.
    #[error("has an event whose duration is none in days: {0}")]
    NoDuration(String),
    /// An event lasts too long.
    #[error("has an event that lasts longer than {EVENT_DAYS_MAX} days: {0}")]
    TooLong(String),
}

/// The days of all all-day events, in order, each once. An event with a yearly rule is the same day each year.
///
/// # Errors
/// It is no calendar file, or holds none.
pub fn holidays_of_calendar_file(file: &str) -> Result<Vec<Holiday>, HolidayFileError> {
    if file.len() > HOLIDAY_FILE_MAX_BYTES {
        return Err(HolidayFileError::TooLarge);
    }
    let unfolded = unfold(file);
    let calendar = read_calendar(&unfolded).map_err(|_| HolidayFileError::Unreadable)?;
    let mut days = BTreeSet::new();
    for event in calendar.components.iter().filter(|component| component.name.as_str() == "VEVENT") {
        days.extend(days_of(event)?);
    }
    if days.is_empty() { Err(HolidayFileError::Empty) } else { Ok(days.into_iter().collect()) }
}

fn days_of(event: &Component<'_>) -> Result<Vec<Holiday>, HolidayFileError> {
    let Some(first) = date(event, "DTSTART")? else { return Ok(Vec::new()) };
    let behind = behind(event, first)?;
    if behind > first + Days::new(EVENT_DAYS_MAX) {
        return Err(HolidayFileError::TooLong(first.to_string()));
    }
    let rule = property(event, "RRULE").map(|rule| rule.val.as_str().to_ascii_uppercase());
    let yearly = rule.is_some_and(|rule| rule.contains("FREQ=YEARLY"));
    let day = |date: NaiveDate| match yearly {
        true => Holiday::Yearly { month: date.month(), day: date.day() },
        false => Holiday::Once(date),
    };
    Ok(first.iter_days().take_while(|date| *date < behind).map(day).collect())
}

/// The day behind the last one: its end, or so long after its first day, else it is that one day (RFC 5545, 3.6.1).
fn behind(event: &Component<'_>, first: NaiveDate) -> Result<NaiveDate, HolidayFileError> {
    let days = property(event, "DURATION").map(|duration| whole_days(duration.val.as_str())).transpose()?;
    let end = date(event, "DTEND")?.or(days.map(|days| first.checked_add_days(days).unwrap_or(NaiveDate::MAX)));
    let next = first + Days::new(1);
    Ok(end.unwrap_or(next).max(next))
}

/// The duration of an all-day event: days or weeks, `P3D` or `P1W` (RFC 5545, 3.6.1).
fn whole_days(text: &str) -> Result<Days, HolidayFileError> {
    let number =
        |unit: char| text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?.strip_suffix(unit)?.parse().ok();
    let days = number('D').or_else(|| number('W').and_then(|weeks: u64| weeks.checked_mul(7)));
    days.map(Days::new).ok_or_else(|| HolidayFileError::NoDuration(text.to_owned()))
}

fn property<'a>(event: &'a Component<'_>, name: &str) -> Option<&'a Property<'a>> {
    event.properties.iter().find(|property| property.name.as_str().eq_ignore_ascii_case(name))
}

/// The date of a property; `None`: there is none, or it is a time of day.
fn date(event: &Component<'_>, name: &str) -> Result<Option<NaiveDate>, HolidayFileError> {
    let Some(property) = property(event, name) else { return Ok(None) };
    let text = property.val.as_str();
    if text.contains('T') {
        return Ok(None);
    }
    NaiveDate::parse_from_str(text, "%Y%m%d").map(Some).map_err(|_| HolidayFileError::NoDate(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(events: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n")
    }

    fn event(lines: &str) -> String {
        format!("BEGIN:VEVENT\r\nUID:1\r\n{lines}\r\nEND:VEVENT\r\n")
    }

    #[test]
    fn all_day_events_are_days_with_their_rules() {
        let events = [
            event("DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas"),
            event(
                "DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:New year, a summary that is so long that it is \r\n folded",
            ),
            event("DTSTART;VALUE=DATE:20270412\r\nDURATION:P3D"),
            event("DTSTART;VALUE=DATE:20270501\r\nDURATION:P1W"),
            event("DTSTART:20260501T080000Z\r\nSUMMARY:A meeting"),
        ];
        let days = holidays_of_calendar_file(&file(&events.concat())).unwrap();
        let once = |text: &str| Holiday::Once(text.parse().unwrap());
        let mut expected = vec![once("2026-12-25"), once("2026-12-26")];
        expected.extend((12..=14).map(|day| once(&format!("2027-04-{day}"))));
        expected.extend((1..=7).map(|day| once(&format!("2027-05-{day:02}"))));
        expected.push(Holiday::Yearly { month: 1, day: 1 });
        assert_eq!(days, expected);
    }

    #[test]
    fn what_holds_no_day_is_refused() {
        assert!(matches!(holidays_of_calendar_file("hello"), Err(HolidayFileError::Unreadable)));
        assert!(matches!(holidays_of_calendar_file(&file("")), Err(HolidayFileError::Empty)));
        let bad = file(&event("DTSTART;VALUE=DATE:20261345"));
        assert!(matches!(holidays_of_calendar_file(&bad), Err(HolidayFileError::NoDate(_))));
        for end in ["DTEND;VALUE=DATE:20290101", "DURATION:P367D", "DURATION:P99999999999W"] {
            let long = file(&event(&format!("DTSTART;VALUE=DATE:20260101\r\n{end}")));
            assert!(matches!(holidays_of_calendar_file(&long), Err(HolidayFileError::TooLong(_))), "{end}");
        }
        let hours = file(&event("DTSTART;VALUE=DATE:20260101\r\nDURATION:PT8H"));
        assert!(matches!(holidays_of_calendar_file(&hours), Err(HolidayFileError::NoDuration(_))));
        assert!(matches!(
            holidays_of_calendar_file(&" ".repeat(HOLIDAY_FILE_MAX_BYTES + 1)),
            Err(HolidayFileError::TooLarge)
        ));
    }
}
