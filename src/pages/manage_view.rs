//! One's own booking as a page: what it is, how it stands, and what can still be done about it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::templates::Page;
use super::visit::{Business, PublishedPoint, address};
use super::{deadline, words};
use crate::domain::calendar::{CalendarState, CancelledBy, Reservation, Status, Terms};
use crate::http::{Edge, manage_address};

/// Digits of a number that are read as one group.
const GROUP_CHARACTERS: usize = 4;

/// One's own booking.
#[derive(Debug, Serialize)]
pub struct ManagePage {
    business: String,
    heading: &'static str,
    /// The word of the wire.
    status: &'static str,
    sentence: String,
    day: String,
    clock: String,
    instant: String,
    zone: &'static str,
    city: String,
    facts: Vec<Fact>,
    number: String,
    notice: String,
    calendar_address: Option<String>,
    change_address: Option<String>,
    cancel: Option<Cancel>,
    deadline: String,
    again_address: String,
}

#[derive(Debug, Serialize)]
struct Fact {
    label: &'static str,
    value: String,
}

#[derive(Debug, Serialize)]
struct Cancel {
    action: String,
    version: u64,
}

/// What has just been done, as the address of the page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Nothing.
    Nothing,
    /// It was booked.
    Booked,
    /// It was moved.
    Moved,
    /// Somebody else has changed it meanwhile.
    ChangedMeanwhile,
}

impl Done {
    /// Reads the parameter `done`.
    #[must_use]
    pub fn of(word: Option<&str>) -> Self {
        match word {
            Some("booked") => Self::Booked,
            Some("moved") => Self::Moved,
            Some("changed") => Self::ChangedMeanwhile,
            _ => Self::Nothing,
        }
    }
}

/// What a booking is shown with.
pub struct Around<'a> {
    /// The edge.
    pub edge: &'a Edge,
    /// The org.
    pub business: &'a Business,
    /// The org's calendar.
    pub calendar: &'a CalendarState,
}

impl ManagePage {
    /// The page of a booking that has been proven.
    #[must_use]
    pub fn new(reservation: &Reservation, around: &Around<'_>, done: Done) -> Self {
        let (business, now) = (around.business, around.edge.now());
        let definition = around.calendar.definition_of(&reservation.definition_id);
        let terms = definition.map(|definition| &definition.terms);
        let zone = terms.map_or(business.timezone, |terms| terms.timezone);
        let own = manage_address(&business.org, &reservation.number, &reservation.customer.email);
        let may = terms.filter(|terms| can_change(reservation, terms, now));
        let is_offered =
            around.calendar.definition(&reservation.definition_id).is_some_and(|definition| definition.terms.active);
        let takes_place = reservation.status.takes_room();
        Self {
            business: business.name.clone(),
            heading: heading(&reservation.status, done),
            status: reservation.status.word(),
            sentence: sentence(reservation),
            day: words::day(zone, reservation.slot.start),
            clock: words::clock_span(zone, reservation.slot),
            instant: words::plain_instant(reservation.slot.start),
            zone: zone.name(),
            city: words::city(zone),
            facts: facts(reservation, around, terms),
            number: grouped(reservation.number.as_str()),
            notice: match done {
                Done::ChangedMeanwhile => "It has been changed meanwhile. This is how it stands now.".to_owned(),
                Done::Nothing | Done::Booked | Done::Moved => String::new(),
            },
            calendar_address: takes_place.then(|| below(&own, "appointment.ics")),
            change_address: may.filter(|_| is_offered).map(|_| below(&own, "change")),
            cancel: may.map(|_| Cancel { action: own.clone(), version: reservation.version }),
            deadline: match terms {
                Some(terms) if may.is_some() => deadline::promise(terms, reservation.slot.start),
                Some(terms) if reservation.status.is_ahead() => deadline::missed(terms, reservation.slot.start),
                _ => String::new(),
            },
            again_address: address::book_list(&business.org),
        }
    }

    /// The same with something to say first.
    #[must_use]
    pub fn with_notice(self, notice: &str) -> Self {
        Self { notice: notice.to_owned(), ..self }
    }
}

/// Whether customers can still move or cancel it.
#[must_use]
pub fn can_change(reservation: &Reservation, terms: &Terms, now: DateTime<Utc>) -> bool {
    reservation.status.is_ahead() && now <= deadline::of(terms, reservation.slot.start)
}

/// The address of a page below one's own: `/manage/7K3QX9ZB/change?org=..&email=..`.
#[must_use]
pub fn below(own: &str, name: &str) -> String {
    let (path, query) = own.split_once('?').unwrap_or((own, ""));
    format!("{path}/{name}?{query}")
}

