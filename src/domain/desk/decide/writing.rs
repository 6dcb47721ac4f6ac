//! The conversation: agents and customers write to each other, mails come in, and staff write comments for each other.

use std::sync::Arc;

use super::asked::{Asked, wrong_state};
use super::course::Course;
use super::opening::{Receipt, open, open_successor, said};
use super::updating::check_move;
use crate::domain::desk::checking;
use crate::domain::desk::command::{ReceivedMail, Successor};
use crate::domain::desk::event::{Change, Event};
use crate::domain::desk::following::{FOLLOWERS_MAX, Followers};
use crate::domain::desk::rejection::Rejection;
use crate::domain::desk::thread::{Author, Comment, CommentDraft, MessageDraft};
use crate::domain::desk::ticket::{Ticket, TicketKey};
use crate::domain::ids::ContactId;
use crate::domain::invalid::Invalid;
use crate::domain::party::Party;
use crate::domain::sla::Occurrence;
use crate::domain::ticket_status::TicketStatus;

/// An agent writes to the customer, and may move the ticket by it.
pub(super) fn reply(
    asked: Asked<'_>,
    ticket: &TicketKey,
    message: &MessageDraft,
    status: Option<TicketStatus>,
) -> Result<Vec<Event>, Rejection> {
    let ticket = asked.open_for_staff(ticket)?;
    let message = checking::message(message)?;
    let status = status.filter(|status| *status != ticket.status);
    if let Some(status) = status {
        check_move(ticket.status, status)?;
    }
    let subject = asked.subject().ok_or(Rejection::StaffOnly)?;
    let message = Box::new(said(asked, &ticket.id, Author::Agent { subject }, message));
    let mut occurrences = vec![Occurrence::AgentReply];
    occurrences.extend(status.map(|to| Occurrence::Status { to }));
    let mut course = Course::of(asked, ticket);
    let change = Change::Replied { message, status_before: status.map(|_| ticket.status) };
    course.change(change, &occurrences, |after| after.status = status.unwrap_or(after.status));
    Ok(course.into_events())
}

/// The customer writes, who is signed in or shows the token.
pub(super) fn customer_reply(
    asked: Asked<'_>,
    ticket: &TicketKey,
    message: &MessageDraft,
    successor: Option<&Successor>,
) -> Result<Vec<Event>, Rejection> {
    let named = asked.ticket(ticket)?;
    let is_theirs = match asked.by {
        Party::Clerk { .. } | Party::System => true,
        Party::Bearer { .. } => asked.by.shows(&named.token),
        Party::Public => false,
    };
    if !is_theirs {
        return Err(Rejection::TicketNotFound);
    }
    let ticket = asked.in_the_end(named)?;
    if ticket.status != TicketStatus::Closed {
        return customer_wrote(asked, named, &named.requester.contact_id, ticket, message);
    }
    let successor = successor.ok_or_else(|| wrong_state(ticket))?;
    open_successor(asked, named, ticket, successor, message)
}

/// A mail has come. One that answers nothing that is still there opens a ticket.
pub(super) fn receive(asked: Asked<'_>, mail: &ReceivedMail) -> Result<Vec<Event>, Rejection> {
    let message = mail.draft.mail.as_ref().ok_or_else(|| Invalid::new("mail", "is missing"))?;
    if asked.state.received.holds(&message.id) {
        // The very same mail, delivered twice.
        return Err(Rejection::AlreadyExists { id: message.id.to_string() });
    }
    let answered = mail.answers.as_ref().and_then(|key| asked.ticket(key).ok());
    let answered = answered.and_then(|own| Some((own, asked.in_the_end(own).ok()?)));
    let receipt = if mail.wants_no_receipt { Receipt::Unwanted } else { Receipt::Welcome };
    match answered {
        Some((_, ticket)) if ticket.status == TicketStatus::Closed => open(asked, &mail.draft, Some(ticket), receipt),
        Some((own, ticket)) => customer_wrote(asked, own, &mail.draft.requester.contact_id, ticket, message),
        None => open(asked, &mail.draft, None, receipt),
    }
}

/// What waits for the customer, or is resolved, is open again: somebody has to look at it.
/// `own` is the ticket by way of which `writer` wrote: another one where that went into `ticket`.
fn customer_wrote(
    asked: Asked<'_>,
    own: &Arc<Ticket>,
    writer: &ContactId,
    ticket: &Arc<Ticket>,
    message: &MessageDraft,
) -> Result<Vec<Event>, Rejection> {
    let message = checking::message(message)?;
    let is_its_customer = *writer == ticket.requester.contact_id;
    let author = if is_its_customer { Author::Customer } else { Author::Follower { contact: writer.clone() } };
    let message = Box::new(said(asked, &ticket.id, author, message));
    let reopens = match ticket.status {
        TicketStatus::Pending | TicketStatus::Resolved => true,
        TicketStatus::Open | TicketStatus::InProgress | TicketStatus::Closed => false,
    };
    let mut occurrences = Vec::new();
    if reopens {
        occurrences.push(Occurrence::Status { to: TicketStatus::Open });
    }
    occurrences.push(Occurrence::CustomerMessage);
    let mail_id = message.mail_id.as_deref().map(Box::from);
    let mut course = Course::of(asked, ticket);
    let change = Change::CustomerWrote { message, status_before: reopens.then_some(ticket.status) };
    course.change(change, &occurrences, |after| {
        if reopens {
            after.status = TicketStatus::Open;
        }
        if is_its_customer {
            after.last_mail_id = mail_id.or(after.last_mail_id.take());
        } else {
            after.followers = followers_after(after, own, writer, mail_id.as_deref());
        }
    });
    Ok(course.into_events())
}

/// Who follows a ticket after one of them wrote. Who came to it before anybody followed does so from now on, where their ticket
/// went straight into it.
fn followers_after(ticket: &Ticket, own: &Ticket, writer: &ContactId, mail_id: Option<&str>) -> Followers {
    let is_new = own.requester.contact_id == *writer
        && own.merged_into.as_ref() == Some(&ticket.id)
        && ticket.followers.count() < FOLLOWERS_MAX;
    let followers = match is_new {
        true => ticket.followers.joined_by(own, &ticket.requester.contact_id),
        false => ticket.followers.clone(),
    };
    match mail_id {
        Some(mail_id) => followers.having_written(writer, mail_id),
        None => followers,
    }
}

/// A comment is no change of the ticket: its clocks, its version and its times stay.
pub(super) fn comment(asked: Asked<'_>, ticket: &TicketKey, draft: &CommentDraft) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let ticket = asked.ticket(ticket)?;
    let mut course = Course::untouched(asked, Ticket::clone(ticket));
    course.note(commented(asked, ticket, draft)?);
    Ok(course.into_events())
}

/// What a comment of who asks is.
pub(super) fn commented(asked: Asked<'_>, ticket: &Ticket, draft: &CommentDraft) -> Result<Change, Rejection> {
    let CommentDraft { id, body, mentions } = checking::comment(draft)?;
    let author = asked.subject();
    let comment = Comment { id, ticket: ticket.id.clone(), author, body, mentions, at: asked.now };
    Ok(Change::Commented { comment: Box::new(comment) })
}
