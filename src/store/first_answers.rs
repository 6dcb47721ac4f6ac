//! First answers to Idempotency-Keys, found by one query for all who ask at the same moment: every command with a key asks
//! before it is decided, and a query each would cost more than the join that follows.

use std::time::Duration;

use sqlx::PgPool;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::rows::idempotency::{self, FoundAnswerRow};

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

type Found = Result<Option<FoundAnswerRow>, sqlx::Error>;
type Asker = oneshot::Sender<Found>;

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
    pub(super) async fn find(&self, key: KeyAsked) -> Found {
        let (asker, answer) = oneshot::channel();
        self.asking.send((key, asker)).await.map_err(|_| sqlx::Error::PoolClosed)?;
        answer.await.map_err(|_| sqlx::Error::PoolClosed)?
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
    let (rows, failure) = match rows {
        Ok(rows) => (rows, None),
        Err(error) => (Vec::new(), Some(error.to_string())),
    };
    let mut found: Vec<Option<FoundAnswerRow>> = askers.iter().map(|_| None).collect();
    for row in rows {
        if let Some(seat) = found.get_mut(row.index()) {
            *seat = Some(row);
        }
    }
    for (asker, found) in askers.into_iter().zip(found) {
        let answer = failure.clone().map_or(Ok(found), |reason| Err(sqlx::Error::Protocol(reason)));
        // An asker who has gone needs no answer.
        drop(asker.send(answer));
    }
}
