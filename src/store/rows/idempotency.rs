//! First answers to Idempotency-Keys: table `idempotency`.

use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::{ImpossibleRow, Judge};
use crate::domain::ids::OrgId;
use crate::domain::owner::OwnerName;
use crate::domain::queue;

/// Committed with what they answer.
pub(in crate::store) const INSERT: &str = "\
INSERT INTO idempotency (org_id, route, key, fingerprint, owner_id, answer)
SELECT org_id, route, key, fingerprint, owner_id, answer
FROM json_populate_recordset(NULL::idempotency, $1::json)";

/// The first answer to a key.
pub(in crate::store) const BY_KEY: &str = "\
SELECT fingerprint, answer FROM idempotency WHERE org_id = $1 AND route = $2 AND key = $3
ORDER BY owner_id = $4 DESC LIMIT 1";

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
}

/// One row of `idempotency`, on its way out.
#[derive(Debug, Serialize)]
pub(in crate::store) struct FirstAnswerRow<'a> {
    org_id: &'a str,
    route: &'static str,
    key: &'a str,
    fingerprint: String,
    owner_id: &'a str,
    answer: &'a KeptAnswer,
}

impl<'a> FirstAnswerRow<'a> {
    /// The row of a first answer.
    pub(in crate::store) fn of(org: &'a OrgId, first: &'a FirstAnswer) -> Self {
        let hex: String = first.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            org_id: org.as_str(),
            route: first.route,
            key: &first.key,
            fingerprint: format!("\\x{hex}"),
            owner_id: first.owner.as_str(),
            answer: &first.answer,
        }
    }
}

/// A first answer, found again.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::store) struct FoundAnswerRow {
    fingerprint: Vec<u8>,
    answer: Json<KeptAnswer>,
}

impl FoundAnswerRow {
    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<([u8; 32], KeptAnswer), ImpossibleRow> {
        let judge = Judge::new("idempotency", String::new());
        let length = self.fingerprint.len();
        let fingerprint =
            self.fingerprint.try_into().map_err(|_| judge.error("fingerprint", format!("has {length} bytes, not 32")));
        Ok((fingerprint?, self.answer.0))
    }
}
