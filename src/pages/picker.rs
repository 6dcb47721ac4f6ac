//! A month with its free days and the times of one day: what both the booking of an appointment and its moving begin with.
//! Everything in it is a link, so that it works without script.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::bookable::{Bookable, month_of};
use super::visit::Visit;
use super::words;
use crate::domain::calendar::{Closure, OfferedSlot, SlotAnswer};
use crate::domain::local_time::local_date;
use crate::http::Problem;

/// Days in a week.
const WEEK_DAYS: usize = 7;
/// When the afternoon begins, in hours.
const NOON: u32 = 12;
/// When the evening begins, in hours.
const EVENING: u32 = 17;

/// What of the picker a request asks for. What cannot be read counts as left out: it is only where one looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Any day of the month.
    pub month: Option<NaiveDate>,
    /// The day.
    pub day: Option<NaiveDate>,
    /// The time.
    pub start: Option<DateTime<Utc>>,
}

impl Wanted {
    /// Reads the query.
    #[must_use]
    pub fn of(visit: &Visit) -> Self {
        let month = visit.parameter("month").and_then(|month| format!("{month}-01").parse().ok());
        let day = visit.parameter("day").and_then(|day| day.parse().ok());
        let start = visit.parameter("slot").and_then(|start| start.parse().ok());
        Self { month, day, start }
    }
}

/// The picker.
#[derive(Clone, Debug, Serialize)]
pub struct Picker {
    month: String,
    previous: Option<String>,
    next: Option<String>,
    weeks: Vec<Vec<Option<Day>>>,
    has_full: bool,
    /// "14 and 25 May: closed"; empty when nothing is.
    closed: String,
    /// What is chosen: "Tuesday 19 May"; empty when no day is.
    day: String,
    parts: Vec<Part>,
    /// Why there is nothing to choose; empty when there is.
    nothing: String,
    elsewhere: Option<Elsewhere>,
    zone: &'static str,
    city: String,
    /// The picker as it is now without a time, for whoever wants another one.
    own_address: String,
}

#[derive(Clone, Debug, Serialize)]
struct Day {
    number: u32,
    /// `free`, `full` or `none`.
    state: &'static str,
    is_today: bool,
    is_chosen: bool,
    label: String,
    address: String,
}

#[derive(Clone, Debug, Serialize)]
struct Part {
    name: &'static str,
    times: Vec<Time>,
}

#[derive(Clone, Debug, Serialize)]
struct Time {
    clock: String,
    instant: String,
    is_chosen: bool,
    address: String,
}

#[derive(Clone, Debug, Serialize)]
struct Elsewhere {
    day: String,
    address: String,
}

/// What one month holds.
struct Month<'a> {
    bookable: &'a Bookable,
    first: NaiveDate,
    last: NaiveDate,
    free: BTreeMap<NaiveDate, Vec<OfferedSlot>>,
    closed: BTreeMap<NaiveDate, Closure>,
}

impl<'a> Month<'a> {
    /// The month that is asked for, else the first one with anything free; never one that is over or beyond the horizon.
    fn of(bookable: &'a Bookable, wanted: Wanted) -> Result<Self, Problem> {
        let zone = bookable.zone();
        let (today, last_date) = (bookable.today(), bookable.last_date());
        let asked = wanted.start.map(|start| local_date(zone, start)).or(wanted.day).or(wanted.month);
        let date = match asked {
            Some(date) => date.clamp(today, last_date),
            None => bookable.next_free(today)?.unwrap_or(today),
        };
        let (first, last) = month_of(date);
        let SlotAnswer { slots, closed, .. } = bookable.between(first, last)?;
        let mut free: BTreeMap<NaiveDate, Vec<OfferedSlot>> = BTreeMap::new();
        for slot in slots {
            free.entry(local_date(zone, slot.start)).or_default().push(slot);
        }
        let closed = closed.into_iter().map(|day| (day.date, day.reason)).collect();
        Ok(Self { bookable, first, last, free, closed })
    }

