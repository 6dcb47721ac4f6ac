//! A member of staff as configured by a caller: whole for a new one, in parts for a change.

use serde::Deserialize;
use utoipa::ToSchema;

use super::Defaults;
use super::times::{OverrideBody, overrides};
use crate::domain::address::Email;
use crate::domain::calendar::{NAME_MAX_CHARACTERS, StaffChanges, StaffDraft, StaffTerms};
use crate::domain::ids::StaffId;
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::service_point::{hours, timezone};
use crate::http::requests::{Errors, Field};

/// A member of staff to be made, or what shall be different about one. Null puts the default back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "ines",
    "name": "Inês Duarte",
    "email": "ines@example.com",
    "timezone": "Europe/Berlin",
    "hours": {"mon": [["09:00", "13:00"]], "thu": [["12:00", "18:00"]]},
    "overrides": [{"date": "2026-08-03", "closed": true}]
}))]
pub struct StaffBody {
    /// The id: 1 to 64 characters out of `A-Z a-z 0-9 _ -`. Needed for an update; for a new one it is made when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
    /// The name, as customers read it; 1 to 120 characters. Needed for a new one.
    #[serde(default)]
    #[schema(value_type = String)]
    name: Field,
    /// Where to write to. Null clears it.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "ines@example.com")]
    email: Field,
    /// IANA name of the zone of the hours; the org's when left out.
    #[serde(default)]
    #[schema(value_type = String, example = "Europe/Berlin")]
    timezone: Field,
    /// When at work, by weekday: `{"mon": [["09:00","17:00"]], ...}`; days left out are free. Null: whenever the
    /// definition is offered.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    hours: Field,
    /// Dates with hours of their own; at most 1000.
    #[serde(default)]
    #[schema(value_type = Vec<OverrideBody>)]
    overrides: Field,
    /// Whether to be booked at all.
    #[serde(default)]
    #[schema(value_type = bool, default = true)]
    active: Field,
}

/// Checks a new member of staff; `make_id` is asked when the caller names none.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_draft(
    body: &StaffBody,
    defaults: &Defaults,
    make_id: impl FnOnce() -> StaffId,
) -> Result<StaffDraft, Problem> {
    let mut errors = Errors::default();
    let id = errors.optional(slug(&body.id, "id", StaffId::parse));
    let name = errors.required("name", body.name.words("name", 1, NAME_MAX_CHARACTERS));
    let changes = changes(body, defaults, &mut errors);
    let name = errors.finish(name)?;
    let terms = StaffTerms {
        name,
        email: changes.email.flatten(),
        timezone: changes.timezone.unwrap_or(defaults.timezone),
        hours: changes.hours.flatten(),
        overrides: changes.overrides.unwrap_or_default(),
        active: changes.active.unwrap_or(true),
    };
    Ok(StaffDraft { id: id.unwrap_or_else(make_id), terms })
}

/// Checks a change: who, and what shall be different. What is left out stays, null puts the default back.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_changes(body: &StaffBody, defaults: &Defaults) -> Result<(StaffId, StaffChanges), Problem> {
    let mut errors = Errors::default();
    let id = errors.required("id", slug(&body.id, "id", StaffId::parse));
    let name = body.name.not_null("name").and_then(|name| name.words("name", 1, NAME_MAX_CHARACTERS));
    let name = errors.optional(name);
    let changes = changes(body, defaults, &mut errors);
    errors.finish(id.map(|id| (id, StaffChanges { name, ..changes })))
}

/// Everything but id and name.
fn changes(body: &StaffBody, defaults: &Defaults, errors: &mut Errors) -> StaffChanges {
    let email = body.email.clearable(|field| {
        field.text("email")?.map(|text| Email::parse(text).map_err(|error| error.at("email"))).transpose()
    });
    StaffChanges {
        name: None,
        email: errors.optional(email),
        timezone: errors.optional(body.timezone.or_default(|| defaults.timezone, timezone)),
        hours: errors.optional(hours(&body.hours)),
        overrides: overrides(&body.overrides, errors),
        active: errors.optional(body.active.or_default(|| true, |field| field.flag("active"))),
    }
}
