//! Another slot, other people, called off, deleted: who may, until when, and what follows.

use super::*;

const TEN: &str = "2026-05-12T08:00:00Z";
const ELEVEN: &str = "2026-05-12T09:00:00Z";

#[test]
fn a_move_takes_the_new_slot_and_frees_the_old_one_in_one_act() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    shop.ask(Party::Public, reschedule("ann", ELEVEN)).unwrap();
    let moved = shop.reservation("ann");
    assert_eq!((moved.slot, moved.sequence, moved.version), (slot(ELEVEN), 1, 2));
    assert_eq!((moved.number.clone(), moved.calendar_uid.as_str()), (number("ann"), "ann@frontdesk"));
    let Some(Event::ReservationChanged { change, .. }) = shop.log.last() else { panic!() };
    assert_eq!(*change, Change::Moved { from: slot(TEN), staff_ids: vec![] });
    shop.repeat(Party::Public, reschedule("ann", ELEVEN));
    shop.book("ben", TEN);
    assert_eq!(shop.refused(Party::Public, reschedule("ann", TEN)), "slot_taken");
    assert_eq!(shop.reservation("ann").slot, slot(ELEVEN));
}

#[test]
fn a_move_can_overlap_where_it_was_and_keeps_its_staff() {
    let mut shop = Shop::staffed(&["ann", "ben"], |draft| {
        draft.terms.step_minutes = Some(10);
    });
    shop.book_with("x", TEN, |booking| booking.staff = Some(staff_id("ben"))).unwrap();
    shop.book("y", TEN);
    // Ten minutes later: only ben is free of others then, and he stays.
    shop.act(reschedule("x", "2026-05-12T08:10:00Z"));
    assert_eq!(shop.reservation("x").staff_ids, staff_ids(&["ben"]));
}

#[test]
fn customers_call_off_and_move_in_time_and_staff_always() {
    // Two hours before 10:00 are 08:00 Berlin (06:00Z): that very moment is in time.
    let mut shop = Shop::with(|draft| draft.terms.cancel_before_minutes = 120);
    shop.book("ann", TEN);
    shop.now = at("2026-05-12T06:00:00Z");
    let mut in_time = shop.clone();
    in_time.ask(Party::Public, cancel("ann")).unwrap();
    shop.now += TimeDelta::seconds(1);
    let until = at("2026-05-12T06:00:00Z");
    let refusal = shop.ask(Party::Public, cancel("ann")).unwrap_err();
    assert_eq!(refusal, Rejection::TooLate { act: LateAct::Cancel, until });
    assert_eq!(shop.refused(Party::Public, reschedule("ann", ELEVEN)), "too_late_to_reschedule");
    shop.act(reschedule("ann", ELEVEN));
    shop.act(cancel("ann"));
    let Status::Cancelled { by, .. } = shop.reservation("ann").status else { panic!() };
    assert_eq!(by, CancelledBy::Staff);
}

#[test]
fn calling_off_frees_the_spot_once() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    let answer = shop.ask(Party::Public, cancel("ann")).unwrap();
    assert!(matches!(answer, Answer::Reservation { reservation } if reservation.sequence == 1));
    assert_eq!(shop.day("2026-05-12").len(), 6);
    shop.repeat(Party::Public, cancel("ann"));
    assert_eq!(shop.refused(clerk(), reschedule("ann", ELEVEN)), "wrong_state");
}

#[test]
fn only_number_and_address_together_prove_a_reservation() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    let by = |reservation: Named| Act::Cancel { reservation, reason: None, expected_version: None, past: None };
    let email = |name: &str| Some(customer(name).email);
    for wrong in [
        Named::Number { number: number("ann"), email: email("ben") },
        Named::Number { number: number("ben"), email: email("ann") },
        Named::Number { number: number("ann"), email: None },
        Named::Id { id: id("ann") },
    ] {
        assert_eq!(shop.refused(Party::Public, by(wrong)), "reservation_not_found");
    }
    let customer_token = Party::Clerk { subject: "ann".to_owned(), role: Role::Customer };
    assert_eq!(shop.refused(customer_token, by(Named::Id { id: id("ann") })), "reservation_not_found");
    assert_eq!(shop.refused(Party::Public, update("ann", ReservationChanges::default())), "reservation_not_found");
    shop.act(by(Named::Number { number: number("ann"), email: None }));
}

