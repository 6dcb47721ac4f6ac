//! Come, served, missed; and what the queue says about it.

use super::*;

const TEN: &str = "2026-05-12T08:00:00Z";

fn shop_at_point() -> Shop {
    let mut shop = Shop::empty();
    shop.open_point(5, None);
    shop.define(|draft| draft.terms.service_point_id = Some(point_id()));
    shop.book("ann", TEN);
    shop
}

/// The same on the day of the appointment.
fn shop_on_the_day() -> Shop {
    let mut shop = shop_at_point();
    shop.now = at("2026-05-12T06:00:00Z");
    shop
}

fn complete(name: &str) -> Act {
    Act::Complete { id: id(name), past: None }
}

fn no_show(name: &str, overriding: bool) -> Act {
    Act::NoShow { id: id(name), overriding, past: None }
}

fn take_back(name: &str) -> Act {
    Act::TakeBack { id: id(name), past: None }
}

fn arrival(shop: &Shop) -> Arrival {
    match &shop.reservation("ann").status {
        Status::CheckedIn { arrival: Some(arrival), .. } => arrival.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_comes_in_time_stands_as_of_the_slot_and_who_is_late_as_of_now() {
    let mut early = shop_at_point();
    early.now = at("2026-05-12T07:50:00Z");
    early.act(check_in("ann"));
    assert_eq!((arrival(&early).effective_at, arrival(&early).point), (at(TEN), point_id()));
    early.repeat(clerk(), check_in("ann"));
    let mut late = shop_at_point();
    late.now = at("2026-05-12T08:10:00Z");
    late.act(check_in("ann"));
    assert_eq!(arrival(&late).effective_at, late.now);
}

#[test]
fn without_a_point_nothing_is_handed_over() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    shop.now = at(TEN);
    shop.act(check_in("ann"));
    assert!(matches!(shop.reservation("ann").status, Status::CheckedIn { arrival: None, .. }));
}

#[test]
fn only_the_hand_over_that_carries_it_brings_it_back() {
    let mut shop = shop_on_the_day();
    shop.act(check_in("ann"));
    let refuse = |handover: &str| Act::RefuseArrival {
        id: id("ann"),
        handover: HandoverId::parse(handover).unwrap(),
        past: None,
    };
    shop.repeat(Party::System, refuse("another"));
    shop.ask(Party::System, refuse("handover-ann")).unwrap();
    assert_eq!(shop.word("ann"), "confirmed");
    shop.repeat(Party::System, refuse("handover-ann"));
}

#[test]
fn what_the_queue_tells_twice_happens_once_and_can_be_taken_back() {
    let mut shop = shop_on_the_day();
    shop.act(check_in("ann"));
    for (act, word) in [(complete("ann"), "completed"), (no_show("ann", false), "no_show")] {
        shop.ask(Party::System, act.clone()).unwrap();
        assert_eq!(shop.word("ann"), word);
        shop.repeat(Party::System, act);
        shop.ask(Party::System, take_back("ann")).unwrap();
        assert_eq!(shop.word("ann"), "checked_in");
        shop.repeat(Party::System, take_back("ann"));
    }
}

#[test]
fn a_time_that_somebody_else_has_by_now_is_not_taken_back() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    shop.act(complete("ann"));
    shop.book("ben", TEN);
    assert_eq!(shop.refused(Party::System, take_back("ann")), "slot_taken");
}

#[test]
fn the_grace_period_counts_from_the_slot() {
    // Five minutes after 10:00: at 10:04:59 it is too early, at 10:05 it is not.
    let mut shop = shop_at_point();
    let retry_at = at("2026-05-12T08:05:00Z");
    shop.now = retry_at - TimeDelta::seconds(1);
    assert_eq!(shop.ask(clerk(), no_show("ann", false)), Err(Rejection::GracePeriod { retry_at }));
    assert_eq!(shop.refused(clerk(), no_show("ann", true)), "override_forbidden");
    let mut overruled = shop.clone();
    overruled.ask(supervisor(), no_show("ann", true)).unwrap();
    shop.now = retry_at;
    shop.act(no_show("ann", false));
    assert_eq!(shop.refused(clerk(), complete("ann")), "wrong_state");
    assert_eq!(shop.refused(clerk(), check_in("ann")), "wrong_state");
    assert_eq!(shop.refused(clerk(), cancel("ann")), "wrong_state");
}

#[test]
fn nobody_has_come_for_an_appointment_of_another_day_unless_a_supervisor_says_so() {
    // The twelfth begins at 22:00 UTC in Berlin.
    let mut shop = shop_at_point();
    let retry_at = at("2026-05-11T22:00:00Z");
    shop.now = retry_at - TimeDelta::seconds(1);
    let status = Some(NewStatus::CheckedIn);
    for act in [check_in("ann"), update("ann", ReservationChanges { status, ..Default::default() })] {
        assert_eq!(shop.ask(supervisor(), act), Err(Rejection::TooEarly { retry_at }));
    }
    assert_eq!(shop.refused(clerk(), check_in_overriding("ann", true)), "override_forbidden");
    let mut overruled = shop.clone();
    overruled.ask(supervisor(), check_in_overriding("ann", true)).unwrap();
    // Who is there already has not come too early a second time.
    overruled.repeat(clerk(), check_in("ann"));
    shop.now = retry_at;
    shop.act(check_in("ann"));
    // And a day late is not too early.
    let mut late = shop_at_point();
    late.now = at("2026-05-13T08:00:00Z");
    late.act(check_in("ann"));
}
