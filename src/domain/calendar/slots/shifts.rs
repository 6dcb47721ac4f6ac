//! When a member of staff is at work: as spans of time, and as parts of a business day, for a definition that leaves it to its
//! staff when it is open.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::openings::{Openings, Stretch, day_plan};
use crate::domain::calendar::reservation::Slot;
use crate::domain::calendar::staff::StaffTerms;
use crate::domain::hours::Span;
use crate::domain::local_time::minute_of_day;

/// The time at work of one member of staff across the days of a question.
pub(super) struct Shifts<'a> {
    terms: &'a StaffTerms,
    open: Openings,
}

impl<'a> Shifts<'a> {
    /// Those of the dates from the first to the last, in the zone of the member.
    pub fn of(terms: &'a StaffTerms, dates: (NaiveDate, NaiveDate)) -> Self {
        Self { terms, open: Openings::of(terms.timezone, terms.hours.as_ref(), &terms.overrides, dates) }
    }

    /// Whether a stretch lies within one of them.
    pub fn cover(&self, stretch: Stretch) -> bool {
        self.open.cover(stretch)
    }

    /// What lies within `date`, which in `zone` is `day`, as the wall clock there shows it.
    pub fn on(&self, zone: Tz, date: NaiveDate, day: Slot) -> Vec<Span> {
        if self.terms.timezone == zone {
            return day_plan(self.terms.hours.as_ref(), &self.terms.overrides, date).spans().to_vec();
        }
        let parts = self.open.within(day.into()).filter_map(Stretch::slot);
        parts.filter_map(|part| as_shown(zone, day, part)).collect()
    }
}

/// A part of `day` as the wall clock of `zone` shows it. Where that is put back meanwhile, and shows no more at the end than
/// at the beginning, as long as it takes.
fn as_shown(zone: Tz, day: Slot, part: Slot) -> Option<Span> {
    let shown = |at: DateTime<Utc>| minute_of_day(zone, at);
    let from = if part.start == day.start { 0 } else { shown(part.start) };
    let to = if part.end == day.end { Span::WHOLE_DAY.to_minute() } else { shown(part.end) };
    let takes = u32::try_from((part.end - part.start).num_minutes()).ok()?;
    Span::new(from, to).or_else(|| Span::new(from, from + takes))
}
