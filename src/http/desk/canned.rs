//! Canned responses: what agents answer often. Everybody of the staff side uses them; supervisors and admins write them.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::desk::Act;
use crate::domain::ids::CannedResponseId;
use crate::http::asked::{Asked, in_path};
use crate::http::body::LargeBody;
use crate::http::caller::{CONFIGURATION, STAFF_SIDE};
use crate::http::edge::Edge;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::desk::canned::{parse_canned, parse_canned_changes};
use crate::http::responses::DeletedView;
use crate::http::responses::desk::configuration::{CannedBody, ConfiguredView};
use crate::http::version::{Expected, shown};
use crate::identity;

/// Lists the canned responses of the org, by id.
#[utoipa::path(get, path = "/crm/tickets/canned-responses", tag = "tickets",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("category" = Option<String>, Query, description = "Only those sorted under this word."),
        ("active" = Option<bool>, Query, description = "Only those that are offered, or only those that are not."),
    ),
    responses((status = 200, body = Page<CannedBody>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let (active, category) = (query.choice("active")?, query.get("category"));
    let desk = edge.desk(&clerk.org)?;
    let mut rows: Vec<_> = desk.state.canned_responses().collect();
    rows.retain(|row| active.is_none_or(|active| row.terms.active == active));
    rows.retain(|row| category.is_none_or(|category| row.terms.category.as_deref() == Some(category)));
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| ConfiguredView::new(row)).respond())
}

/// Shows one canned response.
#[utoipa::path(get, path = "/crm/tickets/canned-responses/get/{id}", tag = "tickets",
    params(("id" = String, Path, description = "The canned response.")),
    responses((status = 200, body = CannedBody,
        headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`.")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let (id, desk) = (in_address(&request)?, edge.desk(&clerk.org)?);
    let canned = desk.state.canned(&id).ok_or_else(|| Problem::of(Code::CannedResponseNotFound))?;
    Ok(shown(&request, canned.version, ConfiguredView::new(canned)))
}

/// Makes a canned response.
///
/// Its body may name `{{ ticket.number }}`, `{{ ticket.subject }}`, `{{ ticket.status }}`, `{{ ticket.priority }}`,
/// `{{ contact.name }}`, `{{ contact.email }}` and `{{ agent.id }}`; one that names anything else is refused.
#[utoipa::path(post, path = "/crm/tickets/canned-responses/create", tag = "tickets", request_body = CannedBody,
    responses(
        (status = 201, body = CannedBody),
        (status = 409, description = "`already_exists`: the id is taken. `too_many`: there is no room for more."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, CONFIGURATION).await?;
    let make_id = || CannedResponseId::from_uuid(identity::new_uuid());
    let (id, terms) = parse_canned(asked.body.read()?, make_id)?;
    asked.configure_desk(Act::CreateCanned { id, terms: Box::new(terms) }).await
}

/// Changes a canned response: what is left out stays, null clears.
#[utoipa::path(post, path = "/crm/tickets/canned-responses/update", tag = "tickets", request_body = CannedBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = CannedBody),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, CONFIGURATION).await?;
    let (id, patch) = parse_canned_changes(asked.body.read()?)?;
    let current = edge.desk(&asked.clerk.org)?.state.canned(&id).map(|canned| canned.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_desk(Act::UpdateCanned { id, patch, expected_version }).await
}

/// Deletes a canned response; what was sent with it stays.
#[utoipa::path(delete, path = "/crm/tickets/canned-responses/delete/{id}", tag = "tickets",
    params(
        ("id" = String, Path, description = "The canned response."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses((status = 200, body = DeletedView)), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, CONFIGURATION).await?;
    let id = in_address(&request)?;
    let current = edge.desk(&asked.clerk.org)?.state.canned(&id).map(|canned| canned.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_desk(Act::DeleteCanned { id, expected_version }).await
}

fn in_address(request: &HttpRequest) -> Result<CannedResponseId, Problem> {
    in_path(request, "id", CannedResponseId::parse, Code::CannedResponseNotFound)
}
