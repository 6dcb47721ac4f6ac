//! Tickets themselves: opened, listed, shown, changed, merged, deleted.

use actix_web::{HttpRequest, HttpResponse, web};

use super::records;
use super::{TicketCaller, address_of};
use crate::actors::IdempotencyKey;
use crate::domain::contact::contact_id;
use crate::domain::desk::{Act, Answer, Ticket, TicketDraft, TicketKey};
use crate::domain::invalid::Invalid;
use crate::http::asked::Asked;
use crate::http::body::{LargeBody, RawBody};
use crate::http::caller::STAFF_SIDE;
use crate::http::edge::Edge;
use crate::http::idempotency;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::desk::changes::{MergeBody, TicketUpdateBody, parse_merge, parse_update};
use crate::http::requests::desk::filter;
use crate::http::requests::desk::ticket::{OwnTicketBody, TicketBody, named_contact, parse, parse_own};
use crate::http::responses::desk::{OwnTicketView, TicketView};
use crate::http::responses::{DeletedView, unexpected};
use crate::http::version::{Expected, shown, versioned};
use crate::store::read::StoredTicket;

/// Lists tickets.
///
/// Customers see their own only, and less of them.
#[utoipa::path(get, path = "/crm/tickets/get", tag = "tickets",
    params(
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("sort" = Option<String>, Query, description = "`-createdAt` (default), `createdAt`, `dueAt` (what is due first; what \
            is not due at all last), `-updatedAt` or `-priority`."),
        ("status" = Option<String>, Query, description = "Only those that stand at one of these, with commas between them."),
        ("priority" = Option<String>, Query, description = "Only those of one of these priorities, with commas between them."),
        ("assignee" = Option<String>, Query, description = "Only those that this one works on; `none`: nobody."),
        ("team" = Option<String>, Query, description = "Only those of this team."),
        ("contact" = Option<String>, Query, description = "Only those of this contact."),
        ("email" = Option<String>, Query, description = "Only those of the contact with this address."),
        ("tag" = Option<String>, Query, description = "Only those with this tag."),
        ("text" = Option<String>, Query, description = "Only those whose subject, description, conversation or contact (name and \
            address) holds these words; `\"in quotes\"`, `or` and `-without` as in search engines. The number of a ticket \
            (`T-000123`) finds that one, too."),
        ("breached" = Option<bool>, Query, description = "Only those of which a clock ran out, or none did."),
        ("dueBefore" = Option<String>, Query, description = "Only those that are due before this instant."),
        ("channel" = Option<String>, Query, description = "Only those that came in so."),
    ),
    responses((status = 200, body = Page<TicketView>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let caller = edge.ticket_caller(&request).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let (mut filter, order) = (filter::parse(&query, &caller.org)?, filter::parse_order(&query)?);
    if let Some(email) = &caller.customer {
        filter.contact = contact_id(&caller.org, Some(email), None);
    }
    let after = wanted
        .after
        .as_deref()
        .map(|key| filter::parse_key(order, key).ok_or_else(|| Problem::of(Code::InvalidCursor)));
    let limit = i64::from(wanted.size) + 1;
    let after = after.transpose()?;
    let (desk, now) = (edge.desk(&caller.org)?, edge.now());
    let known = filter.only_statuses().and_then(|statuses| desk.state.count_at(statuses));
    let (rows, total) = edge.reader.tickets(&caller.org, &filter, order, after.as_ref(), limit, known).await?;
    let key = |row: &StoredTicket| filter::key_of(order, row);
    Ok(match &caller.customer {
        None => {
            let view = |row: StoredTicket| TicketView::new(&row.ticket, row.description, &desk.state, now);
            Page::of(&wanted, rows, total, key, view).respond()
        }
        Some(_) => {
            let view = |row: StoredTicket| OwnTicketView::new(&row.ticket, row.description);
            Page::of(&wanted, rows, total, key, view).respond()
        }
    })
}

/// Shows a ticket, by its number or id.
#[utoipa::path(get, path = "/crm/tickets/get/{number}", tag = "tickets",
    params(("number" = String, Path, description = "The ticket's number or id.")),
    responses(
        (status = 200, body = TicketView,
            headers(("ETag" = String, description = "The version, for `If-Match` and `If-None-Match`."))),
        (status = 404, description = "`ticket_not_found`."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let caller = edge.ticket_caller(&request).await?;
    let key = records::in_address(&request, "number")?;
    let (ticket, description) = records::stored(&edge, &caller.org, &key).await?;
    caller.may_see(&ticket)?;
    looked_at(&edge, &request, &caller, &ticket, description)
}

fn looked_at(
    edge: &Edge,
    request: &HttpRequest,
    caller: &TicketCaller,
    ticket: &Ticket,
    description: String,
) -> Result<HttpResponse, Problem> {
    if caller.customer.is_some() {
        return Ok(shown(request, ticket.version, OwnTicketView::new(ticket, description)));
    }
    // Its clocks run on while its version stays: a copy is never fresh.
    let desk = edge.desk(&caller.org)?;
    Ok(versioned(ticket.version, false, false).json(TicketView::new(ticket, description, &desk.state, edge.now())))
}

/// Opens a ticket for somebody.
#[utoipa::path(post, path = "/crm/tickets/create", tag = "tickets", request_body = TicketBody,
    responses(
        (status = 201, body = TicketView, headers(("ETag" = String, description = "The version, for `If-Match`."))),
        (status = 409, description = "`already_exists`: the id is taken."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, STAFF_SIDE).await?;
    let body: TicketBody = asked.body.read()?;
    let known = match named_contact(&body)? {
        Some(id) => edge.reader.contact(&asked.clerk.org, &id).await?,
        None => None,
    };
    let mut draft = parse(&body, &asked.clerk.org, known)?;
    records::name(&edge, &asked.clerk.org, &mut draft.requester).await?;
    let caller = TicketCaller { org: asked.clerk.org, identity: asked.clerk.identity, customer: None };
    open(&edge, &caller, draft, asked.key).await
}

/// Opens a ticket of one's own: of the person whose address the token names.
#[utoipa::path(post, path = "/crm/tickets/create-ticket", tag = "tickets", request_body = OwnTicketBody,
    responses((status = 201, body = OwnTicketView)), security(("bearer" = []), ("session" = [])))]
