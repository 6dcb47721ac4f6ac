//! Opening hours by example: the wire, its errors, the edges of spans, weeks without an end, and clock changes.

use serde_json::json;

use super::*;

fn hours(value: Value) -> WeeklyHours {
    WeeklyHours::parse(&value).unwrap()
}

fn opening(value: Value, zone: &str, at: &str) -> (bool, Option<String>) {
    let text = |instant: DateTime<Utc>| instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    match hours(value).opening(zone.parse().unwrap(), at.parse().unwrap()) {
        Opening::Open { closes_at } => (true, closes_at.map(text)),
        Opening::Closed { opens_at } => (false, opens_at.map(text)),
    }
}

fn open(until: &str) -> (bool, Option<String>) {
    (true, Some(until.to_owned()))
}

fn closed(until: &str) -> (bool, Option<String>) {
    (false, Some(until.to_owned()))
}

#[test]
fn spans_are_sorted_merged_and_written_back() {
    let given = json!({"tue": [["13:00", "17:00"], ["09:00", "12:00"]], "mon": [["09:00", "11:00"], ["10:00", "12:00"], ["12:00", "23:59"]], "sun": []});
    let stored = serde_json::to_value(hours(given)).unwrap();
    assert_eq!(stored, json!({"mon": [["09:00", "24:00"]], "tue": [["09:00", "12:00"], ["13:00", "17:00"]]}));
    assert_eq!(serde_json::from_value::<WeeklyHours>(stored.clone()).unwrap(), hours(stored));
}

#[test]
fn what_is_wrong_names_its_path() {
    for (value, path) in [
        (json!(null), ""),
        (json!([]), ""),
        (json!({"monday": []}), "monday"),
        (json!({"Mon": []}), "Mon"),
        (json!({"mon": null}), "mon"),
        (json!({"mon": "09:00-17:00"}), "mon"),
        (json!({"mon": [["09:00", "12:00"], ["12:00", "12:00"]]}), "mon[1]"),
        (json!({"mon": [["12:00", "09:00"]]}), "mon[0]"),
        (json!({"mon": [["24:00", "24:00"]]}), "mon[0]"),
        (json!({"mon": [["22:00", "00:00"]]}), "mon[0]"),
        (json!({"mon": [["09:00"]]}), "mon[0]"),
        (json!({"mon": [["09:00", "10:00", "11:00"]]}), "mon[0]"),
        (json!({"mon": [["9:00", "10:00"]]}), "mon[0][0]"),
        (json!({"mon": [["09:00", "24:01"]]}), "mon[0][1]"),
        (json!({"mon": [["09:60", "10:00"]]}), "mon[0][0]"),
        (json!({"mon": [["09:00", 17]]}), "mon[0][1]"),
        (json!({"mon": vec![["09:00", "10:00"]; SPANS_A_DAY_MAX + 1]}), "mon"),
    ] {
        assert_eq!(WeeklyHours::parse(&value).unwrap_err().path, path, "{value}");
    }
    let error = serde_json::from_value::<WeeklyHours>(json!({"mon": [["12:00", "09:00"]]})).unwrap_err();
    assert!(error.to_string().starts_with("mon[0] must end after it starts"), "{error}");
    hours(json!({"mon": vec![["09:00", "10:00"]; SPANS_A_DAY_MAX]}));
}

#[test]
fn a_span_counts_from_its_start_up_to_but_without_its_end() {
    let week = || json!({"tue": [["09:00", "12:00"], ["13:00", "17:00"]]});
    for (at, expected) in [
        ("2026-05-12T06:59:59Z", closed("2026-05-12T07:00:00Z")),
        ("2026-05-12T07:00:00Z", open("2026-05-12T10:00:00Z")),
        ("2026-05-12T09:59:59.999Z", open("2026-05-12T10:00:00Z")),
        ("2026-05-12T10:00:00Z", closed("2026-05-12T11:00:00Z")),
        ("2026-05-12T11:00:00Z", open("2026-05-12T15:00:00Z")),
        ("2026-05-12T15:00:00Z", closed("2026-05-19T07:00:00Z")),
    ] {
        assert_eq!(opening(week(), "Europe/Berlin", at), expected, "{at}");
    }
}

