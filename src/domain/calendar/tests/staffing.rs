//! Who serves: hours of staff, groups, classes, and who is chosen. Berlin is at UTC+2 in May.

use super::*;

const DAY: &str = "2026-05-12";
const TEN: &str = "2026-05-12T08:00:00Z";

fn staff_at(shop: &Shop, start: &str) -> Vec<String> {
    let offered = shop.slots(&shop.question(start, "2026-05-13")).slots;
    let slot = offered.into_iter().find(|slot| slot.start == at(start)).expect("an offered slot");
    slot.staff_ids.iter().map(ToString::to_string).collect()
}

#[test]
fn the_least_booked_of_the_day_comes_first() {
    let mut shop = Shop::staffed(&["ann", "ben", "cem"], |_| {});
    assert_eq!(staff_at(&shop, TEN), ["ann", "ben", "cem"]);
    shop.book("a", "2026-05-12T07:00:00Z");
    assert_eq!(shop.reservation("a").staff_ids, staff_ids(&["ann"]));
    assert_eq!(staff_at(&shop, TEN), ["ben", "cem", "ann"]);
    shop.book("b", TEN);
    assert_eq!(shop.reservation("b").staff_ids, staff_ids(&["ben"]));
    assert_eq!(shop.spots(DAY), [2, 3, 2, 3, 3, 3]);
    // The day before counts for nothing.
    assert_eq!(staff_at(&shop, "2026-05-12T09:00:00Z"), ["cem", "ann", "ben"]);
}

#[test]
fn staff_is_taken_by_any_definition_with_its_buffers() {
    let mut shop = Shop::staffed(&["ann"], |_| {});
    shop.define(|draft| {
        draft.id = definition_id("colour");
        draft.terms.required_staff = 1;
        draft.terms.staff_ids = staff_ids(&["ann"]);
        draft.terms.buffer_after_minutes = 30;
    });
    shop.book_with("a", TEN, |booking| booking.definition = definition_id("colour")).unwrap();
    // 10:00 to 10:30, with its buffer to 11:00.
    assert_eq!(shop.day(DAY), ["07:00", "07:30", "09:00", "09:30"]);
    let expected = Refusal::Staff { free: 0, wanted: 1, at_work: 1, off: vec![], busy: staff_ids(&["ann"]) };
    assert_eq!(shop.why("2026-05-12T08:30:00Z"), [expected]);
}

#[test]
fn hours_of_staff_hold_in_their_own_zone() {
    // London is an hour behind Berlin: 09:00 to 10:00 there is 10:00 to 11:00 here.
    let mut shop = Shop::empty();
    let mut ann = staff_draft("ann");
    ann.terms.timezone = chrono_tz::Europe::London;
    ann.terms.hours = Some(daily("09:00", "10:00"));
    shop.employ(ann);
    shop.define(|draft| {
        draft.terms.required_staff = 1;
        draft.terms.staff_ids = staff_ids(&["ann"]);
    });
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["10:00", "10:30"]);
    let off = Override { date: DAY.parse().unwrap(), opening: OverrideOpening::Closed };
    let changes = StaffChanges { overrides: Some(vec![off]), ..StaffChanges::default() };
    shop.act(Act::UpdateStaff { id: staff_id("ann"), changes: Box::new(changes), expected_version: None });
    assert_eq!(shop.closed(DAY, DAY), [(DAY.to_owned(), Closure::NoStaff)]);
    shop.act(Act::DeleteStaff { id: staff_id("ann"), expected_version: None });
    assert_eq!(shop.closed("2026-05-13", "2026-05-13"), [("2026-05-13".to_owned(), Closure::NoStaff)]);
}

#[test]
fn groups_need_all_of_their_members() {
    // Two serve together: of five, two groups; one is taken, of four there are still two; two more, of two there is one.
    let mut shop = Shop::staffed(&["a", "b", "c", "d", "e"], |draft| draft.terms.required_staff = 2);
    assert_eq!(shop.spots(DAY)[2], 2);
    shop.book("x", TEN);
    assert_eq!(shop.reservation("x").staff_ids, staff_ids(&["a", "b"]));
    assert_eq!(shop.spots(DAY)[2], 1);
    shop.book("y", TEN);
    assert_eq!(shop.day(DAY).len(), 5);
    let busy = staff_ids(&["a", "b", "c", "d"]);
    assert_eq!(shop.why(TEN), [Refusal::Staff { free: 0, wanted: 1, at_work: 2, off: vec![], busy }]);
}

