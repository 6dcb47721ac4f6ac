//! What goes out to people: the outbox of an org, and sending something once more.

use actix_web::{HttpRequest, HttpResponse, web};

use super::asked::in_path;
use super::caller::ADMINS;
use super::edge::Edge;
use super::page::{Page, PageRequest};
use super::problem::{Code, Problem};
use super::query::Query;
use super::responses::outbox::{MessageView, message_key, parse_message_key};
use crate::actors::Notifier;
use crate::domain::ids::{MessageId, OrgId};
use crate::domain::message::DeliveryState;
use crate::store::read::Posted;

/// Lists messages with how far they have come, the newest first.
#[utoipa::path(get, path = "/crm/notifications/outbox", tag = "notifications",
    params(
        ("status" = Option<String>, Query, description = "`waiting`, `sent`, `dead` or `skipped`; default all."),
        ("pageSize" = Option<u32>, Query, description = "Rows on a page, 1 to 200; default 50."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, body = Page<MessageView>)), security(("bearer" = []), ("session" = [])))]
pub async fn list(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, ADMINS).await?;
    let query = Query::of(&request)?;
    let wanted = PageRequest::read(&query)?;
    let before = match wanted.after.as_deref().map(parse_message_key) {
        Some(None) => return Err(Problem::of(Code::InvalidCursor)),
        key => key.flatten(),
    };
    let state = query.get("status").map(state).transpose()?;
    let limit = i64::from(wanted.size) + 1;
    let (rows, total) = edge.reader.messages(&clerk.org, state, before.as_ref(), limit).await?;
    let notifier = edge.directory.notifier();
    let view = |posted| view(notifier, &clerk.org, &posted);
    Ok(Page::of(&wanted, rows, u64::try_from(total).unwrap_or(0), message_key, view).respond())
}

/// Sends a message once more, at once and however late it is: one that is dead or skipped, or that waits.
///
/// Asked again after it has gone out, it answers the same and sends nothing.
#[utoipa::path(post, path = "/crm/notifications/replay/{id}", tag = "notifications",
    params(("id" = String, Path, description = "The message.")),
    responses(
        (status = 200, description = "It waits to be sent.", body = MessageView),
        (status = 409, description = "`wrong_state`: it is sent."),
    ),
    security(("bearer" = []), ("session" = [])))]
pub async fn replay(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, ADMINS).await?;
    let id = in_path(&request, "id", MessageId::parse, Code::MessageNotFound)?;
    let notifier = edge.directory.notifier();
    let posted = notifier.replay(&clerk.org, &id).await?;
    Ok(HttpResponse::Ok().json(view(notifier, &clerk.org, &posted)))
}

fn view(notifier: &Notifier, org: &OrgId, posted: &Posted) -> MessageView {
    MessageView::new(&posted.message, &notifier.standing(posted), notifier.preview(org, &posted.message))
}

fn state(word: &str) -> Result<DeliveryState, Problem> {
    DeliveryState::parse(word).map_err(|_| {
        let words = DeliveryState::ALL.map(DeliveryState::word).join(", ");
        let detail = format!("The query parameter status must be one of {words}.");
        Problem::new(Code::InvalidQuery, detail).with("parameter", "status")
    })
}
