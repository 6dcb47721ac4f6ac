//! What every decision looks at: the state, who asks, what history and the org's people are, and when.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::desk::command::{Agents, Command};
use crate::domain::desk::rejection::Rejection;
use crate::domain::desk::state::DeskState;
use crate::domain::desk::ticket::{Ticket, TicketKey};
use crate::domain::ids::TicketId;
use crate::domain::party::Party;
use crate::domain::ticket_status::TicketStatus;

/// Most tickets that a message follows, each merged into the next.
pub const MERGES_FOLLOWED_MAX: usize = 64;

/// A question to the rules.
#[derive(Clone, Copy)]
pub(in crate::domain::desk) struct Asked<'a> {
    /// What is so.
    pub state: &'a DeskState,
    /// Who asks.
    pub by: &'a Party,
    /// Tickets that memory may have forgotten.
    pub past: &'a [Arc<Ticket>],
    /// Who can be given work, and told of it.
    pub agents: &'a Agents,
    /// When.
    pub now: DateTime<Utc>,
}

impl<'a> Asked<'a> {
    /// What a command asks.
    pub fn of(state: &'a DeskState, command: &'a Command, now: DateTime<Utc>) -> Self {
        Self { state, by: &command.by, past: &command.past, agents: &command.agents, now }
    }

    /// Whether the business asks: a member of staff, or a follow-up of what one did.
    pub fn is_staff(&self) -> bool {
        self.by.is_staff()
    }

    /// Refuses anybody but staff.
    pub fn staff_only(&self) -> Result<(), Rejection> {
        if self.is_staff() { Ok(()) } else { Err(Rejection::StaffOnly) }
    }

    /// Who asks, for the record; customers and time are nobody.
    pub fn subject(&self) -> Option<String> {
        self.by.subject().filter(|_| self.is_staff()).map(str::to_owned)
    }

    /// A ticket as it is: deleted, merged or whatever.
    pub fn known(&self, key: &TicketKey) -> Option<&'a Arc<Ticket>> {
        let past = || self.history().find(|past| past.is_named(key));
        self.state.ticket(key).or_else(past)
    }

    /// As [`Self::known`], by id.
    pub fn known_by_id(&self, id: &TicketId) -> Option<&'a Arc<Ticket>> {
        self.state.ticket_by_id(id).or_else(|| self.history().find(|past| past.id == *id))
    }

    /// Those from history count only when memory may have forgotten them: else they have changed since they were read.
    fn history(&self) -> impl Iterator<Item = &'a Arc<Ticket>> {
        let (state, now) = (self.state, self.now);
        let is_forgotten =
            move |past: &&Arc<Ticket>| !DeskState::is_remembered(past, now) && state.ticket_by_id(&past.id).is_none();
        self.past.iter().filter(is_forgotten)
    }

    /// A ticket that is not deleted.
    pub fn ticket(&self, key: &TicketKey) -> Result<&'a Arc<Ticket>, Rejection> {
        self.known(key).filter(|ticket| ticket.deleted_at.is_none()).ok_or(Rejection::TicketNotFound)
    }

    /// A ticket that is neither deleted nor merged, at the version that the caller knows; for staff.
    pub fn for_staff(&self, key: &TicketKey, expected: Option<u64>) -> Result<&'a Arc<Ticket>, Rejection> {
        self.staff_only()?;
        let ticket = self.ticket(key)?;
        expect_version(ticket.version, expected)?;
        self.not_merged(ticket)?;
        Ok(ticket)
    }

    /// As [`Self::for_staff`], and not closed either.
    pub fn open_for_staff(&self, key: &TicketKey) -> Result<&'a Arc<Ticket>, Rejection> {
        let ticket = self.for_staff(key, None)?;
        if ticket.status == TicketStatus::Closed { Err(wrong_state(ticket)) } else { Ok(ticket) }
    }

    /// Refuses one that went into another, and says into which.
    pub fn not_merged(&self, ticket: &Ticket) -> Result<(), Rejection> {
        let Some(into) = &ticket.merged_into else { return Ok(()) };
        let number = self.known_by_id(into).map(|other| other.number.to_string());
        Err(Rejection::Merged { into: number.unwrap_or_else(|| into.to_string()) })
    }

    /// The ticket in which the conversation of `ticket` goes on: itself, or the one that it was merged into in the end. It does not
    /// go on through one that was deleted: it ends with the one before.
    pub fn in_the_end(&self, ticket: &'a Arc<Ticket>) -> Result<&'a Arc<Ticket>, Rejection> {
        let mut at = ticket;
        for _ in 0..MERGES_FOLLOWED_MAX {
            let Some(into) = &at.merged_into else { return Ok(at) };
            let next = self.known_by_id(into).ok_or_else(|| Rejection::Merged { into: into.to_string() })?;
            if next.deleted_at.is_some() {
                return Ok(at);
            }
            at = next;
        }
        self.not_merged(at)?;
        Ok(at)
    }
}

/// Holds a version to the one that the caller knows.
pub(super) fn expect_version(actual: u64, expected: Option<u64>) -> Result<(), Rejection> {
    match expected {
        Some(expected) if expected != actual => Err(Rejection::VersionMismatch { actual }),
        Some(_) | None => Ok(()),
    }
}

/// The refusal of an act that does not fit the status of the ticket.
pub(super) fn wrong_state(ticket: &Ticket) -> Rejection {
    Rejection::WrongState { state: ticket.status.word().to_owned() }
}
