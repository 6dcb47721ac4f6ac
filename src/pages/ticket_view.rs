//! A request for help as its customer sees it: nothing that only the staff side may read has a place in it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::desk::clock::moment;
use super::desk::thread::begins_by_itself;
use super::field::{Field, FilesField};
use super::templates::Page;
use super::visit::Business;
use super::words;
use crate::domain::desk::{Attachment, Author, SCORE_MAX, Ticket, TicketMessage};
use crate::domain::ids::OrgId;
use crate::domain::ticket_status::TicketStatus;
use crate::identity;

/// What each score means.
const SCORES: [&str; SCORE_MAX as usize] = ["Bad", "Poor", "Fair", "Good", "Very good"];

/// What stands in the forms of the page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OwnForms {
    /// A message.
    pub reply: Field,
    /// The files that go with it.
    pub files: FilesField,
    /// What else the customer wants to say of the help.
    pub words: Field,
    /// How good it was.
    pub score: Option<u8>,
    /// How to mend the score.
    pub score_error: String,
    /// What became of what was sent, when it was not done.
    pub notice: &'static str,
    /// The same when it was done.
    pub said: &'static str,
}

/// A request for help.
#[derive(Debug, Serialize)]
pub struct OwnTicketPage {
    business: String,
    number: String,
    subject: String,
    state: &'static str,
    picture: &'static str,
    tone: &'static str,
    standing: &'static str,
    sentence: &'static str,
    opened: String,
    said: Vec<Said>,
    rating: Option<Rating>,
    key: String,
    own_address: String,
    forms: OwnForms,
}

/// One message.
#[derive(Debug, Serialize)]
struct Said {
    is_own: bool,
    author: String,
    at: String,
    instant: String,
    body: String,
    files: Vec<File>,
}

/// A file of a message, and where it is for who holds the secret.
#[derive(Debug, Serialize)]
struct File {
    name: String,
    address: String,
}

/// The question how good the help was.
#[derive(Debug, Serialize)]
struct Rating {
    scores: Vec<Score>,
    given: Option<u8>,
}

#[derive(Debug, Serialize)]
struct Score {
    value: u8,
    words: &'static str,
    is_chosen: bool,
}

impl OwnTicketPage {
    /// The page of a request as it stands at `now`; of each message whether it is the customer's own.
    #[must_use]
    pub fn new(
        ticket: &Ticket,
        description: &str,
        messages: &[(TicketMessage, bool)],
        business: &Business,
        forms: OwnForms,
        now: DateTime<Utc>,
    ) -> Self {
        let zone = business.timezone;
        let opening =
            begins_by_itself(ticket, description, messages.iter().map(|(message, _)| message)).then(|| Said {
                is_own: true,
                author: "You".to_owned(),
                at: moment(zone, ticket.created_at, now),
                instant: words::instant(ticket.created_at),
                body: description.to_owned(),
                files: Vec::new(),
            });
        let messages = messages.iter().map(|(message, is_own)| Said::new(message, *is_own, ticket, business, now));
        let standing = Standing::of(ticket);
        Self {
            business: business.name.clone(),
            number: ticket.number.to_string(),
            subject: ticket.subject.to_string(),
            state: ticket.status.word(),
            picture: standing.icon,
            tone: standing.tone,
            standing: standing.words,
            sentence: standing.sentence,
            opened: words::short_moment(zone, ticket.created_at),
            said: opening.into_iter().chain(messages).collect(),
            rating: (ticket.status.is_done() && ticket.merged_into.is_none()).then(|| Rating::new(ticket, forms.score)),
            key: identity::new_uuid().to_string(),
            own_address: Self::address(&business.org, ticket),
            forms,
        }
    }

    /// The address of the page of who holds the secret, which is made of letters and digits.
    #[must_use]
    pub fn address(org: &OrgId, ticket: &Ticket) -> String {
        format!("/t/{}?org={org}&token={}", ticket.number, ticket.token)
    }
}

