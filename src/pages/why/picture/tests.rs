//! The picture of one story, with its arithmetic: eight hours, of Hamburg's desk, over a holiday.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::Picture;
use crate::domain::sla::{
    BusinessCalendar, ClockReport, Happening, HistoryEntry, Metric, Occurrence, PauseOn, Targets, Terms, TraceEntry,
    rebuild, trace,
};
use crate::domain::ticket_status::TicketStatus;
use crate::pages::why::labels::{self, Wanted};
use crate::pages::why::story::{Mark, Story};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Friday 15 May 2026, 11:40 in Berlin.
pub fn now() -> DateTime<Utc> {
    at("2026-05-15T09:40:00Z")
}

/// Monday to Friday, 09:00 to 12:30 and 13:30 to 17:30; Ascension Day is a holiday.
pub fn hamburg() -> BusinessCalendar {
    let day = json!([["09:00", "12:30"], ["13:30", "17:30"]]);
    serde_json::from_value(json!({
        "timezone": "Europe/Berlin",
        "hours": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day},
        "holidays": ["2026-05-14"],
    }))
    .unwrap()
}

/// Opened on Tuesday at 15:10, pending from Wednesday 10:15 to 15:20, with eight hours for the resolution: 2:20 on Tuesday,
/// 1:15 and 2:10 on Wednesday, 2:15 on Friday, so due on Friday at 11:15.
fn history() -> Vec<HistoryEntry> {
    let terms = Arc::new(Terms {
        calendar: Some(Arc::new(hamburg())),
        targets: Targets { resolution: Some(8 * 3_600), ..Targets::default() },
        pause_on: PauseOn::all([TicketStatus::Pending].into()),
        warn_at_percent: [50, 80].as_slice().into(),
        escalations: [].as_slice().into(),
    });
    let entry = |text: &str, what| HistoryEntry { at: at(text), what, terms: Arc::clone(&terms) };
    let moved = |to| Happening::Occurred(Occurrence::Status { to });
    vec![
        entry("2026-05-12T13:10:00Z", Happening::Created { status: TicketStatus::Open }),
        entry("2026-05-12T14:05:00Z", Happening::Occurred(Occurrence::AgentReply)),
        entry("2026-05-13T08:15:00Z", moved(TicketStatus::Pending)),
        entry("2026-05-13T13:20:00Z", moved(TicketStatus::Open)),
    ]
}

pub fn breached_trace() -> Vec<TraceEntry> {
    trace(&history(), now()).into_iter().filter(|entry| entry.metric == Metric::Resolution).collect()
}

pub fn breached_report() -> ClockReport {
    let history = history();
    let (clocks, _) = rebuild(&history, now()).unwrap();
    let reports = clocks.reports(&history[0].terms, now());
    reports.into_iter().find(|clock| clock.metric == Metric::Resolution).unwrap()
}

fn drawn(trace: &[TraceEntry], clock: &ClockReport, now: DateTime<Utc>) -> Picture {
    let entries: Vec<&TraceEntry> = trace.iter().collect();
    let said = |text: &str, words: &str| Mark { at: at(text), words: words.to_owned(), tone: "ink" };
    let said = vec![
        said("2026-05-12T13:10:00Z", "Amélie writes"),
        said("2026-05-12T14:05:00Z", "You reply"),
        said("2026-05-13T13:20:00Z", "Amélie writes"),
        said("2026-05-13T14:30:00Z", "You reply"),
        said("2026-05-15T08:52:00Z", "Amélie writes"),
    ];
    let calendar = hamburg();
    let zone = chrono_tz::Europe::Berlin;
    Picture::draw(&Story { entries: &entries, clock, calendar: Some(&calendar), said, zone, now }).unwrap()
}

pub fn breached_picture() -> Picture {
    drawn(&breached_trace(), &breached_report(), now())
}

#[test]
fn open_hours_are_to_scale_and_what_was_counted_is_labelled() {
    let picture = breached_picture();
    let kinds: Vec<_> = picture.bars.iter().map(|bar| (bar.kind, bar.label.as_deref())).collect();
    assert_eq!(
        kinds,
        [
            ("counted", Some("2 h 20 min")),
            ("counted", kinds[1].1),
            ("paused", Some("Paused")),
            ("paused", Some("Paused")),
            ("counted", Some("2 h 10 min")),
            ("counted", Some("2 h 15 min")),
            ("over", None),
        ]
    );
    let (first, last) = (&picture.bars[0], &picture.bars[5]);
    assert!((first.width / last.width - 140.0 / 135.0).abs() < 0.02, "{} to {}", first.width, last.width);
    assert_eq!(picture.closed.len(), 3, "two nights, one with a holiday, and one lunch");
    assert!(picture.closed.iter().all(|closed| closed.width < first.width));
}

#[test]
fn what_happened_stands_above_and_what_it_meant_below() {
    let picture = breached_picture();
    let told: Vec<String> = picture
        .marks
        .iter()
        .filter_map(|mark| mark.label.as_ref().map(|label| format!("{} {}", label.time, label.words)))
        .collect();
    for expected in [
        "15:10 Amélie writes, clock starts",
        "10:15 paused",
        "15:20 Amélie writes, goes on",
        "10:52 Amélie writes",
        "11:40 now",
        "15:45 50 % used, warning",
        "09:39 80 % used, warning",
        "11:15 due, breached",
    ] {
        assert!(told.iter().any(|told| told == expected), "{expected} in {told:#?}");
    }
}

#[test]
fn no_leader_crosses_an_hour_or_a_day() {
    let picture = breached_picture();
    let leaders: Vec<f64> = picture.marks.iter().filter(|mark| mark.is_below).map(|mark| mark.x).collect();
    for text in picture.hours.iter().chain(&picture.days) {
        let half = super::letters(&text.text) / 2.0;
        for leader in &leaders {
            assert!((leader - text.x).abs() >= half, "{} at {} and a leader at {leader}", text.text, text.x);
        }
    }
    assert!(picture.days.len() >= 3, "{:?}", picture.days);
    assert_eq!(labels::place(&[Wanted { x: 0.0, width: 2_000.0 }], super::WIDTH, 5), [None]);
}

#[test]
fn what_is_still_to_come_is_drawn_until_it_is_due() {
    let now = at("2026-05-13T14:00:00Z");
    let history = history();
    let all: Vec<_> = trace(&history, now).into_iter().filter(|one| one.metric == Metric::Resolution).collect();
    let (clocks, _) = rebuild(&history, now).unwrap();
    let clock =
        clocks.reports(&history[0].terms, now).into_iter().find(|one| one.metric == Metric::Resolution).unwrap();
    let picture = drawn(&all, &clock, now);
    assert_eq!(picture.bars.iter().filter(|bar| bar.kind == "ahead").count(), 2, "the rest of Wednesday, and Friday");
    let due = picture.marks.iter().filter_map(|mark| mark.label.as_ref()).any(|label| label.words == "due");
    assert!(due);
}
