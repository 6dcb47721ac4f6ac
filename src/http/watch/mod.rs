//! Live streams: server-sent events for everybody at one point, and with names for staff over all points.

mod desk;
mod public;
mod pulse;
mod staff;

use std::collections::BTreeSet;

use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::{Stream, stream};

use super::asked::point_in_path;
use super::caller::{QUEUES, STAFF_SIDE};
use super::edge::Edge;
use super::problem::{Code, Problem};
use super::query::Query;
use crate::domain::ids::{OrgId, PointId};
use desk::DeskStream;
use public::PublicStream;
use pulse::Pulse;
use staff::StaffStream;

/// How long a browser waits before it opens a lost stream again, in milliseconds.
const RECONNECT_MS: u32 = 2_000;
/// Most service points that can be named for one stream.
const POINTS_NAMED_MAX: usize = 200;

/// Something that has frames to send until it ends.
trait Frames {
    /// The next frame; `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes>;
}

/// Follows one queue live, without names.
///
/// Public. Events: `status` (the status, naming the first 60 of those who wait; `id` is its version and the
/// moment of its estimates), `heartbeat` every 15 s, `gone` when the service point is deleted. With `Last-Event-ID`
/// nothing is sent until something is new. Whatever a reader misses, the next event is the newest state.
#[utoipa::path(get, path = "/crm/reservations/queue/watch/{servicePoint}", tag = "live",
    params(
        ("servicePoint" = String, Path, description = "The service point."),
        ("Last-Event-ID" = Option<String>, Header, description = "The last `id` that was seen."),
    ),
    responses(
        (status = 200, description = "A stream of events.", content_type = "text/event-stream", body = String),
        (status = 503, description = "`too_many_watchers`."),
    ), security((), ("bearer" = [])))]
pub async fn of_point(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let org = edge.reader_org(&request).await?;
    let point = point_in_path(&request)?;
    let permit = edge.permits.watch_in_public()?;
    let seen = last_event_id(&request);
    let pulse = Pulse::new(edge.stopping.clone(), None);
    match PublicStream::open(edge.clone(), org.clone(), point, seen, pulse, permit) {
        Some(frames) => Ok(respond(&request, frames)),
        None => Err(edge.missing(&org, Code::ServicePointNotFound).await),
    }
}

/// Follows service points live, with names.
///
/// Events: one `point` for each point, then `ready` with the ids of all of them, then `point` for each that has changed,
/// `gone` for each that was deleted, `heartbeat` every 15 s. With `Last-Event-ID` only what is newer is sent first. The
/// stream ends when the token expires.
#[utoipa::path(get, path = "/crm/reservations/queue/watch", tag = "live",
    params(
        ("points" = Option<String>, Query, description = "Ids with commas between them; default all points of the org."),
        ("Last-Event-ID" = Option<String>, Header, description = "The last `id` that was seen."),
    ),
    responses(
        (status = 200, description = "A stream of events; the data of `point` is a card.",
            content_type = "text/event-stream", body = super::responses::card::CardView<'static>),
        (status = 503, description = "`too_many_watchers`."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn of_org(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.watching_clerk(&request, QUEUES).await?;
    let org = clerk.org.clone();
    let wanted = wanted_points(&request, &edge, &org)?;
    let permit = edge.permits.watch_signed_in()?;
    let remaining = clerk.identity.expires_at - edge.real_now();
    let pulse = Pulse::new(edge.stopping.clone(), Some(remaining.to_std().unwrap_or_default()));
    let seen = last_event_id(&request).map(str::to_owned);
    let frames = StaffStream::open(edge.clone(), org, wanted, seen.as_deref(), pulse, permit);
    frames.map(|frames| respond(&request, frames)).ok_or_else(|| Problem::of(Code::UnknownOrg))
}

/// Follows the tickets of the org live.
///
/// Events: `ready`, then `ticket` for each that has changed (a glance, whose clocks count down to their `dueAt`), `gone` for
/// each that was deleted, `comment` for each that was written (`id`, `ticketId`, `number`, `authorId`, `createdAt`; it
/// changes no ticket, and what it says is not told here), `reload` when more has changed than is told one by one, or was missed since `Last-Event-ID`;
/// `heartbeat` every 15 s. The stream ends when the token expires.
#[utoipa::path(get, path = "/crm/tickets/watch", tag = "live",
    params(("Last-Event-ID" = Option<String>, Header, description = "The last `id` that was seen.")),
    responses(
        (status = 200, description = "A stream of events; the data of `ticket` is a glance.",
            content_type = "text/event-stream", body = super::responses::desk::glance::TicketGlance),
        (status = 503, description = "`too_many_watchers`."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn of_desk(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.watching_clerk(&request, STAFF_SIDE).await?;
    let permit = edge.permits.watch_signed_in()?;
    let remaining = clerk.identity.expires_at - edge.real_now();
    let pulse = Pulse::new(edge.stopping.clone(), Some(remaining.to_std().unwrap_or_default()));
    let frames = DeskStream::open(edge.clone(), &clerk.org, last_event_id(&request), pulse, permit);
    frames.map(|frames| respond(&request, frames)).ok_or_else(|| Problem::of(Code::UnknownOrg))
}

fn wanted_points(request: &HttpRequest, edge: &Edge, org: &OrgId) -> Result<Option<BTreeSet<PointId>>, Problem> {
    let query = Query::of(request)?;
    let Some(list) = query.get("points").filter(|list| !list.is_empty()) else { return Ok(None) };
    if list.split(',').count() > POINTS_NAMED_MAX {
        let detail = format!("The query parameter points may name at most {POINTS_NAMED_MAX} service points.");
        return Err(Problem::new(Code::InvalidQuery, detail));
    }
    let missing = |name: &str| Problem::of(Code::ServicePointNotFound).with("id", name);
    let known = |name: &str| {
        let id = PointId::parse(name.trim()).map_err(|_| missing(name))?;
        edge.directory.published(org, &id).map(|_| id).ok_or_else(|| missing(name))
    };
    list.split(',').map(known).collect::<Result<_, _>>().map(Some)
}

fn last_event_id(request: &HttpRequest) -> Option<&str> {
    request.headers().get("last-event-id")?.to_str().ok()
}

fn respond(request: &HttpRequest, frames: impl Frames + 'static) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"));
    match request.method() {
        // Without this the connection would stay open for a body that is never sent.
        &Method::HEAD => response.finish(),
        _ => response.streaming(body_of(frames)),
    }
}

/// The frames as a body; the first bytes go out at once, so that a reader knows that it is connected.
fn body_of(frames: impl Frames + 'static) -> impl Stream<Item = Result<Bytes, std::convert::Infallible>> {
    stream::unfold((frames, true), |(mut frames, is_first)| async move {
        let frame = if is_first { Bytes::from(format!("retry: {RECONNECT_MS}\n\n")) } else { frames.next().await? };
        Some((Ok(frame), (frames, false)))
    })
}
