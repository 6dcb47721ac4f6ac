//! What holds for every calendar: counting and adding belong together, more hours never make anything due later, and how
//! hours are written makes no difference.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

const ZONES: [&str; 7] = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Pacific/Apia",
];

/// An instant in any year that instants may lie in, to the microsecond.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    let (from, to) = (at("1900-01-01T00:00Z"), at("2199-12-31T00:00Z"));
    (from.timestamp_micros()..to.timestamp_micros()).prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

/// Spans a day, in minutes; the first may start anywhere and run overnight.
fn weeks() -> impl Strategy<Value = Vec<Vec<(u32, u32)>>> {
    let span = (0_u32..1_439, 1_u32..=1_400).prop_map(|(from, length)| (from, (from + length) % 1_440));
    let span = span.prop_filter("ends at 23:59", |(_, to)| *to != 1_439);
    prop::collection::vec(prop::collection::vec(span, 0..4), 7)
        .prop_filter("open", |week| week.iter().any(|day| !day.is_empty()))
}

fn written(zone: usize, week: &[Vec<(u32, u32)>], holidays: &[&str]) -> BusinessCalendar {
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let day = |spans: &Vec<(u32, u32)>| -> Value {
        spans.iter().map(|(from, to)| json!([clock(*from), clock(*to)])).collect()
    };
    let keys = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let hours = keys.iter().zip(week).map(|(key, spans)| ((*key).to_owned(), day(spans))).collect();
    calendar(ZONES[zone], hours, holidays, json!([]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn adding_and_counting_are_inverse(
        zone in 0..ZONES.len(), week in weeks(), from in instants(), micros in 1_u64..2_000_000_000_000,
    ) {
        let calendar = written(zone, &week, &["12-25", "01-01"]);
        if let Some(due) = calendar.add_micros(from, micros) {
            prop_assert_eq!(calendar.elapsed_micros(from, due), micros);
            // It is the first such instant: a microsecond before it, one is missing.
            prop_assert_eq!(calendar.elapsed_micros(from, due - TimeDelta::microseconds(1)), micros - 1);
        }
    }

    #[test]
    fn counting_adds_up(
        zone in 0..ZONES.len(), week in weeks(), from in instants(), mut apart in prop::collection::vec(0_i64..100_000_000, 3),
    ) {
        apart.sort_unstable();
        let instants: Vec<DateTime<Utc>> = apart.iter().map(|seconds| from + TimeDelta::seconds(*seconds)).collect();
        let calendar = written(zone, &week, &["07-14"]);
        let count = |one: usize, other: usize| calendar.elapsed_micros(instants[one], instants[other]);
        prop_assert_eq!(count(0, 1) + count(1, 2), count(0, 2));
        prop_assert_eq!(count(2, 0), 0);
        let near = instants[0] + TimeDelta::days(40);
        let segments = calendar.segments(instants[0], near, 10_000);
        let sum: i64 = segments.iter().map(|one| (one.to - one.from).num_microseconds().unwrap()).sum();
        prop_assert_eq!(u64::try_from(sum).unwrap(), calendar.elapsed_micros(instants[0], near));
        prop_assert!(segments.windows(2).all(|pair| pair[0].to < pair[1].from));
    }

    #[test]
    fn more_open_hours_never_make_anything_due_later(
        zone in 0..ZONES.len(), week in weeks(), day in 0_usize..7, span in (0_u32..1_439, 0_u32..1_439),
        from in instants(), seconds in 1_u64..2_000_000,
    ) {
        let less = written(zone, &week, &["12-25"]);
        let mut week = week;
        week[day].push(span);
        let more = written(zone, &week, &[]);
        if let Some(due) = less.add(from, seconds) {
            prop_assert!(more.add(from, seconds).is_some_and(|earlier| earlier <= due));
        }
        let to = from + TimeDelta::days(30);
        prop_assert!(more.elapsed(from, to) >= less.elapsed(from, to));
    }

    #[test]
    fn a_span_split_in_two_is_the_same(
        zone in 0..ZONES.len(), week in weeks(), at in 1_u32..1_400, from in instants(), seconds in 1_u64..2_000_000,
    ) {
        let whole = written(zone, &week, &[]);
        let split: Vec<Vec<(u32, u32)>> = week
            .iter()
            .map(|day| {
                let halves = |(from, to): &(u32, u32)| {
                    let length = if to > from { to - from } else { to + 1_440 - from };
                    let middle = (from + at) % 1_440;
                    // What lies beyond midnight cannot be written as a span of its own on the same day.
                    match at < length && from + at < 1_439 {
                        true => vec![(*from, middle), (middle, *to)],
                        false => vec![(*from, *to)],
                    }
                };
                day.iter().flat_map(halves).collect()
            })
            .collect();
        let split = written(zone, &split, &[]);
        prop_assert_eq!(whole.add(from, seconds), split.add(from, seconds));
        let to = from + TimeDelta::days(400);
        prop_assert_eq!(whole.elapsed_micros(from, to), split.elapsed_micros(from, to));
    }

    #[test]
    fn a_pause_moves_the_due_instant_by_its_own_open_time(
        zone in 0..ZONES.len(), week in weeks(), from in instants(), target in 60_u32..400_000,
        pause in 0_i64..400_000, length in 1_i64..4_000_000,
    ) {
        let terms = Terms {
            calendar: Some(Arc::new(written(zone, &week, &["12-25"]))),
            targets: Targets { resolution: Some(target), ..Targets::default() },
            pause_on: PauseOn::all([TicketStatus::Pending].into()),
            ..Terms::none()
        };
        let calendar = terms.calendar.clone().unwrap();
        let (pause, resume) = (from + TimeDelta::seconds(pause), from + TimeDelta::seconds(pause + length));
        let mut clocks = Clocks::started(from, TicketStatus::Open, &terms);
        let due = clocks.reports(&terms, from)[0].due_at;
        prop_assume!(due.is_some_and(|due| due > pause));
        clocks.occur(pause, Occurrence::Status { to: TicketStatus::Pending }, &terms);
        clocks.occur(resume, Occurrence::Status { to: TicketStatus::Open }, &terms);
        let moved = clocks.reports(&terms, resume)[0].due_at;
        if let Some((due, moved)) = due.zip(moved) {
            prop_assert_eq!(calendar.elapsed_micros(due, moved), calendar.elapsed_micros(pause, resume));
            let all = u64::from(target) * 1_000_000 + calendar.elapsed_micros(pause, resume);
            prop_assert_eq!(Some(moved), calendar.add_micros(from, all));
        }
    }
}
