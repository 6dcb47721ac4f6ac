//! What everybody may see: the committed state of one aggregate, rendered at most once for all who watch it.

use std::sync::OnceLock;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};

use super::aggregate::Aggregate;
use super::service_point::ServicePoint;
use crate::domain::ids::OrgId;

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
pub struct Published<A: Aggregate = ServicePoint> {
    /// The org.
    pub org: OrgId,
    /// Which of the org.
    pub name: A::Name,
    /// Its committed state.
    pub state: A::State,
    /// The moment that estimates in renderings are made for.
    pub as_of: DateTime<Utc>,
    /// Grows with each publication of any aggregate of this kind in the org: what a stream over all of them resumes from.
    pub revision: u64,
    renderings: [OnceLock<Bytes>; 3],
}

impl<A: Aggregate> Published<A> {
    /// A state to publish.
    #[must_use]
    pub fn new(org: OrgId, name: A::Name, state: A::State, as_of: DateTime<Utc>, revision: u64) -> Self {
        Self { org, name, state, as_of, revision, renderings: Default::default() }
    }

    /// The same state with estimates for another moment.
    #[must_use]
    pub fn refreshed(&self, as_of: DateTime<Utc>) -> Self {
        Self::new(self.org.clone(), self.name.clone(), self.state.clone(), as_of, self.revision)
    }

    /// The bytes of `kind`, made by `render` for whoever asks first.
    pub fn rendered(&self, kind: Rendering, render: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.renderings[kind as usize].get_or_init(|| render(self)).clone()
    }
}
