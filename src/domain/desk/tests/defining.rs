//! Policies, business calendars and canned responses, and what their changes mean for tickets.

use super::*;

fn rematched(house: &House) -> usize {
    house.changes().iter().filter(|change| change.ends_with("rematched")).count()
}

#[test]
fn a_changed_policy_holds_at_once_and_what_has_passed_stays() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.create("b", |draft| draft.priority = TicketPriority::Urgent);
    house.wait(10);
    let mut targets = policy("gold").targets;
    targets.get_mut(&TicketPriority::Normal).unwrap().first_response = Some(minutes(20));
    house.change_policy("gold", PolicyChanges { targets: Some(targets), ..Default::default() });
    // The other one's promises are as they were.
    assert_eq!((rematched(&house), house.ticket("a").version, house.ticket("b").version), (1, 2, 1));
    let clock = house.clock("a", Metric::FirstResponse).unwrap();
    assert_eq!((clock.elapsed_seconds, clock.due_at), (600, Some(at("2026-05-11T08:20:00Z"))));
    house.wait(10);
    assert_eq!(house.changes().last().unwrap(), "08:20 breached");
    let renamed = PolicyChanges { name: Some("Silver".to_owned()), ..Default::default() };
    house.change_policy("gold", renamed.clone());
    assert_eq!((rematched(&house), house.state.policy(&policy_id("gold")).unwrap().version), (1, 3));
    house.change_policy("gold", renamed);
    assert_eq!(house.state.policy(&policy_id("gold")).unwrap().version, 3);
}

#[test]
fn what_becomes_due_by_a_change_is_due_then() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.wait(30);
    let mut targets = policy("gold").targets;
    targets.get_mut(&TicketPriority::Normal).unwrap().first_response = Some(minutes(20));
    house.change_policy("gold", PolicyChanges { targets: Some(targets), ..Default::default() });
    assert_eq!(wake_at(&house.state), Some(house.now));
    house.wait(0);
    assert_eq!(house.changes()[1..], ["08:30 rematched", "08:30 breached"]);
}

#[test]
fn policies_come_and_go_and_tickets_follow() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.wait(10);
    house.promise("first", |draft| draft.order = 1);
    assert_eq!(house.ticket("a").policy_id, Some(policy_id("first")));
    house.change_policy("first", PolicyChanges { order: Some(99), ..Default::default() });
    assert_eq!(house.ticket("a").policy_id, Some(policy_id("gold")));
    let act = Act::DeletePolicy { id: policy_id("gold"), expected_version: None };
    house.act(act.clone());
    assert_eq!(house.ticket("a").policy_id, Some(policy_id("first")));
    assert_eq!(house.refused(agent(), act), "sla_policy_not_found");
    house.act(Act::DeletePolicy { id: policy_id("first"), expected_version: None });
    assert_eq!((house.ticket("a").policy_id.clone(), wake_at(&house.state)), (None, None));
    let terms = Box::new(SlaPolicy::new(policy("gold")).unwrap());
    assert_eq!(house.refused(agent(), Act::CreatePolicy { id: policy_id("gold"), terms }), "already_exists");
    house.wait(600);
    house.promise("again", |_| {});
    // No time counted while nothing was promised.
    assert_eq!(house.clock("a", Metric::FirstResponse).unwrap().elapsed_seconds, 600);
}

#[test]
fn each_calendar_counts_for_the_time_it_was_in_force() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.wait(30);
    // Closed from now until 10:00.
    let later = daily("10:00", "18:00");
    let changes = CalendarChanges { hours: Some(later.hours().hours.clone()), ..Default::default() };
    let act = Act::UpdateCalendar { id: calendar_id("always"), changes: Box::new(changes), expected_version: Some(1) };
    house.act(act.clone());
    let clock = house.clock("a", Metric::FirstResponse).unwrap();
    assert_eq!((clock.elapsed_seconds, clock.due_at), (1_800, Some(at("2026-05-11T10:30:00Z"))));
    assert_eq!(house.refused(agent(), act), "version_mismatch");
    let named = CalendarChanges { name: Some("Late".to_owned()), ..Default::default() };
    let act = Act::UpdateCalendar { id: calendar_id("always"), changes: Box::new(named), expected_version: None };
    house.act(act.clone());
    assert_eq!((rematched(&house), house.state.calendar(&calendar_id("always")).unwrap().version), (1, 3));
    house.repeat(act);
}

