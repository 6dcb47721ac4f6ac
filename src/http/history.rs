//! What was: the figures of a service point, and the timeline of a contact. Both from committed rows.

use actix_web::{HttpRequest, HttpResponse, web};

use super::asked::{in_path, point_in_path};
use super::caller::STAFF_SIDE;
use super::edge::Edge;
use super::page::{Page, PageRequest};
use super::problem::{Code, Problem};
use super::query::Query;
use super::requests::span;
use super::responses::report::{ActivityView, HistoryView, activity_key, parse_activity_key};
use crate::domain::ids::ContactId;

/// Shows what a service point did in a span of time: waits, services, who gave up, how the promise was kept.
#[utoipa::path(get, path = "/crm/reservations/queue/history/{servicePoint}", tag = "history",
    params(
        ("servicePoint" = String, Path, description = "The service point."),
        ("from" = Option<String>, Query, description = "A local day or an instant; default today's midnight."),
        ("to" = Option<String>, Query, description = "A local day, included, or an instant; default now."),
    ),
    responses((status = 200, body = HistoryView<'static>)), security(("bearer" = []), ("session" = [])))]
pub async fn of_point(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let (org, id) = (&clerk.org, point_in_path(&request)?);
    let published = edge.directory.published(org, &id);
    let point = published.as_ref().and_then(|at| at.state.point());
    let point = point.ok_or_else(|| Problem::of(Code::ServicePointNotFound))?;
    let span = span::parse(&Query::of(&request)?, point.timezone, edge.now())?;
    let limit = point.queue.wait_limit_minutes;
    let history = edge.reader.history(org, &id, span.from, span.to, i64::from(limit) * 60).await?;
    Ok(HttpResponse::Ok().json(HistoryView::new(&id, span, limit, &history)))
}

/// Shows what happened with a contact, the newest first.
#[utoipa::path(get, path = "/crm/activity/{contactId}", tag = "history",
    params(
        ("contactId" = String, Path, description = "The contact."),
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, body = Page<ActivityView>)), security(("bearer" = []), ("session" = [])))]
pub async fn of_contact(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let contact = in_path(&request, "contactId", ContactId::parse, Code::ContactNotFound)?;
    let wanted = PageRequest::read(&Query::of(&request)?)?;
    let before = match wanted.after.as_deref().map(parse_activity_key) {
        Some(None) => return Err(Problem::of(Code::InvalidCursor)),
        key => key.flatten(),
    };
    if !edge.reader.contact_exists(&clerk.org, &contact).await? {
        return Err(Problem::of(Code::ContactNotFound));
    }
    let limit = i64::from(wanted.size) + 1;
    let (rows, total) = edge.reader.activity(&clerk.org, &contact, before, limit).await?;
    let total = u64::try_from(total).unwrap_or(0);
    Ok(Page::of(&wanted, rows, total, activity_key, ActivityView::from).respond())
}
