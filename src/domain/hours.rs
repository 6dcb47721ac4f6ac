//! Opening hours of a week on the wall clock of a zone.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::invalid::Invalid;
use super::local_time::{instant_of, local_date, start_of_day};

/// Most spans a day.
pub const SPANS_A_DAY_MAX: usize = 12;
/// How far the next opening or closing is looked for, in days.
pub const LOOK_AHEAD_DAYS: u32 = 8;
/// The end of a day, in minutes since its midnight.
const DAY_END_MINUTE: u32 = 24 * 60;
/// The keys of the wire, Monday first.
const DAY_KEYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A part of a day on the wall clock, in minutes since midnight: from the first (0 to 1,439) up to but without the second
/// (1 to 1,440; 1,440 is the midnight that ends the day).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    from: u32,
    to: u32,
}

impl Span {
    /// A day from midnight to midnight.
    pub const WHOLE_DAY: Self = Self { from: 0, to: DAY_END_MINUTE };

    /// From the first minute up to but without the second; `None` where nothing of a day lies between.
    #[must_use]
    pub fn new(from: u32, to: u32) -> Option<Self> {
        (from < to && to <= DAY_END_MINUTE).then_some(Self { from, to })
    }

    /// Spans in any order as spans in order, none touching the next.
    #[must_use]
    pub fn merged(mut spans: Vec<Self>) -> Vec<Self> {
        spans.sort_unstable();
        spans.dedup_by(|next, last| {
            let touches = next.from <= last.to;
            if touches {
                last.to = last.to.max(next.to);
            }
            touches
        });
        spans
    }

    /// The minute of the day at which it begins.
    #[must_use]
    pub fn from_minute(self) -> u32 {
        self.from
    }

    /// The minute of the day before which it ends.
    #[must_use]
    pub fn to_minute(self) -> u32 {
        self.to
    }

    /// The instants between which it lies on `date` in `zone`; `None` where a clock change leaves nothing of it.
    #[must_use]
    pub fn on(self, zone: Tz, date: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let (from, to) = (wall_instant(zone, date, self.from), wall_instant(zone, date, self.to));
        (from < to).then_some((from, to))
    }
}

/// The hours of one day: its spans in order, without overlap. On the wire: `[["09:00","12:00"],["13:00","17:00"]]`; no
/// span at all is a closed day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Vec<[String; 2]>")]
pub struct DayHours(Vec<Span>);

impl DayHours {
    /// Reads the form of the wire; see [`WeeklyHours::parse`].
    ///
    /// # Errors
    /// The path (`[0]`, `[2][1]`) and what is wrong there.
    pub fn parse(value: &Value) -> Result<Self, Invalid> {
        parse_day(value).map(Self)
    }

    /// The spans in order.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.0
    }
}

/// Hours by weekday, Monday first; each day's spans in order, without overlap. On the wire:
/// `{"mon": [["09:00","12:00"],["13:00","17:00"]], ...}`; a day left out is closed; `24:00` and `23:59` as an end both
/// mean midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "BTreeMap<&'static str, Vec<[String; 2]>>")]
pub struct WeeklyHours {
    days: [Vec<Span>; 7],
}

/// Whether it is open at a moment, and until when that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Open; closes then (`None`: never within the next eight days).
    Open {
        /// When it closes.
        closes_at: Option<DateTime<Utc>>,
    },
    /// Closed; opens then (`None`: never within the next eight days).
    Closed {
        /// When it opens.
        opens_at: Option<DateTime<Utc>>,
    },
}

impl WeeklyHours {
    /// Reads the form of the wire. Spans may come in any order and may overlap; they are sorted and merged.
    ///
    /// # Errors
    /// The path (`mon[0]`, `tue[2][1]`) and what is wrong there: an unknown day, not a pair of times, a time that no clock
    /// shows, an end that is not after its start, more than [`SPANS_A_DAY_MAX`] spans.
    pub fn parse(value: &Value) -> Result<Self, Invalid> {
        let Value::Object(given) = value else {
            return Err(Invalid::new("", "must be an object of days, such as {\"mon\": [[\"09:00\", \"17:00\"]]}"));
        };
        let mut days: [Vec<Span>; 7] = Default::default();
        for (key, spans) in given {
            let Some(day) = DAY_KEYS.iter().position(|known| known == key) else {
                return Err(Invalid::new(key, format!("is not a day; the days are {}", DAY_KEYS.join(", "))));
            };
            days[day] = parse_day(spans).map_err(|error| error.at(key))?;
        }
        Ok(Self { days })
    }

