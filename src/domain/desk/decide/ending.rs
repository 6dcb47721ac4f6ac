//! Tickets end: one goes into another, or is deleted. What the customer says of the help comes after the end.

use std::sync::Arc;

use uuid::Uuid;

use super::asked::{Asked, expect_version, wrong_state};
use super::course::Course;
use crate::domain::desk::event::{Change, Event};
use crate::domain::desk::following::{FOLLOWERS_MAX, Followers};
use crate::domain::desk::rejection::Rejection;
use crate::domain::desk::thread::Comment;
use crate::domain::desk::ticket::{
    RATING_COMMENT_MAX_CHARACTERS, SCORE_MAX, Satisfaction, TAGS_MAX, Ticket, TicketKey,
};
use crate::domain::ids::CommentId;
use crate::domain::invalid::{Invalid, text};
use crate::domain::party::{Party, Role};
use crate::domain::sla::Occurrence;
use crate::domain::ticket_status::TicketStatus;

/// Namespace of the ids of comments on what was merged: `v5(NAMESPACE_URL, "frontdesk:merged")`.
const POINTER_NAMESPACE: Uuid = Uuid::from_u128(0xe409_e84c_f940_54b9_8c99_2812_43a1_f075);

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
    let followers = followers_of_both(source, target)?;
    let mut taking = Course::of(asked, target);
    taking.change(Change::Absorbed { other: source.id.clone() }, &[], |after| {
        unite_tags(after, source);
        after.followers = followers;
    });
    if !source.is_of_same_person(target) {
        taking.note(Change::Commented { comment: Box::new(pointer(asked, source, target)) });
    }
    let mut events = going.into_events();
    events.append(&mut taking.into_events());
    Ok(events)
}

/// Who follows the target once the source has gone into it.
fn followers_of_both(source: &Ticket, target: &Ticket) -> Result<Followers, Rejection> {
    let followers = target.followers.joined_by(source, &target.requester.contact_id);
    if followers.count() > FOLLOWERS_MAX {
        return Err(Rejection::FollowersFull { number: target.number, limit: FOLLOWERS_MAX });
    }
    Ok(followers)
}

/// Where staff find what was said before, which is not the target's customer's to read. A ticket goes into another one once, so
/// the comment's id follows from it.
fn pointer(asked: Asked<'_>, source: &Ticket, target: &Ticket) -> Comment {
    Comment {
        id: CommentId::from_uuid(Uuid::new_v5(&POINTER_NAMESPACE, source.id.as_str().as_bytes())),
        ticket: target.id.clone(),
        author: asked.subject(),
        body: format!("{} was merged into this ticket.", source.number),
        mentions: Vec::new(),
        at: asked.now,
    }
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
    let mut events = course.into_events();
    events.append(&mut unfollow(asked, ticket));
    Ok(events)
}

/// Nobody is led through what is deleted: whose way to a ticket leads through it follows that no more.
fn unfollow(asked: Asked<'_>, deleted: &Arc<Ticket>) -> Vec<Event> {
    let followed = asked.in_the_end(deleted).ok();
    let followed = followed.filter(|followed| followed.id != deleted.id && followed.status != TicketStatus::Closed);
    let Some(followed) = followed else { return Vec::new() };
    let followers = followed.followers.without(&deleted.id);
    if followers.count() == followed.followers.count() {
        return Vec::new();
    }
    let mut course = Course::of(asked, followed);
    course.change(Change::Unfollowed { other: deleted.id.clone() }, &[], |after| after.followers = followers);
    course.into_events()
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
