//! Pauses and reopenings by example.

use super::*;

/// Round the clock, resolution 4 h only; pauses in pending.
fn always() -> Terms {
    terms(plain("Etc/UTC", daily(json!([["00:00", "24:00"]]))), [0, 0, 240])
}

/// Nine to five in Berlin (07:00Z to 15:00Z in May), resolution 4 h.
fn office() -> Terms {
    terms(plain("Europe/Berlin", nine_to_five()), [0, 0, 240])
}

#[test]
fn a_pause_freezes_what_is_left() {
    let terms = always();
    // 1 h counted, then pending: no due, 1 h elapsed whenever one looks.
    let paused = "2026-05-11T09:00Z created\n2026-05-11T10:00Z pending";
    for now in ["2026-05-11T10:00Z", "2026-05-11T23:00Z", "2027-01-01T00:00Z"] {
        assert_eq!(clocks_of(paused, &[&terms], now), ["resolution paused elapsed 3600"]);
    }
    // Back after 5 h: 15:00 + 3 h = 18:00.
    let resumed = format!("{paused}\n2026-05-11T15:00Z open");
    assert_eq!(
        clocks_of(&resumed, &[&terms], "2026-05-11T16:00Z"),
        ["resolution running due 2026-05-11T18:00:00Z elapsed 7200"]
    );
    // Twice: 1 h + 2 h counted, 1 h left from 20:00.
    let twice = format!("{resumed}\n2026-05-11T17:00Z pending\n2026-05-11T20:00Z in-progress");
    assert_eq!(
        clocks_of(&twice, &[&terms], "2026-05-11T20:30Z"),
        ["resolution running due 2026-05-11T21:00:00Z elapsed 12600"]
    );
}

#[test]
fn pausing_at_the_due_instant_is_too_late() {
    let terms = always();
    assert_eq!(
        clocks_of("2026-05-11T09:00Z created\n2026-05-11T13:00Z pending", &[&terms], "2026-05-11T14:00Z"),
        ["resolution breached due 2026-05-11T13:00:00Z elapsed 14400 breached 2026-05-11T13:00:00Z"]
    );
    // One second earlier, one second is left: from 20:00 it is due at 20:00:01.
    assert_eq!(
        clocks_of(
            "2026-05-11T09:00Z created\n2026-05-11T12:59:59Z pending\n2026-05-11T20:00Z open",
            &[&terms],
            "2026-05-11T20:00Z"
        ),
        ["resolution running due 2026-05-11T20:00:01Z elapsed 14399"]
    );
}

#[test]
fn pauses_across_closing_time() {
    let terms = office();
    // Monday 13:00Z (15:00 local): 1 h counted, pending at 14:00Z until Tuesday 08:00Z: 3 h left: 11:00Z.
    let text = "2026-05-11T13:00Z created\n2026-05-11T14:00Z pending\n2026-05-12T08:00Z open";
    assert_eq!(
        clocks_of(text, &[&terms], "2026-05-12T08:00Z"),
        ["resolution running due 2026-05-12T11:00:00Z elapsed 3600"]
    );
    // Pending after closing until before opening costs nothing: 2 h on Monday, 2 h on Tuesday: 09:00Z.
    let night = "2026-05-11T13:00Z created\n2026-05-11T16:00Z pending\n2026-05-12T05:00Z open";
    assert_eq!(
        clocks_of(night, &[&terms], "2026-05-12T07:30Z"),
        ["resolution running due 2026-05-12T09:00:00Z elapsed 9000"]
    );
    // Pending over a weekend: Friday 13:00Z to Monday 08:00Z leaves out 2 h on Friday and 1 h on Monday. Created Friday
    // 12:00Z: 1 h counted, 3 h from Monday 08:00Z.
    let weekend = "2026-05-15T12:00Z created\n2026-05-15T13:00Z pending\n2026-05-18T08:00Z open";
    assert_eq!(
        clocks_of(weekend, &[&terms], "2026-05-18T08:00Z"),
        ["resolution running due 2026-05-18T11:00:00Z elapsed 3600"]
    );
}

#[test]
fn a_pause_over_a_clock_change_is_no_different() {
    // Berlin, round the clock; 2026-03-29 has 23 h. Created on the 28th 20:00Z, pending 22:00Z to 29th 02:00Z: 2 h counted,
    // 2 h left: 04:00Z.
    let terms = terms(plain("Europe/Berlin", daily(json!([["00:00", "24:00"]]))), [0, 0, 240]);
    assert_eq!(
        clocks_of(
            "2026-03-28T20:00Z created\n2026-03-28T22:00Z pending\n2026-03-29T02:00Z open",
            &[&terms],
            "2026-03-29T03:00Z"
        ),
        ["resolution running due 2026-03-29T04:00:00Z elapsed 10800"]
    );
}

#[test]
fn what_pauses_one_metric_need_not_pause_another() {
    let mut by_metric = terms(plain("Etc/UTC", daily(json!([["00:00", "24:00"]]))), [60, 0, 240]);
    by_metric.pause_on.first_response.clear();
    by_metric.pause_on.resolution.insert(TicketStatus::InProgress);
    assert_eq!(
        clocks_of("2026-05-11T09:00Z created\n2026-05-11T09:30Z pending", &[&by_metric], "2026-05-11T09:45Z"),
        ["firstResponse running due 2026-05-11T10:00:00Z elapsed 2700", "resolution paused elapsed 1800"]
    );
    // From pending to in-progress the resolution stays paused.
    assert_eq!(
        clocks_of(
            "2026-05-11T09:00Z created\n2026-05-11T09:30Z pending\n2026-05-11T09:40Z in-progress",
            &[&by_metric],
            "2026-05-11T09:45Z"
        )[1],
        "resolution paused elapsed 1800"
    );
}

