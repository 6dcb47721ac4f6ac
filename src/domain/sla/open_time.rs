//! Open time as instants. The open segments of a year are worked out when they are first asked for and kept with their
//! running sum, so that counting and adding are a search in a sorted list, however many clocks ask.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::holiday::Holiday;
use super::open_hours::{OpenDay, OpenWeek};
use crate::domain::local_time::start_of_day;

/// How many years ahead a due instant is looked for.
pub const HORIZON_YEARS: i32 = 30;
/// First year, in UTC, whose open time is known; before it nothing is open.
const YEAR_FIRST: i32 = 1890;
/// First year whose open time is no longer known.
const YEAR_END: i32 = 2240;
/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// A span of open time, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// When it opens.
    pub from: DateTime<Utc>,
    /// When it closes.
    pub to: DateTime<Utc>,
}

/// The open segments of one year of UTC, in seconds since 1970.
#[derive(Debug, Default)]
struct Year {
    /// Start, end, and the open seconds of the year in front of it.
    segments: Vec<(i64, i64, i64)>,
    /// All open seconds of the year.
    total: i64,
}

/// What is open when, by year. Clones share what has been worked out.
#[derive(Clone)]
pub(super) struct OpenTime(Arc<Inner>);

struct Inner {
    zone: Tz,
    week: OpenWeek,
    overrides: BTreeMap<NaiveDate, OpenDay>,
    holidays: Vec<Holiday>,
    years: Box<[OnceLock<Year>]>,
}

impl std::fmt::Debug for OpenTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenTime").field("zone", &self.0.zone).finish_non_exhaustive()
    }
}

impl OpenTime {
    pub(super) fn new(
        zone: Tz,
        week: OpenWeek,
        overrides: BTreeMap<NaiveDate, OpenDay>,
        holidays: Vec<Holiday>,
    ) -> Self {
        let years = (YEAR_FIRST..YEAR_END).map(|_| OnceLock::new()).collect();
        Self(Arc::new(Inner { zone, week, overrides, holidays, years }))
    }

    /// Whether anything is open in a year, or in the days beside it.
    pub(super) fn is_open_in(&self, year: i32) -> bool {
        (year - 1..=year + 1).any(|year| self.0.year(year).is_some_and(|year| year.total > 0))
    }

    /// Open microseconds between two instants.
    pub(super) fn elapsed(&self, from: i64, to: i64) -> u64 {
        if to <= from {
            return 0;
        }
        let (first, last) = (year_of(from), year_of(to));
        let between: i64 = (first..last).filter_map(|year| self.0.year(year)).map(|year| year.total * SECOND).sum();
        u64::try_from(between + self.0.in_year_before(to) - self.0.in_year_before(from)).unwrap_or(0)
    }

    /// The first instant by which so many open microseconds have passed since `from`.
    pub(super) fn add(&self, from: i64, micros: u64) -> Option<i64> {
        if micros == 0 {
            return Some(from);
        }
        let first = year_of(from);
        let mut wanted = i64::try_from(micros).ok()?.checked_add(self.0.in_year_before(from))?;
        for year in first..=first + HORIZON_YEARS {
            let Some(known) = self.0.year(year) else { continue };
            if wanted <= known.total * SECOND {
                return known.instant_after(wanted);
            }
            wanted -= known.total * SECOND;
        }
        None
    }

    /// The open segments between two instants, at most `max`.
    pub(super) fn segments(&self, from: i64, to: i64, max: usize) -> Vec<Segment> {
        let mut found: Vec<(i64, i64)> = Vec::new();
        let (first, last) = (year_of(from).max(YEAR_FIRST), year_of(to).min(YEAR_END - 1));
        for year in (first..=last).filter_map(|year| self.0.year(year)) {
            let begin = year.segments.partition_point(|(_, end, _)| end * SECOND <= from);
            for (start, end, _) in &year.segments[begin..] {
                let (start, end) = ((start * SECOND).max(from), (end * SECOND).min(to));
                if start >= end || found.len() > max {
                    break;
                }
                match found.last_mut() {
                    Some((_, until)) if *until == start => *until = end,
                    _ => found.push((start, end)),
                }
            }
        }
        let instant = DateTime::from_timestamp_micros;
        let segment = |(from, to)| Some(Segment { from: instant(from)?, to: instant(to)? });
        found.into_iter().take(max).filter_map(segment).collect()
    }
}

