//! `/manage/{number}/change`: another time for a booking, by the same picker that it was booked with.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::Pages;
use super::book::Nearest;
use super::bookable::Bookable;
use super::manage_view::{below, can_change};
use super::own::Own;
use super::picker::{Picker, Wanted};
use super::templates::Page;
use super::{deadline, words};
use crate::domain::calendar::OfferedSlot;
use crate::domain::local_time::local_date;
use crate::http::{Code, Edge, Problem};

/// The page on which another time is chosen.
#[derive(Debug, Serialize)]
pub struct MovingPage {
    business: String,
    name: String,
    /// When it is now: "Tuesday 19 May, 10:30–11:15".
    now_at: String,
    /// Why it can’t be moved; empty when it can.
    too_late: String,
    picker: Option<Picker>,
    chosen: Option<Chosen>,
    notice: String,
    nearest: Vec<Nearest>,
    /// Where nearest times lead to, with a query.
    base: String,
    own_address: String,
}

/// The time that is chosen.
#[derive(Debug, Serialize)]
struct Chosen {
    heading: String,
    instant: String,
    version: u64,
}

/// `GET /manage/{number}/change`.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    pages.page(&request, look(&request, &edge).await)
}

async fn look(request: &HttpRequest, edge: &Edge) -> Result<MovingPage, Problem> {
    let own = Own::of(request, edge).await?;
    MovingPage::new(&own, edge, Wanted::of(&own.visit))
}

impl MovingPage {
    fn new(own: &Own, edge: &Edge, wanted: Wanted) -> Result<Self, Problem> {
        let (reservation, business) = (own.reservation(), &own.visit.business);
        let bookable = Bookable::again(edge, &business.org, reservation);
        let bookable = bookable.ok_or_else(|| Problem::of(Code::DefinitionNotFound))?;
        let (terms, zone) = (bookable.terms(), bookable.zone());
        let words_of = |slot| format!("{}, {}", words::day(zone, slot), words::clock_span(zone, bookable.span(slot)));
        let base = below(&own.address(), "change");
        let mut page = Self {
            business: business.name.clone(),
            name: terms.name.clone(),
            now_at: words_of(reservation.slot.start),
            too_late: String::new(),
            picker: None,
            chosen: None,
            notice: String::new(),
            nearest: Vec::new(),
            base: base.clone(),
            own_address: own.address(),
        };
        if !can_change(reservation, terms, bookable.now) {
            page.too_late = if reservation.status.is_ahead() {
                deadline::missed(terms, reservation.slot.start)
            } else {
                "It can’t be moved any more.".to_owned()
            };
            return Ok(page);
        }
        let mut wanted = wanted;
        if wanted == Wanted::default() {
            wanted.month = Some(local_date(zone, reservation.slot.start));
        }
        if let Some(start) = wanted.start {
            let chosen =
                Chosen { heading: words_of(start), instant: words::plain_instant(start), version: reservation.version };
            if bookable.slot(start)?.is_some() {
                page.chosen = Some(chosen);
            } else {
                page.notice = "That time isn’t free any more. Please choose another one.".to_owned();
                wanted = Wanted { start: None, ..wanted };
            }
        }
        page.picker = Some(Picker::new(&bookable, wanted, &base)?);
        Ok(page)
    }

    /// The page after somebody else was quicker.
    ///
    /// # Errors
    /// The service is gone.
    pub fn refused(own: &Own, edge: &Edge, nearest: &[OfferedSlot]) -> Result<Self, Problem> {
        let zone = Bookable::again(edge, &own.visit.business.org, own.reservation()).map(|bookable| bookable.zone());
        let start = nearest.first().map(|slot| slot.start);
        let day = start.zip(zone).map(|(start, zone)| local_date(zone, start));
        let page = Self::new(own, edge, Wanted { day, ..Wanted::default() })?;
        let notice = if nearest.is_empty() {
            "That time isn’t free any more. Your booking is as it was; please choose another time."
        } else {
            "That time isn’t free any more. Your booking is as it was. These are the nearest free times:"
        };
        let nearest = zone.map_or_else(Vec::new, |zone| Nearest::of(zone, nearest));
        Ok(Self { notice: notice.to_owned(), nearest, ..page })
    }
}

impl Page for MovingPage {
    const TEMPLATE: &'static str = "moving.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let own_address = "/manage/K7QW4M2X?org=demo&email=zoe%40example.com";
        let page = || Self {
            business: "Harbour & Finch".to_owned(),
            name: "Eye test".to_owned(),
            now_at: "Tuesday 19 May, 10:30–11:15".to_owned(),
            too_late: String::new(),
            picker: Some(Picker::sample(false)),
            chosen: None,
            notice: String::new(),
            nearest: Vec::new(),
            base: below(own_address, "change"),
            own_address: own_address.to_owned(),
        };
        let chosen = Chosen {
            heading: "Friday 1 May, 10:30–11:15".to_owned(),
            instant: "2026-05-01T08:30:00Z".to_owned(),
            version: 1,
        };
        vec![
            page(),
            Self { chosen: Some(chosen), ..page() },
            Self { notice: "That time isn’t free any more.".to_owned(), nearest: Nearest::samples(), ..page() },
            Self { too_late: "It’s too late.".to_owned(), picker: None, ..page() },
        ]
    }
}