#[test]
fn a_class_fills_before_another_begins() {
    // Three seats, two teachers: 6 spots. One booked: 2 left with ann and 3 with ben. Three: ben's 3. A party of 2: ben's 1.
    let mut shop = Shop::staffed(&["ann", "ben"], |draft| draft.terms.seats_per_session = 3);
    let spots = |shop: &Shop| shop.spots(DAY)[2];
    assert_eq!(spots(&shop), 6);
    for (name, left) in [("a", 5), ("b", 4), ("c", 3)] {
        shop.book(name, TEN);
        assert_eq!(shop.reservation(name).staff_ids, staff_ids(&["ann"]));
        assert_eq!(spots(&shop), left);
    }
    shop.book_with("d", TEN, |booking| booking.party_size = 2).unwrap();
    assert_eq!(shop.reservation("d").staff_ids, staff_ids(&["ben"]));
    assert_eq!(spots(&shop), 1);
    // Who is in a class is not free for another time that overlaps.
    shop.cancel("d");
    assert_eq!(staff_at(&shop, TEN), ["ben"]);
    shop.cancel("b");
    assert_eq!((spots(&shop), staff_at(&shop, TEN)), (4, vec!["ann".to_owned(), "ben".to_owned()]));
}

#[test]
fn a_party_that_no_session_holds_alone_is_spread() {
    // Two seats each. One with ann, so that 1 + 2 are left; a party of 3 takes both, and both are full.
    let mut shop = Shop::staffed(&["ann", "ben"], |draft| draft.terms.seats_per_session = 2);
    shop.book("a", TEN);
    assert_eq!(shop.spots(DAY)[2], 3);
    shop.book_with("b", TEN, |booking| booking.party_size = 3).unwrap();
    assert_eq!(shop.reservation("b").staff_ids, staff_ids(&["ann", "ben"]));
    assert_eq!(shop.day(DAY).len(), 5);
    // One of the first goes: a seat is left in what is now one session of four.
    shop.cancel("a");
    assert_eq!(shop.spots(DAY)[2], 1);
}

#[test]
fn a_class_and_another_slot_do_not_share_staff() {
    // 60 minutes every 30: the class at 10:00 keeps its teacher from 09:30 and from 10:30.
    let mut shop = Shop::staffed(&["ann"], |draft| {
        draft.terms.seats_per_session = 3;
        draft.terms.duration_minutes = 60;
        draft.terms.step_minutes = Some(30);
    });
    shop.book_with("a", TEN, |booking| booking.slot.end = booking.slot.start + TimeDelta::minutes(60)).unwrap();
    assert_eq!(shop.day(DAY), ["07:00", "08:00", "09:00"]);
    assert_eq!(shop.spots(DAY), [3, 2, 3]);
}

#[test]
fn who_is_asked_for_serves_or_nobody_does() {
    let mut shop = Shop::staffed(&["ann", "ben"], |_| {});
    let with_ben = |booking: &mut Booking| booking.staff = Some(staff_id("ben"));
    shop.book_with("a", TEN, with_ben).unwrap();
    assert_eq!(shop.reservation("a").staff_ids, staff_ids(&["ben"]));
    let Rejection::SlotTaken { nearest, .. } = shop.book_with("b", TEN, with_ben).unwrap_err() else { panic!() };
    assert!(nearest.iter().all(|slot| slot.staff_ids == staff_ids(&["ben"])), "{nearest:?}");
    let question = Question { staff: Some(staff_id("ben")), ..shop.question(DAY, DAY) };
    assert_eq!(shop.slots(&question).slots.len(), 5);
    shop.book("b", TEN);
    assert_eq!(shop.reservation("b").staff_ids, staff_ids(&["ann"]));
    let refusal = shop.book_with("c", TEN, |booking| booking.staff = Some(staff_id("dan"))).unwrap_err();
    assert!(matches!(refusal, Rejection::Invalid(invalid) if invalid.path == "staffId"));
}

