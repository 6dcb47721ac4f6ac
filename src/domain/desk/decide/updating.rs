//! What staff change about tickets, one or many: everything that one command says is one change, and a change of
//! nothing is none.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::asked::{Asked, expect_version, wrong_state};
use super::assigning;
use super::course::Course;
use super::writing::commented;
use crate::domain::desk::apply::apply;
use crate::domain::desk::checking::{self, at_most_tags};
use crate::domain::desk::command::{BULK_MAX, BulkComment, TicketChanges};
use crate::domain::desk::event::{Change, Event};
use crate::domain::desk::rejection::Rejection;
use crate::domain::desk::thread::CommentDraft;
use crate::domain::desk::ticket::{Ticket, TicketKey};
use crate::domain::invalid::Invalid;
use crate::domain::sla::Occurrence;
use crate::domain::ticket_status::TicketStatus;

pub(super) fn update(
    asked: Asked<'_>,
    ticket: &TicketKey,
    changes: &TicketChanges,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let changes = checking::changes(changes)?;
    let ticket = asked.ticket(ticket)?;
    expect_version(ticket.version, expected_version)?;
    changed(asked, ticket, &changes).map(Course::into_events)
}

/// Each ticket alone, by the very rules of [`update`]; one that is named twice is changed once.
pub(super) fn bulk_update(
    asked: Asked<'_>,
    tickets: &[TicketKey],
    changes: &TicketChanges,
    comment: Option<&BulkComment>,
) -> Result<Vec<Event>, Rejection> {
    let changes = checked_bulk(asked, tickets, changes, comment)?;
    let mut done = BTreeSet::new();
    let mut events = Vec::new();
    // Where a team shares the tickets out, each that it gets is a turn, which the next one follows.
    let to_team = changes.team.as_ref().and_then(|team| team.as_deref());
    let is_shared_out = to_team.is_some_and(|team| asked.state.team_with_rule(team).is_some());
    let mut state = Cow::Borrowed(asked.state);
    for (at, key) in tickets.iter().enumerate() {
        let Some(ticket) = asked.known(key).filter(|ticket| done.insert(ticket.number)) else { continue };
        // What is wrong with this one is for the answer to say: the others are changed.
        let by_now = Asked { state: &state, ..asked };
        let Ok(mut course) = one_of_bulk(by_now, ticket, &changes) else { continue };
        if let Some(comment) = comment.and_then(|comment| comment_of(comment, at)) {
            let ticket = course.ticket.clone();
            course.note(commented(asked, &ticket, &comment)?);
        }
        let happened = course.into_events();
        if is_shared_out {
            happened.iter().for_each(|event| apply(state.to_mut(), event));
        }
        events.extend(happened);
    }
    Ok(events)
}

fn one_of_bulk<'a>(asked: Asked<'a>, ticket: &Ticket, changes: &TicketChanges) -> Result<Course<'a>, Rejection> {
    if ticket.deleted_at.is_some() {
        return Err(Rejection::TicketNotFound);
    }
    changed(asked, ticket, changes)
}

/// Why a ticket was left out of a bulk update that has been done: nothing of what refuses it has changed since.
pub(in crate::domain::desk) fn refusal_in_bulk(
    asked: Asked<'_>,
    key: &TicketKey,
    changes: &TicketChanges,
) -> Option<Rejection> {
    let Some(ticket) = asked.known(key) else { return Some(Rejection::TicketNotFound) };
    let changes = checking::changes(changes).map_err(Rejection::Invalid);
    changes.and_then(|changes| one_of_bulk(asked, ticket, &changes)).err()
}

