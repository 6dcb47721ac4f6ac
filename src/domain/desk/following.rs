//! Who follows a ticket: the customers of tickets that went into it. They are told what agents answer there, each by way of
//! their own ticket: nobody is led to what somebody else wrote before.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ticket::{Requester, Ticket, TicketNumber};
use crate::domain::ids::{ContactId, TicketId};

/// Most people who follow one ticket.
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
}

/// The people who follow a ticket, each once. Most tickets have none, and take no room for it.
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
        }
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

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.iter().count()
    }

    /// The one who is this person.
    #[must_use]
    pub fn person(&self, contact: &ContactId) -> Option<&Follower> {
        self.iter().find(|follower| follower.requester.contact_id == *contact)
    }

    /// These and `others`, but for who follows already and for `owner`, whose ticket it is.
    #[must_use]
    pub fn joined_by(&self, others: impl IntoIterator<Item = Follower>, owner: &ContactId) -> Self {
        let mut followers = self.clone();
        for other in others {
            let contact = &other.requester.contact_id;
            if contact != owner && followers.person(contact).is_none() {
                Arc::make_mut(followers.0.get_or_insert_default()).push(other);
            }
        }
        followers
    }

    /// Those who do not follow by way of this ticket.
    #[must_use]
    pub fn without(&self, ticket: &TicketId) -> Self {
        let rest: Vec<_> = self.iter().filter(|follower| follower.ticket != *ticket).cloned().collect();
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
