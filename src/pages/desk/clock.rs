//! One promise in words: how it stands, by colour, picture and word. What is due says until when; the page's script says the
//! same as time goes on (`assets/desk/clocks.js`).

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::domain::local_time::local_date;
use crate::domain::sla::{ClockReport, ClockState, Metric};
use crate::pages::words;

/// Below so much a countdown shows seconds, in seconds.
const SECONDS_SHOWN_BELOW: i64 = 7_200;
/// From so much of its target on a promise is near its end, in percent.
const NEAR_PERCENT: i64 = 80;
/// For so many days a day is known by its weekday.
const WEEKDAY_DAYS: i64 = 6;

/// One promise, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClockWords {
    /// How it stands, for its colour.
    pub tone: &'static str,
    /// The same as a picture.
    pub icon: &'static str,
    /// The same in words: "34:10 left".
    pub words: String,
    /// Of what: "first response".
    pub metric: &'static str,
    /// When it is due, where the words change with time.
    pub due_at: Option<String>,
    /// How much time there is, in seconds.
    pub target_seconds: u32,
}

impl ClockWords {
    /// How the promise of a ticket stands that needs somebody first.
    #[must_use]
    pub fn worst(clocks: &[ClockReport], is_live: bool, zone: Tz, now: DateTime<Utc>) -> Self {
        match worst(clocks, is_live) {
            Some(clock) => Self::of(clock, zone, now),
            None => Self {
                tone: "none",
                icon: "minus",
                words: "No deadline".to_owned(),
                metric: "",
                due_at: None,
                target_seconds: 0,
            },
        }
    }

    /// How one promise stands.
    #[must_use]
    pub fn of(clock: &ClockReport, zone: Tz, now: DateTime<Utc>) -> Self {
        let metric = metric_words(clock.metric);
        let plain = |tone, icon, words: String| Self {
            tone,
            icon,
            words,
            metric,
            due_at: None,
            target_seconds: clock.target_seconds,
        };
        match (clock.state, clock.due_at, clock.stopped_at()) {
            (ClockState::Running | ClockState::Breached, Some(due_at), None) => {
                let (tone, icon, words) = until(due_at, clock.target_seconds, zone, now);
                Self { due_at: Some(words::instant(due_at)), ..plain(tone, icon, words) }
            }
            (ClockState::Running, None, _) => plain("running", "clock", "Due in years".to_owned()),
            (ClockState::Running | ClockState::Met, ..) => {
                plain("met", "check", format!("Met with {} to spare", span(clock.remaining_seconds)))
            }
            (ClockState::Breached, ..) if clock.ended_at.is_some() => {
                plain("breach", "octagon", format!("Ended {} late", span(late_seconds(clock))))
            }
            (ClockState::Breached, ..) => plain("breach", "octagon", format!("{} late", span(late_seconds(clock)))),
            (ClockState::Paused, ..) => {
                plain("paused", "pause", format!("Paused, {} left", span(clock.remaining_seconds)))
            }
            (ClockState::Ended, ..) => plain("none", "minus", "Ended".to_owned()),
        }
    }
}

/// The promise that needs somebody first: what is due, then what is paused, then the last one that was kept or broken.
#[must_use]
pub fn worst(clocks: &[ClockReport], is_live: bool) -> Option<&ClockReport> {
    let is_owed = |clock: &&ClockReport| {
        is_live && clock.stopped_at().is_none() && matches!(clock.state, ClockState::Running | ClockState::Breached)
    };
    let is_paused = |clock: &&ClockReport| clock.state == ClockState::Paused;
    let owed = clocks.iter().filter(is_owed).min_by_key(|clock| (clock.due_at.is_none(), clock.due_at));
    let paused = || clocks.iter().filter(is_paused).min_by_key(|clock| clock.remaining_seconds);
    let over = || clocks.iter().max_by_key(|clock| (clock.stopped_at(), clock.metric));
    owed.or_else(paused).or_else(over)
}

/// What is said of something that is due: its colour, its picture, its words.
#[must_use]
pub fn until(
    due_at: DateTime<Utc>,
    target_seconds: u32,
    zone: Tz,
    now: DateTime<Utc>,
) -> (&'static str, &'static str, String) {
    let left = (due_at - now).num_seconds();
    let is_today = local_date(zone, due_at) == local_date(zone, now);
    if left <= 0 {
        let words = match is_today || -left < SECONDS_SHOWN_BELOW {
            true => format!("{} over", words::duration(minutes(-left))),
            false => format!("Was due {}", far(zone, due_at, now)),
        };
        return ("breach", "octagon", words);
    }
    let is_near = left * 100 <= i64::from(target_seconds) * (100 - NEAR_PERCENT);
    let words = match (left < SECONDS_SHOWN_BELOW, is_today) {
        (true, _) => format!("{} left", words::countdown(u32::try_from(left).unwrap_or(0))),
        (false, true) => format!("{} left", words::duration(minutes(left))),
        (false, false) => format!("Due {}", far(zone, due_at, now)),
    };
    if is_near { ("warn", "triangle", words) } else { ("running", "clock", words) }
}

