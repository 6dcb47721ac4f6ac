//! `/join/{point}`: where one joins from a phone. The form posts to the page itself and leads to one's own place in line.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::door::Door;
use super::join_form::{JoinForm, JoinWish};
use super::templates::Page;
use super::visit::{FormBody, PublishedPoint, Visit, address, fields_of, received};
use super::{Pages, see_other, words};
use crate::actors::{IdempotencyKey, Request};
use crate::domain::ids::{EntryId, OrgId};
use crate::domain::party::Party;
use crate::domain::queue::{Act, Answer, Command, Entry, Join, PARTY_MAX, Standing};
use crate::http::{Code, Edge, Problem};
use crate::identity;

/// The route's name, which the form's own name counts within.
const ROUTE: &str = "POST /join/{point}";

/// The page to join on.
#[derive(Debug, Serialize)]
pub struct JoinPage {
    business: String,
    point_name: String,
    location: String,
    timezone: &'static str,
    door: Door,
    form: Option<JoinForm>,
    party_max: u32,
    own_address: String,
    board_address: String,
    notice: &'static str,
}

/// What who is in that line already is told: the number, but no way in.
#[derive(Debug, Serialize)]
pub struct AlreadyPage {
    business: String,
    point_name: String,
    number: u32,
    ordinal: Option<String>,
    wait: String,
    board_address: String,
}

/// `GET /join/{point}`.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    pages.page(&request, blank(&request, &edge).await)
}

async fn blank(request: &HttpRequest, edge: &Edge) -> Result<JoinPage, Problem> {
    edge.check_rate(request)?;
    let visit = Visit::of(request, edge).await?;
    let at = visit.point(request, edge)?;
    let door = Door::new(&at, edge.now());
    let form = door.is_open().then(|| JoinForm::new(identity::secret_token()));
    Ok(JoinPage::new(&visit, &at, door, form))
}

/// `POST /join/{point}`.
pub async fn submit(
    request: HttpRequest,
    edge: web::Data<Edge>,
    pages: web::Data<Pages>,
    body: FormBody,
) -> HttpResponse {
    let outcome = join(&request, &edge, &pages, body).await;
    pages.answer(&request, outcome)
}

