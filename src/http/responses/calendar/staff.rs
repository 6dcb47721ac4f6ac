//! A member of staff as the business sees them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::parts::{OverrideView, overrides};
use crate::domain::calendar::Staff;
use crate::domain::hours::WeeklyHours;
use crate::domain::ids::StaffId;

/// A member of staff.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffView<'a> {
    /// The id within the org.
    #[schema(value_type = String, example = "ines")]
    id: &'a StaffId,
    /// The name, as customers read it.
    #[schema(example = "Inês Duarte")]
    name: &'a str,
    /// Where to write to.
    #[schema(example = "ines@example.com")]
    email: Option<&'a str>,
    /// IANA name of the zone of the hours.
    #[schema(example = "Europe/Berlin")]
    timezone: &'a str,
    /// When at work, by weekday; null: whenever the definition is offered.
    #[schema(value_type = Option<Object>, example = json!({"mon": [["09:00", "17:00"]]}))]
    hours: Option<&'a WeeklyHours>,
    /// Dates with hours of their own, in order.
    overrides: Vec<OverrideView<'a>>,
    /// Whether to be booked at all.
    active: bool,
    /// When made.
    created_at: DateTime<Utc>,
    /// When last changed.
    updated_at: DateTime<Utc>,
    /// Row version; also the `ETag`.
    #[schema(example = 1)]
    version: u64,
}

impl<'a> StaffView<'a> {
    /// The member of staff as they are.
    #[must_use]
    pub fn new(staff: &'a Staff) -> Self {
        let terms = &staff.terms;
        Self {
            id: &staff.id,
            name: &terms.name,
            email: terms.email.as_ref().map(|email| email.as_str()),
            timezone: terms.timezone.name(),
            hours: terms.hours.as_ref(),
            overrides: overrides(&terms.overrides),
            active: terms.active,
            created_at: staff.created_at,
            updated_at: staff.updated_at,
            version: staff.version,
        }
    }
}
