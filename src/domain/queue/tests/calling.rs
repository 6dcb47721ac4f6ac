//! Calling the next one, a certain one, the same one again.

use super::*;

fn next(answer: Answer) -> (Option<String>, Option<String>) {
    let Answer::Next { called, completed } = answer else { panic!("{answer:?}") };
    (called.map(|entry| entry.id.to_string()), completed.map(|entry| entry.id.to_string()))
}

#[test]
fn the_first_in_line_is_called_to_the_counter() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    let answer = desk.act(Act::CallNext { counter: Some(" 4 ".to_owned()), completes: None });
    assert_eq!(next(answer), (Some("a".to_owned()), None));
    let Status::Called { at, calls: 1, counter, by, .. } = &desk.entry("a").status else { panic!() };
    assert_eq!((*at, counter.as_deref(), by.as_deref()), (desk.now, Some("4"), Some("clerk")));
    assert_eq!(desk.line(), ["b"]);
    desk.assert_rebuilds();
}

#[test]
fn two_clerks_never_get_the_same_person() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    assert_eq!(next(desk.ask(clerk(), call_next()).unwrap()).0.as_deref(), Some("a"));
    assert_eq!(next(desk.ask(other_clerk(), call_next()).unwrap()).0.as_deref(), Some("b"));
    assert_eq!(desk.refused(call_next()), "nobody_waiting");
}

#[test]
fn the_line_is_worked_off_while_paused_or_closed_and_at_capacity() {
    let mut desk = Desk::with(|draft| draft.capacity = 1);
    desk.join_all(&["a", "b", "c"]);
    desk.act(start("a"));
    desk.act(Act::Pause { until: None });
    desk.act(call_next());
    let closed = PointChanges { status: Some(PointStatus::Closed), ..PointChanges::default() };
    desk.act(Act::Update { changes: Box::new(closed), expected_version: None });
    desk.act(call_next());
    assert_eq!(desk.state.called_count(), 2);
}

#[test]
fn one_message_finishes_one_and_calls_the_next() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    desk.act(start("a"));
    desk.minutes(7);
    let finish = || Act::CallNext { counter: None, completes: Some(id("a")) };
    assert_eq!(next(desk.act(finish())), (Some("b".to_owned()), Some("a".to_owned())));
    assert_eq!((desk.word("a"), desk.word("b")), ("served", "called"));
    // Who was called has come, nobody waits any more, and the completion is a repeat: fine, with nobody called.
    desk.act(start("b"));
    assert_eq!(next(desk.repeat(finish())), (None, Some("a".to_owned())));
}

#[test]
fn a_repeat_of_finishing_one_and_calling_the_next_calls_nobody_else() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c"]);
    desk.act(start("a"));
    desk.minutes(7);
    let finish = || Act::CallNext { counter: None, completes: Some(id("a")) };
    let first = next(desk.act(finish()));
    desk.seconds(2);
    desk.act(recall("b"));
    assert_eq!(next(desk.repeat(finish())), first);
    assert_eq!(desk.line(), ["c"]);
    // Another clerk did not call that one, and gets somebody else.
    let other = desk.ask(other_clerk(), finish()).unwrap();
    assert_eq!(next(other), (Some("c".to_owned()), Some("a".to_owned())));
}

#[test]
fn what_cannot_be_completed_calls_nobody() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    for (completes, code) in [("b", "wrong_state"), ("nobody", "entry_not_found")] {
        assert_eq!(desk.refused(Act::CallNext { counter: None, completes: Some(id(completes)) }), code);
    }
    assert_eq!(desk.line(), ["a", "b"]);
}

#[test]
fn a_call_out_of_order_is_repeated_by_its_own_clerk_only() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    desk.act(call("b"));
    desk.repeat(call("b"));
    let refusal = desk.ask(other_clerk(), call("b")).unwrap_err();
    assert_eq!(refusal, Rejection::WrongState { state: "called".to_owned() });
    desk.act(start("b"));
    assert_eq!(desk.refused(call("b")), "wrong_state");
    assert_eq!(desk.refused(call("nobody")), "entry_not_found");
}

#[test]
fn a_recall_keeps_the_first_call_for_the_grace_period() {
    let mut desk = Desk::new();
    desk.join("a");
    assert_eq!(desk.refused(recall("a")), "wrong_state");
    desk.act(call("a"));
    let first = desk.now;
    desk.minutes(3);
    desk.act(recall("a"));
    let Status::Called { at, last_at, calls, .. } = desk.entry("a").status else { panic!() };
    assert_eq!((at, last_at, calls), (first, desk.now, 2));
    desk.minutes(2);
    desk.act(no_show("a"));
}

#[test]
fn a_counters_name_has_its_limits() {
    let mut desk = Desk::new();
    desk.join("a");
    let to = |counter: String| Act::CallNext { counter: Some(counter), completes: None };
    assert_eq!(desk.refused(to("c".repeat(COUNTER_MAX_CHARACTERS + 1))), "invalid");
    assert_eq!(desk.refused(to(String::new())), "invalid");
    desk.act(to("c".repeat(COUNTER_MAX_CHARACTERS)));
}

#[test]
fn only_staff_calls() {
    let mut desk = Desk::new();
    desk.join("a");
    for by in [Party::Public, bearer("a")] {
        assert_eq!(desk.ask(by.clone(), call("a")).unwrap_err(), Rejection::EntryNotFound);
        assert_eq!(desk.ask(by, call_next()).unwrap_err(), Rejection::PointNotFound);
    }
}
