//! Canned responses: what agents answer often. Everybody of the staff side uses them; supervisors and admins write them.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use crate::actors::check_canned_text;
use crate::domain::desk::{Act, Answer, CannedResponse, CannedTerms};
use crate::domain::ids::{CannedResponseId, OrgId};
use crate::domain::invalid::Invalid;
use crate::http::asked::{Asked, in_path};
use crate::http::body::LargeBody;
use crate::http::caller::{CONFIGURATION, STAFF_SIDE};
use crate::http::edge::Edge;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::responses::desk::configuration::{CannedBody, ConfiguredView};
use crate::http::responses::desk::versioned;
use crate::http::responses::{DeletedView, unexpected};
use crate::http::version::{Expected, entity_tag, is_known_to};
use crate::identity;

/// Lists the canned responses of the org, by id.
#[utoipa::path(get, path = "/crm/tickets/canned-responses", tag = "tickets",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("category" = Option<String>, Query, description = "Only those sorted under this word."),
        ("active" = Option<bool>, Query, description = "Only those that are offered, or only those that are not."),
    ),
    responses((status = 200, body = Page<CannedBody>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let (active, category) = (query.choice("active")?, query.get("category"));
    let desk = edge.desk(&clerk.org)?;
    let mut rows: Vec<_> = desk.state.canned_responses().collect();
    rows.retain(|row| active.is_none_or(|active| row.terms.active == active));
    rows.retain(|row| category.is_none_or(|category| row.terms.category.as_deref() == Some(category)));
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| ConfiguredView::new(row)).respond())
}

/// Shows one canned response.
#[utoipa::path(get, path = "/crm/tickets/canned-responses/get/{id}", tag = "tickets",
    params(("id" = String, Path, description = "The canned response.")),
    responses((status = 200, body = CannedBody,
        headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`.")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let canned = published(&edge, &clerk.org, &in_address(&request)?)?;
    let canned = canned.ok_or_else(|| Problem::of(Code::CannedResponseNotFound))?;
    let tag = entity_tag(canned.version);
    if is_known_to(&request, tag.as_bytes()) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(versioned(canned.version, false, false).json(ConfiguredView::new(&canned)))
}

/// Makes a canned response.
///
/// Its body may name `{{ ticket.number }}`, `{{ ticket.subject }}`, `{{ ticket.status }}`, `{{ ticket.priority }}`,
/// `{{ contact.name }}`, `{{ contact.email }}` and `{{ agent.id }}`; one that names anything else is refused.
#[utoipa::path(post, path = "/crm/tickets/canned-responses/create", tag = "tickets", request_body = CannedBody,
    responses(
        (status = 201, body = CannedBody),
        (status = 409, description = "`already_exists`: the id is taken. `too_many`: there is no room for more."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, CONFIGURATION).await?;
    let fields: Map<String, Value> = asked.body.read()?;
    let id = match named(&fields)? {
        Some(id) => id,
        None => CannedResponseId::from_uuid(identity::new_uuid()),
    };
    let terms = CannedTerms::parse(&Value::Object(fields)).map_err(wrong)?;
    check_body(&terms.body)?;
    configure(&edge, asked, Act::CreateCanned { id, terms: Box::new(terms) }).await
}

/// Changes a canned response: what is left out stays, null clears.
#[utoipa::path(post, path = "/crm/tickets/canned-responses/update", tag = "tickets", request_body = CannedBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = CannedBody),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, CONFIGURATION).await?;
    let mut patch: Map<String, Value> = asked.body.read()?;
    let id = named(&patch)?.ok_or_else(|| wrong(Invalid::new("id", "is required")))?;
    patch.remove("id");
    if let Some(Value::String(body)) = patch.get("body") {
        check_body(body)?;
    }
    let expected_version = expected_version(&edge, &request, &asked.clerk.org, &id)?;
    configure(&edge, asked, Act::UpdateCanned { id, patch, expected_version }).await
}

/// Deletes a canned response; what was sent with it stays.
#[utoipa::path(delete, path = "/crm/tickets/canned-responses/delete/{id}", tag = "tickets",
    params(
        ("id" = String, Path, description = "The canned response."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses((status = 200, body = DeletedView)), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, CONFIGURATION).await?;
    let id = in_address(&request)?;
    let expected_version = expected_version(&edge, &request, &asked.clerk.org, &id)?;
    configure(&edge, asked, Act::DeleteCanned { id, expected_version }).await
}

async fn configure(edge: &Edge, asked: Asked<'_>, act: Act) -> Result<HttpResponse, Problem> {
    let by = asked.clerk.identity.party();
    let (answer, repeated) = edge.ask_desk(&asked.clerk.org, by, act, Vec::new(), asked.key).await?;
    match answer {
        Answer::Canned { canned, created } => {
            let mut response = versioned(canned.version, created && !repeated, repeated);
            Ok(response.json(ConfiguredView::new(&canned)))
        }
        Answer::CannedDeleted { id } => Ok(HttpResponse::Ok().json(DeletedView::of(&id))),
        _ => Err(unexpected()),
    }
}

fn in_address(request: &HttpRequest) -> Result<CannedResponseId, Problem> {
    in_path(request, "id", CannedResponseId::parse, Code::CannedResponseNotFound)
}

fn named(fields: &Map<String, Value>) -> Result<Option<CannedResponseId>, Problem> {
    match fields.get("id") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => CannedResponseId::parse(id).map(Some).map_err(|error| wrong(error.at("id"))),
        Some(_) => Err(wrong(Invalid::new("id", "must be a text"))),
    }
}

fn check_body(body: &str) -> Result<(), Problem> {
    check_canned_text(body).map_err(|error| wrong(Invalid::new("body", error.to_string())))
}

fn published(edge: &Edge, org: &OrgId, id: &CannedResponseId) -> Result<Option<Arc<CannedResponse>>, Problem> {
    Ok(edge.desk(org)?.state.canned(id).cloned())
}

/// What `If-Match` demands. One that is not there is left to its desk to refuse.
fn expected_version(
    edge: &Edge,
    request: &HttpRequest,
    org: &OrgId,
    id: &CannedResponseId,
) -> Result<Option<u64>, Problem> {
    match published(edge, org, id)? {
        Some(current) => Expected::read(request).against(Some(current.version)),
        None => Ok(None),
    }
}

fn wrong(error: Invalid) -> Problem {
    Problem::invalid(vec![error])
}
