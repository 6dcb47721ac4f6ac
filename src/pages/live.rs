//! The supervisor's page: all locations of an org side by side, trouble first. Served with the state of the moment; the
//! page's script follows the live stream from there, and without one the page reloads itself.

mod glance;
#[cfg(test)]
mod sample;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use minijinja::{Value, context};

use super::{page, sign_in};
use crate::actors::Request;
use crate::domain::ids::PointId;
use crate::domain::queue::{Act, Command};
use crate::http::{Clerk, Code, Edge, Problem, QUEUES};
use glance::{Glance, Overview};

/// The page, or the form to sign in.
pub async fn live(request: HttpRequest, edge: web::Data<Edge>) -> HttpResponse {
    match clerk(&request, &edge).await {
        Ok(clerk) => page(StatusCode::OK, "live.html", shown(&request, &edge, &clerk)),
        Err(problem) if problem.code() == Code::Unauthenticated => sign_in::form(None),
        Err(problem) => sign_in::form(Some(&problem)),
    }
}

/// Calls the next one where no script runs, and shows the page again.
pub async fn call_next(request: HttpRequest, edge: web::Data<Edge>) -> HttpResponse {
    let back = match asked_to_call(&request, &edge).await {
        Ok(()) => "/live".to_owned(),
        Err(problem) => format!("/live?refused={}", problem.code().word()),
    };
    HttpResponse::SeeOther().insert_header((header::LOCATION, back)).finish()
}

async fn asked_to_call(request: &HttpRequest, edge: &Edge) -> Result<(), Problem> {
    let clerk = edge.clerk(request, QUEUES).await?;
    let point = request.match_info().get("point").unwrap_or_default();
    let point = PointId::parse(point).map_err(|_| Problem::of(Code::ServicePointNotFound))?;
    let command =
        Command { by: clerk.identity.party(), act: Act::CallNext { counter: None, completes: None } };
    edge.ask(Request { org: clerk.org.id.clone(), point, command, idempotency: None }).await.map(drop)
}

/// Who is signed in; the org that the address names, if it does, must be theirs.
async fn clerk(request: &HttpRequest, edge: &Edge) -> Result<Clerk, Problem> {
    let clerk = edge.clerk(request, QUEUES).await?;
    match in_query(request, "org") {
        Some(named) if named != clerk.org.id.as_str() => Err(Problem::of(Code::OrgMismatch)),
        _ => Ok(clerk),
    }
}

fn shown(request: &HttpRequest, edge: &Edge, clerk: &Clerk) -> Value {
    let (now, zone) = (edge.now(), clerk.org.timezone);
    let published = edge.directory.published_of(&clerk.org.id);
    let glances = published.iter().filter_map(|published| Glance::new(published, now, zone)).collect();
    let refused = in_query(request, "refused");
    let refused = Code::ALL.iter().find(|code| Some(code.word()) == refused.as_deref());
    context! {
        org => context! { id => clerk.org.id.as_str(), name => clerk.org.name, timezone => zone.name() },
        who => clerk.identity.subject,
        may_override => clerk.identity.party().may_override(),
        overview => Overview::new(glances),
        is_wall => in_query(request, "wall").is_some(),
        refused => refused.map(|code| code.title()),
        as_of => now.to_rfc3339(),
        as_of_words => now.with_timezone(&zone).format("%H:%M:%S").to_string(),
        zone_words => zone.name().rsplit('/').next().unwrap_or_default().replace('_', " "),
        base_url => edge.base_url(request),
    }
}

fn in_query(request: &HttpRequest, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
