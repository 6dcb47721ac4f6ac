//! Tickets are merged, deleted and rated.

use super::*;

#[test]
fn a_merged_ticket_is_closed_and_the_other_takes_its_tags() {
    let mut house = House::with(|_| {});
    house.create("a", |draft| draft.tags = vec!["one".to_owned(), "two".to_owned()]);
    house.create("b", |draft| draft.tags = vec!["two".to_owned(), "three".to_owned()]);
    house.wait(10);
    let answer = house.act(merge("a", "b"));
    let Answer::Ticket { ticket, created: false } = answer else { panic!("{answer:?}") };
    assert_eq!((ticket.status, ticket.merged_into.as_ref()), (TicketStatus::Closed, Some(&id("b"))));
    assert_eq!(house.clock_state("a", Metric::Resolution), Some(ClockState::Ended));
    assert_eq!(house.clock_state("a", Metric::FirstResponse), Some(ClockState::Ended));
    assert_eq!(*house.ticket("b").tags, ["two", "three", "one"]);
    assert_eq!(house.clock_state("b", Metric::FirstResponse), Some(ClockState::Running));
    assert_eq!(house.changes()[2..], ["08:10 merged-into", "08:10 absorbed", "08:10 commented"]);
    assert_eq!(house.state.live_count(), 1);
}

#[test]
fn nothing_goes_into_itself_or_into_what_is_over() {
    let mut house = House::empty();
    ["a", "b", "c", "d"].iter().for_each(|name| house.create(name, |_| {}));
    let by_number =
        Act::Merge { ticket: key("a"), into: TicketKey::Number(TicketNumber::FIRST), expected_version: None };
    assert_eq!(house.refused(agent(), by_number), "cannot_merge");
    house.act(merge("a", "b"));
    assert_eq!(house.refused(agent(), merge("a", "c")), "merged");
    assert_eq!(house.refused(agent(), merge("b", "a")), "cannot_merge");
    house.walk("c", &[TicketStatus::Resolved, TicketStatus::Closed]);
    assert_eq!(house.refused(agent(), merge("b", "c")), "cannot_merge");
    assert_eq!(house.refused(agent(), merge("c", "b")), "wrong_state");
    house.act(delete("d"));
    assert_eq!(house.refused(agent(), merge("b", "d")), "ticket_not_found");
    assert_eq!(house.refused(agent(), merge("d", "b")), "ticket_not_found");
    assert_eq!(house.refused(signed_in(), merge("b", "c")), "staff_only");
}

#[test]
fn a_deleted_ticket_is_gone_and_its_clocks_end() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    let answer = house.act(delete("a"));
    assert_eq!(answer, Answer::TicketDeleted { id: id("a") });
    assert_eq!(house.clock_state("a", Metric::FirstResponse), Some(ClockState::Ended));
    assert_eq!(wake_at(&house.state), None);
    for act in [delete("a"), move_to("a", TicketStatus::Pending), reply("a", "m1", None), escalate("a", None, &[])] {
        assert_eq!(house.refused(agent(), act), "ticket_not_found");
    }
    assert_eq!(house.refused(agent(), Act::Create(Box::new(draft("a")))), "already_exists");
    house.create("b", |_| {});
    assert_eq!(house.ticket("b").number, TicketNumber::new(2));
}

#[test]
fn its_customer_rates_a_ticket_when_it_is_over() {
    let mut house = House::empty();
    house.create("a", |_| {});
    assert_eq!(house.refused(bearer("a"), rate("a", 5)), "wrong_state");
    house.set_status("a", TicketStatus::Resolved);
    for by in [Party::Public, bearer("b"), agent()] {
        assert_eq!(house.refused(by, rate("a", 5)), "ticket_not_found");
    }
    assert_eq!(house.refused(bearer("a"), rate("a", 0)), "score");
    assert_eq!(house.refused(bearer("a"), rate("a", 6)), "score");
    let long = Act::Rate { ticket: key("a"), score: 1, comment: Some("x".repeat(2_001)) };
    assert_eq!(house.refused(bearer("a"), long), "comment");
    house.ask(bearer("a"), rate("a", 2)).unwrap();
    let version = house.ticket("a").version;
    house.ask(bearer("a"), rate("a", 2)).unwrap();
    assert_eq!(house.ticket("a").version, version);
    house.set_status("a", TicketStatus::Closed);
    house.ask(signed_in(), Act::Rate { ticket: key("a"), score: 4, comment: Some(" Fine ".to_owned()) }).unwrap();
    let said = house.ticket("a").satisfaction.clone().unwrap();
    assert_eq!((said.score, said.comment.as_deref()), (4, Some("Fine")));
}