    fn day(&self, date: NaiveDate, chosen: Option<NaiveDate>, base: &str) -> Day {
        let free = self.free.get(&date).map_or(0, Vec::len);
        let state = match (free, self.closed.contains_key(&date)) {
            (1.., _) => "free",
            (0, false) => "full",
            (0, true) => "none",
        };
        let name = words::date(date);
        let label = match free {
            0 => name,
            1 => format!("{name}, 1 time"),
            _ => format!("{name}, {free} times"),
        };
        Day {
            number: date.day(),
            state,
            is_today: date == self.bookable.today(),
            is_chosen: chosen == Some(date),
            label,
            address: format!("{base}&day={date}#times"),
        }
    }

    /// Whole weeks from Monday on, with gaps around the month.
    fn weeks(&self, chosen: Option<NaiveDate>, base: &str) -> Vec<Vec<Option<Day>>> {
        let before = self.first.weekday().num_days_from_monday() as usize;
        let days = self.first.iter_days().take_while(|date| *date <= self.last);
        let days = days.map(|date| Some(self.day(date, chosen, base)));
        let mut cells: Vec<Option<Day>> = std::iter::repeat_n(None, before).chain(days).collect();
        cells.resize(cells.len().next_multiple_of(WEEK_DAYS), None);
        cells.chunks(WEEK_DAYS).map(<[_]>::to_vec).collect()
    }

    /// "14 and 25 May: closed": days on which one would have expected it to be open.
    fn closed_words(&self) -> String {
        let closed: BTreeSet<u32> = self
            .closed
            .iter()
            .filter(|(date, reason)| **reason == Closure::Closed && **date >= self.bookable.today())
            .map(|(date, _)| date.day())
            .collect();
        let mut words = String::new();
        for (index, day) in closed.iter().enumerate() {
            let joint = match index {
                0 => "",
                _ if index + 1 == closed.len() => " and ",
                _ => ", ",
            };
            // Writing to a String cannot fail.
            let _ = write!(words, "{joint}{day}");
        }
        if words.is_empty() { words } else { format!("{words} {}: closed", self.first.format("%B")) }
    }
}

impl Picker {
    /// The picker as asked for. `base` is the address of its page, with a query.
    ///
    /// # Errors
    /// The service is gone.
    pub fn new(bookable: &Bookable, wanted: Wanted, base: &str) -> Result<Self, Problem> {
        let zone = bookable.zone();
        let month = Month::of(bookable, wanted)?;
        let asked = wanted.start.map(|start| local_date(zone, start)).or(wanted.day);
        let chosen = asked.filter(|date| (month.first..=month.last).contains(date));
        let chosen = chosen.or_else(|| month.free.keys().next().copied());
        let slots = chosen.and_then(|date| month.free.get(&date)).map_or(&[][..], Vec::as_slice);
        let elsewhere = if slots.is_empty() { elsewhere(&month, chosen, base)? } else { None };
        let weeks = month.weeks(chosen, base);
        let way = |date: Option<NaiveDate>| date.map(|date| format!("{base}&month={}", date.format("%Y-%m")));
        let previous = month.first.pred_opt().filter(|before| *before >= bookable.today());
        let next = month.last.succ_opt().filter(|after| *after <= bookable.last_date());
        let own_day = chosen.map_or(String::new(), |date| format!("&day={date}"));
        Ok(Self {
            month: month.first.format("%B %Y").to_string(),
            previous: way(previous),
            next: way(next),
            has_full: weeks.iter().flatten().flatten().any(|day| day.state == "full"),
            weeks,
            closed: month.closed_words(),
            day: chosen.map(words::date).unwrap_or_default(),
            parts: parts(zone, slots, wanted.start, base),
            nothing: if slots.is_empty() { nothing(&month, chosen, elsewhere.is_some()) } else { String::new() },
            elsewhere,
            zone: zone.name(),
            city: words::city(zone),
            own_address: format!("{base}{own_day}"),
        })
    }

