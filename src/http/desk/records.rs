//! Where a ticket is found: in the memory of its desk, else among committed rows, from which it is brought to the desk with
//! the act that is about it.

use std::sync::Arc;

use actix_web::HttpRequest;

use crate::domain::desk::{DeskState, MERGES_FOLLOWED_MAX, Requester, Ticket, TicketKey};
use crate::domain::ids::OrgId;
use crate::http::edge::Edge;
use crate::http::problem::{Code, Problem};

/// The ticket that the address of a request names.
///
/// # Errors
/// 404 for what can be none.
pub fn in_address(request: &HttpRequest, name: &str) -> Result<TicketKey, Problem> {
    let text = request.match_info().get(name).unwrap_or_default();
    TicketKey::parse(text).map_err(|_| Problem::of(Code::TicketNotFound))
}

/// The ticket with what it says.
///
/// # Errors
/// 404 without such a ticket; 503.
pub async fn stored(edge: &Edge, org: &OrgId, key: &TicketKey) -> Result<(Arc<Ticket>, String), Problem> {
    let stored = edge.reader.ticket(org, key).await?.ok_or_else(|| Problem::of(Code::TicketNotFound))?;
    Ok((Arc::new(stored.ticket), stored.description))
}

/// The ticket as its desk has it, else as it stands in its row.
///
/// # Errors
/// 404 without such a ticket; 503.
pub async fn found(edge: &Edge, org: &OrgId, key: &TicketKey) -> Result<Arc<Ticket>, Problem> {
    if let Some(ticket) = edge.desk(org)?.state.ticket(key).filter(|ticket| ticket.deleted_at.is_none()) {
        return Ok(Arc::clone(ticket));
    }
    Ok(stored(edge, org, key).await?.0)
}

/// Gives who asks without saying a name the one that they are known by. Who says one is not looked up.
///
/// # Errors
/// 503 when the database does not answer.
pub async fn name(edge: &Edge, org: &OrgId, requester: &mut Requester) -> Result<(), Problem> {
    if requester.name.is_empty()
        && let Some(name) = edge.reader.contact_name(org, &requester.contact_id).await?
    {
        requester.name = name.into();
    }
    Ok(())
}

/// What a desk has to be brought of these tickets, because it does not remember it; those that there are none of are left to
/// the desk to refuse.
///
/// # Errors
/// 503 when history cannot be asked.
pub async fn past(edge: &Edge, org: &OrgId, keys: &[TicketKey]) -> Result<Vec<Arc<Ticket>>, Problem> {
    let desk = edge.desk(org)?;
    let mut past = Vec::new();
    for key in keys {
        let mut next = Some(key.clone());
        for _ in 0..MERGES_FOLLOWED_MAX {
            let Some(key) = next.take() else { break };
            next = merged_into(edge, org, &desk.state, &key, &mut past).await?;
        }
    }
    Ok(past)
}

/// Brings one ticket, if need be, and names the one that it went into.
async fn merged_into(
    edge: &Edge,
    org: &OrgId,
    desk: &DeskState,
    key: &TicketKey,
    past: &mut Vec<Arc<Ticket>>,
) -> Result<Option<TicketKey>, Problem> {
    let target = |ticket: &Ticket| ticket.merged_into.clone().map(TicketKey::Id);
    if let Some(ticket) = desk.ticket(key) {
        return Ok(target(ticket));
    }
    let Some(stored) = edge.reader.past_ticket(org, key).await? else { return Ok(None) };
    let next = target(&stored.ticket);
    past.push(Arc::new(stored.ticket));
    Ok(next)
}
