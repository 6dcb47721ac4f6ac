//! The one task that writes a lane: takes all that has queued, commits it, tells what became of it, and starts again.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use metrics::{counter, histogram};
use tokio::runtime::Handle;

use super::batch::Batch;
use super::herald::{Herald, Word};
use super::write::{Pen, Written};
use super::{Item, Lane, Outcomes};
use crate::clock;

/// Writes one lane.
pub(in crate::store) struct Writer<O: Outcomes> {
    lane: Arc<Lane<O>>,
    pen: Pen,
    herald: Herald<O::Payload>,
    /// The last batch that is committed.
    seq: i64,
    /// Lives of actors of which an item was refused.
    refused: HashSet<u64>,
}

/// Why a writer ended before it was stopped.
enum Ended {
    /// Another server owns the lane.
    Fenced,
    /// Nobody hears any more what became of items.
    Unheard,
}

impl<O: Outcomes> Writer<O> {
    /// A writer of `lane` from batch `seq` on, to be run on `runtime`.
    pub(in crate::store) fn new(lane: Arc<Lane<O>>, (pen, seq): (Pen, i64), runtime: &Handle) -> Self {
        let herald = Herald::new(Arc::clone(&lane.outcomes), runtime);
        Self { lane, pen, herald, seq, refused: HashSet::new() }
    }

    /// Writes until `stop` is heard and nothing waits any more, or until another server owns the lane.
    pub(in crate::store) async fn run(mut self, mut stop: tokio::sync::watch::Receiver<bool>) {
        let lane = Arc::clone(&self.lane);
        loop {
            let batch = tokio::select! {
                biased;
                batch = lane.next_batch() => batch,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            match self.deal_with(batch).await {
                Ok(()) => {}
                Err(Ended::Fenced) => {
                    tracing::error!(lane = lane.id, "another server owns the database: this one writes nothing more");
                    return;
                }
                Err(Ended::Unheard) => {
                    tracing::error!(
                        lane = lane.id,
                        "nobody is told any more what was committed: nothing more is written"
                    );
                    return;
                }
            }
        }
        self.herald.finish().await;
        self.pen.put_down().await;
    }

    async fn deal_with(&mut self, batch: Vec<Item<O::Payload>>) -> Result<(), Ended> {
        let bytes = batch.iter().map(|item| item.change.bytes()).sum();
        self.lane.busy_since_ms.store(clock::monotonic_ms().max(1), Ordering::Relaxed);
        // Segments still to be written, the next one last. Halved BY COMMAND where Postgres refuses one.
        let mut segments = vec![batch];
        while let Some(segment) = segments.pop() {
            let segment = self.without_refused(segment).await?;
            match self.write(&segment).await {
                Written::Committed => {
                    if segment.iter().any(|item| !item.change.messages.is_empty()) {
                        self.lane.posted.notify_one();
                    }
                    self.say(Word::Committed(segment)).await?;
                }
                Written::Fenced => {
                    // Told before the batch is dropped: its callers must not take silence for "nothing was done".
                    self.lane.outcomes.fenced();
                    return Err(Ended::Fenced);
                }
                Written::Refused(constraint) => self.halve(segment, constraint, &mut segments).await?,
            }
        }
        self.lane.busy_since_ms.store(0, Ordering::Relaxed);
        self.lane.dealt_with(bytes);
        Ok(())
    }

    async fn say(&self, word: Word<O::Payload>) -> Result<(), Ended> {
        if self.herald.say(word).await { Ok(()) } else { Err(Ended::Unheard) }
    }

    async fn without_refused(&self, segment: Vec<Item<O::Payload>>) -> Result<Vec<Item<O::Payload>>, Ended> {
        if self.refused.is_empty() {
            return Ok(segment);
        }
        let (discarded, kept): (Vec<_>, Vec<_>) =
            segment.into_iter().partition(|item| self.refused.contains(&item.owner.incarnation));
        for item in discarded {
            self.say(Word::Discarded(item)).await?;
        }
        Ok(kept)
    }

    async fn write(&mut self, segment: &[Item<O::Payload>]) -> Written {
        let changes: Vec<_> =
            segment.iter().filter(|i| !i.change.is_empty()).map(|i| (&i.owner.org, &i.change)).collect();
        if changes.is_empty() {
            return Written::Committed;
        }
        let batch = match Batch::of(&changes, self.seq + 1) {
            Ok(batch) => batch,
            Err(error) => return Written::Refused(error.to_string()),
        };
        let started = clock::monotonic();
        let written = self.pen.write(&batch, self.seq + 1).await;
        if written == Written::Committed {
            self.seq += 1;
            counter!("frontdesk_lane_batches_total").increment(1);
            counter!("frontdesk_lane_commands_total").increment(changes.len() as u64);
            histogram!("frontdesk_lane_commit_seconds").record(started.elapsed().as_secs_f64());
        }
        written
    }

    async fn halve(
        &mut self,
        mut segment: Vec<Item<O::Payload>>,
        constraint: String,
        segments: &mut Vec<Vec<Item<O::Payload>>>,
    ) -> Result<(), Ended> {
        if segment.len() > 1 {
            let second = segment.split_off(segment.len() / 2);
            segments.push(second);
            segments.push(segment);
            return Ok(());
        }
        for item in segment {
            let owner = &item.owner;
            counter!("frontdesk_lane_refused_total").increment(1);
            tracing::warn!(lane = self.lane.id, org = %owner.org, owner = %owner.name, %constraint, "refused by Postgres");
            self.refused.insert(owner.incarnation);
            self.say(Word::Refused(item, constraint.clone())).await?;
        }
        Ok(())
    }
}
