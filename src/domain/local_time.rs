//! From the wall clock of a zone to the instant, with one answer for each hour that a clock change skips or repeats.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::{GapInfo, Tz};

/// The instant at which the wall clock of `zone` shows `local`.
///
/// A local time that occurs twice means its first occurrence; one that does not exist means the instant of the change.
#[must_use]
pub fn instant_of(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    if let Some(found) = zone.from_local_datetime(&local).earliest() {
        return found.with_timezone(&Utc);
    }
    let gap = GapInfo::new(&local, &zone);
    let begin = gap.as_ref().and_then(|gap| gap.begin.as_ref());
    match (begin, gap.as_ref().and_then(|gap| gap.end)) {
        (Some((start, offset)), _) => start.and_utc() - TimeDelta::seconds(offset.fix().local_minus_utc().into()),
        (None, Some(end)) => end.with_timezone(&Utc),
        // A gap without edges is not in the zone data; the zone's offset around that time is as good an answer as any.
        (None, None) => {
            local.and_utc() - TimeDelta::seconds(zone.offset_from_utc_datetime(&local).fix().local_minus_utc().into())
        }
    }
}

/// The instant at which `date` begins in `zone`: local midnight, or the first moment after it where a change skips it.
#[must_use]
pub fn start_of_day(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    instant_of(zone, date.and_time(NaiveTime::MIN))
}

/// The date that a calendar on the wall shows in `zone` at `at`.
#[must_use]
pub fn local_date(zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// Minutes since midnight that the wall clock of `zone` shows at `at`: 0 to 1,439.
#[must_use]
pub fn minute_of_day(zone: Tz, at: DateTime<Utc>) -> u32 {
    let local = at.with_timezone(&zone);
    local.hour() * 60 + local.minute()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, local: &str) -> String {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        instant_of(zone.parse().unwrap(), local).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    #[test]
    fn skipped_and_repeated_hours_have_one_answer_each() {
        for (zone, local, instant) in [
            ("Europe/Berlin", "2026-03-29 01:59", "2026-03-29T00:59:00Z"),
            ("Europe/Berlin", "2026-03-29 02:00", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-10-25 01:59", "2026-10-24T23:59:00Z"),
            ("Europe/Berlin", "2026-10-25 02:00", "2026-10-25T00:00:00Z"),
            ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z"),
            ("Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00Z"),
            ("America/Sao_Paulo", "2018-11-03 23:59", "2018-11-04T02:59:00Z"),
            ("America/Sao_Paulo", "2018-11-04 00:00", "2018-11-04T03:00:00Z"),
            ("America/Sao_Paulo", "2018-11-04 00:30", "2018-11-04T03:00:00Z"),
            ("America/Sao_Paulo", "2018-11-04 01:00", "2018-11-04T03:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-04 02:10", "2026-10-03T15:30:00Z"),
            ("Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03T15:30:00Z"),
            ("Australia/Lord_Howe", "2026-04-05 01:40", "2026-04-04T14:40:00Z"),
            ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00Z"),
            ("Etc/UTC", "2026-01-01 00:00", "2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(at(zone, local), instant, "{zone} {local}");
        }
    }

    #[test]
    fn a_day_begins_at_the_first_moment_that_it_has() {
        let day = |zone: &str, date: &str| start_of_day(zone.parse().unwrap(), date.parse().unwrap()).to_rfc3339();
        assert_eq!(day("America/Sao_Paulo", "2018-11-04"), "2018-11-04T03:00:00+00:00");
        assert_eq!(day("Europe/Berlin", "2026-03-29"), "2026-03-28T23:00:00+00:00");
    }
}
