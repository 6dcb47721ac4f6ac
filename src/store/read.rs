//! Committed rows for lists, history and look-ups: no mailbox, no decision.

pub(super) mod conversations;
mod outbox;
pub(super) mod reservations;
pub(super) mod threads;
pub(super) mod tickets;

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::runtime::Handle;

pub use self::conversations::ConversationPart;
pub use self::reservations::{RESERVATIONS_OF_ADDRESS_MAX, ReservationFilter};
pub use self::threads::{HISTORY_MAX, StoredFile};
pub use self::tickets::{TicketFilter, TicketOrder, TicketPlace};
use super::descriptions::DescriptionAsked;
use super::first_answers::KeyAsked;
use super::gathered::Gathered;
use super::names::NameAsked;
use super::orgs::{self, Org, OrgRow};
use super::rows::ImpossibleRow;
use super::rows::contact::{self, ContactRow};
use super::rows::entry::{self, EntryRow};
pub use super::rows::event::Activity;
use super::rows::event::{self, EventRow};
use super::rows::handover;
pub use super::rows::handover::HandoverEnd;
use super::rows::idempotency::{FoundAnswerRow, KeptAnswer};
pub use super::rows::message::Posted;
use super::rows::service_point;
pub use super::rows::ticket::StoredTicket;
use crate::domain::contact::Contact;
use crate::domain::ids::{ContactId, EntryId, HandoverId, OrgId, PointId};
use crate::domain::owner::OwnerName;
use crate::domain::queue::Entry;

/// Most connections for reading.
const CONNECTIONS_MAX: u32 = 8;
/// Every query is planned for its very values: which index serves a list depends on what is asked. It is parsed once all the same.
const PLAN_FOR_VALUES: &str = "SET plan_cache_mode = force_custom_plan";
/// How long a reader waits for a connection.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a point did in a span of time, counted by the moment of joining.
pub(super) const HISTORY: &str = "\
WITH visit AS (
    SELECT state, quoted_wait_minutes,
           extract(epoch FROM reached_at - joined_at)::float8 AS wait,
           extract(epoch FROM ended_at - started_at)::float8 AS service
    FROM queue_entry
    WHERE org_id = $1 AND point_id = $2 AND joined_at >= $3 AND joined_at < $4
)
SELECT count(*) AS joined,
       count(*) FILTER (WHERE state = 'served') AS served,
       count(*) FILTER (WHERE state = 'no_show') AS no_show,
       count(*) FILTER (WHERE state IN ('left', 'cancelled')) AS left,
       avg(wait) AS wait_mean_seconds,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS wait_median_seconds,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY wait) AS wait_p90_seconds,
       max(wait) AS wait_longest_seconds,
       avg(service) FILTER (WHERE state = 'served') AS service_mean_seconds,
       count(wait) AS reached,
       count(wait) FILTER (WHERE wait <= $5) AS reached_in_time,
       avg(quoted_wait_minutes * 60 - wait)::float8 AS quoted_minus_actual_mean_seconds
FROM visit";

/// Whether a visit was ever brought to a point from another one.
pub(super) const HAS_COME_TO: &str = "\
SELECT EXISTS (SELECT FROM handover WHERE org_id = $1 AND entry_id = $2 AND target_id = $3 AND state = 'received')";

/// What this module sends, for the test that prepares every statement.
#[cfg(test)]
pub(super) const STATEMENTS: [&str; 2] = [HISTORY, HAS_COME_TO];

/// Why a query has no answer. Callers answer 503.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database did not answer.
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// A row cannot be.
    #[error(transparent)]
    Row(#[from] ImpossibleRow),
}

/// A pool of connections for reading.
#[derive(Clone)]
pub struct Reader {
    pool: PgPool,
    first_answers: Gathered<KeyAsked>,
    descriptions: Gathered<DescriptionAsked>,
    names: Gathered<NameAsked>,
}

/// What a point did in a span of time.
#[derive(Clone, Debug, Default, PartialEq, sqlx::FromRow)]
pub struct History {
    /// How many joined.
    pub joined: i64,
    /// How many were served to the end.
    pub served: i64,
    /// How many did not come.
    pub no_show: i64,
    /// How many left or were taken out.
    pub left: i64,
    /// Mean wait until called (or taken), in seconds.
    pub wait_mean_seconds: Option<f64>,
    /// Median wait, in seconds.
    pub wait_median_seconds: Option<f64>,
    /// 90th percentile of waits, in seconds.
    pub wait_p90_seconds: Option<f64>,
    /// Longest wait, in seconds.
    pub wait_longest_seconds: Option<f64>,
    /// Mean service, in seconds.
    pub service_mean_seconds: Option<f64>,
    /// How many reached a counter.
    pub reached: i64,
    /// How many of these within the limit asked for.
    pub reached_in_time: i64,
    /// Mean of quoted minus actual waits, in seconds: above 0 the estimates are too long.
    pub quoted_minus_actual_mean_seconds: Option<f64>,
}

