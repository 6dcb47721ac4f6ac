//! Calendars as they are written: what is read, what is written back, what is refused with its path; and how small clocks
//! are.

use super::*;

fn refused(value: Value) -> String {
    serde_json::from_value::<BusinessCalendar>(value).unwrap_err().to_string()
}

#[test]
fn a_calendar_survives_being_stored() {
    let hours = json!({"mon": [["22:00", "06:00"], ["09:00", "12:00"]], "tue": [["00:00", "00:00"]], "wed": [["09:00", "23:59"]]});
    let overrides = json!([{"date": "2026-12-31", "hours": [["09:00", "12:00"]]}, {"date": "2026-12-24", "hours": []}]);
    let one = calendar("Asia/Kathmandu", hours, &["2026-12-25", "01-01", "12-25"], overrides);
    let stored = serde_json::to_value(&one).unwrap();
    assert_eq!(
        stored,
        json!({
            "timezone": "Asia/Kathmandu",
            "hours": {"mon": [["09:00", "12:00"], ["22:00", "06:00"]], "tue": [["00:00", "24:00"]], "wed": [["09:00", "24:00"]]},
            "holidays": ["2026-12-25", "01-01", "12-25"],
            "overrides": [{"date": "2026-12-24", "hours": []}, {"date": "2026-12-31", "hours": [["09:00", "12:00"]]}],
        })
    );
    assert_eq!(serde_json::from_value::<BusinessCalendar>(stored).unwrap(), one);
}

#[test]
fn what_is_wrong_with_a_calendar_names_its_path() {
    let hours = |hours: Value| refused(json!({"timezone": "Etc/UTC", "hours": hours}));
    for (value, path) in [
        (json!({"monday": []}), "monday "),
        (json!({"mon": {}}), "mon "),
        (json!({"mon": [["09:00"]]}), "mon[0] "),
        (json!({"mon": [["24:00", "09:00"]]}), "mon[0][0] "),
        (json!({"mon": [["09:00", "25:00"]]}), "mon[0][1] "),
        (json!({"mon": [["9:00", "10:00"]]}), "mon[0][0] "),
        (json!({"mon": vec![["09:00", "10:00"]; OPEN_SPANS_A_DAY_MAX + 1]}), "mon "),
        (json!([]), "must be an object of days"),
    ] {
        let error = hours(value.clone());
        assert!(error.starts_with(path), "{value}: {error}");
    }
    let with = |field: &str, value: Value| {
        let mut calendar = json!({"timezone": "Etc/UTC", "hours": nine_to_five()});
        calendar[field] = value;
        refused(calendar)
    };
    for bad in
        ["2026-02-30", "02-30", "13-01", "2026-1-1", "1-1", "+1-01", "25.12.", "", "12-2é", "2026/12/25", "99999-12-25"]
    {
        assert!(with("holidays", json!([bad])).contains("must be a day"), "{bad}");
    }
    assert!(with("holidays", json!(vec!["12-25"; HOLIDAYS_MAX + 1])).starts_with("holidays "));
    let twice = json!([{"date": "2026-12-24", "hours": []}, {"date": "2026-12-24", "hours": []}]);
    assert!(with("overrides", twice).starts_with("overrides[1].date "));
    assert!(with("overrides", json!([{"date": "2026-12-24", "hours": [["x", "y"]]}])).contains("[0][0]"));
}

#[test]
fn a_calendar_that_is_never_open_is_refused() {
    let never = |hours: Value, holidays: Value, overrides: Value| {
        serde_json::from_value::<BusinessCalendar>(
            json!({"timezone": "Etc/UTC", "hours": hours, "holidays": holidays, "overrides": overrides}),
        )
        .is_err()
    };
    let once = json!([{"date": "2026-12-24", "hours": [["09:00", "12:00"]]}]);
    assert!(never(json!({}), json!([]), json!([])));
    assert!(never(json!({"mon": []}), json!([]), json!([{"date": "2026-12-24", "hours": []}])));
    // Open on one date only is open.
    assert!(!never(json!({}), json!([]), once.clone()));
    // Unless that date is a holiday.
    assert!(never(json!({}), json!(["12-24"]), once.clone()));
    // Every day of the year is a holiday.
    let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let all: Vec<String> = first.iter_days().take(366).map(|date| date.format("%m-%d").to_string()).collect();
    assert!(never(nine_to_five(), json!(all), json!([])));
    assert!(!never(nine_to_five(), json!(all[1..]), json!([])));
}

#[test]
fn clocks_are_small_and_survive_being_stored() {
    assert!(size_of::<Clocks>() <= 320, "{} bytes", size_of::<Clocks>());
    let terms = terms(plain("Etc/UTC", nine_to_five()), [60, 30, 240]);
    let text = "
        2026-05-11T09:00Z created
        2026-05-11T09:30Z reply
        2026-05-11T10:00Z message
        2026-05-11T10:10:00.123456Z pending
        2026-05-11T11:00Z resolved
        2026-05-11T12:00Z message";
    let (clocks, _) = rebuild(&history(text, &[&terms]), at("2026-05-12T09:00Z")).unwrap();
    let stored = serde_json::to_value(&clocks).unwrap();
    assert_eq!(serde_json::from_value::<Clocks>(stored).unwrap(), clocks);
}

#[test]
fn firings_survive_being_stored() {
    let terms = Terms { warn_at_percent: [50].into(), ..terms(plain("Etc/UTC", nine_to_five()), [60, 30, 240]) };
    let (_, firings) = rebuild(&history("2026-05-11T09:00Z created", &[&terms]), at("2026-05-12T09:00Z")).unwrap();
    assert_eq!(firings.len(), 4);
    let stored = serde_json::to_value(&firings).unwrap();
    assert_eq!(
        stored[0],
        json!({"what": "warned", "metric": "firstResponse", "cycle": 1, "percent": 50, "at": "2026-05-11T09:30:00Z"})
    );
    assert_eq!(serde_json::from_value::<Vec<Firing>>(stored).unwrap(), firings);
}