/// What is wrong with the changes or the comment is so for all tickets.
fn checked_bulk(
    asked: Asked<'_>,
    tickets: &[TicketKey],
    changes: &TicketChanges,
    comment: Option<&BulkComment>,
) -> Result<TicketChanges, Rejection> {
    asked.staff_only()?;
    if tickets.len() > BULK_MAX {
        let detail = format!("names {} tickets; at most {BULK_MAX} are allowed", tickets.len());
        return Err(Rejection::Invalid(Invalid::new("ids", detail)));
    }
    if let Some(comment) = comment {
        if comment.ids.len() != tickets.len() {
            return Err(Rejection::Invalid(Invalid::new("comment", "needs an id for each ticket")));
        }
        if let Some(draft) = comment_of(comment, 0) {
            checking::comment(&draft).map_err(|error| Invalid { path: "comment".to_owned(), ..error })?;
        }
    }
    Ok(checking::changes(changes).map_err(|error| error.at("changes"))?)
}

fn comment_of(comment: &BulkComment, at: usize) -> Option<CommentDraft> {
    let id = comment.ids.get(at)?.clone();
    Some(CommentDraft { id, body: comment.body.clone(), mentions: Vec::new() })
}

/// The ticket with these changes made.
fn changed<'a>(asked: Asked<'a>, ticket: &Ticket, changes: &TicketChanges) -> Result<Course<'a>, Rejection> {
    asked.not_merged(ticket)?;
    let after = edited(ticket, changes)?;
    if after == *ticket && changes.description.is_none() {
        return Ok(Course::of(asked, ticket));
    }
    let status = changes.status.filter(|status| *status != ticket.status);
    if let Some(status) = status {
        check_move(ticket.status, status)?;
    }
    if ticket.status == TicketStatus::Closed {
        return Err(wrong_state(ticket));
    }
    let mut course = Course::of(asked, ticket);
    // What was due a moment ago may have changed more: the changes are made to what the ticket is by now.
    let mut after = edited(&course.ticket, changes)?;
    let before = &course.ticket;
    let is_for_rule = after.team != before.team && changes.assignee_id.is_none();
    let assigned = if is_for_rule { assigning::at_team_change(asked, &after) } else { None };
    if let Some(assigned) = &assigned {
        after.assignee_id = Some(Arc::clone(&assigned.to));
    }
    let change = Change::Updated {
        description: changes.description.clone(),
        subject_changed: after.subject != before.subject,
        status_before: status.map(|_| before.status),
        priority_before: (after.priority != before.priority).then_some(before.priority),
        assignee_before: (after.assignee_id != before.assignee_id)
            .then(|| before.assignee_id.as_deref().map(ToOwned::to_owned)),
        assigned,
    };
    let occurrences: Vec<Occurrence> = status.map(|to| Occurrence::Status { to }).into_iter().collect();
    course.change(change, &occurrences, |ticket| *ticket = after);
    Ok(course)
}

fn edited(ticket: &Ticket, changes: &TicketChanges) -> Result<Ticket, Invalid> {
    let new = changes.clone();
    let old = ticket.clone();
    let (path, mut tags) = match new.tags {
        Some(tags) => ("tags", tags),
        None => ("addTags", old.tags.to_vec()),
    };
    for tag in new.add_tags {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.retain(|tag| !new.remove_tags.contains(tag));
    at_most_tags(path, &tags)?;
    Ok(Ticket {
        subject: new.subject.map_or(old.subject, Box::from),
        status: new.status.unwrap_or(old.status),
        priority: new.priority.unwrap_or(old.priority),
        assignee_id: new.assignee_id.map_or(old.assignee_id, |name| name.map(Arc::from)),
        team: new.team.map_or(old.team, |name| name.map(Arc::from)),
        tags: tags.into(),
        ..ticket.clone()
    })
}

/// Whether a ticket can go from one status to another, different one: among open, in progress and pending as work
/// goes; from any of these to resolved; from there to closed, or back to open.
pub(super) fn check_move(from: TicketStatus, to: TicketStatus) -> Result<(), Rejection> {
    let is_legal = match (from, to) {
        (TicketStatus::Open | TicketStatus::InProgress | TicketStatus::Pending, to) => to != TicketStatus::Closed,
        (TicketStatus::Resolved, to) => matches!(to, TicketStatus::Closed | TicketStatus::Open),
        (TicketStatus::Closed, _) => false,
    };
    if is_legal { Ok(()) } else { Err(Rejection::IllegalMove { from, to }) }
}
