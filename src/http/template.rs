//! The org's own words for messages: written by admins, read by supervisors too.

use actix_web::{HttpRequest, HttpResponse, web};

use super::asked::{Asked, in_path};
use super::body::RawBody;
use super::caller::{ADMINS, CONFIGURATION};
use super::edge::Edge;
use super::page::{Page, PageRequest};
use super::problem::{Code, Problem};
use super::query::Query;
use super::requests::calendar::template::{TemplateBody, parse_changes, parse_draft};
use super::responses::DeletedView;
use super::responses::calendar::template::TemplateView;
use super::version::{Expected, shown};
use crate::actors::try_out;
use crate::domain::calendar::Act;
use crate::domain::ids::TemplateId;
use crate::domain::invalid::Invalid;
use crate::domain::message::TemplateTerms;
use crate::identity;

/// Lists the templates of the org, by id.
#[utoipa::path(get, path = "/crm/notifications/templates/get", tag = "notifications",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("kind" = Option<String>, Query, description = "Only those for this kind of message."),
        ("active" = Option<bool>, Query, description = "Only those that take the place of ours, or only the others."),
    ),
    responses((status = 200, body = Page<TemplateView<'static>>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, CONFIGURATION).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let (active, kind) = (query.choice("active")?, query.get("kind"));
    let calendar = edge.calendar(&clerk.org)?;
    let mut rows: Vec<_> = calendar.state.templates().collect();
    rows.retain(|template| active.is_none_or(|active| template.terms.active == active));
    rows.retain(|template| kind.is_none_or(|kind| template.terms.kind.word() == kind));
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| TemplateView::new(row)).respond())
}

/// Shows one template.
#[utoipa::path(get, path = "/crm/notifications/templates/get/{id}", tag = "notifications",
    params(("id" = String, Path, description = "The template.")),
    responses((status = 200, body = TemplateView<'static>,
        headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`.")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, CONFIGURATION).await?;
    let (id, calendar) = (in_address(&request)?, edge.calendar(&clerk.org)?);
    let template = calendar.state.template(&id).ok_or_else(|| Problem::of(Code::TemplateNotFound))?;
    Ok(shown(&request, template.version, TemplateView::new(template)))
}

/// Makes a template. It is tried with an example first; what does not fit is refused with its line.
#[utoipa::path(post, path = "/crm/notifications/templates/create", tag = "notifications", request_body = TemplateBody,
    responses(
        (status = 201, body = TemplateView<'static>),
        (status = 409, description = "`already_exists`: the id is taken. `too_many`: there is no room for more."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, ADMINS).await?;
    let draft = parse_draft(&asked.body.read()?, || TemplateId::from_uuid(identity::new_uuid()))?;
    fits(draft.to_template(edge.now()).map(|template| template.terms))?;
    asked.configure_calendar(Act::CreateTemplate { draft: Box::new(draft) }).await
}

/// Changes a template: what is left out stays, null puts the default back.
#[utoipa::path(post, path = "/crm/notifications/templates/update", tag = "notifications", request_body = TemplateBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = TemplateView<'static>),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, ADMINS).await?;
    let (id, changes) = parse_changes(&asked.body.read()?)?;
    let calendar = edge.calendar(&asked.clerk.org)?;
    let current = calendar.state.template(&id);
    let mut expected_version = Expected::of(&request, current.map(|current| current.version))?;
    if let Some(current) = current {
        fits(changes.apply_to(&current.terms))?;
        // What was tried is what has to be changed.
        expected_version = expected_version.or(Some(current.version));
    }
    asked.configure_calendar(Act::UpdateTemplate { id, changes: Box::new(changes), expected_version }).await
}

/// Deletes a template: our own words take its place.
#[utoipa::path(delete, path = "/crm/notifications/templates/delete/{id}", tag = "notifications",
    params(
        ("id" = String, Path, description = "The template."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses(
        (status = 200, body = DeletedView),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, ADMINS).await?;
    let id = in_address(&request)?;
    let current = edge.calendar(&asked.clerk.org)?.state.template(&id).map(|template| template.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_calendar(Act::DeleteTemplate { id, expected_version }).await
}

/// Refuses words that could not be filled in.
fn fits(terms: Result<TemplateTerms, Invalid>) -> Result<(), Problem> {
    Ok(terms.and_then(|terms| try_out(&terms))?)
}

fn in_address(request: &HttpRequest) -> Result<TemplateId, Problem> {
    in_path(request, "id", TemplateId::parse, Code::TemplateNotFound)
}
