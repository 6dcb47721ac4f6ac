//! `/crm/sla`: promises tried out on a ticket that need not exist.

use actix_web::{HttpRequest, HttpResponse, web};

use super::body::RawBody;
use super::caller::STAFF_SIDE;
use super::edge::Edge;
use super::problem::{Code, Problem};
use super::requests::sla::preview::{PreviewBody, parse};
use super::responses::sla::PreviewView;

/// Shows what a calendar, targets and a history come to.
///
/// Stores nothing. Time counts inside the calendar only, to the second; a target used up exactly at closing time is due at
/// closing time; what was due by an entry of the history has happened before it: answered at the due instant is too late.
/// Resolving ends the responses that are owed and stops the resolution; reopening (`status` from `resolved` to another)
/// resumes it with the resolved time left out, and the next message of the customer starts a next response.
#[utoipa::path(post, path = "/crm/sla/preview", tag = "service levels", request_body = PreviewBody,
    responses((status = 200, body = PreviewView)), security(("bearer" = []), ("session" = [])))]
pub async fn preview(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    edge.clerk(&request, STAFF_SIDE).await?;
    let body: PreviewBody = body.json()?.read()?;
    let preview = parse(&body, edge.now())?;
    // A calendar of centuries takes its time: the other requests of this worker need not wait for it.
    let view = web::block(move || PreviewView::of(&preview)).await.map_err(|_| Problem::of(Code::Internal))?;
    Ok(HttpResponse::Ok().json(view))
}
