//! A member of staff whose time can be booked.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::definition::{Override, present};
use crate::domain::address::Email;
use crate::domain::hours::WeeklyHours;
use crate::domain::ids::StaffId;

/// All that a caller sets about a member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StaffTerms {
    /// The name, as customers read it.
    pub name: String,
    /// Where to write to.
    pub email: Option<Email>,
    /// The zone of the hours.
    pub timezone: Tz,
    /// When at work; `None`: whenever the definition is offered.
    pub hours: Option<WeeklyHours>,
    /// Dates with hours of their own.
    pub overrides: Vec<Override>,
    /// Whether to be booked at all.
    pub active: bool,
}

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Staff {
    /// The id within the org.
    pub id: StaffId,
    /// All that a caller sets.
    #[serde(flatten)]
    pub terms: StaffTerms,
    /// Row version: grows by 1 with each change.
    pub version: u64,
    /// When made.
    pub created_at: DateTime<Utc>,
    /// When last changed.
    pub updated_at: DateTime<Utc>,
    /// When deleted: not booked any more; what is booked stays as it is.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// What a caller gives to make a member of staff; parsed, with the defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StaffDraft {
    /// See [`Staff::id`].
    pub id: StaffId,
    /// All else.
    #[serde(flatten)]
    pub terms: StaffTerms,
}

/// What an update changes: `None` stays as it is, `Some(None)` clears. Lists are replaced as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "each is the new value of the field of StaffTerms that has its name")]
pub struct StaffChanges {
    pub name: Option<String>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub email: Option<Option<Email>>,
    pub timezone: Option<Tz>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub hours: Option<Option<WeeklyHours>>,
    pub overrides: Option<Vec<Override>>,
    pub active: Option<bool>,
}
