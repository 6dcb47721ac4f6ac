//! Who was told of late that a ticket of theirs has come in: what the public causes is bounded.

use chrono::{DateTime, TimeDelta, Utc};
use imbl::{OrdMap, Vector};

use super::state::DeskState;
use crate::domain::address::Email;

/// Most acknowledgements an hour that the public can cause to one address.
pub const ACKNOWLEDGEMENTS_AN_HOUR_MAX: usize = 3;
/// Most acknowledgements an hour that the public can cause to all addresses of an org.
pub const ACKNOWLEDGEMENTS_OF_ORG_MAX: usize = 20_000;
/// Most that one more makes forget: each brings one, so the rest is soon caught up.
const FORGOTTEN_MAX: usize = 8;

/// The acknowledgements of the last hour, and for a while some older ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Acknowledged {
    /// By folded address, the oldest first.
    moments: OrdMap<String, Vector<DateTime<Utc>>>,
    /// The order in which they were.
    order: Vector<String>,
}

impl Acknowledged {
    /// Whether one more is allowed.
    pub fn allows(&self, email: &Email, now: DateTime<Utc>) -> bool {
        let is_late = |moment: &&DateTime<Utc>| **moment > an_hour_before(now);
        let of_late = self.moments.get(&email.folded()).map_or(0, |moments| moments.iter().filter(is_late).count());
        of_late < ACKNOWLEDGEMENTS_AN_HOUR_MAX && self.order.len() < ACKNOWLEDGEMENTS_OF_ORG_MAX
    }

    /// Notes one more.
    pub fn put(&mut self, email: &Email, at: DateTime<Utc>) {
        self.forget(at, FORGOTTEN_MAX);
        self.moments.entry(email.folded()).or_default().push_back(at);
        self.order.push_back(email.folded());
    }

    /// Forgets what is older than an hour, `most` at most.
    pub fn forget(&mut self, now: DateTime<Utc>, most: usize) {
        for _ in 0..most {
            let Some(address) = self.order.front() else { return };
            let Some(moments) = self.moments.get_mut(address) else { return };
            if moments.front().is_some_and(|oldest| *oldest > an_hour_before(now)) {
                return;
            }
            moments.pop_front();
            if moments.is_empty() {
                self.moments.remove(address);
            }
            self.order.pop_front();
        }
    }
}

impl DeskState {
    /// A rebuilt state that knows whom the public caused a mail in the last hour, given the oldest first: a start gives nobody
    /// more of them.
    #[must_use]
    pub fn having_acknowledged(mut self, acknowledged: impl IntoIterator<Item = (Email, DateTime<Utc>)>) -> Self {
        acknowledged.into_iter().for_each(|(email, at)| self.acknowledged.put(&email, at));
        self
    }
}

fn an_hour_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::hours(1)
}