    /// Whether there is a time to choose on the chosen day.
    #[cfg(test)]
    #[must_use]
    pub fn sample(is_empty: bool) -> Self {
        let day = |number: u32| {
            let state = ["none", "free", "full"][number as usize % 3];
            let address = "/book/cut?org=demo&day=2026-05-01#times".to_owned();
            let label = format!("Friday {number} May");
            Some(Day { number, state, is_today: number == 5, is_chosen: number == 1, label, address })
        };
        let time = |clock: &str| Time {
            clock: clock.to_owned(),
            instant: "2026-05-01T08:30:00Z".to_owned(),
            is_chosen: clock == "10:30",
            address: "/book/cut?org=demo&slot=2026-05-01T08:30:00Z".to_owned(),
        };
        let elsewhere = Elsewhere {
            day: "Tuesday 2 June".to_owned(),
            address: "/book/cut?org=demo&day=2026-06-02#times".to_owned(),
        };
        Self {
            month: "May 2026".to_owned(),
            previous: is_empty.then(|| "/book/cut?org=demo&month=2026-04".to_owned()),
            next: (!is_empty).then(|| "/book/cut?org=demo&month=2026-06".to_owned()),
            weeks: vec![vec![None, None, None, None, day(1), day(2), day(3)], (4..11).map(day).collect()],
            has_full: true,
            closed: "14 and 25 May: closed".to_owned(),
            day: "Friday 1 May".to_owned(),
            parts: if is_empty {
                Vec::new()
            } else {
                vec![Part { name: "Morning", times: ["09:00", "10:30"].map(time).into() }]
            },
            nothing: if is_empty { "Nothing is free in May.".to_owned() } else { String::new() },
            elsewhere: is_empty.then_some(elsewhere),
            zone: "Europe/Berlin",
            city: "Berlin".to_owned(),
            own_address: "/book/cut?org=demo&day=2026-05-01".to_owned(),
        }
    }
}

/// The next day with anything free: after the chosen day, else after the month.
fn elsewhere(month: &Month<'_>, chosen: Option<NaiveDate>, base: &str) -> Result<Option<Elsewhere>, Problem> {
    let from = chosen.unwrap_or(month.last).succ_opt().unwrap_or(month.last);
    let mut next = month.bookable.next_free(from)?;
    if next.is_none() {
        next = month.bookable.next_free(month.bookable.today())?;
    }
    Ok(next.map(|date| Elsewhere { day: words::date(date), address: format!("{base}&day={date}#times") }))
}

fn nothing(month: &Month<'_>, chosen: Option<NaiveDate>, is_elsewhere: bool) -> String {
    match chosen {
        _ if !is_elsewhere => {
            "Nothing can be booked at the moment. Please look again another day, or ask us.".to_owned()
        }
        Some(date) => format!("Nothing is free on {}.", words::date(date)),
        None => format!("Nothing is free in {}.", month.first.format("%B")),
    }
}

/// The times of a day by the part of the day that they lie in.
fn parts(zone: Tz, slots: &[OfferedSlot], chosen: Option<DateTime<Utc>>, base: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for slot in slots {
        let name = match slot.start.with_timezone(&zone).hour() {
            0..NOON => "Morning",
            NOON..EVENING => "Afternoon",
            _ => "Evening",
        };
        let clock = words::clock(zone, slot.start);
        // An hour that a clock change repeats is shown twice: the zone's short name tells them apart.
        let is_twice = slots.iter().filter(|other| words::clock(zone, other.start) == clock).count() > 1;
        let short = slot.start.with_timezone(&zone).format(" %Z").to_string();
        let instant = words::plain_instant(slot.start);
        let time = Time {
            clock: if is_twice { clock + &short } else { clock },
            is_chosen: chosen == Some(slot.start),
            address: format!("{base}&slot={instant}"),
            instant,
        };
        match parts.last_mut().filter(|part| part.name == name) {
            Some(part) => part.times.push(time),
            None => parts.push(Part { name, times: vec![time] }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(start: &str) -> OfferedSlot {
        let start: DateTime<Utc> = start.parse().unwrap();
        OfferedSlot { start, end: start + chrono::TimeDelta::minutes(30), spots_available: 1, staff_ids: Vec::new() }
    }

    #[test]
    fn the_hour_that_a_clock_change_repeats_is_told_apart() {
        let slots = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T11:00:00Z"].map(offered);
        let parts = parts(chrono_tz::Europe::Berlin, &slots, Some(slots[1].start), "/book/cut?org=demo");
        let clocks: Vec<_> = parts.iter().map(|part| (part.name, part.times.len())).collect();
        assert_eq!(clocks, [("Morning", 2), ("Afternoon", 1)]);
        assert_eq!((parts[0].times[0].clock.as_str(), parts[0].times[1].clock.as_str()), ("02:30 CEST", "02:30 CET"));
        assert!(parts[0].times[1].is_chosen && !parts[0].times[0].is_chosen);
        assert_eq!(parts[1].times[0].clock, "12:00");
    }
}
