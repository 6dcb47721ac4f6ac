//! Figures, order and heading of the locations.

use chrono::TimeDelta;
use chrono_tz::Europe::{Berlin, Lisbon};

use super::*;
use crate::domain::queue::Admission;
use crate::http::sample_location as published;

fn now() -> DateTime<Utc> {
    "2026-05-12T08:42:00Z".parse().unwrap()
}

/// A location whose first in line has waited for so many minutes.
fn glance(admission: Admission, waited_minutes: Option<i64>, zone: Tz) -> Glance {
    Glance::new(&published(admission, waited_minutes), now(), zone).unwrap()
}

#[test]
fn a_card_says_how_long_the_longest_wait_is() {
    let late = glance(Admission::Open, Some(86), Berlin);
    assert_eq!((late.words.as_str(), late.icon), ("Longest wait 1 h 26 min, limit 20 min", "octagon"));
    assert_eq!(late.longest, Some(("1:26".to_owned(), "h")));
    assert_eq!(glance(Admission::Open, None, Berlin).words, "No delays");
}

#[test]
fn the_time_there_is_told_where_it_differs() {
    assert_eq!(glance(Admission::Open, None, Berlin).time_there, None);
    assert_eq!(glance(Admission::Open, None, Lisbon).time_there.as_deref(), Some("10:42"));
}

#[test]
fn a_new_day_begins_without_what_yesterday_counted() {
    let published = published(Admission::Open, None);
    let of = |now| Glance::new(&published, now, Berlin).unwrap().on_time;
    assert_eq!((of(now()), of(now() + TimeDelta::days(1))), (Some(66), None));
}

#[test]
fn trouble_comes_first_and_the_heading_counts_it() {
    let paused = Admission::Paused { by: None, at: now(), until: None };
    let overview = Overview::new(vec![
        glance(Admission::Open, None, Berlin),
        glance(Admission::Open, Some(17), Berlin),
        glance(Admission::Open, Some(30), Berlin),
        glance(paused, None, Berlin),
    ]);
    let order: Vec<LocationStanding> = overview.locations.iter().map(|location| location.standing).collect();
    let wanted = [LocationStanding::Breach, LocationStanding::Paused, LocationStanding::Warn, LocationStanding::Fine];
    assert_eq!(order, wanted);
    assert_eq!(overview.headline, "3 of 4 locations need a look");
    assert_eq!(overview.sums, "2 waiting, 0 of 8 counters serving, 66 % seen within 20 min today");
    assert_eq!(Overview::new(Vec::new()).headline, "All calm");
    assert_eq!(Overview::new(vec![glance(Admission::Open, Some(17), Berlin)]).headline, "Your location needs a look");
    let one = vec![glance(Admission::Open, Some(17), Berlin), glance(Admission::Open, None, Berlin)];
    assert_eq!(Overview::new(one).headline, "1 of 2 locations needs a look");
}
