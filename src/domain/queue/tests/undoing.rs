//! Taking the last act back: exactly what was before, within ten seconds, by who did it, if nothing followed.

use super::*;

fn kept(desk: &Desk, name: &str) -> Kept {
    Kept::of(desk.entry(name))
}

#[test]
fn every_act_is_taken_back_to_what_was_before() {
    let steps: [fn() -> Act; 6] = [
        || check_in("a"),
        || Act::CallNext { counter: Some("1".to_owned()), completes: None },
        || put_back("a", ReturnTo::Last),
        || call("a"),
        || start("a"),
        || complete("a"),
    ];
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c"]);
    for step in steps {
        let (before, line) = (kept(&desk, "a"), desk.line());
        let (pace, today) = (desk.state.pace().clone(), desk.state.today().clone());
        desk.act(step());
        desk.seconds(10);
        desk.act(undo("a"));
        assert_eq!((kept(&desk, "a"), desk.line()), (before, line));
        assert_eq!((desk.state.pace(), desk.state.today()), (&pace, &today));
        assert_eq!(desk.refused(undo("a")), "nothing_to_undo");
        desk.act(step());
    }
    desk.assert_rebuilds();
}

#[test]
fn a_no_show_is_taken_back_too() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.act(call("a"));
    let before = kept(&desk, "a");
    desk.minutes(5);
    desk.act(no_show("a"));
    desk.act(undo("a"));
    assert_eq!((kept(&desk, "a"), desk.state.today().no_show), (before, 0));
}

#[test]
fn eleven_seconds_are_too_late() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.act(call("a"));
    desk.seconds(UNDO_SECONDS + 1);
    assert_eq!(desk.refused(undo("a")), "nothing_to_undo");
}

#[test]
fn only_who_did_it_takes_it_back() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.act(call("a"));
    for by in [other_clerk(), supervisor(), Party::System] {
        assert_eq!(desk.ask(by, undo("a")).unwrap_err().code(), "nothing_to_undo");
    }
    desk.act(undo("a"));
}

#[test]
fn what_was_followed_by_something_stays() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    desk.act(call("a"));
    desk.act(recall("a"));
    assert_eq!(desk.refused(undo("a")), "nothing_to_undo");
    desk.act(put_back("a", ReturnTo::Kept));
    desk.ask(bearer("a"), postpone("a", 1)).unwrap();
    assert_eq!(desk.refused(undo("a")), "nothing_to_undo");
    desk.act(check_in("a"));
    desk.ask(bearer("a"), leave("a")).unwrap();
    assert_eq!(desk.refused(undo("a")), "nothing_to_undo");
    // Only the last act comes back, not the one before it.
    desk.act(call("b"));
    desk.act(start("b"));
    desk.act(undo("b"));
    assert_eq!((desk.word("b"), desk.refused(undo("b"))), ("called", "nothing_to_undo"));
}

#[test]
fn a_service_comes_back_only_where_there_is_room() {
    let mut desk = Desk::with(|draft| draft.capacity = 1);
    desk.join_all(&["a", "b"]);
    desk.act(start("a"));
    desk.act(complete("a"));
    desk.act(start("b"));
    assert_eq!(desk.refused(undo("a")), "at_capacity");
    desk.act(undo("b"));
    desk.act(undo("a"));
    assert_eq!((desk.word("a"), desk.word("b")), ("serving", "waiting"));
}

#[test]
fn who_is_in_line_again_is_not_brought_back_a_second_time() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.act(start("a"));
    desk.act(complete("a"));
    let again = Join { id: id("again"), ..wish("a") };
    desk.act(Act::Join(Box::new(again)));
    let refusal = desk.ask(clerk(), undo("a")).unwrap_err();
    assert_eq!(refusal, Rejection::AlreadyInLine { entry: id("again") });
}

#[test]
fn a_deleted_point_brings_nobody_back() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.act(start("a"));
    desk.act(complete("a"));
    desk.act(Act::Delete { expected_version: None });
    assert_eq!(desk.refused(undo("a")), "service_point_not_found");
}
