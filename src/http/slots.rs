//! Slots: what can be booked, worked out from what the calendar has published. No mailbox, no SQL.

use actix_web::{HttpRequest, HttpResponse, web};

use super::body::RawBody;
use super::edge::Edge;
use super::problem::{Code, Problem};
use super::requests::calendar::slots::{SlotsBody, parse};
use super::responses::calendar::slots::SlotsView;
use crate::domain::calendar;

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
    let calendar = edge.directory.calendar(&caller.org).ok_or_else(|| Problem::of(Code::OrgNotFound))?;
    let definition = calendar.state.definition(&wanted.definition);
    let definition = definition.ok_or_else(|| Problem::of(Code::DefinitionNotFound))?;
    let question = wanted.in_zone(definition.terms.timezone);
    let points = edge.directory.terms(&caller.org);
    let answer = calendar::slots(&calendar.state, &points, &question, edge.now())?;
    Ok(HttpResponse::Ok().json(SlotsView::new(&answer, question.explain)))
}
