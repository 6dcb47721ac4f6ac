//! Who is known by which name: a ticket that comes without one is of somebody who may have given theirs before. Only those ask,
//! and all who do at the same moment share a query.

use sqlx::PgPool;

use super::gathered::Question;
use super::rows::contact;

/// Whose name is looked for.
pub(super) struct NameAsked {
    pub(super) org: String,
    pub(super) contact: String,
}

impl Question for NameAsked {
    type Found = String;

    async fn look_up(pool: &PgPool, contacts: &[Self]) -> Result<Vec<(usize, String)>, sqlx::Error> {
        let column = |of: fn(&Self) -> &str| contacts.iter().map(of).collect::<Vec<_>>();
        let query =
            sqlx::query_as(contact::NAMES).bind(column(|asked| &asked.org)).bind(column(|asked| &asked.contact));
        let rows: Vec<(i64, String)> = query.fetch_all(pool).await?;
        Ok(rows.into_iter().filter_map(|(place, name)| Some((usize::try_from(place - 1).ok()?, name))).collect())
    }
}
