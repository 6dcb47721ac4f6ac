//! First answers to Idempotency-Keys: table `idempotency`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::calendar;
use crate::domain::desk;
use crate::domain::ids::OrgId;
use crate::domain::owner::OwnerName;
use crate::domain::queue;

/// Committed with what they answer.
pub(in crate::store) const INSERT: &str = "\
INSERT INTO idempotency (org_id, route, key, fingerprint, owner_id, answer)
SELECT org_id, route, key, fingerprint, owner_id, answer
FROM unnest($1::idempotency[])";

/// The first answers to keys, each with the place of its key among those asked for, from 1.
pub(in crate::store) const BY_KEYS: &str = "\
SELECT asked.place, first.fingerprint, first.answer
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS asked(org_id, route, key, owner_id, place)
CROSS JOIN LATERAL (
    SELECT fingerprint, answer FROM idempotency i
    WHERE i.org_id = asked.org_id AND i.route = asked.route AND i.key = asked.key
    ORDER BY i.owner_id = asked.owner_id DESC LIMIT 1) AS first";

/// Keys that are older than a day. A day is what the contract promises.
pub(in crate::store) const FORGET: &str = "DELETE FROM idempotency WHERE created_at < now() - interval '24 hours'";

/// A first answer to be kept.
#[derive(Clone, Debug)]
pub struct FirstAnswer {
    /// The route's template.
    pub route: &'static str,
    /// The key as sent.
    pub key: String,
    /// SHA-256 over what was asked.
    pub fingerprint: [u8; 32],
    /// Whose answer it is.
    pub owner: OwnerName,
    /// The answer.
    pub answer: KeptAnswer,
}

/// The answer of one kind of owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", content = "answer", rename_all = "kebab-case")]
pub enum KeptAnswer {
    /// A service point's.
    Queue(queue::Answer),
    /// A calendar's.
    Calendar(calendar::Answer),
    /// A desk's.
    Desk(desk::Answer),
}

row_type! { of "idempotency":
    /// One row of `idempotency`, on its way out.
    pub(in crate::store) struct FirstAnswerRow<'a> {
        org_id: &'a str,
        route: &'static str,
        key: &'a str,
        fingerprint: &'a [u8],
        owner_id: &'a str,
        answer: Json<&'a KeptAnswer>,
        /// Always none: Postgres says when, because Postgres forgets it.
        created_at: Option<DateTime<Utc>>,
    }
}

impl<'a> FirstAnswerRow<'a> {
    /// The row of a first answer.
    pub(in crate::store) fn of(org: &'a OrgId, first: &'a FirstAnswer) -> Self {
        Self {
            org_id: org.as_str(),
            route: first.route,
            key: &first.key,
            fingerprint: &first.fingerprint,
            owner_id: first.owner.as_str(),
            answer: Json(&first.answer),
            created_at: None,
        }
    }
}

/// A first answer, found again.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::store) struct FoundAnswerRow {
    place: i64,
    fingerprint: Vec<u8>,
    answer: Json<KeptAnswer>,
}

impl FoundAnswerRow {
    /// Which of the keys that were asked for it answers, from 0.
    pub(in crate::store) fn index(&self) -> usize {
        usize::try_from(self.place - 1).unwrap_or(usize::MAX)
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<([u8; 32], KeptAnswer), ImpossibleRow> {
        let judge = Judge::new("idempotency", String::new());
        let length = self.fingerprint.len();
        let fingerprint =
            self.fingerprint.try_into().map_err(|_| judge.error("fingerprint", format!("has {length} bytes, not 32")));
        Ok((fingerprint?, self.answer.0))
    }
}