pub async fn create_own(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let caller = edge.ticket_caller(&request).await?;
    let body = body.0.json()?;
    let key = idempotency::key(&request, &caller.identity.party(), &body)?;
    let email = address_of(&caller.identity)
        .ok_or_else(|| Invalid::new("email", "your token names no e-mail address to answer to"))?;
    let mut draft = parse_own(&body.read::<OwnTicketBody>()?, &caller.org, email)?;
    records::name(&edge, &caller.org, &mut draft.requester).await?;
    open(&edge, &caller, draft, key).await
}

async fn open(
    edge: &Edge,
    caller: &TicketCaller,
    draft: TicketDraft,
    key: Option<IdempotencyKey>,
) -> Result<HttpResponse, Problem> {
    let description = draft.description.clone();
    let act = Act::Create(Box::new(draft));
    let (answer, repeated) = edge.ask_desk(&caller.org, caller.identity.party(), act, Vec::new(), key).await?;
    let Answer::Ticket { ticket, created } = answer else { return Err(unexpected()) };
    let mut response = versioned(ticket.version, created, repeated);
    if caller.customer.is_some() {
        return Ok(response.json(OwnTicketView::new(&ticket, description)));
    }
    let desk = edge.desk(&caller.org)?;
    Ok(response.json(TicketView::new(&ticket, description, &desk.state, edge.now())))
}

/// Changes a ticket: what is left out stays, null clears.
#[utoipa::path(post, path = "/crm/tickets/update", tag = "tickets", request_body = TicketUpdateBody,
    params(("If-Match" = Option<String>, Header, description = "Only if it still has this version.")),
    responses(
        (status = 200, body = TicketView),
        (status = 404, description = "`ticket_not_found`."),
        (status = 409, description = "`illegal_move`: a status that cannot follow; `wrong_state`: it is closed; `merged`."),
        (status = 412, description = "`version_mismatch`: it has been changed since; `version` says to which."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, STAFF_SIDE).await?;
    let (ticket, changes) = parse_update(&asked.body.read::<TicketUpdateBody>()?)?;
    let expected_version = expected_version(&edge, &request, &asked, &ticket).await?;
    let keys = [ticket.clone()];
    let act = Act::Update { ticket, changes: Box::new(changes), expected_version };
    about_one(&edge, asked, act, &keys).await
}

