//! What customers do about their own entry, by its token. A wrong token and an unknown entry are the same 404.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::actors::{Published, Request};
use crate::domain::ids::EntryId;
use crate::domain::party::Party;
use crate::domain::queue::{Act, Answer, Command, Entry};
use crate::http::asked::entry_in_path;
use crate::http::body::RawBody;
use crate::http::edge::Edge;
use crate::http::idempotency;
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::acts::{PostponeBody, parse_postpone};
use crate::http::responses::entry::OwnEntry;
use crate::http::responses::unexpected;

/// Shows a customer their place in line.
#[utoipa::path(get, path = "/crm/reservations/queue/entry/{id}", tag = "own entry",
    params(
        ("id" = String, Path, description = "The entry."),
        ("token" = String, Query, description = "The entry's own token."),
    ),
    responses((status = 200, body = OwnEntry<'static>)), security(()))]
pub async fn entry(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let org = edge.reader_org(&request).await?;
    let id = entry_in_path(&request)?;
    let Some(token) = token(&request)? else { return Err(edge.missing(&org, Code::EntryNotFound).await) };
    let at = edge.directory.whereabouts(&org, &id).and_then(|point| edge.directory.published(&org, &point));
    let found = at.as_ref().and_then(|at| at.state.entry(&id).cloned());
    let found = match found {
        Some(entry) => Some(entry),
        None => edge.reader.entry(&org, &id).await?.map(Arc::new),
    };
    let Some(entry) = found.filter(|entry| is_same_secret(&entry.token, &token)) else {
        return Err(edge.missing(&org, Code::EntryNotFound).await);
    };
    let at = at.or_else(|| edge.directory.published(&org, &entry.point_id));
    Ok(show(&edge, &entry, at.as_deref()))
}

/// Leaves the line.
#[utoipa::path(post, path = "/crm/reservations/queue/leave/{id}", tag = "own entry",
    params(
        ("id" = String, Path, description = "The entry."),
        ("token" = String, Query, description = "The entry's own token."),
    ),
    responses(
        (status = 200, body = OwnEntry<'static>),
        (status = 409, description = "`wrong_state`: `state` names the one that it is in."),
    ), security((), ("bearer" = [])))]
pub async fn leave(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    act(&request, &edge, &body, |_| Ok(|entry, past| Act::Leave { entry, past })).await
}

/// Lets others pass.
#[utoipa::path(post, path = "/crm/reservations/queue/postpone/{id}", tag = "own entry", request_body = PostponeBody,
    params(
        ("id" = String, Path, description = "The entry."),
        ("token" = String, Query, description = "The entry's own token."),
    ),
    responses(
        (status = 200, body = OwnEntry<'static>),
        (status = 409, description = "`wrong_state`: `state` names the one that it is in."),
    ), security((), ("bearer" = [])))]
pub async fn postpone(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    act(&request, &edge, &body, |body| {
        let places = parse_postpone(&body.read()?)?;
        Ok(move |entry, past| Act::Postpone { entry, places, past })
    })
    .await
}

/// Sends an act of who holds the token; without one, of a signed-in clerk.
async fn act<M: FnOnce(EntryId, Option<Box<Entry>>) -> Act>(
    request: &HttpRequest,
    edge: &Edge,
    body: &RawBody,
    parse: impl FnOnce(&crate::http::body::JsonBody) -> Result<M, Problem>,
) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(request).await?;
    let by = match (token(request)?, caller.party()) {
        (Some(token), _) => Party::Bearer { token },
        (None, clerk @ Party::Clerk { .. }) => clerk,
        (None, _) => return Err(Problem::of(Code::EntryNotFound)),
    };
    let (id, body) = (entry_in_path(request)?, body.json()?);
    let make = parse(&body)?;
    let idempotency = idempotency::key(request, &by, &body)?;
    let org = caller.org.clone();
    let (point, past) = edge.owner_of(&org, &id).await?;
    let command = Command { by, act: make(id, past) };
    let (answer, _) = edge.ask(Request { org: org.clone(), name: point, command, idempotency }).await?;
    let Answer::Entry { entry, .. } = answer else { return Err(unexpected()) };
    let at = edge.directory.published(&org, &entry.point_id);
    Ok(show(edge, &entry, at.as_deref()))
}

fn show(edge: &Edge, entry: &Entry, at: Option<&Published>) -> HttpResponse {
    let now = edge.now();
    let standing = at.and_then(|at| at.state.standing(entry, now));
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(OwnEntry::new(entry, standing, at, now))
}

fn token(request: &HttpRequest) -> Result<Option<String>, Problem> {
    Ok(Query::of(request)?.get("token").filter(|token| !token.is_empty()).map(str::to_owned))
}

/// Compares two secrets in a time that does not tell how much of them is right.
fn is_same_secret(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_is_the_same() {
        assert!(is_same_secret("abc", "abc"));
        assert!(!is_same_secret("abc", "abd") && !is_same_secret("abc", "ab") && !is_same_secret("", "a"));
    }
}
