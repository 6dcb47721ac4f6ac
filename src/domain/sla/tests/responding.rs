//! Responses by example: the first one, the next ones with their cycles, answers in time, late and on the second.

use super::*;

/// Round the clock: first response 60 min, next responses 30 min, no resolution.
fn always() -> Terms {
    terms(plain("Etc/UTC", daily(json!([["00:00", "24:00"]]))), [60, 30, 0])
}

/// Nine to five in UTC: the same targets, resolution 8 h.
fn office() -> Terms {
    terms(plain("Etc/UTC", nine_to_five()), [60, 30, 480])
}

#[test]
fn a_first_response_runs_until_a_public_reply() {
    let terms = always();
    // 09:00 + 60 min = 10:00.
    let created = "2026-05-11T09:00Z created";
    assert_eq!(
        clocks_of(created, &[&terms], "2026-05-11T09:20Z"),
        ["firstResponse running due 2026-05-11T10:00:00Z elapsed 1200"]
    );
    // A message of the customer changes nothing about it, and starts no next response yet.
    let message = "2026-05-11T09:00Z created\n2026-05-11T09:10Z message";
    assert_eq!(
        clocks_of(message, &[&terms], "2026-05-11T09:20Z"),
        ["firstResponse running due 2026-05-11T10:00:00Z elapsed 1200"]
    );
    // Answered after 59:59.
    let met = "2026-05-11T09:00Z created\n2026-05-11T09:59:59Z reply";
    assert_eq!(
        clocks_of(met, &[&terms], "2026-05-12T09:00Z"),
        ["firstResponse met due 2026-05-11T10:00:00Z elapsed 3599 met 2026-05-11T09:59:59Z"]
    );
}

#[test]
fn an_answer_at_the_due_instant_or_later_is_breached_whoever_looked_when() {
    let terms = always();
    // now >= due: at 10:00:00 it is breached, at 09:59:59 it was not.
    let created = "2026-05-11T09:00Z created";
    assert_eq!(
        clocks_of(created, &[&terms], "2026-05-11T09:59:59Z"),
        ["firstResponse running due 2026-05-11T10:00:00Z elapsed 3599"]
    );
    assert_eq!(
        clocks_of(created, &[&terms], "2026-05-11T10:00Z"),
        ["firstResponse breached due 2026-05-11T10:00:00Z elapsed 3600 breached 2026-05-11T10:00:00Z"]
    );
    // Answered exactly then, and 90 minutes after the creation.
    for (reply, elapsed) in [("2026-05-11T10:00:00Z", 3_600), ("2026-05-11T10:30:00Z", 5_400)] {
        assert_eq!(
            clocks_of(&format!("{created}\n{reply} reply"), &[&terms], "2026-05-12T09:00Z"),
            [format!(
                "firstResponse breached due 2026-05-11T10:00:00Z elapsed {elapsed} breached 2026-05-11T10:00:00Z met {reply}"
            )]
        );
    }
}

#[test]
fn a_next_response_runs_from_the_oldest_unanswered_message_and_each_is_kept() {
    let terms = always();
    let text = "
        2026-05-11T09:00Z created
        2026-05-11T09:30Z reply
        2026-05-11T10:00Z message
        2026-05-11T10:20Z message
        2026-05-11T10:25Z reply
        2026-05-11T10:26Z reply
        2026-05-11T11:00Z message
        2026-05-11T11:40Z reply
        2026-05-11T12:00Z message";
    assert_eq!(
        clocks_of(text, &[&terms], "2026-05-11T12:10Z"),
        [
            "firstResponse met due 2026-05-11T10:00:00Z elapsed 1800 met 2026-05-11T09:30:00Z",
            // From 10:00, not from 10:20: 25 min.
            "nextResponse met due 2026-05-11T10:30:00Z elapsed 1500 met 2026-05-11T10:25:00Z",
            // 11:00 + 30 min = 11:30, answered after 40.
            "nextResponse#2 breached due 2026-05-11T11:30:00Z elapsed 2400 breached 2026-05-11T11:30:00Z met 2026-05-11T11:40:00Z",
            "nextResponse#3 running due 2026-05-11T12:30:00Z elapsed 600",
        ]
    );
}

#[test]
fn a_message_and_a_reply_at_the_same_instant_go_by_their_order() {
    let terms = always();
    let first = "2026-05-11T09:00Z created\n2026-05-11T09:30Z message\n2026-05-11T09:30Z reply";
    assert_eq!(clocks_of(first, &[&terms], "2026-05-11T09:40Z").len(), 1);
    let second = "2026-05-11T09:00Z created\n2026-05-11T09:30Z reply\n2026-05-11T09:30Z message";
    assert_eq!(
        clocks_of(second, &[&terms], "2026-05-11T09:40Z")[1],
        "nextResponse running due 2026-05-11T10:00:00Z elapsed 600"
    );
}

