//! Slots kept for who fills in the form.

use super::*;

const TEN: &str = "2026-05-12T08:00:00Z";

#[test]
fn a_held_slot_is_gone_for_others_until_the_very_end_of_the_hold() {
    let mut shop = Shop::with(|_| {});
    let Answer::Held { hold: held } = shop.ask(Party::Public, hold("h", TEN)).unwrap() else { panic!() };
    assert_eq!(held.expires_at, shop.now + TimeDelta::minutes(HOLD_MINUTES));
    assert_eq!(shop.book_with("ann", TEN, |_| {}).unwrap_err().code(), "slot_taken");
    shop.now += TimeDelta::minutes(HOLD_MINUTES) - TimeDelta::seconds(1);
    assert_eq!(shop.day("2026-05-12").len(), 5);
    // It is over at its end, whether anybody has noticed or not.
    shop.now += TimeDelta::seconds(1);
    assert_eq!(shop.day("2026-05-12").len(), 6);
    assert_eq!(wake_at(&shop.state), Some(shop.now));
    shop.tick();
    assert_eq!((shop.state.holds().count(), wake_at(&shop.state)), (0, None));
    shop.book("ann", TEN);
}

#[test]
fn who_has_the_hold_books_with_it_and_keeps_the_staff() {
    let mut shop = Shop::staffed(&["ann", "ben"], |_| {});
    shop.book("x", "2026-05-12T07:00:00Z");
    shop.act(hold("h", TEN));
    assert_eq!(shop.state.hold(&hold_id("h")).unwrap().staff_ids, staff_ids(&["ben"]));
    shop.book("y", TEN);
    shop.book_with("z", TEN, |booking| booking.hold = Some(hold_id("h"))).unwrap();
    assert_eq!(shop.reservation("z").staff_ids, staff_ids(&["ben"]));
    assert_eq!(shop.state.holds().count(), 0);
}

#[test]
fn a_hold_of_another_slot_or_one_that_is_over_is_as_none() {
    let mut shop = Shop::with(|_| {});
    shop.act(hold("h", TEN));
    let with_hold = |booking: &mut Booking| booking.hold = Some(hold_id("h"));
    shop.book_with("ann", "2026-05-12T09:00:00Z", with_hold).unwrap();
    assert_eq!(shop.state.holds().count(), 1);
    shop.wait_until("2026-05-11T06:05:00Z");
    shop.book_with("ben", TEN, with_hold).unwrap();
}

#[test]
fn a_hold_keeps_its_slot_in_time() {
    // Two hours of notice, and it is two hours before: held now, booked four minutes later.
    let mut shop = Shop::with(|draft| draft.terms.min_notice_minutes = 120);
    shop.now = at("2026-05-12T06:00:00Z");
    shop.act(hold("h", TEN));
    shop.now += TimeDelta::minutes(4);
    let mut without = shop.clone();
    assert_eq!(without.book_with("ann", TEN, |_| {}).unwrap_err().code(), "slot_not_offered");
    shop.book_with("ann", TEN, |booking| booking.hold = Some(hold_id("h"))).unwrap();
}

#[test]
fn a_hold_has_to_fit_as_a_booking_has() {
    let mut shop = Shop::with(|_| {});
    shop.act(hold("h", TEN));
    assert_eq!(shop.refused(Party::Public, hold("i", TEN)), "slot_taken");
    assert_eq!(shop.refused(Party::Public, hold("h", "2026-05-12T07:00:00Z")), "already_exists");
    assert_eq!(shop.refused(Party::Public, hold("i", "2026-05-12T07:10:00Z")), "slot_not_offered");
}

#[test]
fn the_public_keeps_so_many_slots_of_a_definition_and_staff_more() {
    let mut shop = Shop::with(|draft| draft.terms.capacity = Some(SEATS_MAX));
    for at in 0..HOLDS_OF_DEFINITION_MAX {
        shop.now += TimeDelta::milliseconds(1);
        shop.ask(Party::Public, hold(&format!("h{at}"), "2026-05-12T08:00:00Z")).unwrap();
    }
    let retry_at = morning() + TimeDelta::milliseconds(1) + TimeDelta::minutes(HOLD_MINUTES);
    let one_more = hold("more", "2026-05-12T08:00:00Z");
    assert_eq!(shop.ask(Party::Public, one_more.clone()), Err(Rejection::TooManyHolds { retry_at }));
    shop.wait_until(&retry_at.to_rfc3339());
    shop.ask(Party::Public, one_more).unwrap();
    shop.act(hold("staff", "2026-05-12T08:00:00Z"));
}
