//! What a command meant for who gave it: worked out after the events have been applied, and kept for a repeat of the key.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::command::{Act, Command, Join};
use super::entry::Entry;
use super::estimate::{Estimate, Estimator};
use super::event::{Change, Event};
use super::point::ServicePoint;
use super::state::QueueState;
use crate::domain::ids::{EntryId, PointId};

/// Where somebody stands in the line, and how long it will take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Position from 1.
    pub position: u32,
    /// How many wait in front.
    pub people_ahead: u32,
    /// Estimated wait, in minutes, rounded up.
    pub estimated_wait_minutes: u32,
    /// Lower end of the likely range, in minutes.
    pub range_from_minutes: u32,
    /// Upper end of the likely range, in minutes.
    pub range_to_minutes: u32,
}

/// What a command meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Answer {
    /// The service point as it is now.
    Point {
        /// As it is now.
        point: Arc<ServicePoint>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The point is gone.
    PointDeleted {
        /// Which.
        id: PointId,
    },
    /// Joined the line.
    Joined {
        /// The new entry, with its token.
        entry: Arc<Entry>,
        /// Where it stands.
        standing: Standing,
    },
    /// The same person is in the line already: the entry there. Its token is not for this caller.
    AlreadyInLine {
        /// The entry there.
        entry: Arc<Entry>,
        /// Where it stands, while it waits.
        standing: Option<Standing>,
    },
    /// The entry as it is now.
    Entry {
        /// As it is now.
        entry: Arc<Entry>,
        /// Where it stands, while it waits.
        standing: Option<Standing>,
    },
    /// `call-next`: who was called, and who was finished with it.
    Next {
        /// Who was called; `None` only when `completes` was given and nobody waits.
        called: Option<Arc<Entry>>,
        /// Who was finished.
        completed: Option<Arc<Entry>>,
    },
    /// Nothing to tell (time passed, or a hand-over was finished).
    Done,
}

/// What `command` meant, given the state after its `events` were applied.
#[must_use]
pub fn answer(state: &QueueState, command: &Command, events: &[Event], now: DateTime<Utc>) -> Answer {
    match &command.act {
        Act::Create { .. } => point(state, true),
        Act::Update { .. } | Act::Pause { .. } | Act::Resume => point(state, false),
        Act::Delete { .. } => {
            let deleted = events.iter().find_map(|event| match event {
                Event::PointDeleted { id, .. } => Some(id.clone()),
                _ => None,
            });
            deleted.map_or(Answer::Done, |id| Answer::PointDeleted { id })
        }
        Act::Join(join) => joined(state, join, now),
        Act::CallNext { completes, .. } => Answer::Next {
            called: match completes {
                Some(completed) if events.is_empty() => state.called_on_completing(completed, &command.by).cloned(),
                Some(_) | None => events.iter().find_map(called).and_then(|id| state.entry(id).cloned()),
            },
            completed: completes.as_ref().and_then(|id| state.entry(id).cloned()),
        },
        Act::CheckIn { entry, past }
        | Act::Call { entry, past, .. }
        | Act::Recall { entry, past }
        | Act::Start { entry, past, .. }
        | Act::Complete { entry, past }
        | Act::NoShow { entry, past, .. }
        | Act::Return { entry, past, .. }
        | Act::Postpone { entry, past, .. }
        | Act::Leave { entry, past }
        | Act::Transfer { entry, past, .. } => about(state, entry, past.as_deref(), now),
        Act::Undo { entry } => about(state, entry, None, now),
        Act::Arrive(arrival) => about(state, &arrival.id, None, now),
        Act::Receive { handover } => about(state, &handover.entry.id, None, now),
        Act::TakeBack { .. } | Act::Withdraw { .. } | Act::LetGo { .. } | Act::Tick => Answer::Done,
    }
}

fn point(state: &QueueState, created: bool) -> Answer {
    state.point().map_or(Answer::Done, |point| Answer::Point { point: Arc::clone(point), created })
}

/// A caller who shows the entry's own token gets the whole answer, also on a repeat; anybody else learns only that the
/// person is in the line already.
fn joined(state: &QueueState, join: &Join, now: DateTime<Utc>) -> Answer {
    if let Some(entry) = state.entry(&join.id).filter(|entry| entry.token == join.token) {
        let entry = Arc::clone(entry);
        return match state.standing(&entry, now) {
            Some(standing) => Answer::Joined { entry, standing },
            None => Answer::Entry { entry, standing: None },
        };
    }
    match state.open_entry_of(&join.customer) {
        Some(entry) => Answer::AlreadyInLine { entry: Arc::clone(entry), standing: state.standing(entry, now) },
        None => Answer::Done,
    }
}

fn about(state: &QueueState, id: &EntryId, past: Option<&Entry>, now: DateTime<Utc>) -> Answer {
    let entry = state.entry(id).cloned().or_else(|| past.cloned().map(Arc::new));
    entry.map_or(Answer::Done, |entry| {
        let standing = state.standing(&entry, now);
        Answer::Entry { entry, standing }
    })
}

fn called(event: &Event) -> Option<&EntryId> {
    match event {
        Event::EntryChanged { change: Change::Called, entry, .. } => Some(&entry.id),
        _ => None,
    }
}

impl QueueState {
    /// Where an entry stands at `now`, while it waits. Costs a walk of the line up to it.
    #[must_use]
    pub fn standing(&self, entry: &Entry, now: DateTime<Utc>) -> Option<Standing> {
        self.position(entry).map(|position| Standing::new(position, Estimator::new(self, now).at_position(position)))
    }
}

impl Standing {
    /// Of who stands at `position` (from 1) with this estimate.
    #[must_use]
    pub fn new(position: usize, estimate: Estimate) -> Self {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        Self {
            position,
            people_ahead: position.saturating_sub(1),
            estimated_wait_minutes: estimate.minutes,
            range_from_minutes: estimate.from_minutes,
            range_to_minutes: estimate.to_minutes,
        }
    }
}
