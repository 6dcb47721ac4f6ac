//! Warnings, breaches and the chain of escalations by example: walked in open time, each once, at its own instant.

use super::*;

fn step(metric: Metric, at: Lead, level: u32) -> Escalation {
    Escalation { metric, at, level, notify: vec!["assignee".to_owned()], assign: None }
}

/// Resolution only, in minutes, with warnings and a chain.
fn chain(calendar: BusinessCalendar, target: u32, warnings: &[u8], steps: &[(Lead, u32)]) -> Terms {
    let steps = steps.iter().map(|(at, level)| step(Metric::Resolution, *at, *level));
    Terms { warn_at_percent: warnings.into(), escalations: steps.collect(), ..terms(calendar, [0, 0, target]) }
}

fn always() -> BusinessCalendar {
    plain("Etc/UTC", daily(json!([["00:00", "24:00"]])))
}

fn office() -> BusinessCalendar {
    plain("Etc/UTC", nine_to_five())
}

#[test]
fn warnings_and_steps_come_at_their_share_of_open_time() {
    // 8 h of nine to five: 50 % = 4 h, 80 % = 6 h 24 min.
    let steps = [(Lead::Before(3_600), 1), (Lead::Percent(100), 2), (Lead::After(1_800), 3)];
    let terms = chain(office(), 480, &[50, 80], &steps);
    // From Monday 13:00: 4 h at 17:00 (closing time); 6 h 24 min on Tuesday 11:24; an hour before the due is 7 h: 12:00;
    // due at 13:00; half an hour after it 13:30.
    assert_eq!(
        firings_of("2026-05-11T13:00Z created", &[&terms], "2026-05-20T00:00Z"),
        [
            "2026-05-11T17:00:00Z resolution warned 50",
            "2026-05-12T11:24:00Z resolution warned 80",
            "2026-05-12T12:00:00Z resolution level 1 silent",
            "2026-05-12T13:00:00Z resolution breached",
            "2026-05-12T13:00:00Z resolution level 2 silent",
            "2026-05-12T13:30:00Z resolution level 3",
        ]
    );
}

#[test]
fn leads_after_the_due_instant_are_walked_in_open_time_too() {
    // Monday 09:00 + 8 h: due at closing time, 17:00. 30 min after it: Tuesday 09:30. 8 h after it: Tuesday 17:00. 8 h and
    // one second: Wednesday 09:00:01.
    let steps = [(Lead::After(1_800), 1), (Lead::After(28_800), 2), (Lead::After(28_801), 3)];
    let terms = chain(office(), 480, &[], &steps);
    assert_eq!(
        firings_of("2026-05-11T09:00Z created", &[&terms], "2026-05-20T00:00Z"),
        [
            "2026-05-11T17:00:00Z resolution breached",
            "2026-05-12T09:30:00Z resolution level 1 silent",
            "2026-05-12T17:00:00Z resolution level 2 silent",
            "2026-05-13T09:00:01Z resolution level 3",
        ]
    );
}

#[test]
fn leads_before_the_due_instant_skip_closed_time() {
    // Friday 16:00 + 4 h: due on Monday 12:00. 3.5 h before it: 30 min of open time: Friday 16:30. 5 h before it would be
    // before the start: at the start.
    let terms = chain(office(), 240, &[], &[(Lead::Before(12_600), 2), (Lead::Before(18_000), 1)]);
    let start = "2026-05-15T16:00Z created";
    assert_eq!(firings_of(start, &[&terms], "2026-05-15T16:00Z"), ["2026-05-15T16:00:00Z resolution level 1"]);
    assert_eq!(
        firings_of(start, &[&terms], "2026-05-15T16:30Z"),
        ["2026-05-15T16:00:00Z resolution level 1 silent", "2026-05-15T16:30:00Z resolution level 2"]
    );
}

