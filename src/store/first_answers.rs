//! First answers to Idempotency-Keys: every command with a key asks for one before it is decided.

use sqlx::PgPool;

use super::gathered::Question;
use super::rows::idempotency::{self, FoundAnswerRow};

/// What is looked for: whose key at which route, and preferably which owner's answer.
pub(super) struct KeyAsked {
    pub(super) org: String,
    pub(super) route: String,
    pub(super) key: String,
    pub(super) owner: String,
}

impl Question for KeyAsked {
    type Found = FoundAnswerRow;

    async fn look_up(pool: &PgPool, keys: &[Self]) -> Result<Vec<(usize, FoundAnswerRow)>, sqlx::Error> {
        let column = |of: fn(&Self) -> &str| keys.iter().map(of).collect::<Vec<_>>();
        let query = sqlx::query_as(idempotency::BY_KEYS)
            .bind(column(|asked| &asked.org))
            .bind(column(|asked| &asked.route))
            .bind(column(|asked| &asked.key))
            .bind(column(|asked| &asked.owner));
        let rows: Vec<FoundAnswerRow> = query.fetch_all(pool).await?;
        Ok(rows.into_iter().map(|row| (row.index(), row)).collect())
    }
}
