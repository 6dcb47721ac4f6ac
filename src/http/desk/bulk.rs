//! Many tickets at once: each is changed alone, and a bad one stops none.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::records;
use crate::domain::desk::{Act, Answer, BULK_MAX, BulkComment, TicketKey};
use crate::domain::ids::{CommentId, OrgId};
use crate::domain::invalid::Invalid;
use crate::http::asked::Asked;
use crate::http::body::LargeBody;
use crate::http::caller::STAFF_SIDE;
use crate::http::edge::Edge;
use crate::http::idempotency;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::requests::desk::changes::{BulkBody, BulkTickets, parse_bulk};
use crate::http::requests::desk::filter;
use crate::http::responses::desk::BulkView;
use crate::http::responses::unexpected;
use crate::identity;
use crate::store::read::TicketOrder;

/// Changes many tickets, and says of each what became of it.
#[utoipa::path(post, path = "/crm/tickets/bulk-update", tag = "tickets", request_body = BulkBody,
    responses((status = 200, body = BulkView)), security(("bearer" = []), ("session" = [])))]
pub async fn update(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&edge, &request, &body.0, STAFF_SIDE).await?;
    let bulk = parse_bulk(&asked.body.read::<BulkBody>()?)?;
    let org = &asked.clerk.org;
    let (tickets, nameless) = match bulk.tickets {
        BulkTickets::Named { tickets, nameless } => (tickets, nameless),
        BulkTickets::Filtered(filters) => (filtered(&edge, org, &filters).await?, Vec::new()),
    };
    let comment = bulk.comment.map(|body| {
        let ids = tickets.iter().map(|_| CommentId::from_uuid(identity::new_uuid())).collect();
        Box::new(BulkComment { body, ids })
    });
    let past = records::past(&edge, org, &tickets).await?;
    let act = Act::BulkUpdate { tickets, changes: Box::new(bulk.changes), comment };
    let (answer, repeated) = edge.ask_desk(org, asked.clerk.identity.party(), act, past, asked.key).await?;
    let Answer::Bulk { results } = answer else { return Err(unexpected()) };
    Ok(idempotency::answer(StatusCode::OK, repeated).json(BulkView::new(&results, nameless)))
}

/// The tickets that a list with these filters holds; more than may be changed at once are refused rather than cut off.
async fn filtered(edge: &Edge, org: &OrgId, filters: &[(String, String)]) -> Result<Vec<TicketKey>, Problem> {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(filters).finish();
    let filter = filter::read(&Query::parse(&query)?, org).map_err(|error| error.at("filter"))?;
    let most = i64::try_from(BULK_MAX).unwrap_or(i64::MAX);
    let (rows, total) = edge.reader.tickets(org, &filter, TicketOrder::Oldest, None, most, None).await?;
    if total > BULK_MAX as u64 {
        let detail = format!("holds {total} tickets; at most {BULK_MAX} can be changed at once");
        return Err(Invalid::new("filter", detail).into());
    }
    Ok(rows.into_iter().map(|row| TicketKey::Id(row.ticket.id)).collect())
}
