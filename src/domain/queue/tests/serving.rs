//! At the counter: reported, begun, finished.

use super::*;

#[test]
fn a_check_in_is_kept_and_repeated_without_effect() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    desk.act(check_in("a"));
    let since = desk.entry("a").checked_in_at;
    desk.minutes(1);
    desk.repeat(check_in("a"));
    desk.act(call("a"));
    desk.repeat(check_in("a"));
    desk.act(start("a"));
    desk.repeat(check_in("a"));
    desk.act(complete("a"));
    desk.repeat(check_in("a"));
    assert_eq!(desk.entry("a").checked_in_at, since);
    desk.act(start("b"));
    assert_eq!(desk.refused(check_in("b")), "wrong_state");
}

#[test]
fn service_starts_from_the_line_or_from_a_call() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    desk.act(start("a"));
    desk.act(Act::Call { entry: id("b"), counter: Some("7".to_owned()), past: None });
    let called = desk.now;
    desk.minutes(1);
    desk.act(start("b"));
    assert!(matches!(&desk.entry("a").status, Status::Serving { called_at: None, counter: None, .. }));
    let Status::Serving { started_at, called_at, counter, .. } = &desk.entry("b").status else { panic!() };
    assert_eq!((*started_at, *called_at, counter.as_deref()), (desk.now, Some(called), Some("7")));
    desk.repeat(start("b"));
    desk.assert_rebuilds();
}

#[test]
fn who_is_served_already_is_not_started_by_another_clerk() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.act(start("a"));
    let refusal = desk.ask(other_clerk(), start("a")).unwrap_err();
    assert_eq!(refusal, Rejection::WrongState { state: "serving".to_owned() });
    desk.repeat(start("a"));
}

#[test]
fn the_counter_of_the_start_beats_that_of_the_call() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.act(Act::CallNext { counter: Some("1".to_owned()), completes: None });
    desk.act(Act::Start { entry: id("a"), counter: Some("2".to_owned()), past: None });
    assert_eq!(desk.entry("a").status.counter(), Some("2"));
}

#[test]
fn nobody_is_served_beyond_capacity() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c"]);
    desk.act(start("a"));
    desk.act(start("b"));
    let refusal = desk.ask(clerk(), start("c")).unwrap_err();
    assert_eq!(refusal, Rejection::AtCapacity { capacity: 2 });
    desk.act(complete("a"));
    desk.act(start("c"));
}

#[test]
fn who_is_served_stays_when_capacity_shrinks() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c"]);
    desk.act(start("a"));
    desk.act(start("b"));
    let changes = PointChanges { capacity: Some(1), ..PointChanges::default() };
    desk.act(Act::Update { changes: Box::new(changes), expected_version: None });
    desk.act(complete("a"));
    assert_eq!(desk.refused(start("c")), "at_capacity");
    desk.act(complete("b"));
    desk.act(start("c"));
}

#[test]
fn a_point_that_wants_a_check_in_gets_it_first() {
    let mut desk = Desk::with(|draft| draft.queue.require_check_in = true);
    desk.join("a");
    desk.act(call("a"));
    assert_eq!(desk.refused(start("a")), "check_in_required");
    desk.act(check_in("a"));
    desk.act(start("a"));
}

#[test]
fn a_service_ends_once() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    assert_eq!(desk.refused(complete("a")), "wrong_state");
    desk.act(start("a"));
    desk.minutes(4);
    desk.act(complete("a"));
    let Status::Served { ended_at, .. } = desk.entry("a").status else { panic!() };
    assert_eq!(ended_at, desk.now);
    desk.minutes(1);
    desk.repeat(complete("a"));
    assert_eq!(desk.refused(start("a")), "wrong_state");
    assert_eq!(desk.state.pace().recent_service_seconds, [240]);
}
