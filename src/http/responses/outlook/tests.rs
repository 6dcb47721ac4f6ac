//! Words of the moment, and what time alone makes of them.

use chrono_tz::Europe::Berlin;

use super::*;
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::queue::{Counters, Customer, DayStatistics, Entry, Pace, Place, QueueSettings, QueueState, Status};

fn now() -> DateTime<Utc> {
    "2026-05-12T08:42:00Z".parse().unwrap()
}

fn point(admission: Admission) -> ServicePoint {
    ServicePoint {
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
    }
}

fn joined(at: DateTime<Utc>) -> Entry {
    Entry {
        id: EntryId::parse("e").unwrap(),
        point_id: PointId::parse("here").unwrap(),
        day: now().date_naive(),
        number: 1,
        token: "token".to_owned(),
        customer: Customer { name: "Ann".to_owned(), phone: None, email: None, contact_id: None },
        party_size: 1,
        service: None,
        priority: None,
        joined_at: at,
        place: Place::on_joining(0, at, 1),
        checked_in_at: None,
        reached_at: None,
        quoted_wait_minutes: 0,
        let_pass: 0,
        reservation: None,
        last_act: None,
        version: 1,
        status: Status::Waiting,
    }
}

/// A location whose first in line has waited for so many minutes, and has seen two of three in time today.
pub fn published(admission: Admission, waited_minutes: Option<i64>) -> Published {
    let today = DayStatistics { reached: 3, reached_in_time: 2, ..DayStatistics::default() };
    let counters = Counters { day: now().date_naive(), last_number: 1, pace: Pace::default(), today, version: 1 };
    let entries = waited_minutes.map(|minutes| joined(now() - TimeDelta::minutes(minutes)));
    let state = QueueState::restore(point(admission), counters, entries);
    Published::new(OrgId::parse("demo").unwrap(), PointId::parse("here").unwrap(), state, now(), 1)
}

fn paused(until: Option<DateTime<Utc>>) -> Admission {
    Admission::Paused { by: Some("Agnieszka".to_owned()), at: now() - TimeDelta::minutes(11), until }
}

fn said(admission: Admission, waited_minutes: Option<i64>) -> (LocationStanding, String) {
    let first = outlooks(&published(admission, waited_minutes), now()).remove(0);
    assert_eq!(first.from, now());
    (first.standing, first.words)
}

#[test]
fn a_location_says_how_it_stands() {
    use LocationStanding::{Breach, Closed, Fine, Paused, Warn};
    assert_eq!(said(Admission::Open, None), (Fine, "No delays".to_owned()));
    assert_eq!(said(Admission::Open, Some(15)).0, Fine);
    assert_eq!(said(Admission::Open, Some(16)), (Warn, "Close to the limit, 2 counters free".to_owned()));
    assert_eq!(said(Admission::Open, Some(20)).0, Warn);
    assert_eq!(said(Admission::Open, Some(86)), (Breach, "Longest wait {longest}, limit {limit}".to_owned()));
    assert_eq!(said(Admission::Closed, None), (Closed, "Closed".to_owned()));
    let soon = now() + TimeDelta::minutes(8);
    let (standing, words) = said(paused(Some(soon)), Some(19));
    assert_eq!((standing, words.as_str()), (Paused, "Paused by Agnieszka at 10:31, reopens 10:50"));
    let (_, words) = said(paused(Some(now() + TimeDelta::days(1))), None);
    assert_eq!(words, "Paused by Agnieszka at 10:31, reopens Wed 10:42");
    assert_eq!(said(paused(None), None).1, "Paused by Agnieszka at 10:31");
    assert_eq!(said(paused(Some(now())), None).0, Fine, "a pause that is over is none");
}

#[test]
fn what_time_alone_will_make_of_it_is_said_beforehand() {
    let to_come = |admission, waited| {
        let outlooks = outlooks(&published(admission, waited), now());
        let minutes_and_rank = |outlook: &Outlook| ((outlook.from - now()).num_seconds(), outlook.rank);
        outlooks.iter().map(minutes_and_rank).collect::<Vec<_>>()
    };
    assert_eq!(to_come(Admission::Open, None), [(0, 3)]);
    assert_eq!(to_come(Admission::Open, Some(0)), [(0, 3), (16 * 60, 2), (20 * 60 + 1, 0)]);
    assert_eq!(to_come(Admission::Open, Some(19)), [(0, 2), (61, 0)]);
    assert_eq!(to_come(Admission::Open, Some(21)), [(0, 0)]);
    let soon = now() + TimeDelta::minutes(8);
    assert_eq!(to_come(paused(Some(soon)), Some(18)), [(0, 1), (121, 0)], "what breaches stays so");
    assert_eq!(to_come(paused(Some(soon)), Some(10)), [(0, 1), (8 * 60, 2), (601, 0)]);
    let midnight = 13 * 3_600 + 18 * 60;
    assert_eq!(to_come(paused(None), None), [(0, 1), (midnight, 1)], "tomorrow it was paused on Tuesday");
    assert_eq!(outlooks(&published(paused(None), None), now())[1].words, "Paused by Agnieszka at Tue 10:31");
}
