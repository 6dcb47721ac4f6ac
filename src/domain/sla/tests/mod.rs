//! Promises by example and by property. Each worked example carries its arithmetic, so that it can be checked by hand.

mod adding;
mod changing;
mod clock_changes;
mod compared;
mod conditions;
mod escalating;
mod policies;
mod properties;
mod rebuilding;
mod responding;
mod shapes;
mod stepping;

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::*;
use crate::domain::ticket_status::TicketStatus;

/// Monday to Friday, nine to five.
fn nine_to_five() -> Value {
    let day = json!([["09:00", "17:00"]]);
    json!({"mon": day, "tue": day, "wed": day, "thu": day, "fri": day})
}

/// The same spans on each day of the week.
fn daily(spans: Value) -> Value {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    Value::Object(days.iter().map(|day| ((*day).to_owned(), spans.clone())).collect())
}

fn calendar(zone: &str, hours: Value, holidays: &[&str], overrides: Value) -> BusinessCalendar {
    serde_json::from_value(json!({"timezone": zone, "hours": hours, "holidays": holidays, "overrides": overrides}))
        .unwrap()
}

fn plain(zone: &str, hours: Value) -> BusinessCalendar {
    calendar(zone, hours, &[], json!([]))
}

/// `2026-05-11T09:00Z` and the like; seconds may be left out.
#[track_caller]
fn at(text: &str) -> DateTime<Utc> {
    let text = text.trim();
    let full = if text.len() == "2026-05-11T09:00Z".len() { text.replace('Z', ":00Z") } else { text.to_owned() };
    full.parse().unwrap_or_else(|_| panic!("{text} is no instant"))
}

fn shown(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Minutes as a target.
fn minutes(minutes: u32) -> Option<u32> {
    Some(minutes * 60)
}

/// Terms with targets in minutes (0: none) for the first response, the next responses and the resolution, and pauses in
/// pending.
fn terms(calendar: BusinessCalendar, targets: [u32; 3]) -> Terms {
    let target = |given: u32| (given > 0).then_some(given * 60);
    Terms {
        calendar: Some(Arc::new(calendar)),
        targets: Targets {
            first_response: target(targets[0]),
            next_response: target(targets[1]),
            resolution: target(targets[2]),
        },
        pause_on: PauseOn::all([TicketStatus::Pending].into()),
        ..Terms::none()
    }
}

/// A history written as `2026-05-11T09:00Z created` and so on, an entry a line; entries are `created`, `message`, `reply`,
/// `ended`, the word of a status, or `terms N` for the Nth of the given ones.
#[track_caller]
fn history(text: &str, all: &[&Terms]) -> Vec<HistoryEntry> {
    let all: Vec<Arc<Terms>> = all.iter().map(|terms| Arc::new((*terms).clone())).collect();
    let mut current = 0;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let entries = lines.map(|line| {
        let (instant, word) = line.split_once(' ').unwrap();
        let what = match word {
            "created" => Happening::Created { status: TicketStatus::Open },
            "message" => Happening::Occurred(Occurrence::CustomerMessage),
            "reply" => Happening::Occurred(Occurrence::AgentReply),
            "ended" => Happening::Occurred(Occurrence::Ended),
            other => match other.strip_prefix("terms ") {
                Some(number) => {
                    current = number.parse().unwrap();
                    Happening::TermsChanged
                }
                None => Happening::Occurred(Occurrence::Status { to: TicketStatus::parse(other).unwrap() }),
            },
        };
        HistoryEntry { at: at(instant), what, terms: Arc::clone(&all[current]) }
    });
    entries.collect()
}

/// The clocks of a history at its end, one text each: metric, cycle where it is not the first, state, due, elapsed seconds,
/// breach and fulfilment.
#[track_caller]
fn clocks_of(text: &str, all: &[&Terms], now: &str) -> Vec<String> {
    let history = history(text, all);
    let (clocks, _) = rebuild(&history, at(now)).unwrap();
    let terms = &history.last().unwrap().terms;
    clocks.reports(terms, at(now)).iter().map(line).collect()
}

fn line(report: &ClockReport) -> String {
    let mut line = report.metric.word().to_owned();
    if report.cycle > 1 {
        line += &format!("#{}", report.cycle);
    }
    line += &format!(" {}", report.state.word());
    if let Some(due_at) = report.due_at {
        line += &format!(" due {}", shown(due_at));
    }
    line += &format!(" elapsed {}", report.elapsed_seconds);
    if let Some(breached_at) = report.breached_at {
        line += &format!(" breached {}", shown(breached_at));
    }
    if let Some(met_at) = report.met_at {
        line += &format!(" met {}", shown(met_at));
    }
    line
}

/// The firings of a history up to `now`, one text each.
#[track_caller]
fn firings_of(text: &str, all: &[&Terms], now: &str) -> Vec<String> {
    let (_, firings) = rebuild(&history(text, all), at(now)).unwrap();
    firings.iter().map(fired).collect()
}

fn fired(firing: &Firing) -> String {
    let (metric, _) = firing.clock();
    let what = match firing {
        Firing::Warned { percent, .. } => format!("warned {percent}"),
        Firing::Breached { .. } => "breached".to_owned(),
        Firing::Escalated { level, silent, .. } => {
            format!("level {level}{}", if *silent { " silent" } else { "" })
        }
    };
    format!("{} {} {what}", shown(firing.at()), metric.word())
}
