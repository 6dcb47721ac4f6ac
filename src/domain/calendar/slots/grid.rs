//! The starts of a day: from each opening on, step by step on the wall clock.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::domain::hours::Span;

/// The starts that the wall clock of `zone` shows on `date` within `spans`, every `step` minutes from the beginning of each
/// span. A time that a clock change skips is none, one that it repeats is two.
pub(super) fn starts_on(zone: Tz, date: NaiveDate, spans: &[Span], step: u32) -> Vec<DateTime<Utc>> {
    let step = usize::try_from(step.max(1)).unwrap_or(usize::MAX);
    let mut starts = Vec::new();
    for span in spans {
        for minute in (span.from_minute()..span.to_minute()).step_by(step) {
            let Some(time) = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0) else { continue };
            let shown = zone.from_local_datetime(&date.and_time(time));
            starts.extend(shown.earliest().map(|start| start.with_timezone(&Utc)));
            starts.extend(shown.latest().map(|start| start.with_timezone(&Utc)));
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts
}
