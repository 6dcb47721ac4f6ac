//! Slots kept for somebody: table `hold`. A hold that is over has no row.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::calendar::{Buffers, Hold, Slot};
use crate::domain::ids::{DefinitionId, HoldId, OrgId, PointId, StaffId, WaitlistId};

/// New holds.
pub(in crate::store) const INSERT: &str = "INSERT INTO hold SELECT * FROM unnest($1::hold[])";

/// Holds that are over.
pub(in crate::store) const DELETE: &str = "\
DELETE FROM hold h USING unnest($1::row_key[]) k
WHERE h.org_id = k.org_id AND h.id = k.id";

/// All that a start needs. Those whose time is up are not over before somebody has said so.
pub(in crate::store) const ALL: &str = "SELECT * FROM hold";

/// What happened to a hold.
#[derive(Clone, Debug)]
pub enum HoldImage {
    /// It was made.
    Kept(Arc<Hold>),
    /// It is over.
    Over(HoldId),
}

row_type! { of "hold":
    /// One row of `hold`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct HoldRow {
        org_id: String,
        id: String,
        definition_id: String,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        buffer_before_minutes: i32,
        buffer_after_minutes: i32,
        staff_ids: Vec<String>,
        point_id: Option<String>,
        party_size: i32,
        offered_to: Option<String>,
        created_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    }
}

impl HoldRow {
    /// The row of a hold.
    pub(in crate::store) fn of(org: &OrgId, hold: &Hold) -> Self {
        Self {
            org_id: org.to_string(),
            id: hold.id.to_string(),
            definition_id: hold.definition_id.to_string(),
            starts_at: hold.slot.start,
            ends_at: hold.slot.end,
            buffer_before_minutes: hold.buffers.before_minutes.cast_signed(),
            buffer_after_minutes: hold.buffers.after_minutes.cast_signed(),
            staff_ids: hold.staff_ids.iter().map(ToString::to_string).collect(),
            point_id: hold.point_id.as_ref().map(ToString::to_string),
            party_size: hold.party_size.cast_signed(),
            offered_to: hold.offered_to.as_ref().map(ToString::to_string),
            created_at: hold.created_at,
            expires_at: hold.expires_at,
        }
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, Hold), ImpossibleRow> {
        let judge = Judge::new("hold", format!("{}/{}", self.org_id, self.id));
        let hold = Hold {
            id: judge.parsed("id", HoldId::parse(&self.id))?,
            definition_id: judge.parsed("definition_id", DefinitionId::parse(&self.definition_id))?,
            slot: Slot { start: self.starts_at, end: self.ends_at },
            buffers: Buffers {
                before_minutes: judge.count("buffer_before_minutes", self.buffer_before_minutes)?,
                after_minutes: judge.count("buffer_after_minutes", self.buffer_after_minutes)?,
            },
            staff_ids: judge.all_parsed("staff_ids", &self.staff_ids, StaffId::parse)?,
            point_id: judge.parsed("point_id", self.point_id.as_deref().map(PointId::parse).transpose())?,
            party_size: judge.count("party_size", self.party_size)?,
            offered_to: judge.parsed("offered_to", self.offered_to.as_deref().map(WaitlistId::parse).transpose())?,
            created_at: self.created_at,
            expires_at: self.expires_at,
        };
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, hold))
    }
}
