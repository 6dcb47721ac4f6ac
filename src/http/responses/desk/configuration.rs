//! What an org configures at its desk, as it is shown: what it says, with id and version.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::desk::Configured;

/// One piece of configuration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfiguredView<'a, T: Serialize> {
    id: String,
    /// What it says.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    terms: &'a T,
    /// Grows by 1 with each change.
    version: u64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl<'a, T: Serialize> ConfiguredView<'a, T> {
    /// As it is now.
    pub fn new<I: ToString>(configured: &'a Configured<I, T>) -> Self {
        Self {
            id: configured.id.to_string(),
            terms: &configured.terms,
            version: configured.version,
            created_at: configured.created_at,
            updated_at: configured.updated_at,
        }
    }
}

/// A text that agents answer with often.
#[derive(ToSchema)]
#[schema(as = CannedResponse, example = json!({"id": "off-and-on", "title": "Off and on", "category": "hardware",
    "body": "Dear {{ contact.name }}, please switch it off and on again. ({{ ticket.number }})"}))]
#[expect(dead_code, reason = "describes what is read and written field by field")]
pub struct CannedBody {
    /// Its id; for a new one it is made when left out.
    id: Option<String>,
    /// What agents find it by; 1 to 200 characters.
    title: String,
    /// The text, with placeholders such as `{{ ticket.number }}`; 1 to 50,000 characters.
    body: String,
    /// A word to sort it under.
    category: Option<String>,
    /// Whether it is offered.
    #[schema(default = true)]
    active: Option<bool>,
}