fn heading(status: &Status, done: Done) -> &'static str {
    match (status, done) {
        (Status::Pending, Done::Booked) => "We have your request",
        (Status::Pending, _) => "Your request",
        (Status::Confirmed, Done::Booked) => "You’re booked",
        (Status::Confirmed, Done::Moved) => "Your booking is moved",
        (Status::Confirmed, _) => "Your booking",
        (Status::CheckedIn { .. }, _) => "You’re checked in",
        (Status::Completed { .. }, _) => "Thank you for coming",
        (Status::NoShow { .. }, _) => "We missed you",
        (Status::Cancelled { .. }, _) => "This booking is cancelled",
    }
}

fn sentence(reservation: &Reservation) -> String {
    let email = reservation.customer.email.as_str();
    match &reservation.status {
        Status::Pending => format!("It isn’t confirmed yet. We’ll write to {email} as soon as it is."),
        Status::Confirmed => format!("The details go to {email}."),
        Status::CheckedIn { .. } => "We know that you’re here.".to_owned(),
        Status::Completed { .. } => "This appointment is over.".to_owned(),
        Status::NoShow { .. } => "You can book another time.".to_owned(),
        Status::Cancelled { by: CancelledBy::Customer, .. } => "You cancelled it; the time is free again.".to_owned(),
        Status::Cancelled { by: CancelledBy::Staff, reason, .. } => match reason {
            Some(reason) => format!("We had to cancel it: {reason}"),
            None => "We had to cancel it. We’re sorry.".to_owned(),
        },
    }
}

fn facts(reservation: &Reservation, around: &Around<'_>, terms: Option<&Terms>) -> Vec<Fact> {
    let org = &around.business.org;
    let point = reservation.point_id.as_ref().and_then(|point| around.edge.directory.published(org, point));
    let place = point.and_then(PublishedPoint::new).map(|at| match at.point.location.as_str() {
        "" => at.point.name.clone(),
        location => format!("{}, {location}", at.point.name),
    });
    let staff = reservation.staff_ids.iter().filter_map(|id| around.calendar.staff_of(id));
    let staff: Vec<&str> = staff.map(|staff| staff.terms.name.as_str()).collect();
    let people = (reservation.party_size > 1).then(|| format!("{} people", reservation.party_size));
    let facts = [
        ("What", terms.map(|terms| terms.name.clone())),
        ("Where", place),
        ("With", (!staff.is_empty()).then(|| staff.join(", "))),
        ("For", people),
        ("Price", terms.and_then(|terms| terms.price.as_ref()).map(words::price)),
        ("Notes", (!reservation.notes.is_empty()).then(|| reservation.notes.clone())),
    ];
    facts.into_iter().filter_map(|(label, value)| Some(Fact { label, value: value? })).collect()
}

/// "K7QW 4M2X".
fn grouped(number: &str) -> String {
    match number.split_at_checked(GROUP_CHARACTERS) {
        Some((first, second)) => format!("{first} {second}"),
        None => number.to_owned(),
    }
}

impl Page for ManagePage {
    const TEMPLATE: &'static str = "manage.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let own = "/manage/K7QW4M2X?org=demo&email=zoe%40example.com";
        let fact = |label, value: &str| Fact { label, value: value.to_owned() };
        let page = |status: &'static str, heading, can_change: bool| Self {
            business: "Harbour & Finch".to_owned(),
            heading,
            status,
            sentence: "The details go to zoe@example.com.".to_owned(),
            day: "Tuesday 19 May".to_owned(),
            clock: "10:30–11:15".to_owned(),
            instant: "2026-05-19T08:30:00Z".to_owned(),
            zone: "Europe/Berlin",
            city: "Berlin".to_owned(),
            facts: vec![fact("What", "Eye test and contact lens check"), fact("Where", "Hamburg <Hauptbahnhof>")],
            number: "K7QW 4M2X".to_owned(),
            notice: if can_change { String::new() } else { "It has been changed meanwhile.".to_owned() },
            calendar_address: can_change.then(|| below(own, "appointment.ics")),
            change_address: can_change.then(|| below(own, "change")),
            cancel: can_change.then(|| Cancel { action: own.to_owned(), version: 1 }),
            deadline: "You can change or cancel until Mon 18 May, 10:30.".to_owned(),
            again_address: "/book?org=demo".to_owned(),
        };
        vec![
            page("confirmed", "You’re booked", true),
            page("pending", "Your request", true),
            page("confirmed", "Your booking", false),
            page("checked_in", "You’re checked in", false),
            page("completed", "Thank you for coming", false),
            page("no_show", "We missed you", false),
            page("cancelled", "This booking is cancelled", false),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_two_groups_and_its_pages_keep_their_proof() {
        assert_eq!(grouped("K7QW4M2X"), "K7QW 4M2X");
        assert_eq!(below("/manage/K?org=a&email=b", "change"), "/manage/K/change?org=a&email=b");
    }
}
