//! What a server does for its database as time goes by: it shows that it lives, and forgets keys that are a day old.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::watch;
use uuid::Uuid;

use super::lane::Outcomes;
use super::node::{self, HEARTBEAT_EVERY};
use super::rows::idempotency;

/// How many heartbeats lie between two rounds of forgetting: about ten minutes.
const BEATS_BETWEEN_FORGETTING: u32 = 300;
/// How long one heartbeat may take before its connection counts as lost.
const BEAT_TIMEOUT: Duration = Duration::from_secs(5);

/// Keeps house until `stop` is heard; then leaves the database to whoever comes next.
pub(super) async fn keep<O: Outcomes>(
    options: PgConnectOptions,
    owner: Uuid,
    outcomes: Arc<O>,
    mut stop: watch::Receiver<bool>,
) {
    let mut connection: Option<PgConnection> = None;
    let mut beats = 0_u32;
    loop {
        match tokio::time::timeout(BEAT_TIMEOUT, beat(&options, &mut connection, owner, beats)).await {
            Ok(Ok(true)) => beats = beats.wrapping_add(1),
            Ok(Ok(false)) => {
                tracing::error!("another server owns the database: this one ends");
                outcomes.fenced();
                return;
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "no heartbeat");
                connection = None;
            }
            Err(_) => {
                tracing::warn!("no heartbeat: the database did not answer in time");
                connection = None;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(HEARTBEAT_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    if let Some(mut connection) = connection
        && let Err(error) = node::rest(&mut connection, owner).await
    {
        tracing::warn!(%error, "the next server will have to wait for the heartbeat to age");
    }
}

async fn beat(
    options: &PgConnectOptions,
    connection: &mut Option<PgConnection>,
    owner: Uuid,
    beats: u32,
) -> Result<bool, sqlx::Error> {
    let connection = match connection {
        Some(connection) => connection,
        none => none.insert(super::connect(options).await?),
    };
    if beats.is_multiple_of(BEATS_BETWEEN_FORGETTING) {
        sqlx::query(idempotency::FORGET).execute(&mut *connection).await?;
    }
    node::beat(connection, owner).await
}
