//! First answers to Idempotency-Keys, found by one query for all who ask at the same moment: every command with a key asks
//! before it is decided, and a query each would cost more than the join that follows.

use std::time::Duration;

use sqlx::PgPool;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::read::ReadError;
use super::rows::ImpossibleRow;
use super::rows::idempotency::{self, FoundAnswerRow, KeptAnswer};

/// Most keys of one query.
const KEYS_MAX: usize = 512;
/// Most who may wait to be asked for; the load is bounded by permits at the edge.
const ASKING_MAX: usize = 4_096;
/// How long the answers to one query are waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is looked for: whose key at which route, and preferably which owner's answer.
pub(super) struct KeyAsked {
    pub(super) org: String,
    pub(super) route: String,
    pub(super) key: String,
    pub(super) owner: String,
}

type Found = Option<([u8; 32], KeptAnswer)>;
type Asker = oneshot::Sender<Result<Found, ReadError>>;

/// The way to the task that looks them up; the task ends with the last of these.
#[derive(Clone)]
pub(super) struct FirstAnswers {
    asking: mpsc::Sender<(KeyAsked, Asker)>,
}

impl FirstAnswers {
    pub(super) fn new(pool: PgPool, runtime: &Handle) -> Self {
        let (asking, mut asked) = mpsc::channel(ASKING_MAX);
        runtime.spawn(async move {
            let mut batch = Vec::new();
            // Whoever asks while a query is under way is in the next one: it begins after the question was asked.
            while asked.recv_many(&mut batch, KEYS_MAX).await > 0 {
                let (keys, askers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
                answer(look_up(&pool, &keys).await, askers);
            }
        });
        Self { asking }
    }

    /// The first answer to a key.
    pub(super) async fn find(&self, key: KeyAsked) -> Result<Found, ReadError> {
        let (asker, answer) = oneshot::channel();
        let gone = || ReadError::Database(sqlx::Error::PoolClosed);
        self.asking.send((key, asker)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

async fn look_up(pool: &PgPool, keys: &[KeyAsked]) -> Result<Vec<FoundAnswerRow>, sqlx::Error> {
    let column = |of: fn(&KeyAsked) -> &str| keys.iter().map(of).collect::<Vec<_>>();
    let query = sqlx::query_as(idempotency::BY_KEYS)
        .bind(column(|asked| &asked.org))
        .bind(column(|asked| &asked.route))
        .bind(column(|asked| &asked.key))
        .bind(column(|asked| &asked.owner));
    tokio::time::timeout(PATIENCE, query.fetch_all(pool)).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

fn answer(rows: Result<Vec<FoundAnswerRow>, sqlx::Error>, askers: Vec<Asker>) {
    // An asker who has gone needs no answer.
    match rows {
        Ok(rows) => {
            let mut found: Vec<Result<Found, ImpossibleRow>> = askers.iter().map(|_| Ok(None)).collect();
            for row in rows {
                if let Some(seat) = found.get_mut(row.index()) {
                    *seat = row.into_domain().map(Some);
                }
            }
            for (asker, found) in askers.into_iter().zip(found) {
                drop(asker.send(found.map_err(ReadError::Row)));
            }
        }
        Err(error) => {
            let reason = error.to_string();
            for asker in askers {
                drop(asker.send(Err(ReadError::Database(sqlx::Error::Protocol(reason.clone())))));
            }
        }
    }
}
