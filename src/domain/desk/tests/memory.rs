//! What is long over is forgotten, and comes back with the command that is about it.

use super::*;

/// A house that has forgotten the ticket `a`, which is in its history.
fn forgetful(statuses: &[TicketStatus]) -> House {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.walk("a", statuses);
    let old = Arc::clone(house.state.ticket(&key("a")).unwrap());
    assert!(DeskState::is_remembered(&old, house.now));
    house.wait(24 * 60);
    assert!(!DeskState::is_remembered(&old, house.now));
    house.create("b", |_| {});
    assert!(house.state.ticket(&key("a")).is_none());
    house.past = vec![old];
    house
}

#[test]
fn live_tickets_are_never_forgotten() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.wait(100 * 24 * 60);
    house.create("b", |_| {});
    assert!(house.state.ticket(&key("a")).is_some());
}

#[test]
fn a_ticket_comes_back_when_it_is_opened_again() {
    let mut house = forgetful(&[TicketStatus::Resolved]);
    house.write_as_customer("a", "m1");
    assert_eq!((house.ticket("a").status, house.ticket("a").number), (TicketStatus::Open, TicketNumber::FIRST));
    // Memory knows better now than what was read before.
    house.set_status("a", TicketStatus::Pending);
    assert_eq!(house.ticket("a").version, 4);
    assert_eq!(house.state.live_count(), 2);
}

#[test]
fn what_is_over_for_good_is_answered_and_forgotten_again() {
    let mut house = forgetful(&[TicketStatus::Resolved, TicketStatus::Closed]);
    let answer = house.act(comment("a", "c1"));
    assert!(matches!(&answer, Answer::Commented { ticket, .. } if ticket.id == id("a")), "{answer:?}");
    assert!(house.state.ticket(&key("a")).is_none());
    assert_eq!(house.refused(agent(), Act::Create(Box::new(draft("a")))), "already_exists");
    let answer = house.ask(bearer("a"), rate("a", 5)).unwrap();
    assert!(matches!(&answer, Answer::Ticket { ticket, .. } if ticket.satisfaction.is_some()), "{answer:?}");
    assert!(house.state.ticket(&key("a")).is_some());
    house.act(delete("a"));
    assert_eq!(house.refused(agent(), comment("a", "c2")), "ticket_not_found");
}

#[test]
fn an_unknown_end_of_a_merged_ticket_is_named() {
    let mut house = House::empty();
    ["a", "b"].iter().for_each(|name| house.create(name, |_| {}));
    house.act(merge("a", "b"));
    house.walk("b", &[TicketStatus::Resolved, TicketStatus::Closed]);
    let [a, b] = ["a", "b"].map(|name| Arc::clone(house.state.ticket(&key(name)).unwrap()));
    house.wait(24 * 60);
    house.create("c", |_| {});
    house.past = vec![Arc::clone(&a)];
    assert_eq!(house.refused(bearer("a"), customer_reply("a", "m1", Some("d"))), "merged");
    house.past = vec![a, b];
    house.ask(bearer("a"), customer_reply("a", "m1", Some("d"))).unwrap();
    assert_eq!(house.ticket("d").follows, Some(id("b")));
}

#[test]
fn a_rebuilt_state_is_the_same() {
    let mut house = House::with(|_| {});
    ["a", "b", "c"].iter().for_each(|name| house.create(name, |_| {}));
    house.set_status("a", TicketStatus::Resolved);
    house.wait(5);
    house.set_status("b", TicketStatus::Pending);
    assert_eq!(house.state.newest_instant(), Some(house.now));
    assert_eq!((house.state.next_number(), house.state.live_count()), (TicketNumber::new(4), 2));
    assert_eq!(DeskState::default().newest_instant(), None);
}

#[test]
fn memory_knows_how_many_are_live_at_a_status_and_nothing_of_others() {
    let mut house = House::with(|_| {});
    ["a", "b", "c", "d", "e"].iter().for_each(|name| house.create(name, |_| {}));
    house.set_status("a", TicketStatus::Pending);
    house.set_status("b", TicketStatus::Resolved);
    house.act(delete("c"));
    house.act(merge("d", "e"));
    let (open, pending) = (TicketStatus::Open, TicketStatus::Pending);
    assert_eq!(house.state.count_at(&[open, pending]), Some(2));
    assert_eq!(house.state.count_at(&[open, open]), Some(1));
    assert_eq!(house.state.count_at(&[TicketStatus::InProgress]), Some(0));
    assert_eq!(house.state.count_at(&[open, TicketStatus::Resolved]), None);
}

#[test]
fn what_tickets_have_in_common_is_one_value_once_they_are_loaded() {
    let mut house = House::with(|_| {});
    for name in ["a", "b"] {
        house.create(name, |draft| {
            draft.tags = vec!["vip".to_owned()];
            draft.team = Some("second".to_owned());
        });
    }
    let mut shared = Shared::default();
    let [a, b] = ["a", "b"].map(|name| shared.within(house.ticket(name).clone()));
    assert_eq!((&a, &b), (house.ticket("a"), house.ticket("b")));
    assert!(Arc::ptr_eq(&a.tags, &b.tags));
    assert!(Arc::ptr_eq(a.team.as_ref().unwrap(), b.team.as_ref().unwrap()));
}
