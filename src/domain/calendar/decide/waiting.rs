//! Waiting for a slot.

use std::sync::Arc;

use chrono::TimeDelta;

use super::asked::{Asked, checked_customer};
use crate::domain::calendar::command::WaitlistWish;
use crate::domain::calendar::event::Event;
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::slots::check_party;
use crate::domain::calendar::state::CalendarState;
use crate::domain::calendar::waitlist::{WAITLIST_MAX, WAITLIST_SPAN_MAX_DAYS, Waiting, WaitlistChange, WaitlistEntry};
use crate::domain::invalid::Invalid;

/// The entry of somebody who waits for the very same already.
pub(in crate::domain::calendar) fn same_wish<'a>(
    state: &'a CalendarState,
    wish: &WaitlistWish,
) -> Option<&'a Arc<WaitlistEntry>> {
    let email = wish.customer.email.folded();
    state.waitlist().find(|entry| {
        entry.definition_id == wish.definition
            && (entry.from, entry.to) == (wish.from, wish.to)
            && entry.customer.email.folded() == email
    })
}

/// Nothing is offered on joining: who joins has just seen what is free.
pub(super) fn join(asked: &Asked<'_>, wish: &WaitlistWish) -> Result<Vec<Event>, Rejection> {
    let definition = asked.definition(&wish.definition)?;
    if same_wish(asked.state, wish).is_some() {
        return Ok(Vec::new());
    }
    if asked.state.waiting(&wish.id).is_some() {
        return Err(Rejection::AlreadyExists { id: wish.id.to_string() });
    }
    check_span(asked, wish).map_err(Rejection::Invalid)?;
    check_party(wish.party_size).map_err(Rejection::Invalid)?;
    asked.check_staff(definition, wish.staff.as_ref())?;
    if asked.state.waiting_for(&wish.definition).count() >= WAITLIST_MAX {
        return Err(Rejection::WaitlistFull { limit: WAITLIST_MAX });
    }
    let entry = WaitlistEntry {
        id: wish.id.clone(),
        secret: wish.secret.clone(),
        definition_id: definition.id.clone(),
        from: wish.from,
        to: wish.to,
        staff_id: wish.staff.clone(),
        party_size: wish.party_size,
        customer: checked_customer(&wish.customer)?,
        offered: Vec::new(),
        created_at: asked.now,
        version: 1,
        standing: Waiting::Waiting,
    };
    Ok(vec![Event::WaitlistChanged { change: WaitlistChange::Joined, entry: Box::new(entry), at: asked.now }])
}

fn check_span(asked: &Asked<'_>, wish: &WaitlistWish) -> Result<(), Invalid> {
    if wish.to <= wish.from {
        return Err(Invalid::new("to", "must lie after from"));
    }
    if wish.to <= asked.now {
        return Err(Invalid::new("to", "must lie in the future"));
    }
    if wish.to - wish.from > TimeDelta::days(WAITLIST_SPAN_MAX_DAYS) {
        return Err(Invalid::new("to", format!("must lie at most {WAITLIST_SPAN_MAX_DAYS} days after from")));
    }
    Ok(())
}
