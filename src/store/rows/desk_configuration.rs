//! What an org configures at its desk: table `desk_configuration`. Deleted ones stay: history refers to them, and their ids
//! are not given again.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::desk::{CannedResponse, Configured, OrgCalendar, Policy, Team};
use crate::domain::ids::{BusinessCalendarId, CannedResponseId, OrgId, PolicyId, TeamId};
use crate::domain::invalid::Invalid;

/// New ones; an id that was ever used is refused by the key.
pub(in crate::store) const INSERT: &str =
    "INSERT INTO desk_configuration SELECT * FROM unnest($1::desk_configuration[])";

/// What can change about one.
pub(in crate::store) const UPDATE: &str = "\
UPDATE desk_configuration d SET
    terms = r.terms, version = r.version, updated_at = r.updated_at, deleted_at = r.deleted_at
FROM unnest($1::desk_configuration[]) r
WHERE d.org_id = r.org_id AND d.kind = r.kind AND d.id = r.id";

/// All that a start needs.
pub(in crate::store) const ALL: &str = "SELECT * FROM desk_configuration";

/// Whether there is or ever was one of this kind with this id.
pub(in crate::store) const EXISTS: &str =
    "SELECT EXISTS (SELECT 1 FROM desk_configuration WHERE org_id = $1 AND kind = $2 AND id = $3)";

/// One piece of configuration, as it is now.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfigurationImage {
    /// An SLA policy.
    Policy(Arc<Policy>),
    /// A business calendar.
    Calendar(Arc<OrgCalendar>),
    /// A canned response.
    Canned(Arc<CannedResponse>),
    /// A team, with whose turn it was last.
    Team(Arc<Team>),
}

/// What kinds of configuration there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfigurationKind {
    /// SLA policies.
    Policy,
    /// Business calendars.
    Calendar,
    /// Canned responses.
    Canned,
    /// Teams.
    Team,
}

impl ConfigurationKind {
    /// The word of the column.
    pub(in crate::store) fn word(self) -> &'static str {
        match self {
            Self::Policy => "sla-policy",
            Self::Calendar => "business-calendar",
            Self::Canned => "canned-response",
            Self::Team => "team",
        }
    }
}

impl ConfigurationImage {
    /// What tells it from others of its org.
    pub(in crate::store) fn key(&self) -> (ConfigurationKind, &str) {
        match self {
            Self::Policy(policy) => (ConfigurationKind::Policy, policy.id.as_str()),
            Self::Calendar(calendar) => (ConfigurationKind::Calendar, calendar.id.as_str()),
            Self::Canned(canned) => (ConfigurationKind::Canned, canned.id.as_str()),
            Self::Team(team) => (ConfigurationKind::Team, team.id.as_str()),
        }
    }
}

row_type! { of "desk_configuration":
    /// One row of `desk_configuration`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct ConfigurationRow {
        org_id: String,
        kind: String,
        id: String,
        terms: Value,
        version: i64,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        deleted_at: Option<DateTime<Utc>>,
    }
}

impl ConfigurationRow {
    /// The row of one piece of configuration.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub(in crate::store) fn of(org: &OrgId, image: &ConfigurationImage) -> Result<Self, serde_json::Error> {
        let (kind, id) = image.key();
        match image {
            ConfigurationImage::Policy(policy) => Self::with(org, kind, id, policy),
            ConfigurationImage::Calendar(calendar) => Self::with(org, kind, id, calendar),
            ConfigurationImage::Canned(canned) => Self::with(org, kind, id, canned),
            ConfigurationImage::Team(team) => Self::with(org, kind, id, team),
        }
    }

    fn with<I, T: Serialize>(
        org: &OrgId,
        kind: ConfigurationKind,
        id: &str,
        configured: &Configured<I, T>,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            org_id: org.to_string(),
            kind: kind.word().to_owned(),
            id: id.to_owned(),
            terms: serde_json::to_value(&configured.terms)?,
            version: configured.version.cast_signed(),
            created_at: configured.created_at,
            updated_at: configured.updated_at,
            deleted_at: configured.deleted_at,
        })
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, ConfigurationImage), ImpossibleRow> {
        let judge = Judge::new("desk_configuration", format!("{}/{}/{}", self.org_id, self.kind, self.id));
        let org = judge.parsed("org_id", OrgId::parse(&self.org_id))?;
        let image = match self.kind.as_str() {
            "sla-policy" => ConfigurationImage::Policy(Arc::new(self.configured(&judge, PolicyId::parse)?)),
            "business-calendar" => {
                ConfigurationImage::Calendar(Arc::new(self.configured(&judge, BusinessCalendarId::parse)?))
            }
            "canned-response" => {
                ConfigurationImage::Canned(Arc::new(self.configured(&judge, CannedResponseId::parse)?))
            }
            "team" => ConfigurationImage::Team(Arc::new(self.configured(&judge, TeamId::parse)?)),
            other => return Err(judge.error("kind", format!("{other} is no kind of configuration"))),
        };
        Ok((org, image))
    }

    fn configured<I, T: DeserializeOwned>(
        self,
        judge: &Judge,
        parse: fn(&str) -> Result<I, Invalid>,
    ) -> Result<Configured<I, T>, ImpossibleRow> {
        Ok(Configured {
            id: judge.parsed("id", parse(&self.id))?,
            terms: judge.parsed("terms", serde_json::from_value(self.terms))?,
            version: judge.count("version", self.version)?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
        })
    }
}
