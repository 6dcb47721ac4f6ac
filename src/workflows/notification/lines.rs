//! What people in a line are told, where they have left an address: that they are next, and that it is their turn.

use chrono::{DateTime, TimeDelta, Utc};

use super::Letterhead;
use crate::domain::ids::EntryId;
use crate::domain::message::{Address, Cause, Message, Notice, QueueContext, QueueNews, Recipient, Thread, Topic};
use crate::domain::queue::{Change, Entry, Event, QueueState, Status};

/// For how long it is worth telling somebody that they are next, or called, in minutes.
const USEFUL_MINUTES: i64 = 30;

/// What has to be known of a line before it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineBefore {
    first: Option<EntryId>,
}

impl LineBefore {
    /// Of the line as it is now.
    #[must_use]
    pub fn of(state: &QueueState) -> Self {
        Self { first: state.waiting().next().map(|entry| entry.id.clone()) }
    }
}

/// What follows from events of a queue, given what its line was before and is after them.
#[must_use]
pub fn of_queue(letterhead: &Letterhead, before: &LineBefore, after: &QueueState, events: &[Event]) -> Vec<Message> {
    let calls = events.iter().filter_map(|event| match event {
        Event::EntryChanged { change: Change::Called, entry, at, .. } => {
            let Status::Called { counter, calls, .. } = &entry.status else { return None };
            let letter = Letter { letterhead, state: after, entry, at: *at };
            letter.write(QueueNews::YourTurn, &format!("called/{calls}/{}", at.timestamp()), counter.clone())
        }
        _ => None,
    });
    let mut messages: Vec<_> = calls.collect();
    if let (Some(entry), Some(at)) = (after.waiting().next(), events.iter().filter_map(Event::at).max())
        // Who has just joined was told so in the answer.
        && before.first.as_ref() != Some(&entry.id)
        && entry.joined_at < at
    {
        let letter = Letter { letterhead, state: after, entry, at };
        messages.extend(letter.write(QueueNews::Next, "next", None));
    }
    messages
}

struct Letter<'a> {
    letterhead: &'a Letterhead,
    state: &'a QueueState,
    entry: &'a Entry,
    at: DateTime<Utc>,
}

impl Letter<'_> {
    fn write(&self, news: QueueNews, happening: &str, counter: Option<String>) -> Option<Message> {
        let (entry, customer, point) = (self.entry, &self.entry.customer, self.state.point()?);
        let email = customer.email.clone().map(Address::Email);
        let address = email.or_else(|| customer.phone.clone().map(Address::Sms))?;
        let standing = self.state.standing(entry, self.at);
        let context = QueueContext {
            business: self.letterhead.business.clone(),
            point: point.name.clone(),
            location: Some(point.location.clone()).filter(|location| !location.is_empty()),
            customer_name: customer.name.clone(),
            number: entry.number,
            people_ahead: standing.as_ref().map_or(0, |standing| standing.people_ahead),
            estimated_wait_minutes: standing.as_ref().map(|standing| standing.estimated_wait_minutes),
            counter,
            status_url: self.letterhead.status_url(&entry.id, &entry.token),
        };
        Some(self.letterhead.message(Notice {
            at: self.at,
            topic: Topic::Queue(news, Box::new(context)),
            recipient: Recipient { address, name: customer.name.clone(), locale: None, timezone: None },
            template_id: None,
            invitation: None,
            cause: Cause::of("queue_entry", entry.id.as_str(), happening),
            thread: Thread::default(),
            is_urgent: true,
            useful_until: self.at + TimeDelta::minutes(USEFUL_MINUTES),
        }))
    }
}
