//! What staff does about bookings: looking, changing, deleting, reminding.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Scene;
use super::records::{self, Found};
use crate::domain::calendar::{Act, Named, Reservation, ReservationNumber};
use crate::domain::ids::{EntryId, HandoverId, OrgId, ReservationId};
use crate::http::asked::{Asked, in_path};
use crate::http::body::RawBody;
use crate::http::caller::QUEUES;
use crate::http::edge::Edge;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::calendar::changes::{ReservationUpdateBody, parse_update};
use crate::http::requests::calendar::filter;
use crate::http::responses::reservation::{DeletedReservation, ReservationView, changed};
use crate::http::responses::{to_clerk, unexpected};
use crate::http::version::{Expected, unchanged};
use crate::identity;

/// Lists bookings, by start.
#[utoipa::path(get, path = "/crm/reservations/get", tag = "reservations",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("status" = Option<String>, Query, description = "Only those with this status."),
        ("definitionId" = Option<String>, Query, description = "Only those of this definition."),
        ("staffId" = Option<String>, Query, description = "Only those that this member of staff serves."),
        ("from" = Option<String>, Query, description = "Only those that start then or later: an instant, or a day of the business."),
        ("to" = Option<String>, Query, description = "Only those that start before then: an instant, or a day of the business, included."),
        ("email" = Option<String>, Query, description = "Only those booked with this address."),
    ),
    responses((status = 200, body = Page<ReservationView<'static>>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, QUEUES).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let filter = filter::parse(&query, clerk.timezone)?;
    let after =
        wanted.after.as_deref().map(|key| filter::parse_key(key).ok_or_else(|| Problem::of(Code::InvalidCursor)));
    let limit = i64::from(wanted.size) + 1;
    let (rows, total) = edge.reader.reservations(&clerk.org, &filter, after.transpose()?.as_ref(), limit).await?;
    let (total, rows) = (u64::try_from(total).unwrap_or(0), rows.iter().collect());
    let scene = Scene::of(&edge, &request, &clerk.org)?;
    let view = |row| ReservationView::new(row, scene.surroundings());
    Ok(Page::of(&wanted, rows, total, |row: &&Reservation| filter::key_of(row), view).respond())
}

/// Shows a booking, by its id or its number.
#[utoipa::path(get, path = "/crm/reservations/get/{id}", tag = "reservations",
    params(("id" = String, Path, description = "The reservation, or its number.")),
    responses(
        (status = 200, body = ReservationView<'static>,
            headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`."))),
        (status = 404, description = "`reservation_not_found`."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, QUEUES).await?;
    let found = in_address(&edge, &request, &clerk.org, "id").await?;
    if let Some(response) = unchanged(&request, found.version()) {
        return Ok(response);
    }
    let scene = Scene::of(&edge, &request, &clerk.org)?;
    Ok(ReservationView::new(found.reservation(), scene.surroundings()).respond(HttpResponse::Ok()))
}

/// Changes a booking: what is left out stays, null clears `notes` and `customer.phone`. All of it happens, or nothing.
#[utoipa::path(post, path = "/crm/reservations/update", tag = "reservations", request_body = ReservationUpdateBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = ReservationView<'static>),
        (status = 404, description = "`reservation_not_found`."),
        (status = 409, description = "`slot_taken` and `slot_not_offered` with `alternatives`; `wrong_state`; \
            `grace_period` and `too_early` with `retryAt`."),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let (id, changes) = parse_update(&asked.body.read()?, &asked.clerk.org)?;
    let found = records::by_id(&edge, &asked.clerk.org, &id).await?;
    let expected_version = Expected::of(&request, found.as_ref().map(Found::version))?;
    let past = found.and_then(Found::into_past);
    send(&edge, &request, asked, Act::Update { id, changes: Box::new(changes), expected_version, past }).await
}

/// Deletes a booking; one that still lies ahead is called off first. Its history stays.
#[utoipa::path(delete, path = "/crm/reservations/delete/{id}", tag = "reservations",
    params(
        ("id" = String, Path, description = "The reservation."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses(
        (status = 200, body = DeletedReservation),
        (status = 404, description = "`reservation_not_found`: also when it is deleted already."),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let id = in_path(&request, "id", ReservationId::parse, Code::ReservationNotFound)?;
    let found = records::by_id(&edge, &asked.clerk.org, &id).await?;
    let expected_version = Expected::of(&request, found.as_ref().map(Found::version))?;
    let past = found.and_then(Found::into_past);
    send(&edge, &request, asked, Act::Delete { id, expected_version, past }).await
}

/// Reminds the customer now, whatever the definition's reminders say; it neither replaces one nor counts as one.
#[utoipa::path(post, path = "/crm/reservations/send-reminder/{reservationId}", tag = "reservations",
    params(("reservationId" = String, Path, description = "The reservation, or its number.")),
    responses(
        (status = 200, description = "The reminder is on its way.", body = ReservationView<'static>),
        (status = 404, description = "`reservation_not_found`."),
        (status = 409, description = "`already_begun`; `wrong_state`: `state` names the one that it is in."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn send_reminder(
    request: HttpRequest,
    edge: web::Data<Edge>,
    body: RawBody,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let found = in_address(&edge, &request, &asked.clerk.org, "reservationId").await?;
    let (id, past) = (found.reservation().id.clone(), found.into_past());
    send(&edge, &request, asked, Act::SendReminder { id, past }).await
}

/// Checks in who has booked, by the reservation's id or number in the address, and brings them into the line of its service
/// point; `None`: there is no such reservation. A refusal of the line leaves the reservation as it was.
pub async fn check_in(edge: &Edge, request: &HttpRequest, asked: Asked<'_>) -> Option<Result<HttpResponse, Problem>> {
    match in_address(edge, request, &asked.clerk.org, "id").await {
        Ok(found) => Some(check_in_found(edge, request, asked, found).await),
        Err(problem) if problem.code() == Code::ReservationNotFound => None,
        Err(problem) => Some(Err(problem)),
    }
}

async fn check_in_found(
    edge: &Edge,
    request: &HttpRequest,
    asked: Asked<'_>,
    found: Found,
) -> Result<HttpResponse, Problem> {
    let (org, by, key) = (asked.clerk.org.clone(), asked.clerk.identity.party(), asked.key);
    let reservation = Named::Id { id: found.reservation().id.clone() };
    let past = found.into_past();
    let overriding = Query::of(request)?.flag("override")?;
    // What the entry will be known by.
    let (handover, entry) = (HandoverId::parse(&identity::secret_token()), EntryId::parse(&identity::new_id()));
    let (Ok(handover), Ok(entry)) = (handover, entry) else { return Err(unexpected()) };
    let act = Act::CheckIn { reservation, handover: handover.clone(), entry, overriding, past };
    let (answer, line, repeated) = edge.check_in(&org, by, act, &handover, key).await?;
    match line {
        Some(outcome) => to_clerk(outcome?, repeated, edge.now()),
        None => changed(answer, repeated, Scene::of(edge, request, &org)?.surroundings()),
    }
}

async fn send(edge: &Edge, request: &HttpRequest, asked: Asked<'_>, act: Act) -> Result<HttpResponse, Problem> {
    let (org, by, key) = (asked.clerk.org.clone(), asked.clerk.identity.party(), asked.key);
    let (answer, repeated) = edge.ask_calendar(&org, by, act, key).await?;
    changed(answer, repeated, Scene::of(edge, request, &org)?.surroundings())
}

/// The booking that the address names by id, else by number; an id goes first.
async fn in_address(edge: &Edge, request: &HttpRequest, org: &OrgId, name: &str) -> Result<Found, Problem> {
    let missing = || Problem::of(Code::ReservationNotFound);
    let text = request.match_info().get(name).unwrap_or_default();
    if let Ok(id) = ReservationId::parse(text)
        && let Some(found) = records::by_id(edge, org, &id).await?
    {
        return Ok(found);
    }
    let number = ReservationNumber::parse(text).map_err(|_| missing())?;
    records::by_number(edge, org, &number).await?.ok_or_else(missing)
}
