//! An org's own words for messages: table `template`. Deleted ones stay: their ids are not given again.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::ids::{OrgId, TemplateId};
use crate::domain::message::{Template, TemplateTerms};

/// New templates; an id that was ever used is refused by the key.
pub(in crate::store) const INSERT: &str = "INSERT INTO template SELECT * FROM unnest($1::template[])";

/// What can change about one.
pub(in crate::store) const UPDATE: &str = "\
UPDATE template t SET
    terms = r.terms, version = r.version, updated_at = r.updated_at, deleted_at = r.deleted_at
FROM unnest($1::template[]) r
WHERE t.org_id = r.org_id AND t.id = r.id";

/// All that a start needs.
pub(in crate::store) const ALL: &str = "SELECT * FROM template";

row_type! { of "template":
    /// One row of `template`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct TemplateRow {
        org_id: String,
        id: String,
        terms: Json<TemplateTerms>,
        version: i64,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        deleted_at: Option<DateTime<Utc>>,
    }
}

impl TemplateRow {
    /// The row of a template.
    pub(in crate::store) fn of(org: &OrgId, template: &Template) -> Self {
        Self {
            org_id: org.to_string(),
            id: template.id.to_string(),
            terms: Json(template.terms.clone()),
            version: template.version.cast_signed(),
            created_at: template.created_at,
            updated_at: template.updated_at,
            deleted_at: template.deleted_at,
        }
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, Template), ImpossibleRow> {
        let judge = Judge::new("template", format!("{}/{}", self.org_id, self.id));
        let template = Template {
            id: judge.parsed("id", TemplateId::parse(&self.id))?,
            terms: self.terms.0,
            version: judge.count("version", self.version)?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
        };
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, template))
    }
}
