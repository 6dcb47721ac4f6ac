//! Which starts are offered by the clock: hours, overrides, blocked time, notice, horizon. Berlin is at UTC+2 in May.

use super::*;

const DAY: &str = "2026-05-12";

fn overriding(date: &str, opening: OverrideOpening) -> Override {
    Override { date: date.parse().unwrap(), opening }
}

fn open(spans: serde_json::Value) -> OverrideOpening {
    OverrideOpening::Hours { hours: serde_json::from_value(spans).unwrap() }
}

#[test]
fn the_grid_begins_at_opening_and_ends_with_the_last_that_fits() {
    // 09:00 to 12:00 is 180 minutes; the last of 30 begins at 12:00 - 30 = 11:30.
    let shop = Shop::with(|_| {});
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]);
    // 50 minutes each: 09:00, 09:50, 10:40; 11:30 would end at 12:20.
    let shop = Shop::with(|draft| draft.terms.duration_minutes = 50);
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["09:00", "09:50", "10:40"]);
    // 60 minutes every 45: 09:00, 09:45, 10:30; 11:15 would end at 12:15.
    let shop = Shop::with(|draft| (draft.terms.duration_minutes, draft.terms.step_minutes) = (60, Some(45)));
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["09:00", "09:45", "10:30"]);
}

#[test]
fn every_span_of_a_day_has_a_grid_of_its_own() {
    // From 09:15: 09:15, 10:15 (ends 11:15 > 11:00, out). From 13:00: 13:00 only (14:00 ends 15:00 > 14:30).
    let shop = Shop::with(|draft| {
        draft.terms.duration_minutes = 60;
        draft.terms.hours = Some(hours(json!({"tue": [["09:15", "11:00"], ["13:00", "14:30"]]})));
    });
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["09:15", "13:00"]);
}

#[test]
fn open_time_goes_on_across_midnight() {
    for midnight in ["24:00", "23:59"] {
        let shop = Shop::with(|draft| {
            draft.terms.duration_minutes = 60;
            draft.terms.hours = Some(hours(json!({"tue": [["22:30", midnight]], "wed": [["00:00", "01:00"]]})));
        });
        // 23:30 ends at 00:30, within Wednesday's hours; Wednesday's own grid begins at 00:00.
        assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["22:30", "23:30"], "{midnight}");
        assert_eq!(shop.starts("2026-05-13", chrono_tz::Europe::Berlin), ["00:00"], "{midnight}");
    }
    // Without Wednesday's hours 23:30 would not end before midnight; 23:00 ends at midnight and is fine.
    let shop = Shop::with(|draft| {
        draft.terms.duration_minutes = 60;
        draft.terms.step_minutes = Some(30);
        draft.terms.hours = Some(hours(json!({"tue": [["22:30", "23:59"]]})));
    });
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["22:30", "23:00"]);
}

#[test]
fn without_hours_the_whole_day_is_open() {
    let shop = Shop::with(|draft| (draft.terms.hours, draft.terms.duration_minutes) = (None, 480));
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["00:00", "08:00", "16:00"]);
}

#[test]
fn an_override_replaces_the_weekday_and_closed_beats_it() {
    let shop = Shop::with(|draft| {
        draft.terms.overrides = vec![
            overriding(DAY, open(json!([["14:00", "15:00"]]))),
            overriding("2026-05-13", open(json!([["14:00", "15:00"]]))),
            overriding("2026-05-13", OverrideOpening::Closed),
            overriding("2026-05-14", open(json!([["10:00", "10:30"]]))),
            overriding("2026-05-14", open(json!([["08:00", "08:30"]]))),
        ];
    });
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["14:00", "14:30"]);
    assert_eq!(shop.starts("2026-05-13", chrono_tz::Europe::Berlin), Vec::<String>::new());
    assert_eq!(shop.closed("2026-05-13", "2026-05-13"), [("2026-05-13".to_owned(), Closure::Closed)]);
    assert_eq!(shop.starts("2026-05-14", chrono_tz::Europe::Berlin), ["08:00", "10:00"]);
}

