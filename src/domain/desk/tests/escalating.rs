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
fn the_reason_stands_in_a_comment_of_who_escalates() {
    let mut house = House::empty();
    house.create("a", |_| {});
    house.act(escalate("a", Some(3), &[]));
    let noted = house.log.iter().find_map(|event| match event {
        Event::TicketChanged { change, by, .. } => match &**change {
            Change::Commented { comment } => Some((comment.author.clone(), comment.body.clone(), by.clone())),
            _ => None,
        },
        _ => None,
    });
    let ann = Some("ann".to_owned());
    assert_eq!(noted, Some((ann.clone(), "Escalated to level 3: It burns.".to_owned(), ann)));
    let fact = fact_of(&house.state, house.log.last().unwrap());
    assert_eq!((fact.0, &fact.1["levelBefore"], &fact.1["level"]), ("ticket.escalated", &json!(0), &json!(3)));
}

#[test]
fn who_is_told_becomes_addresses() {
    let mut house = House::empty();
    house.create("a", |_| {});
    house.act(escalate("a", None, &["ann", "boss@example.com", "ANN@example.com", "assignee"]));
    assert_eq!(house.told(), ["ann@example.com", "boss@example.com"]);
    let mut to_ben = escalate("a", None, &["assignee"]);
    if let Act::Escalate { escalation, .. } = &mut to_ben {
        escalation.assignee_id = Some("ben".to_owned());
    }
    house.act(to_ben);
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
    let mut silent = escalate("a", None, &[]);
    if let Act::Escalate { escalation, .. } = &mut silent {
        " ".clone_into(&mut escalation.reason);
    }
    assert_eq!(house.refused(agent(), silent), "reason");
    house.set_status("a", TicketStatus::Resolved);
    assert_eq!(house.refused(agent(), escalate("a", None, &[])), "wrong_state");
    house.set_status("a", TicketStatus::Closed);
    assert_eq!(house.refused(agent(), escalate("a", None, &[])), "wrong_state");
}
