//! The spans of a day in which promises count. Other than opening hours ([`crate::domain::hours`]), a span may run on into
//! the next day.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::invalid::Invalid;
use crate::domain::local_time::instant_of;

/// Most spans a day.
pub const OPEN_SPANS_A_DAY_MAX: usize = 12;
/// The length of a day on the wall clock, in minutes.
const DAY_MINUTES: u32 = 24 * 60;
/// The keys of the wire, Monday first.
const DAY_KEYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A span on the wall clock, in minutes since the midnight of the day on which it starts: from the first (0 to 1,439) up to
/// but without the second (at most as much on the next day: 24 hours on the wall clock).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenSpan {
    from: u32,
    to: u32,
}

impl OpenSpan {
    /// The instants between which it lies when it starts on `date` in `zone`; `None` where a clock change leaves nothing.
    #[must_use]
    pub fn on(self, zone: Tz, date: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let (from, to) = (wall_instant(zone, date, self.from)?, wall_instant(zone, date, self.to)?);
        (from < to).then_some((from, to))
    }
}

/// The instant at which the wall clock shows that many minutes since the midnight of `date`.
fn wall_instant(zone: Tz, date: NaiveDate, minute: u32) -> Option<DateTime<Utc>> {
    let date = date.checked_add_days(Days::new((minute / DAY_MINUTES).into()))?;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(minute % DAY_MINUTES * 60, 0)?;
    Some(instant_of(zone, date.and_time(time)))
}

/// The spans that start on one day, in order. On the wire `[["09:00","12:00"],["22:00","06:00"]]`; none is a closed day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Vec<[String; 2]>")]
pub struct OpenDay(Vec<OpenSpan>);

impl OpenDay {
    /// Reads the form of the wire; see [`OpenWeek::parse`].
    ///
    /// # Errors
    /// The path (`[0]`, `[2][1]`) and what is wrong there.
    pub fn parse(value: &Value) -> Result<Self, Invalid> {
        let Value::Array(given) = value else {
            return Err(Invalid::new("", "must be a list of spans, such as [[\"09:00\", \"17:00\"]]"));
        };
        if given.len() > OPEN_SPANS_A_DAY_MAX {
            let detail = format!("has {} spans; at most {OPEN_SPANS_A_DAY_MAX} are allowed", given.len());
            return Err(Invalid::new("", detail));
        }
        let mut spans = Vec::with_capacity(given.len());
        for (index, span) in given.iter().enumerate() {
            spans.push(parse_span(span).map_err(|error| error.at(&format!("[{index}]")))?);
        }
        spans.sort_unstable();
        let mut merged: Vec<OpenSpan> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.from <= last.to && span.to.max(last.to) - last.from <= DAY_MINUTES => {
                    last.to = last.to.max(span.to);
                }
                _ => merged.push(span),
            }
        }
        Ok(Self(merged))
    }

    /// The spans in order of their start.
    #[must_use]
    pub fn spans(&self) -> &[OpenSpan] {
        &self.0
    }
}

/// Spans by weekday, Monday first. On the wire `{"mon": [["09:00","12:00"],["13:00","17:00"]], ...}`; a day left out is
/// closed. `24:00` and `23:59` as an end both mean midnight; a span whose end is not after its start runs overnight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "BTreeMap<&'static str, Vec<[String; 2]>>")]
pub struct OpenWeek([OpenDay; 7]);

impl OpenWeek {
    /// Reads the form of the wire. Spans may come in any order and may overlap.
    ///
    /// # Errors
    /// The path (`mon[0]`, `tue[2][1]`) and what is wrong there: an unknown day, not a pair of times, a time that no clock
    /// shows, more than [`OPEN_SPANS_A_DAY_MAX`] spans.
    pub fn parse(value: &Value) -> Result<Self, Invalid> {
        let Value::Object(given) = value else {
            return Err(Invalid::new("", "must be an object of days, such as {\"mon\": [[\"09:00\", \"17:00\"]]}"));
        };
        let mut days: [OpenDay; 7] = Default::default();
        for (key, spans) in given {
            let Some(day) = DAY_KEYS.iter().position(|known| known == key) else {
                return Err(Invalid::new(key, format!("is not a day; the days are {}", DAY_KEYS.join(", "))));
            };
            days[day] = OpenDay::parse(spans).map_err(|error| error.at(key))?;
        }
        Ok(Self(days))
    }

    /// What starts on a day of the week.
    #[must_use]
    pub fn day(&self, weekday: Weekday) -> &OpenDay {
        &self.0[weekday.num_days_from_monday() as usize]
    }

    /// What starts on the weekday of a date.
    #[must_use]
    pub fn day_of(&self, date: NaiveDate) -> &OpenDay {
        self.day(date.weekday())
    }

    /// Whether there is no span at all.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.iter().all(|day| day.0.is_empty())
    }
}

fn parse_span(value: &Value) -> Result<OpenSpan, Invalid> {
    let pair = value.as_array().map(Vec::as_slice);
    let Some([from, to]) = pair else {
        return Err(Invalid::new("", "must be a pair of times, such as [\"09:00\", \"17:00\"]"));
    };
    let from = parse_minute(from).map_err(|error| error.at("[0]"))?;
    if from == DAY_MINUTES {
        return Err(Invalid::new("[0]", "must be a time of the day from 00:00 to 23:59"));
    }
    let to = match parse_minute(to).map_err(|error| error.at("[1]"))? {
        last if last == DAY_MINUTES - 1 => DAY_MINUTES,
        minute => minute,
    };
    Ok(OpenSpan { from, to: if to <= from { to + DAY_MINUTES } else { to } })
}

fn parse_minute(value: &Value) -> Result<u32, Invalid> {
    let wrong = || Invalid::new("", "must be a time of the day from 00:00 to 24:00");
    let (hours, minutes) = value.as_str().and_then(|text| text.split_once(':')).ok_or_else(wrong)?;
    let two_digits = |text: &str| match text.as_bytes() {
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => Some(u32::from(a - b'0') * 10 + u32::from(b - b'0')),
        _ => None,
    };
    let (hours, minutes) = two_digits(hours).zip(two_digits(minutes)).ok_or_else(wrong)?;
    let minute = hours * 60 + minutes;
    if minutes < 60 && minute <= DAY_MINUTES { Ok(minute) } else { Err(wrong()) }
}

impl TryFrom<Value> for OpenDay {
    type Error = Invalid;

    fn try_from(value: Value) -> Result<Self, Invalid> {
        Self::parse(&value)
    }
}

impl From<OpenDay> for Vec<[String; 2]> {
    fn from(day: OpenDay) -> Self {
        let clock = |minute: u32| match minute {
            DAY_MINUTES => "24:00".to_owned(),
            _ => format!("{:02}:{:02}", minute % DAY_MINUTES / 60, minute % 60),
        };
        day.0.iter().map(|span| [clock(span.from), clock(span.to)]).collect()
    }
}

impl TryFrom<Value> for OpenWeek {
    type Error = Invalid;

    fn try_from(value: Value) -> Result<Self, Invalid> {
        Self::parse(&value)
    }
}

impl From<OpenWeek> for BTreeMap<&'static str, Vec<[String; 2]>> {
    fn from(week: OpenWeek) -> Self {
        let open = DAY_KEYS.into_iter().zip(week.0).filter(|(_, day)| !day.0.is_empty());
        open.map(|(key, day)| (key, day.into())).collect()
    }
}