impl Inner {
    fn year(&self, year: i32) -> Option<&Year> {
        let place = usize::try_from(year - YEAR_FIRST).ok()?;
        self.years.get(place).map(|kept| kept.get_or_init(|| self.work_out(year)))
    }

    /// Open microseconds of the instant's year that lie before it.
    fn in_year_before(&self, at: i64) -> i64 {
        let Some(year) = self.year(year_of(at)) else { return 0 };
        let place = year.segments.partition_point(|(start, _, _)| start * SECOND < at);
        match place.checked_sub(1).map(|place| year.segments[place]) {
            None => 0,
            Some((start, end, before)) => before * SECOND + (at.min(end * SECOND) - start * SECOND),
        }
    }

    fn work_out(&self, year: i32) -> Year {
        let Some((begin, end)) = start_of_year(year).zip(start_of_year(year + 1)) else { return Year::default() };
        let closed = self.closed_around(year);
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for date in dates_around(year) {
            let day = self.overrides.get(&date).unwrap_or_else(|| self.week.day_of(date));
            let instants = day.spans().iter().filter_map(|span| span.on(self.zone, date));
            spans.extend(instants.map(|(from, to)| (from.timestamp(), to.timestamp())));
        }
        spans.sort_unstable();
        let mut year = Year::default();
        for (from, to) in without(&merged(spans), &closed) {
            let (from, to) = (from.max(begin), to.min(end));
            if from < to {
                year.segments.push((from, to, year.total));
                year.total += to - from;
            }
        }
        year
    }

    /// The holidays that touch a year, as sorted instants without overlap.
    fn closed_around(&self, year: i32) -> Vec<(i64, i64)> {
        let years = [year - 1, year, year + 1];
        let dates = years.into_iter().flat_map(|year| self.holidays.iter().filter_map(move |day| day.in_year(year)));
        let mut closed: Vec<(i64, i64)> = dates
            .filter_map(|date| {
                let next = date.checked_add_days(Days::new(1))?;
                Some((start_of_day(self.zone, date).timestamp(), start_of_day(self.zone, next).timestamp()))
            })
            .collect();
        closed.sort_unstable();
        merged(closed)
    }
}

impl Year {
    /// The instant at which so many open microseconds of the year have passed, of which there are that many.
    fn instant_after(&self, micros: i64) -> Option<i64> {
        let place = self.segments.partition_point(|(_, _, before)| before * SECOND < micros).checked_sub(1)?;
        let (start, _, before) = self.segments[place];
        Some(start * SECOND + (micros - before * SECOND))
    }
}

/// The dates whose spans can reach into a year of UTC: zones are at most a day away, and spans end a day later at most.
fn dates_around(year: i32) -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year - 1, 12, 28);
    let last = NaiveDate::from_ymd_opt(year + 1, 1, 3);
    let days = first.into_iter().flat_map(|first| first.iter_days());
    days.take_while(move |date| last.is_some_and(|last| *date <= last))
}

/// Sorted spans, those that overlap or touch made one.
fn merged(spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut merged: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match merged.last_mut() {
            Some((_, until)) if from <= *until => *until = (*until).max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// What remains of sorted spans where others, sorted as well, are cut out.
fn without(spans: &[(i64, i64)], cuts: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut remaining = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        let mut from = *from;
        let first = cuts.partition_point(|(_, end)| *end <= from);
        for (cut_from, cut_to) in cuts[first..].iter().take_while(|(cut_from, _)| cut_from < to) {
            if from < *cut_from {
                remaining.push((from, *cut_from));
            }
            from = from.max(*cut_to);
        }
        if from < *to {
            remaining.push((from, *to));
        }
    }
    remaining
}

fn year_of(micros: i64) -> i32 {
    DateTime::from_timestamp_micros(micros).map_or(YEAR_END, |at: DateTime<Utc>| at.year())
}

fn start_of_year(year: i32) -> Option<i64> {
    Some(NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
}
