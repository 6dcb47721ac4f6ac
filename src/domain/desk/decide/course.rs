//! One ticket in the course of one command: as it has become so far, and what has happened to it. Every change passes
//! here, so that each is matched to a policy anew, moves the clocks, and leaves nothing behind that is due.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::asked::Asked;
use super::telling::{ASSIGNEE, Audience};
use crate::domain::address::Email;
use crate::domain::desk::event::{Change, EscalationCause, Event};
use crate::domain::desk::state::DeskState;
use crate::domain::desk::ticket::Ticket;
use crate::domain::sla::{Clocks, Escalation, Firing, Occurrence};

/// Most rounds in which what is due of one ticket is done: an escalation can make another policy hold, which makes
/// more due.
const ROUNDS_MAX: usize = 8;

/// One ticket in the course of one command.
pub(super) struct Course<'a> {
    pub asked: Asked<'a>,
    /// As it is by now.
    pub ticket: Ticket,
    events: Vec<Event>,
}

impl<'a> Course<'a> {
    /// Takes a ticket up, and does what is due of it first.
    pub fn of(asked: Asked<'a>, ticket: &Ticket) -> Self {
        let mut course = Self::untouched(asked, ticket.clone());
        course.do_what_is_due();
        course
    }

    /// Takes a ticket up as it is.
    pub fn untouched(asked: Asked<'a>, ticket: Ticket) -> Self {
        Self { asked, ticket, events: Vec::new() }
    }

    /// What has happened.
    pub fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// What has happened since it was last asked for.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Makes a change: `edit` says what becomes different, the `occurrences` what it means for the clocks.
    pub fn change(&mut self, change: Change, occurrences: &[Occurrence], edit: impl FnOnce(&mut Ticket)) {
        let now = self.asked.now;
        let terms = Arc::clone(self.asked.state.terms_of(&self.ticket));
        let mut after = self.ticket.clone();
        edit(&mut after);
        let mut firings = Vec::new();
        for occurrence in occurrences {
            firings.extend(after.clocks.occur(now, *occurrence, &terms));
        }
        firings.extend(self.match_policy(&mut after, now));
        self.ticket = after;
        self.happened(change, now, self.asked.subject());
        firings.iter().for_each(|firing| self.fired(firing));
        self.do_what_is_due();
    }

    /// Opens the ticket: a policy is found for it, and its clocks start.
    pub fn open(&mut self, change: Change) {
        let (state, now) = (self.asked.state, self.asked.now);
        self.ticket.policy_id = state.matching_policy(&self.ticket).map(|policy| policy.id.clone());
        self.ticket.clocks = Clocks::started(now, self.ticket.status, state.terms_of(&self.ticket));
        self.happened(change, now, self.asked.subject());
        self.do_what_is_due();
    }

    /// Writes down what does not change the ticket.
    pub fn note(&mut self, change: Change) {
        let (ticket, at, by) = (Arc::new(self.ticket.clone()), self.asked.now, self.asked.subject());
        self.events.push(Event::TicketChanged { change: Box::new(change), ticket, at, by });
    }

    /// Lets the policy hold that fits the ticket by now; whether its clocks follow other terms than before.
    pub fn rematch(&mut self, at: DateTime<Utc>) -> bool {
        let mut after = self.ticket.clone();
        let firings = self.match_policy(&mut after, at);
        let is_other = after.policy_id != self.ticket.policy_id;
        if is_other {
            let policy_before = std::mem::replace(&mut self.ticket, after).policy_id;
            self.happened(Change::Rematched { policy_before }, at, None);
            firings.iter().for_each(|firing| self.fired(firing));
        }
        is_other
    }

    /// Lets hold from now on what `after` says of policies and calendars.
    pub fn follow(&mut self, after: &DeskState) {
        if self.ticket.clocks.has_ended() {
            return;
        }
        let mut ticket = self.ticket.clone();
        ticket.policy_id = after.matching_policy(&ticket).map(|policy| policy.id.clone());
        let (before, terms) = (self.asked.state.terms_of(&self.ticket), after.terms_of(&ticket));
        if ticket.policy_id == self.ticket.policy_id && terms == before {
            return;
        }
        let firings = ticket.clocks.change_terms(self.asked.now, before, terms);
        let policy_before = std::mem::replace(&mut self.ticket, ticket).policy_id;
        self.happened(Change::Rematched { policy_before }, self.asked.now, self.asked.subject());
        firings.iter().for_each(|firing| self.fired(firing));
    }

