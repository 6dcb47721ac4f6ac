//! Clocks to be computed anew, or only supposed; a score for the help.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{long_text, priority};
use crate::domain::desk::{RATING_COMMENT_MAX_CHARACTERS, SCORE_MAX, WhatIf};
use crate::domain::ids::{BusinessCalendarId, PolicyId};
use crate::domain::invalid::Invalid;
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::{Errors, Field};

/// Clocks to be computed anew.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"dryRun": true, "priority": "urgent"}))]
pub struct CalculateBody {
    /// Only say how they would stand.
    #[serde(default)]
    #[schema(value_type = bool, default = false)]
    dry_run: Field,
    /// If it had this priority; only with `dryRun`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    priority: Field,
    /// If this policy held; only with `dryRun`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    policy_id: Field,
    /// If this calendar held; only with `dryRun`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    calendar_id: Field,
    /// As of this moment; now when left out. What is supposed holds from then on where it is past, else from now on. Only with
    /// `dryRun`.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    at: Field,
}

/// What is to be done with the clocks.
#[derive(Debug, PartialEq)]
pub enum Calculation {
    /// Compute them anew and keep them so.
    Stored,
    /// Only say how they would stand.
    Supposed {
        /// What else might hold.
        what_if: WhatIf,
        /// As of when.
        at: Option<DateTime<Utc>>,
    },
}

/// A score for the help.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({"score": 5, "comment": "Quick and kind"}))]
pub struct RatingBody {
    /// 1 (bad) to 5.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 5, required)]
    score: Field,
    /// What else the customer wants to say; at most 2,000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    comment: Field,
}

/// Reads what is to be done with the clocks.
///
/// # Errors
/// 422 with all that is wrong; also for a supposition that is not marked as one.
pub fn parse_calculation(body: &CalculateBody) -> Result<Calculation, Problem> {
    let mut errors = Errors::default();
    let is_dry_run = errors.optional(body.dry_run.flag("dryRun")).unwrap_or(false);
    let priority = errors.optional(priority(&body.priority));
    let policy_id = errors.optional(slug(&body.policy_id, "policyId", PolicyId::parse));
    let calendar_id = errors.optional(slug(&body.calendar_id, "calendarId", BusinessCalendarId::parse));
    let at = errors.optional(body.at.instant("at"));
    let supposed = [
        (&body.priority, "priority"),
        (&body.policy_id, "policyId"),
        (&body.calendar_id, "calendarId"),
        (&body.at, "at"),
    ];
    for (_, path) in supposed.iter().filter(|(field, _)| !is_dry_run && field.value().is_some()) {
        errors.keep::<()>(Err(Invalid::new(*path, "is only for a dryRun")));
    }
    let what_if = WhatIf { priority, policy_id, calendar_id };
    errors.finish(Some(if is_dry_run { Calculation::Supposed { what_if, at } } else { Calculation::Stored }))
}

/// Reads a score.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_rating(body: &RatingBody) -> Result<(u8, Option<String>), Problem> {
    let mut errors = Errors::default();
    let score = errors.required("score", body.score.whole("score", 1, SCORE_MAX.into()));
    let comment = errors.optional(long_text(&body.comment, "comment", 0, RATING_COMMENT_MAX_CHARACTERS));
    let comment = comment.filter(|comment| !comment.is_empty());
    errors.finish(score.and_then(|score| u8::try_from(score).ok()).map(|score| (score, comment)))
}
