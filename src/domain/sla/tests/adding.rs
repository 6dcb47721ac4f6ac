//! Open time added to an instant, by example: closing time, weekends, several spans, nights, holidays, overrides, the turn
//! of the year, round the clock.

use super::*;

/// From, seconds, and when so much open time has passed. Where nothing else is said, elapsed is the inverse.
#[track_caller]
fn assert_due(calendar: &BusinessCalendar, cases: &[(&str, u64, &str)]) {
    for (from, seconds, due) in cases {
        let found = calendar.add(at(from), *seconds).map(shown);
        assert_eq!(found.as_deref(), Some(shown(at(due)).as_str()), "{from} + {seconds} s");
        assert_eq!(calendar.elapsed(at(from), at(due)), *seconds, "between {from} and {due}");
    }
}

const HOUR: u64 = 3_600;

#[test]
fn nine_to_five_in_berlin() {
    // Berlin in May is UTC+2: 09:00 to 17:00 is 07:00Z to 15:00Z. 2026-05-11 is a Monday.
    let calendar = plain("Europe/Berlin", nine_to_five());
    assert_due(
        &calendar,
        &[
            // Within the day: 07:30Z + 1 h.
            ("2026-05-11T07:30Z", HOUR, "2026-05-11T08:30Z"),
            // All eight hours from opening: used up AT closing time, not at the next opening.
            ("2026-05-11T07:00Z", 8 * HOUR, "2026-05-11T15:00Z"),
            // One second more: the first second of Tuesday.
            ("2026-05-11T07:00Z", 8 * HOUR + 1, "2026-05-12T07:00:01Z"),
            // Monday 16:30 local + 1 h: half an hour on Monday, half an hour on Tuesday.
            ("2026-05-11T14:30Z", HOUR, "2026-05-12T07:30Z"),
            // Before opening nothing counts: due as from opening.
            ("2026-05-11T03:12:45Z", HOUR, "2026-05-11T08:00Z"),
            // After closing: as from the next opening.
            ("2026-05-11T15:00Z", HOUR, "2026-05-12T08:00Z"),
            // Friday 16:00 local + 2 h: one on Friday, one on Monday.
            ("2026-05-15T14:00Z", 2 * HOUR, "2026-05-18T08:00Z"),
            // Saturday + 8 h: all of Monday.
            ("2026-05-16T10:00Z", 8 * HOUR, "2026-05-18T15:00Z"),
            // A week has 40 h: Monday 07:00Z + 40 h is Friday's closing time.
            ("2026-05-11T07:00Z", 40 * HOUR, "2026-05-15T15:00Z"),
            // 401 h are ten weeks and one hour: to Monday ten weeks later, 20 July, 08:00Z.
            ("2026-05-11T07:00Z", 401 * HOUR, "2026-07-20T08:00Z"),
            // Seconds hold: 14:59:59Z has one second left.
            ("2026-05-11T14:59:59Z", 2, "2026-05-12T07:00:01Z"),
        ],
    );
    assert_eq!(calendar.add(at("2026-05-16T10:00Z"), 0), Some(at("2026-05-16T10:00Z")));
}

#[test]
fn several_spans_a_day_and_a_lunch_break() {
    let hours = daily(json!([["09:00", "12:00"], ["13:00", "17:00"]]));
    assert_due(
        &plain("Etc/UTC", hours),
        &[
            // 3 h from opening: used up when lunch begins.
            ("2026-05-11T09:00Z", 3 * HOUR, "2026-05-11T12:00Z"),
            // 11:30 + 1 h: half an hour before lunch, half an hour after it.
            ("2026-05-11T11:30Z", HOUR, "2026-05-11T13:30Z"),
            // In the break nothing counts.
            ("2026-05-11T12:20Z", 60, "2026-05-11T13:01Z"),
            // 7 h a day: 15 h from Monday's opening are two days and one hour.
            ("2026-05-11T09:00Z", 15 * HOUR, "2026-05-13T10:00Z"),
        ],
    );
}

#[test]
fn spans_that_overlap_touch_or_repeat_count_once() {
    let overlapping = daily(json!([["13:00", "17:00"], ["09:00", "12:00"], ["10:00", "13:00"], ["09:00", "12:00"]]));
    // Together 09:00 to 17:00: 8 h.
    assert_due(&plain("Etc/UTC", overlapping), &[("2026-05-11T09:00Z", 8 * HOUR, "2026-05-11T17:00Z")]);
}

