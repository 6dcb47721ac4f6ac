//! Tickets are opened: by staff for somebody, by who is signed in, by a mail, or because the one that a message was
//! for is closed.

use std::sync::Arc;

use super::asked::Asked;
use super::assigning;
use super::course::Course;
use crate::domain::desk::checking;
use crate::domain::desk::command::{Successor, TicketDraft};
use crate::domain::desk::event::{Change, Event};
use crate::domain::desk::following::Followers;
use crate::domain::desk::rejection::Rejection;
use crate::domain::desk::thread::{Author, MessageDraft, TicketMessage};
use crate::domain::desk::ticket::{TAGS_MAX, Ticket, TicketChannel, TicketKey};
use crate::domain::ids::TicketId;
use crate::domain::party::Party;
use crate::domain::sla::Clocks;
use crate::domain::ticket_status::TicketStatus;

/// Whether who asks may be told that it has come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receipt {
    /// As far as what the public causes goes.
    Welcome,
    /// Their mail says that they want none.
    Unwanted,
}

/// A ticket that somebody who is signed in asks for.
pub(super) fn create(asked: Asked<'_>, draft: &TicketDraft) -> Result<Vec<Event>, Rejection> {
    match asked.by {
        Party::Clerk { .. } | Party::System => open(asked, draft, None, Receipt::Welcome),
        Party::Bearer { .. } | Party::Public => Err(Rejection::StaffOnly),
    }
}

/// Opens a ticket; `follows`: the closed one whose conversation goes on in it, and who works on it.
pub(super) fn open(
    asked: Asked<'_>,
    draft: &TicketDraft,
    follows: Option<&Arc<Ticket>>,
    receipt: Receipt,
) -> Result<Vec<Event>, Rejection> {
    if asked.known(&TicketKey::Id(draft.id.clone())).is_some() {
        return Err(Rejection::AlreadyExists { id: draft.id.to_string() });
    }
    let description = checking::description(&draft.description)?;
    let message = draft.mail.as_ref().map(checking::message).transpose()?;
    let message = message.map(|mail| Box::new(said(asked, &draft.id, Author::Customer, mail)));
    let mut ticket = opened(asked, draft, message.as_deref(), follows)?;
    let assigned = if draft.assignee_id.is_none() { assigning::at_opening(asked, &ticket) } else { None };
    if let Some(assigned) = &assigned {
        ticket.assignee_id = Some(Arc::clone(&assigned.to));
    }
    let acknowledged = receipt == Receipt::Welcome && is_acknowledged(asked, &ticket);
    let mut course = Course::untouched(asked, ticket);
    course.open(Change::Opened { description, message, acknowledged, assigned });
    Ok(course.into_events())
}

/// Opens the ticket in which the conversation of a closed one goes on, with what somebody wrote by way of their own ticket, which
/// is another one where it went into the closed one.
pub(super) fn open_successor(
    asked: Asked<'_>,
    own: &Arc<Ticket>,
    closed: &Arc<Ticket>,
    successor: &Successor,
    message: &MessageDraft,
) -> Result<Vec<Event>, Rejection> {
    let of_writer = if own.is_of_same_person(closed) { closed } else { own };
    let draft = TicketDraft {
        id: successor.id.clone(),
        token: successor.token.clone(),
        subject: of_writer.subject.to_string(),
        description: String::new(),
        requester: of_writer.requester.clone(),
        priority: closed.priority,
        assignee_id: None,
        team: None,
        tags: Vec::new(),
        channel: TicketChannel::Web,
        mail: Some(message.clone()),
    };
    open(asked, &draft, Some(closed), Receipt::Welcome)
}

fn opened(
    asked: Asked<'_>,
    draft: &TicketDraft,
    message: Option<&TicketMessage>,
    follows: Option<&Arc<Ticket>>,
) -> Result<Ticket, Rejection> {
    let named = |path: &str, value: &Option<String>| {
        let name = value.as_deref().map(|name| checking::worker(path, name)).transpose();
        name.map(|name| name.map(Arc::from)).map_err(Rejection::Invalid)
    };
    let mut tags = checking::tags("tags", &draft.tags)?;
    for tag in follows.into_iter().flat_map(|closed| closed.tags.iter()) {
        if tags.len() < TAGS_MAX && !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    let team = named("team", &draft.team)?.or_else(|| follows?.team.clone());
    let team = team.or_else(|| asked.state.team_of_others.as_ref().map(|team| Arc::from(team.as_str())));
    Ok(Ticket {
        id: draft.id.clone(),
        number: asked.state.next_number(),
        subject: checking::subject(&draft.subject)?.into(),
        requester: checking::requester(&draft.requester)?,
        status: TicketStatus::Open,
        priority: draft.priority,
        assignee_id: named("assigneeId", &draft.assignee_id)?.or_else(|| follows?.assignee_id.clone()),
        team,
        tags: tags.into(),
        channel: draft.channel,
        policy_id: None,
        clocks: Clocks::started(asked.now, TicketStatus::Open, &Default::default()),
        escalation_level: 0,
        merged_into: None,
        follows: follows.map(|closed| closed.id.clone()),
        token: draft.token.as_str().into(),
        last_mail_id: message.and_then(|message| message.mail_id.as_deref()).map(Box::from),
        followers: Followers::default(),
        satisfaction: None,
        created_at: asked.now,
        updated_at: asked.now,
        deleted_at: None,
        version: 0,
    })
}

/// Who asked is told that it has come in; what the public causes is bounded.
fn is_acknowledged(asked: Asked<'_>, ticket: &Ticket) -> bool {
    let email = ticket.requester.email.as_ref();
    email.is_some_and(|email| asked.is_staff() || asked.state.acknowledged.allows(email, asked.now))
}

/// A message that a ticket takes now.
pub(super) fn said(asked: Asked<'_>, ticket: &TicketId, author: Author, draft: MessageDraft) -> TicketMessage {
    TicketMessage {
        id: draft.id,
        ticket: ticket.clone(),
        author,
        body: draft.body,
        attachments: draft.attachments,
        mail_id: draft.mail_id,
        at: asked.now,
    }
}
