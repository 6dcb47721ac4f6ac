//! Who follows a ticket: the customers of tickets that went into it. They are told what agents answer there, each by way of
//! their own ticket: nobody is led to what somebody else wrote before.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ticket::{Requester, Ticket, TicketNumber};
use crate::domain::ids::{ContactId, TicketId};

/// Most tickets by way of which one ticket is followed.
pub const FOLLOWERS_MAX: usize = 20;

/// Somebody whose own ticket went into another one. What is here of that ticket changes no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Follower {
    /// Who.
    pub requester: Requester,
    /// Their own ticket, by which they read and write.
    pub ticket: TicketId,
    /// The number of that.
    pub number: TicketNumber,
    /// What that is about: the other one's subject is somebody else's.
    pub subject: Box<str>,
    /// The secret of the links in the mails of that.
    pub token: Box<str>,
    /// Their last mail, which ours to them answer; without angle brackets.
    pub last_mail_id: Option<Box<str>>,
    /// The tickets between that one and the one that is followed, each merged into the next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_way_of: Vec<TicketId>,
}

/// Who follows a ticket, once for each of their own tickets that went into it. Most tickets have none, and take no room for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Followers(Option<Arc<Vec<Follower>>>);

impl Follower {
    /// Who asked in `ticket`, as a follower of what that went into.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        Self {
            requester: ticket.requester.clone(),
            ticket: ticket.id.clone(),
            number: ticket.number,
            subject: ticket.subject.clone(),
            token: ticket.token.clone(),
            last_mail_id: ticket.last_mail_id.clone(),
            by_way_of: Vec::new(),
        }
    }

    /// The same, once the ticket that was followed has gone into another one.
    fn going_on(mut self, followed: &TicketId) -> Self {
        self.by_way_of.push(followed.clone());
        self
    }

    fn leads_through(&self, ticket: &TicketId) -> bool {
        self.ticket == *ticket || self.by_way_of.contains(ticket)
    }
}

impl Followers {
    /// Whether there are none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// All of them, the first first.
    pub fn iter(&self) -> impl Iterator<Item = &Follower> {
        self.0.iter().flat_map(|followers| followers.iter())
    }

    /// The people, each once: by way of the first of their tickets that went into it.
    pub fn people(&self) -> impl Iterator<Item = &Follower> {
        let is_first = |at: usize, follower: &Follower| {
            let contact = &follower.requester.contact_id;
            self.iter().position(|one| one.requester.contact_id == *contact) == Some(at)
        };
        self.iter().enumerate().filter(move |(at, follower)| is_first(*at, follower)).map(|(_, follower)| follower)
    }

    /// How many there are, for each ticket.
    #[must_use]
    pub fn count(&self) -> usize {
        self.iter().count()
    }

    /// The one who is this person.
    #[must_use]
    pub fn person(&self, contact: &ContactId) -> Option<&Follower> {
        self.iter().find(|follower| follower.requester.contact_id == *contact)
    }

    /// Whether somebody follows by way of this ticket of theirs.
    #[must_use]
    pub fn has_come_by(&self, ticket: &TicketId) -> bool {
        self.iter().any(|follower| follower.ticket == *ticket)
    }

    /// These and who comes with `source`, its customer and its followers; but not `owner`, whose ticket it is that it goes into.
    /// Where there is no more room, another way of who follows already is not kept.
    #[must_use]
    pub fn joined_by(&self, source: &Ticket, owner: &ContactId) -> Self {
        let mut followers = self.clone();
        let with_it = source.followers.iter().map(|follower| follower.clone().going_on(&source.id));
        for other in std::iter::once(Follower::of(source)).chain(with_it) {
            let contact = &other.requester.contact_id;
            let is_known = followers.has_come_by(&other.ticket)
                || followers.count() >= FOLLOWERS_MAX && followers.person(contact).is_some();
            if contact != owner && !is_known {
                Arc::make_mut(followers.0.get_or_insert_default()).push(other);
            }
        }
        followers
    }

    /// Those whose way does not lead through this ticket.
    #[must_use]
    pub fn without(&self, ticket: &TicketId) -> Self {
        let rest: Vec<_> = self.iter().filter(|follower| !follower.leads_through(ticket)).cloned().collect();
        Self(if rest.is_empty() { None } else { Some(Arc::new(rest)) })
    }

    /// The same after a mail of one of them.
    #[must_use]
    pub fn having_written(&self, contact: &ContactId, mail_id: &str) -> Self {
        let mut followers = self.clone();
        let all = followers.0.iter_mut().flat_map(|followers| Arc::make_mut(followers).iter_mut());
        for follower in all.filter(|follower| follower.requester.contact_id == *contact) {
            follower.last_mail_id = Some(mail_id.into());
        }
        followers
    }
}
