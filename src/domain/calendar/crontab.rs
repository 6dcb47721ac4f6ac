//! An expression of five fields as crontabs have them. The crate that reads them wants seconds first, counts weekdays from
//! 1, and takes two restricted day fields as "both" where crontabs say "either": all of that is translated here.

use std::str::FromStr;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, NaiveTime};
use cron::{Schedule, TimeUnitSpec};
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
    schedule: Arc<Schedule>,
    /// Both day fields are restricted: it is enough that one of them matches.
    either_day: bool,
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
        let either_day = !day.starts_with('*') && !weekday.starts_with('*');
        let weekday = weekdays(weekday)?;
        let schedule = Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}"))
            .map_err(|error| Invalid::new("", format!("is not an expression such as 0 9 * * 1-5: {error}")))?;
        Ok(Self { text: Arc::from(fields.join(" ")), schedule: Arc::new(schedule), either_day })
    }

    /// The expression as text, with one blank between its fields.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first time of `date` at which it matches on the wall clock, be it one that a clock change skips.
    #[must_use]
    pub fn first_on(&self, date: NaiveDate) -> Option<NaiveTime> {
        let schedule = &self.schedule;
        let day = schedule.days_of_month().includes(date.day());
        let weekday = schedule.days_of_week().includes(date.weekday().number_from_sunday());
        let matches = if self.either_day { day || weekday } else { day && weekday };
        if !matches || !schedule.months().includes(date.month()) {
            return None;
        }
        NaiveTime::from_hms_opt(schedule.hours().iter().next()?, schedule.minutes().iter().next()?, 0)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn first(expression: &str, date: &str) -> Option<String> {
        let time = Crontab::parse(expression).unwrap().first_on(date.parse().unwrap())?;
        Some(time.format("%H:%M").to_string())
    }

    /// 2026-05-10 is a Sunday, 2026-05-11 a Monday.
    #[test]
    fn weekdays_count_as_in_a_crontab() {
        assert_eq!(first("0 9 * * *", "2026-05-10").as_deref(), Some("09:00"));
        for sunday in ["30 8 * * 0", "30 8 * * 7", "30 8 * * SUN", "30 8 * * 5-7", "30 8 * * */7"] {
            assert_eq!(first(sunday, "2026-05-10").as_deref(), Some("08:30"), "{sunday}");
            assert_eq!(first(sunday, "2026-05-11"), None, "{sunday}");
        }
        for monday in ["0 9 * * 1", "0 9 * * 1-5", "0 9 * * mon", "0 9 * * 1,3", "0 9 * * 1/2", "0 9 * * */1"] {
            assert_eq!(first(monday, "2026-05-11").as_deref(), Some("09:00"), "{monday}");
        }
        assert_eq!(first("0 9 * * 1-5", "2026-05-10"), None);
    }

    #[test]
    fn one_of_two_restricted_day_fields_is_enough() {
        assert_eq!(first("0 9 11 * 0", "2026-05-10").as_deref(), Some("09:00"));
        assert_eq!(first("0 9 11 * 0", "2026-05-11").as_deref(), Some("09:00"));
        assert_eq!(first("0 9 11 * 0", "2026-05-12"), None);
        assert_eq!(first("0 9 11 * *", "2026-05-10"), None);
        assert_eq!(first("0 9 11 6 *", "2026-05-11"), None);
    }

    #[test]
    fn the_first_match_of_the_day_counts() {
        assert_eq!(first("*/15 * * * *", "2026-05-10").as_deref(), Some("00:00"));
        assert_eq!(first("20,40 17,8 * * *", "2026-05-10").as_deref(), Some("08:20"));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        let long = format!("0 9 * * {}", vec!["1"; 60].join(","));
        for wrong in [
            "",
            "0 9 * *",
            "0 0 9 * * *",
            "60 9 * * *",
            "0 24 * * *",
            "0 9 * * 8",
            "0 9 * * 5-1",
            "0 9 * * */0",
            "0 9 * * ?",
            "0 9 L * *",
            "@daily",
            "0 9 32 * *",
            "0 9 * 13 *",
            "a b c d e",
            &long,
        ] {
            assert!(Crontab::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Crontab::parse(" 0  9 * * 1 ").unwrap().as_str(), "0 9 * * 1");
    }
}
