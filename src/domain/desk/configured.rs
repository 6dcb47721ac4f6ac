//! What an org configures at its desk: policies, business calendars, canned responses, teams. They differ in what they say; how
//! they are made, changed and deleted is the same.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One piece of configuration. A deleted one stays: history refers to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configured<I, T> {
    /// Its id within the org.
    pub id: I,
    /// What it says.
    pub terms: T,
    /// Grows by 1 with each change.
    pub version: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl<I: Clone, T: Clone> Configured<I, T> {
    /// A new one.
    #[must_use]
    pub fn new(id: I, terms: T, now: DateTime<Utc>) -> Self {
        Self { id, terms, version: 1, created_at: now, updated_at: now, deleted_at: None }
    }

    /// The next version, which says this.
    #[must_use]
    pub fn changed(&self, terms: T, now: DateTime<Utc>) -> Self {
        Self { terms, version: self.version + 1, updated_at: now, ..self.clone() }
    }

    /// The last version.
    #[must_use]
    pub fn deleted(&self, now: DateTime<Utc>) -> Self {
        Self { version: self.version + 1, updated_at: now, deleted_at: Some(now), ..self.clone() }
    }
}
