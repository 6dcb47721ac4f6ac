//! How many people there is room for: capacity, buffers, points, parties, days. Berlin is at UTC+2 in May.

use super::*;

const DAY: &str = "2026-05-12";

#[test]
fn a_taken_slot_is_gone_and_its_neighbours_stay() {
    let mut shop = Shop::with(|_| {});
    shop.book("a", "2026-05-12T08:00:00Z");
    assert_eq!(shop.day(DAY), ["07:00", "07:30", "08:30", "09:00", "09:30"]);
    let Rejection::SlotTaken { refusals, nearest } = shop.book_with("b", "2026-05-12T08:00:00Z", |_| {}).unwrap_err()
    else {
        panic!()
    };
    assert_eq!(refusals, [Refusal::Capacity { capacity: 1, free: 0, wanted: 1 }]);
    // 30 minutes before and after are as near; the earlier comes first, then 60 minutes away.
    let nearest: Vec<_> = nearest.iter().map(|slot| slot.start).collect();
    assert_eq!(nearest, ["2026-05-12T07:30:00Z", "2026-05-12T08:30:00Z", "2026-05-12T07:00:00Z"].map(at));
}

#[test]
fn a_gap_as_long_as_the_buffers_is_enough_and_edges_of_the_day_need_none() {
    // 10 minutes before and 20 after, every 10 minutes. Taken: 10:00 to 10:30 (08:00Z to 08:30Z).
    // Before it: end + after (20) <= 10:00 - its own before (10), so end <= 09:30 and start <= 09:00.
    // Behind it: start - before (10) >= 10:30 + its own after (20), so start >= 11:00.
    // The last start is 11:30; the edges at 09:00 and 12:00 need no buffer.
    let mut shop = Shop::with(|draft| {
        draft.terms.step_minutes = Some(10);
        draft.terms.buffer_before_minutes = 10;
        draft.terms.buffer_after_minutes = 20;
    });
    assert_eq!(shop.day(DAY).len(), 16);
    shop.book("a", "2026-05-12T08:00:00Z");
    assert_eq!(shop.day(DAY), ["07:00", "09:00", "09:10", "09:20", "09:30"]);
}

#[test]
fn buffers_stay_as_they_were_booked() {
    // Booked without buffers at 10:00; then 10 minutes before and after hold for new ones only.
    // A new one before it ends by 10:00 - 10 = 09:50, one behind it begins at 10:30 + 10 = 10:40 or later.
    let mut shop = Shop::with(|draft| draft.terms.step_minutes = Some(10));
    shop.book("a", "2026-05-12T08:00:00Z");
    let changes = DefinitionChanges {
        buffer_before_minutes: Some(10),
        buffer_after_minutes: Some(10),
        ..DefinitionChanges::default()
    };
    shop.redefine(changes);
    let free = shop.day(DAY);
    assert!(free.contains(&"07:20".to_owned()) && !free.contains(&"07:30".to_owned()), "{free:?}");
    assert!(free.contains(&"08:40".to_owned()) && !free.contains(&"08:30".to_owned()), "{free:?}");
}

#[test]
fn the_peak_counts_not_the_sum() {
    // Capacity 2, 60 minutes every 30. Two that follow one another (09:00 to 10:00, 10:00 to 11:00) overlap 09:30 to 10:30 by
    // one at a time: the peak is 1, one more fits.
    let mut shop = Shop::with(|draft| {
        draft.terms.capacity = Some(2);
        draft.terms.duration_minutes = 60;
        draft.terms.step_minutes = Some(30);
    });
    let hour = |booking: &mut Booking| booking.slot.end = booking.slot.start + TimeDelta::minutes(60);
    shop.book_with("a", "2026-05-12T07:00:00Z", hour).unwrap();
    shop.book_with("b", "2026-05-12T08:00:00Z", hour).unwrap();
    // 09:00 09:30 10:00 10:30 11:00
    assert_eq!(shop.spots(DAY), [1, 1, 1, 1, 2]);
    shop.book_with("c", "2026-05-12T07:30:00Z", hour).unwrap();
    // Now two are there from 09:30 to 10:30: whoever touches that finds none.
    assert_eq!(shop.day(DAY), ["08:30", "09:00"]);
    assert_eq!(shop.spots(DAY), [1, 2]);
}

