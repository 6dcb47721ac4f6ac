//! Clocks that were kept up as things happened, and clocks built from the history alone, held against each other; and the
//! trace that explains them.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

/// Three terms that differ in everything.
fn several() -> [Arc<Terms>; 3] {
    let step = |metric, at, level| Escalation { metric, at, level, notify: vec![], assign: None };
    let chain = [
        step(Metric::Resolution, Lead::Percent(50), 1),
        step(Metric::Resolution, Lead::After(7_200), 3),
        step(Metric::NextResponse, Lead::Before(600), 2),
        step(Metric::FirstResponse, Lead::Percent(150), 2),
    ];
    let office = plain("Europe/Berlin", nine_to_five());
    let nights = calendar("America/Sao_Paulo", daily(json!([["22:00", "06:00"]])), &["12-25"], json!([]));
    let always = plain("Etc/UTC", daily(json!([["00:00", "24:00"]])));
    let first =
        Terms { warn_at_percent: [50, 80].into(), escalations: chain.clone().into(), ..terms(office, [60, 30, 480]) };
    let second =
        Terms { warn_at_percent: [75].into(), escalations: chain[1..].into(), ..terms(nights, [240, 120, 90]) };
    let third = Terms { pause_on: PauseOn::default(), ..terms(always, [0, 600, 3_000]) };
    [Arc::new(first), Arc::new(second), Arc::new(third)]
}

/// Random things at random distances.
fn histories() -> impl Strategy<Value = Vec<HistoryEntry>> {
    let step = (0_u8..11, prop_oneof![Just(0_i64), 1..7_200_000_000_i64, 1..300_000_000_000_i64]);
    (0_usize..3, prop::collection::vec(step, 0..24)).prop_map(|(start, steps)| {
        let several = several();
        let mut now = at("2018-11-01T10:00Z");
        let mut terms = Arc::clone(&several[start]);
        let mut history = vec![HistoryEntry {
            at: now,
            what: Happening::Created { status: TicketStatus::Open },
            terms: Arc::clone(&terms),
        }];
        for (kind, micros) in steps {
            now += TimeDelta::microseconds(micros);
            let status = |to| Happening::Occurred(Occurrence::Status { to });
            let what = match kind {
                0 | 1 => Happening::Occurred(Occurrence::CustomerMessage),
                2 | 3 => Happening::Occurred(Occurrence::AgentReply),
                4 | 5 => status(TicketStatus::Pending),
                6 => status(TicketStatus::Open),
                7 => status(TicketStatus::InProgress),
                8 => status(TicketStatus::Resolved),
                9 => Happening::TermsChanged,
                _ if micros % 7 == 0 => Happening::Occurred(Occurrence::Ended),
                _ => status(TicketStatus::Open),
            };
            if what == Happening::TermsChanged {
                terms = Arc::clone(&several[usize::try_from(micros % 3).unwrap()]);
            }
            history.push(HistoryEntry { at: now, what, terms: Arc::clone(&terms) });
        }
        history
    })
}

/// As an owner does it: it wakes up when something is due, now and then for nothing, stores and reads back what it has.
fn kept_up(history: &[HistoryEntry], now: DateTime<Utc>, idle: u32) -> (Clocks, Vec<Firing>) {
    let mut clocks = Clocks::started(history[0].at, TicketStatus::Open, &history[0].terms);
    let mut firings = Vec::new();
    let mut terms = Arc::clone(&history[0].terms);
    let mut since = history[0].at;
    for (to, entry) in history[1..].iter().map(|entry| (entry.at, Some(entry))).chain([(now, None)]) {
        for part in 1..=idle {
            let look = since + (to - since) / i32::try_from(idle + 1).unwrap() * i32::try_from(part).unwrap();
            tick(&mut clocks, &terms, look, &mut firings);
        }
        while let Some(wake) = clocks.wake_at(&terms).filter(|wake| *wake <= to) {
            tick(&mut clocks, &terms, wake, &mut firings);
        }
        clocks = serde_json::from_value(serde_json::to_value(&clocks).unwrap()).unwrap();
        if let Some(entry) = entry {
            assert_eq!(history::step(&mut clocks, entry, &terms), []);
            terms = Arc::clone(&entry.terms);
        }
        since = to;
    }
    (clocks, firings)
}

fn tick(clocks: &mut Clocks, terms: &Terms, now: DateTime<Utc>, firings: &mut Vec<Firing>) {
    for firing in clocks.due(terms, now) {
        clocks.fire(&firing);
        firings.push(firing);
    }
}

