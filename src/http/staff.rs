//! Members of staff whose time can be booked: a matter of admins.

use actix_web::{HttpRequest, HttpResponse, web};

use super::asked::{Asked, in_path};
use super::body::RawBody;
use super::caller::ADMINS;
use super::definition::defaults;
use super::edge::Edge;
use super::page::{Page, PageRequest};
use super::problem::{Code, Problem};
use super::query::Query;
use super::requests::calendar::staff::{StaffBody, parse_changes, parse_draft};
use super::responses::DeletedView;
use super::responses::calendar::staff::StaffView;
use super::version::{Expected, shown};
use crate::domain::calendar::Act;
use crate::domain::ids::StaffId;
use crate::identity;

/// Lists the members of staff of the org, by id.
#[utoipa::path(get, path = "/crm/staff/get", tag = "staff",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("active" = Option<bool>, Query, description = "Only those who can be booked, or only those who cannot."),
        ("name" = Option<String>, Query, description = "Only those whose name holds this text."),
    ),
    responses((status = 200, body = Page<StaffView<'static>>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, ADMINS).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let (active, is_named) = (query.choice("active")?, query.search("name"));
    let calendar = edge.calendar(&clerk.org)?;
    let mut rows: Vec<_> = calendar.state.staff().collect();
    rows.retain(|staff| active.is_none_or(|active| staff.terms.active == active));
    rows.retain(|staff| is_named(&staff.terms.name));
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| StaffView::new(row)).respond())
}

/// Shows one member of staff.
#[utoipa::path(get, path = "/crm/staff/get/{id}", tag = "staff",
    params(("id" = String, Path, description = "The member of staff.")),
    responses((status = 200, body = StaffView<'static>,
        headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`.")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, ADMINS).await?;
    let (id, calendar) = (in_address(&request)?, edge.calendar(&clerk.org)?);
    let staff = calendar.state.staff_member(&id).ok_or_else(|| Problem::of(Code::StaffNotFound))?;
    Ok(shown(&request, staff.version, StaffView::new(staff)))
}

/// Makes a member of staff.
#[utoipa::path(post, path = "/crm/staff/create", tag = "staff", request_body = StaffBody,
    responses(
        (status = 201, body = StaffView<'static>),
        (status = 409, description = "`already_exists`: the id is taken. `too_many`: there is no room for more."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, ADMINS).await?;
    let defaults = defaults(&edge, &asked.clerk.org).await?;
    let make_id = || StaffId::from_uuid(identity::new_uuid());
    let draft = parse_draft(&asked.body.read()?, &defaults, make_id)?;
    asked.configure_calendar(Act::CreateStaff { draft: Box::new(draft) }).await
}

/// Changes a member of staff: what is left out stays, null puts the default back. Lists are replaced as a whole.
#[utoipa::path(post, path = "/crm/staff/update", tag = "staff", request_body = StaffBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = StaffView<'static>),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, ADMINS).await?;
    let defaults = defaults(&edge, &asked.clerk.org).await?;
    let (id, changes) = parse_changes(&asked.body.read()?, &defaults)?;
    let current = edge.calendar(&asked.clerk.org)?.state.staff_member(&id).map(|staff| staff.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_calendar(Act::UpdateStaff { id, changes: Box::new(changes), expected_version }).await
}

/// Deletes a member of staff; what is booked with them stays as it is.
#[utoipa::path(delete, path = "/crm/staff/delete/{id}", tag = "staff",
    params(
        ("id" = String, Path, description = "The member of staff."),
        ("If-Match" = Option<String>, Header, description = "Only if they still have this version."),
    ),
    responses(
        (status = 200, body = DeletedView),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, ADMINS).await?;
    let id = in_address(&request)?;
    let current = edge.calendar(&asked.clerk.org)?.state.staff_member(&id).map(|staff| staff.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_calendar(Act::DeleteStaff { id, expected_version }).await
}

fn in_address(request: &HttpRequest) -> Result<StaffId, Problem> {
    in_path(request, "id", StaffId::parse, Code::StaffNotFound)
}
