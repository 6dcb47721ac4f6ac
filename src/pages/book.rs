//! `/book/{definition}`: a month with its free days, the times of one day, and the form that books one of them. The form
//! posts to the page itself and leads to the page of the booking.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::book_form::{BookForm, BookWish, Picked, picked};
use super::bookable::Bookable;
use super::picker::{Picker, Wanted};
use super::templates::Page;
use super::visit::{FormBody, Visit, address, fields_of, received};
use super::{Pages, deadline, see_other, words};
use crate::actors::IdempotencyKey;
use crate::domain::calendar::{Answer, Booking, Confirm, Hold, OfferedSlot, Rejection};
use crate::domain::ids::ReservationId;
use crate::domain::local_time::local_date;
use crate::domain::party::Party;
use crate::http::{Code, Edge, Problem, book, drawn_number, preferred_locale};
use crate::identity;
use crate::workflows::notification::manage_address;

/// The route's name, which the form's own name counts within.
const ROUTE: &str = "POST /book/{definition}";

/// The page to book on.
#[derive(Debug, Serialize)]
pub struct BookPage {
    business: String,
    name: String,
    description: String,
    facts: String,
    picker: Picker,
    chosen: Option<Chosen>,
    notice: String,
    nearest: Vec<Nearest>,
    list_address: String,
}

/// The time that is chosen, and the form to book it.
#[derive(Debug, Serialize)]
struct Chosen {
    heading: String,
    instant: String,
    form: BookForm,
    party_max: u32,
    /// Whether people are asked how many they are.
    is_for_several: bool,
    deadline: String,
    /// "Kept for you until 11:30."; empty when it is not.
    kept: String,
    is_asked_first: bool,
    /// Where the form goes to.
    action: String,
}

/// A free time in place of a taken one.
#[derive(Clone, Debug, Serialize)]
pub struct Nearest {
    /// "Tue 19 May, 10:30".
    words: String,
    /// The time in UTC.
    instant: String,
}

/// What somebody is told who has booked that very time already: not the number.
#[derive(Debug, Serialize)]
pub struct BookedBeforePage {
    business: String,
    name: String,
    when: String,
    list_address: String,
}

/// `GET /book/{definition}`.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    pages.page(&request, blank(&request, &edge).await)
}

async fn blank(request: &HttpRequest, edge: &Edge) -> Result<BookPage, Problem> {
    edge.check_rate(request)?;
    let visit = Visit::of(request, edge).await?;
    let scene = Scene::of(request, edge, &visit)?;
    if let Some(hold) = visit.parameter("hold") {
        return scene.offered(hold);
    }
    let wanted = Wanted::of(&visit);
    let Some(start) = wanted.start else { return scene.page(wanted) };
    if scene.bookable.slot(start)?.is_none() {
        let taken = Wanted { start: None, day: wanted.day.or(Some(scene.date(start))), ..wanted };
        let notice = "That time isn’t free any more. Please choose another one.".to_owned();
        return Ok(BookPage { notice, ..scene.page(taken)? });
    }
    scene.page_with(start, BookForm::new(identity::secret_token()))
}

/// `POST /book/{definition}`.
pub async fn submit(
    request: HttpRequest,
    edge: web::Data<Edge>,
    pages: web::Data<Pages>,
    body: FormBody,
) -> HttpResponse {
    let outcome = take(&request, &edge, &pages, body).await;
    pages.answer(&request, outcome)
}

