//! Bookable services: table `definition`. Deleted ones stay: what is booked refers to them.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::calendar::{Definition, Terms};
use crate::domain::ids::{DefinitionId, OrgId};

/// New definitions; an id that was ever used is refused by the key.
pub(in crate::store) const INSERT: &str = "INSERT INTO definition SELECT * FROM unnest($1::definition[])";

/// What a definition can change.
pub(in crate::store) const UPDATE: &str = "\
UPDATE definition d SET
    terms = r.terms, version = r.version, updated_at = r.updated_at, deleted_at = r.deleted_at
FROM unnest($1::definition[]) r
WHERE d.org_id = r.org_id AND d.id = r.id";

/// All that a start needs.
pub(in crate::store) const ALL: &str = "SELECT * FROM definition";

/// Whether there is or ever was a definition with this id.
pub(in crate::store) const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM definition WHERE org_id = $1 AND id = $2)";

row_type! { of "definition":
    /// One row of `definition`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct DefinitionRow {
        org_id: String,
        id: String,
        terms: Json<Terms>,
        version: i64,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        deleted_at: Option<DateTime<Utc>>,
    }
}

impl DefinitionRow {
    /// The row of a definition.
    pub(in crate::store) fn of(org: &OrgId, definition: &Definition) -> Self {
        Self {
            org_id: org.to_string(),
            id: definition.id.to_string(),
            terms: Json(definition.terms.clone()),
            version: definition.version.cast_signed(),
            created_at: definition.created_at,
            updated_at: definition.updated_at,
            deleted_at: definition.deleted_at,
        }
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, Definition), ImpossibleRow> {
        let judge = Judge::new("definition", format!("{}/{}", self.org_id, self.id));
        let definition = Definition {
            id: judge.parsed("id", DefinitionId::parse(&self.id))?,
            terms: self.terms.0,
            version: judge.count("version", self.version)?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
        };
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, definition))
    }
}
