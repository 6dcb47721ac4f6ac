//! Definitions that leave it to their staff when they are open: the grid begins when the first of them comes.

use super::*;

const DAY: &str = "2026-05-12";
const BERLIN: Tz = chrono_tz::Europe::Berlin;

/// 50 minutes with one of these members of staff, who say when they are at work; the definition does not.
fn shop(staff: &[(&str, Tz, Option<WeeklyHours>)]) -> Shop {
    let mut shop = Shop::empty();
    for (name, zone, hours) in staff {
        let mut member = staff_draft(name);
        (member.terms.timezone, member.terms.hours) = (*zone, hours.clone());
        shop.employ(member);
    }
    shop.define(|draft| {
        (draft.terms.hours, draft.terms.duration_minutes, draft.terms.required_staff) = (None, 50, 1);
        draft.terms.staff_ids = staff.iter().map(|(name, ..)| staff_id(name)).collect();
    });
    shop
}

fn at_work(from: &str, to: &str) -> Option<WeeklyHours> {
    Some(daily(from, to))
}

#[test]
fn the_grid_begins_when_the_staff_comes() {
    let mut shop = shop(&[("ann", BERLIN, at_work("09:00", "12:00"))]);
    assert_eq!(shop.starts(DAY, BERLIN), ["09:00", "09:50", "10:40"]);
    let explained = shop.slots(&Question { explain: true, ..shop.question(DAY, DAY) }).explain;
    let starts: Vec<_> = explained.iter().map(|one| (one.start.with_timezone(&BERLIN), one.refusals.len())).collect();
    assert_eq!(starts.iter().map(|(_, refusals)| *refusals).collect::<Vec<_>>(), [0, 0, 0, 1], "11:30 ends after noon");
    let fifty = |booking: &mut Booking| booking.slot.end = booking.slot.start + TimeDelta::minutes(50);
    let refused = shop.book_with("b", "2026-05-12T07:10:00Z", fifty).unwrap_err();
    assert!(matches!(refused, Rejection::SlotNotOffered { refusals, .. } if refusals == [Refusal::OffGrid]));
    shop.book_with("a", "2026-05-12T07:00:00Z", fifty).unwrap();
    assert_eq!(shop.starts(DAY, BERLIN), ["09:50", "10:40"]);
}

#[test]
fn those_who_are_there_together_make_one_opening() {
    // 09:00 to 11:00 and 10:30 to 12:30 are 09:00 to 12:30; 14:00 to 15:00 is another. 10:40 needs ben, 11:30 too.
    let shop = shop(&[
        ("ann", BERLIN, at_work("09:00", "11:00")),
        ("ben", BERLIN, at_work("10:30", "12:30")),
        ("cem", BERLIN, at_work("14:00", "15:00")),
    ]);
    assert_eq!(shop.starts(DAY, BERLIN), ["09:00", "09:50", "10:40", "11:30", "14:00"]);
    // Whoever is asked for, the grid is that of the definition.
    let with_ben = Question { staff: Some(staff_id("ben")), ..shop.question(DAY, DAY) };
    let starts: Vec<_> = shop.slots(&with_ben).slots.iter().map(|slot| slot.start).collect();
    assert_eq!(starts, ["2026-05-12T08:40:00Z", "2026-05-12T09:30:00Z"].map(at));
}

#[test]
fn who_works_elsewhere_comes_by_the_clock_there() {
    // 08:30 to 10:30 in London are 09:30 to 11:30 in Berlin.
    let shop = shop(&[("ann", chrono_tz::Europe::London, at_work("08:30", "10:30"))]);
    assert_eq!(shop.starts(DAY, BERLIN), ["09:30", "10:20"]);
    // 09:00 to 17:00 in Auckland are 23:00 the day before to 07:00: a business day begins its grid at its midnight.
    let far = self::shop(&[("ann", chrono_tz::Pacific::Auckland, at_work("09:00", "12:00"))]);
    assert_eq!(far.starts(DAY, BERLIN), ["00:00", "00:50", "23:00", "23:50"]);
}

#[test]
fn who_is_always_there_leaves_the_whole_day() {
    let shop = shop(&[("ann", BERLIN, at_work("09:00", "12:00")), ("ben", chrono_tz::Asia::Tokyo, None)]);
    let all_day = shop.starts(DAY, BERLIN);
    assert_eq!((all_day.len(), all_day[0].as_str(), all_day[1].as_str()), (29, "00:00", "00:50"));
}

#[test]
fn a_day_without_staff_says_so_and_staff_that_is_not_required_changes_nothing() {
    let monday = Some(hours(json!({"mon": [["09:00", "12:00"]]})));
    let mut shop = shop(&[("ann", BERLIN, monday)]);
    assert_eq!(shop.closed(DAY, DAY), [(DAY.to_owned(), Closure::NoStaff)]);
    assert_eq!(shop.closed("2026-05-18T13:00:00Z", "2026-05-18T15:00:00Z").len(), 1);
    let free = DefinitionChanges { required_staff: Some(0), ..DefinitionChanges::default() };
    shop.redefine(free);
    assert_eq!(shop.starts(DAY, BERLIN)[..2], ["00:00", "00:50"]);
}

#[test]
fn hours_of_a_point_or_of_a_date_come_first() {
    let mut shop = shop(&[("ann", BERLIN, at_work("09:00", "12:00"))]);
    shop.open_point(9, Some(daily("09:20", "12:00")));
    let date = DAY.parse().unwrap();
    let opening = OverrideOpening::Hours { hours: serde_json::from_value(json!([["09:05", "12:00"]])).unwrap() };
    let changes = DefinitionChanges {
        service_point_id: Some(Some(point_id())),
        overrides: Some(vec![Override { date, opening }]),
        ..DefinitionChanges::default()
    };
    shop.redefine(changes);
    assert_eq!(shop.starts("2026-05-13", BERLIN), ["09:20", "10:10", "11:00"]);
    assert_eq!(shop.starts(DAY, BERLIN), ["09:55", "10:45"], "09:05 is before the point opens");
    shop.open_point(9, None);
    assert_eq!(shop.starts("2026-05-13", BERLIN), ["09:00", "09:50", "10:40"]);
}

#[test]
fn a_shift_within_an_hour_that_the_clock_repeats_is_offered() {
    // 00:30Z to 01:10Z: in Berlin from the first 02:30 to the second 02:10.
    let utc = Some(hours(json!({"sun": [["00:30", "01:10"]]})));
    let mut shop = shop(&[("ann", chrono_tz::UTC, utc)]);
    shop.now = at("2026-10-20T00:00:00Z");
    let changes = DefinitionChanges { duration_minutes: Some(20), ..DefinitionChanges::default() };
    shop.redefine(changes);
    assert_eq!(shop.day("2026-10-25"), ["00:30", "00:50"]);
}
