//! Tickets end: one goes into another, or is deleted. What the customer says of the help comes after the end.

use std::sync::Arc;

use super::asked::{Asked, expect_version, wrong_state};
use super::course::Course;
use crate::domain::desk::event::{Change, Event};
use crate::domain::desk::rejection::Rejection;
use crate::domain::desk::ticket::{
    RATING_COMMENT_MAX_CHARACTERS, SCORE_MAX, Satisfaction, TAGS_MAX, Ticket, TicketKey,
};
use crate::domain::invalid::{Invalid, text};
use crate::domain::party::{Party, Role};
use crate::domain::sla::Occurrence;
use crate::domain::ticket_status::TicketStatus;

/// The conversation goes on in the other ticket. No circle can come of it: what was merged takes nothing in.
pub(super) fn merge(
    asked: Asked<'_>,
    ticket: &TicketKey,
    into: &TicketKey,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let source = asked.for_staff(ticket, expected_version)?;
    if source.status == TicketStatus::Closed {
        return Err(wrong_state(source));
    }
    let target = asked.ticket(into)?;
    if target.number == source.number || target.status == TicketStatus::Closed {
        return Err(Rejection::CannotMerge { number: target.number });
    }
    let mut going = Course::of(asked, source);
    going.change(Change::MergedInto { into: target.id.clone() }, &[Occurrence::Ended], |after| {
        after.status = TicketStatus::Closed;
        after.merged_into = Some(target.id.clone());
    });
    let mut taking = Course::of(asked, target);
    taking.change(Change::Absorbed { other: source.id.clone() }, &[], |after| unite_tags(after, source));
    let mut events = going.into_events();
    events.append(&mut taking.into_events());
    Ok(events)
}

/// As many as a ticket can have; its own come first.
fn unite_tags(ticket: &mut Ticket, other: &Arc<Ticket>) {
    let mut tags = ticket.tags.to_vec();
    for tag in other.tags.iter() {
        if tags.len() < TAGS_MAX && !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    ticket.tags = tags.into();
}

pub(super) fn delete(
    asked: Asked<'_>,
    ticket: &TicketKey,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let ticket = asked.ticket(ticket)?;
    expect_version(ticket.version, expected_version)?;
    let mut course = Course::of(asked, ticket);
    course.change(Change::Deleted, &[Occurrence::Ended], |after| after.deleted_at = Some(asked.now));
    Ok(course.into_events())
}

/// Only its own customer rates a ticket, once it is over; another rating takes the place of the first.
pub(super) fn rate(
    asked: Asked<'_>,
    ticket: &TicketKey,
    score: u8,
    comment: Option<&str>,
) -> Result<Vec<Event>, Rejection> {
    let ticket = asked.ticket(ticket)?;
    let is_theirs = match asked.by {
        Party::Bearer { .. } => asked.by.shows(&ticket.token),
        Party::Clerk { role, .. } => *role == Role::Customer,
        Party::Public | Party::System => false,
    };
    if !is_theirs {
        return Err(Rejection::TicketNotFound);
    }
    asked.not_merged(ticket)?;
    if !(1..=SCORE_MAX).contains(&score) {
        return Err(Rejection::Invalid(Invalid::new("score", format!("must be from 1 to {SCORE_MAX}, not {score}"))));
    }
    let comment = comment.map(|comment| text("comment", comment, 0, RATING_COMMENT_MAX_CHARACTERS, true));
    let comment = comment.transpose()?.filter(|comment| !comment.is_empty());
    if !ticket.status.is_done() {
        return Err(wrong_state(ticket));
    }
    let before = ticket.satisfaction.as_ref();
    if before.is_some_and(|before| before.score == score && before.comment == comment) {
        return Ok(Vec::new());
    }
    let mut course = Course::of(asked, ticket);
    course.change(Change::Rated, &[], |after| {
        after.satisfaction = Some(Box::new(Satisfaction { score, comment, at: asked.now }));
    });
    Ok(course.into_events())
}
