//! Open time where the wall clock is put forward or back, and in zones with odd offsets, by example.

use super::*;

const HOUR: u64 = 3_600;

#[track_caller]
fn assert_open(zone: &str, hours: Value, from: &str, to: &str, seconds: u64) {
    assert_eq!(plain(zone, hours).elapsed(at(from), at(to)), seconds, "{zone} {from} to {to}");
}

#[track_caller]
fn assert_due(zone: &str, hours: Value, from: &str, seconds: u64, due: &str) {
    assert_eq!(plain(zone, hours).add(at(from), seconds), Some(at(due)), "{zone} {from} + {seconds} s");
}

fn always() -> Value {
    daily(json!([["00:00", "24:00"]]))
}

#[test]
fn berlin_spring_skips_an_hour() {
    // 2026-03-29, 01:00Z: 02:00 becomes 03:00. The local day has 23 h: 2026-03-28T23:00Z to 2026-03-29T22:00Z.
    let sunday = json!({"sun": [["00:00", "24:00"]]});
    assert_open("Europe/Berlin", sunday, "2026-03-28T00:00Z", "2026-03-30T12:00Z", 23 * HOUR);
    // 01:00 to 04:00 local is 00:00Z to 02:00Z: 2 h. Due at 04:00 local with 2 h from 01:00.
    let night = json!({"sun": [["01:00", "04:00"]]});
    assert_open("Europe/Berlin", night.clone(), "2026-03-28T00:00Z", "2026-03-30T00:00Z", 2 * HOUR);
    assert_due("Europe/Berlin", night, "2026-03-29T00:00Z", 2 * HOUR, "2026-03-29T02:00Z");
    // 02:30 to 03:30: 02:30 does not exist and means the change (01:00Z); 03:30 is 01:30Z: half an hour.
    let within = json!({"sun": [["02:30", "03:30"]]});
    assert_open("Europe/Berlin", within, "2026-03-28T00:00Z", "2026-03-30T00:00Z", HOUR / 2);
    // 02:10 to 02:50 does not exist at all; the next one is a week later (00:10Z, summer): + 1 min.
    let gone = json!({"sun": [["02:10", "02:50"]]});
    assert_due("Europe/Berlin", gone, "2026-03-28T12:00Z", 60, "2026-04-05T00:11Z");
    // A night from Saturday 22:00 (21:00Z) to Sunday 06:00 (04:00Z): 7 h.
    let overnight = json!({"sat": [["22:00", "06:00"]]});
    assert_open("Europe/Berlin", overnight.clone(), "2026-03-28T00:00Z", "2026-03-30T00:00Z", 7 * HOUR);
    assert_due("Europe/Berlin", overnight, "2026-03-28T20:00Z", 5 * HOUR, "2026-03-29T02:00Z");
}

