//! Days on which the clock is changed, and zones with other offsets than whole hours.

use super::*;
use crate::domain::local_time::{local_date, start_of_day};

/// What is offered on `date` from one wall-clock time to another, every `minutes`, as instants.
fn offered(zone: Tz, date: &str, (from, to): (&str, &str), minutes: u32) -> Vec<String> {
    let mut shop = Shop::empty();
    shop.now = start_of_day(zone, date.parse().unwrap()) - TimeDelta::days(2);
    shop.define(|draft| {
        draft.terms.timezone = zone;
        draft.terms.duration_minutes = minutes;
        draft.terms.hours = Some(daily(from, to));
    });
    let offered = shop.slots(&shop.question(date, date)).slots;
    for slot in &offered {
        assert_eq!(slot.end - slot.start, TimeDelta::minutes(minutes.into()), "an appointment takes elapsed time");
        assert_eq!(local_date(zone, slot.start).to_string(), date);
    }
    offered.iter().map(|slot| slot.start.format("%dT%H:%M").to_string()).collect()
}

#[test]
fn spring_in_berlin_skips_an_hour() {
    // UTC+1 until 02:00, then UTC+2 from 03:00: 00:00 01:00 03:00 04:00.
    let expected = ["28T23:00", "29T00:00", "29T01:00", "29T02:00"];
    assert_eq!(offered(chrono_tz::Europe::Berlin, "2026-03-29", ("00:00", "05:00"), 60), expected);
    // Opening at 02:30, which does not exist: it opens at 03:00, and the grid goes on from 02:30: 03:00, 03:30.
    let expected = ["29T01:00", "29T01:30"];
    assert_eq!(offered(chrono_tz::Europe::Berlin, "2026-03-29", ("02:30", "04:00"), 30), expected);
    // Opening within what is skipped, with steps that leave it elsewhere: 02:15 is none, 03:15 is.
    assert_eq!(offered(chrono_tz::Europe::Berlin, "2026-03-29", ("02:15", "04:15"), 60), ["29T01:15"]);
    // Nothing is left of hours that are skipped as a whole.
    assert_eq!(offered(chrono_tz::Europe::Berlin, "2026-03-29", ("02:00", "03:00"), 30), Vec::<String>::new());
}

#[test]
fn autumn_in_berlin_offers_both_hours_each_instant_once() {
    // UTC+2 until 03:00, then UTC+1 from 02:00: 01:00 02:00 02:00 03:00.
    let expected = ["24T23:00", "25T00:00", "25T01:00", "25T02:00"];
    assert_eq!(offered(chrono_tz::Europe::Berlin, "2026-10-25", ("01:00", "04:00"), 60), expected);
    // Closing at 02:30 means the first 02:30: 01:30, 02:00, and nothing in the second hour.
    let expected = ["24T23:30", "25T00:00"];
    assert_eq!(offered(chrono_tz::Europe::Berlin, "2026-10-25", ("01:30", "02:30"), 30), expected);
    // The whole day has 25 hours.
    assert_eq!(offered(chrono_tz::Europe::Berlin, "2026-10-25", ("00:00", "24:00"), 60).len(), 25);
    assert_eq!(offered(chrono_tz::Europe::Berlin, "2026-03-29", ("00:00", "24:00"), 60).len(), 23);
}

#[test]
fn new_york_changes_at_two() {
    // UTC-5 then UTC-4: 01:00 and 03:00.
    let expected = ["08T06:00", "08T07:00"];
    assert_eq!(offered(chrono_tz::America::New_York, "2026-03-08", ("01:00", "04:00"), 60), expected);
    // UTC-4 then UTC-5: 00:00, 01:00, 01:00, 02:00.
    let expected = ["01T04:00", "01T05:00", "01T06:00", "01T07:00"];
    assert_eq!(offered(chrono_tz::America::New_York, "2026-11-01", ("00:00", "03:00"), 60), expected);
}

