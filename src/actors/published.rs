//! What everybody may see: the committed state of one service point, rendered at most once for all who watch it.

use std::sync::OnceLock;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};

use crate::domain::ids::{OrgId, PointId};
use crate::domain::queue::QueueState;

/// Kinds of cached renderings of one published state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rendering {
    /// The public status, without names.
    PublicStatus,
    /// The event for public watchers.
    PublicEvent,
    /// The event for staff, with names.
    StaffEvent,
}

/// A committed state, as of a moment.
#[derive(Debug)]
pub struct Published {
    /// The org.
    pub org: OrgId,
    /// The point.
    pub point: PointId,
    /// Its committed state.
    pub state: QueueState,
    /// The moment that estimates in renderings are made for.
    pub as_of: DateTime<Utc>,
    /// Grows with each publication of any point of the org: what a stream over all points resumes from.
    pub revision: u64,
    renderings: [OnceLock<Bytes>; 3],
}

impl Published {
    /// A state to publish.
    #[must_use]
    pub fn new(org: OrgId, point: PointId, state: QueueState, as_of: DateTime<Utc>, revision: u64) -> Self {
        Self { org, point, state, as_of, revision, renderings: Default::default() }
    }

    /// The same state with estimates for another moment.
    #[must_use]
    pub fn refreshed(&self, as_of: DateTime<Utc>) -> Self {
        Self::new(self.org.clone(), self.point.clone(), self.state.clone(), as_of, self.revision)
    }

    /// The bytes of `kind`, made by `render` for whoever asks first.
    pub fn rendered(&self, kind: Rendering, render: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.renderings[kind as usize].get_or_init(|| render(self)).clone()
    }
}
