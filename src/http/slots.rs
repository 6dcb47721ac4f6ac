//! Slots: what can be booked, worked out from what the calendar has published. No mailbox, no SQL.

use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};

use super::body::RawBody;
use super::edge::Edge;
use super::problem::{Code, Problem};
use super::requests::calendar::slots::{SlotsBody, parse};
use super::responses::calendar::slots::SlotsView;
use super::responses::unexpected;
use super::shown_slots::Asked;
use crate::domain::calendar::{self, Question};

/// Shows which slots of a definition can be booked.
///
/// Public. Staff may ask for `explain`: then every start of the grid says which rules refuse it. At most 62 days a call.
/// Other names that are understood: `reservationDefinitionId` for `definitionId`, `serviceDate` for `date`.
#[utoipa::path(post, path = "/crm/reservations/slots", tag = "reservations", request_body = SlotsBody,
    responses(
        (status = 200, body = SlotsView<'static>),
        (status = 403, description = "`staff_only`: `explain` is for staff."),
        (status = 404, description = "`definition_not_found`; `org_not_found`."),
    ), security((), ("bearer" = [])))]
pub async fn find(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let body: SlotsBody = body.json()?.read()?;
    let wanted = parse(&body)?;
    if wanted.explain && caller.clerk.is_none() {
        return Err(Problem::new(Code::StaffOnly, "Only a member of staff is told why a time is refused."));
    }
    let calendar = edge.calendar(&caller.org)?;
    let definition = calendar.state.definition(&wanted.definition);
    let definition = definition.ok_or_else(|| Problem::of(Code::DefinitionNotFound))?;
    let question = wanted.in_zone(definition.terms.timezone);
    let points = edge.directory.terms(&caller.org);
    let asked = Asked { calendar: &calendar, points: &points, now: edge.now() };
    // Refusals name moments that go with the time of the question.
    if question.explain {
        let answer = calendar::slots(&calendar.state, &points, &question, asked.now)?;
        return Ok(HttpResponse::Ok().json(SlotsView::new(&answer, true)));
    }
    let bytes = match edge.shown_slots.find(&asked, &question) {
        Some(bytes) => bytes,
        None => worked_out(&edge, &asked, question)?,
    };
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(bytes))
}

fn worked_out(edge: &Edge, asked: &Asked<'_>, question: Question) -> Result<Bytes, Problem> {
    let answer = calendar::slots(&asked.calendar.state, asked.points, &question, asked.now)?;
    let bytes = serde_json::to_vec(&SlotsView::new(&answer, false)).map(Bytes::from).map_err(|_| unexpected())?;
    edge.shown_slots.keep(asked, question, answer.same_before, &bytes);
    Ok(bytes)
}
