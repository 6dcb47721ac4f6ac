//! The supervisor's page: all locations of an org side by side, trouble first. Served with the state of the moment; the
//! page's script follows the live stream from there, and without one the page reloads itself.

mod glance;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::templates::Page;
use super::{Pages, see_other, sign_in, words};
use crate::actors::Request;
use crate::domain::ids::PointId;
use crate::domain::queue::{Act, Command};
use crate::http::{Code, Edge, Problem, QUEUES, RawBody, key_of_form};
use crate::identity;
use glance::{Glance, Overview};

/// All locations of an org.
#[derive(Debug, Serialize)]
pub struct LivePage {
    org: String,
    business: String,
    timezone: &'static str,
    who: String,
    may_override: bool,
    overview: Overview,
    is_wall: bool,
    refused: Option<&'static str>,
    /// What the forms of this very page carry, so that one that is sent twice is heard once.
    form_key: String,
    as_of: String,
    clock: String,
    city: String,
    base_url: String,
}

/// `GET /live`: the page, or the form to sign in.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    match page(&request, &edge).await {
        Ok(page) => sign_in::with_origin(pages.show(StatusCode::OK, &page)),
        Err(problem) if problem.code() == Code::Unauthenticated => sign_in::form(&pages, None),
        Err(problem) => sign_in::form(&pages, Some(&problem)),
    }
}

/// `POST /live/call-next/{point}`: calls the next one where no script runs, and shows the page again.
pub async fn call_next(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> HttpResponse {
    let back = match asked_to_call(&request, &edge, &body).await {
        Ok(()) => "/live".to_owned(),
        Err(problem) => format!("/live?refused={}", problem.code().word()),
    };
    see_other(&back)
}

async fn asked_to_call(request: &HttpRequest, edge: &Edge, body: &RawBody) -> Result<(), Problem> {
    let clerk = edge.clerk(request, QUEUES).await?;
    let point = request.match_info().get("point").unwrap_or_default();
    let point = PointId::parse(point).map_err(|_| Problem::of(Code::ServicePointNotFound))?;
    let by = clerk.identity.party();
    let key = body.form_field("key").ok_or_else(|| Problem::of(Code::InvalidIdempotencyKey))?;
    let idempotency = Some(key_of_form(&key, request, &by)?);
    let command = Command { by, act: Act::CallNext { counter: None, completes: None } };
    edge.ask(Request { org: clerk.org, name: point, command, idempotency }).await.map(drop)
}

/// The page for who is signed in; the org that the address names, if it does, must be theirs.
async fn page(request: &HttpRequest, edge: &Edge) -> Result<LivePage, Problem> {
    let clerk = edge.clerk(request, QUEUES).await?;
    if in_query(request, "org").is_some_and(|named| named != clerk.org.as_str()) {
        return Err(Problem::of(Code::OrgMismatch));
    }
    let org = edge.directory.org(&clerk.org).await?.ok_or_else(|| Problem::of(Code::UnknownOrg))?;
    let (now, zone) = (edge.now(), org.timezone);
    let published = edge.directory.published_of(&org.id);
    let glances = published.iter().filter_map(|published| Glance::new(published, now, zone)).collect();
    let refused = in_query(request, "refused");
    let refused = Code::ALL.iter().find(|code| Some(code.word()) == refused.as_deref());
    Ok(LivePage {
        org: org.id.to_string(),
        business: org.name.clone(),
        timezone: zone.name(),
        may_override: clerk.identity.party().may_override(),
        who: clerk.identity.subject,
        overview: Overview::new(glances),
        is_wall: in_query(request, "wall").is_some(),
        refused: refused.map(|code| code.title()),
        form_key: identity::new_uuid().to_string(),
        as_of: words::instant(now),
        clock: now.with_timezone(&zone).format("%H:%M:%S").to_string(),
        city: zone.name().rsplit('/').next().unwrap_or_default().replace('_', " "),
        base_url: edge.base_url(request),
    })
}

impl Page for LivePage {
    const TEMPLATE: &'static str = "live.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        glance::sample::pages()
    }
}

fn in_query(request: &HttpRequest, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
