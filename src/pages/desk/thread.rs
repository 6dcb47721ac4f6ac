//! What was written in a ticket, as the staff side reads it: messages, which the customer reads, too, and comments, which the
//! customer never does. They come as different kinds, so that no page can take one for the other.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::clock::{metric_words, moment};
use crate::domain::desk::{Author, Comment, Requester, Ticket, TicketMessage};
use crate::domain::ids::{ContactId, OrgId};
use crate::domain::sla::ClockReport;
use crate::http::{Conversation, Edge, Problem};
use crate::pages::console::Viewer;
use crate::pages::words;

/// How many of what was written are shown at once; earlier ones open on demand.
const NEWEST_SHOWN: usize = 12;
/// Rows that are read at a time.
const ROWS_A_TIME: i64 = 200;
/// Most messages, and most comments, that a page shows: the oldest, in rows.
const ROWS_MAX: usize = 1_000;

/// Something that stands in a thread.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    kind: &'static str,
    id: String,
    author: String,
    at: String,
    instant: String,
    body: String,
    files: Vec<File>,
    is_unanswered: bool,
    #[serde(skip)]
    moment: DateTime<Utc>,
}

/// A file that came with a message.
#[derive(Clone, Debug, Serialize)]
struct File {
    name: String,
    address: String,
}

/// A thread.
#[derive(Debug, Serialize)]
pub struct Thread {
    earlier: Vec<Item>,
    newest: Vec<Item>,
    is_cut: bool,
}

/// What a thread is made of.
pub struct Written {
    /// What the customer reads, too.
    pub messages: Vec<TicketMessage>,
    /// What only the staff side reads.
    pub comments: Vec<Comment>,
}

impl Written {
    /// All that was written in a ticket, up to [`ROWS_MAX`] of each kind.
    ///
    /// # Errors
    /// 503.
    pub async fn read(edge: &Edge, org: &OrgId, ticket: &Arc<Ticket>) -> Result<Self, Problem> {
        let messages = messages(edge, org, &Conversation::of_one(ticket)).await?;
        let mut comments: Vec<Comment> = Vec::new();
        loop {
            let after = comments.last().map(|comment| (comment.at, comment.id.clone()));
            let (mut rows, total) = edge.reader.ticket_comments(org, &ticket.id, after.as_ref(), ROWS_A_TIME).await?;
            let is_last = rows.is_empty();
            comments.append(&mut rows);
            if is_last || is_enough(comments.len(), total) {
                return Ok(Self { messages, comments });
            }
        }
    }
}

/// What was said in a conversation, the oldest first, up to [`ROWS_MAX`] messages.
///
/// # Errors
/// 503.
pub async fn messages(edge: &Edge, org: &OrgId, conversation: &Conversation) -> Result<Vec<TicketMessage>, Problem> {
    let mut messages: Vec<TicketMessage> = Vec::new();
    loop {
        let after = messages.last().map(|message| (message.at, message.id.clone()));
        let (mut rows, total) = conversation.messages(edge, org, after.as_ref(), ROWS_A_TIME).await?;
        let is_last = rows.is_empty();
        messages.append(&mut rows);
        if is_last || is_enough(messages.len(), total) {
            return Ok(messages);
        }
    }
}

impl Thread {
    /// The thread of a ticket that began with `description`.
    #[must_use]
    pub fn new(ticket: &Ticket, description: &str, written: &Written, clocks: &[ClockReport], viewer: &Viewer) -> Self {
        let is_cut = written.messages.len() >= ROWS_MAX || written.comments.len() >= ROWS_MAX;
        let answered_at = written.messages.iter().rev().find(|message| message.author.is_agent());
        let answered_at = answered_at.map(|message| message.at);
        let is_unanswered = |at| ticket.is_live() && answered_at.is_none_or(|answered| answered < at);
        let mut items: Vec<Item> = Vec::new();
        if begins_by_itself(ticket, description, written.messages.iter()) {
            let is_first =
                Item { is_unanswered: is_unanswered(ticket.created_at), ..opening(ticket, description, viewer) };
            items.push(is_first);
        }
        items.extend(written.messages.iter().map(|message| {
            let item = said(ticket, message, viewer);
            Item { is_unanswered: !message.author.is_agent() && is_unanswered(message.at), ..item }
        }));
        items.extend(written.comments.iter().map(|comment| noted(comment, viewer)));
        items.extend(clocks.iter().filter_map(|clock| breached(clock, viewer)));
        items.sort_by_key(|item| item.moment);
        let newest = items.split_off(items.len().saturating_sub(NEWEST_SHOWN));
        Self { earlier: items, newest, is_cut }
    }
}

