//! The hours of the night, in which only what cannot wait is sent.

use chrono::{DateTime, Days, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::domain::local_time::instant_of;

/// From a time of the day until another, on the wall clock of who is told; may span midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: NaiveTime,
    to: NaiveTime,
}

impl QuietHours {
    /// The hours from one time of the day until another; none where that is the same.
    #[must_use]
    pub fn between(from: NaiveTime, to: NaiveTime) -> Option<Self> {
        (from != to).then_some(Self { from, to })
    }

    /// The end of the quiet hours that `at` lies in; `None`: it lies in none.
    #[must_use]
    pub fn end_of(&self, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = at.with_timezone(&zone).naive_local();
        let (time, day) = (local.time(), local.date());
        let spans_midnight = self.from > self.to;
        let is_quiet = match spans_midnight {
            true => time >= self.from || time < self.to,
            false => self.from <= time && time < self.to,
        };
        let end_day = if spans_midnight && time >= self.from { day.checked_add_days(Days::new(1))? } else { day };
        // Where a change of the clock moves the end before the present instant, the night is over.
        is_quiet.then(|| instant_of(zone, end_day.and_time(self.to))).filter(|end| *end > at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(text: &str) -> Option<QuietHours> {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
        let (from, to) = text.split_once('-').unwrap();
        QuietHours::between(time(from), time(to))
    }

    fn end(span: &str, zone: Tz, at: &str) -> Option<String> {
        let end = hours(span).unwrap().end_of(zone, at.parse().unwrap())?;
        Some(end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
    }

    #[test]
    fn the_night_ends_in_the_morning_of_who_is_told() {
        let berlin = chrono_tz::Europe::Berlin;
        for (at, expected) in [
            ("2026-05-12T18:59:59Z", None),
            ("2026-05-12T19:00:00Z", Some("2026-05-13T06:00:00Z")),
            ("2026-05-13T05:59:59Z", Some("2026-05-13T06:00:00Z")),
            ("2026-05-13T06:00:00Z", None),
            // The night in which the clock is moved forward is an hour shorter.
            ("2026-03-28T22:00:00Z", Some("2026-03-29T06:00:00Z")),
        ] {
            assert_eq!(end("21:00-08:00", berlin, at).as_deref(), expected, "{at}");
        }
        let siesta = end("13:00-15:30", chrono_tz::Asia::Kathmandu, "2026-05-12T07:30:00Z");
        assert_eq!(siesta.as_deref(), Some("2026-05-12T09:45:00Z"));
        assert_eq!(end("13:00-15:30", chrono_tz::UTC, "2026-05-12T16:00:00Z"), None);
    }

    #[test]
    fn hours_that_end_as_they_begin_are_none() {
        assert_eq!(hours("21:00-21:00"), None);
    }
}