#[test]
fn only_the_highest_level_notifies_of_those_passed_at_once() {
    let steps = [(Lead::Percent(50), 1), (Lead::Percent(100), 2), (Lead::After(3_600), 3)];
    let terms = chain(always(), 60, &[], &steps);
    let mut clocks = Clocks::started(at("2026-05-11T09:00Z"), TicketStatus::Open, &terms);
    // Looked at in time, each notifies.
    let first = clocks.due(&terms, at("2026-05-11T09:30Z"));
    assert_eq!(first.iter().map(fired).collect::<Vec<_>>(), ["2026-05-11T09:30:00Z resolution level 1"]);
    first.iter().for_each(|firing| clocks.fire(firing));
    assert_eq!(clocks.due(&terms, at("2026-05-11T09:59:59Z")), []);
    // After a downtime of hours both that are left are overdue: their own instants, one voice.
    let late = clocks.due(&terms, at("2026-05-11T15:00Z"));
    assert_eq!(
        late.iter().map(fired).collect::<Vec<_>>(),
        [
            "2026-05-11T10:00:00Z resolution breached",
            "2026-05-11T10:00:00Z resolution level 2 silent",
            "2026-05-11T11:00:00Z resolution level 3"
        ]
    );
    late.iter().for_each(|firing| clocks.fire(firing));
    assert_eq!(clocks.due(&terms, at("2027-05-11T15:00Z")), []);
    assert_eq!(clocks.wake_at(&terms), None);
}

#[test]
fn each_wake_is_the_next_thing_that_is_due() {
    let terms = chain(always(), 60, &[50], &[(Lead::Before(600), 1), (Lead::After(600), 2)]);
    let mut clocks = Clocks::started(at("2026-05-11T09:00Z"), TicketStatus::Open, &terms);
    let mut woken = Vec::new();
    while let Some(wake) = clocks.wake_at(&terms) {
        for firing in clocks.due(&terms, wake) {
            assert_eq!(firing.at(), wake);
            woken.push(fired(&firing));
            clocks.fire(&firing);
        }
    }
    // 50 % of 60 min; 10 min before 10:00; due; 10 min after.
    assert_eq!(
        woken,
        [
            "2026-05-11T09:30:00Z resolution warned 50",
            "2026-05-11T09:50:00Z resolution level 1",
            "2026-05-11T10:00:00Z resolution breached",
            "2026-05-11T10:10:00Z resolution level 2",
        ]
    );
}

#[test]
fn pauses_put_off_what_has_not_happened() {
    let terms = chain(always(), 60, &[50], &[(Lead::Percent(100), 1), (Lead::After(1_800), 2)]);
    // 20 min counted, 5 h pause, 10 min more: 50 % at 14:30; due 15:00; paused again 15:10 to 16:00: 30 min after the due
    // are 10 + 20 min: 16:20.
    let text = "
        2026-05-11T09:00Z created
        2026-05-11T09:20Z pending
        2026-05-11T14:20Z open
        2026-05-11T15:10Z pending
        2026-05-11T16:00Z open";
    assert_eq!(
        firings_of(text, &[&terms], "2026-05-11T16:20Z"),
        [
            "2026-05-11T14:30:00Z resolution warned 50",
            "2026-05-11T15:00:00Z resolution breached",
            "2026-05-11T15:00:00Z resolution level 1",
            "2026-05-11T16:20:00Z resolution level 2",
        ]
    );
}

#[test]
fn nothing_happens_after_it_is_done() {
    let terms = chain(always(), 60, &[50], &[(Lead::Percent(100), 1), (Lead::After(1_800), 2)]);
    // Resolved after 40 min: only the warning.
    let early = "2026-05-11T09:00Z created\n2026-05-11T09:40Z resolved";
    assert_eq!(firings_of(early, &[&terms], "2026-05-12T00:00Z"), ["2026-05-11T09:30:00Z resolution warned 50"]);
    // Resolved 20 min late: level 2 would have been at 10:30.
    let late = "2026-05-11T09:00Z created\n2026-05-11T10:20Z resolved";
    assert_eq!(firings_of(late, &[&terms], "2026-05-12T00:00Z").len(), 3);
    // Reopened, what is left goes on: 20 min over when resolved; 10 min after reopening at 12:00: 12:10.
    let reopened = format!("{late}\n2026-05-11T12:00Z open");
    assert_eq!(firings_of(&reopened, &[&terms], "2026-05-12T00:00Z")[3], "2026-05-11T12:10:00Z resolution level 2");
}

