//! How the promises of a ticket stand, one panel each, beside its thread; and what comes next if nothing happens.

use serde::Serialize;

use super::clock::{self, late_seconds, moment, span};
use crate::domain::desk::{DeskState, Ticket};
use crate::domain::sla::{ClockReport, ClockState, Metric};
use crate::pages::console::Viewer;
use crate::pages::words;

/// The service level of a ticket.
#[derive(Debug, Serialize)]
pub struct ServiceLevel {
    policy: Option<String>,
    calendar: Option<String>,
    clocks: Vec<Panel>,
    next_escalation: Option<NextStep>,
    level: u8,
    why_address: String,
}

#[derive(Debug, Serialize)]
struct NextStep {
    at: String,
    level: u32,
}

/// One promise.
#[derive(Debug, Serialize)]
struct Panel {
    metric: &'static str,
    name: String,
    tone: &'static str,
    icon: &'static str,
    state: &'static str,
    figure: String,
    unit: &'static str,
    /// When it is due, where the figure changes with time.
    due_at: Option<String>,
    target_seconds: u32,
    /// How much of the bar is filled, in percent.
    filled: u64,
    percent: u64,
    marks: Vec<u8>,
    when: String,
    allowed: String,
}

impl ServiceLevel {
    /// Of a ticket as it stands.
    #[must_use]
    pub fn new(ticket: &Ticket, clocks: &[ClockReport], desk: &DeskState, viewer: &Viewer) -> Self {
        let policy = ticket.policy_id.as_ref().and_then(|id| desk.policy(id));
        let calendar = policy.and_then(|policy| desk.calendar(&policy.terms.draft().calendar_id));
        let terms = desk.terms_of(ticket);
        let next = ticket.clocks.next_escalation(terms);
        let mut shown: Vec<&ClockReport> = Metric::ALL
            .iter()
            .filter_map(|metric| clocks.iter().filter(|clock| clock.metric == *metric).max_by_key(|clock| clock.cycle))
            .collect();
        // What is owed comes first, by when it is due.
        shown.sort_by_key(|clock| (clock.stopped_at().is_some(), clock.due_at.is_none(), clock.due_at));
        Self {
            policy: policy.map(|policy| policy.terms.draft().name.clone()),
            calendar: calendar.map(|calendar| calendar.terms.name.clone()),
            clocks: shown.into_iter().map(|clock| Panel::new(clock, &terms.warn_at_percent, viewer)).collect(),
            next_escalation: next
                .map(|next| NextStep { at: moment(viewer.zone, next.at, viewer.now), level: next.level }),
            level: ticket.escalation_level,
            why_address: format!("/why/{}", ticket.number),
        }
    }
}

impl Panel {
    fn new(clock: &ClockReport, marks: &[u8], viewer: &Viewer) -> Self {
        let (zone, now) = (viewer.zone, viewer.now);
        let mut name = clock::metric_words(clock.metric).to_owned();
        name.replace_range(..1, &name[..1].to_uppercase());
        if clock.cycle > 1 {
            name = format!("{name} {}", clock.cycle);
        }
        let day = |at| moment(zone, at, now);
        let due = clock.due_at.map(day).unwrap_or_default();
        let words = clock::ClockWords::of(clock, zone, now);
        let (state, figure, unit, when) = match (clock.state, clock.stopped_at()) {
            (ClockState::Breached, None) => ("Breached", over(clock, viewer), "over", format!("Was due {due}")),
            (ClockState::Breached, Some(stopped_at)) => {
                let how = if clock.ended_at.is_some() { "ended" } else { "done" };
                ("Breached", span(late_seconds(clock)), "late", format!("Due {due}, {how} {}", day(stopped_at)))
            }
            (ClockState::Met, met_at) => {
                ("Met", span(clock.elapsed_seconds), "used", met_at.map(day).map(sentence).unwrap_or_default())
            }
            (ClockState::Running, _) if words.tone == "breach" => {
                ("Breached", over(clock, viewer), "over", format!("Was due {due}"))
            }
            (ClockState::Running, _) => {
                let state = if words.tone == "warn" { "Due soon" } else { "On time" };
                (state, left(clock, &words), "left", format!("Due {due}"))
            }
            (ClockState::Paused, _) => {
                ("Paused", span(clock.remaining_seconds), "left", "Not due while it is paused".to_owned())
            }
            (ClockState::Ended, ended_at) => {
                ("Ended", span(clock.elapsed_seconds), "used", ended_at.map(day).map(sentence).unwrap_or_default())
            }
        };
        Self {
            metric: clock.metric.word(),
            name,
            tone: words.tone,
            icon: words.icon,
            state,
            figure,
            unit,
            due_at: words.due_at,
            target_seconds: clock.target_seconds,
            filled: clock.percent.min(100),
            percent: clock.percent,
            marks: marks.iter().copied().filter(|mark| *mark < 100).collect(),
            when,
            allowed: format!("{} allowed", span(clock.target_seconds.into())),
        }
    }
}

/// What a countdown shows; beyond today the open time that is left.
fn left(clock: &ClockReport, words: &clock::ClockWords) -> String {
    let counted = words.words.strip_suffix(" left");
    counted.map_or_else(|| span(clock.remaining_seconds), ToOwned::to_owned)
}

/// "25:12" over, in time that has passed on the wall; from two hours on, the open time.
fn over(clock: &ClockReport, viewer: &Viewer) -> String {
    let passed = clock.due_at.map_or(0, |due_at| (viewer.now - due_at).num_seconds());
    match u32::try_from(passed) {
        Ok(passed @ 0..7_200) => words::countdown(passed),
        _ => span(late_seconds(clock)),
    }
}

fn sentence(words: String) -> String {
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
impl ServiceLevel {
    /// With every kind of clock, and without a policy.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let panel = |tone: &'static str, icon: &'static str, state: &'static str, due: bool| Panel {
            metric: "nextResponse",
            name: "Next response".to_owned(),
            tone,
            icon,
            state,
            figure: "11:48".to_owned(),
            unit: "left",
            due_at: due.then(|| "2026-05-15T09:52:00.000Z".to_owned()),
            target_seconds: 3_600,
            filled: 80,
            percent: 180,
            marks: vec![50, 80],
            when: "Due today 11:52".to_owned(),
            allowed: "1 h allowed".to_owned(),
        };
        let with = |clocks| Self {
            policy: Some("Retail <standard>".to_owned()),
            calendar: Some("Hamburg desk hours".to_owned()),
            clocks,
            next_escalation: Some(NextStep { at: "today 12:15".to_owned(), level: 2 }),
            level: 1,
            why_address: "/why/T-000001".to_owned(),
        };
        let all = vec![
            panel("warn", "triangle", "Due soon", true),
            panel("breach", "octagon", "Breached", true),
            panel("met", "check", "Met", false),
            panel("paused", "pause", "Paused", false),
        ];
        vec![with(all), Self { policy: None, calendar: None, next_escalation: None, level: 0, ..with(Vec::new()) }]
    }
}
