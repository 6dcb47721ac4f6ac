//! A span of time in a query: `from` and `to`, as instants or as days at the place itself.

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::instant;
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;

/// Longest span that is looked at in one request, in days.
pub const SPAN_MAX_DAYS: i64 = 400;

/// A half-open span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From then on.
    pub from: DateTime<Utc>,
    /// Until just before then.
    pub to: DateTime<Utc>,
}

/// Reads `from` and `to`; left out they mean today's midnight and now, this second included. A day as `to` includes that
/// day.
///
/// # Errors
/// 400.
pub fn parse(query: &Query, zone: Tz, now: DateTime<Utc>) -> Result<Span, Problem> {
    let today = now.with_timezone(&zone).date_naive();
    let from = query.get("from").map_or(Ok(midnight(today, zone)), |text| moment("from", text, zone, 0))?;
    let to =
        query.get("to").map_or(Ok(now.trunc_subsecs(0) + TimeDelta::seconds(1)), |text| moment("to", text, zone, 1))?;
    let refuse = |detail: String| Err(Problem::new(Code::InvalidQuery, detail));
    if to < from {
        return refuse("The query parameter to must not lie before from.".to_owned());
    }
    if to - from > TimeDelta::days(SPAN_MAX_DAYS) {
        return refuse(format!("At most {SPAN_MAX_DAYS} days can be asked for at once."));
    }
    Ok(Span { from, to })
}

/// Reads a local day or an instant; of a day the midnight that begins it, or that many days after it.
///
/// # Errors
/// 400.
pub fn moment(name: &str, text: &str, zone: Tz, days_after: u64) -> Result<DateTime<Utc>, Problem> {
    let wrong = |detail: &str| Problem::new(Code::InvalidQuery, format!("The query parameter {name} {detail}."));
    let Ok(day) = text.parse::<NaiveDate>() else {
        return instant(name, text)
            .map_err(|_| wrong("must be a day such as 2026-05-10 or an instant such as 2026-05-10T09:00:00Z"));
    };
    let day = day.checked_add_days(chrono::Days::new(days_after)).map(|day| midnight(day, zone));
    let day = day.ok_or_else(|| wrong("lies too far away"))?;
    instant(name, &day.to_rfc3339()).map_err(|error| wrong(&error.detail))
}

/// The first moment of a local day: where midnight is skipped, the moment of the change.
fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let start = day.and_time(NaiveTime::MIN);
    (0..=3)
        .find_map(|hours| zone.from_local_datetime(&(start + TimeDelta::hours(hours))).earliest())
        .map_or_else(|| start.and_utc(), |local| local.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Span, Code> {
        let now = "2026-05-10T09:00:00Z".parse().unwrap();
        parse(&Query::parse(query).unwrap(), chrono_tz::Europe::Berlin, now).map_err(|problem| problem.code())
    }

    #[test]
    fn days_are_local_and_the_last_one_is_included() {
        let span = read("from=2026-05-01&to=2026-05-02").unwrap();
        assert_eq!(span.from, "2026-04-30T22:00:00Z".parse::<DateTime<Utc>>().unwrap());
        assert_eq!(span.to, "2026-05-02T22:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let today = read("").unwrap();
        assert_eq!(today.from, "2026-05-09T22:00:00Z".parse::<DateTime<Utc>>().unwrap());
        assert_eq!(today.to, "2026-05-10T09:00:01Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn odd_spans_are_refused() {
        for bad in [
            "from=x",
            "to=2026-13-01",
            "from=2026-05-11&to=2026-05-09",
            "from=2020-01-01",
            "from=1800-01-01",
            "to=262142-12-31",
            "from=%2B262142-12-31",
        ] {
            assert_eq!(read(bad), Err(Code::InvalidQuery), "{bad}");
        }
    }
}
