//! What time makes happen: warnings, breaches and escalations, each once, at its own moment.

use super::*;

fn chain(draft: &mut PolicyDraft) {
    draft.warn_at_percent = vec![50, 80];
    draft.escalations = vec![
        step(Metric::FirstResponse, Lead::Percent(100), 1, &["assignee"], None),
        step(Metric::FirstResponse, Lead::After(minutes(30)), 2, &["boss@example.com"], Some("ben")),
        step(Metric::Resolution, Lead::Before(minutes(60)), 3, &["ann"], None),
    ];
}

#[test]
fn each_fires_at_its_second() {
    let mut house = House::with(chain);
    house.create("a", |draft| draft.assignee_id = Some("ann".to_owned()));
    house.wait(29);
    assert_eq!(house.changes(), ["08:00 opened"]);
    house.wait(1);
    assert_eq!((house.changes().last().unwrap().as_str(), house.told()), ("08:30 warned", vec!["ann@example.com"]));
    house.wait(18);
    assert_eq!(house.changes().last().unwrap(), "08:48 warned");
    house.wait(12);
    assert_eq!(house.changes()[3..], ["09:00 breached", "09:00 escalated"]);
    assert_eq!(house.told(), ["ann@example.com"]);
    house.wait(30);
    let ticket = house.ticket("a");
    assert_eq!((ticket.escalation_level, ticket.assignee_id.as_deref()), (2, Some("ben")));
    assert_eq!(house.told(), ["boss@example.com"]);
    // Resolution: warnings at 4 h and at 6 h 24 min, the step an hour before its end, the breach at 8 h.
    house.wait(24 * 60);
    assert_eq!(house.changes()[6..], ["12:00 warned", "14:24 warned", "15:00 escalated", "16:00 breached"]);
    assert_eq!(wake_at(&house.state), None);
    assert_eq!(house.ticket("a").version, 10);
}

#[test]
fn a_chain_that_names_the_customer_tells_the_others_only() {
    let mut house = House::with(|draft| {
        chain(draft);
        draft.escalations[0].notify =
            vec!["A@Example.com".to_owned(), "assignee".to_owned(), "boss@example.com".to_owned()];
    });
    house.create("a", |draft| draft.assignee_id = Some("a@example.com".to_owned()));
    house.wait(60);
    assert_eq!(house.changes()[1..], ["08:30 warned", "08:48 warned", "09:00 breached", "09:00 escalated"]);
    let told = |event: &Event| match event {
        Event::TicketChanged { change, .. } => match &**change {
            Change::Escalated { told, .. } | Change::Warned { told, .. } | Change::Breached { told, .. } => told.len(),
            _ => 0,
        },
        _ => 0,
    };
    assert_eq!((house.log.iter().map(told).sum::<usize>(), house.told()), (1, vec!["boss@example.com"]));
}

