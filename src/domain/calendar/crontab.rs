//! An expression of five fields as crontabs have them. The crate that walks them wants seconds first, counts weekdays
//! from 1, and takes two restricted day fields as "both" where crontabs say "either": all of that is translated here.

use std::str::FromStr;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};
use cron::Schedule;
use serde::{Deserialize, Serialize};

use crate::domain::invalid::Invalid;

/// Longest expression, in characters.
pub const EXPRESSION_MAX_CHARACTERS: usize = 100;
/// Names of weekdays in the order of crontabs: 0 is Sunday, and so is 7.
const DAY_NAMES: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A checked expression, such as `0 9 * * 1-5`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Crontab {
    text: Arc<str>,
    /// One, or two of which either may match.
    schedules: Arc<[Schedule]>,
}

impl Crontab {
    /// Reads `minute hour day-of-month month day-of-week`.
    ///
    /// # Errors
    /// Which field is wrong.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        if value.chars().count() > EXPRESSION_MAX_CHARACTERS {
            return Err(Invalid::new("", format!("has more than {EXPRESSION_MAX_CHARACTERS} characters")));
        }
        let fields: Vec<&str> = value.split_whitespace().collect();
        let &[minute, hour, day, month, weekday] = fields.as_slice() else {
            let detail = format!("must have 5 fields (minute hour day month weekday), not {}", fields.len());
            return Err(Invalid::new("", detail));
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '*' | ',' | '-' | '/');
        if let Some(field) = fields.iter().find(|field| !field.chars().all(plain)) {
            return Err(Invalid::new("", format!("cannot be read at \"{field}\"; only * , - / are known")));
        }
        let weekday = weekdays(weekday)?;
        let schedule = |day: &str, weekday: &str| {
            Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}"))
                .map_err(|error| Invalid::new("", format!("is not an expression such as 0 9 * * 1-5: {error}")))
        };
        let schedules = if day.starts_with('*') || weekday == "*" {
            vec![schedule(day, &weekday)?]
        } else {
            vec![schedule(day, "*")?, schedule("*", &weekday)?]
        };
        Ok(Self { text: Arc::from(fields.join(" ")), schedules: Arc::from(schedules) })
    }

    /// The expression as text, with one blank between its fields.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first time of `date` at which it matches on the wall clock, a time that a clock change skips included.
    #[must_use]
    pub fn first_on(&self, date: NaiveDate) -> Option<NaiveTime> {
        // The wall clock is walked as if it were UTC, which has no gaps: the caller says what a skipped time means.
        let just_before = date.and_time(NaiveTime::MIN).and_utc() - TimeDelta::seconds(1);
        let firsts = self.schedules.iter().filter_map(|schedule| schedule.after(&just_before).next());
        let first = firsts.min().filter(|first| first.date_naive() == date)?;
        Some(first.time()).filter(|time| time.second() == 0)
    }
}

/// The field of weekdays in names, one by one.
fn weekdays(field: &str) -> Result<String, Invalid> {
    if field == "*" {
        return Ok(field.to_owned());
    }
    let wrong = || Invalid::new("", format!("cannot be read at \"{field}\": weekdays are 0 to 7 or SUN to SAT"));
    let day = |text: &str| match text.parse::<usize>() {
        Ok(number) if number <= 7 => Some(number),
        Ok(_) => None,
        Err(_) => DAY_NAMES.iter().position(|name| name.eq_ignore_ascii_case(text)),
    };
    let mut named = [false; 7];
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| (1..=7).contains(step)).ok_or_else(wrong)?),
            None => (part, 1),
        };
        let (first, last) = match range.split_once('-') {
            Some((first, last)) => (day(first).ok_or_else(wrong)?, day(last).ok_or_else(wrong)?),
            None if range == "*" => (0, 6),
            None => {
                let only = day(range).ok_or_else(wrong)?;
                (only, if part.contains('/') { 6 } else { only })
            }
        };
        if first > last {
            return Err(wrong());
        }
        (first..=last).step_by(step).for_each(|day| named[day % 7] = true);
    }
    let names = DAY_NAMES.into_iter().zip(named).filter(|(_, named)| *named).map(|(name, _)| name);
    Ok(names.collect::<Vec<_>>().join(","))
}

impl PartialEq for Crontab {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Crontab {}

impl TryFrom<String> for Crontab {
    type Error = Invalid;

    fn try_from(value: String) -> Result<Self, Invalid> {
        Self::parse(&value)
    }
}

impl From<Crontab> for String {
    fn from(value: Crontab) -> Self {
        value.text.to_string()
    }
}