#[test]
fn resolved_tickets_follow_too_and_closed_ones_stay() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.create("b", |_| {});
    house.wait(10);
    house.set_status("a", TicketStatus::Resolved);
    house.walk("b", &[TicketStatus::Resolved, TicketStatus::Closed]);
    let before = house.ticket("b").clone();
    house.promise("first", |draft| draft.order = 1);
    assert_eq!(house.ticket("a").policy_id, Some(policy_id("first")));
    assert_eq!(*house.ticket("b"), before);
}

#[test]
fn what_is_in_use_stays_and_what_is_named_has_to_be_there() {
    let mut house = House::with(|_| {});
    let gone = Act::DeleteCalendar { id: calendar_id("always"), expected_version: None };
    assert_eq!(house.refused(agent(), gone.clone()), "in_use");
    let nowhere = |id: &str| {
        let draft = PolicyDraft { calendar_id: calendar_id("nowhere"), ..policy(id) };
        Act::CreatePolicy { id: policy_id(id), terms: Box::new(SlaPolicy::new(draft).unwrap()) }
    };
    assert_eq!(house.refused(agent(), nowhere("new")), "calendarId");
    let changes = PolicyChanges { calendar_id: Some(calendar_id("nowhere")), ..Default::default() };
    let act = Act::UpdatePolicy { id: policy_id("gold"), changes: Box::new(changes), expected_version: None };
    assert_eq!(house.refused(agent(), act), "calendarId");
    let changes = PolicyChanges { name: Some(String::new()), ..Default::default() };
    let act = Act::UpdatePolicy { id: policy_id("gold"), changes: Box::new(changes), expected_version: None };
    assert_eq!(house.refused(agent(), act), "name");
    let long = step(Metric::Resolution, Lead::Percent(100), 1, &[], Some(&"x".repeat(65)));
    let changes = PolicyChanges { escalations: Some(vec![long]), ..Default::default() };
    let act = Act::UpdatePolicy { id: policy_id("gold"), changes: Box::new(changes), expected_version: None };
    assert_eq!(house.refused(agent(), act), "escalations[0].assign");
    house.act(Act::DeletePolicy { id: policy_id("gold"), expected_version: None });
    house.act(gone.clone());
    assert_eq!(house.refused(agent(), gone), "business_calendar_not_found");
    assert_eq!(house.refused(signed_in(), nowhere("new")), "staff_only");
}

#[test]
fn calculating_again_changes_nothing_where_nothing_is_different() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.wait(10);
    house.repeat(Act::CalculateSla { ticket: key("a") });
    house.walk("a", &[TicketStatus::Resolved, TicketStatus::Closed]);
    house.repeat(Act::CalculateSla { ticket: key("a") });
    assert_eq!(house.refused(signed_in(), Act::CalculateSla { ticket: key("a") }), "staff_only");
    assert_eq!(house.refused(agent(), Act::CalculateSla { ticket: key("b") }), "ticket_not_found");
}

#[test]
fn canned_responses_are_made_changed_and_deleted() {
    let mut house = House::empty();
    let id = crate::domain::ids::CannedResponseId::parse("hi").unwrap();
    let terms = CannedTerms {
        title: " Greeting ".to_owned(),
        body: "Hello {{ contact.name }}".to_owned(),
        category: Some("misc".to_owned()),
        active: true,
    };
    let create = Act::CreateCanned { id: id.clone(), terms: Box::new(terms.clone()) };
    house.act(create.clone());
    assert_eq!(house.refused(agent(), create), "already_exists");
    let patch = |value: serde_json::Value| {
        let patch = value.as_object().unwrap().clone();
        Act::UpdateCanned { id: id.clone(), patch, expected_version: None }
    };
    let answer = house.act(patch(json!({"category": null, "active": false, "other": 1})));
    let Answer::Canned { canned, created: false } = answer else { panic!("{answer:?}") };
    assert_eq!((canned.version, canned.terms.category.as_deref(), canned.terms.active), (2, None, false));
    assert_eq!(canned.terms.title, "Greeting");
    house.repeat(patch(json!({"active": false})));
    assert_eq!(house.refused(agent(), patch(json!({"title": null}))), "title");
    house.act(Act::DeleteCanned { id: id.clone(), expected_version: Some(2) });
    assert_eq!(house.state.canned_responses().count(), 0);
    assert_eq!(house.refused(agent(), patch(json!({}))), "canned_response_not_found");
}