#[test]
fn berlin_autumn_repeats_an_hour() {
    // 2026-10-25, 01:00Z: 03:00 becomes 02:00. The local day has 25 h: 2026-10-24T22:00Z to 2026-10-25T23:00Z.
    let sunday = json!({"sun": [["00:00", "24:00"]]});
    assert_open("Europe/Berlin", sunday, "2026-10-24T00:00Z", "2026-10-26T12:00Z", 25 * HOUR);
    // 01:00 to 04:00 local is 23:00Z to 03:00Z: 4 h.
    let night = json!({"sun": [["01:00", "04:00"]]});
    assert_open("Europe/Berlin", night, "2026-10-24T00:00Z", "2026-10-26T00:00Z", 4 * HOUR);
    // 02:15 to 02:45 means its first occurrence, 00:15Z to 00:45Z; the second one (01:15Z) does not count.
    let twice = json!({"sun": [["02:15", "02:45"]]});
    assert_open("Europe/Berlin", twice.clone(), "2026-10-24T00:00Z", "2026-10-26T00:00Z", HOUR / 2);
    assert_open("Europe/Berlin", twice, "2026-10-25T01:00Z", "2026-10-26T00:00Z", 0);
    // 02:30 to 03:30: first 02:30 is 00:30Z, 03:30 is 02:30Z: 2 h.
    let into = json!({"sun": [["02:30", "03:30"]]});
    assert_open("Europe/Berlin", into, "2026-10-24T00:00Z", "2026-10-26T00:00Z", 2 * HOUR);
    // 01:00 to 02:30 ends at the first 02:30: 23:00Z to 00:30Z, 1.5 h. With 02:30 to 04:00 (00:30Z to 03:00Z) it is one.
    let first = json!({"sun": [["01:00", "02:30"]]});
    assert_open("Europe/Berlin", first, "2026-10-24T00:00Z", "2026-10-26T00:00Z", 5_400);
    let both = json!({"sun": [["01:00", "02:30"], ["02:30", "04:00"]]});
    assert_due("Europe/Berlin", both, "2026-10-24T23:00Z", 4 * HOUR, "2026-10-25T03:00Z");
    // A night from Saturday 22:00 (20:00Z) to Sunday 06:00 (05:00Z): 9 h.
    let overnight = json!({"sat": [["22:00", "06:00"]]});
    assert_open("Europe/Berlin", overnight, "2026-10-24T00:00Z", "2026-10-26T00:00Z", 9 * HOUR);
}

#[test]
fn new_york_changes_on_other_days() {
    // 2026-03-08, 07:00Z: 02:00 EST becomes 03:00 EDT. Friday the 6th 16:00 EST is 21:00Z; Monday the 9th opens at 13:00Z.
    assert_due("America/New_York", nine_to_five(), "2026-03-06T21:00Z", 2 * HOUR, "2026-03-09T14:00Z");
    // 2026-11-01, 06:00Z: back to EST. Friday 2026-10-30 16:00 EDT is 20:00Z; Monday opens at 14:00Z.
    assert_due("America/New_York", nine_to_five(), "2026-10-30T20:00Z", 2 * HOUR, "2026-11-02T15:00Z");
    // Round the clock nothing of this is seen.
    assert_due("America/New_York", always(), "2026-11-01T05:30Z", HOUR, "2026-11-01T06:30Z");
}

#[test]
fn offsets_of_thirty_and_forty_five_minutes() {
    // Kathmandu is UTC+5:45: 09:00 to 17:00 is 03:15Z to 11:15Z. 10:45Z + 1 h: half an hour, then from 03:15Z.
    assert_due("Asia/Kathmandu", nine_to_five(), "2026-05-11T10:45Z", HOUR, "2026-05-12T03:45Z");
    // All of a day: at closing time, 11:15Z.
    assert_due("Asia/Kathmandu", nine_to_five(), "2026-05-11T00:00Z", 8 * HOUR, "2026-05-11T11:15Z");
    // Kolkata is UTC+5:30: 03:30Z to 11:30Z. Friday 11:00Z + 1 h: half an hour, Monday 04:00Z.
    assert_due("Asia/Kolkata", nine_to_five(), "2026-05-15T11:00Z", HOUR, "2026-05-18T04:00Z");
    // Chatham is UTC+12:45 in May: Tuesday 09:00 is Monday 20:15Z.
    assert_due("Pacific/Chatham", nine_to_five(), "2026-05-11T12:00Z", HOUR, "2026-05-11T21:15Z");
    // Before 1986 Kathmandu was UTC+5:30: 1985-05-13 (a Monday) opens at 03:30Z.
    assert_due("Asia/Kathmandu", nine_to_five(), "1985-05-13T00:00Z", HOUR, "1985-05-13T04:30Z");
    // Adelaide, UTC+9:30, and in summer (from 2026-10-04) UTC+10:30: Monday the 5th 09:00 is 22:30Z of the 4th.
    assert_due("Australia/Adelaide", nine_to_five(), "2026-10-03T00:00Z", HOUR, "2026-10-04T23:30Z");
}

