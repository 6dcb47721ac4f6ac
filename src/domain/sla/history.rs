//! The history of a ticket as far as its clocks care. It is the truth: clocks can be built from it alone.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::clocks::{Clocks, Occurrence};
use super::firing::Firing;
use super::terms::Terms;
use crate::domain::ticket_status::TicketStatus;

/// One thing that happened to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It was created; the first of them all.
    Created {
        /// With which status.
        status: TicketStatus,
    },
    /// Something that drives its clocks.
    Occurred(Occurrence),
    /// Other terms: its priority, its policy or the policy's calendar changed.
    TermsChanged,
}

/// One thing that happened to a ticket, and what held for it from then on.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub what: Happening,
    /// The terms that hold from then on. They differ from those before only where they are what changed.
    pub terms: Arc<Terms>,
}

/// The clocks that a history leads to, everything fired that was due by its last entry or by `now`; none where it does not
/// begin with the creation.
#[must_use]
pub fn rebuild(history: &[HistoryEntry], now: DateTime<Utc>) -> Option<(Clocks, Vec<Firing>)> {
    let (first, rest) = history.split_first()?;
    let Happening::Created { status } = first.what else { return None };
    let mut clocks = Clocks::started(first.at, status, &first.terms);
    let mut firings = Vec::new();
    let mut terms = &first.terms;
    for entry in rest {
        firings.extend(step(&mut clocks, entry, terms));
        terms = &entry.terms;
    }
    firings.extend(clocks.settle(now, terms));
    firings.sort_by_key(Firing::order);
    Some((clocks, firings))
}

/// Lets one entry happen; `before` are the terms that held until then.
pub(super) fn step(clocks: &mut Clocks, entry: &HistoryEntry, before: &Terms) -> Vec<Firing> {
    match entry.what {
        Happening::Created { .. } => Vec::new(),
        Happening::Occurred(occurrence) => clocks.occur(entry.at, occurrence, before),
        Happening::TermsChanged => clocks.change_terms(entry.at, before, &entry.terms),
    }
}
