//! Where every owner is found: activates it on first use, and shows what it has committed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::published::Published;
use super::request::{Answered, Request, Unanswered};
use crate::clock::SharedClock;
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::store::orgs::Org;

/// How one owner is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PointHealth {
    /// Running, or to be activated on first use.
    Well,
    /// Being rebuilt after a fall.
    Recovering,
    /// Fell too often; out of service since then.
    Failed {
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// Finds owners and what they have published.
pub struct Directory {}

impl Directory {
    /// Sends a command to its owner and waits until its answer, and all that it rests on, is committed.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub async fn ask(&self, _request: Request) -> Result<Answered, Unanswered> {
        todo!()
    }

    /// Transfers a visit: the source lets go only after the target has committed it. `request.command` is `Act::Transfer`.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub async fn transfer(self: &Arc<Self>, _request: Request) -> Result<Answered, Unanswered> {
        todo!()
    }

    /// The newest committed state of a point, never older than a few seconds in its estimates; `None`: no such point (deleted ones are gone too).
    #[must_use]
    pub fn published(&self, _org: &OrgId, _point: &PointId) -> Option<Arc<Published>> {
        todo!()
    }

    /// Follows the committed states of a point; a slow reader sees the newest only.
    #[must_use]
    pub fn watch(&self, _org: &OrgId, _point: &PointId) -> Option<watch::Receiver<Arc<Published>>> {
        todo!()
    }

    /// The newest committed states of all points of an org, by id.
    #[must_use]
    pub fn published_of(&self, _org: &OrgId) -> Vec<Arc<Published>> {
        todo!()
    }

    /// Grows with each publication of any point of the org: what a stream over all points waits for.
    #[must_use]
    pub fn watch_org(&self, _org: &OrgId) -> watch::Receiver<u64> {
        todo!()
    }

    /// The point whose memory holds this entry.
    #[must_use]
    pub fn whereabouts(&self, _org: &OrgId, _entry: &EntryId) -> Option<PointId> {
        todo!()
    }

    /// The org, from memory, else from the database (it may have been added a moment ago).
    ///
    /// # Errors
    /// The database is away and memory does not know it.
    pub async fn org(&self, _id: &OrgId) -> Result<Option<Arc<Org>>, Unanswered> {
        todo!()
    }

    /// The one org of this server; `None` when there are none or several.
    #[must_use]
    pub fn only_org(&self) -> Option<Arc<Org>> {
        todo!()
    }

    /// Owners that are not well, for `/readyz`.
    #[must_use]
    pub fn unwell(&self) -> Vec<(OrgId, PointId, PointHealth)> {
        todo!()
    }

    /// Whether all lanes accept commands; else for how long they have not, in milliseconds.
    #[must_use]
    pub fn lanes_stalled_for_ms(&self) -> Option<u64> {
        todo!()
    }

    /// The clock that everything here goes by.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        todo!()
    }

    /// With a manual clock only: moves it to `target`, stepping through every due instant in order, each until all is quiet.
    ///
    /// # Errors
    /// A time before now, or a clock that is not manual.
    pub async fn advance(&self, _target: DateTime<Utc>, _step: bool) -> Result<DateTime<Utc>, ClockRefusal> {
        todo!()
    }
}

/// Why the test clock was not moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockRefusal {
    /// Time does not run backwards.
    #[error("The clock stands at {now} already.")]
    Backwards {
        /// Where it stands.
        now: DateTime<Utc>,
    },
    /// The clock is the real one.
    #[error("The clock is the real one.")]
    NotManual,
}