/// Puts a ticket into another one: its conversation goes on there.
///
/// Where the other one is somebody else's, the customer of this one follows it: they are told what agents answer there from now
/// on, and read it by way of their own ticket. Neither reads what the other wrote before.
#[utoipa::path(post, path = "/crm/tickets/merge/{ticketId}", tag = "tickets", request_body = MergeBody,
    params(
        ("ticketId" = String, Path, description = "The ticket's id or number."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses(
        (status = 200, description = "The ticket that went into the other one.", body = TicketView),
        (status = 404, description = "`ticket_not_found`."),
        (status = 409, description = "`cannot_merge`; `too_many`: 20 people follow the other one already; `wrong_state`: it is closed; `merged`: it went into another one before."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn merge(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, STAFF_SIDE).await?;
    let ticket = records::in_address(&request, "ticketId")?;
    let into = parse_merge(&asked.body.read::<MergeBody>()?)?;
    let expected_version = expected_version(&edge, &request, &asked, &ticket).await?;
    let keys = [ticket.clone(), into.clone()];
    about_one(&edge, asked, Act::Merge { ticket, into, expected_version }, &keys).await
}

/// Deletes a ticket: it is gone from all lists, history stays.
#[utoipa::path(delete, path = "/crm/tickets/delete/{id}", tag = "tickets",
    params(
        ("id" = String, Path, description = "The ticket's id or number."),
        ("If-Match" = Option<String>, Header, description = "Only if it still has this version."),
    ),
    responses((status = 200, body = DeletedView), (status = 404, description = "`ticket_not_found`.")),
    security(("bearer" = []), ("session" = [])))]
pub async fn delete(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, STAFF_SIDE).await?;
    let ticket = records::in_address(&request, "id")?;
    let expected_version = expected_version(&edge, &request, &asked, &ticket).await?;
    let past = records::past(&edge, &asked.clerk.org, std::slice::from_ref(&ticket)).await?;
    let (by, act) = (asked.clerk.identity.party(), Act::Delete { ticket, expected_version });
    let (answer, _) = edge.ask_desk(&asked.clerk.org, by, act, past, asked.key).await?;
    let Answer::TicketDeleted { id } = answer else { return Err(unexpected()) };
    Ok(HttpResponse::Ok().json(DeletedView::of(&id)))
}

/// Sends an act of the staff side that is about these tickets, and shows the one that it was about.
pub(super) async fn about_one(
    edge: &Edge,
    asked: Asked<'_>,
    act: Act,
    keys: &[TicketKey],
) -> Result<HttpResponse, Problem> {
    let org = &asked.clerk.org;
    let past = records::past(edge, org, keys).await?;
    let (answer, repeated) = edge.ask_desk(org, asked.clerk.identity.party(), act, past, asked.key).await?;
    let Answer::Ticket { ticket, .. } = answer else { return Err(unexpected()) };
    let description = edge.reader.ticket_description(org, &ticket.id).await?;
    let description = description.ok_or_else(|| Problem::of(Code::TicketNotFound))?;
    let view = TicketView::new(&ticket, description, &edge.desk(org)?.state, edge.now());
    Ok(versioned(ticket.version, false, repeated).json(view))
}

/// What `If-Match` demands. A ticket that is not there is left to its desk to refuse.
async fn expected_version(
    edge: &Edge,
    request: &HttpRequest,
    asked: &Asked<'_>,
    ticket: &TicketKey,
) -> Result<Option<u64>, Problem> {
    match records::found(edge, &asked.clerk.org, ticket).await {
        Ok(found) => Expected::of(request, Some(found.version)),
        Err(problem) if problem.code() == Code::TicketNotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}
