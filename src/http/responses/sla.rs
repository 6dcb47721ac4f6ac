//! Clocks as they are shown, and what a preview finds.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::sla::{self, ClockReport, ClockState, Firing, TraceEntry};
use crate::http::requests::sla::preview::Preview;

/// What a preview finds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewView {
    /// As of when.
    as_of: DateTime<Utc>,
    /// The clocks: the first response, the next responses by cycle, the resolution; those with a target.
    #[schema(value_type = Vec<ClockView>)]
    clocks: Vec<ClockReport>,
    /// When a clock that runs is due next; null where none does.
    next_due_at: Option<DateTime<Utc>>,
    /// Warnings that were given, or will be if nothing else happens; in order.
    warnings: Vec<WarningView>,
    /// Levels that were reached, or will be if nothing else happens; in order. Those of a clock that stands still are
    /// left out until it goes on.
    escalations: Vec<EscalationView>,
    /// Why; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<TraceView>>)]
    trace: Option<Vec<TraceEntry>>,
}

/// A clock.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes how `ClockReport` is written")]
pub struct ClockView {
    /// `firstResponse`, `nextResponse` or `resolution`.
    #[schema(example = "resolution")]
    metric: String,
    /// Which of them it is, from 1; only next responses have more than one.
    cycle: u32,
    /// `running`, `paused`, `met`, `breached` or `ended`. A clock that was breached stays so when it is answered late.
    #[schema(example = "running")]
    state: String,
    /// How much open time there is.
    target_seconds: u32,
    /// From when on it counts.
    started_at: DateTime<Utc>,
    /// When it is due, was due when it was met, or was breached; left out while it is paused and after it was ended.
    due_at: Option<DateTime<Utc>>,
    /// How much open time is used up, in whole seconds.
    elapsed_seconds: u64,
    /// How much is left; 0 once it is used up.
    remaining_seconds: u64,
    /// How much of the target is used up, rounded down; more than 100 once it is late.
    percent: u64,
    /// When the target was used up.
    breached_at: Option<DateTime<Utc>>,
    /// When what was promised was done, be it late.
    met_at: Option<DateTime<Utc>>,
    /// When it ended without that: nothing is owed any more, breached or not.
    ended_at: Option<DateTime<Utc>>,
}

/// A warning.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WarningView {
    /// When.
    at: DateTime<Utc>,
    /// At how much of the target.
    percent: u8,
    /// Of which clock.
    metric: &'static str,
    /// Its cycle.
    cycle: u32,
}

/// A level that is reached.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EscalationView {
    /// Which level.
    level: u32,
    /// When.
    at: DateTime<Utc>,
    /// By which clock.
    metric: &'static str,
    /// Its cycle.
    cycle: u32,
    /// Whether that has happened by `asOf`.
    reached: bool,
}

/// A line of an explanation; which fields it has goes by `what`.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes how `TraceEntry` is written")]
pub struct TraceView {
    /// When.
    at: DateTime<Utc>,
    /// Which clock.
    metric: String,
    /// Its cycle.
    cycle: u32,
    /// `started`, `retargeted`, `untargeted`, `paused`, `resumed`, `counted`, `due`, `warned`, `breached`, `escalated`,
    /// `met`, `ended`; `cut` where there would be more than 5000 lines.
    what: String,
    /// With `started` and `retargeted`: how much time there is.
    target_seconds: Option<u32>,
    /// With `counted`: until when.
    to: Option<DateTime<Utc>>,
    /// With `counted`: how long the span was.
    seconds: Option<u64>,
    /// With `counted`, `paused`, `resumed`, `met` and `ended`: what the clock showed then.
    elapsed_seconds: Option<u64>,
    /// With `due`: when.
    due_at: Option<DateTime<Utc>>,
    /// With `warned`: at how much of the target.
    percent: Option<u8>,
    /// With `escalated`: which level.
    level: Option<u32>,
}

impl PreviewView {
    /// Works a preview out.
    pub fn of(preview: &Preview) -> Self {
        let (terms, now) = (&preview.terms, preview.now);
        let rebuilt = sla::rebuild(&preview.history, now);
        let clocks = rebuilt.as_ref().map(|(clocks, _)| clocks.reports(terms, now)).unwrap_or_default();
        let running = clocks.iter().filter(|clock| clock.state == ClockState::Running);
        let next_due_at = running.filter_map(|clock| clock.due_at).min();
        let mut view = Self {
            as_of: now,
            next_due_at,
            clocks,
            warnings: Vec::new(),
            escalations: Vec::new(),
            trace: preview.trace.then(|| sla::trace(&preview.history, now)),
        };
        if let Some((clocks, fired)) = rebuilt {
            fired.iter().for_each(|firing| view.note(firing, true));
            clocks.upcoming(terms).iter().for_each(|firing| view.note(firing, false));
        }
        view.warnings.sort_by_key(|warning| (warning.at, warning.percent));
        view.escalations.sort_by_key(|escalation| (escalation.at, escalation.level));
        view
    }

    fn note(&mut self, firing: &Firing, reached: bool) {
        let (metric, cycle) = firing.clock();
        let (at, metric) = (firing.at(), metric.word());
        match firing {
            Firing::Warned { percent, .. } => self.warnings.push(WarningView { at, percent: *percent, metric, cycle }),
            Firing::Breached { .. } => {}
            Firing::Escalated { level, .. } => {
                self.escalations.push(EscalationView { level: *level, at, metric, cycle, reached });
            }
        }
    }
}
