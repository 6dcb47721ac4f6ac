//! `/q/{entry}`: one's own place in line, and what can be done about it. Who holds the token sees it; a wrong token and an
//! unknown entry look the same.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::place_view::{LET_PASS, PlacePage};
use super::visit::{FormBody, PublishedPoint, Visit, address, fields_of, parameter, received};
use super::{Pages, see_other};
use crate::actors::{IdempotencyKey, Request};
use crate::domain::ids::EntryId;
use crate::domain::party::Party;
use crate::domain::queue::{Act, Command, Entry};
use crate::http::{Code, Edge, Problem};

/// `GET /q/{entry}`.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    pages.page(&request, read(&request, &edge).await.map(|place| place.page(&edge)))
}

/// `POST /q/{entry}`: lets others pass, or leaves.
pub async fn act(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>, body: FormBody) -> HttpResponse {
    let outcome = perform(&request, &edge, &pages, body).await;
    pages.answer(&request, outcome)
}

async fn perform(request: &HttpRequest, edge: &Edge, pages: &Pages, body: FormBody) -> Result<HttpResponse, Problem> {
    edge.check_rate(request)?;
    let place = read(request, edge).await?;
    let fields = fields_of(&received(body)?);
    let (org, entry) = (place.visit.business.org.clone(), place.entry.id.clone());
    let (point, past) = edge.owner_of(&org, &entry).await?;
    let mut idempotency = None;
    let act = match parameter(&fields, "act") {
        Some("leave") => Act::Leave { entry: entry.clone(), past },
        Some("postpone") => {
            let asked = parameter(&fields, "places").and_then(|places| places.parse().ok());
            let places = asked.unwrap_or(LET_PASS).clamp(1, LET_PASS);
            idempotency = once(&entry, parameter(&fields, "version"));
            Act::Postpone { entry: entry.clone(), places, past }
        }
        _ => return Err(Problem::of(Code::BodyUnreadable)),
    };
    let command = Command { by: Party::Bearer { token: place.entry.token.clone() }, act };
    let asked = edge.ask(Request { org: org.clone(), name: point, command, idempotency }).await;
    match asked.map_err(|problem| (problem.code(), problem)) {
        // The state has changed meanwhile: the page that follows shows it.
        Ok(_) | Err((Code::WrongState, _)) => Ok(see_other(&address::place(&org, &entry, &place.entry.token))),
        Err((code, _)) if code.status().is_server_error() => {
            let notice = match code {
                Code::OutcomeUnknown => "We aren’t sure yet whether that worked. Look again in a minute.",
                _ => "That didn’t work, and nothing was changed. Please try again.",
            };
            Ok(pages.show(code.status(), &place.page(edge).with_notice(notice)))
        }
        Err((_, problem)) => Err(problem),
    }
}

/// A form sent twice, by a second tap or a reload, lets others pass once: it is known by the visit's version that it was
/// made for.
fn once(entry: &EntryId, version: Option<&str>) -> Option<IdempotencyKey> {
    let version: u64 = version?.parse().ok()?;
    Some(IdempotencyKey { route: "POST /q/{entry}", key: format!("{entry}/{version}"), fingerprint: [0; 32] })
}

/// An entry whose token was shown.
struct Place {
    visit: Visit,
    entry: Arc<Entry>,
    at: Option<PublishedPoint>,
}

impl Place {
    fn page(&self, edge: &Edge) -> PlacePage {
        PlacePage::new(&self.entry, &self.visit.business, self.at.as_ref(), edge.now())
    }
}

/// Finds the entry. Who shows the token of a visit that goes on is no stranger and is not counted against the rate: a
/// whole waiting room behind one address must learn of its calls. Everybody else is counted before the database is asked.
async fn read(request: &HttpRequest, edge: &Edge) -> Result<Place, Problem> {
    let missing = || Problem::of(Code::EntryNotFound);
    let visit = Visit::of(request, edge).await?;
    let id = EntryId::parse(request.match_info().get("entry").unwrap_or_default()).map_err(|_| missing())?;
    let shown = Party::Bearer { token: visit.parameter("token").unwrap_or_default().to_owned() };
    let org = &visit.business.org;
    let published = edge.directory.whereabouts(org, &id).and_then(|point| edge.directory.published(org, &point));
    let found = published.as_ref().and_then(|at| at.state.entry(&id).cloned());
    if let Some(entry) = found.filter(|entry| shown.shows(&entry.token)) {
        return Ok(Place { visit, entry, at: published.and_then(PublishedPoint::new) });
    }
    edge.check_rate(request)?;
    let past = edge.reader.entry(org, &id).await?.filter(|entry| shown.shows(&entry.token));
    let entry = past.map(Arc::new).ok_or_else(missing)?;
    let at = edge.directory.published(org, &entry.point_id).and_then(PublishedPoint::new);
    Ok(Place { visit, entry, at })
}
