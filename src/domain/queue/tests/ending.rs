//! Ends without service: the edge of the grace period, overriding it, leaving.

use super::*;
use crate::domain::ids::HandoverId;

fn overriding(name: &str) -> Act {
    Act::NoShow { entry: id(name), overriding: true, past: None }
}

#[test]
fn the_grace_period_counts_from_the_call_to_the_second() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.minutes(30);
    desk.act(call("a"));
    let retry_at = desk.now + TimeDelta::minutes(5);
    desk.seconds(299);
    assert_eq!(desk.ask(clerk(), no_show("a")).unwrap_err(), Rejection::GracePeriod { retry_at });
    desk.seconds(1);
    desk.act(no_show("a"));
    let Status::NoShow { ended_at, automatic: false, called_at: Some(_), .. } = desk.entry("a").status else {
        panic!()
    };
    assert_eq!(ended_at, retry_at);
    desk.repeat(no_show("a"));
}

#[test]
fn for_who_was_never_called_it_counts_from_joining() {
    let mut desk = Desk::new();
    desk.join("a");
    let retry_at = desk.now + TimeDelta::minutes(5);
    assert_eq!(desk.ask(clerk(), no_show("a")).unwrap_err(), Rejection::GracePeriod { retry_at });
    desk.minutes(5);
    desk.act(no_show("a"));
    assert!(matches!(desk.entry("a").status, Status::NoShow { called_at: None, .. }));
}

#[test]
fn only_a_supervisor_overrules_the_grace_period() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    assert_eq!(desk.refused(overriding("a")), "override_forbidden");
    assert_eq!(desk.ask(supervisor(), no_show("a")).unwrap_err().code(), "grace_period");
    desk.ask(supervisor(), overriding("a")).unwrap();
    // Once the period is over there is nothing to overrule.
    desk.minutes(5);
    desk.act(overriding("b"));
}

#[test]
fn who_is_served_or_gone_cannot_be_a_no_show() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    desk.act(start("a"));
    desk.act(leave("b"));
    for name in ["a", "b"] {
        assert_eq!(desk.ask(supervisor(), overriding(name)).unwrap_err().code(), "wrong_state");
    }
}

#[test]
fn a_customer_leaves_by_the_entrys_own_token() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c"]);
    desk.act(call("b"));
    for wrong in [bearer("b"), Party::Public, Party::Bearer { token: String::new() }] {
        assert_eq!(desk.ask(wrong, leave("a")).unwrap_err(), Rejection::EntryNotFound);
    }
    desk.ask(bearer("a"), leave("a")).unwrap();
    desk.ask(bearer("b"), leave("b")).unwrap();
    desk.act(leave("c"));
    let before = desk.state.clone();
    desk.ask(bearer("a"), leave("a")).unwrap();
    assert_eq!((desk.state == before, desk.word("a"), desk.word("b"), desk.word("c")), (true, "left", "left", "left"));
    desk.join("d");
    desk.act(start("d"));
    assert_eq!(desk.ask(bearer("d"), leave("d")).unwrap_err().code(), "wrong_state");
}

#[test]
fn a_token_opens_nothing_but_leaving_and_postponing() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    for act in [check_in("a"), start("a"), complete("a"), no_show("a"), put_back("a", ReturnTo::First), undo("a")] {
        assert_eq!(desk.ask(bearer("a"), act).unwrap_err(), Rejection::EntryNotFound);
    }
    desk.ask(bearer("a"), postpone("a", 1)).unwrap();
    assert_eq!(desk.line(), ["b", "a"]);
}

fn withdraw(name: &str, ending: Ending) -> Act {
    Act::Withdraw { entry: id(name), ending }
}

#[test]
fn a_visit_ends_as_its_appointment_did_and_once() {
    for (ending, waiting, serving) in [
        (Ending::Done, "cancelled", "served"),
        (Ending::Missed, "no_show", "cancelled"),
        (Ending::Deleted, "cancelled", "cancelled"),
    ] {
        let mut desk = Desk::new();
        desk.join_all(&["waits", "called", "served"]);
        desk.act(call("called"));
        desk.act(start("served"));
        desk.minutes(3);
        for name in ["waits", "called", "served"] {
            desk.ask(Party::System, withdraw(name, ending)).unwrap();
            let before = desk.state.clone();
            desk.ask(Party::System, withdraw(name, ending)).unwrap();
            assert_eq!(desk.state, before);
        }
        assert_eq!((desk.word("waits"), desk.word("called"), desk.word("served")), (waiting, waiting, serving));
        desk.assert_rebuilds();
    }
}

#[test]
fn what_has_ended_or_travels_is_not_taken_out() {
    let mut desk = Desk::new();
    desk.join_all(&["left", "travels"]);
    desk.act(leave("left"));
    desk.ask(Party::System, withdraw("left", Ending::Done)).unwrap();
    assert_eq!(desk.word("left"), "left");
    let (to, handover) = (PointId::parse("p2").unwrap(), HandoverId::parse("h1").unwrap());
    desk.act(Act::Transfer { entry: id("travels"), to, handover, past: None });
    let travelling = Rejection::WrongState { state: "transferred".to_owned() };
    assert_eq!(desk.ask(Party::System, withdraw("travels", Ending::Done)), Err(travelling));
    assert_eq!(desk.ask(Party::Public, withdraw("left", Ending::Done)), Err(Rejection::EntryNotFound));
}
