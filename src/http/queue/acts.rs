//! What clerks do about one entry. Each is one message to the owner; a repeat of the same act is 200 and changes nothing.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::ids::HandoverId;
use crate::domain::queue::Act;
use crate::http::asked::Asked;
use crate::http::body::RawBody;
use crate::http::caller::QUEUES;
use crate::http::edge::Edge;
use crate::http::idempotency;
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::acts::{CounterBody, ReturnBody, TransferBody, parse_counter, parse_return, parse_transfer};
use crate::http::reservation::desk;
use crate::http::responses::entry::StaffEntry;

/// Notes that a customer has reported at the counter.
///
/// By the entry's id, or by its ticket number among the visits that go on today. An id goes first. Else by a reservation's id
/// or number: it joins the line of its service point with its slot as effective time; who comes late, as a walk-in. The
/// answer is the entry then, or the reservation itself where it has no service point. Before the day of the appointment, in
/// the zone of the place, nobody has come for it.
#[utoipa::path(post, path = "/crm/reservations/queue/check-in/{id}", tag = "queues",
    params(("id" = String, Path, description = "The entry, its ticket number of the day, or a reservation's id or number."),
        ("servicePoint" = Option<String>, Query, description = "Whose ticket numbers are meant, where several have that one."),
        ("override" = Option<bool>, Query, description = "For a reservation of a later day; supervisors only.")),
    responses(
        (status = 200, body = StaffEntry<'static>),
        (status = 409, description = "`wrong_state`: `state` names the one that it is in; `ambiguous_number`: several \
            points gave that number, name one of `points` by `servicePoint`; `too_early` with `retryAt`: the reservation \
            is of a later day."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn check_in(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    match asked.entry_or_number().await {
        Ok((point, entry, past)) => asked.of_point(point, Act::CheckIn { entry, past }).await,
        Err(no_entry) if no_entry.code() == Code::EntryNotFound => {
            desk::check_in(&edge, &request, asked).await.unwrap_or(Err(no_entry))
        }
        Err(problem) => Err(problem),
    }
}

/// Calls a certain customer, out of order.
#[utoipa::path(post, path = "/crm/reservations/queue/call/{id}", tag = "queues", request_body = CounterBody,
    params(("id" = String, Path, description = "The entry.")),
    responses(
        (status = 200, body = StaffEntry<'static>),
        (status = 409, description = "`wrong_state`: `state` names the one that it is in."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn call(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let counter = parse_counter(&asked.body.read()?)?;
    asked.of_entry(|entry, past| Act::Call { entry, counter, past }).await
}

/// Calls a customer again who has not come.
#[utoipa::path(post, path = "/crm/reservations/queue/recall/{id}", tag = "queues",
    params(("id" = String, Path, description = "The entry.")),
    responses(
        (status = 200, body = StaffEntry<'static>),
        (status = 409, description = "`wrong_state`: `state` names the one that it is in."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn recall(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    asked.of_entry(|entry, past| Act::Recall { entry, past }).await
}

/// Begins the service.
#[utoipa::path(post, path = "/crm/reservations/queue/start/{id}", tag = "queues", request_body = CounterBody,
    params(("id" = String, Path, description = "The entry.")),
    responses(
        (status = 200, body = StaffEntry<'static>),
        (status = 409, description = "`at_capacity`; `check_in_required`; `wrong_state`."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn start(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let counter = parse_counter(&asked.body.read()?)?;
    asked.of_entry(|entry, past| Act::Start { entry, counter, past }).await
}

/// Finishes the service.
#[utoipa::path(post, path = "/crm/reservations/queue/complete/{id}", tag = "queues",
    params(("id" = String, Path, description = "The entry.")),
    responses(
        (status = 200, body = StaffEntry<'static>),
        (status = 409, description = "`wrong_state`: `state` names the one that it is in."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn complete(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    asked.of_entry(|entry, past| Act::Complete { entry, past }).await
}

/// Says that a customer did not come.
#[utoipa::path(post, path = "/crm/reservations/queue/no-show/{id}", tag = "queues",
    params(("id" = String, Path, description = "The entry."),
        ("override" = Option<bool>, Query, description = "Before the grace period is over; supervisors only.")),
    responses(
        (status = 200, body = StaffEntry<'static>),
        (status = 409, description = "`grace_period` with `retryAt`; `wrong_state`."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn no_show(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let overriding = Query::of(&request)?.flag("override")?;
    asked.of_entry(|entry, past| Act::NoShow { entry, overriding, past }).await
}

/// Puts a called or served customer back into the line.
#[utoipa::path(post, path = "/crm/reservations/queue/return/{id}", tag = "queues", request_body = ReturnBody,
    params(("id" = String, Path, description = "The entry.")),
    responses(
        (status = 200, body = StaffEntry<'static>),
        (status = 409, description = "`wrong_state`: `state` names the one that it is in."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn put_back(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let to = parse_return(&asked.body.read()?)?;
    asked.of_entry(|entry, past| Act::Return { entry, to, past }).await
}

/// Sends a visit to another service point: join time, token and `statusUrl` stay.
///
/// Asked for again when the visit has arrived there, it answers with the visit as it stands.
#[utoipa::path(post, path = "/crm/reservations/queue/transfer/{id}", tag = "queues", request_body = TransferBody,
    params(("id" = String, Path, description = "The entry.")),
    responses(
        (status = 200, body = StaffEntry<'static>),
        (status = 409, description = "`same_service_point`; `already_in_line`; `transfer_refused` with `refusal`."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn transfer(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let to = parse_transfer(&asked.body.read()?)?;
    let handover =
        HandoverId::from_uuid(idempotency::handover_id(&asked.clerk.org, asked.key.as_ref(), edge.now().date_naive()));
    asked.of_entry(|entry, past| Act::Transfer { entry, to, handover, past }).await
}

/// Takes the last act on an entry back: within 10 seconds, by who did it, if nothing followed it.
#[utoipa::path(post, path = "/crm/reservations/queue/undo/{id}", tag = "queues",
    params(("id" = String, Path, description = "The entry.")),
    responses(
        (status = 200, body = StaffEntry<'static>),
        (status = 409, description = "`nothing_to_undo`: too late, somebody else's act, or something followed it."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn undo(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    asked.of_entry(|entry, _| Act::Undo { entry }).await
}
