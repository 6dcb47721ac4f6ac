//! A visit on its way from one service point to another, with every message lost and repeated.

use crate::domain::ids::{HandoverId, PointId};
use crate::domain::party::Party;
use crate::domain::queue::tests::*;
use crate::domain::queue::*;
use crate::workflows::follow_up::{FollowUp, of_queue};
use crate::workflows::handover::{delivery, settle};

fn transfer(name: &str, to: &str, handover: &str) -> Act {
    Act::Transfer {
        entry: id(name),
        to: PointId::parse(to).unwrap(),
        handover: HandoverId::parse(handover).unwrap(),
        past: None,
    }
}

fn sent(desk: &Desk) -> Handover {
    let Some(FollowUp::Deliver(handover)) = desk.log.iter().rev().find_map(of_queue) else {
        panic!("nothing was sent")
    };
    *handover
}

/// The first half: the target's word.
fn deliver(handover: &Handover, target: &mut Desk) -> Result<(), Rejection> {
    let errand = delivery(handover);
    assert_eq!(Some(&errand.point), target.state.point().map(|point| &point.id).or(Some(&handover.target)));
    target.ask(errand.command.by, errand.command.act).map(drop)
}

/// The second half: what the source makes of it; what the clerk is told.
fn finish(handover: &Handover, word: Result<(), &Rejection>, source: &mut Desk) -> Option<Rejection> {
    let settlement = settle(handover, word);
    assert_eq!(settlement.errand.point, handover.source);
    source.ask(settlement.errand.command.by, settlement.errand.command.act).unwrap();
    settlement.refusal
}

fn carry(source: &mut Desk, target: &mut Desk) -> Option<Rejection> {
    let handover = sent(source);
    let word = deliver(&handover, target);
    finish(&handover, word.as_ref().map(drop), source)
}

fn two() -> (Desk, Desk) {
    (Desk::at_point("p1", |_| {}), Desk::at_point("p2", |_| {}))
}

#[test]
fn a_transfer_keeps_the_visit_and_gives_a_number_of_the_target() {
    let (mut source, mut target) = two();
    target.join_all(&["x", "y"]);
    source.join("a");
    let before = source.entry("a").clone();
    source.minutes(30);
    source.act(check_in("a"));
    source.act(call("a"));
    target.now = source.now;
    source.act(transfer("a", "p2", "h1"));
    assert_eq!(source.word("a"), "transferred");
    assert_eq!(carry(&mut source, &mut target), None);
    assert_eq!(source.state.entry(&id("a")), None);
    let here = target.entry("a");
    assert_eq!((&here.id, &here.token, here.joined_at), (&before.id, &before.token, before.joined_at));
    assert_eq!((here.number, here.place.effective_at, here.status.word()), (3, before.joined_at, "waiting"));
    assert_eq!((here.checked_in_at, here.reached_at, &here.last_act), (None, None, &None));
    assert!(here.version > before.version + 3, "newer than any version at the source");
    // The time of joining counts: who joined there in the meantime is behind.
    target.join("z");
    assert_eq!(target.line(), ["x", "a", "y", "z"]);
    source.assert_rebuilds();
    target.assert_rebuilds();
}

#[test]
fn a_refusal_brings_the_visit_back_to_its_place() {
    let (mut source, mut target) = two();
    target.act(Act::Pause { until: None });
    source.join_all(&["a", "b", "c"]);
    source.act(start("c"));
    for name in ["b", "c"] {
        let before = source.entry(name).clone();
        let line = source.line();
        source.act(transfer(name, "p2", "h1"));
        let told = carry(&mut source, &mut target).unwrap();
        assert_eq!(told.code(), "transfer_refused");
        assert!(told.to_string().contains("takes nobody at the moment"), "{told}");
        let after = source.entry(name);
        assert_eq!((&after.status, after.place, source.line()), (&before.status, before.place, line));
    }
    source.assert_rebuilds();
}

#[test]
fn every_reason_to_refuse_a_newcomer_refuses_a_transfer() {
    let refused = |target: &mut Desk| {
        let mut source = Desk::at_point("p1", |_| {});
        source.now = target.now;
        source.join("a");
        source.act(transfer("a", "p2", "h1"));
        deliver(&sent(&source), target).unwrap_err()
    };
    assert_eq!(refused(&mut Desk::empty()), Rejection::PointNotFound);
    assert_eq!(
        refused(&mut Desk::at_point("p2", |draft| draft.admission = PointStatus::Closed)).code(),
        "queue_closed"
    );
    let mut full = Desk::at_point("p2", |draft| draft.queue.max_waiting = 1);
    full.join("x");
    assert_eq!(refused(&mut full).code(), "queue_full");
    let mut there = Desk::at_point("p2", |_| {});
    there.act(Act::Join(Box::new(Join { id: id("again"), ..wish("a") })));
    assert_eq!(refused(&mut there), Rejection::AlreadyInLine { entry: id("again") });
}