impl Reader {
    /// A pool that connects on first use.
    pub(super) fn new(options: PgConnectOptions, runtime: &Handle) -> Self {
        let _context = runtime.enter();
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(PATIENCE);
        let pool = pool.after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(PLAN_FOR_VALUES).execute(connection).await.map(drop) })
        });
        let pool = pool.connect_lazy_with(options);
        Self {
            first_answers: Gathered::new(pool.clone(), runtime),
            descriptions: Gathered::new(pool.clone(), runtime),
            names: Gathered::new(pool.clone(), runtime),
            pool,
        }
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    /// All orgs.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn orgs(&self) -> Result<Vec<Org>, ReadError> {
        let rows: Vec<OrgRow> = sqlx::query_as(orgs::ALL).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(Org::try_from).collect::<Result<_, _>>()?)
    }

    /// One org.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn org(&self, id: &OrgId) -> Result<Option<Org>, ReadError> {
        let row: Option<OrgRow> = sqlx::query_as(orgs::BY_ID).bind(id.as_str()).fetch_optional(&self.pool).await?;
        Ok(row.map(Org::try_from).transpose()?)
    }

    /// The first answer to an `Idempotency-Key`, with the fingerprint of what was asked: `owner`'s, else anybody's.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn first_answer(
        &self,
        org: &OrgId,
        route: &str,
        key: &str,
        owner: &OwnerName,
    ) -> Result<Option<([u8; 32], KeptAnswer)>, ReadError> {
        let [org, route, key, owner] = [org.as_str(), route, key, owner.as_str()].map(str::to_owned);
        let row = self.first_answers.find(KeyAsked { org, route, key, owner }).await?;
        Ok(row.map(FoundAnswerRow::into_domain).transpose()?)
    }

    /// How a hand-over ended; `None`: it has not yet.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn handover_end(&self, org: &OrgId, id: &HandoverId) -> Result<Option<HandoverEnd>, ReadError> {
        let query = sqlx::query_scalar(handover::STATE).bind(org.as_str()).bind(id.as_str());
        let state: Option<String> = query.fetch_optional(&self.pool).await?;
        Ok(state.map(|state| handover::end_of(&state, id)).transpose()?.flatten())
    }

    /// Whether the visit was ever brought to `point` from another one.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn has_come_to(&self, org: &OrgId, entry: &EntryId, point: &PointId) -> Result<bool, ReadError> {
        let query = sqlx::query_scalar(HAS_COME_TO).bind(org.as_str()).bind(entry.as_str()).bind(point.as_str());
        Ok(query.fetch_one(&self.pool).await?)
    }

    /// One visit, however long ago; `None`: no such entry in this org.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn entry(&self, org: &OrgId, id: &EntryId) -> Result<Option<Entry>, ReadError> {
        let query = sqlx::query_as(entry::BY_ID).bind(org.as_str()).bind(id.as_str());
        let row: Option<EntryRow> = query.fetch_optional(&self.pool).await?;
        Ok(row.map(Entry::try_from).transpose()?)
    }

    /// A contact's timeline, the newest first, from before `before` on; and how many lines there are in all.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn activity(
        &self,
        org: &OrgId,
        contact: &ContactId,
        before: Option<(i64, i32)>,
        limit: i64,
    ) -> Result<(Vec<Activity>, i64), ReadError> {
        let (seq, index) = before.unwrap_or((i64::MAX, i32::MAX));
        let query = sqlx::query_as(event::BY_CONTACT).bind(org.as_str()).bind(contact.as_str());
        let rows: Vec<EventRow> = query.bind(seq).bind(index).bind(limit).fetch_all(&self.pool).await?;
        let count = sqlx::query_scalar(event::COUNT_BY_CONTACT).bind(org.as_str()).bind(contact.as_str());
        let total = count.fetch_one(&self.pool).await?;
        Ok((rows.into_iter().map(Activity::try_from).collect::<Result<_, _>>()?, total))
    }

    /// Whether there is, or ever was, a service point with this id.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn service_point_existed(&self, org: &OrgId, point: &PointId) -> Result<bool, ReadError> {
        let query = sqlx::query_scalar(service_point::EXISTS).bind(org.as_str()).bind(point.as_str());
        Ok(query.fetch_one(&self.pool).await?)
    }

    /// Whether the contact is known.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn contact_exists(&self, org: &OrgId, contact: &ContactId) -> Result<bool, ReadError> {
        let query = sqlx::query_scalar(contact::EXISTS).bind(org.as_str()).bind(contact.as_str());
        Ok(query.fetch_one(&self.pool).await?)
    }

    /// One contact.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn contact(&self, org: &OrgId, id: &ContactId) -> Result<Option<Contact>, ReadError> {
        let query = sqlx::query_as(contact::BY_ID).bind(org.as_str()).bind(id.as_str());
        let row: Option<ContactRow> = query.fetch_optional(&self.pool).await?;
        Ok(row.map(ContactRow::into_domain).transpose()?)
    }

    /// The name of a contact; `None`: it is not known, or has none.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn contact_name(&self, org: &OrgId, id: &ContactId) -> Result<Option<String>, ReadError> {
        Ok(self.names.find(NameAsked { org: org.to_string(), contact: id.to_string() }).await?)
    }

    /// What a point did from `from` until `to`, by the time of joining.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn history(
        &self,
        org: &OrgId,
        point: &PointId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        wait_limit_seconds: i64,
    ) -> Result<History, ReadError> {
        let query = sqlx::query_as(HISTORY).bind(org.as_str()).bind(point.as_str()).bind(from).bind(to);
        Ok(query.bind(wait_limit_seconds as f64).fetch_one(&self.pool).await?)
    }
}