async fn join(request: &HttpRequest, edge: &Edge, pages: &Pages, body: FormBody) -> Result<HttpResponse, Problem> {
    edge.check_rate(request)?;
    let visit = Visit::of(request, edge).await?;
    let at = visit.point(request, edge)?;
    let body = received(body)?;
    let fields = fields_of(&body);
    let mut form = JoinForm::sent(&fields);
    let org = visit.business.org.clone();
    let Some(wish) = form.read(&org) else {
        let page = JoinPage::new(&visit, &at, Door::new(&at, edge.now()), Some(form));
        return Ok(pages.show(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let asked = wished(wish, &org, &at, &form, &body)?;
    match edge.ask(asked).await {
        Ok((Answer::Joined { entry, .. } | Answer::Entry { entry, .. }, _)) => {
            Ok(see_other(&address::place(&org, &entry.id, &entry.token)))
        }
        Ok((Answer::AlreadyInLine { entry, standing }, _)) => {
            Ok(pages.show(StatusCode::OK, &AlreadyPage::new(&visit, &at, &entry, standing)))
        }
        Ok(_) => Err(Problem::of(Code::Internal)),
        Err(problem) => refused(&problem, &visit, edge, &at, form, pages).ok_or(problem),
    }
}

/// The command. Its idempotency key follows from the form's own name and from all that was typed: a form that is sent twice
/// joins once, and one that was mended in between is another wish.
fn wished(wish: JoinWish, org: &OrgId, at: &PublishedPoint, form: &JoinForm, body: &[u8]) -> Result<Request, Problem> {
    let idempotency = (!form.once.is_empty()).then(|| {
        let mut digest = Sha256::new();
        for part in [at.point.id.as_str().as_bytes(), body] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        let fingerprint: [u8; 32] = digest.finalize().into();
        let key = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
        IdempotencyKey { route: ROUTE, key, fingerprint }
    });
    let id = idempotency
        .as_ref()
        .map_or_else(identity::new_uuid, |key| identity::derived_id(org.as_str(), key.route, &key.key));
    let JoinWish { customer, party_size, service } = wish;
    let token = identity::secret_token();
    let join = Join { id: EntryId::from_uuid(id), token, customer, party_size, service, priority: None };
    let command = Command { by: Party::Public, act: Act::Join(Box::new(join)) };
    Ok(Request { org: org.clone(), name: at.point.id.clone(), command, idempotency })
}

/// The page again, with what was typed and the reason; `None` for a problem that has nothing to do with the form.
fn refused(
    problem: &Problem,
    visit: &Visit,
    edge: &Edge,
    at: &PublishedPoint,
    form: JoinForm,
    pages: &Pages,
) -> Option<HttpResponse> {
    let notice = match problem.code() {
        Code::QueueFull | Code::QueuePaused | Code::QueueClosed => "",
        Code::OutcomeUnknown => {
            "We aren’t sure yet whether that worked. Send it once more: you’ll still join only once."
        }
        code if code.status().is_server_error() => "That didn’t work, and nothing was saved. Please send it once more.",
        _ => return None,
    };
    let newest = edge.directory.published(&visit.business.org, &at.point.id).and_then(PublishedPoint::new);
    let door = Door::new(newest.as_ref().unwrap_or(at), edge.now());
    let page = JoinPage { notice, ..JoinPage::new(visit, at, door, Some(form)) };
    Some(pages.show(problem.code().status(), &page))
}

impl JoinPage {
    fn new(visit: &Visit, at: &PublishedPoint, door: Door, form: Option<JoinForm>) -> Self {
        let (org, point) = (&visit.business.org, &at.point);
        Self {
            business: visit.business.name.clone(),
            point_name: point.name.clone(),
            location: point.location.clone(),
            timezone: point.timezone.name(),
            door,
            form,
            party_max: PARTY_MAX,
            own_address: address::join(org, &point.id),
            board_address: address::board(org, &point.id),
            notice: "",
        }
    }
}

impl AlreadyPage {
    fn new(visit: &Visit, at: &PublishedPoint, entry: &Entry, standing: Option<Standing>) -> Self {
        Self {
            business: visit.business.name.clone(),
            point_name: at.point.name.clone(),
            number: entry.number,
            ordinal: standing.map(|standing| words::ordinal(standing.position)),
            wait: standing.map(|standing| words::duration(standing.estimated_wait_minutes)).unwrap_or_default(),
            board_address: address::board(&visit.business.org, &at.point.id),
        }
    }
}

impl Page for JoinPage {
    const TEMPLATE: &'static str = "join.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let page = |door: Door, form| Self {
            business: "Harbour & Finch".to_owned(),
            point_name: "Hamburg Hauptbahnhof".to_owned(),
            location: "Wandelhalle, upper floor".to_owned(),
            timezone: "Europe/Berlin",
            door,
            form,
            party_max: PARTY_MAX,
            own_address: "/join/hamburg?org=demo".to_owned(),
            board_address: "/board/hamburg?org=demo".to_owned(),
            notice: "",
        };
        let mut wrong = JoinForm::sent(&[("phone".to_owned(), "<call me>".to_owned())]);
        wrong.read(&OrgId::parse("demo").expect("a slug"));
        let [open, ..] = Door::samples();
        let mut samples: Vec<Self> = Door::samples().into_iter().map(|door| page(door, None)).collect();
        samples.push(page(open.clone(), Some(JoinForm::new("once".to_owned()))));
        samples.push(Self { notice: "Please send it once more.", ..page(open, Some(wrong)) });
        samples
    }
}

impl Page for AlreadyPage {
    const TEMPLATE: &'static str = "already.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        [Some("4th".to_owned()), None]
            .map(|ordinal| Self {
                business: "Harbour & Finch".to_owned(),
                point_name: "Hamburg Hauptbahnhof".to_owned(),
                number: 47,
                ordinal,
                wait: "12 min".to_owned(),
                board_address: "/board/hamburg?org=demo".to_owned(),
            })
            .into()
    }
}
