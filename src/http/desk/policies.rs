//! SLA policies: what an org promises for which tickets. A matter of admins.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::desk::Act;
use crate::domain::ids::PolicyId;
use crate::http::asked::{Asked, in_path};
use crate::http::body::LargeBody;
use crate::http::caller::ADMINS;
use crate::http::edge::Edge;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::sla::configuration::{PolicyBody, parse_policy, parse_policy_changes};
use crate::http::responses::DeletedView;
use crate::http::responses::desk::configuration::PolicyView;
use crate::http::version::{Expected, shown};
use crate::identity;

/// Lists the SLA policies of the org, by id.
#[utoipa::path(get, path = "/crm/sla-policies/get", tag = "tickets",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("name" = Option<String>, Query, description = "Only those whose name holds this text."),
    ),
    responses((status = 200, body = Page<PolicyView<'static>>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, ADMINS).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let is_named = query.search("name");
    let desk = edge.desk(&clerk.org)?;
    let mut rows: Vec<_> = desk.state.policies().collect();
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    rows.retain(|row| is_named(&row.terms.draft().name));
    Ok(Page::among(&wanted, rows, |row| row.id.as_str(), |row| PolicyView::new(row)).respond())
}

/// Shows one SLA policy.
#[utoipa::path(get, path = "/crm/sla-policies/get/{id}", tag = "tickets",
    params(("id" = String, Path, description = "The SLA policy.")),
    responses((status = 200, body = PolicyView<'static>,
        headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`.")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, ADMINS).await?;
    let (id, desk) = (in_address(&request)?, edge.desk(&clerk.org)?);
    let policy = desk.state.policy(&id).ok_or_else(|| Problem::of(Code::SlaPolicyNotFound))?;
    Ok(shown(&request, policy.version, PolicyView::new(policy)))
}

/// Makes an SLA policy.
///
/// Its condition is a CEL expression over `ticket` (`number`, `priority`, `status`, `tags`, `channel`, `subject`, `team`,
/// `assigneeId`) and `contact` (`id`, `email`, `name`, `phone`); one that cannot be read is refused with the place of the mistake.
#[utoipa::path(post, path = "/crm/sla-policies/create", tag = "tickets", request_body = PolicyBody,
    responses(
        (status = 201, body = PolicyView<'static>),
        (status = 409, description = "`already_exists`: the id is taken. `too_many`: there is no room for more."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, ADMINS).await?;
    let make_id = || PolicyId::from_uuid(identity::new_uuid());
    let policy = parse_policy(&asked.body.read()?, make_id)?;
    asked.configure_desk(Act::CreatePolicy { id: policy.id().clone(), terms: Box::new(policy) }).await
}

/// Changes an SLA policy: what is left out stays, null puts the default back. Lists are replaced as a whole.
///
/// Tickets that are worked on are matched anew, and their clocks go on under what holds from now on: what has elapsed stays.
#[utoipa::path(post, path = "/crm/sla-policies/update", tag = "tickets", request_body = PolicyBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = PolicyView<'static>),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, ADMINS).await?;
    let (id, changes) = parse_policy_changes(&asked.body.read()?)?;
    let current = edge.desk(&asked.clerk.org)?.state.policy(&id).map(|policy| policy.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_desk(Act::UpdatePolicy { id, changes: Box::new(changes), expected_version }).await
}

/// Deletes an SLA policy. Tickets under it are matched anew.
#[utoipa::path(delete, path = "/crm/sla-policies/delete/{id}", tag = "tickets",
    params(
        ("id" = String, Path, description = "The SLA policy."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses((status = 200, body = DeletedView)), security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, ADMINS).await?;
    let id = in_address(&request)?;
    let current = edge.desk(&asked.clerk.org)?.state.policy(&id).map(|policy| policy.version);
    let expected_version = Expected::of(&request, current)?;
    asked.configure_desk(Act::DeletePolicy { id, expected_version }).await
}

fn in_address(request: &HttpRequest) -> Result<PolicyId, Problem> {
    in_path(request, "id", PolicyId::parse, Code::SlaPolicyNotFound)
}
