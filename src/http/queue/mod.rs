//! The walk-up queue: joining and looking, for everybody; acts for clerks are in `acts`, those of customers in `own`.

pub mod acts;
pub mod line;
pub mod own;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::asked::point_in_path;
use super::body::RawBody;
use super::edge::Edge;
use super::idempotency;
use super::problem::{Code, Problem};
use super::requests::join::{JoinBody, parse};
use super::responses::join::{JoinedView, respond};
use super::responses::status::{self, StatusView};
use super::version::is_known_to;
use crate::actors::Request;
use crate::domain::queue::{Act, Command};

/// Stands somebody in line.
///
/// Public. With a staff-side token the caller's `id` and `priority` count. Who is in that line already, by phone or
/// e-mail, is told where, but never that entry's token.
#[utoipa::path(post, path = "/crm/reservations/queue/join", tag = "queues", request_body = JoinBody,
    responses(
        (status = 201, body = JoinedView<'static>),
        (status = 200, description = "The same person is in that line already.", body = JoinedView<'static>),
        (status = 409, description = "`queue_full`; `queue_paused` with `reopensAt`; `queue_closed` with `opensAt`."),
    ), security((), ("bearer" = [])))]
pub async fn join(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let (body, by, org) = (body.json()?, caller.party(), caller.org.clone());
    let wish = parse(&body.read()?, &org, caller.clerk.is_some())?;
    let idempotency = idempotency::key(&request, &by, &body)?;
    let point = wish.point.clone();
    let act = Act::Join(Box::new(wish.into_join()));
    let asked = Request { org: org.clone(), name: point, command: Command { by, act }, idempotency };
    let (answer, repeated) = edge.ask(asked).await?;
    respond(&answer, repeated, &org, &edge.base_url(&request))
}

/// Shows who waits, who is called and who is served, by number.
///
/// Public, without names. Served from memory; ask again with `If-None-Match`.
#[utoipa::path(get, path = "/crm/reservations/queue/status/{servicePoint}", tag = "queues",
    params(("servicePoint" = String, Path, description = "The service point.")),
    responses(
        (status = 200, body = StatusView<'static>,
            headers(("ETag" = String, description = "Changes with the queue and with its estimates."))),
        (status = 304, description = "Nothing has changed."),
    ), security((), ("bearer" = [])))]
pub async fn status(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let org = edge.reader_org(&request).await?;
    let point = point_in_path(&request)?;
    let Some(published) = edge.directory.published(&org, &point) else {
        return Err(edge.missing(&org, Code::ServicePointNotFound).await);
    };
    let (tag, body) = status::rendered(&published);
    let is_known = is_known_to(&request, &tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    if let Ok(tag) = HeaderValue::from_maybe_shared(tag) {
        response.insert_header((header::ETAG, tag));
    }
    response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-cache")));
    if is_known {
        return Ok(response.finish());
    }
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")));
    Ok(response.body(body))
}
