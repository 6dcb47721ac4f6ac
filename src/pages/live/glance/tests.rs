//! Words, order and heading of the locations.

use chrono::TimeDelta;
use chrono_tz::Europe::{Berlin, Lisbon};

use super::*;
use crate::domain::ids::{OrgId, PointId};
use crate::domain::queue::{Counters, DayStatistics, Pace, QueueSettings, QueueState};

fn now() -> DateTime<Utc> {
    "2026-05-12T08:42:00Z".parse().unwrap()
}

/// A location that has seen two of three in time today.
fn published(admission: Admission) -> Published {
    let point = ServicePoint {
        id: PointId::parse("here").unwrap(),
        name: "Here".to_owned(),
        location: String::new(),
        capacity: 2,
        timezone: Berlin,
        hours: None,
        queue: QueueSettings::default(),
        admission,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    let today = DayStatistics { reached: 3, reached_in_time: 2, ..DayStatistics::default() };
    let counters = Counters { day: now().date_naive(), last_number: 0, pace: Pace::default(), today, version: 1 };
    let state = QueueState::restore(point, counters, Vec::new());
    Published::new(OrgId::parse("demo").unwrap(), PointId::parse("here").unwrap(), state, now(), 1)
}

/// A location whose first in line has waited for so many minutes.
fn glance(admission: Admission, waited_minutes: Option<i64>, zone: Tz) -> Glance {
    let published = published(admission);
    let glance = Glance::new(&published, now(), zone).unwrap();
    match waited_minutes {
        None => glance,
        Some(minutes) => retold(glance, &published, minutes),
    }
}

/// The same as if somebody had joined so many minutes ago.
fn retold(glance: Glance, published: &Published, minutes: i64) -> Glance {
    let point = published.state.point().unwrap();
    let longest_seconds = u64::try_from(minutes * 60).unwrap();
    let admittance = published.state.admittance(now());
    let standing = standing(point, admittance, longest_seconds);
    let words = words(point, standing, admittance, longest_seconds, 2, now());
    Glance { standing, words, longest_seconds, ..glance }
}

fn said(admission: Admission, waited_minutes: Option<i64>) -> (Standing, String) {
    let glance = glance(admission, waited_minutes, Berlin);
    (glance.standing, glance.words)
}

fn paused(until: Option<DateTime<Utc>>) -> Admission {
    Admission::Paused { by: Some("Agnieszka".to_owned()), at: now() - TimeDelta::minutes(11), until }
}

#[test]
fn a_location_says_how_it_stands() {
    assert_eq!(said(Admission::Open, None), (Standing::Fine, "No delays".to_owned()));
    assert_eq!(said(Admission::Open, Some(15)).0, Standing::Fine);
    assert_eq!(said(Admission::Open, Some(16)), (Standing::Warn, "Close to the limit, 2 counters free".to_owned()));
    assert_eq!(said(Admission::Open, Some(20)).0, Standing::Warn);
    assert_eq!(said(Admission::Open, Some(86)), (Standing::Breach, "Longest wait 1 h 26 min, limit 20 min".to_owned()));
    assert_eq!(said(Admission::Closed, None), (Standing::Closed, "Closed".to_owned()));
    let soon = now() + TimeDelta::minutes(8);
    let (standing, words) = said(paused(Some(soon)), Some(19));
    assert_eq!((standing, words.as_str()), (Standing::Paused, "Paused by Agnieszka at 10:31, reopens 10:50"));
    let (_, words) = said(paused(Some(now() + TimeDelta::days(1))), None);
    assert_eq!(words, "Paused by Agnieszka at 10:31, reopens Wed 10:42");
    assert_eq!(said(paused(None), None).1, "Paused by Agnieszka at 10:31");
    assert_eq!(said(paused(Some(now())), None).0, Standing::Fine, "a pause that is over is none");
}

#[test]
fn the_time_there_is_told_where_it_differs() {
    assert_eq!(glance(Admission::Open, None, Berlin).time_there, None);
    assert_eq!(glance(Admission::Open, None, Lisbon).time_there.as_deref(), Some("10:42"));
}

#[test]
fn a_new_day_begins_without_what_yesterday_counted() {
    let published = published(Admission::Open);
    let of = |now| Glance::new(&published, now, Berlin).unwrap().on_time;
    assert_eq!((of(now()), of(now() + TimeDelta::days(1))), (Some(66), None));
}

#[test]
fn trouble_comes_first_and_the_heading_counts_it() {
    let overview = Overview::new(vec![
        glance(Admission::Open, None, Berlin),
        glance(Admission::Open, Some(17), Berlin),
        glance(Admission::Open, Some(30), Berlin),
        glance(paused(None), None, Berlin),
    ]);
    let order: Vec<Standing> = overview.locations.iter().map(|location| location.standing).collect();
    assert_eq!(order, [Standing::Breach, Standing::Paused, Standing::Warn, Standing::Fine]);
    assert_eq!(overview.headline, "3 of 4 locations need a look");
    assert_eq!(overview.sums, "0 waiting, 0 of 8 counters serving, 66 % seen within 20 min today");
    assert_eq!(Overview::new(Vec::new()).headline, "All calm");
}
