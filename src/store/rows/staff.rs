//! Members of staff: table `staff`. Deleted ones stay: what is booked refers to them.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::calendar::{Staff, StaffTerms};
use crate::domain::ids::{OrgId, StaffId};

/// New members; an id that was ever used is refused by the key.
pub(in crate::store) const INSERT: &str = "INSERT INTO staff SELECT * FROM unnest($1::staff[])";

/// What can change about one.
pub(in crate::store) const UPDATE: &str = "\
UPDATE staff s SET
    terms = r.terms, version = r.version, updated_at = r.updated_at, deleted_at = r.deleted_at
FROM unnest($1::staff[]) r
WHERE s.org_id = r.org_id AND s.id = r.id";

/// All that a start needs.
pub(in crate::store) const ALL: &str = "SELECT * FROM staff";

/// Whether there is or ever was one with this id.
pub(in crate::store) const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM staff WHERE org_id = $1 AND id = $2)";

row_type! { of "staff":
    /// One row of `staff`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct StaffRow {
        org_id: String,
        id: String,
        terms: Json<StaffTerms>,
        version: i64,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        deleted_at: Option<DateTime<Utc>>,
    }
}

impl StaffRow {
    /// The row of a member of staff.
    pub(in crate::store) fn of(org: &OrgId, staff: &Staff) -> Self {
        Self {
            org_id: org.to_string(),
            id: staff.id.to_string(),
            terms: Json(staff.terms.clone()),
            version: staff.version.cast_signed(),
            created_at: staff.created_at,
            updated_at: staff.updated_at,
            deleted_at: staff.deleted_at,
        }
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, Staff), ImpossibleRow> {
        let judge = Judge::new("staff", format!("{}/{}", self.org_id, self.id));
        let staff = Staff {
            id: judge.parsed("id", StaffId::parse(&self.id))?,
            terms: self.terms.0,
            version: judge.count("version", self.version)?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
        };
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, staff))
    }
}
