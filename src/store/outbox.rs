//! The outbox as the Notifier sees it: what is due, and what became of it. All writes are fenced by the server's row in
//! `node`, locked for the length of the one statement: a server that was replaced writes nothing more, and is told so.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::rows::ImpossibleRow;
pub use super::rows::message::Posted;
use super::rows::message::{self, PostedRow};
use crate::domain::ids::{MessageId, OrgId};
use crate::domain::message::{Channel, DeliveryState, Standing};

/// Most connections of the Notifier.
const CONNECTIONS_MAX: u32 = 3;
/// How long it waits for one.
const PATIENCE: Duration = Duration::from_secs(5);

const HELD: &str = "SELECT EXISTS (SELECT 1 FROM node WHERE id = 1 AND owner = $1)";
const RECORD: &str = "\
WITH held AS (SELECT 1 FROM node WHERE id = 1 AND owner = $1 FOR SHARE)
UPDATE delivery
SET state = $4, attempts = $5, next_attempt_at = $6, last_error = $7, sent_at = $8, replayed_at = $9
WHERE org_id = $2 AND message_id = $3 AND EXISTS (SELECT 1 FROM held)";
const BURY: &str = "\
WITH held AS (SELECT 1 FROM node WHERE id = 1 AND owner = $1 FOR SHARE)
UPDATE delivery SET state = 'dead', next_attempt_at = NULL, last_error = $4
WHERE org_id = $2 AND message_id = $3 AND EXISTS (SELECT 1 FROM held)";

/// What is sent about messages, here and by readers, for the test that prepares every statement.
#[cfg(test)]
pub(super) const STATEMENTS: [&str; 8] =
    [HELD, RECORD, BURY, message::DUE, message::NEXT_DUE, message::BY_ID, message::NEWEST, message::COUNT];

/// Why the outbox has no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The database did not answer.
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// A row cannot be.
    #[error(transparent)]
    Row(#[from] ImpossibleRow),
    /// Another server owns the database: nothing more may be sent.
    #[error("another server owns the database")]
    Fenced,
}

/// The outbox of all orgs.
#[derive(Clone)]
pub struct Outbox {
    pool: PgPool,
    owner: Uuid,
}

impl Outbox {
    /// An outbox that connects on first use.
    pub(super) fn new(options: PgConnectOptions, owner: Uuid, runtime: &Handle) -> Self {
        let _context = runtime.enter();
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(PATIENCE);
        Self { pool: pool.connect_lazy_with(options), owner }
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    /// What is due at `now` to go one way, the longest waiting first. A message whose row cannot be is buried, and hurts no other.
    ///
    /// # Errors
    /// See [`OutboxError`].
    pub async fn due(&self, channel: Channel, now: DateTime<Utc>, limit: usize) -> Result<Vec<Posted>, OutboxError> {
        if !sqlx::query_scalar::<_, bool>(HELD).bind(self.owner).fetch_one(&self.pool).await? {
            return Err(OutboxError::Fenced);
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = sqlx::query_as(message::DUE).bind(channel.word()).bind(now).bind(limit);
        let rows: Vec<PostedRow> = query.fetch_all(&self.pool).await?;
        let mut due = Vec::with_capacity(rows.len());
        for row in rows {
            let (org, id) = (row.org_id.clone(), row.id.clone());
            match Posted::try_from(row) {
                Ok(posted) => due.push(posted),
                Err(error) => {
                    tracing::error!(%error, "a message cannot be sent");
                    let bury = sqlx::query(BURY).bind(self.owner).bind(org).bind(id).bind(error.to_string());
                    bury.execute(&self.pool).await?;
                }
            }
        }
        Ok(due)
    }

    /// When, after `now`, the next message that goes one of these ways becomes due, if any does.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn next_due(
        &self,
        channels: &[Channel],
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, OutboxError> {
        let words: Vec<&str> = channels.iter().map(|channel| channel.word()).collect();
        Ok(sqlx::query_scalar(message::NEXT_DUE).bind(words).bind(now).fetch_one(&self.pool).await?)
    }

    /// One message of an org.
    ///
    /// # Errors
    /// See [`OutboxError`].
    pub async fn message(&self, org: &OrgId, id: &MessageId) -> Result<Option<Posted>, OutboxError> {
        let query = sqlx::query_as(message::BY_ID).bind(org.as_str()).bind(id.as_str());
        let row: Option<PostedRow> = query.fetch_optional(&self.pool).await?;
        Ok(row.map(Posted::try_from).transpose()?)
    }

    /// Writes how far a message has come.
    ///
    /// # Errors
    /// See [`OutboxError`]; [`OutboxError::Fenced`] when nothing was written.
    pub async fn record(&self, org: &OrgId, id: &MessageId, standing: &Standing) -> Result<(), OutboxError> {
        let attempts = i32::try_from(standing.attempts).unwrap_or(i32::MAX);
        let record = sqlx::query(RECORD).bind(self.owner).bind(org.as_str()).bind(id.as_str());
        let record = record.bind(standing.state.word()).bind(attempts).bind(standing.next_attempt_at);
        let record = record.bind(standing.last_error.as_deref()).bind(standing.sent_at).bind(standing.replayed_at);
        let written = record.execute(&self.pool).await?.rows_affected();
        if written == 1 { Ok(()) } else { Err(OutboxError::Fenced) }
    }

    /// Wants a message sent once more, at once and however late.
    ///
    /// # Errors
    /// See [`OutboxError`].
    pub async fn replay(&self, posted: &Posted, now: DateTime<Utc>) -> Result<Standing, OutboxError> {
        let standing = Standing {
            state: DeliveryState::Waiting,
            attempts: 0,
            next_attempt_at: Some(now),
            replayed_at: Some(now),
            ..posted.standing.clone()
        };
        self.record(&posted.org, posted.message.id(), &standing).await?;
        Ok(standing)
    }
}

#[cfg(test)]
mod tests;
