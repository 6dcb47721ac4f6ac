//! Definitions: shown to all who work here, the active ones to everybody, configured by admins.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::asked::{Asked, in_path};
use super::body::RawBody;
use super::caller::{ADMINS, STAFF_SIDE};
use super::edge::Edge;
use super::page::{Page, PageRequest};
use super::problem::{Code, Problem};
use super::query::Query;
use super::requests::calendar::Defaults;
use super::requests::calendar::definition::{DefinitionBody, named, parse_changes, parse_draft};
use super::responses::DeletedView;
use super::responses::calendar::definition::{BookableView, DefinitionView};
use super::version::{Expected, shown};
use crate::domain::calendar::{Act, CalendarState, Definition};
use crate::domain::ids::{DefinitionId, OrgId};
use crate::identity;

/// Lists the definitions of the org, by id.
#[utoipa::path(get, path = "/crm/reservations/definitions", tag = "reservations",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("active" = Option<bool>, Query, description = "Only those that can be booked, or only those that cannot."),
        ("name" = Option<String>, Query, description = "Only those whose name holds this text."),
        ("staffId" = Option<String>, Query, description = "Only those that this member of staff offers."),
        ("servicePointId" = Option<String>, Query, description = "Only those at this service point."),
    ),
    responses((status = 200, body = Page<DefinitionView<'static>>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let active = query.choice("active")?;
    let calendar = edge.calendar(&clerk.org)?;
    let mut rows = matching(&calendar.state, &query);
    rows.retain(|definition| active.is_none_or(|active| definition.terms.active == active));
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| DefinitionView::new(row)).respond())
}

/// Lists the definitions that can be booked, with what a booking page needs, by id.
#[utoipa::path(get, path = "/crm/reservations/definitions/public", tag = "reservations",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("name" = Option<String>, Query, description = "Only those whose name holds this text."),
        ("staffId" = Option<String>, Query, description = "Only those that this member of staff offers."),
        ("servicePointId" = Option<String>, Query, description = "Only those at this service point."),
    ),
    responses((status = 200, body = Page<BookableView<'static>>)), security((), ("bearer" = [])))]
pub async fn bookable(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let org = edge.caller(&request).await?.org;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let calendar = edge.calendar(&org)?;
    let mut rows = matching(&calendar.state, &query);
    rows.retain(|definition| definition.terms.active);
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| BookableView::new(row, &calendar.state)).respond())
}

/// The definitions that a query is about, by id.
fn matching<'a>(calendar: &'a CalendarState, query: &Query) -> Vec<&'a Arc<Definition>> {
    let is_named = query.search("name");
    let (staff, point) = (query.get("staffId"), query.get("servicePointId"));
    let fits = |definition: &Definition| {
        let terms = &definition.terms;
        is_named(&terms.name)
            && staff.is_none_or(|staff| terms.staff_ids.iter().any(|id| id.as_str() == staff))
            && point.is_none_or(|point| terms.service_point_id.as_ref().is_some_and(|id| id.as_str() == point))
    };
    calendar.definitions().filter(|definition| fits(definition)).collect()
}

/// Shows one definition.
#[utoipa::path(get, path = "/crm/reservations/definitions/get/{id}", tag = "reservations",
    params(("id" = String, Path, description = "The definition.")),
    responses((status = 200, body = DefinitionView<'static>,
        headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`.")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let (id, calendar) = (in_address(&request)?, edge.calendar(&clerk.org)?);
    let definition = calendar.state.definition(&id).ok_or_else(|| Problem::of(Code::DefinitionNotFound))?;
    Ok(shown(&request, definition.version, DefinitionView::new(definition)))
}

/// Makes a definition.
///
/// One that could never offer a slot is refused with the reason, at the field that says no.
#[utoipa::path(post, path = "/crm/reservations/definitions/create", tag = "reservations",
    request_body = DefinitionBody,
    responses(
        (status = 201, body = DefinitionView<'static>),
        (status = 409, description = "`already_exists`: the id is taken. `too_many`: there is no room for more."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, ADMINS).await?;
    let defaults = defaults(&edge, &asked.clerk.org).await?;
    let make_id = || DefinitionId::from_uuid(identity::new_uuid());
    let draft = parse_draft(&asked.body.read()?, &defaults, make_id)?;
    asked.configure_calendar(Act::CreateDefinition { draft: Box::new(draft) }).await
}

/// Changes a definition: what is left out stays, null puts the default back. Lists are replaced as a whole.
#[utoipa::path(post, path = "/crm/reservations/definitions/update", tag = "reservations",
    request_body = DefinitionBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = DefinitionView<'static>),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, ADMINS).await?;
    let body: DefinitionBody = asked.body.read()?;
    let (id, mut defaults) = (named(&body)?, defaults(&edge, &asked.clerk.org).await?);
    let calendar = edge.calendar(&asked.clerk.org)?;
    let current = calendar.state.definition(&id);
    // A new amount alone stays in the currency that the price has.
    if let Some(price) = current.and_then(|current| current.terms.price.as_ref()) {
        price.currency().clone_into(&mut defaults.currency);
    }
    let changes = Box::new(parse_changes(&body, &defaults)?);
    let expected_version = Expected::of(&request, current.map(|current| current.version))?;
    asked.configure_calendar(Act::UpdateDefinition { id, changes, expected_version }).await
}

/// Deletes a definition: what is booked stays as it is, nobody waits for it any more.
#[utoipa::path(delete, path = "/crm/reservations/definitions/delete/{id}", tag = "reservations",
    params(
        ("id" = String, Path, description = "The definition."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses(
        (status = 200, body = DeletedView),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, ADMINS).await?;
    let id = in_address(&request)?;
    let current = edge.calendar(&asked.clerk.org)?.state.definition(&id).map(|definition| definition.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_calendar(Act::DeleteDefinition { id, expected_version }).await
}

fn in_address(request: &HttpRequest) -> Result<DefinitionId, Problem> {
    in_path(request, "id", DefinitionId::parse, Code::DefinitionNotFound)
}

/// What holds in an org where a caller says nothing else.
///
/// # Errors
/// 403 without such an org; 503.
pub(super) async fn defaults(edge: &Edge, org: &OrgId) -> Result<Defaults, Problem> {
    let org = edge.directory.org(org).await?.ok_or_else(|| Problem::of(Code::UnknownOrg))?;
    Ok(Defaults { timezone: org.timezone, currency: org.currency.clone() })
}
