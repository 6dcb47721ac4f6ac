//! Escalation by hand.

use super::*;

#[test]
fn a_level_goes_up_one_by_one_or_to_the_one_asked_for() {
    let mut house = House::empty();
    house.create("a", |_| {});
    house.act(escalate("a", None, &[]));
    assert_eq!(house.ticket("a").escalation_level, 1);
    house.act(escalate("a", Some(5), &[]));
    let Change::Escalated { level_before, cause, .. } = house.last_change().clone() else { panic!() };
    assert_eq!((level_before, house.ticket("a").escalation_level, house.ticket("a").version), (1, 5, 3));
    assert_eq!(cause, EscalationCause::ByHand { reason: "It burns.".to_owned() });
    assert_eq!(house.refused(agent(), escalate("a", Some(5), &[])), "level_reached");
    assert_eq!(house.refused(agent(), escalate("a", Some(0), &[])), "level");
    assert_eq!(house.refused(agent(), escalate("a", Some(LEVEL_MAX + 1), &[])), "level");
    house.act(escalate("a", Some(LEVEL_MAX), &[]));
    assert_eq!(house.refused(agent(), escalate("a", None, &[])), "level_reached");
}

#[test]
fn who_is_told_becomes_addresses() {
    let mut house = House::empty();
    house.create("a", |_| {});
    house.act(escalate("a", None, &["ann", "boss@example.com", "ANN@example.com", "assignee"]));
    assert_eq!(house.told(), ["ann@example.com", "boss@example.com"]);
    let Act::Escalate { ticket, level, reason, notify, .. } = escalate("a", None, &["assignee"]) else { panic!() };
    house.act(Act::Escalate { ticket, level, reason, notify, assignee_id: Some("ben".to_owned()) });
    assert_eq!((house.told(), house.ticket("a").assignee_id.as_deref()), (vec!["ben@example.com"], Some("ben")));
    for nobody in ["nobody", "mute", "no body"] {
        assert_eq!(house.refused(agent(), escalate("a", None, &["ann", nobody])), "notify[1]");
    }
    assert_eq!(house.refused(agent(), escalate("a", None, &["ann"; NOTIFY_MAX + 1])), "notify");
}

#[test]
fn the_customer_is_never_told() {
    let mut house = House::empty();
    house.create("a", |_| {});
    for customer in ["a@example.com", "A@Example.COM"] {
        assert_eq!(house.refused(agent(), escalate("a", None, &["ann", customer])), "notify[1]");
    }
    // Nor as whoever has the ticket, nor as a member of staff.
    house.create("b", |draft| draft.assignee_id = Some("B@example.com".to_owned()));
    assert_eq!(house.refused(agent(), escalate("b", None, &["assignee"])), "notify[0]");
    house.create("ann", |_| {});
    assert_eq!(house.refused(agent(), escalate("ann", None, &["ben", "ann"])), "notify[1]");
    house.act(escalate("ann", None, &["ben"]));
    assert_eq!(house.told(), ["ben@example.com"]);
    house.create("c", |draft| draft.requester.email = None);
    house.act(escalate("c", None, &["c@example.com"]));
    assert_eq!(house.told(), ["c@example.com"], "who is not its customer");
}

#[test]
fn only_what_is_live_is_escalated_and_only_with_a_reason() {
    let mut house = House::empty();
    house.create("a", |_| {});
    assert_eq!(house.refused(signed_in(), escalate("a", None, &[])), "staff_only");
    let Act::Escalate { ticket, level, notify, .. } = escalate("a", None, &[]) else { panic!() };
    let silent = Act::Escalate { ticket, level, notify, reason: " ".to_owned(), assignee_id: None };
    assert_eq!(house.refused(agent(), silent), "reason");
    house.set_status("a", TicketStatus::Resolved);
    assert_eq!(house.refused(agent(), escalate("a", None, &[])), "wrong_state");
    house.set_status("a", TicketStatus::Closed);
    assert_eq!(house.refused(agent(), escalate("a", None, &[])), "wrong_state");
}