#[test]
fn priorities_are_ranked_by_the_target() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    for (known, rank) in [(names(&["x", "urgent"]), 1), (names(&["x", "normal"]), 1), (names(&[]), 0)] {
        let mut source = Desk::at_point("p1", |_| {});
        let mut target = Desk::at_point("p2", |draft| draft.queue.priorities = known);
        source.act(Act::Join(Box::new(Join { priority: Some("urgent".to_owned()), ..wish("a") })));
        source.act(transfer("a", "p2", "h1"));
        assert_eq!(carry(&mut source, &mut target), None);
        assert_eq!(target.entry("a").place.rank, rank);
    }
}

#[test]
fn one_transfer_at_a_time_and_never_to_the_same_point() {
    let (mut source, _) = two();
    source.join("a");
    assert_eq!(source.refused(transfer("a", "p1", "h1")), "same_service_point");
    source.act(transfer("a", "p2", "h1"));
    for act in [transfer("a", "p2", "h2"), call("a"), leave("a"), no_show("a"), start("a")] {
        let refusal = source.ask(clerk(), act).unwrap_err();
        assert_eq!(refusal, Rejection::WrongState { state: "transferred".to_owned() });
    }
    // On the way is still open: the same person cannot join a second time meanwhile.
    let again = source.act(Act::Join(Box::new(Join { id: id("again"), ..wish("a") })));
    assert!(matches!(again, Answer::AlreadyInLine { standing: None, .. }));
}

#[test]
fn each_step_repeated_happens_once() {
    let (mut source, mut target) = two();
    source.join("a");
    source.act(transfer("a", "p2", "h1"));
    let handover = sent(&source);
    deliver(&handover, &mut target).unwrap();
    let received = target.state.clone();
    deliver(&handover, &mut target).unwrap();
    assert_eq!(target.state, received);
    target.act(start("a"));
    target.act(complete("a"));
    deliver(&handover, &mut target).unwrap();
    assert_eq!(target.word("a"), "served");
    finish(&handover, Ok(()), &mut source);
    let left = source.state.clone();
    finish(&handover, Ok(()), &mut source);
    finish(&handover, Err(&Rejection::PointNotFound), &mut source);
    assert_eq!(source.state, left);
}

#[test]
fn a_visit_that_comes_back_before_the_first_hand_over_is_finished_is_not_lost() {
    let (mut first, mut second) = two();
    first.join("a");
    first.act(transfer("a", "p2", "h1"));
    let out = sent(&first);
    deliver(&out, &mut second).unwrap();
    second.act(transfer("a", "p1", "h2"));
    let back = sent(&second);
    // The delivery out, repeated now, is no arrival.
    deliver(&out, &mut second).unwrap();
    assert_eq!(second.word("a"), "transferred");
    deliver(&back, &mut first).unwrap();
    finish(&out, Ok(()), &mut first);
    finish(&back, Ok(()), &mut second);
    assert_eq!((first.word("a"), second.state.entry(&id("a"))), ("waiting", None));
    first.assert_rebuilds();
}

#[test]
fn a_point_deleted_meanwhile_ends_what_comes_back_and_lets_go_what_was_taken() {
    for accepted in [true, false] {
        let (mut source, mut target) = two();
        if !accepted {
            target.act(Act::Pause { until: None });
        }
        source.join_all(&["a", "b"]);
        source.act(transfer("a", "p2", "h1"));
        source.act(Act::Delete { expected_version: None });
        assert_eq!((source.word("a"), source.word("b")), ("transferred", "cancelled"));
        source.assert_rebuilds();
        carry(&mut source, &mut target);
        assert_eq!(source.state.entry(&id("a")).map(|entry| entry.status.word()), (!accepted).then_some("cancelled"));
        source.assert_rebuilds();
    }
}

#[test]
fn a_service_given_away_frees_its_place_and_may_come_back_over_capacity() {
    let mut source = Desk::at_point("p1", |draft| draft.capacity = 1);
    source.join_all(&["a", "b", "c"]);
    source.act(start("a"));
    source.act(transfer("a", "p2", "h1"));
    source.act(start("b"));
    finish(&sent(&source), Err(&Rejection::PointNotFound), &mut source);
    // The person is there: the record says so. Nobody else starts until both are done.
    assert_eq!((source.word("a"), source.word("b")), ("serving", "serving"));
    source.act(complete("b"));
    assert_eq!(source.refused(start("c")), "at_capacity");
}

#[test]
fn nobody_but_staff_transfers_and_nobody_but_follow_ups_receives() {
    let (mut source, mut target) = two();
    source.join("a");
    assert_eq!(source.ask(bearer("a"), transfer("a", "p2", "h1")).unwrap_err(), Rejection::EntryNotFound);
    source.act(transfer("a", "p2", "h1"));
    let receive = Act::Receive { handover: Box::new(sent(&source)) };
    assert_eq!(target.ask(Party::Public, receive).unwrap_err(), Rejection::PointNotFound);
}