#[test]
fn responses_count_open_time_only() {
    let terms = office();
    // Friday 16:30 + 60 min: 30 min until 17:00, 30 min from Monday 09:00. Resolution: 8 h = 30 min + 7.5 h: Monday 16:30.
    let text = "2026-05-15T16:30Z created";
    assert_eq!(
        clocks_of(text, &[&terms], "2026-05-16T12:00Z"),
        [
            "firstResponse running due 2026-05-18T09:30:00Z elapsed 1800",
            "resolution running due 2026-05-18T16:30:00Z elapsed 1800"
        ]
    );
    // Answered on Saturday: 30 min. The message of Saturday counts from Monday 09:00: due 09:30.
    let weekend = "2026-05-15T16:30Z created\n2026-05-16T10:00Z reply\n2026-05-16T11:00Z message";
    assert_eq!(
        clocks_of(weekend, &[&terms], "2026-05-18T09:10Z"),
        [
            "firstResponse met due 2026-05-18T09:30:00Z elapsed 1800 met 2026-05-16T10:00:00Z",
            "nextResponse running due 2026-05-18T09:30:00Z elapsed 600",
            "resolution running due 2026-05-18T16:30:00Z elapsed 2400",
        ]
    );
}

#[test]
fn a_target_used_up_at_closing_time_is_due_at_closing_time() {
    let terms = office();
    // Monday 16:00 + 60 min = 17:00 sharp: breached at 17:00, though nobody works then.
    assert_eq!(
        clocks_of("2026-05-11T16:00Z created\n2026-05-12T08:00Z reply", &[&terms], "2026-05-12T08:00Z")[0],
        "firstResponse breached due 2026-05-11T17:00:00Z elapsed 3600 breached 2026-05-11T17:00:00Z met 2026-05-12T08:00:00Z"
    );
    // One second later begun: 59:59 until 17:00, due Tuesday 09:00:01; answered in the night it is met.
    assert_eq!(
        clocks_of("2026-05-11T16:00:01Z created\n2026-05-12T08:00Z reply", &[&terms], "2026-05-12T08:00Z")[0],
        "firstResponse met due 2026-05-12T09:00:01Z elapsed 3599 met 2026-05-12T08:00:00Z"
    );
}

#[test]
fn resolving_ends_responses_and_stops_the_resolution() {
    let terms = office();
    let text = "2026-05-11T09:00Z created\n2026-05-11T09:30Z resolved";
    assert_eq!(
        clocks_of(text, &[&terms], "2026-05-13T09:00Z"),
        [
            "firstResponse ended elapsed 1800",
            "resolution met due 2026-05-11T17:00:00Z elapsed 1800 met 2026-05-11T09:30:00Z"
        ]
    );
    // Ended after it was breached, it stays breached, and nothing was done.
    let late = "2026-05-11T09:00Z created\n2026-05-11T10:30Z resolved";
    assert_eq!(
        clocks_of(late, &[&terms], "2026-05-13T09:00Z")[0],
        "firstResponse breached due 2026-05-11T10:00:00Z elapsed 5400 breached 2026-05-11T10:00:00Z"
    );
    // A next response that is owed is ended as well.
    let owed =
        "2026-05-11T09:00Z created\n2026-05-11T09:10Z reply\n2026-05-11T09:20Z message\n2026-05-11T09:30Z resolved";
    assert_eq!(clocks_of(owed, &[&terms], "2026-05-13T09:00Z")[1], "nextResponse ended elapsed 600");
}

#[test]
fn merging_and_deleting_end_everything_for_good() {
    let terms = office();
    let text = "2026-05-11T09:00Z created\n2026-05-11T09:30Z ended\n2026-05-11T09:40Z open\n2026-05-11T09:50Z reply";
    assert_eq!(
        clocks_of(text, &[&terms], "2026-05-13T09:00Z"),
        ["firstResponse ended elapsed 1800", "resolution ended elapsed 1800"]
    );
    // What was resolved before stays met.
    let resolved = "2026-05-11T09:00Z created\n2026-05-11T09:30Z resolved\n2026-05-12T09:30Z ended";
    assert_eq!(
        clocks_of(resolved, &[&terms], "2026-05-13T09:00Z")[1],
        "resolution met due 2026-05-11T17:00:00Z elapsed 1800 met 2026-05-11T09:30:00Z"
    );
    // Closing without resolving resolves.
    let closed = "2026-05-11T09:00Z created\n2026-05-11T09:30Z closed";
    assert_eq!(
        clocks_of(closed, &[&terms], "2026-05-13T09:00Z")[1],
        "resolution met due 2026-05-11T17:00:00Z elapsed 1800 met 2026-05-11T09:30:00Z"
    );
}

#[test]
fn metrics_without_a_target_are_not_shown_but_known() {
    // Without a first target the first reply still ends the first phase: the message after it starts a next response.
    let only_next = terms(plain("Etc/UTC", daily(json!([["00:00", "24:00"]]))), [0, 30, 0]);
    let text =
        "2026-05-11T09:00Z created\n2026-05-11T09:30Z message\n2026-05-11T10:00Z reply\n2026-05-11T11:00Z message";
    assert_eq!(
        clocks_of(text, &[&only_next], "2026-05-11T11:10Z"),
        ["nextResponse running due 2026-05-11T11:30:00Z elapsed 600"]
    );
}
