//! Waiting for a slot to become free. Every slot of the 12th of May is taken in these tests, 09:00 to 12:00 in Berlin.

use super::*;

const TEN: &str = "2026-05-12T08:00:00Z";
const FROM: &str = "2026-05-12T00:00:00Z";
const TO: &str = "2026-05-13T00:00:00Z";

fn full() -> Shop {
    let mut shop = Shop::with(|_| {});
    for (name, start) in
        [("a", "07:00"), ("b", "07:30"), ("c", "08:00"), ("d", "08:30"), ("e", "09:00"), ("f", "09:30")]
    {
        shop.book(name, &format!("2026-05-12T{start}:00Z"));
    }
    shop
}

fn entry<'a>(shop: &'a Shop, name: &str) -> Option<&'a WaitlistEntry> {
    shop.state.waiting(&WaitlistId::parse(name).unwrap()).map(AsRef::as_ref)
}

fn offered_hold(shop: &Shop, name: &str) -> Hold {
    match &entry(shop, name).unwrap().standing {
        Waiting::Offered { hold } => Hold::clone(shop.state.hold(hold).unwrap()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_freed_slot_is_offered_to_who_waits_longest_and_kept_meanwhile() {
    let mut shop = full();
    shop.ask(Party::Public, wait("ann", FROM, TO)).unwrap();
    shop.now += TimeDelta::minutes(1);
    shop.ask(Party::Public, wait("ben", FROM, TO)).unwrap();
    shop.cancel("c");
    let hold = offered_hold(&shop, "ann");
    assert_eq!((hold.slot, hold.expires_at), (slot(TEN), shop.now + TimeDelta::minutes(OFFER_MINUTES)));
    assert_eq!(entry(&shop, "ben").unwrap().standing, Waiting::Waiting);
    assert_eq!(shop.book_with("x", TEN, |_| {}).unwrap_err().code(), "slot_taken");
    shop.book_with("ann", TEN, |booking| booking.hold = Some(hold.id)).unwrap();
    assert_eq!(entry(&shop, "ann"), None);
    let waitlist: Vec<String> = shop.changes().split_off(6);
    assert_eq!(waitlist, ["joined", "joined", "cancelled", "offered", "booked", "booked"]);
}

#[test]
fn an_offer_that_nobody_takes_goes_to_the_next_one() {
    let mut shop = full();
    shop.act(wait("ann", FROM, TO));
    shop.now += TimeDelta::minutes(1);
    shop.act(wait("ben", FROM, TO));
    shop.cancel("c");
    let first = offered_hold(&shop, "ann");
    shop.wait_until("2026-05-11T06:31:00Z");
    let second = offered_hold(&shop, "ben");
    assert_eq!((second.slot, second.created_at), (slot(TEN), first.expires_at));
    assert_ne!(first.id, second.id);
    // Ann waits on, but is not offered the same start again.
    shop.wait_until("2026-05-11T07:01:00Z");
    assert_eq!(entry(&shop, "ann").unwrap().standing, Waiting::Waiting);
    assert_eq!(shop.day("2026-05-12"), ["08:00"]);
    shop.cancel("d");
    assert_eq!(offered_hold(&shop, "ann").slot, slot("2026-05-12T08:30:00Z"));
}

#[test]
fn only_what_fits_the_wish_is_offered() {
    let mut shop = full();
    shop.act(wait("early", FROM, TEN));
    shop.act(wait("late", "2026-05-12T08:30:00Z", TO));
    shop.cancel("c");
    assert!(shop.state.holds().next().is_none());
    shop.cancel("b");
    assert_eq!(offered_hold(&shop, "early").slot, slot("2026-05-12T07:30:00Z"));
    shop.act(reschedule("f", TEN));
    assert_eq!(offered_hold(&shop, "late").slot, slot("2026-05-12T09:30:00Z"));
}

#[test]
fn waiting_ends_with_its_span_with_enough_offers_and_with_the_definition() {
    let mut shop = full();
    shop.act(wait("ann", FROM, TO));
    let mut deleted = shop.clone();
    deleted.act(Act::DeleteDefinition { id: definition_id("cut"), expected_version: None });
    assert_eq!(entry(&deleted, "ann"), None);
    let mut over = shop.clone();
    over.wait_until(TO);
    assert_eq!(entry(&over, "ann"), None);
    for (round, name) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        shop.cancel(name);
        assert_eq!(entry(&shop, "ann").unwrap().offered.len(), round + 1);
        shop.now = offered_hold(&shop, "ann").expires_at;
        shop.tick();
    }
    assert_eq!(OFFERS_MAX, 5);
    assert_eq!(entry(&shop, "ann"), None);
}

#[test]
fn the_same_wish_waits_once() {
    let mut shop = full();
    shop.act(wait("ann", FROM, TO));
    let mut again = wait("other", FROM, TO);
    if let Act::JoinWaitlist(wish) = &mut again {
        wish.customer = customer("ann");
    }
    let answer = shop.repeat(Party::Public, again);
    assert!(matches!(answer, Answer::Waiting { entry, created: false } if entry.id.as_str() == "ann"));
}

#[test]
fn a_span_is_held_to_its_limits() {
    let mut shop = full();
    for (from, to) in [
        (TO, FROM),
        (FROM, FROM),
        ("2026-05-10T00:00:00Z", "2026-05-11T06:00:00Z"),
        // From the 12th of May 62 days are over on the 13th of July at 00:00Z.
        (FROM, "2026-07-13T00:00:01Z"),
    ] {
        assert_eq!(shop.refused(Party::Public, wait("ann", from, to)), "invalid", "{from} {to}");
    }
    shop.act(wait("ann", FROM, "2026-07-13T00:00:00Z"));
}

#[test]
fn an_offer_shortly_before_the_start_ends_with_it() {
    let mut shop = full();
    shop.act(wait("ann", FROM, TO));
    shop.now = at("2026-05-12T07:45:00Z");
    shop.cancel("c");
    assert_eq!(offered_hold(&shop, "ann").expires_at, at(TEN));
    shop.wait_until(TEN);
    assert!(shop.state.holds().next().is_none());
    // At the very start it would be over as it is made.
    let mut shop = full();
    shop.act(wait("ann", FROM, TO));
    shop.now = at(TEN);
    shop.cancel("c");
    assert!(shop.state.holds().next().is_none());
}
