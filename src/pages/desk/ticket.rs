//! `/desk/{ticket}`: one ticket with its thread, what can be done about it, and how its promises stand; beside the list that
//! it was chosen from.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::forms::{Forms, Typed};
use super::level::ServiceLevel;
use super::list::Listing;
use super::row;
use super::spoken;
use super::thread::{Thread, Written, customer};
use crate::domain::desk::{Follower, Ticket, TicketChannel, TicketKey};
use crate::http::{Edge, Problem, Query, ticket_records};
use crate::pages::Pages;
use crate::pages::console::{self, Console, Viewer};
use crate::pages::field::Field;
use crate::pages::templates::Page;

/// What is said after something was done, by the word that the address carries.
const DONE: [(&str, &str); 4] =
    [("reply", "Reply sent."), ("comment", "Comment added."), ("escalate", "Escalated."), ("change", "Saved.")];

/// One ticket.
#[derive(Debug, Serialize)]
pub struct DeskTicketPage {
    console: Console,
    listing: Listing,
    ticket: Shown,
    thread: Thread,
    service: ServiceLevel,
    forms: Forms,
}

/// The head of a ticket.
#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    number: String,
    subject: String,
    contact: String,
    /// What the customer is called in "NAME can't see this".
    first_name: String,
    email: Option<String>,
    followers: Vec<Person>,
    team: Option<String>,
    tags: Vec<String>,
    status: &'static str,
    status_words: String,
    channel: &'static str,
    level: u8,
    merged_into: Option<Other>,
    follows: Option<Other>,
    rating: Option<Rating>,
    address: String,
    list_address: String,
}

/// Another customer, whose ticket went into this one.
#[derive(Debug, Serialize)]
struct Person {
    name: String,
    email: Option<String>,
    /// The ticket of theirs.
    own: Other,
}

/// Another ticket.
#[derive(Debug, Serialize)]
struct Other {
    address: String,
    name: String,
}

/// What the customer said of the help.
#[derive(Debug, Serialize)]
struct Rating {
    score: u8,
    comment: Option<String>,
}

/// `GET /desk/{ticket}`: the page, or the form to sign in.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    console::answer(&request, &pages, looked_at(&request, &edge).await)
}

async fn looked_at(request: &HttpRequest, edge: &Edge) -> Result<DeskTicketPage, Problem> {
    let viewer = Viewer::of(request, edge).await?;
    let done = Query::of(request)?.get("done").unwrap_or_default().to_owned();
    let said = DONE.iter().find(|(word, _)| *word == done).map_or("", |(_, said)| *said);
    page(request, edge, &viewer, Typed { said, notify: Field::of("assignee"), open: "reply", ..Typed::default() }).await
}

/// The ticket in the address, as it is known best.
///
/// # Errors
/// 404; 503.
pub async fn found(request: &HttpRequest, edge: &Edge, viewer: &Viewer) -> Result<Arc<Ticket>, Problem> {
    let key = ticket_records::in_address(request, "ticket")?;
    ticket_records::found(edge, &viewer.clerk.org, &key).await
}

/// The page with something in its forms.
///
/// # Errors
/// 404; 503.
pub async fn page(
    request: &HttpRequest,
    edge: &Edge,
    viewer: &Viewer,
    typed: Typed,
) -> Result<DeskTicketPage, Problem> {
    let org = &viewer.clerk.org;
    let ticket = found(request, edge, viewer).await?;
    let (_, description) = ticket_records::stored(edge, org, &TicketKey::Id(ticket.id.clone())).await?;
    let written = Written::read(edge, org, &ticket).await?;
    let listing = Listing::read(edge, viewer, &Query::of(request)?, Some(&ticket.id)).await?;
    let desk = edge.desk(org)?;
    let clocks = ticket.clocks.reports(desk.state.terms_of(&ticket), viewer.now);
    Ok(DeskTicketPage {
        console: viewer.console(),
        ticket: Shown::new(edge, viewer, &ticket, &listing.query)?,
        thread: Thread::new(&ticket, &description, &written, &clocks, viewer),
        service: ServiceLevel::new(&ticket, &clocks, &desk.state, viewer),
        forms: Forms::new(&ticket, &desk.state, &viewer.people, typed),
        listing,
    })
}

