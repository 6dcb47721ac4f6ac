//! What customers do about their tickets without signing in: an address shows how they stand, a number how one stands, and the
//! secret of the links in our mails the conversation.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::address::Email;
use crate::domain::contact::contact_id;
use crate::domain::desk::{Act, Answer, Ticket, TicketKey, TicketNumber};
use crate::domain::ids::OrgId;
use crate::domain::party::Party;
use crate::http::body::RawBody;
use crate::http::edge::Edge;
use crate::http::idempotency;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::desk::filter;
use crate::http::requests::desk::question::{RatingBody, parse_rating};
use crate::http::responses::desk::thread::TicketMessageView;
use crate::http::responses::desk::{MaskedTicketView, OwnTicketView, StandingView};
use crate::http::responses::unexpected;
use crate::store::read::{StoredTicket, TicketFilter, TicketOrder};

use super::conversation::Conversation;
use super::records;

/// Most messages of a conversation that are shown with its ticket, in messages: the oldest.
const CONVERSATION_MAX: i64 = 200;

/// A ticket with its conversation, for who shows the secret of its links.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    #[serde(flatten)]
    ticket: OwnTicketView,
    /// What was said, the oldest first.
    messages: Vec<TicketMessageView>,
}

/// Lists how the newest tickets of an address stand, their numbers masked.
///
/// There is no cursor to those before: it would have to say where the page ended, and so the number of a ticket.
#[utoipa::path(get, path = "/crm/tickets/get-by-email/{email}", tag = "own tickets",
    params(
        ("email" = String, Path, description = "The address."),
        ("pageSize" = Option<u32>, Query, description = "How many, 1 to 200; default 50."),
    ),
    responses((status = 200, body = Page<MaskedTicketView>)), security((), ("bearer" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let wanted = PageRequest::read(&Query::of(&request)?)?;
    if wanted.after.is_some() {
        return Err(Problem::of(Code::InvalidCursor));
    }
    let order = TicketOrder::Newest;
    let email = address(&request)?;
    caller.only_as(&email)?;
    let filter = TicketFilter { contact: contact_id(&caller.org, Some(&email), None), ..TicketFilter::default() };
    let limit = i64::from(wanted.size) + 1;
    let (rows, total) = edge.reader.tickets(&caller.org, &filter, order, None, limit, None).await?;
    let key = |row: &StoredTicket| filter::key_of(order, row);
    Ok(Page::of(&wanted, rows, total, key, |row| MaskedTicketView::from(&row.ticket)).without_cursor().respond())
}

/// Shows how a ticket stands; with the secret of the links in its mails (`?token=`) also what was said.
#[utoipa::path(get, path = "/crm/tickets/get-by-email/{email}/{number}", tag = "own tickets",
    params(
        ("email" = String, Path, description = "The address of who asked."),
        ("number" = String, Path, description = "The ticket's number."),
        ("token" = Option<String>, Query, description = "The secret of the links in its mails."),
    ),
    responses(
        (status = 200, description = "How it stands; with the secret the whole of it, with `messages`.", body = StandingView),
        (status = 404, description = "`ticket_not_found`: the same for an unknown address, number or secret."),
    ), security((), ("bearer" = [])))]
pub async fn get(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let (ticket, description) = named(&edge, &request, &caller.org).await?;
    let query = Query::of(&request)?;
    let Some(token) = query.get("token") else {
        return Ok(HttpResponse::Ok().json(StandingView::from(&ticket)));
    };
    if !(Party::Bearer { token: token.to_owned() }).shows(&ticket.token) {
        return Err(Problem::of(Code::TicketNotFound));
    }
    Ok(HttpResponse::Ok().json(conversation(&edge, &caller.org, Arc::new(ticket), description).await?))
}

/// Says how good the help was, once a ticket is resolved; said again, the last word counts.
#[utoipa::path(post, path = "/crm/tickets/rate/{email}/{number}", tag = "own tickets", request_body = RatingBody,
    params(
        ("email" = String, Path, description = "The address of who asked."),
        ("number" = String, Path, description = "The ticket's number."),
        ("token" = String, Query, description = "The secret of the links in its mails."),
    ),
    responses(
        (status = 200, body = StandingView),
        (status = 404, description = "`ticket_not_found`: the same for an unknown address, number or secret."),
        (status = 409, description = "`wrong_state`: it is not resolved."),
    ), security((), ("bearer" = [])))]
pub async fn rate(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let token = Query::of(&request)?.get("token").unwrap_or_default().to_owned();
    let by = Party::Bearer { token };
    let (ticket, _) = named(&edge, &request, &caller.org).await?;
    if !by.shows(&ticket.token) {
        return Err(Problem::of(Code::TicketNotFound));
    }
    let body = body.json()?;
    let key = idempotency::key(&request, &by, &body)?;
    let (score, comment) = parse_rating(&body.read::<RatingBody>()?)?;
    let ticket = TicketKey::Id(ticket.id);
    let past = records::past(&edge, &caller.org, std::slice::from_ref(&ticket)).await?;
    let (answer, _) = edge.ask_desk(&caller.org, by, Act::Rate { ticket, score, comment }, past, key).await?;
    let Answer::Ticket { ticket, .. } = answer else { return Err(unexpected()) };
    Ok(HttpResponse::Ok().json(StandingView::from(&*ticket)))
}

/// A ticket with its conversation, also where that went on in another one.
///
/// # Errors
/// 503 when the database does not answer.
async fn conversation(
    edge: &Edge,
    org: &OrgId,
    ticket: Arc<Ticket>,
    description: String,
) -> Result<ConversationView, Problem> {
    let conversation = Conversation::of(edge, org, &ticket).await?;
    let (messages, _) = conversation.messages(edge, org, None, CONVERSATION_MAX).await?;
    let messages = messages.iter().map(|message| conversation.view(message)).collect();
    Ok(ConversationView { ticket: OwnTicketView::new(&ticket, description), messages })
}

fn address(request: &HttpRequest) -> Result<Email, Problem> {
    let text = request.match_info().get("email").unwrap_or_default();
    Ok(Email::parse(text).map_err(|error| error.at("email"))?)
}

/// The ticket with the number in the address, where it is of the person with the address there. It is looked up either way,
/// so an unknown address takes as long as a wrong number.
async fn named(edge: &Edge, request: &HttpRequest, org: &OrgId) -> Result<(Ticket, String), Problem> {
    let missing = || Problem::of(Code::TicketNotFound);
    let email = address(request)?;
    let number = TicketNumber::parse(request.match_info().get("number").unwrap_or_default()).map_err(|_| missing())?;
    let stored = edge.reader.ticket(org, &TicketKey::Number(number)).await?.ok_or_else(missing)?;
    let is_theirs = stored.ticket.requester.email.as_ref().is_some_and(|of| of.folded() == email.folded());
    if is_theirs { Ok((stored.ticket, stored.description)) } else { Err(missing()) }
}
