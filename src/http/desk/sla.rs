//! The promises of a ticket: how they stand, what would be if, and what happens when they are not enough.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};

use super::{records, tickets};
use crate::domain::desk::{Act, EscalationDraft, KeptFact, Reading, Ticket, TicketKey, WhatIf, history, suppose};
use crate::domain::ids::{CommentId, OrgId};
use crate::domain::invalid::Invalid;
use crate::domain::sla::{HistoryEntry, TraceEntry, trace};
use crate::http::asked::Asked;
use crate::http::body::RawBody;
use crate::http::caller::STAFF_SIDE;
use crate::http::edge::Edge;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::requests::desk::changes::{EscalateBody, parse_escalation};
use crate::http::requests::desk::question::{CalculateBody, Calculation, parse_calculation};
use crate::http::responses::desk::TicketView;
use crate::http::responses::desk::sla::{ShownTerms, SlaStatusView};
use crate::http::responses::unexpected;
use crate::identity;
use crate::store::read::Activity;

/// Shows the clocks of a ticket; with `?trace=true` also why they stand so.
#[utoipa::path(get, path = "/crm/tickets/sla-status/{ticketId}", tag = "tickets",
    params(
        ("ticketId" = String, Path, description = "The ticket's id or number."),
        ("trace" = Option<bool>, Query, description = "Explain every start, pause, resume and stretch of open time."),
    ),
    responses((status = 200, body = SlaStatusView), (status = 404, description = "`ticket_not_found`.")),
    security(("bearer" = []), ("session" = [])))]
pub async fn status(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let clerk = edge.clerk(&request, STAFF_SIDE).await?;
    let ticket = records::found(&edge, &clerk.org, &records::in_address(&request, "ticketId")?).await?;
    let now = edge.now();
    let trace = match Query::of(&request)?.flag("trace")? {
        true => Some(explained(&edge, &clerk.org, &ticket).await?),
        false => None,
    };
    let desk = edge.desk(&clerk.org)?;
    let shown = ShownTerms::of(&desk.state, &ticket);
    Ok(HttpResponse::Ok().json(SlaStatusView::new(&ticket, &ticket.clocks, shown, now, trace)))
}

/// Why the clocks of a ticket stand as they do, from its history.
///
/// # Errors
/// 503 when history cannot be asked; 500 when it does not hold together.
pub async fn explained(edge: &Edge, org: &OrgId, ticket: &Ticket) -> Result<Vec<TraceEntry>, Problem> {
    Ok(trace(&told(edge, org, ticket).await?, edge.now()))
}

async fn told(edge: &Edge, org: &OrgId, ticket: &Ticket) -> Result<Vec<HistoryEntry>, Problem> {
    let facts = edge.reader.ticket_history(org, &ticket.id).await?;
    let of_terms = edge.reader.history_of_terms(org).await?;
    let history = history(facts.iter().map(kept), of_terms.iter().map(kept));
    history.map_err(|error| {
        tracing::error!(%error, ticket = %ticket.id, "a ticket's history does not hold together");
        unexpected()
    })
}

/// Matches the policy and computes the clocks anew; with `dryRun` only says how they would stand.
#[utoipa::path(post, path = "/crm/tickets/calculate-sla/{ticketId}", tag = "tickets", request_body = CalculateBody,
    params(("ticketId" = String, Path, description = "The ticket's id or number.")),
    responses(
        (status = 200, body = SlaStatusView),
        (status = 404, description = "`ticket_not_found`; `sla_policy_not_found`; `business_calendar_not_found`."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn calculate(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, STAFF_SIDE).await?;
    let key = records::in_address(&request, "ticketId")?;
    match parse_calculation(&asked.body.read::<CalculateBody>()?)? {
        Calculation::Supposed { what_if, at } => {
            let ticket = records::found(&edge, &asked.clerk.org, &key).await?;
            let at = at.unwrap_or_else(|| edge.now());
            supposed(&edge, &asked.clerk.org, &ticket, &what_if, at).await
        }
        Calculation::Stored => stored(&edge, asked, key).await,
    }
}

/// What is supposed holds from `at` on where that is past, else from now on.
async fn supposed(
    edge: &Edge,
    org: &OrgId,
    ticket: &Ticket,
    what_if: &WhatIf,
    at: DateTime<Utc>,
) -> Result<HttpResponse, Problem> {
    let now = edge.now();
    let past = if at < now { Some(told(edge, org, ticket).await?) } else { None };
    let desk = edge.desk(org)?;
    let reading = match &past {
        Some(history) => Reading::in_history(history, at)
            .ok_or_else(|| Invalid::new("at", "must not lie before the ticket was opened"))?,
        None => Reading::of(&desk.state, ticket, now),
    };
    if past.is_some() && *what_if == WhatIf::default() {
        let shown = ShownTerms { terms: (*reading.terms).clone(), ..ShownTerms::of(&desk.state, ticket) };
        return Ok(HttpResponse::Ok().json(SlaStatusView::new(ticket, &reading.clocks, shown, at, None)));
    }
    let supposed = suppose(&desk.state, ticket, reading, what_if)?;
    let shown = ShownTerms {
        terms: (*supposed.terms).clone(),
        policy_id: supposed.policy_id.as_ref().map(ToString::to_string),
        calendar_id: supposed.calendar_id.as_ref().map(ToString::to_string),
    };
    Ok(HttpResponse::Ok().json(SlaStatusView::new(ticket, &supposed.clocks, shown, at, None)))
}

async fn stored(edge: &Edge, asked: Asked<'_>, key: TicketKey) -> Result<HttpResponse, Problem> {
    let org = asked.clerk.org.clone();
    let past = records::past(edge, &org, std::slice::from_ref(&key)).await?;
    let act = Act::CalculateSla { ticket: key.clone() };
    edge.ask_desk(&org, asked.clerk.identity.party(), act, past, asked.key).await?;
    let ticket = records::found(edge, &org, &key).await?;
    let shown = ShownTerms::of(&edge.desk(&org)?.state, &ticket);
    Ok(HttpResponse::Ok().json(SlaStatusView::new(&ticket, &ticket.clocks, shown, edge.now(), None)))
}

/// Escalates a ticket by hand: to a higher level, to somebody else, and tells whom it should. The reason stands in a comment of the
/// ticket.
#[utoipa::path(post, path = "/crm/tickets/escalate/{ticketId}", tag = "tickets", request_body = EscalateBody,
    params(("ticketId" = String, Path, description = "The ticket's id or number.")),
    responses(
        (status = 200, body = TicketView),
        (status = 404, description = "`ticket_not_found`."),
        (status = 409, description = "`level_reached`; `wrong_state`: it is resolved or closed."),
    ), security(("bearer" = []), ("session" = [])))]
pub async fn escalate(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body, STAFF_SIDE).await?;
    let ticket = records::in_address(&request, "ticketId")?;
    let wanted = parse_escalation(&asked.body.read::<EscalateBody>()?)?;
    let keys = [ticket.clone()];
    let escalation = Box::new(EscalationDraft {
        level: wanted.level,
        reason: wanted.reason,
        assignee_id: wanted.assignee_id,
        notify: wanted.notify,
        comment: CommentId::from_uuid(identity::new_uuid()),
    });
    let act = Act::Escalate { ticket, escalation };
    tickets::about_one(&edge, asked, act, &keys).await
}

fn kept(fact: &Activity) -> KeptFact<'_> {
    KeptFact { at: fact.at, kind: &fact.kind, data: &fact.data }
}