#[test]
fn overrides_of_one_date_add_up_to_one_grid() {
    // 09:00 to 12:00 and 09:10 to 11:00 are 09:00 to 12:00; 11:00 to 11:20 and 11:20 to 12:00 are one stretch.
    let shop = Shop::with(|draft| {
        draft.terms.overrides = vec![
            overriding(DAY, open(json!([["09:10", "11:00"]]))),
            overriding(DAY, open(json!([["09:00", "12:00"]]))),
            overriding("2026-05-13", open(json!([["11:00", "11:20"]]))),
            overriding("2026-05-13", open(json!([["11:20", "12:00"]]))),
        ];
    });
    let half_hours = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"];
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), half_hours);
    assert_eq!(shop.starts("2026-05-13", chrono_tz::Europe::Berlin), half_hours[4..]);
    assert_eq!(shop.why("2026-05-12T07:30:00Z"), []);
}

#[test]
fn blocked_time_is_half_open() {
    // Blocked from 10:00 to 10:45 Berlin time: 09:30 ends at 10:00 and stays; 10:00 and 10:30 go; 11:00 stays.
    let shop = Shop::with(|draft| {
        draft.terms.blocked = vec![Blocked { start: at("2026-05-12T08:00:00Z"), end: at("2026-05-12T08:45:00Z") }];
    });
    assert_eq!(shop.starts(DAY, chrono_tz::Europe::Berlin), ["09:00", "09:30", "11:00", "11:30"]);
    let expected = Refusal::Blocked { start: at("2026-05-12T08:00:00Z"), end: at("2026-05-12T08:45:00Z") };
    assert_eq!(shop.why("2026-05-12T08:30:00Z"), [expected]);
}

#[test]
fn the_notice_counts_to_the_minute() {
    // It is 08:00; with 90 minutes the first is 09:30, a second later it is 10:00.
    let mut shop = Shop::with(|draft| draft.terms.min_notice_minutes = 90);
    assert_eq!(shop.day("2026-05-11")[0], "07:30");
    shop.now += TimeDelta::seconds(1);
    assert_eq!(shop.day("2026-05-11")[0], "08:00");
    let earliest = shop.now + TimeDelta::minutes(90);
    assert_eq!(shop.why("2026-05-11T07:30:00Z"), [Refusal::Notice { earliest }]);
}

#[test]
fn the_horizon_counts_business_days() {
    // Today is the 11th in Berlin; with 2 days the 13th is the last one, also late at night.
    let mut shop = Shop::with(|draft| draft.terms.horizon_days = 2);
    let expected = [("2026-05-14".to_owned(), Closure::BeyondHorizon)];
    assert_eq!(shop.closed("2026-05-12", "2026-05-14"), expected);
    shop.now = at("2026-05-11T21:59:59Z");
    assert_eq!(shop.closed("2026-05-12", "2026-05-14"), expected);
    shop.now = at("2026-05-11T22:00:00Z");
    assert_eq!(shop.closed("2026-05-12", "2026-05-14"), []);
}

#[test]
fn closed_days_say_why_and_full_days_are_not_closed() {
    let mut shop = Shop::with(|draft| {
        draft.terms.hours = Some(hours(json!({"mon": [["07:00", "07:30"]], "tue": [["09:00", "09:30"]]})));
        draft.terms.blocked = vec![Blocked { start: at("2026-05-18T00:00:00Z"), end: at("2026-05-19T00:00:00Z") }];
    });
    shop.book("a", "2026-05-12T07:00:00Z");
    let day = |date: &str, reason| (date.to_owned(), reason);
    assert_eq!(
        shop.closed("2026-05-10", "2026-05-13"),
        [day("2026-05-10", Closure::Past), day("2026-05-11", Closure::Notice), day("2026-05-13", Closure::Hours)]
    );
    assert_eq!(shop.closed("2026-05-18", "2026-05-19"), [day("2026-05-18", Closure::Blocked)]);
    shop.redefine(DefinitionChanges { active: Some(false), ..DefinitionChanges::default() });
    assert_eq!(shop.closed(DAY, DAY), [day(DAY, Closure::Inactive)]);
}

