//! Teams as admins write them: whole for a new one, in parts for a change.

use serde::Deserialize;
use utoipa::ToSchema;

use super::word;
use crate::domain::desk::{
    Assignment, TEAM_MEMBERS_MAX, TEAM_NAME_MAX_CHARACTERS, TeamChanges, TeamMember, TeamTerms, WORKER_MAX_CHARACTERS,
};
use crate::domain::ids::TeamId;
use crate::domain::invalid::Invalid;
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::{Errors, Field};

/// A team to be made, or what shall be different about one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "repair", "name": "Repair", "assignment": "round-robin", "takesUnassigned": true,
    "members": [{"id": "mia"}, {"id": "ben", "active": false}]
}))]
pub struct TeamBody {
    /// Its id: tickets are its own when their `team` is this. Needed for an update; for a new one it is made when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
    /// What it is called; 1 to 120 characters.
    #[serde(default)]
    #[schema(value_type = String, required)]
    name: Field,
    /// Who gets what comes to it and nobody works on: `off`: nobody. `round-robin`: one active member after the other, in the order
    /// of the list. `least-open`: the active member who has the fewest tickets that are open, in progress or pending, those of
    /// other teams included; among equals one after the other.
    #[serde(default)]
    #[schema(value_type = String, default = "off")]
    assignment: Field,
    /// Who shares its tickets, in the order of their turns, nobody twice; at most 100. A change replaces the whole list, and
    /// who would have been next stays so.
    #[serde(default)]
    #[schema(value_type = Vec<TeamMemberBody>)]
    members: Field,
    /// Whether tickets that come without a team are its own; at most one team of an org can be that.
    #[serde(default)]
    #[schema(value_type = bool, default = false)]
    takes_unassigned: Field,
}

/// One of a team.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TeamMember)]
pub struct TeamMemberBody {
    /// Who, as `assigneeId` of tickets names them; 1 to 64 characters.
    #[serde(default)]
    #[schema(value_type = String, required)]
    id: Field,
    /// Whether they take tickets at present. A member of staff (by that id) who does not work at present, or was deleted, takes none
    /// either.
    #[serde(default)]
    #[schema(value_type = bool, default = true)]
    active: Field,
}

/// Reads a new team.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_team(body: &TeamBody, make_id: impl FnOnce() -> TeamId) -> Result<(TeamId, TeamTerms), Problem> {
    let mut errors = Errors::default();
    let id = errors.optional(slug(&body.id, "id", TeamId::parse));
    let name = errors.required("name", name(&body.name));
    let assignment = errors.optional(assignment(&body.assignment)).unwrap_or_default();
    let members = members(&body.members, &mut errors);
    let takes_unassigned = errors.optional(body.takes_unassigned.flag("takesUnassigned")).unwrap_or(false);
    let terms = name.zip(members);
    let terms = terms.and_then(|(name, of)| errors.keep(TeamTerms::new(&name, assignment, &of, takes_unassigned)));
    errors.finish(terms.map(|terms| (id.unwrap_or_else(make_id), terms)))
}

/// Reads what is different about a team: the list of members is replaced as a whole, null puts the default back.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_team_changes(body: &TeamBody) -> Result<(TeamId, TeamChanges), Problem> {
    let mut errors = Errors::default();
    let id = errors.required("id", slug(&body.id, "id", TeamId::parse));
    let flag = |field: &Field| field.flag("takesUnassigned");
    let changes = TeamChanges {
        name: errors.optional(body.name.not_null("name").and_then(name)),
        assignment: errors.optional(body.assignment.or_default(Assignment::default, assignment)),
        members: if body.members.is_sent() { members(&body.members, &mut errors) } else { None },
        takes_unassigned: errors.optional(body.takes_unassigned.or_default(|| false, flag)),
    };
    errors.finish(id.map(|id| (id, changes)))
}

fn name(field: &Field) -> Result<Option<String>, Invalid> {
    field.words("name", 1, TEAM_NAME_MAX_CHARACTERS)
}

fn assignment(field: &Field) -> Result<Option<Assignment>, Invalid> {
    word(field, "assignment", Assignment::parse)
}

/// The members, all of whom are right.
fn members(field: &Field, errors: &mut Errors) -> Option<Vec<TeamMember>> {
    let listed = errors.keep(field.list("members", TEAM_MEMBERS_MAX))?.unwrap_or_default();
    let read: Vec<_> = listed.iter().map(|(path, item)| member(path, item, errors)).collect();
    read.into_iter().collect()
}

fn member(path: &str, item: &Field, errors: &mut Errors) -> Option<TeamMember> {
    let body: TeamMemberBody = errors.required(path, item.object(path))?;
    let id_path = format!("{path}.id");
    let id = errors.required(&id_path, body.id.words(&id_path, 1, WORKER_MAX_CHARACTERS));
    let active = errors.keep(body.active.flag(&format!("{path}.active")))?.unwrap_or(true);
    id.map(|id| TeamMember { id: id.into(), active })
}
