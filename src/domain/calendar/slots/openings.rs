//! When something is open, as spans of time: the hours of a week, with overrides on top, across the days of a question.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::definition::{Override, OverrideOpening};
use crate::domain::calendar::reservation::Slot;
use crate::domain::hours::{Span, WeeklyHours};

/// The spans of one date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DayPlan<'a> {
    /// An override closes it.
    Closed,
    /// The spans of overrides.
    Overridden(Vec<Span>),
    /// The hours of its weekday.
    Usual(&'a [Span]),
    /// Nothing says when it is open: the whole day.
    Always,
}

impl DayPlan<'_> {
    pub fn spans(&self) -> &[Span] {
        match self {
            Self::Closed => &[],
            Self::Overridden(spans) => spans,
            Self::Usual(spans) => spans,
            Self::Always => &[Span::WHOLE_DAY],
        }
    }
}

/// What holds on `date`: closed beats hours of the date, these add up and beat the weekday.
pub(super) fn day_plan<'a>(hours: Option<&'a WeeklyHours>, overrides: &[Override], date: NaiveDate) -> DayPlan<'a> {
    let mut spans: Option<Vec<Span>> = None;
    for one in overrides.iter().filter(|one| one.date == date) {
        match &one.opening {
            OverrideOpening::Closed => return DayPlan::Closed,
            OverrideOpening::Hours { hours } => spans.get_or_insert_default().extend(hours.spans()),
        }
    }
    match (spans, hours) {
        (Some(spans), _) => DayPlan::Overridden(Span::merged(spans)),
        (None, Some(hours)) => DayPlan::Usual(hours.spans(date.weekday())),
        (None, None) => DayPlan::Always,
    }
}

/// A span of time in microseconds since 1970, half-open: comparing whole numbers is what a list of slots mostly does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    from: i64,
    to: i64,
}

impl From<Slot> for Stretch {
    fn from(slot: Slot) -> Self {
        Self { from: slot.start.timestamp_micros(), to: slot.end.timestamp_micros() }
    }
}

impl Stretch {
    /// The span as instants.
    pub fn slot(self) -> Option<Slot> {
        let instant = DateTime::<Utc>::from_timestamp_micros;
        Some(Slot { start: instant(self.from)?, end: instant(self.to)? })
    }
}

/// Spans of time in order, none touching the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Openings(Vec<Stretch>);

impl Openings {
    /// The open time of the dates from `first` to `last` in `zone`. Spans that meet, across midnight too, are one.
    pub fn of(
        zone: Tz,
        hours: Option<&WeeklyHours>,
        overrides: &[Override],
        (first, last): (NaiveDate, NaiveDate),
    ) -> Self {
        let relevant: Vec<Override> =
            overrides.iter().filter(|one| (first..=last).contains(&one.date)).cloned().collect();
        let mut spans: Vec<Stretch> = Vec::new();
        for date in first.iter_days().take_while(|date| *date <= last) {
            let plan = day_plan(hours, &relevant, date);
            let instants = plan.spans().iter().filter_map(|span| span.on(zone, date));
            spans.extend(instants.map(|(start, end)| Stretch::from(Slot { start, end })));
        }
        Self::merged(spans)
    }

    /// Spans in any order as spans in order, none touching the next.
    pub fn merged(mut spans: Vec<Stretch>) -> Self {
        spans.sort_unstable();
        spans.dedup_by(|next, last| {
            let touches = next.from <= last.to;
            if touches {
                last.to = last.to.max(next.to);
            }
            touches
        });
        Self(spans)
    }

    /// Whether a stretch lies within one of them.
    pub fn cover(&self, stretch: Stretch) -> bool {
        let after = self.0.partition_point(|open| open.from <= stretch.from);
        after.checked_sub(1).is_some_and(|at| stretch.to <= self.0[at].to)
    }

    /// What of them lies within a stretch, in order.
    pub fn within(&self, bounds: Stretch) -> impl Iterator<Item = Stretch> {
        let first = self.0.partition_point(|open| open.to <= bounds.from);
        let inside = self.0[first..].iter().take_while(move |open| open.from < bounds.to);
        inside.map(move |open| Stretch { from: open.from.max(bounds.from), to: open.to.min(bounds.to) })
    }

    /// The first of them that shares a moment with a stretch.
    pub fn touching(&self, stretch: Stretch) -> Option<Stretch> {
        let at = self.0.partition_point(|taken| taken.to <= stretch.from);
        self.0.get(at).copied().filter(|taken| taken.from < stretch.to)
    }
}
