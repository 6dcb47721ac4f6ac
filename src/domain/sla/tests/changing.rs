//! Changes of priority, policy and calendar by example.

use super::*;

fn always() -> BusinessCalendar {
    plain("Etc/UTC", daily(json!([["00:00", "24:00"]])))
}

fn resolution(minutes: u32) -> Terms {
    terms(always(), [0, 0, minutes])
}

#[test]
fn a_target_changes_elapsed_stays() {
    let (long, short) = (resolution(240), resolution(120));
    // 1 h counted at 10:00; 2 h in all from creation: 11:00.
    let text = "2026-05-11T09:00Z created\n2026-05-11T10:00Z terms 1";
    assert_eq!(
        clocks_of(text, &[&long, &short], "2026-05-11T10:30Z"),
        ["resolution running due 2026-05-11T11:00:00Z elapsed 5400"]
    );
    // And back: 13:00 again.
    let back = format!("{text}\n2026-05-11T10:40Z terms 0");
    assert_eq!(
        clocks_of(&back, &[&long, &short], "2026-05-11T10:40Z"),
        ["resolution running due 2026-05-11T13:00:00Z elapsed 6000"]
    );
}

#[test]
fn a_target_that_is_used_up_by_the_change_is_breached_at_the_change() {
    let (long, short) = (resolution(240), resolution(60));
    let text = "2026-05-11T09:00Z created\n2026-05-11T11:00Z terms 1";
    let breached = "resolution breached due 2026-05-11T11:00:00Z elapsed 7200 breached 2026-05-11T11:00:00Z";
    assert_eq!(clocks_of(text, &[&long, &short], "2026-05-11T11:00Z"), [breached]);
    // Exactly used up is used up: 60 min at 10:00.
    let exact = "2026-05-11T09:00Z created\n2026-05-11T10:00Z terms 1";
    assert_eq!(
        clocks_of(exact, &[&long, &short], "2026-05-11T10:00Z"),
        ["resolution breached due 2026-05-11T10:00:00Z elapsed 3600 breached 2026-05-11T10:00:00Z"]
    );
    // It stays breached at the change, however late somebody looks, and though the target grows again.
    let back = format!("{text}\n2026-05-11T11:30Z terms 0");
    assert_eq!(
        clocks_of(&back, &[&long, &short], "2026-05-11T12:00Z"),
        ["resolution breached due 2026-05-11T11:00:00Z elapsed 10800 breached 2026-05-11T11:00:00Z"]
    );
}

#[test]
fn a_priority_change_while_paused_keeps_the_pause() {
    let (long, short) = (resolution(240), resolution(120));
    // 1 h counted, pending from 10:00; changed at 12:00; back at 15:00 with 1 h of 2 h left: 16:00.
    let text = "2026-05-11T09:00Z created\n2026-05-11T10:00Z pending\n2026-05-11T12:00Z terms 1";
    assert_eq!(clocks_of(text, &[&long, &short], "2026-05-11T14:00Z"), ["resolution paused elapsed 3600"]);
    let resumed = format!("{text}\n2026-05-11T15:00Z open");
    assert_eq!(
        clocks_of(&resumed, &[&long, &short], "2026-05-11T15:30Z"),
        ["resolution running due 2026-05-11T16:00:00Z elapsed 5400"]
    );
    // Used up by the change, also in the pause: 1 h counted, 30 min allowed: breached at 12:00.
    let tight = resolution(30);
    assert_eq!(
        clocks_of(text, &[&long, &tight], "2026-05-11T14:00Z"),
        ["resolution breached due 2026-05-11T12:00:00Z elapsed 3600 breached 2026-05-11T12:00:00Z"]
    );
}

#[test]
fn a_breach_under_the_old_target_is_not_taken_back() {
    let (short, long) = (resolution(60), resolution(600));
    let text = "2026-05-11T09:00Z created\n2026-05-11T10:30Z terms 1";
    assert_eq!(
        clocks_of(text, &[&short, &long], "2026-05-11T11:00Z"),
        ["resolution breached due 2026-05-11T10:00:00Z elapsed 7200 breached 2026-05-11T10:00:00Z"]
    );
    // Also where the change comes at the very instant at which it is due.
    let same = "2026-05-11T09:00Z created\n2026-05-11T10:00Z terms 1";
    assert_eq!(
        clocks_of(same, &[&short, &long], "2026-05-11T11:00Z"),
        ["resolution breached due 2026-05-11T10:00:00Z elapsed 7200 breached 2026-05-11T10:00:00Z"]
    );
}