#[test]
fn nights_run_into_the_next_day() {
    let nights = plain("Etc/UTC", daily(json!([["22:00", "06:00"]])));
    assert_due(
        &nights,
        &[
            // 22:00 + 8 h: the whole night.
            ("2026-05-11T22:00Z", 8 * HOUR, "2026-05-12T06:00Z"),
            // From noon: 22:00 + 2 h is midnight.
            ("2026-05-11T12:00Z", 2 * HOUR, "2026-05-12T00:00Z"),
            // 05:00 + 2 h: one until 06:00, one from 22:00.
            ("2026-05-11T05:00Z", 2 * HOUR, "2026-05-11T23:00Z"),
            // 03:00 + 3 h + one second: 22:00:01.
            ("2026-05-11T03:00Z", 3 * HOUR + 1, "2026-05-11T22:00:01Z"),
        ],
    );
    // Only Friday's night: it reaches into Saturday, and the next one is a week away.
    let friday = plain("Etc/UTC", json!({"fri": [["22:00", "06:00"]]}));
    assert_due(
        &friday,
        &[("2026-05-15T22:00Z", 8 * HOUR, "2026-05-16T06:00Z"), ("2026-05-16T05:00Z", 2 * HOUR, "2026-05-22T23:00Z")],
    );
    // A night that meets the morning's span: Monday 22:00 to Tuesday 06:00, Tuesday 05:00 to 09:00 overlap by an hour:
    // together 22:00 to 09:00 = 11 h.
    let meeting = plain("Etc/UTC", json!({"mon": [["22:00", "06:00"]], "tue": [["05:00", "09:00"]]}));
    assert_due(&meeting, &[("2026-05-11T22:00Z", 11 * HOUR, "2026-05-12T09:00Z")]);
    // 22:00 to 00:00 ends at midnight; so does 22:00 to 23:59 and to 24:00.
    for end in ["00:00", "24:00", "23:59"] {
        let evening = plain("Etc/UTC", daily(json!([["22:00", end]])));
        assert_due(&evening, &[("2026-05-11T22:00Z", 2 * HOUR, "2026-05-12T00:00Z")]);
        assert_due(&evening, &[("2026-05-11T23:00Z", 2 * HOUR, "2026-05-12T23:00Z")]);
    }
}

#[test]
fn round_the_clock_is_plain_arithmetic() {
    for spans in [json!([["00:00", "24:00"]]), json!([["00:00", "00:00"]]), json!([["09:00", "09:00"]])] {
        assert_due(
            &plain("Europe/Berlin", daily(spans)),
            &[
                // 90 minutes later, whatever the day.
                ("2026-05-16T23:30Z", 5_400, "2026-05-17T01:00Z"),
                // Over both clock changes of Berlin an hour is an hour: 2026-03-28T12:00Z + 48 h.
                ("2026-03-28T12:00Z", 48 * HOUR, "2026-03-30T12:00Z"),
                ("2026-10-24T12:00Z", 48 * HOUR, "2026-10-26T12:00Z"),
                // A year of 365 days is 31,536,000 s.
                ("2026-01-01T00:00Z", 31_536_000, "2027-01-01T00:00Z"),
                // Ten years with the leap days of 2028, 2032 and 2036 (not yet): 3,652 days = 315,532,800 s.
                ("2026-01-01T00:00Z", 315_532_800, "2036-01-01T00:00Z"),
            ],
        );
    }
}

#[test]
fn holidays_close_their_own_day() {
    let closed = calendar("Europe/Berlin", nine_to_five(), &["12-25", "12-26", "2026-12-24", "01-01"], json!([]));
    // Berlin in winter is UTC+1: 08:00Z to 16:00Z. 2026-12-23 is a Wednesday; 24, 25 are closed, 26, 27 a weekend.
    assert_due(
        &closed,
        &[
            // Wednesday 15:00Z + 2 h: one hour, then Monday the 28th 08:00Z + 1 h.
            ("2026-12-23T15:00Z", 2 * HOUR, "2026-12-28T09:00Z"),
            // Thursday 31st 15:00Z + 2 h: one hour, Friday is 1 January, then Monday the 4th.
            ("2026-12-31T15:00Z", 2 * HOUR, "2027-01-04T09:00Z"),
            // 12-24 is a holiday in 2026 only: Friday 2027-12-24 counts, 8 h.
            ("2027-12-24T08:00Z", 8 * HOUR, "2027-12-24T16:00Z"),
            // 2027-12-24 (Fri) 15:00Z + 2 h: 25, 26 weekend and holidays, Monday the 27th 09:00Z.
            ("2027-12-24T15:00Z", 2 * HOUR, "2027-12-27T09:00Z"),
        ],
    );
}

#[test]
fn a_holiday_takes_its_own_day_from_nights_on_either_side() {
    let nights = calendar("Etc/UTC", daily(json!([["22:00", "06:00"]])), &["2026-12-25"], json!([]));
    assert_due(
        &nights,
        &[
            // The night of the 24th counts until midnight only: 2 h; the rest of it belongs to the 25th. The span that begins
            // on the 25th at 22:00 counts from midnight: 26th 00:00 to 06:00.
            ("2026-12-24T22:00Z", 2 * HOUR, "2026-12-25T00:00Z"),
            ("2026-12-24T22:00Z", 2 * HOUR + 1, "2026-12-26T00:00:01Z"),
            // 2 h + 6 h: 26th 06:00.
            ("2026-12-24T22:00Z", 8 * HOUR, "2026-12-26T06:00Z"),
        ],
    );
    // Round the clock without one day: 23rd 12:00 + 36 h is 12 h to midnight of the 24th .. 24 h more: 25th 00:00 exactly,
    // and one second more is the 26th.
    let always = calendar("Etc/UTC", daily(json!([["00:00", "24:00"]])), &["12-25"], json!([]));
    assert_due(
        &always,
        &[
            ("2026-12-23T12:00Z", 36 * HOUR, "2026-12-25T00:00Z"),
            ("2026-12-23T12:00Z", 36 * HOUR + 1, "2026-12-26T00:00:01Z"),
        ],
    );
}

