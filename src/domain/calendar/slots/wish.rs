//! What an inspection looks at, and what for.

use chrono::{DateTime, Utc};

use crate::domain::calendar::busy::{Claim, ClaimId};
use crate::domain::calendar::definition::Definition;
use crate::domain::calendar::points::Points;
use crate::domain::calendar::state::CalendarState;
use crate::domain::ids::StaffId;

/// What is so at a moment.
#[derive(Clone, Copy)]
pub(in crate::domain::calendar) struct View<'a> {
    pub state: &'a CalendarState,
    pub points: &'a Points,
    pub now: DateTime<Utc>,
}

/// What somebody wants.
#[derive(Clone, Copy)]
pub(in crate::domain::calendar) struct Wish<'a> {
    pub definition: &'a Definition,
    /// With whom, where that matters.
    pub staff: Option<&'a StaffId>,
    /// For how many people.
    pub party_size: u32,
    /// Claims that make room for this one: a hold that becomes it, the reservation that moves.
    pub without: &'a [ClaimId],
    /// Who serves already, and is to stay where possible.
    pub keep: &'a [StaffId],
    /// The moment from which the notice counts: of the question, or of the hold that has kept the slot since.
    pub asked_at: DateTime<Utc>,
}

impl<'a> Wish<'a> {
    /// A plain wish for a party.
    pub fn plain(definition: &'a Definition, staff: Option<&'a StaffId>, party_size: u32, now: DateTime<Utc>) -> Self {
        Self { definition, staff, party_size, without: &[], keep: &[], asked_at: now }
    }
}

impl View<'_> {
    /// Whether a claim stands in the way of a wish.
    pub fn counts(&self, wish: &Wish<'_>, claim: &Claim) -> bool {
        claim.counts_at(self.now) && !wish.without.contains(&claim.id)
    }
}
