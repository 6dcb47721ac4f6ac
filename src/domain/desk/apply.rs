//! What a fact makes of the state.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::event::{Change, Event};
use super::matching::{self, PolicyTerms};
use super::state::{DeskState, Kept, forget_at};
use super::ticket::{Ticket, TicketNumber};
use crate::domain::ids::BusinessCalendarId;

/// Most tickets that one event makes the state forget: each brings one at most, so the rest is soon caught up.
pub const FORGOTTEN_PER_EVENT_MAX: usize = 8;

/// Makes `event` so.
pub fn apply(state: &mut DeskState, event: &Event) {
    match event {
        Event::TicketChanged { change, ticket, at, by } => {
            if let Change::Opened { acknowledged, .. } = &**change {
                state.next_number = state.next_number.max(ticket.number.next());
                // What the staff side causes is not bounded.
                let email = ticket.requester.email.as_ref().filter(|_| *acknowledged && by.is_none());
                if let Some(email) = email {
                    state.acknowledged.put(email, *at);
                }
            }
            if let Change::Opened { message: Some(message), .. } | Change::CustomerWrote { message, .. } = &**change
                && message.mail_id.is_some()
            {
                state.received.put(&message.id);
            }
            state.put_ticket(Arc::clone(ticket));
        }
        Event::PolicyChanged { policy, .. } => {
            state.policies.insert(policy.id.clone(), Arc::clone(policy));
            state.arrange_policies();
        }
        Event::CalendarChanged { calendar, .. } => {
            state.calendars.insert(calendar.id.clone(), Arc::clone(calendar));
            state.follow_calendar(&calendar.id);
        }
        Event::CannedChanged { canned, .. } => {
            state.canned.insert(canned.id.clone(), Arc::clone(canned));
        }
    }
    state.forget(event.at(), FORGOTTEN_PER_EVENT_MAX);
}

impl DeskState {
    /// Forgets tickets that no rule needs any more at `at`, `most` at most.
    pub fn forget(&mut self, at: DateTime<Utc>, most: usize) {
        for _ in 0..most {
            match self.forgettable.get_min().copied() {
                Some((from, number)) if from <= at => self.remove_ticket(number),
                Some(_) | None => return,
            }
        }
    }

    pub(super) fn put_ticket(&mut self, ticket: Arc<Ticket>) {
        let number = ticket.number;
        self.remove_ticket(number);
        let due = if ticket.is_live() { ticket.clocks.wake_at(self.terms_of(&ticket)) } else { None };
        if let Some(due) = due {
            self.due.insert((due, number));
        }
        if let Some(forget_at) = forget_at(&ticket) {
            self.forgettable.insert((forget_at, number));
        }
        self.live += usize::from(ticket.is_live());
        self.numbers.insert(ticket.id.clone(), number);
        self.tickets.insert(number, Kept { ticket, due });
    }

    fn remove_ticket(&mut self, number: TicketNumber) {
        let Some(Kept { ticket, due }) = self.tickets.remove(&number) else { return };
        if let Some(due) = due {
            self.due.remove(&(due, number));
        }
        if let Some(forget_at) = forget_at(&ticket) {
            self.forgettable.remove(&(forget_at, number));
        }
        self.live -= usize::from(ticket.is_live());
        self.numbers.remove(&ticket.id);
    }

    /// Puts the policies into their order, and works out what each means: there are few, and they change seldom.
    pub(super) fn arrange_policies(&mut self) {
        self.order = matching::in_order(self.policies.values());
        let terms = self.policies.values().map(|policy| (policy.id.clone(), PolicyTerms::of(policy, &self.calendars)));
        self.terms = terms.collect();
    }

    fn follow_calendar(&mut self, id: &BusinessCalendarId) {
        let naming = self.policies.values().filter(|policy| policy.terms.draft().calendar_id == *id);
        let terms: Vec<_> =
            naming.map(|policy| (policy.id.clone(), PolicyTerms::of(policy, &self.calendars))).collect();
        self.terms.extend(terms);
    }
}
