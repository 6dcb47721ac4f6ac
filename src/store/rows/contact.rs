//! Persons: table `contact`. Found or made: the id follows from the address, so an insert that finds it there is done.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::contact::Contact;
use crate::domain::ids::OrgId;

/// Persons who may be known already.
pub(in crate::store) const INSERT_IF_ABSENT: &str = "\
INSERT INTO contact SELECT * FROM json_populate_recordset(NULL::contact, $1::json)
ON CONFLICT (org_id, id) DO NOTHING";

/// Whether one is known.
pub(in crate::store) const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM contact WHERE org_id = $1 AND id = $2)";

/// One row of `contact`.
#[derive(Debug, Serialize)]
pub(in crate::store) struct ContactRow {
    org_id: String,
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    created_at: DateTime<Utc>,
}

impl ContactRow {
    /// The row of a person met at `at`.
    pub(in crate::store) fn of(org: &OrgId, contact: &Contact, at: DateTime<Utc>) -> Self {
        Self {
            org_id: org.to_string(),
            id: contact.id.to_string(),
            name: contact.name.clone(),
            email: contact.email.clone().map(String::from),
            phone: contact.phone.clone().map(String::from),
            created_at: at,
        }
    }
}
