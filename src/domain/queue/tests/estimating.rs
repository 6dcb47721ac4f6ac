//! Estimated waits, as a table.

use super::*;

struct Case {
    name: &'static str,
    capacity: u32,
    /// Minutes since the start, of those being served.
    serving: &'static [i64],
    called: usize,
    position: usize,
    /// Minutes, from, to.
    expected: (u32, u32, u32),
}

const CASES: [Case; 14] = [
    Case { name: "an empty point", capacity: 1, serving: &[], called: 0, position: 1, expected: (0, 0, 0) },
    Case { name: "one ahead", capacity: 1, serving: &[], called: 0, position: 2, expected: (10, 7, 14) },
    Case {
        name: "idle counters do not count",
        capacity: 3,
        serving: &[],
        called: 0,
        position: 4,
        expected: (30, 22, 40),
    },
    Case { name: "just begun", capacity: 1, serving: &[0], called: 0, position: 1, expected: (10, 7, 14) },
    Case { name: "four minutes in", capacity: 1, serving: &[4], called: 0, position: 1, expected: (6, 4, 8) },
    Case { name: "at the mean", capacity: 1, serving: &[10], called: 0, position: 1, expected: (0, 0, 0) },
    Case { name: "over the mean", capacity: 1, serving: &[25], called: 0, position: 2, expected: (10, 7, 14) },
    Case { name: "two share", capacity: 2, serving: &[0, 0], called: 0, position: 1, expected: (10, 7, 14) },
    Case { name: "two share the line", capacity: 2, serving: &[5, 10], called: 0, position: 4, expected: (18, 13, 24) },
    Case { name: "three, rounded up", capacity: 3, serving: &[9, 9, 9], called: 0, position: 2, expected: (5, 3, 6) },
    Case { name: "who is called is ahead", capacity: 1, serving: &[], called: 1, position: 1, expected: (10, 7, 14) },
    Case { name: "called and served", capacity: 2, serving: &[5], called: 2, position: 3, expected: (45, 33, 60) },
    Case { name: "capacity two, both", capacity: 2, serving: &[5, 5], called: 1, position: 2, expected: (15, 11, 20) },
    Case {
        name: "the end of a long line",
        capacity: 1,
        serving: &[],
        called: 0,
        position: 10_000,
        expected: (99_990, 74_992, 133_320),
    },
];

#[test]
fn people_ahead_times_mean_by_servers_and_the_rest() {
    for case in CASES {
        let mut desk = Desk::with(|draft| draft.capacity = case.capacity);
        let end = desk.now + TimeDelta::hours(1);
        for (index, elapsed) in case.serving.iter().enumerate() {
            desk.now = end - TimeDelta::minutes(*elapsed);
            let name = format!("serving{index}");
            desk.join(&name);
            desk.act(start(&name));
        }
        desk.now = end;
        for index in 0..case.called {
            let name = format!("called{index}");
            desk.join(&name);
            desk.act(call(&name));
        }
        let Estimate { minutes, from_minutes, to_minutes } = estimate_for_position(&desk.state, case.position, end);
        assert_eq!((minutes, from_minutes, to_minutes), case.expected, "{}", case.name);
    }
}

#[test]
fn servers_are_at_most_the_capacity() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c"]);
    desk.act(start("a"));
    desk.act(start("b"));
    let changes = PointChanges { capacity: Some(1), ..PointChanges::default() };
    desk.act(Act::Update { changes: Box::new(changes), expected_version: None });
    assert_eq!(estimate_for_position(&desk.state, 1, desk.now).minutes, 20);
}

#[test]
fn the_configured_mean_weighs_five_services() {
    let mut pace = Pace::default();
    assert_eq!(pace.mean_seconds(10), 600);
    pace.add(1_200);
    assert_eq!(pace.mean_seconds(10), 700);
    for _ in 0..PACE_SAMPLES {
        pace.add(300);
    }
    assert_eq!(pace.recent_service_seconds, [300; PACE_SAMPLES]);
    assert_eq!(pace.mean_seconds(10), (3_000 + 6_000) / 25);
    pace.take_back(300);
    pace.take_back(999);
    assert_eq!(pace.recent_service_seconds.len(), PACE_SAMPLES - 1);
}

#[test]
fn a_service_moves_the_average_and_its_undo_moves_it_back() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c"]);
    desk.act(start("a"));
    desk.minutes(22);
    desk.act(complete("a"));
    // (5 x 10 + 22) / 6 = 12 minutes
    assert_eq!(estimate_for_newcomer(&desk.state, desk.now).minutes, 24);
    desk.act(undo("a"));
    assert_eq!(desk.state.pace(), &Pace::default());
}

#[test]
fn no_point_has_no_wait() {
    let estimate = Estimate { minutes: 0, from_minutes: 0, to_minutes: 0 };
    assert_eq!(estimate_for_newcomer(&QueueState::default(), morning()), estimate);
}

#[test]
fn one_estimator_answers_as_single_questions_do() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c", "d"]);
    desk.act(start("a"));
    desk.seconds(77);
    let estimator = Estimator::new(&desk.state, desk.now);
    for (index, entry) in desk.state.waiting().enumerate() {
        let standing = desk.state.standing(entry, desk.now).unwrap();
        assert_eq!(Standing::new(index + 1, estimator.at_position(index + 1)), standing);
    }
    assert_eq!(estimator.for_newcomer(), estimate_for_newcomer(&desk.state, desk.now));
}
