//! What is written in tickets: messages, which the customer sees, and comments, which only the staff side sees.

use std::sync::Arc;

use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderValue,
};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, SecondsFormat, Utc};

use super::conversation::Conversation;
use super::{TicketCaller, records};
use crate::actors::canned_text;
use crate::domain::desk::{Act, Answer, Comment, MessageDraft, Successor, Ticket, TicketKey, TicketMessage};
use crate::domain::file_name;
use crate::domain::ids::{AttachmentId, CommentId, OrgId, TicketId, TicketMessageId};
use crate::domain::invalid::Invalid;
use crate::domain::party::Party;
use crate::http::asked::{Asked, in_path};
use crate::http::body::LargeBody;
use crate::http::caller::STAFF_SIDE;
use crate::http::edge::Edge;
use crate::http::idempotency;
use crate::http::page::{Page, PageRequest};
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::desk::writing::{CommentBody, Reply, ReplyBody, parse_comment, parse_reply};
use crate::http::requests::instant;
use crate::http::responses::desk::thread::{CommentView, TicketMessageView};
use crate::http::responses::unexpected;
use crate::http::version::versioned;
use crate::identity;

/// Writes to the other side: an agent to the customer, by mail; a customer to the desk.
///
/// A customer's message opens a ticket again that is pending or resolved; after it was closed, it opens a new one that is
/// linked to it.
#[utoipa::path(post, path = "/crm/tickets/reply/{ticketId}", tag = "tickets", request_body = ReplyBody,
    params(("ticketId" = String, Path, description = "The ticket's id or number.")),
    responses(
        (status = 201, body = TicketMessageView),
        (status = 404, description = "`ticket_not_found`; `canned_response_not_found`."),
        (status = 409, description = "`wrong_state`: it is closed; `illegal_move`: the status cannot follow."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn reply(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let caller = edge.ticket_caller(&request).await?;
    let body = body.0.json()?;
    let key = idempotency::key(&request, &caller.identity.party(), &body)?;
    let named = records::in_address(&request, "ticketId")?;
    let ticket = records::found(&edge, &caller.org, &named).await?;
    caller.may_see(&ticket)?;
    let reply = parse_reply(&body.read::<ReplyBody>()?)?;
    let as_customer = caller.customer.is_some();
    if as_customer && (reply.status.is_some() || reply.canned_id.is_some()) {
        return Err(Problem::of(Code::StaffOnly));
    }
    let act = Act::Reply {
        ticket: TicketKey::Id(ticket.id.clone()),
        status: reply.status,
        message: Box::new(message(&edge, &caller, &ticket, reply)?),
        as_customer,
        successor: as_customer.then(drawn_successor),
    };
    let past = records::past(&edge, &caller.org, &[TicketKey::Id(ticket.id.clone())]).await?;
    let (answer, repeated) = edge.ask_desk(&caller.org, caller.identity.party(), act, past, key).await?;
    let Answer::Said { message, ticket: taking, created } = answer else { return Err(unexpected()) };
    let view = match as_customer {
        true => TicketMessageView::for_customer(&message, if created { &message.ticket } else { &ticket.id }, true),
        false => TicketMessageView::for_staff(&message),
    };
    Ok(versioned(taking.version, true, repeated).json(view))
}

/// What only we can draw of the ticket that goes on with the conversation of a closed one.
pub fn drawn_successor() -> Box<Successor> {
    Box::new(Successor { id: TicketId::from_uuid(identity::new_uuid()), token: identity::secret_token() })
}

/// The message of a reply; a canned response speaks where the body is left out.
fn message(edge: &Edge, caller: &TicketCaller, ticket: &Ticket, reply: Reply) -> Result<MessageDraft, Problem> {
    let body = match (reply.body, reply.canned_id) {
        (Some(body), _) => body,
        (None, Some(id)) => {
            let desk = edge.desk(&caller.org)?;
            let canned = desk.state.canned(&id).ok_or_else(|| Problem::of(Code::CannedResponseNotFound))?;
            if !canned.terms.active {
                return Err(Invalid::new("cannedId", "names a canned response that is not active").into());
            }
            canned_text(&canned.terms.body, ticket, &caller.identity.subject)
                .map_err(|error| Invalid::new("cannedId", error.to_string()))?
        }
        (None, None) => return Err(unexpected()),
    };
    let id = TicketMessageId::from_uuid(identity::new_uuid());
    Ok(MessageDraft { id, body, attachments: reply.attachments, mail_id: None })
}

/// Lists what was said in a ticket, the oldest first: what the customer sees, too.
///
/// Where it was merged into another one, its customer also sees what was said there since.
#[utoipa::path(get, path = "/crm/tickets/messages/{ticketId}", tag = "tickets",
    params(
        ("ticketId" = String, Path, description = "The ticket's id or number."),
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, body = Page<TicketMessageView>), (status = 404, description = "`ticket_not_found`.")),
    security(("bearer" = []), ("session" = [])))]
