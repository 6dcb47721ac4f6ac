//! Whether the server lives, whether it can work, and its figures.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::edge::Edge;
use crate::actors::OwnerHealth;
use crate::domain::ids::{OrgId, PointId};
use crate::domain::owner::OwnerName;

/// Most unwell owners that are listed; the count is always whole.
const UNWELL_LISTED_MAX: usize = 100;

/// That the process answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the server can work.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// `ready`; `degraded` when single service points are out of service; `not_ready` when nothing can be written.
    #[schema(example = "ready")]
    status: &'static str,
    /// The way to the database.
    lanes: Lanes,
    /// How many service points are not well.
    unwell_count: usize,
    /// Which ones, up to 100.
    unwell: Vec<Unwell>,
}

/// The way to the database.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Lanes {
    /// Whether commands are accepted.
    accepting: bool,
    /// For how long they have not been, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    stalled_for_ms: Option<u64>,
}

/// An owner that is not well.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unwell {
    /// Its org.
    #[schema(value_type = String)]
    org: OrgId,
    /// `service-point`, or `calendar`: all reservations of the org.
    #[schema(example = "service-point")]
    owner: &'static str,
    /// The id of the service point.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    service_point_id: Option<PointId>,
    /// `recovering` or `failed`.
    #[schema(example = "failed")]
    state: &'static str,
    /// Since when it is out of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<DateTime<Utc>>,
}

/// Says that the process answers.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, body = Health)))]
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

/// Says whether the server can work, and what ails it.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses(
    (status = 200, description = "It can; `degraded` when single service points are out of service.", body = Readiness),
    (status = 503, description = "Nothing can be written; reads go on.", body = Readiness),
))]
pub async fn ready(edge: web::Data<Edge>) -> HttpResponse {
    let stalled_for_ms = edge.directory.lanes_stalled_for_ms();
    let unwell = edge.directory.unwell();
    let status = match (stalled_for_ms, unwell.is_empty()) {
        (Some(_), _) => "not_ready",
        (None, false) => "degraded",
        (None, true) => "ready",
    };
    let readiness = Readiness {
        status,
        lanes: Lanes { accepting: stalled_for_ms.is_none(), stalled_for_ms },
        unwell_count: unwell.len(),
        unwell: unwell.into_iter().take(UNWELL_LISTED_MAX).filter_map(unwell_view).collect(),
    };
    let mut response = if stalled_for_ms.is_some() { HttpResponse::ServiceUnavailable() } else { HttpResponse::Ok() };
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(readiness)
}

fn unwell_view((org, owner, health): (OrgId, OwnerName, OwnerHealth)) -> Option<Unwell> {
    let (state, since) = match health {
        OwnerHealth::Well => return None,
        OwnerHealth::Recovering => ("recovering", None),
        OwnerHealth::Failed { since } => ("failed", Some(since)),
    };
    let (owner, service_point_id) = match owner {
        OwnerName::Calendar => ("calendar", None),
        OwnerName::Desk => ("desk", None),
        OwnerName::Point(point) => ("service-point", Some(point)),
    };
    Some(Unwell { org, owner, service_point_id, state, since })
}

/// Shows the figures of this process in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, body = String)))]
pub async fn metrics(edge: web::Data<Edge>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body((edge.metrics)())
}