#[test]
fn each_calendar_counts_for_the_time_it_was_in_force() {
    let office = terms(plain("Etc/UTC", nine_to_five()), [0, 0, 240]);
    let around = resolution(240);
    // Monday 16:00: 1 h until 17:00 in the office; round the clock from 20:00: 3 h left: 23:00.
    let text = "2026-05-11T16:00Z created\n2026-05-11T20:00Z terms 1";
    assert_eq!(
        clocks_of(text, &[&office, &around], "2026-05-11T21:00Z"),
        ["resolution running due 2026-05-11T23:00:00Z elapsed 7200"]
    );
    // The other way: 3 h until 19:00, 1 h left on Tuesday: 10:00.
    let other = "2026-05-11T16:00Z created\n2026-05-11T19:00Z terms 1";
    assert_eq!(
        clocks_of(other, &[&around, &office], "2026-05-11T21:00Z"),
        ["resolution running due 2026-05-12T10:00:00Z elapsed 10800"]
    );
}

#[test]
fn other_pauses_take_effect_with_the_change() {
    let pausing = resolution(240);
    let mut working = resolution(240);
    working.pause_on = PauseOn::default();
    // Pending from 10:00; from 12:00 on pending no longer pauses: 3 h left: 15:00.
    let text = "2026-05-11T09:00Z created\n2026-05-11T10:00Z pending\n2026-05-11T12:00Z terms 1";
    assert_eq!(
        clocks_of(text, &[&pausing, &working], "2026-05-11T13:00Z"),
        ["resolution running due 2026-05-11T15:00:00Z elapsed 7200"]
    );
    // And the other way: pending counted for 2 h, then stands still.
    assert_eq!(clocks_of(text, &[&working, &pausing], "2026-05-11T20:00Z"), ["resolution paused elapsed 10800"]);
}

#[test]
fn a_metric_that_gets_a_target_later_counts_from_creation() {
    let (none, some) = (resolution(0), resolution(240));
    let text = "2026-05-11T09:00Z created\n2026-05-11T10:00Z terms 1";
    assert_eq!(clocks_of("2026-05-11T09:00Z created", &[&none], "2026-05-11T10:00Z"), Vec::<String>::new());
    assert_eq!(
        clocks_of(text, &[&none, &some], "2026-05-11T10:30Z"),
        ["resolution running due 2026-05-11T13:00:00Z elapsed 5400"]
    );
    // A ticket without any policy counts nothing until it has one: 4 h from 10:00.
    assert_eq!(
        clocks_of(text, &[&Terms::none(), &some], "2026-05-11T10:30Z"),
        ["resolution running due 2026-05-11T14:00:00Z elapsed 1800"]
    );
    // A breach stays to be seen where the target goes away.
    let late = "2026-05-11T09:00Z created\n2026-05-11T14:00Z terms 1";
    assert_eq!(
        clocks_of(late, &[&some, &none], "2026-05-11T15:00Z"),
        ["resolution breached due 2026-05-11T13:00:00Z elapsed 21600 breached 2026-05-11T13:00:00Z"]
    );
}

#[test]
fn what_is_over_keeps_the_terms_that_held() {
    let (long, short) = (terms(always(), [60, 30, 240]), terms(always(), [10, 5, 30]));
    // Answered after 50 of 60 min, resolved after 120 of 240 min; then the targets become shorter than that.
    let text =
        "2026-05-11T09:00Z created\n2026-05-11T09:50Z reply\n2026-05-11T11:00Z resolved\n2026-05-11T12:00Z terms 1";
    assert_eq!(
        clocks_of(text, &[&long, &short], "2026-05-11T13:00Z"),
        [
            "firstResponse met due 2026-05-11T10:00:00Z elapsed 3000 met 2026-05-11T09:50:00Z",
            "resolution met due 2026-05-11T13:00:00Z elapsed 7200 met 2026-05-11T11:00:00Z"
        ]
    );
    // Reopened at 14:00 the new target is used up already.
    let reopened = format!("{text}\n2026-05-11T14:00Z open");
    assert_eq!(
        clocks_of(&reopened, &[&long, &short], "2026-05-11T14:00Z")[1],
        "resolution breached due 2026-05-11T14:00:00Z elapsed 7200 breached 2026-05-11T14:00:00Z"
    );
}
