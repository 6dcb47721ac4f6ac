//! The outbox as an org's admins see it.

use chrono::{DateTime, Utc};

use super::{ReadError, Reader};
use crate::domain::ids::OrgId;
use crate::domain::message::DeliveryState;
use crate::store::rows::message::{self, Posted, PostedRow};

impl Reader {
    /// An org's messages, all or those in one state, the newest first, from before `before` on; and how many there are.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn messages(
        &self,
        org: &OrgId,
        state: Option<DeliveryState>,
        before: Option<&(DateTime<Utc>, String)>,
        limit: i64,
    ) -> Result<(Vec<Posted>, i64), ReadError> {
        let state = state.map(DeliveryState::word);
        let (at, id) = before.map_or((DateTime::<Utc>::MAX_UTC, ""), |(at, id)| (*at, id.as_str()));
        let query = sqlx::query_as(message::NEWEST).bind(org.as_str()).bind(state).bind(at).bind(id);
        let rows: Vec<PostedRow> = query.bind(limit).fetch_all(&self.pool).await?;
        let count = sqlx::query_scalar(message::COUNT).bind(org.as_str()).bind(state);
        let total = count.fetch_one(&self.pool).await?;
        Ok((rows.into_iter().map(Posted::try_from).collect::<Result<_, _>>()?, total))
    }
}
