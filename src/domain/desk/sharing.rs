//! Values that many tickets of an org have in common are kept once: there may be a million tickets, but of policies, teams, workers
//! and sets of tags there are few.

use std::collections::HashSet;
use std::sync::Arc;

use super::ticket::Ticket;
use crate::domain::ids::{ContactId, PolicyId};

/// The values met so far among the tickets of an org that are being loaded.
#[derive(Debug, Default)]
pub struct Shared {
    policies: HashSet<PolicyId>,
    contacts: HashSet<ContactId>,
    workers: HashSet<Arc<str>>,
    tags: HashSet<Arc<[String]>>,
}

impl Shared {
    /// The same ticket, made of values met before where they are equal.
    #[must_use]
    pub fn within(&mut self, ticket: Ticket) -> Ticket {
        let Self { policies, contacts, workers, tags } = self;
        let mut requester = ticket.requester;
        requester.contact_id = one_of(contacts, requester.contact_id);
        Ticket {
            policy_id: ticket.policy_id.map(|id| one_of(policies, id)),
            assignee_id: ticket.assignee_id.map(|name| one_of(workers, name)),
            team: ticket.team.map(|name| one_of(workers, name)),
            tags: one_of(tags, ticket.tags),
            requester,
            ..ticket
        }
    }
}

fn one_of<T: Clone + Eq + std::hash::Hash>(known: &mut HashSet<T>, value: T) -> T {
    if let Some(known) = known.get(&value) {
        return known.clone();
    }
    known.insert(value.clone());
    value
}