    /// The spans of a day of the week, in order.
    #[must_use]
    pub fn spans(&self, weekday: Weekday) -> &[Span] {
        &self.days[weekday.num_days_from_monday() as usize]
    }

    /// Whether it is open at `at` in `zone`: a span counts from its start up to but without its end.
    #[must_use]
    pub fn opening(&self, zone: Tz, at: DateTime<Utc>) -> Opening {
        let horizon = at + TimeDelta::days(LOOK_AHEAD_DAYS.into());
        let mut open_until: Option<DateTime<Utc>> = None;
        for (from, to) in self.spans_around(zone, at) {
            match open_until {
                Some(end) if from > end => break,
                Some(end) => open_until = Some(end.max(to)),
                None if to <= at => {}
                None if from <= at => open_until = Some(to),
                None => return Opening::Closed { opens_at: Some(from).filter(|opens| *opens <= horizon) },
            }
            if open_until.is_some_and(|end| end > horizon) {
                return Opening::Open { closes_at: None };
            }
        }
        match open_until {
            Some(end) => Opening::Open { closes_at: Some(end) },
            None => Opening::Closed { opens_at: None },
        }
    }

    /// The spans of the days around `at` as instants, in order of their start, from the day before to the horizon's end.
    fn spans_around(&self, zone: Tz, at: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let today = local_date(zone, at);
        let first = today.pred_opt().unwrap_or(today);
        first
            .iter_days()
            .take(LOOK_AHEAD_DAYS as usize + 3)
            .flat_map(move |date| self.spans(date.weekday()).iter().filter_map(move |span| span.on(zone, date)))
    }
}

/// The instant at which the wall clock shows `minute` of `date`; the day's last minute is the next day's beginning.
fn wall_instant(zone: Tz, date: NaiveDate, minute: u32) -> DateTime<Utc> {
    match NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0) {
        Some(time) => instant_of(zone, date.and_time(time)),
        None => start_of_day(zone, date.checked_add_days(Days::new(1)).unwrap_or(date)),
    }
}

fn parse_day(value: &Value) -> Result<Vec<Span>, Invalid> {
    let Value::Array(given) = value else {
        return Err(Invalid::new("", "must be a list of spans, such as [[\"09:00\", \"17:00\"]]"));
    };
    if given.len() > SPANS_A_DAY_MAX {
        return Err(Invalid::new("", format!("has {} spans; at most {SPANS_A_DAY_MAX} are allowed", given.len())));
    }
    let mut spans = Vec::with_capacity(given.len());
    for (index, span) in given.iter().enumerate() {
        spans.push(parse_span(span).map_err(|error| error.at(&format!("[{index}]")))?);
    }
    Ok(Span::merged(spans))
}

fn parse_span(value: &Value) -> Result<Span, Invalid> {
    let pair = value.as_array().map(Vec::as_slice);
    let Some([from, to]) = pair else {
        return Err(Invalid::new("", "must be a pair of times, such as [\"09:00\", \"17:00\"]"));
    };
    let from = parse_minute(from).map_err(|error| error.at("[0]"))?;
    let to = match parse_minute(to).map_err(|error| error.at("[1]"))? {
        last if last == DAY_END_MINUTE - 1 => DAY_END_MINUTE,
        minute => minute,
    };
    if to <= from {
        let detail = "must end after it starts; write a night as two spans, one until 24:00 and one from 00:00";
        return Err(Invalid::new("", detail));
    }
    Ok(Span { from, to })
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
    if minutes < 60 && minute <= DAY_END_MINUTE { Ok(minute) } else { Err(wrong()) }
}

impl TryFrom<Value> for WeeklyHours {
    type Error = Invalid;

    fn try_from(value: Value) -> Result<Self, Invalid> {
        Self::parse(&value)
    }
}

impl From<WeeklyHours> for BTreeMap<&'static str, Vec<[String; 2]>> {
    fn from(hours: WeeklyHours) -> Self {
        let open = DAY_KEYS.into_iter().zip(hours.days).filter(|(_, spans)| !spans.is_empty());
        open.map(|(key, spans)| (key, written(&spans))).collect()
    }
}

impl TryFrom<Value> for DayHours {
    type Error = Invalid;

    fn try_from(value: Value) -> Result<Self, Invalid> {
        Self::parse(&value)
    }
}

impl From<DayHours> for Vec<[String; 2]> {
    fn from(hours: DayHours) -> Self {
        written(&hours.0)
    }
}

/// The form of the wire.
fn written(spans: &[Span]) -> Vec<[String; 2]> {
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    spans.iter().map(|span| [clock(span.from), clock(span.to)]).collect()
}

#[cfg(test)]
mod tests;