#[test]
fn twenty_ninth_of_february_is_a_holiday_of_leap_years() {
    let calendar = calendar("Etc/UTC", daily(json!([["00:00", "24:00"]])), &["02-29"], json!([]));
    assert_due(
        &calendar,
        &[
            // 2028 is a leap year: 28th 12:00 + 24 h = 12 h, a day off, 12 h.
            ("2028-02-28T12:00Z", 24 * HOUR, "2028-03-01T12:00Z"),
            // 2027 is not.
            ("2027-02-28T12:00Z", 24 * HOUR, "2027-03-01T12:00Z"),
        ],
    );
}

#[test]
fn overrides_replace_the_spans_that_start_on_their_date() {
    let overrides = json!([
        {"date": "2026-12-24", "hours": [["09:00", "12:00"]]},
        {"date": "2026-12-26", "hours": [["10:00", "14:00"]]},
        {"date": "2026-12-28", "hours": []},
        {"date": "2026-12-25", "hours": [["09:00", "17:00"]]},
    ]);
    let calendar = calendar("Etc/UTC", nine_to_five(), &["12-25"], overrides);
    assert_due(
        &calendar,
        &[
            // Thursday the 24th 09:00 + 4 h: three until noon; the 25th is a holiday whatever its override says; Saturday
            // the 26th opens at 10:00 by its own: 11:00.
            ("2026-12-24T09:00Z", 4 * HOUR, "2026-12-26T11:00Z"),
            // 3 h + 4 h are used up when the 26th closes; one second more: the 28th is closed, so Tuesday the 29th.
            ("2026-12-24T09:00Z", 7 * HOUR, "2026-12-26T14:00Z"),
            ("2026-12-24T09:00Z", 7 * HOUR + 1, "2026-12-29T09:00:01Z"),
        ],
    );
}

#[test]
fn an_override_leaves_the_night_that_began_the_evening_before() {
    let overrides = json!([{"date": "2026-05-12", "hours": []}]);
    let nights = calendar("Etc/UTC", daily(json!([["22:00", "06:00"]])), &[], overrides);
    // Monday's night runs on to Tuesday 06:00; no span starts on Tuesday; Wednesday's starts at 22:00.
    assert_due(&nights, &[("2026-05-11T22:00Z", 9 * HOUR, "2026-05-13T23:00Z")]);
}

#[test]
fn what_lies_beyond_the_horizon_is_never_due() {
    let rare = plain("Etc/UTC", json!({"mon": [["09:00", "09:01"]]}));
    // A minute a week: thirty years hold about 1,565 minutes.
    assert!(rare.add(at("2026-05-11T09:00Z"), 1_500 * 60).is_some());
    assert_eq!(rare.add(at("2026-05-11T09:00Z"), 2_000 * 60), None);
}

#[test]
fn the_first_and_last_years_of_instants_count() {
    let always = plain("Etc/UTC", daily(json!([["00:00", "24:00"]])));
    assert_due(
        &always,
        &[
            ("1900-01-01T00:00Z", HOUR, "1900-01-01T01:00Z"),
            // 1900 was no leap year.
            ("1900-02-28T12:00Z", 24 * HOUR, "1900-03-01T12:00Z"),
            ("2199-12-31T23:30Z", HOUR, "2200-01-01T00:30Z"),
        ],
    );
    // 300 years hold 300 x 365 + 73 = 109,573 days (of the 75 leap years 1900 and 2100 are none); the last one is left out.
    assert_eq!(always.elapsed(at("1900-01-01T00:00Z"), at("2199-12-31T00:00Z")), 109_572 * 86_400);
}

#[test]
fn open_segments_are_those_between_two_instants() {
    let calendar = plain("Etc/UTC", daily(json!([["09:00", "12:00"], ["13:00", "17:00"]])));
    let segments = calendar.segments(at("2026-05-11T10:00Z"), at("2026-05-12T09:30Z"), 9);
    let shown: Vec<String> = segments.iter().map(|one| format!("{} {}", shown(one.from), shown(one.to))).collect();
    assert_eq!(
        shown,
        [
            "2026-05-11T10:00:00Z 2026-05-11T12:00:00Z",
            "2026-05-11T13:00:00Z 2026-05-11T17:00:00Z",
            "2026-05-12T09:00:00Z 2026-05-12T09:30:00Z"
        ]
    );
    assert_eq!(calendar.segments(at("2026-05-11T10:00Z"), at("2026-05-12T09:30Z"), 2).len(), 2);
    // Round the clock is one segment, also over the turn of the year.
    let always = plain("Etc/UTC", daily(json!([["00:00", "24:00"]])));
    assert_eq!(always.segments(at("2025-06-01T00:00Z"), at("2027-06-01T00:00Z"), 9).len(), 1);
}
