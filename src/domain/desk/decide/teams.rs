//! Teams: made, changed, deleted. What was assigned by their rules stays as it is.

use std::sync::Arc;

use super::asked::{Asked, expect_version};
use super::defining::{has_room, is_free};
use crate::domain::calendar::Edit;
use crate::domain::desk::configured::Configured;
use crate::domain::desk::event::Event;
use crate::domain::desk::rejection::Rejection;
use crate::domain::desk::team::{Team, TeamChanges, TeamTerms};
use crate::domain::ids::TeamId;
use crate::domain::invalid::Invalid;

/// Most teams of one org.
pub const TEAMS_MAX: usize = 200;

pub(super) fn create(asked: Asked<'_>, id: &TeamId, terms: &TeamTerms) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let state = asked.state;
    is_free(id.as_str(), state.teams.contains_key(id))?;
    has_room(state.teams().count(), TEAMS_MAX, state.teams.len())?;
    let terms = TeamTerms::new(&terms.name, terms.assignment, &terms.members, terms.takes_unassigned)?;
    only_one_takes_others(asked, id, &terms)?;
    Ok(vec![changed(asked, Edit::Created, Configured::new(id.clone(), terms, asked.now))])
}

pub(super) fn update(
    asked: Asked<'_>,
    id: &TeamId,
    changes: &TeamChanges,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let team = team_of(asked, id, expected_version)?;
    let terms = changes.apply_to(&team.terms)?;
    if terms == team.terms {
        return Ok(Vec::new());
    }
    only_one_takes_others(asked, id, &terms)?;
    Ok(vec![changed(asked, Edit::Updated, team.changed(terms, asked.now))])
}

pub(super) fn delete(asked: Asked<'_>, id: &TeamId, expected_version: Option<u64>) -> Result<Vec<Event>, Rejection> {
    let team = team_of(asked, id, expected_version)?;
    Ok(vec![changed(asked, Edit::Deleted, team.deleted(asked.now))])
}

fn team_of<'a>(asked: Asked<'a>, id: &TeamId, expected: Option<u64>) -> Result<&'a Team, Rejection> {
    asked.staff_only()?;
    let team = asked.state.team(id).ok_or(Rejection::TeamNotFound)?;
    expect_version(team.version, expected)?;
    Ok(team)
}

fn only_one_takes_others(asked: Asked<'_>, id: &TeamId, terms: &TeamTerms) -> Result<(), Invalid> {
    match &asked.state.team_of_others {
        Some(other) if terms.takes_unassigned && other != id => {
            Err(Invalid::new("takesUnassigned", format!("is so of the team {other} already; at most one can be that")))
        }
        Some(_) | None => Ok(()),
    }
}

fn changed(asked: Asked<'_>, edit: Edit, team: Team) -> Event {
    Event::TeamChanged { edit, team: Arc::new(team), by: asked.subject() }
}
