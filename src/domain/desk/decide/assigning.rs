//! Who gets a ticket by the rule of its team. Where there is no such team, or nobody who could, it stays with who has it.

use super::asked::Asked;
use crate::domain::desk::team::{Assigned, Team, TeamMember};
use crate::domain::desk::ticket::Ticket;
use crate::domain::ids::StaffId;

/// Who gets a ticket that is opened. Who had the one that it follows keeps it, unless the team says that they are not there.
pub(super) fn at_opening(asked: Asked<'_>, ticket: &Ticket) -> Option<Assigned> {
    let team = asked.state.team_with_rule(ticket.team.as_deref()?)?;
    let member = ticket.assignee_id.as_deref().map(|assignee| team.terms.member(assignee));
    match member {
        Some(None) => None,
        Some(Some(member)) if can_take(asked, member) => None,
        Some(Some(_)) | None => next_of(asked, team),
    }
}

/// Who gets a ticket that comes to another team. A member of that who has it keeps it.
pub(super) fn at_team_change(asked: Asked<'_>, ticket: &Ticket) -> Option<Assigned> {
    let team = asked.state.team_with_rule(ticket.team.as_deref()?)?;
    let member = ticket.assignee_id.as_deref().and_then(|assignee| team.terms.member(assignee));
    let stays = member.is_some_and(|member| can_take(asked, member));
    if stays { None } else { next_of(asked, team) }
}

fn next_of(asked: Asked<'_>, team: &Team) -> Option<Assigned> {
    let to = team.terms.next(|member| is_at_work(asked, member), |worker| asked.state.load_of(worker))?;
    Some(Assigned { team: team.id.clone(), rule: team.terms.assignment, to: to.clone() })
}

fn can_take(asked: Asked<'_>, member: &TeamMember) -> bool {
    member.active && is_at_work(asked, member)
}

/// Whether a member of staff works at present; of others only the team knows.
fn is_at_work(asked: Asked<'_>, member: &TeamMember) -> bool {
    let agent = StaffId::parse(&member.id).ok().and_then(|id| asked.agents.get(&id));
    agent.is_none_or(|agent| agent.active)
}