#[test]
fn a_shorter_target_lets_everything_it_passes_happen_at_the_change() {
    let steps = [(Lead::Percent(50), 1), (Lead::Percent(100), 2), (Lead::After(3_600), 3)];
    let (long, short) = (chain(always(), 600, &[80], &steps), chain(always(), 60, &[80], &steps));
    // 90 min counted at 10:30, of 60: 80 % and both levels are passed; level 3 is due at 120 min: 11:00.
    let text = "2026-05-11T09:00Z created\n2026-05-11T10:30Z terms 1";
    assert_eq!(
        firings_of(text, &[&long, &short], "2026-05-11T10:59:59Z"),
        [
            "2026-05-11T10:30:00Z resolution warned 80",
            "2026-05-11T10:30:00Z resolution breached",
            "2026-05-11T10:30:00Z resolution level 1 silent",
            "2026-05-11T10:30:00Z resolution level 2",
        ]
    );
    assert_eq!(firings_of(text, &[&long, &short], "2026-05-11T11:00Z")[4], "2026-05-11T11:00:00Z resolution level 3");
}

#[test]
fn what_happened_once_does_not_happen_again_under_other_terms() {
    let before = chain(always(), 60, &[50], &[(Lead::Percent(50), 1)]);
    // The chain gets a step in front; level 1 was taken; the target doubles: 50 % comes again at 10:00.
    let after = chain(always(), 120, &[50], &[(Lead::Percent(75), 4), (Lead::Percent(50), 1)]);
    let text = "2026-05-11T09:00Z created\n2026-05-11T09:40Z terms 1";
    assert_eq!(
        firings_of(text, &[&before, &after], "2026-05-11T10:45Z"),
        [
            "2026-05-11T09:30:00Z resolution warned 50",
            "2026-05-11T09:30:00Z resolution level 1",
            // 75 % of 120 min.
            "2026-05-11T10:30:00Z resolution level 4",
        ]
    );
}

#[test]
fn the_next_step_is_known_until_it_is_taken_or_its_clock_stands_still() {
    let terms = chain(office(), 480, &[], &[(Lead::Before(3_600), 1), (Lead::After(3_600), 2)]);
    let mut clocks = Clocks::started(at("2026-05-11T09:00Z"), TicketStatus::Open, &terms);
    // 7 h: 16:00. Then 9 h: Tuesday 10:00.
    assert_eq!(clocks.next_escalation(&terms), Some(NextEscalation { at: at("2026-05-11T16:00Z"), level: 1 }));
    clocks.occur(at("2026-05-11T16:30Z"), Occurrence::CustomerMessage, &terms);
    assert_eq!(clocks.next_escalation(&terms), Some(NextEscalation { at: at("2026-05-12T10:00Z"), level: 2 }));
    clocks.occur(at("2026-05-11T16:40Z"), Occurrence::Status { to: TicketStatus::Pending }, &terms);
    assert_eq!(clocks.next_escalation(&terms), None);
    assert_eq!(clocks.wake_at(&terms), None);
}

#[test]
fn steps_watch_the_metric_that_they_name_in_each_cycle() {
    let steps = [step(Metric::NextResponse, Lead::Percent(100), 1), step(Metric::FirstResponse, Lead::Percent(100), 2)];
    let terms = Terms { escalations: steps.into(), ..terms(always(), [60, 30, 0]) };
    let text = "
        2026-05-11T09:00Z created
        2026-05-11T11:00Z reply
        2026-05-11T12:00Z message
        2026-05-11T13:00Z reply
        2026-05-11T14:00Z message";
    assert_eq!(
        firings_of(text, &[&terms], "2026-05-11T15:00Z"),
        [
            "2026-05-11T10:00:00Z firstResponse breached",
            "2026-05-11T10:00:00Z firstResponse level 2",
            "2026-05-11T12:30:00Z nextResponse breached",
            "2026-05-11T12:30:00Z nextResponse level 1",
            "2026-05-11T14:30:00Z nextResponse breached",
            "2026-05-11T14:30:00Z nextResponse level 1",
        ]
    );
}
