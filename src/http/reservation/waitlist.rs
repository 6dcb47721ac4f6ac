//! Waiting for a slot to become free.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Scene;
use crate::domain::calendar::{Act, Answer};
use crate::domain::ids::DefinitionId;
use crate::http::body::RawBody;
use crate::http::edge::Edge;
use crate::http::idempotency;
use crate::http::problem::Problem;
use crate::http::requests::calendar::locale;
use crate::http::requests::calendar::reservation::{Visitor, WaitlistBody, parse_waitlist};
use crate::http::responses::reservation::{WaitlistView, waiting};
use crate::http::responses::unexpected;

/// Puts somebody on the list of those who are offered a slot when one becomes free.
///
/// Public; customers who are signed in wait for themselves only. An offer comes by mail, and its slot is held for 30 minutes.
#[utoipa::path(post, path = "/crm/reservations/waitlist/join", tag = "reservations", request_body = WaitlistBody,
    responses(
        (status = 201, description = "On the list.", body = WaitlistView<'static>),
        (status = 200, description = "The same person waits for the same already.", body = WaitlistView<'static>),
        (status = 404, description = "`definition_not_found`."),
        (status = 409, description = "`waitlist_full`: `limit` says how many may wait."),
    ), security((), ("bearer" = [])))]
pub async fn join(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let (body, by) = (body.json()?, caller.party());
    let locale = locale::preferred(request.headers()).filter(|_| caller.clerk.is_none());
    let visitor = Visitor { org: &caller.org, locale: locale.as_deref() };
    let scene = Scene::of(&edge, &request, &caller.org)?;
    let calendar = &scene.published.state;
    let zone_of = |id: &DefinitionId| calendar.definition(id).map_or(chrono_tz::UTC, |found| found.terms.timezone);
    let wish = parse_waitlist(&body.read()?, visitor, zone_of)?;
    caller.only_as(&wish.customer.email)?;
    let key = idempotency::key(&request, &by, &body)?;
    let (answer, repeated) = edge.ask_calendar(&caller.org, by, Act::JoinWaitlist(Box::new(wish)), key).await?;
    let Answer::Waiting { entry, created } = answer else { return Err(unexpected()) };
    Ok(waiting(&entry, created, repeated))
}
