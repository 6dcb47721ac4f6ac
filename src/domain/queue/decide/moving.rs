//! Within the line: put back into it, or let others pass.

use super::asked::{Asked, wrong_state};
use crate::domain::ids::EntryId;
use crate::domain::invalid::Invalid;
use crate::domain::queue::command::ReturnTo;
use crate::domain::queue::entry::{Entry, Status};
use crate::domain::queue::event::{Change, Event};
use crate::domain::queue::rejection::Rejection;

/// The word of the act; a repeat is known by it.
const RETURN: &str = "return";

pub(super) fn put_back(
    asked: &Asked<'_>,
    id: &EntryId,
    to: ReturnTo,
    past: Option<&Entry>,
) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, past)?;
    match &entry.status {
        Status::Called { .. } | Status::Serving { .. } => {
            Ok(vec![asked.act(entry, RETURN, Change::Returned, |after| {
                after.place = match to {
                    ReturnTo::First => asked.state.place_in_front(entry),
                    ReturnTo::Last => asked.state.place_behind_all(entry),
                    ReturnTo::Kept => entry.place,
                };
                after.status = Status::Waiting;
            })])
        }
        Status::Waiting if entry.last_act.as_ref().is_some_and(|last| last.act == RETURN) => Ok(Vec::new()),
        Status::Waiting
        | Status::Served { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => Err(wrong_state(entry)),
    }
}

/// With nobody behind there is nobody to let pass: nothing changes.
pub(super) fn postpone(
    asked: &Asked<'_>,
    id: &EntryId,
    places: u32,
    past: Option<&Entry>,
) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry_for_customer(id, past)?;
    if places == 0 {
        return Err(Rejection::Invalid(Invalid::new("places", "must be at least 1")));
    }
    match &entry.status {
        Status::Waiting => {}
        Status::Called { .. }
        | Status::Serving { .. }
        | Status::Served { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => return Err(wrong_state(entry)),
    }
    let Some(passing) = asked.state.passing(entry, places) else {
        return Ok(Vec::new());
    };
    let mut events = Vec::with_capacity(passing.respaced.len() + 1);
    // From behind, so that the order is right after each single event too.
    for (id, place) in passing.respaced.into_iter().rev() {
        if let Some(other) = asked.state.entry(&id) {
            events.push(asked.change(other, Change::Respaced, |after| after.place = place));
        }
    }
    events.push(asked.change(entry, Change::Postponed { places: passing.passed }, |after| {
        after.place = passing.place;
        after.let_pass = after.let_pass.saturating_add(passing.passed);
    }));
    Ok(events)
}
