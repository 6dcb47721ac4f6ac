//! Escalation by hand: to the level asked for, or one level up. Why stands in a comment, where the next one reads it.

use std::sync::Arc;

use super::asked::{Asked, wrong_state};
use super::course::Course;
use super::telling::Audience;
use super::writing::commented;
use crate::domain::desk::checking;
use crate::domain::desk::command::EscalationDraft;
use crate::domain::desk::event::{Change, EscalationCause, Event};
use crate::domain::desk::rejection::Rejection;
use crate::domain::desk::thread::CommentDraft;
use crate::domain::desk::ticket::{LEVEL_MAX, REASON_MAX_CHARACTERS, TicketKey};
use crate::domain::invalid::{Invalid, text};

pub(super) fn escalate(asked: Asked<'_>, ticket: &TicketKey, wish: &EscalationDraft) -> Result<Vec<Event>, Rejection> {
    let ticket = asked.open_for_staff(ticket)?;
    let reason = text("reason", &wish.reason, 1, REASON_MAX_CHARACTERS, true)?;
    let assignee =
        wish.assignee_id.as_deref().map(|name| checking::worker("assigneeId", name)).transpose()?.map(Arc::from);
    if !ticket.is_live() {
        return Err(wrong_state(ticket));
    }
    let mut course = Course::of(asked, ticket);
    let level_before = course.ticket.escalation_level;
    let level = level_asked(wish.level, level_before)?;
    let assignee = assignee.or_else(|| course.ticket.assignee_id.clone());
    let told = Audience::of(asked.agents, ticket, assignee.as_deref()).all_addresses(&wish.notify)?;
    let body = format!("Escalated to level {level}: {reason}");
    let comment = CommentDraft { id: wish.comment.clone(), body, mentions: Vec::new() };
    course.note(commented(asked, ticket, &comment)?);
    let change = Change::Escalated { level_before, cause: EscalationCause::ByHand { reason }, told };
    course.change(change, &[], |after| {
        after.escalation_level = level;
        after.assignee_id = assignee;
    });
    Ok(course.into_events())
}

fn level_asked(level: Option<u8>, before: u8) -> Result<u8, Rejection> {
    let level = level.unwrap_or_else(|| before.saturating_add(1).min(LEVEL_MAX));
    if !(1..=LEVEL_MAX).contains(&level) {
        return Err(Rejection::Invalid(Invalid::new("level", format!("must be from 1 to {LEVEL_MAX}, not {level}"))));
    }
    if level <= before {
        return Err(Rejection::LevelReached { level: before });
    }
    Ok(level)
}
