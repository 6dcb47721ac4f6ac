//! Tickets are changed.

use super::*;

const ALL: [TicketStatus; 5] = TicketStatus::ALL;

#[test]
fn the_moves_are_those_of_the_contract() {
    use TicketStatus::{Closed, InProgress, Open, Pending, Resolved};
    let legal = [
        (Open, vec![InProgress, Pending, Resolved]),
        (InProgress, vec![Open, Pending, Resolved]),
        (Pending, vec![Open, InProgress, Resolved]),
        (Resolved, vec![Open, Closed]),
        (Closed, vec![]),
    ];
    for (from, to) in legal {
        for target in ALL {
            let mut house = House::with(|_| {});
            house.create("a", |_| {});
            let way: &[TicketStatus] = match from {
                Open => &[],
                InProgress => &[InProgress],
                Pending => &[Pending],
                Resolved => &[Resolved],
                Closed => &[Resolved, Closed],
            };
            house.walk("a", way);
            let version = house.ticket("a").version;
            if target == from {
                house.repeat(move_to("a", target));
            } else if to.contains(&target) {
                house.set_status("a", target);
                assert_eq!((house.ticket("a").status, house.ticket("a").version), (target, version + 1));
            } else {
                assert_eq!(house.refused(agent(), move_to("a", target)), "illegal_move", "{from:?} to {target:?}");
            }
        }
    }
}

#[test]
fn several_fields_are_one_change() {
    let mut house = House::with(|_| {});
    house.create("a", |draft| draft.tags = vec!["one".to_owned(), "two".to_owned()]);
    let changes = TicketChanges {
        subject: Some(" Other ".to_owned()),
        description: Some("More".to_owned()),
        status: Some(TicketStatus::InProgress),
        priority: Some(TicketPriority::Urgent),
        assignee_id: Some(Some("ann".to_owned())),
        team: Some(Some("second".to_owned())),
        tags: None,
        add_tags: vec!["three".to_owned(), "one".to_owned()],
        remove_tags: vec!["two".to_owned()],
    };
    house.update("a", changes.clone());
    let ticket = house.ticket("a");
    assert_eq!((ticket.version, &*ticket.subject, ticket.status), (2, "Other", TicketStatus::InProgress));
    assert_eq!(*ticket.tags, ["one", "three"]);
    let Change::Updated { status_before, priority_before, assignee_before, subject_changed, description, .. } =
        house.last_change().clone()
    else {
        panic!()
    };
    assert_eq!((status_before, priority_before), (Some(TicketStatus::Open), Some(TicketPriority::Normal)));
    assert_eq!((assignee_before, subject_changed, description.as_deref()), (Some(None), true, Some("More")));
    let same = TicketChanges { description: None, add_tags: Vec::new(), remove_tags: Vec::new(), ..changes };
    house.repeat(update("a", same));
    let clear = TicketChanges { assignee_id: Some(None), team: Some(None), tags: Some(vec![]), ..Default::default() };
    house.update("a", clear);
    let ticket = house.ticket("a");
    assert_eq!((&ticket.assignee_id, &ticket.team, ticket.tags.len()), (&None, &None, 0));
}

#[test]
fn another_priority_moves_the_targets_and_keeps_what_has_passed() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.wait(10);
    house.update("a", TicketChanges { priority: Some(TicketPriority::High), ..Default::default() });
    let clock = house.clock("a", Metric::FirstResponse).unwrap();
    assert_eq!((clock.due_at, clock.elapsed_seconds), (Some(at("2026-05-11T08:30:00Z")), 600));
    house.wait(10);
    // Used up already: breached at the change.
    house.update("a", TicketChanges { priority: Some(TicketPriority::Urgent), ..Default::default() });
    let clock = house.clock("a", Metric::FirstResponse).unwrap();
    assert_eq!((clock.state, clock.breached_at), (ClockState::Breached, Some(at("2026-05-11T08:20:00Z"))));
    assert_eq!(house.changes()[2..], ["08:20 updated", "08:20 breached"]);
    assert_eq!(house.ticket("a").version, 4);
    // What was breached stays so.
    house.update("a", TicketChanges { priority: Some(TicketPriority::Low), ..Default::default() });
    assert_eq!(house.clock_state("a", Metric::FirstResponse), Some(ClockState::Breached));
}

