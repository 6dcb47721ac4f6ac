//! One batch, one transaction: fence, rows, COMMIT; and what an error at each step means.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

use super::batch::Batch;
use crate::store::fence::{self, Hold, Sight};

/// How long one attempt at a batch may take before its connection counts as lost.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(45);
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause before connecting again, doubled up to [`RETRY_PAUSE_MAX`].
const RETRY_PAUSE: Duration = Duration::from_millis(50);
/// Longest pause before connecting again.
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(1);

/// A server that is frozen in the middle of a batch must not hold the lane's row for longer than its heartbeat lasts: its
/// successor would wait for it for ever.
const LET_GO_OF_THE_FROZEN: &str = "SET idle_in_transaction_session_timeout = '5s'";

/// What became of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// It is committed.
    Committed,
    /// Postgres refused its content, naming a constraint or an SQLSTATE; nothing is written.
    Refused(String),
    /// Another server owns the lane; nothing is written.
    Fenced,
}

/// The connection of one lane, made anew when it is lost.
pub(super) struct Pen {
    pub(super) options: PgConnectOptions,
    pub(super) hold: Hold,
    pub(super) connection: Option<PgConnection>,
}

enum Failure {
    /// The content was refused.
    Refused(String),
    /// The connection is lost, or the server could not do it just now: whether it was committed must be looked up.
    InDoubt(String),
}

impl Pen {
    /// Writes a batch as `seq` of the lane, however long that takes.
    pub(super) async fn write(&mut self, batch: &Batch, seq: i64) -> Written {
        let mut pause = RETRY_PAUSE;
        loop {
            let failure = match tokio::time::timeout(attempt_timeout(), self.attempt(batch, seq)).await {
                Ok(Ok(())) => return Written::Committed,
                Ok(Err(failure)) => failure,
                Err(_) => Failure::InDoubt("no answer in time".to_owned()),
            };
            match failure {
                Failure::Refused(constraint) => {
                    self.roll_back().await;
                    return Written::Refused(constraint);
                }
                Failure::InDoubt(reason) => tracing::warn!(lane = self.hold.lane, seq, %reason, "batch in doubt"),
            }
            self.connection = None;
            loop {
                match self.look(seq).await {
                    Ok(Sight::Committed) => return Written::Committed,
                    Ok(Sight::NotCommitted) => break,
                    Ok(Sight::Fenced) => return Written::Fenced,
                    Err(_) => {
                        tokio::time::sleep(pause).await;
                        pause = (pause * 2).min(RETRY_PAUSE_MAX);
                    }
                }
            }
        }
    }

    async fn attempt(&mut self, batch: &Batch, seq: i64) -> Result<(), Failure> {
        let hold = self.hold;
        let connection = self.connected().await.map_err(|error| Failure::InDoubt(error.to_string()))?;
        let judged = |error: sqlx::Error| judge(&error);
        sqlx::raw_sql("BEGIN").execute(&mut *connection).await.map_err(judged)?;
        if !fence::advance(connection, hold, seq).await.map_err(judged)? {
            // Fenced, or an earlier attempt of ours was still committing when we looked: the lane's row tells.
            return Err(Failure::InDoubt("the lane has moved".to_owned()));
        }
        batch.send(connection).await.map_err(judged)?;
        fail::fail_point!("lane.before_commit", |_| Err(Failure::InDoubt("failpoint".to_owned())));
        sqlx::raw_sql("COMMIT").execute(&mut *connection).await.map_err(judged)?;
        fail::fail_point!("lane.after_commit", |_| Err(Failure::InDoubt("failpoint".to_owned())));
        Ok(())
    }

    async fn look(&mut self, seq: i64) -> Result<Sight, sqlx::Error> {
        let hold = self.hold;
        let look = async { fence::look(self.connected().await?, hold, seq).await };
        let sight =
            tokio::time::timeout(CONNECT_TIMEOUT, look).await.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut));
        if sight.is_err() {
            self.connection = None;
        }
        sight
    }

    async fn roll_back(&mut self) {
        if let Some(connection) = &mut self.connection
            && sqlx::raw_sql("ROLLBACK").execute(connection).await.is_err()
        {
            self.connection = None;
        }
    }

    async fn connected(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        if self.connection.is_none() {
            let connect = async {
                let mut connection = self.options.connect().await?;
                sqlx::raw_sql(LET_GO_OF_THE_FROZEN).execute(&mut connection).await?;
                Ok::<_, sqlx::Error>(connection)
            };
            let connected = tokio::time::timeout(CONNECT_TIMEOUT, connect).await;
            self.connection = Some(connected.map_err(|_| sqlx::Error::PoolTimedOut)??);
        }
        self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Closes the connection, if any.
    pub(super) async fn put_down(self) {
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::debug!(%error, "a lane's connection did not close cleanly");
        }
    }
}

fn attempt_timeout() -> Duration {
    // A test hangs up in the middle of a COMMIT.
    fail::fail_point!("lane.hang_up", |_| Duration::from_millis(300));
    ATTEMPT_TIMEOUT
}

/// Whether Postgres refused the content for good (SQLSTATE classes 22 data, 23 integrity, 42 and 54 what it cannot do),
/// or only could not do it just now.
fn judge(error: &sqlx::Error) -> Failure {
    let Some(database) = error.as_database_error() else {
        return Failure::InDoubt(error.to_string());
    };
    let code = database.code().unwrap_or_default();
    match code.get(..2) {
        Some("22" | "23" | "42" | "54" | "P0") => {
            Failure::Refused(database.constraint().map_or_else(|| code.to_string(), ToOwned::to_owned))
        }
        _ => Failure::InDoubt(error.to_string()),
    }
}
