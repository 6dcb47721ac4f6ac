//! What every decision looks at: the state, who asks, and when; and how a change of an entry is put down.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::ids::EntryId;
use crate::domain::invalid::text;
use crate::domain::party::Party;
use crate::domain::queue::entry::{COUNTER_MAX_CHARACTERS, Entry, Kept, LastAct};
use crate::domain::queue::event::{Change, Event};
use crate::domain::queue::point::ServicePoint;
use crate::domain::queue::rejection::Rejection;
use crate::domain::queue::state::QueueState;

/// A question to the rules.
pub(super) struct Asked<'a> {
    /// What is so.
    pub state: &'a QueueState,
    /// Who asks.
    pub by: &'a Party,
    /// When.
    pub now: DateTime<Utc>,
}

impl<'a> Asked<'a> {
    /// The service point, which must exist.
    pub fn point(&self) -> Result<&'a Arc<ServicePoint>, Rejection> {
        self.state.point().ok_or(Rejection::PointNotFound)
    }

    /// The service point, for acts that nobody but staff and follow-ups may do.
    pub fn point_for_staff(&self) -> Result<&'a Arc<ServicePoint>, Rejection> {
        if self.is_staff() { self.point() } else { Err(Rejection::PointNotFound) }
    }

    /// Who asks, for the record.
    pub fn subject(&self) -> Option<String> {
        self.by.subject().map(str::to_owned)
    }

    fn is_staff(&self) -> bool {
        matches!(self.by, Party::Clerk { .. } | Party::System)
    }

    /// The entry, in memory or from history, for acts that nobody but staff and follow-ups may do.
    pub fn entry(&self, id: &EntryId, past: Option<&'a Entry>) -> Result<&'a Entry, Rejection> {
        if self.is_staff() { self.find(id, past) } else { Err(Rejection::EntryNotFound) }
    }

    /// The entry, in memory or from history, for acts that its own customer may do too by showing its token.
    pub fn entry_for_customer(&self, id: &EntryId, past: Option<&'a Entry>) -> Result<&'a Entry, Rejection> {
        let entry = self.find(id, past)?;
        if self.is_staff() || self.by.shows(&entry.token) { Ok(entry) } else { Err(Rejection::EntryNotFound) }
    }

    /// An entry from history counts only when it ended here: an open one would be in memory.
    fn find(&self, id: &EntryId, past: Option<&'a Entry>) -> Result<&'a Entry, Rejection> {
        if let Some(entry) = self.state.entry(id) {
            return Ok(entry);
        }
        let ended_here = |past: &&Entry| {
            past.id == *id && !past.status.is_open() && self.state.point().is_none_or(|point| point.id == past.point_id)
        };
        past.filter(ended_here).ok_or(Rejection::EntryNotFound)
    }

    /// The name of a counter within its limits.
    pub fn counter(&self, counter: Option<&str>) -> Result<Option<String>, Rejection> {
        let checked = counter.map(|name| text("counter", name, 1, COUNTER_MAX_CHARACTERS, false));
        checked.transpose().map_err(Rejection::Invalid)
    }

    /// A change of an entry by who asks, which nobody can take back; what could be taken back before cannot any more.
    pub fn change(&self, entry: &Entry, change: Change, edit: impl FnOnce(&mut Entry)) -> Event {
        let mut after = entry.next_version();
        edit(&mut after);
        Event::EntryChanged { change, entry: Box::new(after), at: self.now, by: self.subject() }
    }

    /// A change of an entry that a clerk who made it can take back for a moment; `act` is its word.
    pub fn act(&self, entry: &Entry, act: &str, change: Change, edit: impl FnOnce(&mut Entry)) -> Event {
        self.change(entry, change, |after| {
            edit(after);
            after.last_act = match self.by {
                Party::Clerk { subject, .. } => {
                    Some(LastAct { act: act.to_owned(), by: subject.clone(), at: self.now, before: Kept::of(entry) })
                }
                Party::Bearer { .. } | Party::Public | Party::System => None,
            };
        })
    }
}

/// The refusal of an act that does not fit the state of the entry.
pub(super) fn wrong_state(entry: &Entry) -> Rejection {
    Rejection::WrongState { state: entry.status.word().to_owned() }
}
