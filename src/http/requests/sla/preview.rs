//! A preview: a calendar, targets and a history, none of which need exist.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::calendar::{CalendarHoursBody, business_calendar};
use super::escalations::EscalationBody;
use super::history::{HappeningBody, happenings};
use super::policy::{TargetsBody, escalations, pause_on, targets, warnings};
use crate::domain::invalid::Invalid;
use crate::domain::sla::{HistoryEntry, Terms};
use crate::http::problem::Problem;
use crate::http::requests::{Errors, Field};

/// What to try.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "calendar": {"timezone": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]}},
    "targets": {"firstResponse": 60, "nextResponse": "PT2H", "resolution": 480},
    "pauseOn": ["pending"],
    "escalations": [{"metric": "resolution", "at": {"percent": 100}, "level": 1}],
    "history": [
        {"at": "2026-05-11T14:30:00Z", "type": "created"},
        {"at": "2026-05-11T14:45:00Z", "type": "status", "to": "pending"}
    ],
    "now": "2026-05-12T07:30:00Z"
}))]
pub struct PreviewBody {
    /// When time counts.
    #[serde(default)]
    #[schema(value_type = CalendarHoursBody, required)]
    calendar: Field,
    /// How much time there is; at least one target.
    #[serde(default)]
    #[schema(value_type = TargetsBody, required)]
    targets: Field,
    /// In which statuses clocks stand still: a list, or an object by metric.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["pending"]))]
    pause_on: Field,
    /// At which percentages of the target is warned; at most 10, each 1 to 100.
    #[serde(default)]
    #[schema(value_type = Vec<u32>, example = json!([50, 80]))]
    warn_at_percent: Field,
    /// The chain of escalations; at most 64 steps.
    #[serde(default)]
    #[schema(value_type = Vec<EscalationBody>)]
    escalations: Field,
    /// What happens to the ticket; at most 1000 entries, in any order. What lies after `now` has not happened yet.
    #[serde(default)]
    #[schema(value_type = Vec<HappeningBody>, required)]
    history: Field,
    /// As of when; the present when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-05-12T07:30:00Z")]
    now: Field,
    /// Whether to explain every start, pause, resume and span of counted time.
    #[serde(default)]
    #[schema(value_type = bool, default = false)]
    trace: Field,
}

/// What to try, checked.
#[derive(Debug)]
pub struct Preview {
    /// What holds for the ticket.
    pub terms: Arc<Terms>,
    /// What has happened to it by `now`.
    pub history: Vec<HistoryEntry>,
    /// As of when.
    pub now: DateTime<Utc>,
    /// Whether to explain.
    pub trace: bool,
}

/// Checks what is to be tried; `now` stands in where none is given.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse(body: &PreviewBody, now: DateTime<Utc>) -> Result<Preview, Problem> {
    let mut errors = Errors::default();
    let calendar = errors.required("calendar", body.calendar.object::<CalendarHoursBody>("calendar"));
    let calendar = calendar.and_then(|calendar| business_calendar(&calendar, "calendar", None, &[], &mut errors));
    let targets = targets(&body.targets, "targets", &mut errors);
    if errors.is_empty() && targets.is_some_and(|targets| targets.is_empty()) {
        errors.keep::<()>(Err(Invalid::new("targets", "must have firstResponse, nextResponse or resolution")));
    }
    let pause_on = pause_on(&body.pause_on, "pauseOn", &mut errors);
    let warnings = warnings(&body.warn_at_percent, "warnAtPercent", &mut errors);
    let escalations = escalations(&body.escalations, "escalations", &mut errors);
    let history = happenings(&body.history, "history", &mut errors);
    let now = errors.keep(body.now.instant("now")).map(|given| given.unwrap_or(now));
    let trace = errors.keep(body.trace.flag("trace")).map(Option::unwrap_or_default);
    let read = || {
        let terms = Arc::new(Terms {
            calendar: Some(Arc::new(calendar?)),
            targets: targets?,
            pause_on: pause_on?,
            warn_at_percent: warnings?.into(),
            escalations: escalations?.into(),
        });
        let now = now?;
        Some(Preview { history: history?.until(now, &terms), terms, now, trace: trace? })
    };
    let preview = read();
    errors.finish(preview)
}