impl Said {
    fn new(message: &TicketMessage, is_own: bool, ticket: &Ticket, business: &Business, now: DateTime<Utc>) -> Self {
        let file = |file: &Attachment| File {
            name: file.name.clone(),
            address: format!(
                "/crm/tickets/attachments/{}/{}?org={}&token={}",
                ticket.number, file.id, business.org, ticket.token
            ),
        };
        let author = match &message.author {
            Author::Agent { .. } => business.name.clone(),
            Author::Customer | Author::Follower { .. } if is_own => "You".to_owned(),
            // Whoever it is: nobody is told who else has asked.
            Author::Customer | Author::Follower { .. } => "Another customer".to_owned(),
        };
        Self {
            is_own,
            author,
            at: moment(business.timezone, message.at, now),
            instant: words::instant(message.at),
            body: message.body.clone(),
            files: message.attachments.iter().map(file).collect(),
        }
    }
}

impl Rating {
    fn new(ticket: &Ticket, chosen: Option<u8>) -> Self {
        let given = ticket.satisfaction.as_ref().map(|said| said.score);
        let chosen = chosen.or(given);
        let score = |(value, words)| Score { value, words, is_chosen: chosen == Some(value) };
        Self { scores: (1..=SCORE_MAX).zip(SCORES).map(score).collect(), given }
    }
}

/// How a request stands, in the customer's words.
struct Standing {
    icon: &'static str,
    tone: &'static str,
    words: &'static str,
    sentence: &'static str,
}

impl Standing {
    fn of(ticket: &Ticket) -> Self {
        let standing = |icon, tone, words, sentence| Self { icon, tone, words, sentence };
        if ticket.merged_into.is_some() {
            let sentence = "We took it together with another request of this matter. You can still write to us below.";
            return standing("check", "closed", "Joined with another request", sentence);
        }
        match ticket.status {
            TicketStatus::Open => {
                standing("clock", "open", "We’ve got it", "Somebody will answer you here and by mail.")
            }
            TicketStatus::InProgress => {
                standing("person", "open", "We’re working on it", "You’ll hear from us here and by mail.")
            }
            TicketStatus::Pending => {
                standing("pause", "paused", "Waiting for you", "Please answer below, then we go on at once.")
            }
            TicketStatus::Resolved => {
                standing("check", "open", "Resolved", "If it isn’t, write to us below and we take it up again.")
            }
            TicketStatus::Closed => {
                standing("check", "closed", "Closed", "If you write to us below, a new request begins.")
            }
        }
    }
}

impl Page for OwnTicketPage {
    const TEMPLATE: &'static str = "ticket.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let said = |is_own: bool| Said {
            is_own,
            author: if is_own { "You" } else { "Harbour & Finch" }.to_owned(),
            at: "today 10:52".to_owned(),
            instant: "2026-05-15T08:52:00.000Z".to_owned(),
            body: "Any <news>?".to_owned(),
            files: vec![File {
                name: "<slip>.jpg".to_owned(),
                address: "/crm/tickets/attachments/T-1/a?token=t".to_owned(),
            }],
        };
        let page = |state, given: Option<u8>| Self {
            business: "Harbour & Finch".to_owned(),
            number: "T-004182".to_owned(),
            subject: "Wrong <lenses>".to_owned(),
            state,
            picture: "clock",
            tone: "open",
            standing: "We’ve got it",
            sentence: "Somebody will answer you.",
            opened: "Tue 12 May, 15:10".to_owned(),
            said: vec![said(true), said(false)],
            rating: (state == "resolved")
                .then(|| Rating { scores: vec![Score { value: 1, words: "Bad", is_chosen: true }], given }),
            key: "0197b7b2".to_owned(),
            own_address: "/t/T-004182?org=demo&token=t".to_owned(),
            forms: OwnForms::default(),
        };
        let wrong = Field { error: "Write your message first.".to_owned(), is_first_wrong: true, ..Field::default() };
        let mended = OwnForms {
            reply: wrong.clone(),
            files: FilesField { error: "Choose <fewer>.".to_owned(), ..FilesField::default() },
            words: wrong,
            score_error: "Choose one.".to_owned(),
            notice: "That didn’t work.",
            said: "Thank you.",
            score: Some(3),
        };
        vec![
            page("open", None),
            page("resolved", None),
            page("resolved", Some(4)),
            Self { forms: mended, said: Vec::new(), ..page("resolved", None) },
        ]
    }
}