#[test]
fn lord_howe_changes_by_half_an_hour() {
    // 2026-04-04T15:00Z: 02:00 (+11) becomes 01:30 (+10:30). Sunday the 5th has 24.5 h.
    let sunday = json!({"sun": [["00:00", "24:00"]]});
    assert_open("Australia/Lord_Howe", sunday.clone(), "2026-04-03T00:00Z", "2026-04-06T12:00Z", 88_200);
    // 2026-10-03T15:30Z: 02:00 (+10:30) becomes 02:30 (+11). Sunday the 4th has 23.5 h.
    assert_open("Australia/Lord_Howe", sunday, "2026-10-02T00:00Z", "2026-10-05T12:00Z", 84_600);
    // 01:00 to 03:00 on 5 April: 14:00Z to 16:30Z, 2.5 h; with 2 h from 14:00Z it is due at 16:00Z, 02:30 local.
    let night = json!({"sun": [["01:00", "03:00"]]});
    assert_open("Australia/Lord_Howe", night.clone(), "2026-04-03T00:00Z", "2026-04-06T00:00Z", 9_000);
    assert_due("Australia/Lord_Howe", night, "2026-04-04T14:00Z", 2 * HOUR, "2026-04-04T16:00Z");
    // 01:30 to 01:45 occurs twice: the first, 14:30Z to 14:45Z.
    let twice = json!({"sun": [["01:30", "01:45"]]});
    assert_due("Australia/Lord_Howe", twice, "2026-04-04T00:00Z", 900, "2026-04-04T14:45Z");
}

#[test]
fn sao_paulo_2018_had_no_midnight() {
    // 2018-11-04T03:00Z: 00:00 (-3) becomes 01:00 (-2). Sunday has 23 h: 03:00Z to 2018-11-05T02:00Z.
    let sunday = json!({"sun": [["00:00", "24:00"]]});
    assert_open("America/Sao_Paulo", sunday, "2018-11-03T00:00Z", "2018-11-06T00:00Z", 23 * HOUR);
    // Saturday 22:00 (01:00Z) to Sunday 02:00 (04:00Z): 3 h.
    let night = json!({"sat": [["22:00", "02:00"]]});
    assert_open("America/Sao_Paulo", night.clone(), "2018-11-03T00:00Z", "2018-11-06T00:00Z", 3 * HOUR);
    assert_due("America/Sao_Paulo", night, "2018-11-04T00:00Z", 3 * HOUR, "2018-11-04T04:00Z");
    // 00:15 to 00:45 on Sunday does not exist; 00:30 to 01:30 is 03:00Z to 03:30Z.
    let skipped = json!({"sun": [["00:15", "00:45"]]});
    assert_open("America/Sao_Paulo", skipped, "2018-11-03T00:00Z", "2018-11-06T00:00Z", 0);
    let half = json!({"sun": [["00:30", "01:30"]]});
    assert_open("America/Sao_Paulo", half, "2018-11-03T00:00Z", "2018-11-06T00:00Z", HOUR / 2);
    // 2018-02-18T02:00Z: 00:00 (-2) becomes 23:00 (-3) of Saturday, which has 25 h: 2018-02-17T02:00Z to 02-18T03:00Z.
    let saturday = json!({"sat": [["00:00", "24:00"]]});
    assert_open("America/Sao_Paulo", saturday, "2018-02-16T00:00Z", "2018-02-20T00:00Z", 25 * HOUR);
    // Saturday 23:00 to Sunday 01:00: first 23:00 is 01:00Z, 01:00 (-3) is 04:00Z: 3 h.
    let late = json!({"sat": [["23:00", "01:00"]]});
    assert_open("America/Sao_Paulo", late, "2018-02-16T00:00Z", "2018-02-20T00:00Z", 3 * HOUR);
    // 23:15 to 23:45 occurs twice: the first, 01:15Z to 01:45Z.
    let twice = json!({"sat": [["23:15", "23:45"]]});
    assert_due("America/Sao_Paulo", twice, "2018-02-17T12:00Z", HOUR / 2, "2018-02-18T01:45Z");
    // Friday 2018-11-02 is a holiday; Thursday 16:00 (-3) is 19:00Z; Monday 09:00 (-2) is 11:00Z: one hour each.
    let closed = calendar("America/Sao_Paulo", nine_to_five(), &["11-02"], json!([]));
    assert_eq!(closed.add(at("2018-11-01T19:00Z"), 2 * HOUR), Some(at("2018-11-05T12:00Z")));
}

