//! Booking once, and what repeats learn.

use super::*;
use crate::domain::invalid::Invalid;

const TEN: &str = "2026-05-12T08:00:00Z";

#[test]
fn a_booking_stands_with_all_that_was_given() {
    let mut shop = Shop::with(|draft| draft.terms.buffer_after_minutes = 10);
    let answer = shop.book_with("ann", TEN, |booking| booking.notes = " First time ".to_owned()).unwrap();
    let Answer::Booked { reservation, created: true } = answer else { panic!("{answer:?}") };
    assert_eq!((reservation.status.word(), reservation.sequence, reservation.version), ("confirmed", 0, 1));
    assert_eq!((reservation.notes.as_str(), reservation.buffers.after_minutes), ("First time", 10));
    assert_eq!(shop.state.by_number(&number("ann")).map(|one| one.id.clone()), Some(id("ann")));
    assert_eq!(shop.state.by_email(&customer("ann").email).count(), 1);
    assert_eq!(shop.state.by_email(&customer("an").email).count(), 0);
}

#[test]
fn a_pending_booking_takes_its_time_until_it_is_confirmed() {
    let mut shop = Shop::with(|draft| draft.terms.confirm = Confirm::Pending);
    shop.book("ann", TEN);
    assert_eq!((shop.word("ann"), shop.day("2026-05-12").len()), ("pending", 5));
    let confirmed = || update("ann", ReservationChanges { status: Some(NewStatus::Confirmed), ..Default::default() });
    shop.act(confirmed());
    assert_eq!(shop.word("ann"), "confirmed");
    shop.repeat(clerk(), confirmed());
}

#[test]
fn the_same_body_within_a_minute_is_the_same_booking() {
    let mut shop = Shop::with(|draft| draft.terms.capacity = Some(9));
    shop.book("ann", TEN);
    let again = |shop: &mut Shop| {
        shop.book_with("other", TEN, |booking| {
            (booking.fingerprint, booking.customer) = (wish("ann", TEN).fingerprint, customer("ann"));
        })
        .unwrap()
    };
    shop.now += TimeDelta::seconds(SAME_BODY_SECONDS);
    let before = shop.state.clone();
    assert!(matches!(again(&mut shop), Answer::Booked { reservation, created: false } if reservation.id == id("ann")));
    assert_eq!(shop.state, before);
    shop.now += TimeDelta::seconds(1);
    assert!(matches!(again(&mut shop), Answer::BookedBefore { reservation } if reservation.id == id("ann")));
}

#[test]
fn another_wish_for_the_same_person_and_start_only_sends_the_mail_again() {
    let mut shop = Shop::with(|draft| draft.terms.capacity = Some(9));
    shop.book("ann", TEN);
    for round in 0..=REPEAT_MAILS_MAX {
        let answer = shop.book_with("stranger", TEN, |booking| {
            booking.customer = customer("ann");
            booking.customer.name = format!("Somebody {round}");
            booking.customer.email = Email::parse("ANN@example.com").unwrap();
        });
        assert!(matches!(answer, Ok(Answer::BookedBefore { reservation }) if reservation.customer.name == "ann"));
    }
    assert_eq!(shop.changes(), ["booked", "repeated", "repeated", "repeated"]);
    assert_eq!(shop.reservation("ann").version, 1);
    assert_eq!(shop.state.reservations().count(), 1);
}

#[test]
fn staff_learn_what_their_repeat_has_become_already() {
    let mut shop = Shop::with(|draft| draft.terms.capacity = Some(9));
    shop.book("ann", TEN);
    let larger = Booking { party_size: 2, customer: customer("ann"), ..wish("other", TEN) };
    let asks = |shop: &mut Shop, by| shop.ask(by, Act::Create(Box::new(larger.clone()))).unwrap();
    let answer = asks(&mut shop, clerk());
    assert!(
        matches!(&answer, Answer::Booked { reservation, created: false }
            if (reservation.id.as_str(), reservation.party_size) == ("ann", 1)),
        "{answer:?}"
    );
    for by in [Party::Public, Party::Clerk { subject: "ann".to_owned(), role: Role::Customer }] {
        assert!(matches!(asks(&mut shop, by), Answer::BookedBefore { .. }));
    }
}

#[test]
fn cancelled_ones_never_match_a_wish() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    shop.cancel("ann");
    let answer = shop.book_with("again", TEN, |booking| {
        (booking.fingerprint, booking.customer) = (wish("ann", TEN).fingerprint, customer("ann"));
    });
    assert!(matches!(answer, Ok(Answer::Booked { created: true, .. })));
}

#[test]
fn ids_and_numbers_are_given_once() {
    let mut shop = Shop::with(|_| {});
    shop.book("ann", TEN);
    let refusal = shop.book_with("ben", "2026-05-12T07:00:00Z", |booking| booking.id = id("ann")).unwrap_err();
    assert_eq!(refusal, Rejection::AlreadyExists { id: "ann".to_owned() });
    let refusal = shop.book_with("ben", "2026-05-12T07:00:00Z", |booking| booking.number = number("ann"));
    assert_eq!(refusal.unwrap_err(), Rejection::NumberTaken);
}

#[test]
fn values_outside_their_limits_name_their_path() {
    let mut shop = Shop::with(|_| {});
    let mut path = |change: &dyn Fn(&mut Booking)| match shop.book_with("ann", TEN, change) {
        Err(Rejection::Invalid(Invalid { path, .. })) => path,
        other => panic!("{other:?}"),
    };
    assert_eq!(path(&|booking| booking.customer.name = " ".to_owned()), "customer.name");
    let long = |most: usize| "n".repeat(most + 1);
    assert_eq!(path(&|booking| booking.customer.name = long(CUSTOMER_NAME_MAX_CHARACTERS)), "customer.name");
    assert_eq!(path(&|booking| booking.customer.locale = Some(long(LOCALE_MAX_CHARACTERS))), "customer.locale");
    assert_eq!(path(&|booking| booking.notes = long(NOTES_MAX_CHARACTERS)), "notes");
    assert_eq!(path(&|booking| booking.party_size = 0), "partySize");
    assert_eq!(path(&|booking| booking.party_size = PARTY_MAX + 1), "partySize");
}

#[test]
fn what_is_not_active_or_gone_cannot_be_booked() {
    let mut shop = Shop::with(|_| {});
    shop.redefine(DefinitionChanges { active: Some(false), ..DefinitionChanges::default() });
    let refusal = shop.book_with("ann", TEN, |_| {}).unwrap_err();
    assert!(matches!(refusal, Rejection::SlotNotOffered { refusals, .. } if refusals == [Refusal::Inactive]));
    shop.act(Act::DeleteDefinition { id: definition_id("cut"), expected_version: None });
    assert_eq!(shop.book_with("ann", TEN, |_| {}), Err(Rejection::DefinitionNotFound));
}
