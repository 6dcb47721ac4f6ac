//! What clerks do about a whole line.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::queue::Act;
use crate::http::asked::Asked;
use crate::http::body::RawBody;
use crate::http::caller::QUEUES;
use crate::http::edge::Edge;
use crate::http::problem::Problem;
use crate::http::requests::acts::{CallNextBody, PauseBody, parse_call_next, parse_pause};
use crate::http::responses::entry::CalledEntry;
use crate::http::responses::service_point::ServicePointView;

/// Calls the first in line, and finishes another entry in the same breath.
///
/// Answers the called entry, with `completed` where asked for. When nobody waits and `completes` was given, the answer is
/// `{"called": null, "completed": {...}}`.
#[utoipa::path(post, path = "/crm/reservations/queue/call-next/{servicePoint}", tag = "queues", request_body = CallNextBody,
    params(("servicePoint" = String, Path, description = "The service point.")),
    responses(
        (status = 200, body = CalledEntry<'static>),
        (status = 409, description = "`nobody_waiting`; `wrong_state` of the entry to finish."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn call_next(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let (counter, completes) = parse_call_next(&asked.body.read()?)?;
    asked.of_point_in_path(Act::CallNext { counter, completes }).await
}

/// Lets nobody join for a while; those who wait keep their places and are still called.
#[utoipa::path(post, path = "/crm/reservations/queue/pause/{servicePoint}", tag = "queues", request_body = PauseBody,
    params(("servicePoint" = String, Path, description = "The service point.")),
    responses(
        (status = 200, body = ServicePointView<'static>),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn pause(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    let until = parse_pause(&asked.body.read()?, edge.now())?;
    asked.of_point_in_path(Act::Pause { until }).await
}

/// Lets people join again; opens a closed service point too.
#[utoipa::path(post, path = "/crm/reservations/queue/resume/{servicePoint}", tag = "queues",
    params(("servicePoint" = String, Path, description = "The service point.")),
    responses(
        (status = 200, body = ServicePointView<'static>),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn resume(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, QUEUES).await?;
    asked.of_point_in_path(Act::Resume).await
}