#[test]
fn holidays_are_local_days_of_any_length() {
    let closed = |zone: &str, day: &str| calendar(zone, always(), &[day], json!([]));
    // Berlin, 2026-03-29 (23 h): 72 h of three days less 23 h are 49 h.
    let berlin = closed("Europe/Berlin", "2026-03-29");
    assert_eq!(berlin.elapsed(at("2026-03-28T00:00Z"), at("2026-03-31T00:00Z")), 49 * HOUR);
    // It is due when the holiday begins where it is used up then: 23:00Z.
    assert_eq!(berlin.add(at("2026-03-28T22:00Z"), HOUR), Some(at("2026-03-28T23:00Z")));
    assert_eq!(berlin.add(at("2026-03-28T22:00Z"), HOUR + 1), Some(at("2026-03-29T22:00:01Z")));
    // Sao Paulo, 2018-11-04: 03:00Z to 02:00Z.
    let sao_paulo = closed("America/Sao_Paulo", "11-04");
    assert_eq!(sao_paulo.add(at("2018-11-04T02:00Z"), HOUR + 60), Some(at("2018-11-05T02:01Z")));
    // Auckland is UTC+13 in December: 25 December is 2026-12-24T11:00Z to 2026-12-25T11:00Z.
    let auckland = closed("Pacific/Auckland", "12-25");
    assert_eq!(auckland.add(at("2026-12-24T10:30Z"), HOUR), Some(at("2026-12-25T11:30Z")));
    // Apia had no 30 December 2011 at all (10:00Z, -10 becomes +14): nothing to close.
    let apia = closed("Pacific/Apia", "2011-12-30");
    assert_eq!(apia.elapsed(at("2011-12-30T00:00Z"), at("2011-12-31T00:00Z")), 24 * HOUR);
}

#[test]
fn a_day_that_does_not_exist_has_no_hours() {
    // Apia: Thursday 2011-12-29 (-10) 09:00 to 17:00 is 19:00Z to 03:00Z of the 30th; Friday the 30th is skipped; Saturday
    // the 31st (+14) begins at 2011-12-30T10:00Z. Weekdays: Thursday 16:00 (02:00Z) + 2 h goes on on Monday 2012-01-02,
    // 09:00 (+14) = 2012-01-01T19:00Z.
    assert_due("Pacific/Apia", nine_to_five(), "2011-12-30T02:00Z", 2 * HOUR, "2012-01-01T20:00Z");
}

#[test]
fn dublin_and_casablanca_have_winters_the_other_way_round() {
    // Dublin 2026-01-12 (a Monday) is UTC+0, July UTC+1.
    assert_due("Europe/Dublin", nine_to_five(), "2026-01-12T00:00Z", HOUR, "2026-01-12T10:00Z");
    assert_due("Europe/Dublin", nine_to_five(), "2026-07-13T00:00Z", HOUR, "2026-07-13T09:00Z");
    // Casablanca is UTC+1, in Ramadan (2026-02-15 to 2026-03-22) UTC+0: Monday 2026-03-02 opens at 09:00Z.
    assert_due("Africa/Casablanca", nine_to_five(), "2026-03-02T00:00Z", HOUR, "2026-03-02T10:00Z");
    assert_due("Africa/Casablanca", nine_to_five(), "2026-05-11T00:00Z", HOUR, "2026-05-11T09:00Z");
}
