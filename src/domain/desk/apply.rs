//! What a fact makes of the state.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::{OrdMap, OrdSet};

use super::event::{Change, Event};
use super::matching::{self, PolicyTerms};
use super::state::{DeskState, Kept, forget_at};
use super::team::{Assigned, Assignment, Team};
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
            if let Some(assigned) = change.assigned() {
                state.take_turn(assigned);
            }
            if let Change::Commented { comment } = &**change {
                state.last_comments.put(comment, ticket);
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
        Event::TeamChanged { team, .. } => {
            state.teams.insert(team.id.clone(), Arc::clone(team));
            state.arrange_teams();
        }
    }
    state.forget(event.at(), FORGOTTEN_PER_EVENT_MAX);
}

/// What is sorted, in the order in which a tree takes it up with the least room: what comes in rising order leaves every node
/// half empty, so every other one comes first, and the rest fills the gaps.
fn densely<T>(sorted: Vec<T>) -> impl Iterator<Item = T> {
    let (mut first, mut rest) = (Vec::with_capacity(sorted.len().div_ceil(2)), Vec::with_capacity(sorted.len() / 2));
    for (at, item) in sorted.into_iter().enumerate() {
        if at % 2 == 0 { first.push(item) } else { rest.push(item) }
    }
    first.into_iter().chain(rest)
}

/// Those who work on nothing are not kept.
fn add_load(loads: &mut OrdMap<Arc<str>, usize>, worker: &Arc<str>, by: isize) {
    let load = loads.get(worker).copied().unwrap_or(0).saturating_add_signed(by);
    match load {
        0 => loads.remove(worker),
        load => loads.insert(Arc::clone(worker), load),
    };
}

fn put_moment(
    order: &mut OrdSet<(DateTime<Utc>, TicketNumber)>,
    before: Option<DateTime<Utc>>,
    after: Option<DateTime<Utc>>,
    number: TicketNumber,
) {
    if before == after {
        return;
    }
    if let Some(before) = before {
        order.remove(&(before, number));
    }
    if let Some(after) = after {
        order.insert((after, number));
    }
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

    /// Only what is another than before is touched: readers share the rest, and a part that they share is copied first.
    pub(super) fn put_ticket(&mut self, ticket: Arc<Ticket>) {
        let number = ticket.number;
        let due = if ticket.is_live() { ticket.clocks.wake_at(self.terms_of(&ticket)) } else { None };
        let before = self.tickets.insert(number, Kept { ticket: Arc::clone(&ticket), due });
        let (due_before, before) = before.map(|kept| (kept.due, kept.ticket)).unzip();
        put_moment(&mut self.due, due_before.flatten(), due, number);
        put_moment(&mut self.forgettable, before.as_deref().and_then(forget_at), forget_at(&ticket), number);
        let counted = |ticket: &Ticket| ticket.is_live().then(|| (ticket.status, ticket.assignee_id.clone()));
        if before.as_deref().and_then(counted) != counted(&ticket) {
            before.iter().for_each(|before| self.count(before, -1));
            self.count(&ticket, 1);
        }
        if before.is_none() {
            self.numbers.insert(ticket.id.clone(), number);
        }
    }

    fn remove_ticket(&mut self, number: TicketNumber) {
        let Some(Kept { ticket, due }) = self.tickets.remove(&number) else { return };
        if let Some(due) = due {
            self.due.remove(&(due, number));
        }
        if let Some(forget_at) = forget_at(&ticket) {
            self.forgettable.remove(&(forget_at, number));
        }
        self.count(&ticket, -1);
        self.numbers.remove(&ticket.id);
    }

    fn count(&mut self, ticket: &Ticket, by: isize) {
        if !ticket.is_live() {
            return;
        }
        let count = self.live.get(&ticket.status).copied().unwrap_or(0).saturating_add_signed(by);
        match count {
            0 => self.live.remove(&ticket.status),
            count => self.live.insert(ticket.status, count),
        };
        if let (Some(loads), Some(worker)) = (&mut self.loads, &ticket.assignee_id) {
            add_load(loads, worker, by);
        }
    }

    /// Puts in all tickets of an empty state at once.
    pub(super) fn fill(&mut self, mut tickets: Vec<Arc<Ticket>>) {
        tickets.sort_by_key(|ticket| ticket.number);
        let due_of = |ticket: &Ticket| {
            let is_live = ticket.is_live();
            is_live.then(|| ticket.clocks.wake_at(self.terms_of(ticket))).flatten()
        };
        let kept: Vec<Kept> = tickets.into_iter().map(|ticket| Kept { due: due_of(&ticket), ticket }).collect();
        let number = |kept: &Kept| kept.ticket.number;
        let forgettable = kept.iter().filter_map(|kept| Some((forget_at(&kept.ticket)?, number(kept))));
        self.forgettable = forgettable.collect();
        let mut due: Vec<_> = kept.iter().filter_map(|kept| Some((kept.due?, number(kept)))).collect();
        due.sort_unstable();
        self.due = densely(due).collect();
        let mut numbers: Vec<_> = kept.iter().map(|kept| (kept.ticket.id.clone(), number(kept))).collect();
        numbers.sort_unstable();
        self.numbers = densely(numbers).collect();
        kept.iter().for_each(|kept| self.count(&kept.ticket, 1));
        self.tickets = densely(kept.into_iter().map(|kept| (number(&kept), kept)).collect()).collect();
    }

    /// Puts the policies into their order, and works out what each means: there are few, and they change seldom.
    pub(super) fn arrange_policies(&mut self) {
        self.order = matching::in_order(self.policies.values());
        let terms = self.policies.values().map(|policy| (policy.id.clone(), PolicyTerms::of(policy, &self.calendars)));
        self.terms = terms.collect();
    }

    /// Finds out which team takes what comes without one, and counts who works on how much, where a team asks for it.
    pub(super) fn arrange_teams(&mut self) {
        let takes_others = |team: &&Arc<Team>| team.terms.takes_unassigned;
        let team_of_others = self.teams().find(takes_others).map(|team| team.id.clone());
        self.team_of_others = team_of_others;
        let is_asked = self.teams().any(|team| team.terms.assignment == Assignment::LeastOpen);
        if !is_asked {
            self.loads = None;
        } else if self.loads.is_none() {
            let mut loads = OrdMap::new();
            for ticket in self.tickets().filter(|ticket| ticket.is_live()) {
                if let Some(worker) = &ticket.assignee_id {
                    add_load(&mut loads, worker, 1);
                }
            }
            self.loads = Some(loads);
        }
    }

    fn take_turn(&mut self, assigned: &Assigned) {
        let Some(team) = self.teams.get_mut(&assigned.team) else { return };
        let terms = team.terms.after_turn_of(&assigned.to);
        *team = Arc::new(Team { terms, ..Team::clone(team) });
    }

    fn follow_calendar(&mut self, id: &BusinessCalendarId) {
        let naming = self.policies.values().filter(|policy| policy.terms.draft().calendar_id == *id);
        let terms: Vec<_> =
            naming.map(|policy| (policy.id.clone(), PolicyTerms::of(policy, &self.calendars))).collect();
        self.terms.extend(terms);
    }
}