impl Shown {
    fn new(edge: &Edge, viewer: &Viewer, ticket: &Ticket, query: &str) -> Result<Self, Problem> {
        let desk = edge.desk(&viewer.clerk.org)?;
        let other = |id: &crate::domain::ids::TicketId| {
            let number = desk.state.ticket_by_id(id).map(|ticket| ticket.number.to_string());
            Other { address: format!("/desk/{id}"), name: number.unwrap_or_else(|| id.to_string()) }
        };
        let requester = &ticket.requester;
        let email = requester.email.as_ref().map(|email| email.as_str().to_owned());
        let name = Some(requester.name.to_string()).filter(|name| !name.is_empty());
        let contact = name.or_else(|| email.clone()).unwrap_or_else(|| "No name given".to_owned());
        let first_name = requester.name.split_whitespace().next().unwrap_or("The customer").to_owned();
        Ok(Self {
            id: ticket.id.to_string(),
            number: ticket.number.to_string(),
            subject: ticket.subject.to_string(),
            contact,
            first_name,
            email,
            followers: ticket.followers.people().map(Person::of).collect(),
            team: ticket.team.as_deref().map(ToOwned::to_owned),
            tags: ticket.tags.to_vec(),
            status: ticket.status.word(),
            status_words: spoken(ticket.status.word()),
            channel: match ticket.channel {
                TicketChannel::Web => "Web form",
                TicketChannel::Email => "E-mail",
                TicketChannel::Phone => "Phone",
                TicketChannel::Api => "API",
            },
            level: ticket.escalation_level,
            merged_into: ticket.merged_into.as_ref().map(other),
            follows: ticket.follows.as_ref().map(other),
            rating: ticket
                .satisfaction
                .as_ref()
                .map(|said| Rating { score: said.score, comment: said.comment.clone() }),
            address: row::address(ticket, query),
            list_address: if query.is_empty() { "/desk".to_owned() } else { format!("/desk?{query}") },
        })
    }
}

impl Person {
    fn of(follower: &Follower) -> Self {
        Self {
            name: customer(&follower.requester),
            email: follower.requester.email.as_ref().map(|email| email.as_str().to_owned()),
            own: Other { address: format!("/desk/{}", follower.ticket), name: follower.number.to_string() },
        }
    }
}

/// Where one is led after something was done to a ticket.
#[must_use]
pub fn done(ticket: &Ticket, query: &str, word: &str) -> String {
    let address = row::address(ticket, query);
    let mark = if query.is_empty() { '?' } else { '&' };
    format!("{address}{mark}done={word}")
}

impl Page for DeskTicketPage {
    const TEMPLATE: &'static str = "desk_ticket.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let other = || Other { address: "/desk/x".to_owned(), name: "T-000009".to_owned() };
        let follower =
            |email: &str| Person { name: "Jean <B>".to_owned(), email: Some(email.to_owned()), own: other() };
        let shown = |is_over: bool| Shown {
            id: "one".to_owned(),
            number: "T-004182".to_owned(),
            subject: "Wrong <lenses> in both pairs".to_owned(),
            contact: "Amélie Rousseau-Vandenbroucke".to_owned(),
            first_name: "Amélie".to_owned(),
            email: is_over.then(|| "amelie.rv@courrier.example".to_owned()),
            followers: if is_over { vec![follower("b@courrier.example")] } else { Vec::new() },
            team: is_over.then(|| "lab".to_owned()),
            tags: vec!["lenses".to_owned()],
            status: if is_over { "closed" } else { "open" },
            status_words: "Open".to_owned(),
            channel: "E-mail",
            level: u8::from(is_over),
            merged_into: is_over.then(other),
            follows: is_over.then(other),
            rating: is_over.then(|| Rating { score: 4, comment: Some("<3".to_owned()) }),
            address: "/desk/T-004182?assignee=me".to_owned(),
            list_address: "/desk".to_owned(),
        };
        let mut samples = Vec::new();
        for (index, forms) in Forms::samples().into_iter().enumerate() {
            let mut threads = Thread::samples();
            let mut services = ServiceLevel::samples();
            samples.push(Self {
                console: Console::sample(),
                listing: Listing::samples().swap_remove(index % 4),
                ticket: shown(index % 2 == 1),
                thread: threads.swap_remove(index % 2),
                service: services.swap_remove(index % 2),
                forms,
            });
        }
        samples
    }
}
