//! Open time held against another way to tell it: a walk, minute by minute, with a wall clock that is never put back.
//! Where the clock is put forward it jumps; where it would be put back it stands still until the old time is reached again.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;

/// Zones with changes of an hour, of half an hour, at midnight, on either side of the equator, and without any; each with
/// the days around which it changes.
const ZONES: [(&str, &str); 12] = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("Asia/Kathmandu", "2026-12-25"),
    ("Pacific/Chatham", "2026-04-05"),
    ("America/Havana", "2026-11-01"),
    ("Asia/Beirut", "2026-03-29"),
    ("Pacific/Apia", "2011-12-30"),
];

/// What the walk knows of a calendar: spans by weekday in minutes, with ends beyond midnight; holidays; overrides.
#[derive(Clone, Debug)]
struct Plan {
    zone: Tz,
    around: NaiveDate,
    week: Vec<Vec<(u32, u32)>>,
    holiday: Option<i64>,
    overridden: Option<(i64, Vec<(u32, u32)>)>,
}

impl Plan {
    fn day(&self, offset: i64) -> NaiveDate {
        self.around + TimeDelta::days(offset)
    }

    fn spans(&self, date: NaiveDate) -> &[(u32, u32)] {
        match &self.overridden {
            Some((offset, spans)) if self.day(*offset) == date => spans,
            _ => &self.week[date.weekday().num_days_from_monday() as usize],
        }
    }

    fn is_open(&self, wall: NaiveDateTime) -> bool {
        if self.holiday.is_some_and(|offset| self.day(offset) == wall.date()) {
            return false;
        }
        let minute = wall.hour() * 60 + wall.minute();
        let today = self.spans(wall.date()).iter().any(|(from, to)| *from <= minute && minute < *to);
        let yesterday = self.spans(wall.date() - TimeDelta::days(1));
        today || yesterday.iter().any(|(_, to)| minute + 1_440 < *to)
    }

    /// Whether each minute from `start` on is open, for so many of them.
    fn walk(&self, start: DateTime<Utc>, count: i64) -> Vec<bool> {
        let mut shown = (start - TimeDelta::days(2)).with_timezone(&self.zone).naive_local();
        let mut open = Vec::new();
        for minute in -2_880..count {
            shown = shown.max((start + TimeDelta::minutes(minute)).with_timezone(&self.zone).naive_local());
            if minute >= 0 {
                open.push(self.is_open(shown));
            }
        }
        open
    }

    fn calendar(&self) -> BusinessCalendar {
        let clock = |minute: u32| format!("{:02}:{:02}", minute % 1_440 / 60, minute % 60);
        let written = |spans: &[(u32, u32)]| -> Value {
            spans.iter().map(|(from, to)| json!([clock(*from), clock(*to)])).collect()
        };
        let keys = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let hours: Value =
            keys.iter().zip(&self.week).map(|(key, spans)| ((*key).to_owned(), written(spans))).collect();
        let holidays: Vec<String> = self.holiday.map(|offset| self.day(offset).to_string()).into_iter().collect();
        let overrides: Vec<Value> = self
            .overridden
            .iter()
            .map(|(offset, spans)| json!({"date": self.day(*offset), "hours": written(spans)}))
            .collect();
        serde_json::from_value(
            json!({"timezone": self.zone, "hours": hours, "holidays": holidays, "overrides": overrides}),
        )
        .unwrap()
    }
}

/// Spans of whole minutes, up to 24 hours long. An end at 23:59 would be read as midnight, so there is none.
fn spans(max: usize) -> impl Strategy<Value = Vec<(u32, u32)>> {
    let span = (0_u32..1_440, 1_u32..=1_440).prop_map(|(from, length)| match (from + length) % 1_440 {
        1_439 => (from, from + length + 1),
        _ => (from, from + length),
    });
    let span = span.prop_map(|(from, to)| (from, to.min(from + 1_440)));
    prop::collection::vec(span.prop_filter("ends at 23:59", |(_, to)| to % 1_440 != 1_439), 0..max)
}

fn plans() -> impl Strategy<Value = Plan> {
    let week = prop::collection::vec(spans(4), 7).prop_filter("open", |week| week.iter().any(|day| !day.is_empty()));
    let overridden = prop::option::of((-3_i64..4, spans(3)));
    (0..ZONES.len(), week, prop::option::of(-3_i64..4), overridden).prop_map(|(zone, week, holiday, overridden)| Plan {
        zone: ZONES[zone].0.parse().unwrap(),
        around: ZONES[zone].1.parse().unwrap(),
        week,
        holiday,
        overridden,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn counting_and_adding_are_what_a_walk_finds(
        plan in plans(), start in -4_320_i64..1_440, length in 0_i64..8_000, wanted in 0_u64..6_000,
    ) {
        let calendar = plan.calendar();
        let from = plan.around.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::minutes(start);
        let open = plan.walk(from, 9_000);
        let to = from + TimeDelta::minutes(length);
        let counted = open[..usize::try_from(length).unwrap()].iter().filter(|open| **open).count() as u64 * 60;
        prop_assert_eq!(calendar.elapsed(from, to), counted, "{:?} from {} to {}", plan, from, to);
        let mut left = wanted;
        let due = open.iter().position(|open| {
            left -= u64::from(*open && left > 0);
            left == 0
        });
        if let Some(due) = due.filter(|_| wanted > 0) {
            let due = from + TimeDelta::minutes(due as i64 + 1);
            prop_assert_eq!(calendar.add(from, wanted * 60), Some(due), "{:?} from {}", plan, from);
        }
    }
}
