//! Business calendars: the hours in which promises count. A matter of admins.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::desk::Act;
use crate::domain::ids::BusinessCalendarId;
use crate::http::asked::{Asked, in_path};
use crate::http::body::LargeBody;
use crate::http::caller::ADMINS;
use crate::http::edge::Edge;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::sla::configuration::{BusinessCalendarBody, parse_calendar, parse_calendar_changes};
use crate::http::responses::DeletedView;
use crate::http::responses::desk::configuration::BusinessCalendarView;
use crate::http::version::{Expected, shown};
use crate::identity;

/// Lists the business calendars of the org, by id.
#[utoipa::path(get, path = "/crm/business-calendars/get", tag = "tickets",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("name" = Option<String>, Query, description = "Only those whose name holds this text."),
    ),
    responses((status = 200, body = Page<BusinessCalendarView<'static>>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, ADMINS).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let is_named = query.search("name");
    let desk = edge.desk(&clerk.org)?;
    let mut rows: Vec<_> = desk.state.calendars().collect();
    rows.retain(|row| is_named(&row.terms.name));
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| BusinessCalendarView::new(row)).respond())
}

/// Shows one business calendar.
#[utoipa::path(get, path = "/crm/business-calendars/get/{id}", tag = "tickets",
    params(("id" = String, Path, description = "The business calendar.")),
    responses((status = 200, body = BusinessCalendarView<'static>,
        headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`.")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, ADMINS).await?;
    let (id, desk) = (in_address(&request)?, edge.desk(&clerk.org)?);
    let calendar = desk.state.calendar(&id).ok_or_else(|| Problem::of(Code::BusinessCalendarNotFound))?;
    Ok(shown(&request, calendar.version, BusinessCalendarView::new(calendar)))
}

/// Makes a business calendar. One without any open time is refused.
#[utoipa::path(post, path = "/crm/business-calendars/create", tag = "tickets", request_body = BusinessCalendarBody,
    responses(
        (status = 201, body = BusinessCalendarView<'static>),
        (status = 409, description = "`already_exists`: the id is taken. `too_many`: there is no room for more."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, ADMINS).await?;
    let make_id = || BusinessCalendarId::from_uuid(identity::new_uuid());
    let (id, terms) = parse_calendar(&asked.body.read()?, asked.clerk.timezone, make_id)?;
    asked.configure_desk(Act::CreateCalendar { id, terms: Box::new(terms) }).await
}

/// Changes a business calendar: what is left out stays, null puts the default back. Lists are replaced as a whole.
///
/// Tickets that are worked on are matched anew, and their clocks go on under what holds from now on: what has elapsed stays.
#[utoipa::path(post, path = "/crm/business-calendars/update", tag = "tickets", request_body = BusinessCalendarBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = BusinessCalendarView<'static>),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, ADMINS).await?;
    let (id, changes) = parse_calendar_changes(&asked.body.read()?, asked.clerk.timezone)?;
    let current = edge.desk(&asked.clerk.org)?.state.calendar(&id).map(|calendar| calendar.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_desk(Act::UpdateCalendar { id, changes: Box::new(changes), expected_version }).await
}

/// Deletes a business calendar. One that a policy names stays.
#[utoipa::path(delete, path = "/crm/business-calendars/delete/{id}", tag = "tickets",
    params(
        ("id" = String, Path, description = "The business calendar."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses((status = 200, body = DeletedView),
        (status = 409, description = "`in_use`: a policy names it.")), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, ADMINS).await?;
    let id = in_address(&request)?;
    let current = edge.desk(&asked.clerk.org)?.state.calendar(&id).map(|calendar| calendar.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_desk(Act::DeleteCalendar { id, expected_version }).await
}

fn in_address(request: &HttpRequest) -> Result<BusinessCalendarId, Problem> {
    in_path(request, "id", BusinessCalendarId::parse, Code::BusinessCalendarNotFound)
}