pub async fn messages(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let caller = edge.ticket_caller(&request).await?;
    let ticket = records::found(&edge, &caller.org, &records::in_address(&request, "ticketId")?).await?;
    caller.may_see(&ticket)?;
    let page = messages_of(&edge, &request, &caller, &ticket).await?;
    Ok(page.respond())
}

async fn messages_of(
    edge: &Edge,
    request: &HttpRequest,
    caller: &TicketCaller,
    ticket: &Arc<Ticket>,
) -> Result<Page<TicketMessageView>, Problem> {
    let wanted = PageRequest::read(&Query::of(request)?)?;
    let after = wanted.after.as_deref().map(|key| place(key, TicketMessageId::parse)).transpose()?;
    let limit = i64::from(wanted.size) + 1;
    let key = |row: &TicketMessage| place_of(row.at, row.id.as_str());
    if caller.customer.is_some() {
        let conversation = Conversation::of(edge, &caller.org, ticket).await?;
        let (rows, total) = conversation.messages(edge, &caller.org, after.as_ref(), limit).await?;
        let total = u64::try_from(total).unwrap_or(0);
        return Ok(Page::of(&wanted, rows, total, key, |row| conversation.view(&row)));
    }
    let (rows, total) = edge.reader.ticket_messages(&caller.org, &ticket.id, after.as_ref(), limit).await?;
    let total = u64::try_from(total).unwrap_or(0);
    Ok(Page::of(&wanted, rows, total, key, |row| TicketMessageView::for_staff(&row)))
}

/// Writes a comment: only the staff side ever sees it.
#[utoipa::path(post, path = "/crm/tickets/comments/{ticketId}", tag = "tickets", request_body = CommentBody,
    params(("ticketId" = String, Path, description = "The ticket's id or number.")),
    responses((status = 201, body = CommentView), (status = 404, description = "`ticket_not_found`.")),
    security(("bearer" = []), ("session" = [])))]
pub async fn comment(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, STAFF_SIDE).await?;
    let ticket = records::in_address(&request, "ticketId")?;
    let comment = Box::new(parse_comment(&asked.body.read::<CommentBody>()?)?);
    let past = records::past(&edge, &asked.clerk.org, std::slice::from_ref(&ticket)).await?;
    let (by, act) = (asked.clerk.identity.party(), Act::Comment { ticket, comment });
    let (answer, repeated) = edge.ask_desk(&asked.clerk.org, by, act, past, asked.key).await?;
    let Answer::Commented { comment, ticket } = answer else { return Err(unexpected()) };
    Ok(versioned(ticket.version, true, repeated).json(CommentView::from(&*comment)))
}

/// Lists the comments of a ticket, the oldest first: for the staff side only.
#[utoipa::path(get, path = "/crm/tickets/comments/{ticketId}", tag = "tickets",
    params(
        ("ticketId" = String, Path, description = "The ticket's id or number."),
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, body = Page<CommentView>), (status = 404, description = "`ticket_not_found`.")),
    security(("bearer" = []), ("session" = [])))]
