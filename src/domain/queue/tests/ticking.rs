//! What time alone makes happen, and when the queue wants to be woken for it.

use super::*;

fn automatic() -> Desk {
    Desk::with(|draft| draft.queue.auto_no_show = true)
}

fn no_shows(desk: &Desk) -> Vec<(String, DateTime<Utc>)> {
    let no_show = |event: &Event| match event {
        Event::EntryChanged { change: Change::NoShow, entry, at, by: None } => Some((entry.id.to_string(), *at)),
        _ => None,
    };
    desk.log.iter().filter_map(no_show).collect()
}

#[test]
fn a_grace_period_ends_at_its_second() {
    let mut desk = automatic();
    desk.join("a");
    assert_eq!(wake_at(&desk.state), None);
    desk.act(call("a"));
    let due = desk.now + TimeDelta::minutes(5);
    assert_eq!(wake_at(&desk.state), Some(due));
    desk.now = due - TimeDelta::seconds(1);
    desk.tick();
    assert_eq!(desk.word("a"), "called");
    desk.now = due;
    desk.tick();
    assert_eq!(no_shows(&desk), [("a".to_owned(), due)]);
    assert!(matches!(desk.entry("a").status, Status::NoShow { automatic: true, by: None, .. }));
    assert_eq!(wake_at(&desk.state), None);
    assert_eq!(desk.refused(undo("a")), "nothing_to_undo");
}

#[test]
fn without_the_setting_nobody_is_a_no_show_by_itself() {
    let mut desk = Desk::new();
    desk.join("a");
    desk.act(call("a"));
    assert_eq!(wake_at(&desk.state), None);
    desk.minutes(60);
    desk.tick();
    assert_eq!(desk.word("a"), "called");
}

#[test]
fn a_recall_does_not_prolong_and_a_start_ends_the_wait() {
    let mut desk = automatic();
    desk.join_all(&["a", "b"]);
    desk.act(call("a"));
    desk.act(call("b"));
    desk.minutes(4);
    desk.act(recall("a"));
    desk.act(start("b"));
    desk.minutes(1);
    assert_eq!((desk.word("a"), desk.word("b")), ("no_show", "serving"));
}

#[test]
fn after_a_downtime_everything_overdue_gets_its_true_time() {
    let mut desk = automatic();
    desk.join_all(&["a", "b"]);
    desk.act(call("a"));
    let first = desk.now + TimeDelta::minutes(5);
    desk.minutes(1);
    desk.act(call("b"));
    desk.act(Act::Pause { until: Some(first + TimeDelta::seconds(30)) });
    desk.now += TimeDelta::hours(2);
    desk.tick();
    let second = first + TimeDelta::minutes(1);
    assert_eq!(no_shows(&desk), [("a".to_owned(), first), ("b".to_owned(), second)]);
    let due: Vec<_> = desk.log[desk.log.len() - 3..].iter().map(|event| event.at().unwrap()).collect();
    assert_eq!(due, [first, first + TimeDelta::seconds(30), second]);
    desk.assert_rebuilds();
}

#[test]
fn what_was_due_before_midnight_counts_for_that_day() {
    let mut desk = automatic();
    desk.now = at("2026-05-12T21:50:00Z");
    desk.join_all(&["a", "b"]);
    desk.act(call("a"));
    desk.now = at("2026-05-12T21:56:00Z");
    desk.act(call("b"));
    desk.now = at("2026-05-13T06:00:00Z");
    desk.tick();
    let turn = desk.log.iter().position(|event| matches!(event, Event::DayTurned { .. })).unwrap();
    let day_of = |name: &str| {
        let ended = |event: &Event| matches!(event, Event::EntryChanged { change: Change::NoShow, entry, .. } if entry.id == id(name));
        desk.log.iter().position(ended).unwrap() > turn
    };
    assert!(!day_of("a") && day_of("b"));
    assert_eq!(desk.state.today().no_show, 1);
    desk.join("c");
    assert_eq!(desk.entry("c").number, 1);
}

#[test]
fn a_pause_ends_by_itself() {
    let mut desk = Desk::new();
    let until = desk.now + TimeDelta::minutes(15);
    desk.act(Act::Pause { until: Some(until) });
    assert_eq!(wake_at(&desk.state), Some(until));
    desk.now = until - TimeDelta::milliseconds(1);
    assert_eq!(desk.state.admittance(desk.now), Admittance::Paused { until: Some(until) });
    assert_eq!(desk.state.admittance(until), Admittance::Open);
    desk.now = until + TimeDelta::hours(1);
    desk.tick();
    let point = desk.state.point().unwrap();
    assert_eq!((&point.admission, point.updated_at, point.version), (&Admission::Open, until, 3));
    assert!(matches!(desk.log.last(), Some(Event::PointChanged { by: None, .. })));
    assert_eq!(wake_at(&desk.state), None);
}

#[test]
fn one_tick_does_a_bounded_number_of_things() {
    let mut desk = automatic();
    let mut called = desk.clone();
    for number in 0..=TICK_ITEMS_MAX {
        let mut join = wish(&format!("n{number}"));
        join.customer.phone = None;
        let entry = match decide(&called.state, &Command { by: clerk(), act: Act::Join(Box::new(join)) }, desk.now) {
            Ok(events) => events,
            Err(Rejection::QueueFull { .. }) => panic!("calls make room"),
            Err(other) => panic!("{other}"),
        };
        entry.iter().for_each(|event| apply(&mut called.state, event));
        let events = decide(&called.state, &Command { by: clerk(), act: call_next() }, desk.now).unwrap();
        events.iter().for_each(|event| apply(&mut called.state, event));
    }
    desk.state = called.state;
    desk.now += TimeDelta::hours(1);
    let tick = Command { by: Party::System, act: Act::Tick };
    let events = decide(&desk.state, &tick, desk.now).unwrap();
    assert_eq!(events.len(), TICK_ITEMS_MAX);
    events.iter().for_each(|event| apply(&mut desk.state, event));
    assert!(wake_at(&desk.state).unwrap() <= desk.now);
    assert_eq!(decide(&desk.state, &tick, desk.now).unwrap().len(), 1);
}

#[test]
fn a_shorter_grace_period_holds_for_who_is_called_already() {
    let mut desk = automatic();
    desk.join("a");
    desk.act(call("a"));
    let changes = PointChanges { grace_minutes: Some(1), ..PointChanges::default() };
    desk.act(Act::Update { changes: Box::new(changes), expected_version: None });
    assert_eq!(wake_at(&desk.state), Some(desk.now + TimeDelta::minutes(1)));
}

#[test]
fn time_passes_at_no_point_without_effect() {
    assert_eq!(decide(&QueueState::default(), &Command { by: Party::System, act: Act::Tick }, morning()), Ok(vec![]));
    assert_eq!(wake_at(&QueueState::default()), None);
}
