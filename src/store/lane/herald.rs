//! Tells what became of items, in order, on a task of its own: the lane writes its next batch meanwhile.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Item, Outcomes};

/// Most words that may wait to be told; a lane that has run this far ahead waits.
const WORDS_MAX: usize = 4;

/// What became of items.
pub(super) enum Word<P> {
    /// They are committed, in this order.
    Committed(Vec<Item<P>>),
    /// Postgres refused it, naming a constraint or an SQLSTATE.
    Refused(Item<P>, String),
    /// An earlier one of the same life was refused.
    Discarded(Item<P>),
}

/// The task that tells, and the way to it.
pub(super) struct Herald<P> {
    words: mpsc::Sender<Word<P>>,
    task: JoinHandle<()>,
}

impl<P: Send + Sync + 'static> Herald<P> {
    /// Begins to tell `outcomes`, on `runtime`.
    pub(super) fn new<O: Outcomes<Payload = P>>(outcomes: Arc<O>, runtime: &Handle) -> Self {
        let (words, mut heard) = mpsc::channel::<Word<P>>(WORDS_MAX);
        let tell = async move {
            while let Some(word) = heard.recv().await {
                word.tell(&outcomes);
            }
        };
        Self { words, task: runtime.spawn(tell) }
    }

    /// Tells it after all that was said before; `false`: nobody tells any more.
    pub(super) async fn say(&self, word: Word<P>) -> bool {
        self.words.send(word).await.is_ok()
    }

    /// Waits until all is told.
    pub(super) async fn finish(self) {
        drop(self.words);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the task that tells what became of changes fell");
        }
    }
}

impl<P> Word<P> {
    fn tell<O: Outcomes<Payload = P>>(self, outcomes: &Arc<O>) {
        match self {
            Self::Committed(items) => {
                outcomes.committed(items.into_iter().map(|item| (item.owner, item.payload)).collect());
            }
            Self::Refused(item, constraint) => outcomes.refused(item.owner, item.payload, constraint),
            Self::Discarded(item) => outcomes.discarded(item.owner, item.payload),
        }
    }
}
