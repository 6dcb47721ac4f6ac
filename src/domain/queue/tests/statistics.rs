//! Today, counted as it happens.

use super::*;

fn buckets(desk: &Desk) -> Vec<(u32, u32, u64)> {
    let bucket = |bucket: &WaitBucket| (bucket.minute_of_day, bucket.count, bucket.wait_seconds);
    desk.state.today().waits.iter().map(bucket).collect()
}

#[test]
fn a_day_adds_up() {
    let mut desk = Desk::new();
    assert_eq!(desk.state.today().service_level_percent(), None);
    for name in ["a", "b", "c", "d", "e"] {
        desk.join(name);
    }
    desk.minutes(20);
    desk.act(call("a"));
    desk.act(start("b"));
    desk.seconds(1);
    desk.act(call("c"));
    desk.ask(bearer("d"), leave("d")).unwrap();
    desk.act(start("a"));
    desk.act(complete("a"));
    desk.minutes(10);
    desk.act(no_show("c"));
    desk.act(call("e"));
    let today = desk.state.today();
    assert_eq!((today.joined, today.served, today.no_show, today.left), (5, 1, 1, 1));
    assert_eq!((today.reached, today.reached_in_time), (4, 2));
    assert_eq!(today.service_level_percent(), Some(50));
    // Local time: 09:20 and 09:30.
    assert_eq!(buckets(&desk), [(9 * 60 + 15, 3, 3 * 1_200 + 1), (9 * 60 + 30, 1, 1_801)]);
    desk.assert_rebuilds();
}

#[test]
fn who_is_put_back_is_reached_once() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.minutes(3);
    desk.act(call("a"));
    let reached_at = desk.entry("a").reached_at;
    assert_eq!(reached_at, Some(desk.now));
    desk.act(put_back("a", ReturnTo::Kept));
    desk.minutes(30);
    desk.act(call("a"));
    desk.act(start("a"));
    desk.act(put_back("a", ReturnTo::Kept));
    desk.act(start("a"));
    assert_eq!(desk.entry("a").reached_at, reached_at);
    assert_eq!((desk.state.today().reached, buckets(&desk)), (1, vec![(9 * 60, 1, 180)]));
    // Taking the second call back takes nothing of the first one back.
    desk.act(put_back("a", ReturnTo::Kept));
    desk.act(call("a"));
    desk.act(undo("a"));
    assert_eq!(desk.state.today().reached, 1);
}

#[test]
fn an_undo_takes_the_count_back_even_when_the_limit_has_changed() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.minutes(5);
    desk.act(call("a"));
    let changes = PointChanges { wait_limit_minutes: Some(1), ..PointChanges::default() };
    desk.act(Act::Update { changes: Box::new(changes), expected_version: None });
    desk.act(undo("a"));
    assert_eq!((desk.state.today().reached, desk.state.today().reached_in_time), (0, 0));
    assert_eq!(buckets(&desk), []);
}

#[test]
fn a_new_day_starts_at_nothing_even_within_an_undo() {
    let mut desk = Desk::new();
    desk.now = at("2026-05-12T21:59:55Z");
    desk.join("a");
    desk.act(call("a"));
    desk.seconds(8);
    desk.act(undo("a"));
    assert_eq!(desk.state.today(), &DayStatistics::default());
    assert_eq!(desk.state.day().to_string(), "2026-05-13");
    desk.assert_rebuilds();
}

#[test]
fn an_undo_after_midnight_takes_nothing_from_the_new_day() {
    let mut desk = Desk::new();
    desk.now = at("2026-05-12T21:59:50Z");
    desk.join_all(&["late", "missed"]);
    desk.act(call("missed"));
    desk.act(start("late"));
    desk.seconds(6);
    desk.act(complete("late"));
    desk.ask(supervisor(), Act::NoShow { entry: id("missed"), overriding: true, past: None }).unwrap();
    desk.seconds(4);
    // The new day has a visit of its own that was served, and one that did not come.
    desk.join_all(&["early", "absent"]);
    desk.act(start("early"));
    desk.act(complete("early"));
    desk.act(call("absent"));
    desk.ask(supervisor(), Act::NoShow { entry: id("absent"), overriding: true, past: None }).unwrap();
    let of_the_new_day = desk.state.today().clone();
    assert_eq!((of_the_new_day.served, of_the_new_day.no_show, of_the_new_day.reached), (1, 1, 2));
    desk.act(undo("late"));
    desk.ask(supervisor(), undo("missed")).unwrap();
    assert_eq!(desk.state.today(), &of_the_new_day);
    desk.assert_rebuilds();
}

#[test]
fn what_is_shown_of_today_ends_at_local_midnight_even_when_nothing_happens() {
    let mut desk = Desk::new();
    assert_eq!(looks_different_at(&desk.state, desk.now), None, "where nothing happened nothing ends");
    desk.join("a");
    desk.act(start("a"));
    desk.act(complete("a"));
    let midnight = at("2026-05-12T22:00:00Z");
    let just_before = midnight - TimeDelta::milliseconds(1);
    assert_eq!(looks_different_at(&desk.state, desk.now), Some(midnight));
    assert_eq!(desk.state.today_at(just_before), desk.state.today());
    assert_eq!(desk.state.today_at(just_before).served, 1);
    assert_eq!(desk.state.today_at(midnight), &DayStatistics::default());
    assert_eq!(looks_different_at(&desk.state, midnight), None);
}

#[test]
fn the_longest_wait_is_of_who_joined_first() {
    let mut desk = Desk::new();
    assert_eq!(desk.state.longest_wait_seconds(desk.now), 0);
    desk.join("a");
    desk.minutes(2);
    desk.join("b");
    desk.act(postpone("a", 1));
    desk.minutes(1);
    assert_eq!(desk.state.longest_wait_seconds(desk.now), 180);
    desk.act(leave("a"));
    assert_eq!(desk.state.longest_wait_seconds(desk.now), 60);
}