/// "Mon 10:30", "18 May, 10:30", "18 May 2027, 10:30".
fn far(zone: Tz, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (local, today) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let days = (local.date_naive() - today.date_naive()).num_days().abs();
    let pattern = match days {
        0..=WEEKDAY_DAYS => "%a %H:%M",
        _ if local.year() == today.year() => "%-d %b, %H:%M",
        _ => "%-d %b %Y, %H:%M",
    };
    local.format(pattern).to_string()
}

/// "today 11:52", "Wed 15:20", "18 May, 10:30": a moment, as seen at `now`.
#[must_use]
pub fn moment(zone: Tz, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if local_date(zone, at) == local_date(zone, now) {
        return format!("today {}", words::clock(zone, at));
    }
    far(zone, at, now)
}

/// "45 s", "12 min", "1 h 20 min": a span of open time.
#[must_use]
pub fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => words::duration(u32::try_from(seconds / 60).unwrap_or(u32::MAX)),
    }
}

/// How much open time a promise was broken by.
#[must_use]
pub fn late_seconds(clock: &ClockReport) -> u64 {
    clock.elapsed_seconds.saturating_sub(clock.target_seconds.into())
}

/// "first response".
#[must_use]
pub fn metric_words(metric: Metric) -> &'static str {
    match metric {
        Metric::FirstResponse => "first response",
        Metric::NextResponse => "next response",
        Metric::Resolution => "resolution",
    }
}

fn minutes(seconds: i64) -> u32 {
    u32::try_from(seconds / 60).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;
    use crate::domain::desk::tests::House;
    use crate::domain::sla::Metric;
    use crate::domain::ticket_status::TicketStatus;

    /// What the page says of a ticket's worst promise, which must be due when lists and streams say so; and of its response.
    fn said(house: &House) -> (ClockWords, ClockWords) {
        let ticket = house.ticket("a");
        let terms = house.state.terms_of(ticket);
        let clocks = ticket.clocks.reports(terms, house.now);
        let worst = ClockWords::worst(&clocks, ticket.is_live(), Berlin, house.now);
        let listed = if ticket.is_live() { ticket.clocks.due_at(terms) } else { None };
        assert_eq!(worst.due_at, listed.map(words::instant));
        (worst, ClockWords::of(&house.clock("a", Metric::FirstResponse).unwrap(), Berlin, house.now))
    }

    #[test]
    fn a_response_that_was_breached_and_ended_is_not_due_any_more() {
        let mut house = House::with(|_| {});
        house.create("a", |_| {});
        house.wait(90);
        let (worst, response) = said(&house);
        assert_eq!((worst.words.as_str(), &worst), ("30 min over", &response));
        house.set_status("a", TicketStatus::Resolved);
        house.wait(60);
        let (worst, response) = said(&house);
        assert_eq!(
            (worst.metric, worst.tone, worst.words.as_str()),
            ("resolution", "met", "Met with 6 h 30 min to spare")
        );
        let ended = ("breach", "Ended 30 min late", None);
        assert_eq!((response.tone, response.words.as_str(), response.due_at.as_deref()), ended);
        house.set_status("a", TicketStatus::Open);
        house.wait(1);
        let (worst, response) = said(&house);
        assert_eq!((worst.metric, worst.tone), ("resolution", "running"), "{worst:?}");
        assert_eq!((response.words.as_str(), response.due_at), ("Ended 30 min late", None));
        house.set_status("a", TicketStatus::Pending);
        assert_eq!(said(&house).0.tone, "paused");
        house.walk("a", &[TicketStatus::Resolved, TicketStatus::Closed]);
        assert_eq!(said(&house).0.due_at, None);
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_due_counts_down_and_then_says_the_day() {
        let now = at("2026-05-15T09:40:00Z");
        let said = |due: &str, target| until(at(due), target, Berlin, now);
        assert_eq!(said("2026-05-15T10:14:10Z", 3_600), ("running", "clock", "34:10 left".to_owned()));
        assert_eq!(said("2026-05-15T09:43:48Z", 3_600), ("warn", "triangle", "3:48 left".to_owned()));
        assert_eq!(said("2026-05-15T10:52:40Z", 28_800), ("warn", "triangle", "1:12:40 left".to_owned()));
        assert_eq!(said("2026-05-15T13:00:00Z", 28_800).2, "3 h 20 min left");
        assert_eq!(said("2026-05-18T08:30:00Z", 28_800).2, "Due Mon 10:30");
        assert_eq!(said("2026-05-28T08:30:00Z", 28_800).2, "Due 28 May, 10:30");
        assert_eq!(said("2026-05-15T09:15:00Z", 28_800), ("breach", "octagon", "25 min over".to_owned()));
        assert_eq!(said("2026-05-13T09:15:00Z", 28_800).2, "Was due Wed 11:15");
    }

    #[test]
    fn moments_are_told_as_seen_today() {
        let now = at("2026-05-15T09:40:00Z");
        assert_eq!(moment(Berlin, at("2026-05-15T08:52:00Z"), now), "today 10:52");
        assert_eq!(moment(Berlin, at("2026-05-13T13:20:00Z"), now), "Wed 15:20");
        assert_eq!(moment(Berlin, at("2025-05-13T13:20:00Z"), now), "13 May 2025, 15:20");
        assert_eq!([45, 720, 4_800].map(span), ["45 s", "12 min", "1 h 20 min"]);
    }
}