/// Whether what a ticket was opened with is not also its first message, as it is where a mail opened it.
pub fn begins_by_itself<'a>(
    ticket: &Ticket,
    description: &str,
    mut messages: impl Iterator<Item = &'a TicketMessage>,
) -> bool {
    let is_first = |message: &TicketMessage| {
        message.ticket == ticket.id && message.at == ticket.created_at && message.author == Author::Customer
    };
    !description.is_empty() && !messages.any(is_first)
}

fn is_enough(read: usize, total: i64) -> bool {
    read >= ROWS_MAX || i64::try_from(read).is_ok_and(|read| read >= total)
}

fn item(kind: &'static str, at: DateTime<Utc>, viewer: &Viewer) -> Item {
    Item {
        kind,
        id: String::new(),
        author: String::new(),
        at: moment(viewer.zone, at, viewer.now),
        instant: words::instant(at),
        body: String::new(),
        files: Vec::new(),
        is_unanswered: false,
        moment: at,
    }
}

/// What a customer is called.
pub fn customer(requester: &Requester) -> String {
    let email = requester.email.as_ref().map(|email| email.as_str().to_owned());
    let name = Some(requester.name.to_string()).filter(|name| !name.is_empty());
    name.or(email).unwrap_or_else(|| "The customer".to_owned())
}

/// What another customer is called; whose ticket went into this one before anybody followed one is not known here by name.
pub fn follower(ticket: &Ticket, contact: &ContactId) -> String {
    let known = ticket.followers.person(contact).map(|follower| customer(&follower.requester));
    known.unwrap_or_else(|| "Another customer".to_owned())
}

fn opening(ticket: &Ticket, description: &str, viewer: &Viewer) -> Item {
    Item {
        id: "opening".to_owned(),
        author: customer(&ticket.requester),
        body: description.to_owned(),
        ..item("customer", ticket.created_at, viewer)
    }
}

fn said(ticket: &Ticket, message: &TicketMessage, viewer: &Viewer) -> Item {
    let (kind, author) = match &message.author {
        Author::Customer => ("customer", customer(&ticket.requester)),
        Author::Follower { contact } => ("customer", follower(ticket, contact)),
        Author::Agent { subject } if viewer.people.is_own(subject) => ("own", viewer.people.name(subject)),
        Author::Agent { subject } => ("agent", viewer.people.name(subject)),
    };
    let files = message.attachments.iter().map(|file| File {
        name: file.name.clone(),
        address: format!("/crm/tickets/attachments/{}/{}", message.ticket, file.id),
    });
    Item {
        id: message.id.to_string(),
        author,
        body: message.body.clone(),
        files: files.collect(),
        ..item(kind, message.at, viewer)
    }
}

fn noted(comment: &Comment, viewer: &Viewer) -> Item {
    let author = comment.author.as_deref().map_or_else(|| "Frontdesk".to_owned(), |id| viewer.people.name(id));
    Item { id: comment.id.to_string(), author, body: comment.body.clone(), ..item("comment", comment.at, viewer) }
}

fn breached(clock: &ClockReport, viewer: &Viewer) -> Option<Item> {
    let at = clock.breached_at?;
    let mut name = metric_words(clock.metric).to_owned();
    name.replace_range(..1, &name[..1].to_uppercase());
    let body = format!("{name} breached {}.", moment(viewer.zone, at, viewer.now));
    Some(Item { id: format!("breach-{}-{}", clock.metric.word(), clock.cycle), body, ..item("breach", at, viewer) })
}

#[cfg(test)]
impl Thread {
    /// Every kind of item, with earlier ones and without.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let item = |kind: &'static str, index: usize| Item {
            kind,
            id: format!("{kind}-{index}"),
            author: "Amélie <R>".to_owned(),
            at: "Wed 15:20".to_owned(),
            instant: "2026-05-13T13:20:00.000Z".to_owned(),
            body: "Left & right\nare swapped.".to_owned(),
            files: vec![File { name: "slip.jpg".to_owned(), address: "/crm/tickets/attachments/a/b".to_owned() }],
            is_unanswered: index == 0,
            moment: DateTime::UNIX_EPOCH,
        };
        let all = |index| ["customer", "own", "agent", "comment", "breach"].map(|kind| item(kind, index)).into();
        vec![
            Self { earlier: all(1), newest: all(0), is_cut: true },
            Self { earlier: Vec::new(), newest: all(0), is_cut: false },
        ]
    }
}
