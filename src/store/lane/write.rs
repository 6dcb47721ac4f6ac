//! One batch, one transaction, one call: fence, rows, COMMIT; and what an error means.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::batch::Batch;
use super::procedure::Procedure;
use crate::store::fence::{self, Hold, Sight};

/// How long one attempt at a batch may take before its connection counts as lost.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(45);
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause before connecting again, doubled up to [`RETRY_PAUSE_MAX`].
const RETRY_PAUSE: Duration = Duration::from_millis(50);
/// Longest pause before connecting again.
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(1);

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
pub(in crate::store) struct Pen {
    options: PgConnectOptions,
    hold: Hold,
    procedure: Procedure,
    connection: Option<PgConnection>,
}

enum Failure {
    /// The content was refused.
    Refused(String),
    /// The connection is lost, or the server could not do it just now: whether it was committed must be looked up.
    InDoubt(String),
}

impl Pen {
    /// A pen for the lane that is held so, with a connection that can write: who may not is told so before anything is.
    pub(in crate::store) async fn new(options: PgConnectOptions, hold: Hold) -> Result<Self, sqlx::Error> {
        let procedure = Procedure::of(hold).map_err(sqlx::Error::Encode)?;
        let mut pen = Self { options, hold, procedure, connection: None };
        pen.connect().await?;
        Ok(pen)
    }

    /// The lane that it writes.
    pub(in crate::store) fn lane(&self) -> i32 {
        self.hold.lane
    }

    /// Writes a batch as `seq` of the lane, however long that takes.
    pub(super) async fn write(&mut self, batch: &Batch, seq: i64) -> Written {
        let mut pause = RETRY_PAUSE;
        loop {
            let failure = match tokio::time::timeout(attempt_timeout(), self.attempt(batch)).await {
                Ok(Ok(())) => return Written::Committed,
                Ok(Err(failure)) => failure,
                Err(_) => Failure::InDoubt("no answer in time".to_owned()),
            };
            match failure {
                Failure::Refused(constraint) => return Written::Refused(constraint),
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

    async fn attempt(&mut self, batch: &Batch) -> Result<(), Failure> {
        self.connect().await.map_err(|error| Failure::InDoubt(error.to_string()))?;
        let Some(connection) = &mut self.connection else { return Err(Failure::InDoubt("not connected".to_owned())) };
        fail::fail_point!("lane.before_commit", |_| Err(Failure::InDoubt("failpoint".to_owned())));
        if !self.procedure.call(connection, batch).await.map_err(|error| judge(&error))? {
            // Fenced, or an earlier attempt of ours was still committing when we looked: the lane's row tells.
            return Err(Failure::InDoubt("the lane has moved".to_owned()));
        }
        fail::fail_point!("lane.after_commit", |_| Err(Failure::InDoubt("failpoint".to_owned())));
        Ok(())
    }

    async fn look(&mut self, seq: i64) -> Result<Sight, sqlx::Error> {
        let hold = self.hold;
        let look = async {
            self.connect().await?;
            let connection = self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)?;
            fence::look(connection, hold, seq).await
        };
        let sight =
            tokio::time::timeout(CONNECT_TIMEOUT, look).await.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut));
        if sight.is_err() {
            self.connection = None;
        }
        sight
    }

    async fn connect(&mut self) -> Result<(), sqlx::Error> {
        if self.connection.is_none() {
            let connect = async {
                let mut connection = self.options.connect().await?;
                self.procedure.define(&mut connection).await?;
                Ok::<_, sqlx::Error>(connection)
            };
            let connected = tokio::time::timeout(CONNECT_TIMEOUT, connect).await;
            self.connection = Some(connected.map_err(|_| sqlx::Error::PoolTimedOut)??);
        }
        Ok(())
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
