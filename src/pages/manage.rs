//! `/manage/{number}`: one's own booking, for who knows its number and the address that it was booked with. Looking changes
//! nothing: mail scanners open links. A wrong number, a wrong address and a booking that never was look the same.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};

use super::manage_view::{Done, ManagePage};
use super::moving::MovingPage;
use super::own::Own;
use super::visit::{FormBody, PublishedPoint, address, fields_of, parameter, received};
use super::{Pages, see_other};
use crate::actors::{IdempotencyKey, published_calendar_file};
use crate::domain::calendar::{Act, Named, Rejection, Reservation, Slot};
use crate::domain::message::{Invitation, Method};
use crate::domain::party::Party;
use crate::http::{Code, Edge, Problem};

/// The route's name, which the versions of bookings count within.
const ROUTE: &str = "POST /manage/{number}";

/// `GET /manage/{number}`.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    pages.page(&request, look(&request, &edge).await)
}

async fn look(request: &HttpRequest, edge: &Edge) -> Result<ManagePage, Problem> {
    let own = Own::of(request, edge).await?;
    own.page(edge, Done::of(own.visit.parameter("done")))
}

/// `POST /manage/{number}`: cancels, or moves.
pub async fn act(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>, body: FormBody) -> HttpResponse {
    let outcome = perform(&request, &edge, &pages, body).await;
    pages.answer(&request, outcome)
}

/// What a form of the page wants.
enum Wish {
    Cancel,
    Move(DateTime<Utc>),
}

async fn perform(request: &HttpRequest, edge: &Edge, pages: &Pages, body: FormBody) -> Result<HttpResponse, Problem> {
    let own = Own::of(request, edge).await?;
    let unreadable = || Problem::of(Code::BodyUnreadable);
    let fields = fields_of(&received(body)?);
    let wish = match parameter(&fields, "act") {
        Some("cancel") => Wish::Cancel,
        Some("move") => {
            let start = parameter(&fields, "slot").and_then(|start| start.parse().ok());
            Wish::Move(start.ok_or_else(unreadable)?)
        }
        _ => return Err(unreadable()),
    };
    let version: Option<u64> = parameter(&fields, "version").and_then(|version| version.parse().ok());
    let key = version.map(|version| once(own.reservation(), &wish, version));
    let act = own.act(edge, &wish, version)?;
    let said = edge.calendar_says(&own.visit.business.org, Party::Public, act, key).await;
    own.answer(edge, pages, &wish, said.map(|(outcome, _)| outcome.map(drop)))
}

/// A form sent twice is heard once: it is known by the version of the booking that it was made for.
fn once(reservation: &Reservation, wish: &Wish, version: u64) -> IdempotencyKey {
    let wish = match wish {
        Wish::Cancel => "cancel".to_owned(),
        Wish::Move(start) => start.timestamp().to_string(),
    };
    IdempotencyKey { route: ROUTE, key: format!("{}/{version}/{wish}", reservation.id), fingerprint: [0; 32] }
}

impl Own {
    fn act(&self, edge: &Edge, wish: &Wish, expected_version: Option<u64>) -> Result<Act, Problem> {
        let reservation = self.reservation();
        let email = Some(reservation.customer.email.clone());
        let named = Named::Number { number: reservation.number.clone(), email };
        let past = self.found.clone().into_past();
        let Wish::Move(start) = *wish else {
            return Ok(Act::Cancel { reservation: named, reason: None, expected_version, past });
        };
        let calendar = edge.directory.calendar(&self.visit.business.org);
        let definition = calendar.and_then(|at| at.state.definition(&reservation.definition_id).cloned());
        let definition = definition.ok_or_else(|| Problem::of(Code::DefinitionNotFound))?;
        let slot = Slot { start, end: start + definition.terms.duration() };
        Ok(Act::Reschedule { reservation: named, slot, staff: None, expected_version, past })
    }

    /// Where the form leads to, or the page again with the reason.
    fn answer(
        &self,
        edge: &Edge,
        pages: &Pages,
        wish: &Wish,
        said: Result<Result<(), Rejection>, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let problem = match said {
            Ok(Ok(())) => {
                let done = if matches!(wish, Wish::Move(_)) { "&done=moved" } else { "" };
                return Ok(see_other(&format!("{}{done}", self.address())));
            }
            Ok(Err(Rejection::VersionMismatch { .. })) => {
                return Ok(see_other(&format!("{}&done=changed", self.address())));
            }
            Ok(Err(Rejection::SlotTaken { nearest, .. } | Rejection::SlotNotOffered { nearest, .. })) => {
                let page = MovingPage::refused(self, edge, &nearest)?;
                return Ok(pages.show(StatusCode::CONFLICT, &page));
            }
            Ok(Err(rejection)) => Problem::from(rejection),
            Err(problem) => problem,
        };
        let notice = match problem.code() {
            Code::TooLateToCancel => "It’s too late to cancel this by yourself.",
            Code::TooLateToReschedule => "It’s too late to change this by yourself.",
            Code::WrongState | Code::AlreadyBegun => "That isn’t possible any more. This is how it stands now.",
            Code::OutcomeUnknown => "We aren’t sure yet whether that worked. Look again in a minute.",
            code if code.status().is_server_error() => "That didn’t work, and nothing was changed. Please try again.",
            _ => return Err(problem),
        };
        Ok(pages.show(problem.code().status(), &self.page(edge, Done::Nothing)?.with_notice(notice)))
    }
}

/// `GET /manage/{number}/appointment.ics`: the appointment for a calendar program.
pub async fn calendar_file(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    let outcome = file(&request, &edge).await;
    pages.answer(&request, outcome)
}

async fn file(request: &HttpRequest, edge: &Edge) -> Result<HttpResponse, Problem> {
    let own = Own::of(request, edge).await?;
    let (reservation, business) = (own.reservation(), &own.visit.business);
    let published = edge.calendar(&business.org)?;
    let definition = published.state.definition_of(&reservation.definition_id);
    let name = definition.map_or("", |definition| definition.terms.name.as_str());
    let point = reservation.point_id.as_ref().and_then(|point| edge.directory.published(&business.org, point));
    let base = edge.base_url(request);
    let invitation = Invitation {
        method: if reservation.status.takes_room() { Method::Request } else { Method::Cancel },
        uid: reservation.calendar_uid.clone(),
        sequence: reservation.sequence,
        stamp: reservation.updated_at,
        start: reservation.slot.start,
        end: reservation.slot.end,
        summary: if name.is_empty() { business.name.clone() } else { format!("{name}, {}", business.name) },
        description: format!("Number {}", reservation.number),
        location: point.and_then(PublishedPoint::new).map(|at| {
            [at.point.name.as_str(), &at.point.location]
                .map(ToOwned::to_owned)
                .join(", ")
                .trim_end_matches(", ")
                .to_owned()
        }),
        url: Some(format!("{base}{}", own.address())),
        organizer_name: business.name.clone(),
        attendee: reservation.customer.email.clone(),
        attendee_name: reservation.customer.name.clone(),
    };
    let organizer = format!("{base}{}", address::index(&business.org));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8; method=PUBLISH"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"appointment.ics\""))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(published_calendar_file(&invitation, &organizer)))
}
