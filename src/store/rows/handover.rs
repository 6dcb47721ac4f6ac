//! Visits on their way from one point to another: table `handover`.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::ids::{HandoverId, OrgId};
use crate::domain::queue::Handover;

/// A visit sets out.
pub(in crate::store) const INSERT: &str = "INSERT INTO handover SELECT * FROM unnest($1::handover[])";

/// A visit has arrived, or is back.
pub(in crate::store) const FINISH: &str = "\
UPDATE handover h SET state = r.state
FROM unnest($1::handover_end[]) r
WHERE h.org_id = r.org_id AND h.id = r.id";

/// What was under way when the server stopped.
pub(in crate::store) const TRAVELLING: &str =
    "SELECT org_id, id, payload FROM handover WHERE state = 'travelling' ORDER BY created_at";

/// Where one hand-over is.
pub(in crate::store) const STATE: &str = "SELECT state FROM handover WHERE org_id = $1 AND id = $2";

/// How a hand-over ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoverEnd {
    /// The target has the visit.
    Received,
    /// The source has it back.
    Returned,
}

/// What a state column means; `None`: still travelling.
pub(in crate::store) fn end_of(state: &str, id: &HandoverId) -> Result<Option<HandoverEnd>, ImpossibleRow> {
    match state {
        "travelling" => Ok(None),
        "received" => Ok(Some(HandoverEnd::Received)),
        "returned" => Ok(Some(HandoverEnd::Returned)),
        other => Err(Judge::new("handover", id.to_string()).error("state", format!("{other:?} is no state"))),
    }
}

/// What happened to a hand-over.
#[derive(Clone, Debug)]
pub enum HandoverImage {
    /// It set out.
    Travelling(Box<Handover>),
    /// The target has it.
    Received(HandoverId),
    /// The source has it back.
    Returned(HandoverId),
}

row_type! { of "handover":
    /// One row of `handover`, setting out.
    pub(in crate::store) struct HandoverRow<'a> {
        org_id: &'a str,
        id: &'a str,
        source_id: &'a str,
        target_id: &'a str,
        entry_id: &'a str,
        state: &'static str,
        payload: Json<&'a Handover>,
        created_at: DateTime<Utc>,
    }
}

impl<'a> HandoverRow<'a> {
    /// The row of a hand-over that sets out.
    pub(in crate::store) fn of(org: &'a OrgId, handover: &'a Handover) -> Self {
        Self {
            org_id: org.as_str(),
            id: handover.id.as_str(),
            source_id: handover.source.as_str(),
            target_id: handover.target.as_str(),
            entry_id: handover.entry.id.as_str(),
            state: "travelling",
            payload: Json(handover),
            created_at: handover.at,
        }
    }
}

row_type! { of "handover_end":
    /// The end of a hand-over.
    pub(in crate::store) struct HandoverEndRow<'a> {
        pub(in crate::store) org_id: &'a str,
        pub(in crate::store) id: &'a str,
        pub(in crate::store) state: &'static str,
    }
}

/// A hand-over that was under way.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::store) struct TravellingRow {
    org_id: String,
    id: String,
    payload: Json<Handover>,
}

impl TravellingRow {
    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, Handover), ImpossibleRow> {
        let judge = Judge::new("handover", format!("{}/{}", self.org_id, self.id));
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, self.payload.0))
    }
}
