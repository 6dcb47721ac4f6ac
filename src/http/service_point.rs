//! Service points: shown to all who work here, configured by supervisors and admins.

use actix_web::{HttpRequest, HttpResponse, web};

use super::asked::{Asked, point_in_path};
use super::body::RawBody;
use super::caller::{CONFIGURATION, STAFF_SIDE};
use super::edge::Edge;
use super::idempotency;
use super::page::{Page, PageRequest};
use super::problem::{Code, Problem};
use super::query::Query;
use super::requests::service_point::{ServicePointBody, parse_changes, parse_draft};
use super::responses::DeletedView;
use super::responses::service_point::ServicePointView;
use super::version::{Expected, shown};
use crate::domain::ids::{OrgId, PointId};
use crate::domain::queue::Act;

/// Lists the service points of the org, by id.
#[utoipa::path(get, path = "/crm/reservations/service-point/get", tag = "service points",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("status" = Option<String>, Query, description = "Only those that are `open`, `paused` or `closed` now."),
        ("name" = Option<String>, Query, description = "Only those whose name holds this text."),
    ),
    responses((status = 200, body = Page<ServicePointView<'static>>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let (now, is_named) = (edge.now(), query.search("name"));
    let mut points: Vec<_> =
        edge.directory.published_of(&clerk.org).iter().filter_map(|at| at.state.point().cloned()).collect();
    points.retain(|point| is_named(&point.name));
    points.retain(|point| query.get("status").is_none_or(|status| point.admittance(now).word() == status));
    points.sort_by(|one, other| one.id.cmp(&other.id));
    let rows = points.iter().collect();
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| ServicePointView::new(row, now)).respond())
}

/// Shows one service point.
#[utoipa::path(get, path = "/crm/reservations/service-point/get/{id}", tag = "service points",
    params(("id" = String, Path, description = "The service point.")),
    responses((status = 200, body = ServicePointView<'static>,
        headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`.")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let point = point_in_path(&request)?;
    let missing = || Problem::of(Code::ServicePointNotFound);
    let published = edge.directory.published(&clerk.org, &point).ok_or_else(missing)?;
    let point = published.state.point().ok_or_else(missing)?;
    Ok(shown(&request, point.version, ServicePointView::new(point, edge.now())))
}

/// Makes a service point.
#[utoipa::path(post, path = "/crm/reservations/service-point/create", tag = "service points",
    request_body = ServicePointBody,
    responses(
        (status = 201, body = ServicePointView<'static>),
        (status = 409, description = "`already_exists`: the id is taken."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, CONFIGURATION).await?;
    let org = &asked.clerk.org;
    let make_id = || PointId::from_uuid(idempotency::point_id(org, asked.key.as_ref()));
    let draft = parse_draft(&asked.body.read()?, asked.clerk.timezone, make_id)?;
    asked.of_point(draft.id.clone(), Act::Create { draft: Box::new(draft) }).await
}

/// Changes a service point: what is left out stays, null clears `hours` and `location`.
#[utoipa::path(post, path = "/crm/reservations/service-point/update", tag = "service points",
    request_body = ServicePointBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = ServicePointView<'static>),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, CONFIGURATION).await?;
    let (point, changes) = parse_changes(&asked.body.read()?)?;
    let expected_version = Expected::of(&request, version(&edge, &asked.clerk.org, &point))?;
    asked.of_point(point, Act::Update { changes: Box::new(changes), expected_version }).await
}

/// Deletes a service point; who is in its line is taken out. Its history stays.
#[utoipa::path(delete, path = "/crm/reservations/service-point/delete/{id}", tag = "service points",
    params(
        ("id" = String, Path, description = "The service point."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses(
        (status = 200, body = DeletedView),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, CONFIGURATION).await?;
    let point = point_in_path(&request)?;
    let expected_version = Expected::of(&request, version(&edge, &asked.clerk.org, &point))?;
    asked.of_point(point, Act::Delete { expected_version }).await
}

fn version(edge: &Edge, org: &OrgId, point: &PointId) -> Option<u64> {
    edge.directory.published(org, point)?.state.point().map(|point| point.version)
}