pub async fn comments(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let ticket = records::found(&edge, &clerk.org, &records::in_address(&request, "ticketId")?).await?;
    let wanted = PageRequest::read(&Query::of(&request)?)?;
    let after = wanted.after.as_deref().map(|key| place(key, CommentId::parse)).transpose()?;
    let limit = i64::from(wanted.size) + 1;
    let (rows, total) = edge.reader.ticket_comments(&clerk.org, &ticket.id, after.as_ref(), limit).await?;
    let total = u64::try_from(total).unwrap_or(0);
    let key = |row: &Comment| place_of(row.at, row.id.as_str());
    Ok(Page::of(&wanted, rows, total, key, |row| CommentView::from(&row)).respond())
}

/// Sends a file of a ticket's conversation, to be saved: a browser never shows it as a page of ours. Who reads the conversation
/// by the secret of the links in our mails (`?token=`) gets its files by it, too.
#[utoipa::path(get, path = "/crm/tickets/attachments/{ticketId}/{id}", tag = "tickets",
    params(
        ("ticketId" = String, Path, description = "The ticket's id or number."),
        ("id" = String, Path, description = "The file."),
        ("token" = Option<String>, Query, description = "The secret of the links in the ticket's mails."),
    ),
    responses(
        (status = 200, description = "Its bytes.", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 404, description = "`ticket_not_found`: also for a wrong secret; `attachment_not_found`."),
    ), security(("bearer" = []), ("session" = []), ("secret" = [])))]
pub async fn attachment(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let (org, ticket, is_customer) = match Query::of(&request)?.get("token") {
        Some(token) => by_secret(&edge, &request, token).await.map(|(org, ticket)| (org, ticket, true))?,
        None => {
            let caller = edge.ticket_caller(&request).await?;
            let ticket = records::found(&edge, &caller.org, &records::in_address(&request, "ticketId")?).await?;
            caller.may_see(&ticket)?;
            (caller.org, ticket, caller.customer.is_some())
        }
    };
    let id = in_path(&request, "id", AttachmentId::parse, Code::AttachmentNotFound)?;
    let file = match is_customer {
        true => Conversation::of(&edge, &org, &ticket).await?.attachment(&edge, &org, &id).await?,
        false => edge.reader.attachment(&org, &ticket.id, &id).await?,
    };
    let file = file.ok_or_else(|| Problem::of(Code::AttachmentNotFound))?;
    let content_type = HeaderValue::try_from(file.content_type);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, content_type.map_err(|_| unexpected())?))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header(disposition(&file.name))
        .body(file.bytes))
}

/// The name twice: in ASCII for who reads no more, and as it is (RFC 6266, RFC 8187).
fn disposition(name: &str) -> ContentDisposition {
    let name = file_name::readable(name);
    let is_plain = |c: char| (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%');
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let whole =
        ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: name.into_bytes() };
    let parameters = vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(whole)];
    ContentDisposition { disposition: DispositionType::Attachment, parameters }
}

/// The ticket of who shows its secret; counted against the rate first: nobody shall try secrets.
async fn by_secret(edge: &Edge, request: &HttpRequest, token: &str) -> Result<(OrgId, Arc<Ticket>), Problem> {
    let caller = edge.caller(request).await?;
    let (ticket, _) = records::stored(edge, &caller.org, &records::in_address(request, "ticketId")?).await?;
    let shown = Party::Bearer { token: token.to_owned() };
    if shown.shows(&ticket.token) { Ok((caller.org, ticket)) } else { Err(Problem::of(Code::TicketNotFound)) }
}

fn place_of(at: DateTime<Utc>, id: &str) -> String {
    format!("{} {id}", at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

fn place<T>(key: &str, parse: fn(&str) -> Result<T, Invalid>) -> Result<(DateTime<Utc>, T), Problem> {
    let read = || {
        let (at, id) = key.split_once(' ')?;
        Some((instant("cursor", at).ok()?, parse(id).ok()?))
    };
    read().ok_or_else(|| Problem::of(Code::InvalidCursor))
}
