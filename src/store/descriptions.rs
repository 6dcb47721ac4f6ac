//! What tickets say: memory holds what rules need of a ticket, and each answer that shows one asks for the rest.

use sqlx::PgPool;

use super::gathered::Question;
use super::rows::ticket;

/// Which ticket's description is looked for.
pub(super) struct DescriptionAsked {
    pub(super) org: String,
    pub(super) ticket: String,
}

impl Question for DescriptionAsked {
    type Found = String;

    async fn look_up(pool: &PgPool, tickets: &[Self]) -> Result<Vec<(usize, String)>, sqlx::Error> {
        let column = |of: fn(&Self) -> &str| tickets.iter().map(of).collect::<Vec<_>>();
        let query =
            sqlx::query_as(ticket::DESCRIPTIONS).bind(column(|asked| &asked.org)).bind(column(|asked| &asked.ticket));
        let rows: Vec<(i64, String)> = query.fetch_all(pool).await?;
        Ok(rows.into_iter().filter_map(|(place, text)| Some((usize::try_from(place - 1).ok()?, text))).collect())
    }
}
