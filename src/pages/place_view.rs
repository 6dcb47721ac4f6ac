//! A place in line as its owner sees it: numbers and times, never a name.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::strip::Strip;
use super::templates::Page;
use super::visit::{Business, PublishedPoint, address};
use super::words;
use crate::domain::queue::{Entry, Estimator, QueueState, Status};

/// How many others one lets pass with one press.
pub const LET_PASS: u32 = 2;

/// A place in line, in whichever state.
#[derive(Debug, Serialize)]
pub struct PlacePage {
    business: String,
    /// The word of the wire.
    state: &'static str,
    number: u32,
    /// The visit's version that the forms are made for.
    version: u64,
    point: Option<Point>,
    waiting: Option<Waiting>,
    counter: Option<Counter>,
    grace: Option<Grace>,
    clock: String,
    as_of: String,
    own_address: String,
    index_address: String,
    notice: &'static str,
}

#[derive(Debug, Serialize)]
struct Point {
    name: String,
    timezone: &'static str,
    is_paused: bool,
    grace_minutes: u32,
    watch_address: String,
    join_address: String,
}

/// Where somebody stands.
#[derive(Debug, Serialize)]
struct Waiting {
    position: u32,
    suffix: &'static str,
    is_next: bool,
    /// Empty when there is none.
    wait: String,
    range: String,
    around: String,
    strip: Strip,
    postpone: Option<Postpone>,
}

/// What letting others pass would mean.
#[derive(Debug, Serialize)]
struct Postpone {
    places: usize,
    word: &'static str,
    ordinal: String,
    wait: String,
}

#[derive(Debug, Serialize)]
struct Counter {
    name: String,
    is_number: bool,
}

/// How long a call is kept.
#[derive(Debug, Serialize)]
struct Grace {
    ends_at: String,
    left: String,
    left_seconds: i64,
    total_seconds: i64,
}

impl PlacePage {
    /// The place of an entry at `now`, at its point, where that is still there.
    #[must_use]
    pub fn new(entry: &Entry, business: &Business, at: Option<&PublishedPoint>, now: DateTime<Utc>) -> Self {
        let zone = at.map_or(business.timezone, |at| at.point.timezone);
        let counter = entry.status.counter();
        Self {
            business: business.name.clone(),
            state: entry.status.word(),
            number: entry.number,
            version: entry.version,
            point: at.map(|at| Point::new(at, now)),
            waiting: at.and_then(|at| Waiting::new(entry, &at.published.state, zone, now)),
            counter: counter.map(|name| Counter { name: name.to_owned(), is_number: words::is_counter_number(name) }),
            grace: at.and_then(|at| Grace::new(&entry.status, at.point.queue.grace_minutes, now)),
            clock: words::clock(zone, now),
            as_of: words::instant(now),
            own_address: address::place(&business.org, &entry.id, &entry.token),
            index_address: address::index(&business.org),
            notice: "",
        }
    }

    /// The same with something to say about what was just tried.
    #[must_use]
    pub fn with_notice(self, notice: &'static str) -> Self {
        Self { notice, ..self }
    }
}

impl Point {
    fn new(at: &PublishedPoint, now: DateTime<Utc>) -> Self {
        let (org, point) = (&at.published.org, &at.point);
        Self {
            name: point.name.clone(),
            timezone: point.timezone.name(),
            is_paused: point.admittance(now).word() == "paused",
            grace_minutes: point.queue.grace_minutes,
            watch_address: address::watch(org, &point.id),
            join_address: address::join(org, &point.id),
        }
    }
}

impl Waiting {
    fn new(entry: &Entry, state: &QueueState, zone: chrono_tz::Tz, now: DateTime<Utc>) -> Option<Self> {
        let position = state.position(entry)?;
        let estimator = Estimator::new(state, now);
        let estimate = estimator.at_position(position);
        let places = (state.waiting_count() - position).min(LET_PASS as usize);
        let position_then = u32::try_from(position + places).unwrap_or(u32::MAX);
        let postpone = (places > 0).then(|| Postpone {
            places,
            word: if places == 1 { "one" } else { "two" },
            ordinal: words::ordinal(position_then),
            wait: words::duration(estimator.at_position(position + places).minutes),
        });
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        Some(Self {
            position,
            suffix: words::ordinal_suffix(position),
            is_next: position == 1,
            wait: if estimate.minutes > 0 { words::duration(estimate.minutes) } else { String::new() },
            range: words::range(estimate.from_minutes, estimate.to_minutes),
            around: words::clock(zone, now + TimeDelta::minutes(estimate.minutes.into())),
            strip: Strip::around(entry, state)?,
            postpone,
        })
    }
}

impl Grace {
    /// `None` for who is not called, and where a call is kept for no time at all.
    fn new(status: &Status, grace_minutes: u32, now: DateTime<Utc>) -> Option<Self> {
        let Status::Called { at, .. } = status else { return None };
        let total = TimeDelta::minutes(grace_minutes.into());
        let ends_at = *at + total;
        let left_seconds = (ends_at - now).num_seconds().max(0);
        (grace_minutes > 0).then(|| Self {
            ends_at: words::instant(ends_at),
            left: words::countdown(u32::try_from(left_seconds).unwrap_or(0)),
            left_seconds,
            total_seconds: total.num_seconds(),
        })
    }
}

impl Page for PlacePage {
    const TEMPLATE: &'static str = "place.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let place = |state| Self {
            business: "Harbour & Finch".to_owned(),
            state,
            number: 47,
            version: 3,
            point: Some(Point {
                name: "Hamburg Hauptbahnhof".to_owned(),
                timezone: "Europe/Berlin",
                is_paused: true,
                grace_minutes: 5,
                watch_address: "/crm/reservations/queue/watch/hamburg?org=demo".to_owned(),
                join_address: "/join/hamburg?org=demo".to_owned(),
            }),
            waiting: None,
            counter: Some(Counter { name: "2".to_owned(), is_number: true }),
            grace: None,
            clock: "10:42".to_owned(),
            as_of: "2026-05-12T08:42:00.000Z".to_owned(),
            own_address: "/q/1?org=demo&token=t".to_owned(),
            index_address: "/?org=demo".to_owned(),
            notice: "",
        };
        let waiting = |is_next, postpone| Waiting {
            position: 4,
            suffix: "th",
            is_next,
            wait: "12 min".to_owned(),
            range: "9–16 min".to_owned(),
            around: "10:54".to_owned(),
            strip: Strip::sample(),
            postpone,
        };
        let postpone = Postpone { places: 2, word: "two", ordinal: "6th".to_owned(), wait: "18 min".to_owned() };
        let grace = |left_seconds| Grace {
            ends_at: "2026-05-12T08:47:00.000Z".to_owned(),
            left: "4:12".to_owned(),
            left_seconds,
            total_seconds: 300,
        };
        let mut samples: Vec<Self> = ["serving", "served", "no_show", "left", "cancelled", "transferred"]
            .into_iter()
            .flat_map(|state| [place(state), Self { point: None, counter: None, ..place(state) }])
            .collect();
        samples.extend([
            Self { waiting: Some(waiting(false, Some(postpone))), ..place("waiting") }.with_notice("Try again."),
            Self { waiting: Some(waiting(true, None)), ..place("waiting") },
            Self { grace: Some(grace(252)), ..place("called") },
            Self { grace: Some(grace(0)), counter: None, ..place("called") },
            Self { counter: Some(Counter { name: "Window A".to_owned(), is_number: false }), ..place("called") },
        ]);
        samples
    }
}