    /// Does what is due of the ticket by now.
    pub fn do_what_is_due(&mut self) {
        for _ in 0..ROUNDS_MAX {
            let due = self.due();
            let is_over = due.is_empty() || self.fire(&due);
            if is_over {
                return;
            }
        }
    }

    /// What is due of the ticket by now.
    pub fn due(&self) -> Vec<Firing> {
        if !self.ticket.is_live() {
            return Vec::new();
        }
        self.ticket.clocks.due(self.asked.state.terms_of(&self.ticket), self.asked.now)
    }

    /// Fires in order, up to an escalation that makes another policy hold: what was due after it may not be due any
    /// more. Whether it came to the end.
    fn fire(&mut self, due: &[Firing]) -> bool {
        due.iter().all(|firing| !self.fire_one(firing))
    }

    /// Fires once; whether another policy holds for the ticket since.
    pub fn fire_one(&mut self, firing: &Firing) -> bool {
        self.fired(firing);
        match firing {
            Firing::Escalated { .. } => self.rematch(firing.at()),
            Firing::Warned { .. } | Firing::Breached { .. } => false,
        }
    }

    /// Writes a firing down with the moment at which it was due, and does what it says.
    fn fired(&mut self, firing: &Firing) {
        let to_assignee = || self.told(&[ASSIGNEE.to_owned()]);
        let change = match firing {
            Firing::Warned { .. } => Change::Warned { firing: firing.clone(), told: to_assignee() },
            Firing::Breached { .. } => Change::Breached { firing: firing.clone(), told: to_assignee() },
            Firing::Escalated { level, rule, silent, .. } => self.escalated(firing, *level, *rule, *silent),
        };
        self.ticket.clocks.fire(firing);
        self.happened(change, firing.at(), None);
    }

    /// A step of the policy's chain. The level only rises; who has the ticket at a higher one keeps it.
    fn escalated(&mut self, firing: &Firing, level: u32, rule: u32, silent: bool) -> Change {
        let terms = Arc::clone(self.asked.state.terms_of(&self.ticket));
        let step: Option<&Escalation> = usize::try_from(rule).ok().and_then(|rule| terms.escalations.get(rule));
        let level_before = self.ticket.escalation_level;
        let level = u8::try_from(level).unwrap_or(u8::MAX);
        if level > level_before {
            self.ticket.escalation_level = level;
            if let Some(assign) = step.and_then(|step| step.assign.as_ref()) {
                self.ticket.assignee_id = Some(Arc::from(assign.as_str()));
            }
        }
        let notify = step.filter(|_| !silent).map_or([].as_slice(), |step| &step.notify);
        let told = self.told(notify);
        Change::Escalated { level_before, cause: EscalationCause::ByPolicy { firing: firing.clone() }, told }
    }

    /// Who of those who are named is told of the ticket as it is by now.
    fn told(&self, names: &[String]) -> Vec<Email> {
        Audience::of(self.asked.agents, &self.ticket, self.ticket.assignee_id.as_deref()).addresses(names)
    }

    /// The policy of `after` as it now is, and its clocks under it.
    fn match_policy(&self, after: &mut Ticket, at: DateTime<Utc>) -> Vec<Firing> {
        if after.clocks.has_ended() {
            return Vec::new();
        }
        let state = self.asked.state;
        let before = Arc::clone(state.terms_of(&self.ticket));
        after.policy_id = state.matching_policy(after).map(|policy| policy.id.clone());
        let terms = state.terms_of(after);
        if *terms == before {
            return Vec::new();
        }
        after.clocks.change_terms(at, &before, terms)
    }

    /// The next version of the ticket, and how it came to it.
    fn happened(&mut self, change: Change, at: DateTime<Utc>, by: Option<String>) {
        self.ticket.version += 1;
        self.ticket.updated_at = self.ticket.updated_at.max(at);
        let ticket = Arc::new(self.ticket.clone());
        self.events.push(Event::TicketChanged { change: Box::new(change), ticket, at, by });
    }
}