#[test]
fn what_was_due_while_nobody_was_there_keeps_its_moment_and_only_the_highest_level_tells() {
    let mut house = House::with(chain);
    house.create("a", |_| {});
    house.now += TimeDelta::hours(20);
    house.tick();
    let expected = [
        "08:30 warned",
        "08:48 warned",
        "09:00 breached",
        "09:00 escalated",
        "09:30 escalated",
        "12:00 warned",
        "14:24 warned",
        "15:00 escalated",
        "16:00 breached",
    ];
    assert_eq!(house.changes()[1..], expected);
    let told: Vec<usize> = house
        .log
        .iter()
        .filter_map(|event| match event {
            Event::TicketChanged { change, .. } => match &**change {
                Change::Escalated { told, .. } => Some(told.len()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    // The first level of the first response was passed together with its second: it tells nobody.
    assert_eq!(told, [0, 1, 1]);
    house.tick();
    assert_eq!(house.changes().len(), 10);
    assert!(house.ticket("a").updated_at == at("2026-05-11T16:00:00Z"));
}

#[test]
fn an_answer_at_the_very_moment_comes_too_late() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.now += TimeDelta::minutes(60);
    // No tick came before: the act itself does what is due of its ticket first.
    house.reply("a", "m1");
    assert_eq!(house.changes(), ["08:00 opened", "09:00 breached", "09:00 replied"]);
    assert_eq!(house.clock_state("a", Metric::FirstResponse), Some(ClockState::Breached));
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.now += TimeDelta::minutes(60) - TimeDelta::seconds(1);
    house.reply("a", "m1");
    assert_eq!(house.clock_state("a", Metric::FirstResponse), Some(ClockState::Met));
}

#[test]
fn a_level_only_rises() {
    let mut house = House::with(chain);
    house.create("a", |_| {});
    house.act(escalate("a", Some(5), &[]));
    house.wait(90);
    let Change::Escalated { level_before, told, .. } = house.last_change() else { panic!() };
    assert_eq!((*level_before, told.len()), (5, 1));
    let ticket = house.ticket("a");
    assert_eq!((ticket.escalation_level, ticket.assignee_id.as_deref()), (5, None));
}

#[test]
fn an_escalation_can_make_another_policy_hold() {
    let mut house = House::with(|draft| {
        draft.order = 20;
        draft.escalations = vec![step(Metric::FirstResponse, Lead::Percent(50), 1, &[], Some("ben"))];
    });
    house.promise("bens", |draft| {
        draft.order = 10;
        draft.when = Some(crate::domain::sla::Condition::parse("ticket.assigneeId == \"ben\"").unwrap());
        let targets = Targets { first_response: Some(minutes(40)), ..Default::default() };
        draft.targets = [(TicketPriority::Normal, targets)].into();
    });
    house.create("a", |_| {});
    let mut late = house.clone();
    house.wait(120);
    let expected = ["08:00 opened", "08:30 escalated", "08:30 rematched", "08:40 breached"];
    assert_eq!(house.changes(), expected);
    late.now += TimeDelta::minutes(120);
    late.tick();
    late.tick();
    assert_eq!(late.changes(), expected);
    assert_eq!(late.ticket("a"), house.ticket("a"));
}

#[test]
fn a_tick_does_a_thousand_things_in_order_and_leaves_the_rest() {
    let mut house = House::with(|draft| draft.warn_at_percent = vec![50]);
    let count = 700;
    for at in 0..count {
        let command = Command {
            by: agent(),
            act: Act::Create(Box::new(draft(&format!("t{at}")))),
            past: Vec::new(),
            agents: staff(),
        };
        for event in decide(&house.state, &command, house.now).unwrap() {
            apply(&mut house.state, &event);
        }
        house.now += TimeDelta::seconds(1);
    }
    house.now += TimeDelta::hours(2);
    let mut sizes = Vec::new();
    while wake_at(&house.state).is_some_and(|due| due <= house.now) {
        let before = house.log.len();
        house.tick();
        sizes.push(house.log.len() - before);
    }
    assert_eq!(sizes, [TICK_ITEMS_MAX, 2 * count - TICK_ITEMS_MAX]);
    let moments: Vec<_> = house.log.iter().skip(2).map(Event::at).collect();
    assert!(moments.is_sorted());
}

#[test]
fn a_step_is_taken_once_though_another_policy_held_in_between() {
    let mut house = House::with(|draft| {
        draft.order = 20;
        chain(draft);
    });
    house.promise("vip", |draft| {
        draft.order = 10;
        draft.when = Some(crate::domain::sla::Condition::parse("\"vip\" in ticket.tags").unwrap());
    });
    house.create("a", |_| {});
    house.wait(60);
    house.update("a", TicketChanges { add_tags: vec!["vip".to_owned()], ..Default::default() });
    house.update("a", TicketChanges { remove_tags: vec!["vip".to_owned()], ..Default::default() });
    house.wait(10);
    assert_eq!(house.changes().iter().filter(|change| change.ends_with("escalated")).count(), 1);
}
