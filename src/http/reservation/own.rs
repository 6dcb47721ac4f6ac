//! What customers do about their own bookings: the address says whose, the number proves it. A wrong number is the same
//! 404, after the same work, whether anybody has that address or not.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Scene;
use super::records::{self, Found};
use crate::actors::IdempotencyKey;
use crate::domain::address::Email;
use crate::domain::calendar::{Act, Named, Reservation, ReservationNumber};
use crate::domain::ids::OrgId;
use crate::http::body::{JsonBody, RawBody};
use crate::http::caller::Caller;
use crate::http::edge::Edge;
use crate::http::idempotency;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::requests::calendar::changes::{CancelBody, RescheduleBody, parse_cancel, parse_reschedule};
use crate::http::responses::reservation::{MaskedReservation, ReservationView, changed};
use crate::http::version::Expected;

/// Lists what is booked under an address, without what would prove it.
///
/// Public: status and times only. Staff, and customers who are signed in with that very address, see the whole records.
/// The latest start comes first; of more than 200 only these are shown.
#[utoipa::path(get, path = "/crm/reservations/by-email/{email}", tag = "own reservations",
    params(("email" = String, Path, description = "The address.")),
    responses((status = 200, body = Page<MaskedReservation>)), security((), ("bearer" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let (email,): (String,) = in_path(&request)?;
    let email = Email::parse(&email).map_err(|_| Problem::of(Code::ReservationNotFound))?;
    caller.only_as(&email)?;
    let wanted = PageRequest { page: 1, size: crate::http::page::PAGE_SIZE_MAX, after: None };
    let rows = edge.reader.reservations_by_email(&caller.org, &email.folded()).await?;
    let total = rows.len() as u64;
    if caller.clerk.is_none() && !caller.is_customer(&email) {
        let page = Page::of(&wanted, rows, total, id_of, |row| MaskedReservation::from(&row));
        return Ok(page.respond());
    }
    let scene = Scene::of(&edge, &request, &caller.org)?;
    let rows: Vec<_> = rows.iter().collect();
    let view = |row| ReservationView::new(row, scene.surroundings());
    Ok(Page::of(&wanted, rows, total, |row| id_of(row), view).respond())
}

/// Shows the booking that an address and a number prove.
#[utoipa::path(get, path = "/crm/reservations/by-email/{email}/{reservationNumber}", tag = "own reservations",
    params(
        ("email" = String, Path, description = "The address that it was booked with."),
        ("reservationNumber" = String, Path, description = "Its number."),
    ),
    responses(
        (status = 200, body = ReservationView<'static>),
        (status = 404, description = "`reservation_not_found`: also for the right number with a wrong address."),
    ), security((), ("bearer" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let (email, number) = proof_in_path(&request)?;
    caller.only_as(&email)?;
    let found = records::proven(&edge, &caller.org, &number, &email).await?;
    let found = found.ok_or_else(|| Problem::of(Code::ReservationNotFound))?;
    let scene = Scene::of(&edge, &request, &caller.org)?;
    Ok(ReservationView::new(found.reservation(), scene.surroundings()).respond(HttpResponse::Ok()))
}

/// Calls a booking off; a repeat changes nothing.
///
/// Customers can until the definition's `cancelBeforeMinutes` before the start; staff always.
#[utoipa::path(delete, path = "/crm/reservations/cancel/{email}/{reservationNumber}", tag = "own reservations",
    request_body = CancelBody,
    params(
        ("email" = String, Path, description = "The address that it was booked with."),
        ("reservationNumber" = String, Path, description = "Its number."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses(
        (status = 200, body = ReservationView<'static>),
        (status = 404, description = "`reservation_not_found`."),
        (status = 409, description = "`too_late_to_cancel`: `until` says until when it was possible; `wrong_state`."),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security((), ("bearer" = [])))]
pub async fn cancel(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let wish = Wish::read(&edge, &request, &body).await?;
    let reason = parse_cancel(&wish.body.read()?)?;
    wish.act(&edge, &request, |about| Act::Cancel {
        reservation: about.named,
        reason,
        expected_version: about.expected_version,
        past: about.past,
    })
    .await
}

/// Moves a booking to another slot: the new one is taken and the old one freed in one act.
///
/// Customers can until the definition's `cancelBeforeMinutes` before the start; staff always.
#[utoipa::path(post, path = "/crm/reservations/reschedule/{email}/{reservationNumber}", tag = "own reservations",
    request_body = RescheduleBody,
    params(
        ("email" = String, Path, description = "The address that it was booked with."),
        ("reservationNumber" = String, Path, description = "Its number."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses(
        (status = 200, body = ReservationView<'static>),
        (status = 404, description = "`reservation_not_found`."),
        (status = 409, description = "`slot_taken` and `slot_not_offered` with `alternatives`; \
            `too_late_to_reschedule` with `until`; `wrong_state`."),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security((), ("bearer" = [])))]
pub async fn reschedule(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let wish = Wish::read(&edge, &request, &body).await?;
    let (slot, staff) = parse_reschedule(&wish.body.read()?)?;
    wish.act(&edge, &request, |about| Act::Reschedule {
        reservation: about.named,
        slot,
        staff,
        expected_version: about.expected_version,
        past: about.past,
    })
    .await
}

/// What somebody wants of the booking in the address.
struct Wish {
    caller: Caller,
    email: Email,
    number: ReservationNumber,
    body: JsonBody,
    key: Option<IdempotencyKey>,
}

/// The booking that an act is about.
struct About {
    named: Named,
    expected_version: Option<u64>,
    past: Option<Box<Reservation>>,
}

impl Wish {
    async fn read(edge: &Edge, request: &HttpRequest, body: &RawBody) -> Result<Self, Problem> {
        let caller = edge.caller(request).await?;
        let (email, number) = proof_in_path(request)?;
        caller.only_as(&email)?;
        let body = body.json()?;
        let key = idempotency::key(request, &caller.party(), &body)?;
        Ok(Self { caller, email, number, body, key })
    }

    /// The calendar judges in any case: what is not proven takes the same way, and a repeat of a key is answered as first.
    async fn act(
        self,
        edge: &Edge,
        request: &HttpRequest,
        make: impl FnOnce(About) -> Act,
    ) -> Result<HttpResponse, Problem> {
        let Self { caller, email, number, key, .. } = self;
        let org: &OrgId = &caller.org;
        let found = records::proven(edge, org, &number, &email).await?;
        let expected_version = Expected::of(request, found.as_ref().map(Found::version))?;
        let named = Named::Number { number, email: Some(email) };
        let about = About { named, expected_version, past: found.and_then(Found::into_past) };
        let (answer, repeated) = edge.ask_calendar(org, caller.party(), make(about), key).await?;
        changed(answer, repeated, Scene::of(edge, request, org)?.surroundings())
    }
}

/// The address and the number in the path; what cannot be either proves nothing.
fn proof_in_path(request: &HttpRequest) -> Result<(Email, ReservationNumber), Problem> {
    let (email, number): (String, String) = in_path(request)?;
    let proof = Email::parse(&email).ok().zip(ReservationNumber::parse(&number).ok());
    proof.ok_or_else(|| Problem::of(Code::ReservationNotFound))
}

/// The segments of the path, decoded whole: an address may hold `+` and `%`.
fn in_path<T: serde::de::DeserializeOwned>(request: &HttpRequest) -> Result<T, Problem> {
    request.match_info().load().map_err(|_| Problem::of(Code::ReservationNotFound))
}

fn id_of(reservation: &Reservation) -> String {
    reservation.id.to_string()
}