#[test]
fn midnight_joins_two_days() {
    let week = || json!({"fri": [["18:00", "24:00"]], "sat": [["00:00", "02:00"]]});
    assert_eq!(opening(week(), "Europe/Berlin", "2026-05-15T20:00:00Z"), open("2026-05-16T00:00:00Z"));
    assert_eq!(opening(week(), "Europe/Berlin", "2026-05-15T22:30:00Z"), open("2026-05-16T00:00:00Z"));
    let until_midnight = json!({"fri": [["18:00", "23:59"]]});
    assert_eq!(opening(until_midnight, "Europe/Berlin", "2026-05-15T21:59:30Z"), open("2026-05-15T22:00:00Z"));
}

#[test]
fn what_never_changes_has_no_next_change() {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let always: serde_json::Map<_, _> =
        days.map(|day| (day.to_owned(), json!([["00:00", "24:00"]]))).into_iter().collect();
    for zone in ["Europe/Berlin", "Etc/UTC", "Pacific/Apia"] {
        for at in ["2026-05-12T12:00:00Z", "2026-03-28T23:00:00Z", "2026-10-25T00:30:00Z"] {
            assert_eq!(opening(Value::Object(always.clone()), zone, at), (true, None), "{zone} {at}");
        }
    }
    assert_eq!(opening(json!({}), "Etc/UTC", "2026-05-12T12:00:00Z"), (false, None));
    let mut but_one = always;
    but_one["mon"] = json!([["00:00", "23:00"]]);
    assert_eq!(opening(Value::Object(but_one), "Etc/UTC", "2026-05-12T00:00:00Z"), open("2026-05-18T23:00:00Z"));
}

#[test]
fn the_spring_change_in_berlin() {
    let inside = || json!({"sun": [["02:15", "04:00"]]});
    assert_eq!(opening(inside(), "Europe/Berlin", "2026-03-29T00:59:59Z"), closed("2026-03-29T01:00:00Z"));
    assert_eq!(opening(inside(), "Europe/Berlin", "2026-03-29T01:00:00Z"), open("2026-03-29T02:00:00Z"));
    // Nothing is left of a span within the hour that does not exist.
    let skipped = || json!({"sun": [["02:10", "02:50"]]});
    assert_eq!(opening(skipped(), "Europe/Berlin", "2026-03-29T01:00:00Z"), closed("2026-04-05T00:10:00Z"));
    // Two spans that only the skipped hour divides are one.
    let divided = || json!({"sun": [["01:00", "02:00"], ["03:00", "04:00"]]});
    assert_eq!(opening(divided(), "Europe/Berlin", "2026-03-29T00:30:00Z"), open("2026-03-29T02:00:00Z"));
}

#[test]
fn the_autumn_change_in_berlin() {
    // Local times that occur twice mean their first occurrence: closed at the first 02:30, though 02:00 comes again.
    let until = || json!({"sun": [["01:00", "02:30"]]});
    assert_eq!(opening(until(), "Europe/Berlin", "2026-10-25T00:29:59Z"), open("2026-10-25T00:30:00Z"));
    assert_eq!(opening(until(), "Europe/Berlin", "2026-10-25T01:15:00Z"), closed("2026-11-01T00:00:00Z"));
    let across = || json!({"sun": [["02:00", "03:00"]]});
    assert_eq!(opening(across(), "Europe/Berlin", "2026-10-25T01:30:00Z"), open("2026-10-25T02:00:00Z"));
}

#[test]
fn a_midnight_that_does_not_exist_in_sao_paulo() {
    let week = || json!({"sat": [["22:00", "24:00"]], "sun": [["00:00", "02:00"]]});
    assert_eq!(opening(week(), "America/Sao_Paulo", "2018-11-04T02:59:59Z"), open("2018-11-04T04:00:00Z"));
    let sunday = || json!({"sun": [["00:30", "02:00"]]});
    assert_eq!(opening(sunday(), "America/Sao_Paulo", "2018-11-04T02:00:00Z"), closed("2018-11-04T03:00:00Z"));
}

#[test]
fn half_an_hour_in_lord_howe() {
    let week = || json!({"sun": [["01:45", "02:15"]]});
    // Autumn: 02:00 becomes 01:30; the first 01:45 is 14:45Z, and 02:15 comes after the change.
    assert_eq!(opening(week(), "Australia/Lord_Howe", "2026-04-04T14:00:00Z"), closed("2026-04-04T14:45:00Z"));
    assert_eq!(opening(week(), "Australia/Lord_Howe", "2026-04-04T15:10:00Z"), open("2026-04-04T15:45:00Z"));
    // Spring: 02:00 becomes 02:30; 02:15 does not exist and means the change.
    assert_eq!(opening(week(), "Australia/Lord_Howe", "2026-10-03T15:20:00Z"), open("2026-10-03T15:30:00Z"));
}