#[test]
fn a_pause_holds_whatever_the_priority_becomes() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.wait(10);
    house.set_status("a", TicketStatus::Pending);
    house.wait(600);
    house.update("a", TicketChanges { priority: Some(TicketPriority::High), ..Default::default() });
    let clock = house.clock("a", Metric::FirstResponse).unwrap();
    assert_eq!((clock.state, clock.elapsed_seconds, clock.due_at), (ClockState::Paused, 600, None));
    house.wait(600);
    house.set_status("a", TicketStatus::Open);
    let clock = house.clock("a", Metric::FirstResponse).unwrap();
    assert_eq!(clock.due_at, Some(house.now + TimeDelta::minutes(20)));
}

#[test]
fn every_change_is_matched_anew() {
    let mut house = House::with(|draft| draft.order = 20);
    house.promise("vip", |draft| {
        draft.when = Some(crate::domain::sla::Condition::parse("\"vip\" in ticket.tags").unwrap());
        draft.targets = [(TicketPriority::Normal, Targets { first_response: Some(600), ..Default::default() })].into();
    });
    house.create("a", |_| {});
    house.wait(4);
    house.update("a", TicketChanges { add_tags: vec!["vip".to_owned()], ..Default::default() });
    assert_eq!(house.ticket("a").policy_id, Some(policy_id("vip")));
    assert_eq!(house.clock("a", Metric::FirstResponse).unwrap().due_at, Some(at("2026-05-11T08:10:00Z")));
    assert_eq!(house.clock("a", Metric::Resolution), None);
    house.update("a", TicketChanges { remove_tags: vec!["vip".to_owned()], ..Default::default() });
    assert_eq!(house.clock("a", Metric::FirstResponse).unwrap().due_at, Some(at("2026-05-11T09:00:00Z")));
    assert_eq!(house.changes(), ["08:00 opened", "08:04 updated", "08:04 updated"]);
}

#[test]
fn what_is_over_is_not_changed() {
    let mut house = House::empty();
    house.create("a", |_| {});
    house.create("b", |_| {});
    house.create("c", |_| {});
    let rename = |name: &str| update(name, TicketChanges { subject: Some("x".to_owned()), ..Default::default() });
    house.walk("a", &[TicketStatus::Resolved, TicketStatus::Closed]);
    assert_eq!(house.refused(agent(), rename("a")), "wrong_state");
    house.act(merge("b", "c"));
    assert_eq!(house.refused(agent(), rename("b")), "merged");
    house.act(delete("c"));
    assert_eq!(house.refused(agent(), rename("c")), "ticket_not_found");
    assert_eq!(house.refused(agent(), rename("d")), "ticket_not_found");
}

#[test]
fn only_staff_changes_and_only_what_it_knows() {
    let mut house = House::empty();
    house.create("a", |_| {});
    for by in [Party::Public, bearer("a"), signed_in()] {
        assert_eq!(house.refused(by, move_to("a", TicketStatus::Resolved)), "staff_only");
    }
    let stale = |version| Act::Update {
        ticket: TicketKey::Number(TicketNumber::FIRST),
        changes: Box::new(TicketChanges { team: Some(Some("t".to_owned())), ..Default::default() }),
        expected_version: Some(version),
    };
    assert_eq!(house.refused(agent(), stale(2)), "version_mismatch");
    house.act(stale(1));
    assert_eq!(house.refused(agent(), stale(1)), "version_mismatch");
    let wrong = TicketChanges { add_tags: vec!["x".repeat(51)], ..Default::default() };
    assert_eq!(house.refused(agent(), update("a", wrong)), "addTags[0]");
    let many = TicketChanges { tags: Some((0..30).map(|at| at.to_string()).collect()), ..Default::default() };
    house.update("a", many);
    let more = TicketChanges { add_tags: vec!["x".to_owned()], ..Default::default() };
    assert_eq!(house.refused(agent(), update("a", more)), "addTags");
}

#[test]
fn reopening_leaves_the_resolved_time_out() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.wait(60);
    house.set_status("a", TicketStatus::Resolved);
    assert_eq!(house.state.live_count(), 0);
    assert_eq!(wake_at(&house.state), None);
    house.wait(600);
    house.set_status("a", TicketStatus::Open);
    let clock = house.clock("a", Metric::Resolution).unwrap();
    assert_eq!((clock.elapsed_seconds, clock.due_at), (3_600, Some(house.now + TimeDelta::minutes(420))));
    assert_eq!(house.state.live_count(), 1);
}
