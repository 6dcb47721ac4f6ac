//! The hours in which promises count: spans by weekday in a zone, holidays, and dates with hours of their own.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::holiday::Holiday;
use super::open_hours::{OpenDay, OpenWeek};
use super::open_time::{OpenTime, Segment};
use crate::domain::invalid::Invalid;

/// Most holidays of a calendar.
pub const HOLIDAYS_MAX: usize = 2_000;
/// Most dates with hours of their own.
pub const CALENDAR_OVERRIDES_MAX: usize = 1_000;
/// Days of a leap year.
const LEAP_YEAR_DAYS: usize = 366;

/// The hours of one date, in place of those of its weekday: the spans that start on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursOverride {
    /// Which date, in the calendar's zone.
    pub date: NaiveDate,
    /// What starts on it; nothing: it is closed, but for what runs on from the evening before.
    pub hours: OpenDay,
}

/// What a caller sets about a calendar; also the form in which it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarHours {
    /// The zone of all its times and days.
    pub timezone: Tz,
    /// The spans by weekday.
    pub hours: OpenWeek,
    /// Days on which it is closed from midnight to midnight, whatever else is said.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    /// Dates with hours of their own.
    #[serde(default)]
    pub overrides: Vec<HoursOverride>,
}

/// A calendar that counts. Open time is counted to the microsecond; a local time that occurs twice means its first
/// occurrence, one that does not exist the instant of the change, and elapsed seconds count.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "CalendarHours", into = "CalendarHours")]
pub struct BusinessCalendar {
    hours: CalendarHours,
    open: OpenTime,
}

impl PartialEq for BusinessCalendar {
    fn eq(&self, other: &Self) -> bool {
        self.hours == other.hours
    }
}

impl Eq for BusinessCalendar {}

impl BusinessCalendar {
    /// Checks a calendar.
    ///
    /// # Errors
    /// The path (`hours`, `holidays`, `overrides[2].date`) and what is wrong: too many, a date twice, no open time at all.
    pub fn new(mut hours: CalendarHours) -> Result<Self, Invalid> {
        let too_many = |path: &str, given: usize, max: usize| {
            Err(Invalid::new(path, format!("has {given} items; at most {max} are allowed")))
        };
        if hours.holidays.len() > HOLIDAYS_MAX {
            return too_many("holidays", hours.holidays.len(), HOLIDAYS_MAX);
        }
        if hours.overrides.len() > CALENDAR_OVERRIDES_MAX {
            return too_many("overrides", hours.overrides.len(), CALENDAR_OVERRIDES_MAX);
        }
        let mut dates = BTreeSet::new();
        for (index, one) in hours.overrides.iter().enumerate() {
            if !dates.insert(one.date) {
                return Err(Invalid::new(format!("overrides[{index}].date"), "has hours of its own already"));
            }
        }
        hours.holidays.sort_unstable();
        hours.holidays.dedup();
        hours.overrides.sort_by_key(|one| one.date);
        let overrides: BTreeMap<NaiveDate, OpenDay> =
            hours.overrides.iter().map(|one| (one.date, one.hours.clone())).collect();
        let open = OpenTime::new(hours.timezone, hours.hours.clone(), overrides, hours.holidays.clone());
        let calendar = Self { hours, open };
        if calendar.is_never_open() {
            return Err(Invalid::new("hours", "has no open time at all: nothing would ever be due"));
        }
        Ok(calendar)
    }

    /// As it was set; holidays and overrides sorted.
    #[must_use]
    pub fn hours(&self) -> &CalendarHours {
        &self.hours
    }

    /// The open time between two instants in microseconds; 0 where the second does not lie after the first.
    #[must_use]
    pub fn elapsed_micros(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> u64 {
        self.open.elapsed(from.timestamp_micros(), to.timestamp_micros())
    }

    /// The open time between two instants in whole seconds.
    #[must_use]
    pub fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> u64 {
        self.elapsed_micros(from, to) / 1_000_000
    }

    /// The first instant by which so much open time has passed since `from`: at closing time where it is used up exactly
    /// then. `None` where that is further away than [`super::HORIZON_YEARS`].
    #[must_use]
    pub fn add_micros(&self, from: DateTime<Utc>, micros: u64) -> Option<DateTime<Utc>> {
        self.open.add(from.timestamp_micros(), micros).and_then(DateTime::from_timestamp_micros)
    }

    /// The same for whole seconds.
    #[must_use]
    pub fn add(&self, from: DateTime<Utc>, seconds: u64) -> Option<DateTime<Utc>> {
        self.add_micros(from, seconds.checked_mul(1_000_000)?)
    }

    /// The open spans between two instants, in order, none touching the next; at most `max` of them.
    #[must_use]
    pub fn segments(&self, from: DateTime<Utc>, to: DateTime<Utc>, max: usize) -> Vec<Segment> {
        self.open.segments(from.timestamp_micros(), to.timestamp_micros(), max)
    }

    fn is_never_open(&self) -> bool {
        let yearly = |holiday: &&Holiday| matches!(holiday, Holiday::Yearly { .. });
        let is_open_by_weekday =
            !self.hours.hours.is_closed() && self.hours.holidays.iter().filter(yearly).count() < LEAP_YEAR_DAYS;
        !is_open_by_weekday && !self.hours.overrides.iter().any(|one| self.open.is_open_in(one.date.year()))
    }
}

impl TryFrom<CalendarHours> for BusinessCalendar {
    type Error = Invalid;

    fn try_from(hours: CalendarHours) -> Result<Self, Invalid> {
        Self::new(hours)
    }
}

impl From<BusinessCalendar> for CalendarHours {
    fn from(calendar: BusinessCalendar) -> Self {
        calendar.hours
    }
}
