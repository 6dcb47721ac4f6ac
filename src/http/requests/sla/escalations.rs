//! The chain of escalations as callers write it.

use serde::Deserialize;
use utoipa::ToSchema;

use super::duration::seconds;
use crate::domain::invalid::Invalid;
use crate::domain::sla::{
    ESCALATION_PERCENT_MAX, ESCALATIONS_MAX, Escalation, LEVEL_MAX, Lead, Metric, NOTIFY_MAX, NOTIFY_MAX_CHARACTERS,
};
use crate::http::requests::calendar::times::each;
use crate::http::requests::{Errors, Field};

/// A step of the chain of escalations.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EscalationBody {
    /// Which clock it watches: `firstResponse`, `nextResponse` or `resolution`.
    #[serde(default)]
    #[schema(value_type = String, required, example = "resolution")]
    metric: Field,
    /// When it is taken, in open time of that clock.
    #[serde(default)]
    #[schema(value_type = LeadBody, required)]
    at: Field,
    /// Which level is reached; 1 to 100. Of several of one clock that are passed at once only the highest notifies.
    #[serde(default)]
    #[schema(value_type = u32, required, minimum = 1, maximum = 100, example = 1)]
    level: Field,
    /// Who is told; at most 20.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["assignee"]))]
    notify: Field,
    /// Who takes the ticket over.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    assign: Field,
}

/// When a step is taken: exactly one of these.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeadBody {
    /// When so much of the target is used up; 1 to 1000.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1000, example = 100)]
    percent: Field,
    /// So much open time before it is due; minutes, or a duration. Before the clock's start means at its start.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "PT30M")]
    before: Field,
    /// So much open time after it was due; minutes, or a duration.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "PT30M")]
    after: Field,
}

/// The chain of escalations; null and left out: none.
pub fn escalations(field: &Field, path: &str, errors: &mut Errors) -> Option<Vec<Escalation>> {
    if !field.is_sent() {
        return Some(Vec::new());
    }
    each(field, path, ESCALATIONS_MAX, errors, |path, body: &EscalationBody, errors| {
        let at = |name: &str| format!("{path}.{name}");
        let metric = errors.required(&at("metric"), metric(&body.metric, &at("metric")));
        let when = errors.required(&at("at"), body.at.object::<LeadBody>(&at("at")));
        let when = when.and_then(|body| lead(&body, &at("at"), errors));
        let level = errors.required(&at("level"), body.level.whole(&at("level"), 1, LEVEL_MAX));
        let notify = notify(&body.notify, &at("notify"), errors);
        let assign = errors.keep(body.assign.words(&at("assign"), 1, NOTIFY_MAX_CHARACTERS));
        Some(Escalation { metric: metric?, at: when?, level: level?, notify: notify?, assign: assign? })
    })
}

fn metric(field: &Field, path: &str) -> Result<Option<Metric>, Invalid> {
    field.text(path)?.map(|word| Metric::parse(word).map_err(|error| error.at(path))).transpose()
}

fn lead(body: &LeadBody, path: &str, errors: &mut Errors) -> Option<Lead> {
    let given = [&body.percent, &body.before, &body.after].map(|field| field.value().is_some());
    let at = |name: &str| format!("{path}.{name}");
    match given {
        [true, false, false] => {
            let percent = body.percent.whole(&at("percent"), 1, ESCALATION_PERCENT_MAX);
            errors.optional(percent).map(Lead::Percent)
        }
        [false, true, false] => errors.optional(seconds(&body.before, &at("before"), 0)).map(Lead::Before),
        [false, false, true] => errors.optional(seconds(&body.after, &at("after"), 0)).map(Lead::After),
        _ => errors.keep(Err(Invalid::new(path, "must have exactly one of percent, before and after"))),
    }
}

fn notify(field: &Field, path: &str, errors: &mut Errors) -> Option<Vec<String>> {
    let items = errors.keep(field.list(path, NOTIFY_MAX))?.unwrap_or_default();
    let read = |(path, item): (String, Field)| errors.required(&path, item.words(&path, 1, NOTIFY_MAX_CHARACTERS));
    items.into_iter().map(read).collect()
}
