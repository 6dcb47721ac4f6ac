//! What must hold of every state, whatever happened: tests of all layers ask it of live and of rebuilt states.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::canned::CannedResponse;
use super::event::{OrgCalendar, Policy};
use super::following::FOLLOWERS_MAX;
use super::state::DeskState;
use super::team::Team;
use super::ticket::{TAGS_MAX, Ticket};
use crate::domain::ticket_status::TicketStatus;

/// Checks that indices agree with the rows, and that each ticket agrees with itself and with the policies.
///
/// # Errors
/// The first thing that does not hold, in words.
pub fn check_invariants(state: &DeskState) -> Result<(), String> {
    let mut rebuilt = DeskState::restored(
        state.tickets().cloned(),
        state.next_number,
        state.policies.values().map(|one| Policy::clone(one)),
        state.calendars.values().map(|one| OrgCalendar::clone(one)),
        state.canned.values().map(|one| CannedResponse::clone(one)),
        state.teams.values().map(|one| Team::clone(one)),
    );
    rebuilt.acknowledged = state.acknowledged.clone();
    rebuilt.received = state.received.clone();
    rebuilt.last_comments = state.last_comments.clone();
    require(rebuilt == *state, || "the rows of the state rebuild another one".to_owned())?;
    state.teams.values().try_for_each(|team| check_team(team))?;
    let takers = state.teams().filter(|team| team.terms.takes_unassigned).count();
    require(takers <= 1, || "several teams take what comes without a team".to_owned())?;
    for ticket in state.tickets() {
        check_ticket(state, ticket).map_err(|what| format!("{}: {what}", ticket.number))?;
    }
    Ok(())
}

fn check_team(team: &Team) -> Result<(), String> {
    let is_member = |id: &Arc<str>| team.terms.member(id).is_some();
    let what = || format!("{}: who had the last turn is no member", team.id);
    require(team.terms.last_turn.as_ref().is_none_or(is_member), what)
}

fn check_ticket(state: &DeskState, ticket: &Ticket) -> Result<(), String> {
    require(ticket.number < state.next_number, || "its number is to be given again".to_owned())?;
    require(ticket.tags.len() <= TAGS_MAX, || "it has too many tags".to_owned())?;
    require(ticket.version > 0, || "it has no version".to_owned())?;
    let is_merged = ticket.merged_into.is_some();
    require(!is_merged || ticket.status == TicketStatus::Closed, || "it was merged and is not closed".to_owned())?;
    check_followers(ticket)?;
    let has_ended = ticket.status == TicketStatus::Closed || ticket.deleted_at.is_some();
    require(ticket.clocks.has_ended() == has_ended, || "its clocks do not stand as it does".to_owned())?;
    let policy = state.matching_policy(ticket).map(|policy| &policy.id);
    require(has_ended || policy == ticket.policy_id.as_ref(), || "another policy is for it".to_owned())
}

fn check_followers(ticket: &Ticket) -> Result<(), String> {
    let ways: Vec<_> = ticket.followers.iter().map(|follower| &follower.ticket).collect();
    require(ways.len() <= FOLLOWERS_MAX, || "too many follow it".to_owned())?;
    let distinct: BTreeSet<_> = ways.iter().collect();
    require(distinct.len() == ways.len(), || "somebody follows it twice by one way".to_owned())?;
    let its_own = ticket.followers.person(&ticket.requester.contact_id);
    require(its_own.is_none(), || "somebody follows their own ticket".to_owned())
}

fn require(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