#[test]
fn a_midnight_that_does_not_exist_is_no_start() {
    // São Paulo goes from 24:00 at UTC-3 to 01:00 at UTC-2: 01:00 is 03:00Z.
    let expected = ["04T03:00", "04T04:00"];
    assert_eq!(offered(chrono_tz::America::Sao_Paulo, "2018-11-04", ("00:00", "03:00"), 60), expected);
    // Tehran goes from 24:00 at UTC+3:30 to 01:00 at UTC+4:30: 01:00 is 20:30Z.
    let expected = ["21T20:30", "21T21:30"];
    assert_eq!(offered(chrono_tz::Asia::Tehran, "2022-03-22", ("00:00", "03:00"), 60), expected);
    // Cairo and Beirut go from 24:00 at UTC+2 to 01:00 at UTC+3: 01:00 is 22:00Z.
    assert_eq!(offered(chrono_tz::Africa::Cairo, "2026-04-24", ("00:00", "02:00"), 60), ["23T22:00"]);
    assert_eq!(offered(chrono_tz::Asia::Beirut, "2026-03-29", ("00:00", "02:00"), 60), ["28T22:00"]);
}

#[test]
fn an_evening_that_comes_twice_is_offered_twice() {
    // São Paulo goes back from 24:00 at UTC-2 to 23:00 at UTC-3: 22:00, 23:00, 23:00.
    let expected = ["18T00:00", "18T01:00", "18T02:00"];
    assert_eq!(offered(chrono_tz::America::Sao_Paulo, "2018-02-17", ("22:00", "24:00"), 60), expected);
}

#[test]
fn lord_howe_changes_by_half_an_hour() {
    // UTC+10:30 until 02:00, then UTC+11 from 02:30: 01:00 01:30 02:30 03:00.
    let expected = ["03T14:30", "03T15:00", "03T15:30", "03T16:00"];
    assert_eq!(offered(chrono_tz::Australia::Lord_Howe, "2026-10-04", ("01:00", "03:30"), 30), expected);
    // UTC+11 until 02:00, then UTC+10:30 from 01:30: 01:00 01:30 01:30 02:00.
    let expected = ["04T14:00", "04T14:30", "04T15:00", "04T15:30"];
    assert_eq!(offered(chrono_tz::Australia::Lord_Howe, "2026-04-05", ("01:00", "02:30"), 30), expected);
}

#[test]
fn kathmandu_is_a_quarter_off() {
    // UTC+5:45: 09:00 is 03:15Z.
    let expected = ["12T03:15", "12T04:15"];
    assert_eq!(offered(chrono_tz::Asia::Kathmandu, "2026-05-12", ("09:00", "11:00"), 60), expected);
}

#[test]
fn an_appointment_across_a_change_takes_elapsed_time() {
    // Two hours from 01:00 at UTC+1 (00:00Z) end at 02:00Z, which is 04:00 at UTC+2: open until 04:00 is just enough.
    let berlin = chrono_tz::Europe::Berlin;
    assert_eq!(offered(berlin, "2026-03-29", ("01:00", "04:00"), 120), ["29T00:00"]);
    assert_eq!(offered(berlin, "2026-03-29", ("01:00", "03:30"), 120), Vec::<String>::new());
    // In autumn 01:00 at UTC+2 (23:00Z) and two hours are 02:00 at UTC+1.
    assert_eq!(offered(berlin, "2026-10-25", ("01:00", "02:00"), 60), ["24T23:00"]);
}

#[test]
fn the_horizon_is_a_calendar_day_on_a_long_day_too() {
    // The 25th of October has 25 hours: at 23:30 the last day of a horizon of one is still the 26th.
    let mut shop = Shop::empty();
    shop.now = at("2026-10-25T22:30:00Z");
    shop.define(|draft| draft.terms.horizon_days = 1);
    assert_eq!(shop.closed("2026-10-26", "2026-10-27"), [("2026-10-27".to_owned(), Closure::BeyondHorizon)]);
}
