//! One query for all who ask the same kind of question at the same moment: what every command asks would cost more, each by a
//! query of its own, than the command itself.

use std::time::Duration;

use sqlx::PgPool;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// Most questions of one query.
const QUESTIONS_MAX: usize = 512;
/// Most who may wait to be asked for; the load is bounded by permits at the edge.
const ASKING_MAX: usize = 4_096;
/// How long the answers to one query are waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// A question that many can ask at once.
pub(super) trait Question: Send + Sync + Sized + 'static {
    /// What is found; most questions have one answer or none.
    type Found: Send + 'static;

    /// The answers to these, each with the place of its question among them, from 0; none where there is none.
    fn look_up(
        pool: &PgPool,
        questions: &[Self],
    ) -> impl Future<Output = Result<Vec<(usize, Self::Found)>, sqlx::Error>> + Send;
}

type Answer<Q> = Result<Option<<Q as Question>::Found>, sqlx::Error>;
type Asker<Q> = oneshot::Sender<Answer<Q>>;

/// The way to the task that looks one kind of question up; the task ends with the last of these.
pub(super) struct Gathered<Q: Question> {
    asking: mpsc::Sender<(Q, Asker<Q>)>,
}

impl<Q: Question> Clone for Gathered<Q> {
    fn clone(&self) -> Self {
        Self { asking: self.asking.clone() }
    }
}

impl<Q: Question> Gathered<Q> {
    pub(super) fn new(pool: PgPool, runtime: &Handle) -> Self {
        let (asking, mut asked) = mpsc::channel(ASKING_MAX);
        runtime.spawn(async move {
            let mut batch = Vec::new();
            // Whoever asks while a query is under way is in the next one: it begins after the question was asked.
            while asked.recv_many(&mut batch, QUESTIONS_MAX).await > 0 {
                let (questions, askers): (Vec<Q>, Vec<Asker<Q>>) = batch.drain(..).unzip();
                let found = tokio::time::timeout(PATIENCE, Q::look_up(&pool, &questions)).await;
                answer::<Q>(found.unwrap_or(Err(sqlx::Error::PoolTimedOut)), askers);
            }
        });
        Self { asking }
    }

    /// The answer to a question.
    pub(super) async fn find(&self, question: Q) -> Answer<Q> {
        let (asker, answer) = oneshot::channel();
        self.asking.send((question, asker)).await.map_err(|_| sqlx::Error::PoolClosed)?;
        answer.await.map_err(|_| sqlx::Error::PoolClosed)?
    }
}

fn answer<Q: Question>(found: Result<Vec<(usize, Q::Found)>, sqlx::Error>, askers: Vec<Asker<Q>>) {
    let (found, failure) = match found {
        Ok(found) => (found, None),
        Err(error) => (Vec::new(), Some(error.to_string())),
    };
    let mut seats: Vec<Option<Q::Found>> = askers.iter().map(|_| None).collect();
    for (place, one) in found {
        if let Some(seat) = seats.get_mut(place) {
            *seat = Some(one);
        }
    }
    for (asker, found) in askers.into_iter().zip(seats) {
        let answer = failure.clone().map_or(Ok(found), |reason| Err(sqlx::Error::Protocol(reason)));
        // An asker who has gone needs no answer.
        drop(asker.send(answer));
    }
}
