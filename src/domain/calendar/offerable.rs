//! Whether a definition could ever offer a slot, and the field that says no: an owner is to learn it on saving, not from
//! customers who see an empty page.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Timelike, Weekday};

use super::definition::{OverrideOpening, Terms};
use super::reminder::{Reminder, Schedule};
use crate::domain::hours::{Span, WeeklyHours};
use crate::domain::invalid::Invalid;

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
const DAY_MINUTES: u32 = 24 * 60;
/// Among so many days from any one of the twentieth century, each date has fallen on each day of the week.
const DAYS_OF_ALL_KINDS: usize = 28 * 366;

/// Looks at the definition alone: whether its staff and its point are ever open together with it can change any day.
pub(super) fn can_be_offered(terms: &Terms) -> Result<(), Invalid> {
    let staff = terms.staff_ids.len();
    if usize::try_from(terms.required_staff).is_ok_and(|required| required > staff) {
        let detail = format!(
            "asks for {} members of staff, but staffIds names {staff}: no slot could ever be offered",
            terms.required_staff
        );
        return Err(Invalid::new("requiredStaff", detail));
    }
    if terms.min_notice_minutes >= (terms.horizon_days + 1) * DAY_MINUTES {
        let detail = format!(
            "is longer than the {} days that can be booked ahead: no slot could ever be offered",
            terms.horizon_days
        );
        return Err(Invalid::new("minNoticeMinutes", detail));
    }
    let Some(hours) = &terms.hours else { return Ok(()) };
    let longest = longest_stretch(hours).max(longest_override(terms));
    if longest == 0 {
        return Err(Invalid::new("hours", "name no open time: no slot could ever be offered"));
    }
    if terms.duration_minutes > longest {
        let detail = format!(
            "is longer than the longest open time of the hours, {longest} minutes: no slot could ever be offered"
        );
        return Err(Invalid::new("durationMinutes", detail));
    }
    Ok(())
}

/// Whether a reminder comes before anything that the definition can offer: its day is to come, on which something begins
/// later, or some days later.
pub(super) fn is_ever_due(terms: &Terms, rule: &Reminder) -> bool {
    let Schedule::Cron { expression, days_before } = &rule.schedule else { return true };
    let is_due_before = |date: NaiveDate, spans: &[Span]| {
        let day = date.checked_sub_days(Days::new((*days_before).into()));
        let Some(time) = day.and_then(|day| expression.first_on(day)) else { return false };
        let minute = time.hour() * 60 + time.minute();
        spans.iter().any(|span| *days_before > 0 || minute < last_start(terms, *span))
    };
    let in_a_week = |date: NaiveDate| match &terms.hours {
        Some(hours) => is_due_before(date, hours.spans(date.weekday())),
        None => is_due_before(date, &[Span::WHOLE_DAY]),
    };
    let on_its_date = terms.overrides.iter().any(|one| match &one.opening {
        OverrideOpening::Closed => false,
        OverrideOpening::Hours { hours } => is_due_before(one.date, hours.spans()),
    });
    on_its_date || NaiveDate::default().iter_days().take(DAYS_OF_ALL_KINDS).any(in_a_week)
}

/// The last minute at which something can begin in a span, which may go on after midnight.
fn last_start(terms: &Terms, span: Span) -> u32 {
    match span.to_minute() {
        DAY_MINUTES => DAY_MINUTES - 1,
        end => end.saturating_sub(terms.duration_minutes),
    }
}

/// The longest open time of a week, across midnights; in minutes, on the wall clock.
fn longest_stretch(hours: &WeeklyHours) -> u32 {
    let (mut longest, mut running) = (0, 0);
    // Twice round, so that a stretch from Sunday into Monday is seen whole.
    for day in WEEK.into_iter().chain(WEEK) {
        let mut reaches_midnight = false;
        for span in hours.spans(day) {
            let continues = span.from_minute() == 0;
            running = length(*span) + if continues { running } else { 0 };
            longest = longest.max(running);
            reaches_midnight = span.to_minute() == DAY_MINUTES;
        }
        if !reaches_midnight {
            running = 0;
        }
    }
    longest
}

/// The longest open time of the dates with hours of their own; one that touches midnight may go on in the next day.
fn longest_override(terms: &Terms) -> u32 {
    let mut dates: BTreeMap<NaiveDate, Vec<Span>> = BTreeMap::new();
    for one in &terms.overrides {
        match &one.opening {
            OverrideOpening::Closed => {}
            OverrideOpening::Hours { hours } => dates.entry(one.date).or_default().extend(hours.spans()),
        }
    }
    let spans = dates.into_values().flat_map(Span::merged);
    let possible = spans.map(|span| match (span.from_minute(), span.to_minute()) {
        (0, _) | (_, DAY_MINUTES) => length(span) + 2 * DAY_MINUTES,
        _ => length(span),
    });
    possible.max().unwrap_or(0)
}

fn length(span: Span) -> u32 {
    span.to_minute() - span.from_minute()
}