#[test]
fn a_party_takes_as_many_spots_as_it_has_people() {
    let mut shop = Shop::with(|draft| draft.terms.capacity = Some(5));
    shop.book_with("a", "2026-05-12T08:00:00Z", |booking| booking.party_size = 3).unwrap();
    assert_eq!(shop.spots(DAY)[2], 2);
    let three = Question { party_size: 3, ..shop.question(DAY, DAY) };
    assert_eq!(shop.slots(&three).slots.len(), 5);
    let refusal = shop.book_with("b", "2026-05-12T08:00:00Z", |booking| booking.party_size = 3).unwrap_err();
    assert_eq!(refusal.code(), "slot_taken");
    shop.book_with("b", "2026-05-12T08:00:00Z", |booking| booking.party_size = 2).unwrap();
    // More than there is room for at all is not a matter of others.
    let refusal = shop.book_with("c", "2026-05-12T09:00:00Z", |booking| booking.party_size = 6).unwrap_err();
    assert_eq!(refusal.code(), "slot_not_offered");
}

#[test]
fn a_point_limits_all_of_its_definitions_together() {
    let mut shop = Shop::empty();
    shop.open_point(2, None);
    let at_point = |draft: &mut DefinitionDraft| draft.terms.service_point_id = Some(point_id());
    shop.define(at_point);
    shop.define(|draft| {
        at_point(draft);
        draft.id = definition_id("colour");
        draft.terms.capacity = Some(1);
    });
    shop.book("a", "2026-05-12T08:00:00Z");
    shop.book_with("b", "2026-05-12T08:00:00Z", |booking| booking.definition = definition_id("colour")).unwrap();
    assert_eq!(shop.spots(DAY), [2, 2, 2, 2, 2]);
    assert_eq!(shop.why("2026-05-12T08:00:00Z"), [Refusal::PointCapacity { capacity: 2, free: 0, wanted: 1 }]);
}

#[test]
fn a_point_has_to_be_open_from_start_to_end() {
    let mut shop = Shop::empty();
    shop.open_point(2, Some(daily("09:45", "11:00")));
    shop.define(|draft| draft.terms.service_point_id = Some(point_id()));
    // The grid is the definition's, from 09:00: 09:30 is too early, 10:00 and 10:30 are inside.
    assert_eq!(shop.day(DAY), ["08:00", "08:30"]);
    assert_eq!(shop.why("2026-05-12T07:30:00Z"), [Refusal::PointClosed]);
    // Without hours of its own the definition begins when the point opens.
    shop.redefine(DefinitionChanges { hours: Some(None), ..DefinitionChanges::default() });
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["09:45", "10:15"]);
    shop.points = Points::default();
    assert_eq!(shop.closed(DAY, DAY), [(DAY.to_owned(), Closure::PointClosed)]);
}

#[test]
fn a_day_takes_as_many_bookings_as_it_may() {
    let mut shop = Shop::with(|draft| draft.terms.limits.per_day = Some(2));
    shop.book("a", "2026-05-12T07:00:00Z");
    shop.book("b", "2026-05-12T09:00:00Z");
    assert_eq!(shop.day(DAY), Vec::<String>::new());
    assert_eq!(shop.closed(DAY, DAY), []);
    assert_eq!(shop.why("2026-05-12T08:00:00Z"), [Refusal::DayLimit { limit: 2 }]);
    assert_eq!(shop.day("2026-05-13").len(), 6);
    // Moving within the day is no booking more.
    shop.act(reschedule("b", "2026-05-12T08:00:00Z"));
    shop.cancel("a");
    assert_eq!(shop.day(DAY).len(), 5);
}

#[test]
fn a_slot_that_is_not_of_the_grid_is_not_offered() {
    let mut shop = Shop::with(|_| {});
    let mut refusals = |start: &str, minutes: i64| {
        let answer = shop.book_with("a", start, |booking| {
            booking.slot.end = booking.slot.start + TimeDelta::minutes(minutes);
        });
        match answer {
            Err(Rejection::SlotNotOffered { refusals, nearest }) => {
                assert_eq!(nearest.len(), 3);
                refusals
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refusals("2026-05-12T07:15:00Z", 30), [Refusal::OffGrid]);
    let end = at("2026-05-12T07:30:00Z");
    assert_eq!(refusals("2026-05-12T07:00:00Z", 60), [Refusal::WrongEnd { end }]);
    assert_eq!(refusals("2026-05-12T10:00:00Z", 30), [Refusal::OutsideHours, Refusal::OffGrid]);
    let past = refusals("2026-05-10T07:00:00Z", 30);
    assert_eq!(past, [Refusal::Notice { earliest: morning() }]);
    assert_eq!(refusals("2126-05-12T07:00:00Z", 30), [Refusal::OffGrid]);
}