async fn take(request: &HttpRequest, edge: &Edge, pages: &Pages, body: FormBody) -> Result<HttpResponse, Problem> {
    edge.check_rate(request)?;
    let visit = Visit::of(request, edge).await?;
    let body = received(body)?;
    let scene = Scene::of(request, edge, &visit)?;
    let fields = fields_of(&body);
    let mut form = BookForm::sent(&fields);
    let Some(Picked { start, is_final }) = picked(&fields) else {
        let page = BookPage { notice: "Please choose a time first.".to_owned(), ..scene.page(Wanted::default())? };
        return Ok(pages.show(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    if !is_final {
        let page = scene.page_with(start, form.renamed(identity::secret_token()))?;
        return Ok(pages.show(StatusCode::OK, &page));
    }
    let org = &visit.business.org;
    let Some(wish) = form.read(org, preferred_locale(request.headers()), scene.bookable.party_max()) else {
        return Ok(pages.show(StatusCode::UNPROCESSABLE_ENTITY, &scene.page_with(start, form)?));
    };
    let party_size = wish.party_size;
    let digest = digest(&scene.bookable, &body);
    let key = (!form.once.is_empty()).then(|| IdempotencyKey {
        route: ROUTE,
        key: hexadecimal(&digest),
        fingerprint: digest,
    });
    let booking = scene.booking(wish, start, hexadecimal(&digest));
    match book(edge, org, Party::Public, booking, key).await {
        Ok((Ok(Answer::Booked { reservation, .. }), _)) => {
            let own = manage_address(org, &reservation.number, &reservation.customer.email);
            Ok(see_other(&format!("{own}&done=booked")))
        }
        Ok((Ok(Answer::BookedBefore { .. }), _)) => Ok(pages.show(StatusCode::OK, &scene.before(start))),
        Ok((Err(Rejection::SlotTaken { nearest, .. } | Rejection::SlotNotOffered { nearest, .. }), _)) => {
            let page = scene.refused(start, form, &nearest, party_size)?;
            Ok(pages.show(StatusCode::CONFLICT, &page))
        }
        Ok((Err(rejection), _)) => Err(rejection.into()),
        Ok((Ok(_), _)) => Err(Problem::of(Code::Internal)),
        Err(problem) if problem.code().status().is_server_error() => {
            let notice = match problem.code() {
                Code::OutcomeUnknown => {
                    "We aren’t sure yet whether that worked. Send it once more: it books only once."
                }
                _ => "That didn’t work, and nothing was booked. Please send it once more.",
            };
            let page = BookPage { notice: notice.to_owned(), ..scene.page_with(start, form)? };
            Ok(pages.show(problem.code().status(), &page))
        }
        Err(problem) => Err(problem),
    }
}

/// Names what was sent: the same form sent twice is one wish, one that was mended in between is another.
fn digest(bookable: &Bookable, body: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [bookable.definition.id.as_str().as_bytes(), body] {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A service on its page.
struct Scene<'a> {
    visit: &'a Visit,
    edge: &'a Edge,
    bookable: Bookable,
    base: String,
}

impl<'a> Scene<'a> {
    fn of(request: &HttpRequest, edge: &'a Edge, visit: &'a Visit) -> Result<Self, Problem> {
        let org = &visit.business.org;
        let id = request.match_info().get("definition").unwrap_or_default();
        let bookable = Bookable::of(edge, org, id)?;
        let base = address::book(org, &bookable.definition.id);
        Ok(Self { visit, edge, bookable, base })
    }

    fn date(&self, start: DateTime<Utc>) -> NaiveDate {
        local_date(self.bookable.zone(), start)
    }

    /// The page without a chosen time.
    fn page(&self, wanted: Wanted) -> Result<BookPage, Problem> {
        let org = &self.visit.business.org;
        let terms = self.bookable.terms();
        Ok(BookPage {
            business: self.visit.business.name.clone(),
            name: terms.name.clone(),
            description: terms.description.clone(),
            facts: self.bookable.facts(self.edge, org),
            picker: Picker::new(&self.bookable, wanted, &self.base)?,
            chosen: None,
            notice: String::new(),
            nearest: Vec::new(),
            list_address: address::book_list(org),
        })
    }

    /// The page that an offer leads to: the form for the time that is kept.
    fn offered(&self, hold: &str) -> Result<BookPage, Problem> {
        let Some(hold) = self.bookable.kept(hold) else {
            let notice = "That time is no longer kept for you: please choose one that is free.".to_owned();
            return Ok(BookPage { notice, ..self.page(Wanted::default())? });
        };
        self.page_with(hold.slot.start, BookForm::kept(identity::secret_token(), hold))
    }

    /// The page with the form for one time.
    fn page_with(&self, start: DateTime<Utc>, form: BookForm) -> Result<BookPage, Problem> {
        let (terms, zone) = (self.bookable.terms(), self.bookable.zone());
        let offered = self.bookable.slot(start)?;
        let slot = self.bookable.span(start);
        let hold = self.bookable.kept(&form.hold).filter(|hold| hold.slot == slot);
        let free = offered.map(|slot| slot.spots_available);
        let spots = hold.map_or(free.unwrap_or(u32::MAX), |hold| free.unwrap_or(0).saturating_add(hold.party_size));
        let kept = |hold: &Hold| format!("Kept for you until {}.", words::clock(zone, hold.expires_at));
        let chosen = Chosen {
            heading: format!("{}, {}", words::day(zone, start), words::clock_span(zone, slot)),
            instant: words::plain_instant(start),
            form,
            party_max: self.bookable.party_max().min(spots),
            is_for_several: self.bookable.party_max() > 1,
            deadline: deadline::while_booking(terms, start, self.bookable.now),
            kept: hold.map(kept).unwrap_or_default(),
            is_asked_first: terms.confirm == Confirm::Pending,
            action: self.base.clone(),
        };
        let wanted = Wanted { start: Some(start), ..Wanted::default() };
        Ok(BookPage { chosen: Some(chosen), ..self.page(wanted)? })
    }

    /// The page again, with what was typed and the nearest free times.
    fn refused(
        &self,
        start: DateTime<Utc>,
        form: BookForm,
        nearest: &[OfferedSlot],
        party_size: u32,
    ) -> Result<BookPage, Problem> {
        let zone = self.bookable.zone();
        let clock = words::clock(zone, start);
        let notice = match (party_size, nearest.is_empty()) {
            (_, true) => {
                format!("{clock} isn’t free any more, and nothing else is near it. Please look at other days.")
            }
            (1, false) => format!("Somebody else has just taken {clock}. These are the nearest free times:"),
            (several, false) => {
                format!("There is no room for {several} at {clock} any more. These are the nearest free times:")
            }
        };
        let newest = Self {
            bookable: self.bookable.renewed(self.edge, &self.visit.business.org),
            base: self.base.clone(),
            ..*self
        };
        Ok(BookPage { notice, nearest: Nearest::of(zone, nearest), ..newest.page_with(start, form)? })
    }

    fn booking(&self, wish: BookWish, start: DateTime<Utc>, fingerprint: String) -> Booking {
        let BookWish { customer, party_size, notes, hold } = wish;
        Booking {
            id: ReservationId::from_uuid(identity::new_uuid()),
            number: drawn_number(),
            calendar_uid: format!("{}@frontdesk", identity::new_id()),
            fingerprint,
            definition: self.bookable.definition.id.clone(),
            slot: self.bookable.span(start),
            staff: None,
            customer,
            notes,
            party_size,
            hold,
        }
    }

    fn before(&self, start: DateTime<Utc>) -> BookedBeforePage {
        let zone = self.bookable.zone();
        BookedBeforePage {
            business: self.visit.business.name.clone(),
            name: self.bookable.terms().name.clone(),
            when: format!("{}, {}", words::day(zone, start), words::clock(zone, start)),
            list_address: address::book_list(&self.visit.business.org),
        }
    }
}

impl Nearest {
    /// The times as they are offered to a person.
    #[must_use]
    pub fn of(zone: chrono_tz::Tz, nearest: &[OfferedSlot]) -> Vec<Self> {
        let one = |slot: &OfferedSlot| Self {
            words: words::short_moment(zone, slot.start),
            instant: words::plain_instant(slot.start),
        };
        nearest.iter().map(one).collect()
    }

    /// Three of them.
    #[cfg(test)]
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let one = |clock: &str| Self { words: clock.to_owned(), instant: "2026-05-19T09:15:00Z".to_owned() };
        ["Tue 19 May, 09:45", "Tue 19 May, 11:15", "Wed 20 May, 09:00"].map(one).into()
    }
}

impl Page for BookPage {
    const TEMPLATE: &'static str = "book.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let chosen = |form, party_max| Chosen {
            heading: "Tuesday 19 May, 10:30–11:15".to_owned(),
            instant: "2026-05-19T08:30:00Z".to_owned(),
            form,
            party_max,
            is_for_several: party_max > 1,
            deadline: "You can change or cancel until Mon 18 May, 10:30.".to_owned(),
            kept: if party_max > 1 { String::new() } else { "Kept for you until 11:30.".to_owned() },
            is_asked_first: party_max > 1,
            action: "/book/cut?org=demo".to_owned(),
        };
        let page = |chosen, is_empty| Self {
            business: "Harbour & Finch".to_owned(),
            name: "Eye test and contact lens check".to_owned(),
            description: String::new(),
            facts: "45 min, €39.00, Hamburg Hauptbahnhof".to_owned(),
            picker: Picker::sample(is_empty),
            chosen,
            notice: String::new(),
            nearest: Vec::new(),
            list_address: "/book?org=demo".to_owned(),
        };
        let mut wrong = BookForm::sent(&[("phone".to_owned(), "<call me>".to_owned())]);
        wrong.read(&crate::domain::ids::OrgId::parse("demo").expect("a slug"), None, 1);
        let taken = "Somebody else has just taken 10:30. These are the nearest free times:".to_owned();
        vec![
            page(None, true),
            page(None, false),
            page(Some(chosen(BookForm::new("once".to_owned()), 1)), false),
            Self { notice: taken, nearest: Nearest::samples(), ..page(Some(chosen(wrong, 4)), false) },
        ]
    }
}

impl Page for BookedBeforePage {
    const TEMPLATE: &'static str = "booked_before.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self {
            business: "Harbour & Finch".to_owned(),
            name: "Eye test".to_owned(),
            when: "Tuesday 19 May, 10:30".to_owned(),
            list_address: "/book?org=demo".to_owned(),
        }]
    }
}