#[test]
fn capacity_and_staff_both_limit() {
    // Three could serve, the room holds two.
    let mut shop = Shop::staffed(&["a", "b", "c"], |draft| draft.terms.capacity = Some(2));
    assert_eq!(shop.spots(DAY)[2], 2);
    shop.book("x", TEN);
    shop.book("y", TEN);
    assert_eq!(shop.why(TEN), [Refusal::Capacity { capacity: 2, free: 0, wanted: 1 }]);
}

/// Another definition takes somebody for the whole morning.
fn taken(shop: &mut Shop, name: &str) {
    shop.define(|draft| {
        draft.id = definition_id(&format!("day-of-{name}"));
        (draft.terms.duration_minutes, draft.terms.required_staff) = (180, 1);
        draft.terms.staff_ids = staff_ids(&[name]);
    });
    let whole_morning = |booking: &mut Booking| {
        booking.definition = definition_id(&format!("day-of-{name}"));
        booking.slot.end = booking.slot.start + TimeDelta::hours(3);
    };
    shop.book_with(&format!("of-{name}"), "2026-05-12T07:00:00Z", whole_morning).unwrap();
}

#[test]
fn two_who_never_work_together_serve_nobody_also_when_one_of_them_is_taken() {
    let mut shop = Shop::empty();
    for (name, from, to) in [("ann", "09:00", "10:30"), ("ben", "10:30", "12:00")] {
        let mut member = staff_draft(name);
        member.terms.hours = Some(daily(from, to));
        shop.employ(member);
    }
    shop.define(|draft| (draft.terms.required_staff, draft.terms.staff_ids) = (2, staff_ids(&["ann", "ben"])));
    let no_staff = [(DAY.to_owned(), Closure::NoStaff)];
    assert_eq!(shop.closed(DAY, DAY), no_staff);
    shop.define(|draft| {
        draft.id = definition_id("other");
        (draft.terms.required_staff, draft.terms.staff_ids) = (1, staff_ids(&["ann"]));
    });
    shop.book_with("a", "2026-05-12T07:00:00Z", |booking| booking.definition = definition_id("other")).unwrap();
    assert_eq!(shop.closed(DAY, DAY), no_staff);
    let (off, busy) = (staff_ids(&["ben"]), staff_ids(&["ann"]));
    assert_eq!(shop.why("2026-05-12T07:00:00Z"), [Refusal::Staff { free: 0, wanted: 1, at_work: 0, off, busy }]);
    let refused = shop.book_with("b", "2026-05-12T07:00:00Z", |_| {}).unwrap_err();
    assert_eq!(refused.code(), "slot_not_offered");
}

#[test]
fn who_is_free_but_serves_with_others_who_are_taken_is_full() {
    let mut shop = Shop::staffed(&["x", "y", "z"], |draft| draft.terms.required_staff = 2);
    taken(&mut shop, "x");
    taken(&mut shop, "z");
    let with_y = Question { staff: Some(staff_id("y")), explain: true, ..shop.question(DAY, DAY) };
    let answer = shop.slots(&with_y);
    assert_eq!((answer.slots.len(), answer.closed), (0, vec![]));
    let busy = staff_ids(&["x", "z"]);
    let expected = Refusal::Staff { free: 0, wanted: 1, at_work: 1, off: vec![], busy };
    assert_eq!(answer.explain[0].refusals, [expected]);
}

#[test]
fn a_party_that_never_fits_is_too_large() {
    let three = |shop: &Shop| {
        let question = Question { party_size: 3, ..shop.question(DAY, DAY) };
        shop.slots(&question).closed.iter().map(|day| day.reason).collect::<Vec<_>>()
    };
    assert_eq!(three(&Shop::with(|draft| draft.terms.capacity = Some(2))), [Closure::PartyTooLarge]);
    assert_eq!(three(&Shop::with(|draft| draft.terms.capacity = Some(3))), []);
    assert_eq!(three(&Shop::staffed(&["ann", "ben"], |_| {})), [Closure::PartyTooLarge]);
    let mut shop = Shop::empty();
    shop.open_point(2, None);
    shop.define(|draft| draft.terms.service_point_id = Some(point_id()));
    assert_eq!(three(&shop), [Closure::PartyTooLarge]);
    shop.open_point(3, None);
    shop.book("a", "2026-05-12T07:00:00Z");
    assert_eq!(three(&shop), [], "what is left of the day has room");
}