/// Firings without whom they tell: that depends on how many were overdue at once.
fn facts(mut firings: Vec<Firing>) -> Vec<Firing> {
    for firing in &mut firings {
        if let Firing::Escalated { silent, .. } = firing {
            *silent = false;
        }
    }
    firings.sort_by_key(|firing| (firing.order(), firing.clock()));
    firings
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn clocks_kept_up_and_clocks_rebuilt_are_the_same(history in histories(), after in 0_i64..900_000, idle in 0_u32..4) {
        let now = history.last().unwrap().at + TimeDelta::seconds(after);
        let terms = Arc::clone(&history.last().unwrap().terms);
        let (rebuilt, facts_rebuilt) = rebuild(&history, now).unwrap();
        let (kept, facts_kept) = kept_up(&history, now, idle);
        prop_assert_eq!(&rebuilt, &kept);
        prop_assert_eq!(facts(facts_rebuilt), facts(facts_kept));
        prop_assert_eq!(rebuilt.reports(&terms, now), kept.reports(&terms, now));
    }

    #[test]
    fn reports_do_not_depend_on_what_was_fired(history in histories(), after in 0_i64..900_000) {
        let last = history.last().unwrap();
        let (settled, _) = rebuild(&history, last.at).unwrap();
        let now = last.at + TimeDelta::seconds(after);
        let (fired, _) = rebuild(&history, now).unwrap();
        prop_assert_eq!(settled.reports(&last.terms, now), fired.reports(&last.terms, now));
    }

    #[test]
    fn the_trace_tells_what_the_clocks_tell(history in histories(), after in 0_i64..900_000) {
        let last = history.last().unwrap();
        let now = last.at + TimeDelta::seconds(after);
        let (_, firings) = rebuild(&history, now).unwrap();
        let trace = trace(&history, now);
        prop_assert!(trace.is_sorted_by_key(|entry| entry.at));
        let breaches = |entry: &&TraceEntry| entry.what == TraceWhat::Breached;
        let fired = firings.iter().filter(|firing| matches!(firing, Firing::Breached { .. })).count();
        prop_assert_eq!(trace.iter().filter(breaches).count(), fired);
        let stored = serde_json::to_value(&trace).unwrap();
        prop_assert_eq!(serde_json::from_value::<Vec<TraceEntry>>(stored).unwrap(), trace);
    }
}

#[test]
fn a_trace_explains_each_second() {
    // Resolution 4 h, nine to five, warned at half.
    let terms = Terms { warn_at_percent: [50].into(), ..terms(plain("Etc/UTC", nine_to_five()), [0, 0, 240]) };
    // Monday 16:00: 1 h; Tuesday 09:00 to 09:30: 30 min; pending until 11:00; 30 min to the half at 11:30; 2.5 h left from
    // 11:00: due 13:30; resolved at 14:00 after 4.5 h.
    let text = "
        2026-05-11T16:00Z created
        2026-05-12T09:30Z pending
        2026-05-12T11:00Z open
        2026-05-12T14:00Z resolved";
    let trace = trace(&history(text, &[&terms]), at("2026-05-13T00:00Z"));
    let lines: Vec<String> = trace
        .iter()
        .map(|entry| {
            let what = match &entry.what {
                TraceWhat::Started { target_seconds } => format!("started {target_seconds}"),
                TraceWhat::Counted { to, seconds, elapsed_seconds } => {
                    format!("counted {seconds} to {}: {elapsed_seconds}", shown(*to))
                }
                TraceWhat::Due { due_at } => format!("due {}", shown(*due_at)),
                other => format!("{other:?}"),
            };
            format!("{} {what}", shown(entry.at))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "2026-05-11T16:00:00Z started 14400",
            "2026-05-11T16:00:00Z due 2026-05-12T12:00:00Z",
            "2026-05-11T16:00:00Z counted 3600 to 2026-05-11T17:00:00Z: 3600",
            "2026-05-12T09:00:00Z counted 1800 to 2026-05-12T09:30:00Z: 5400",
            "2026-05-12T09:30:00Z Paused { elapsed_seconds: 5400 }",
            "2026-05-12T11:00:00Z Resumed { elapsed_seconds: 5400 }",
            "2026-05-12T11:00:00Z due 2026-05-12T13:30:00Z",
            "2026-05-12T11:00:00Z counted 10800 to 2026-05-12T14:00:00Z: 16200",
            "2026-05-12T11:30:00Z Warned { percent: 50 }",
            "2026-05-12T13:30:00Z Breached",
            "2026-05-12T14:00:00Z Met { elapsed_seconds: 16200 }",
        ]
    );
}
