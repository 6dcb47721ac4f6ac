//! Persons: table `contact`. Found or made: the id follows from the address, so an insert that finds it there is done.

use chrono::{DateTime, Utc};

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::address::{Email, Phone};
use crate::domain::contact::Contact;
use crate::domain::ids::{ContactId, OrgId};

/// Persons who may be known already.
pub(in crate::store) const INSERT_IF_ABSENT: &str = "\
INSERT INTO contact SELECT * FROM unnest($1::contact[])
ON CONFLICT (org_id, id) DO NOTHING";

/// Whether one is known.
pub(in crate::store) const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM contact WHERE org_id = $1 AND id = $2)";

/// One contact.
pub(in crate::store) const BY_ID: &str = "SELECT * FROM contact WHERE org_id = $1 AND id = $2";

/// The names of contacts, each with the place of its key among those asked for, from 1; none where none is known.
pub(in crate::store) const NAMES: &str = "\
SELECT asked.place, c.name
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked(org_id, id, place)
JOIN contact c ON c.org_id = asked.org_id AND c.id = asked.id
WHERE c.name <> ''";

row_type! { of "contact":
    /// One row of `contact`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct ContactRow {
        org_id: String,
        id: String,
        name: String,
        email: Option<String>,
        phone: Option<String>,
        created_at: DateTime<Utc>,
    }
}

impl ContactRow {
    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<Contact, ImpossibleRow> {
        let judge = Judge::new("contact", format!("{}/{}", self.org_id, self.id));
        Ok(Contact {
            id: judge.parsed("id", ContactId::parse(&self.id))?,
            name: self.name,
            email: judge.parsed("email", self.email.as_deref().map(Email::parse).transpose())?,
            phone: judge.parsed("phone", self.phone.as_deref().map(Phone::parse).transpose())?,
        })
    }

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
