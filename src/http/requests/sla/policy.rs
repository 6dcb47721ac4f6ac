//! Policies as callers write them: targets, pauses and warnings; the chain of escalations is read beside this.

use std::collections::BTreeSet;

use serde::Deserialize;
use utoipa::ToSchema;

use super::duration::seconds;
pub use super::escalations::{EscalationBody, escalations};
use crate::domain::invalid::Invalid;
use crate::domain::sla::{
    Metric, PauseOn, Targets, TargetsByPriority, WARNING_PERCENT_MAX, WARNINGS_MAX, checked_warnings,
};
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;
use crate::http::requests::{Errors, Field};

/// How much open time there is: minutes, or ISO 8601 durations, from 1 second to 3660 days. A metric that there is none of is refused, not
/// overlooked.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetsBody {
    /// From creation to the first public reply of an agent.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "PT1H")]
    first_response: Field,
    /// From the oldest unanswered message of the customer after that to the next public reply.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "PT2H")]
    next_response: Field,
    /// From creation until it is resolved.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "PT8H")]
    resolution: Field,
}

/// In which statuses clocks stand still, by metric. A metric that there is none of is refused, not
/// overlooked.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PauseOnBody {
    /// Of the first response.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    first_response: Field,
    /// Of the next responses.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    next_response: Field,
    /// Of the resolution.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["pending"]))]
    resolution: Field,
}

/// The targets of one priority; null and left out: nothing is promised.
pub fn targets(field: &Field, path: &str, errors: &mut Errors) -> Option<Targets> {
    let body = errors.keep(field.object::<TargetsBody>(path))?.unwrap_or_default();
    let mut targets = Some(Targets::default());
    for metric in Metric::ALL {
        let field = match metric {
            Metric::FirstResponse => &body.first_response,
            Metric::NextResponse => &body.next_response,
            Metric::Resolution => &body.resolution,
        };
        match (errors.keep(seconds(field, &format!("{path}.{}", metric.word()), 1)), &mut targets) {
            (Some(seconds), Some(targets)) => *targets.of_mut(metric) = seconds,
            (None, _) => targets = None,
            (Some(_), None) => {}
        }
    }
    targets
}

/// The targets of each priority: `{"urgent": {"firstResponse": "PT15M"}, ...}`.
pub fn targets_by_priority(field: &Field, path: &str, errors: &mut Errors) -> Option<TargetsByPriority> {
    let given = errors.optional(field.object::<std::collections::BTreeMap<String, Field>>(path))?;
    let read = |(word, field): (&String, &Field)| {
        let path = format!("{path}.{word}");
        let priority = errors.keep(TicketPriority::parse(word).map_err(|error| error.at(&path)));
        let targets = targets(field, &path, errors);
        priority.zip(targets)
    };
    given.iter().map(read).collect()
}

/// In which statuses clocks stand still: a list for all metrics, or an object by metric. Null and left out: in none.
pub fn pause_on(field: &Field, path: &str, errors: &mut Errors) -> Option<PauseOn> {
    if !field.value().is_some_and(serde_json::Value::is_object) {
        return statuses(field, path, errors).map(PauseOn::all);
    }
    let body = errors.optional(field.object::<PauseOnBody>(path))?;
    let mut of = |field: &Field, metric: Metric| statuses(field, &format!("{path}.{}", metric.word()), errors);
    let first_response = of(&body.first_response, Metric::FirstResponse);
    let next_response = of(&body.next_response, Metric::NextResponse);
    let resolution = of(&body.resolution, Metric::Resolution);
    Some(PauseOn { first_response: first_response?, next_response: next_response?, resolution: resolution? })
}

fn statuses(field: &Field, path: &str, errors: &mut Errors) -> Option<BTreeSet<TicketStatus>> {
    let items = errors.keep(field.list(path, TicketStatus::ALL.len()))?.unwrap_or_default();
    let read = |(path, item): (String, Field)| errors.required(&path, status(&item, &path));
    items.into_iter().map(read).collect()
}

/// A status.
///
/// # Errors
/// It is none.
pub fn status(field: &Field, path: &str) -> Result<Option<TicketStatus>, Invalid> {
    field.text(path)?.map(|word| TicketStatus::parse(word).map_err(|error| error.at(path))).transpose()
}

/// At which percentages of the target is warned; null and left out: at none.
pub fn warnings(field: &Field, path: &str, errors: &mut Errors) -> Option<Vec<u8>> {
    let items = errors.keep(field.list(path, WARNINGS_MAX))?.unwrap_or_default();
    let read = |(path, item): (String, Field)| {
        let percent = errors.required(&path, item.whole(&path, 1, WARNING_PERCENT_MAX))?;
        u8::try_from(percent).ok()
    };
    let percents: Option<Vec<u8>> = items.into_iter().map(read).collect();
    errors.keep(checked_warnings(&percents?))
}