#[test]
fn a_breached_clock_pauses_as_well_and_stays_breached() {
    let terms = always();
    // Breached at 13:00; 14:00 pending: 5 h shown from then on.
    assert_eq!(
        clocks_of("2026-05-11T09:00Z created\n2026-05-11T14:00Z pending", &[&terms], "2026-05-11T20:00Z"),
        ["resolution breached due 2026-05-11T13:00:00Z elapsed 18000 breached 2026-05-11T13:00:00Z"]
    );
}

#[test]
fn a_next_response_that_begins_in_a_pause_waits_for_its_end() {
    let terms = terms(plain("Etc/UTC", daily(json!([["00:00", "24:00"]]))), [60, 30, 0]);
    let text = "
        2026-05-11T09:00Z created
        2026-05-11T09:10Z reply
        2026-05-11T09:20Z pending
        2026-05-11T10:00Z message";
    assert_eq!(clocks_of(text, &[&terms], "2026-05-11T11:00Z")[1], "nextResponse paused elapsed 0");
    // From 12:00: due 12:30, though it started at 10:00.
    let resumed = format!("{text}\n2026-05-11T12:00Z open");
    let history = history(&resumed, &[&terms]);
    let (clocks, _) = rebuild(&history, at("2026-05-11T12:10Z")).unwrap();
    let report = &clocks.reports(&terms, at("2026-05-11T12:10Z"))[1];
    assert_eq!(line(report), "nextResponse running due 2026-05-11T12:30:00Z elapsed 600");
    assert_eq!(report.started_at, at("2026-05-11T10:00Z"));
}

#[test]
fn reopening_after_days_leaves_the_resolved_time_out() {
    let terms = office();
    // Monday 07:00Z to 09:00Z: 2 h. Resolved until Thursday 13:00Z; 2 h left: 15:00Z, closing time.
    let text = "2026-05-11T07:00Z created\n2026-05-11T09:00Z resolved\n2026-05-14T13:00Z open";
    assert_eq!(
        clocks_of(text, &[&terms], "2026-05-14T13:30Z"),
        ["resolution running due 2026-05-14T15:00:00Z elapsed 9000"]
    );
    // A second later: one second goes over to Friday 07:00:01Z.
    let later = "2026-05-11T07:00Z created\n2026-05-11T09:00Z resolved\n2026-05-14T13:00:01Z open";
    assert_eq!(
        clocks_of(later, &[&terms], "2026-05-14T13:30Z"),
        ["resolution running due 2026-05-15T07:00:01Z elapsed 8999"]
    );
    // Resolved again in time.
    let again = format!("{text}\n2026-05-14T14:59:59Z resolved");
    assert_eq!(
        clocks_of(&again, &[&terms], "2026-05-20T00:00Z"),
        ["resolution met due 2026-05-14T15:00:00Z elapsed 14399 met 2026-05-14T14:59:59Z"]
    );
    // Reopened into a pause it stands still.
    let pending = "2026-05-11T07:00Z created\n2026-05-11T09:00Z resolved\n2026-05-14T13:00Z pending";
    assert_eq!(clocks_of(pending, &[&terms], "2026-05-20T00:00Z"), ["resolution paused elapsed 7200"]);
}

#[test]
fn a_breach_before_resolving_survives_reopening() {
    let terms = office();
    // 4 h from Monday 07:00Z: 11:00Z. Resolved at 12:00Z after 5 h; reopened on Tuesday 07:00Z: 6 h at 08:00Z.
    let text = "2026-05-11T07:00Z created\n2026-05-11T12:00Z resolved\n2026-05-12T07:00Z open";
    assert_eq!(
        clocks_of(text, &[&terms], "2026-05-12T08:00Z"),
        ["resolution breached due 2026-05-11T11:00:00Z elapsed 21600 breached 2026-05-11T11:00:00Z"]
    );
}

#[test]
fn a_reopened_ticket_owes_an_answer_to_the_next_message_only() {
    let terms = terms(plain("Etc/UTC", daily(json!([["00:00", "24:00"]]))), [60, 30, 0]);
    let text = "2026-05-11T09:00Z created\n2026-05-11T09:30Z resolved\n2026-05-12T09:00Z open";
    assert_eq!(clocks_of(text, &[&terms], "2026-05-12T10:00Z"), ["firstResponse ended elapsed 1800"]);
    let message = format!("{text}\n2026-05-12T09:05Z message");
    assert_eq!(
        clocks_of(&message, &[&terms], "2026-05-12T09:10Z")[1],
        "nextResponse running due 2026-05-12T09:35:00Z elapsed 300"
    );
    // The message that reopens it may stand before or after the reopening: 12:00 + 30 min.
    for order in ["message\n2026-05-12T12:00Z open", "open\n2026-05-12T12:00Z message"] {
        let text = format!("2026-05-11T09:00Z created\n2026-05-11T09:30Z resolved\n2026-05-12T12:00Z {order}");
        assert_eq!(
            clocks_of(&text, &[&terms], "2026-05-12T12:10Z")[1],
            "nextResponse running due 2026-05-12T12:30:00Z elapsed 600"
        );
    }
    // Written while resolved, answered while resolved: nothing is owed.
    let answered = "
        2026-05-11T09:00Z created
        2026-05-11T09:30Z resolved
        2026-05-11T10:00Z message
        2026-05-11T10:10Z reply
        2026-05-12T09:00Z open";
    assert_eq!(clocks_of(answered, &[&terms], "2026-05-12T09:10Z").len(), 1);
}
