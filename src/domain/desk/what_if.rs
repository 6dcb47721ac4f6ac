//! How the clocks of a ticket would stand if something else held for it: asked, not done.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::rejection::Rejection;
use super::state::DeskState;
use super::ticket::Ticket;
use crate::domain::ids::{BusinessCalendarId, PolicyId};
use crate::domain::sla::{Clocks, HistoryEntry, Terms, rebuild};
use crate::domain::ticket_priority::TicketPriority;

/// What else might hold. What is left out is as it would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhatIf {
    /// Another priority; the policy is matched anew then.
    pub priority: Option<TicketPriority>,
    /// This policy, whether it matches or not.
    pub policy_id: Option<PolicyId>,
    /// This calendar in place of the policy's.
    pub calendar_id: Option<BusinessCalendarId>,
}

/// How the clocks would stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Supposed {
    /// The clocks, from that moment on under the other terms.
    pub clocks: Clocks,
    /// These terms.
    pub terms: Arc<Terms>,
    /// The policy that they are of.
    pub policy_id: Option<PolicyId>,
    /// The calendar that they are of.
    pub calendar_id: Option<BusinessCalendarId>,
}

/// How the clocks of a ticket stood at a moment, under which terms.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The clocks.
    pub clocks: Clocks,
    /// These terms.
    pub terms: Arc<Terms>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Reading {
    /// As they stand at `now`.
    #[must_use]
    pub fn of(state: &DeskState, ticket: &Ticket, now: DateTime<Utc>) -> Self {
        Self { clocks: ticket.clocks.clone(), terms: Arc::clone(state.terms_of(ticket)), at: now }
    }

    /// As they stood at `at`, by their history; `None`: they were not there yet.
    #[must_use]
    pub fn in_history(history: &[HistoryEntry], at: DateTime<Utc>) -> Option<Self> {
        let until = history.partition_point(|entry| entry.at <= at);
        let known = &history[..until];
        let (clocks, _) = rebuild(known, at)?;
        Some(Self { clocks, terms: Arc::clone(&known.last()?.terms), at })
    }
}

/// How the clocks of a ticket would stand if these terms held from a moment on: elapsed time and pauses stay.
///
/// # Errors
/// There is no such policy or calendar.
pub fn suppose(state: &DeskState, ticket: &Ticket, reading: Reading, what_if: &WhatIf) -> Result<Supposed, Rejection> {
    let priority = what_if.priority.unwrap_or(ticket.priority);
    let other = Ticket { priority, ..ticket.clone() };
    let policy = match &what_if.policy_id {
        Some(id) => Some(state.policy(id).ok_or(Rejection::PolicyNotFound)?),
        None => state.matching_policy(&other),
    };
    let calendar_id =
        what_if.calendar_id.clone().or_else(|| policy.map(|policy| policy.terms.draft().calendar_id.clone()));
    let calendar = match &calendar_id {
        Some(id) => Some(state.calendar(id).ok_or(Rejection::CalendarNotFound)?),
        None => None,
    };
    let terms = match (policy, calendar) {
        (Some(policy), Some(calendar)) => policy.terms.terms(priority, Arc::clone(&calendar.terms.hours)),
        (None, _) | (_, None) => Terms::none(),
    };
    let mut clocks = reading.clocks;
    clocks.change_terms(reading.at, &reading.terms, &terms);
    let policy_id = policy.map(|policy| policy.id.clone());
    Ok(Supposed { clocks, terms: Arc::new(terms), calendar_id: calendar_id.filter(|_| policy_id.is_some()), policy_id })
}
