//! Business calendars: the hours in which promises count. A matter of admins.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::desk::{Act, Answer, OrgCalendar};
use crate::domain::ids::{BusinessCalendarId, OrgId};
use crate::http::asked::{Asked, in_path};
use crate::http::body::LargeBody;
use crate::http::caller::ADMINS;
use crate::http::edge::Edge;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::sla::configuration::{BusinessCalendarBody, parse_calendar, parse_calendar_changes};
use crate::http::responses::desk::configuration::BusinessCalendarView;
use crate::http::responses::desk::versioned;
use crate::http::responses::{DeletedView, unexpected};
use crate::http::version::{Expected, entity_tag, is_known_to};
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
    let name = query.get("name").map(str::to_lowercase);
    let desk = edge.desk(&clerk.org)?;
    let mut rows: Vec<_> = desk.state.calendars().collect();
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    rows.retain(|row| name.as_ref().is_none_or(|name| row.terms.name.to_lowercase().contains(name)));
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
    let found = published(&edge, &clerk.org, &in_address(&request)?)?;
    let found = found.ok_or_else(|| Problem::of(Code::BusinessCalendarNotFound))?;
    let tag = entity_tag(found.version);
    if is_known_to(&request, tag.as_bytes()) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(versioned(found.version, false, false).json(BusinessCalendarView::new(&found)))
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
    configure(&edge, asked, Act::CreateCalendar { id, terms: Box::new(terms) }).await
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
    let expected_version = expected_version(&edge, &request, &asked.clerk.org, &id)?;
    configure(&edge, asked, Act::UpdateCalendar { id, changes: Box::new(changes), expected_version }).await
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
    let expected_version = expected_version(&edge, &request, &asked.clerk.org, &id)?;
    configure(&edge, asked, Act::DeleteCalendar { id, expected_version }).await
}

async fn configure(edge: &Edge, asked: Asked<'_>, act: Act) -> Result<HttpResponse, Problem> {
    let by = asked.clerk.identity.party();
    let (answer, repeated) = edge.ask_desk(&asked.clerk.org, by, act, Vec::new(), asked.key).await?;
    match answer {
        Answer::Calendar { calendar, created } => {
            let mut response = versioned(calendar.version, created && !repeated, repeated);
            Ok(response.json(BusinessCalendarView::new(&calendar)))
        }
        Answer::CalendarDeleted { id } => Ok(HttpResponse::Ok().json(DeletedView::of(&id))),
        _ => Err(unexpected()),
    }
}

fn in_address(request: &HttpRequest) -> Result<BusinessCalendarId, Problem> {
    in_path(request, "id", BusinessCalendarId::parse, Code::BusinessCalendarNotFound)
}

fn published(edge: &Edge, org: &OrgId, id: &BusinessCalendarId) -> Result<Option<Arc<OrgCalendar>>, Problem> {
    Ok(edge.desk(org)?.state.calendar(id).cloned())
}

/// What `If-Match` demands. One that is not there is left to its desk to refuse.
fn expected_version(
    edge: &Edge,
    request: &HttpRequest,
    org: &OrgId,
    id: &BusinessCalendarId,
) -> Result<Option<u64>, Problem> {
    match published(edge, org, id)? {
        Some(current) => Expected::read(request).against(Some(current.version)),
        None => Ok(None),
    }
}
