//! Teams: who shares the tickets that come to them, and how. Everybody of the staff side sees them; admins write them.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::desk::Act;
use crate::domain::ids::TeamId;
use crate::http::asked::{Asked, in_path};
use crate::http::body::LargeBody;
use crate::http::caller::{ADMINS, STAFF_SIDE};
use crate::http::edge::Edge;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::desk::team::{TeamBody, parse_team, parse_team_changes};
use crate::http::responses::DeletedView;
use crate::http::responses::desk::configuration::TeamView;
use crate::http::version::{Expected, shown};
use crate::identity;

/// Lists the teams of the org, by id.
#[utoipa::path(get, path = "/crm/tickets/teams/get", tag = "tickets",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("name" = Option<String>, Query, description = "Only those whose name holds this text."),
    ),
    responses((status = 200, body = Page<TeamView<'static>>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let is_named = query.search("name");
    let desk = edge.desk(&clerk.org)?;
    let mut rows: Vec<_> = desk.state.teams().collect();
    rows.retain(|row| is_named(&row.terms.name));
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| TeamView::new(row)).respond())
}

/// Shows one team.
#[utoipa::path(get, path = "/crm/tickets/teams/get/{id}", tag = "tickets",
    params(("id" = String, Path, description = "The team.")),
    responses((status = 200, body = TeamView<'static>,
        headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`.")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let (id, desk) = (in_address(&request)?, edge.desk(&clerk.org)?);
    let team = desk.state.team(&id).ok_or_else(|| Problem::of(Code::TeamNotFound))?;
    Ok(shown(&request, team.version, TeamView::new(team)))
}

/// Makes a team.
///
/// A ticket is the team's when its `team` is the team's id. With `assignment` set, a ticket that is opened without an `assigneeId`,
/// however it comes, is given to a member at once; so is one that comes to the team by a change which names no `assigneeId`, unless
/// an active member of the team works on it. An `assigneeId` that is given is never overridden, and a ticket from which somebody
/// was taken off stays without one. With nobody active a ticket stays as it is. The fact on the contact's timeline
/// (`GET /crm/activity/{contactId}`) says of such a ticket in `assigned` which team, which rule and who.
#[utoipa::path(post, path = "/crm/tickets/teams/create", tag = "tickets", request_body = TeamBody,
    responses(
        (status = 201, body = TeamView<'static>),
        (status = 409, description = "`already_exists`: the id is taken. `too_many`: there is no room for more (200 teams)."),
        (status = 422, description = "`invalid`: also where another team takes what comes without a team (`takesUnassigned`)."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, ADMINS).await?;
    let make_id = || TeamId::from_uuid(identity::new_uuid());
    let (id, terms) = parse_team(&asked.body.read()?, make_id)?;
    asked.configure_desk(Act::CreateTeam { id, terms: Box::new(terms) }).await
}

/// Changes a team: what is left out stays, null puts the default back. The list of members is replaced as a whole.
///
/// Tickets that somebody works on stay with them.
#[utoipa::path(post, path = "/crm/tickets/teams/update", tag = "tickets", request_body = TeamBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = TeamView<'static>),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
        (status = 422, description = "`invalid`: also where another team takes what comes without a team (`takesUnassigned`)."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, ADMINS).await?;
    let (id, changes) = parse_team_changes(&asked.body.read()?)?;
    let current = edge.desk(&asked.clerk.org)?.state.team(&id).map(|team| team.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_desk(Act::UpdateTeam { id, changes: Box::new(changes), expected_version }).await
}

/// Deletes a team. Tickets go on naming it; they are given to nobody by a rule any more.
#[utoipa::path(delete, path = "/crm/tickets/teams/delete/{id}", tag = "tickets",
    params(
        ("id" = String, Path, description = "The team."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses((status = 200, body = DeletedView)), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, ADMINS).await?;
    let id = in_address(&request)?;
    let current = edge.desk(&asked.clerk.org)?.state.team(&id).map(|team| team.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_desk(Act::DeleteTeam { id, expected_version }).await
}

fn in_address(request: &HttpRequest) -> Result<TeamId, Problem> {
    in_path(request, "id", TeamId::parse, Code::TeamNotFound)
}