#[test]
fn an_update_is_all_or_nothing() {
    let mut shop = Shop::with(|draft| draft.terms.capacity = Some(2));
    shop.book("ann", TEN);
    shop.book("ben", ELEVEN);
    let changes = |party_size, start: &str| ReservationChanges {
        notes: Some("Window seat".to_owned()),
        party_size: Some(party_size),
        slot: Some(slot(start)),
        ..ReservationChanges::default()
    };
    assert_eq!(shop.refused(clerk(), update("ann", changes(2, ELEVEN))), "slot_taken");
    shop.act(update("ann", changes(1, ELEVEN)));
    let moved = shop.reservation("ann");
    assert_eq!((moved.slot, moved.notes.as_str(), moved.version), (slot(ELEVEN), "Window seat", 3));
    shop.repeat(clerk(), update("ann", changes(1, ELEVEN)));
    let grown = ReservationChanges { party_size: Some(2), ..ReservationChanges::default() };
    assert_eq!(shop.refused(clerk(), update("ann", grown.clone())), "slot_taken");
    shop.cancel("ben");
    shop.act(update("ann", grown));
    assert_eq!(shop.reservation("ann").party_size, 2);
}

#[test]
fn other_staff_takes_over_only_when_free() {
    let mut shop = Shop::staffed(&["ann", "ben"], |_| {});
    shop.book("x", TEN);
    shop.book("y", TEN);
    let with = |name: &str| ReservationChanges { staff_id: Some(staff_id(name)), ..ReservationChanges::default() };
    assert_eq!(shop.refused(clerk(), update("x", with("ben"))), "slot_taken");
    shop.cancel("y");
    shop.act(update("x", with("ben")));
    assert_eq!(shop.reservation("x").staff_ids, staff_ids(&["ben"]));
    shop.repeat(clerk(), update("x", with("ben")));
}

#[test]
fn a_version_that_is_not_the_present_one_changes_nothing() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    let stale = Act::Cancel { reservation: named("ann"), reason: None, expected_version: Some(2), past: None };
    assert_eq!(shop.ask(clerk(), stale), Err(Rejection::VersionMismatch { actual: 1 }));
}

#[test]
fn deleting_calls_off_first_and_happens_once() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    let delete = || Act::Delete { id: id("ann"), expected_version: None, past: None };
    assert_eq!(shop.refused(Party::Public, delete()), "reservation_not_found");
    assert_eq!(shop.act(delete()), Answer::ReservationDeleted { id: id("ann") });
    assert_eq!(shop.changes(), ["booked", "cancelled"]);
    assert_eq!(shop.refused(clerk(), delete()), "reservation_not_found");
    assert_eq!(shop.day("2026-05-12").len(), 6);
}

#[test]
fn memory_forgets_a_day_after_the_end_and_history_stands_in() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    let past = shop.reservation("ann").clone();
    shop.now = past.slot.end + TimeDelta::hours(MEMORY_HOURS);
    assert!(!CalendarState::is_remembered(&past, shop.now));
    shop.book("ben", "2026-05-20T08:00:00Z");
    assert_eq!(shop.state.reservations().count(), 1);
    let complete = |past: Option<Reservation>| Act::Complete { id: id("ann"), past: past.map(Box::new) };
    assert_eq!(shop.refused(clerk(), complete(None)), "reservation_not_found");
    // One that memory would still have, if it had not been deleted, is no history.
    let deleted = Reservation { updated_at: shop.now, ..past.clone() };
    assert_eq!(shop.refused(clerk(), complete(Some(deleted))), "reservation_not_found");
    shop.act(complete(Some(past)));
    assert_eq!(shop.word("ann"), "completed");
}