#[test]
fn a_question_is_held_to_its_limits() {
    let shop = Shop::staffed(&["ann"], |_| {});
    let path = |change: &dyn Fn(&mut Question)| {
        let mut question = shop.question(DAY, DAY);
        change(&mut question);
        match slots(&shop.state, &shop.points, &question, shop.now) {
            Err(Rejection::Invalid(invalid)) => invalid.path,
            other => panic!("{other:?}"),
        }
    };
    let date = |text: &str| Edge::Date(text.parse().unwrap());
    assert_eq!(path(&|question| question.to = date("2026-05-11")), "to");
    assert_eq!(path(&|question| question.to = Edge::At(at("2026-05-11T22:00:00Z"))), "to");
    assert_eq!(path(&|question| question.to = date("2026-07-13")), "to");
    assert_eq!(path(&|question| question.from = date("1899-12-31")), "from");
    assert_eq!(path(&|question| question.party_size = 0), "partySize");
    assert_eq!(path(&|question| question.party_size = PARTY_MAX + 1), "partySize");
    assert_eq!(path(&|question| question.staff = Some(staff_id("nobody"))), "staffId");
    assert_eq!(path(&|question| question.point = Some(point_id())), "servicePointId");
    // From the 12th of May to the 12th of July are 62 days.
    let widest = Question { to: date("2026-07-12"), ..shop.question(DAY, DAY) };
    assert!(slots(&shop.state, &shop.points, &widest, shop.now).is_ok());
    // So are 62 x 24 hours from any moment on, though they touch 63 dates; a second more is too much.
    let noon = Question { to: Edge::At(at("2026-07-13T10:00:00Z")), ..shop.question("2026-05-12T10:00:00Z", DAY) };
    assert!(slots(&shop.state, &shop.points, &noon, shop.now).is_ok());
    assert_eq!(
        path(&|question| (question.from, question.to) = (noon.from, Edge::At(at("2026-07-13T10:00:01Z")))),
        "to"
    );
    assert_eq!(path(&|question| (question.from, question.to) = (noon.from, date("2026-07-13"))), "to");
    let unknown = Question { definition: definition_id("other"), ..widest };
    assert_eq!(slots(&shop.state, &shop.points, &unknown, shop.now), Err(Rejection::DefinitionNotFound));
}

#[test]
fn instants_cut_the_span_half_open() {
    let shop = Shop::with(|_| {});
    let starts = |from: &str, to: &str| shop.slots(&shop.question(from, to)).slots.len();
    // 09:30 (07:30Z) counts, 10:30 (08:30Z) does not: 09:30 and 10:00.
    assert_eq!(starts("2026-05-12T07:30:00Z", "2026-05-12T08:30:00Z"), 2);
    assert_eq!(starts("2026-05-12T07:30:01Z", "2026-05-12T08:30:01Z"), 2);
}

#[test]
fn every_start_is_explained_by_every_rule_that_refuses_it() {
    let mut shop = Shop::with(|draft| draft.terms.min_notice_minutes = 2 * 1_440);
    shop.now = at("2026-05-10T06:00:00Z");
    shop.redefine(DefinitionChanges { min_notice_minutes: Some(0), ..DefinitionChanges::default() });
    shop.book("a", "2026-05-12T08:00:00Z");
    shop.redefine(DefinitionChanges { min_notice_minutes: Some(2 * 1_440), ..DefinitionChanges::default() });
    shop.now = at("2026-05-10T07:00:00Z");
    let explained = shop.slots(&Question { explain: true, ..shop.question(DAY, DAY) }).explain;
    assert_eq!(explained.len(), 6);
    // 09:00 Berlin is exactly 48 hours ahead: offered. 10:00 is taken. A minute later 09:00 is too close.
    assert_eq!(explained[0].refusals, []);
    assert_eq!(explained[2].refusals, [Refusal::Capacity { capacity: 1, free: 0, wanted: 1 }]);
    shop.now = at("2026-05-10T08:01:00Z");
    let earliest = at("2026-05-12T08:01:00Z");
    let expected = [Refusal::Notice { earliest }, Refusal::Capacity { capacity: 1, free: 0, wanted: 1 }];
    assert_eq!(shop.why("2026-05-12T08:00:00Z"), expected);
}
