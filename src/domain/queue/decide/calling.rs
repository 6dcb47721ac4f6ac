//! Calling people to the counter: the next one, a certain one, the same one again.

use super::asked::{Asked, wrong_state};
use super::serving::complete;
use crate::domain::ids::EntryId;
use crate::domain::queue::entry::{Entry, Status};
use crate::domain::queue::event::{Change, Event};
use crate::domain::queue::rejection::Rejection;

/// The line is worked off while the point is paused or closed too, and a call takes none of the capacity. A repeat that
/// completes the same visit calls nobody a second time.
pub(super) fn call_next(
    asked: &Asked<'_>,
    counter: Option<&str>,
    completes: Option<&EntryId>,
) -> Result<Vec<Event>, Rejection> {
    asked.point_for_staff()?;
    let counter = asked.counter(counter)?;
    if completes.is_some_and(|id| asked.state.called_on_completing(id, asked.by).is_some()) {
        return Ok(Vec::new());
    }
    let mut events = match completes {
        Some(id) => complete(asked, id, None)?,
        None => Vec::new(),
    };
    match asked.state.waiting().next() {
        Some(first) => events.push(called(asked, first, counter)),
        None if completes.is_some() => {}
        None => return Err(Rejection::NobodyWaiting),
    }
    Ok(events)
}

/// A second call by the same clerk is a repeat; by another one it is a collision, which that clerk must see.
pub(super) fn call(
    asked: &Asked<'_>,
    id: &EntryId,
    counter: Option<&str>,
    past: Option<&Entry>,
) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, past)?;
    match &entry.status {
        Status::Waiting => Ok(vec![called(asked, entry, asked.counter(counter)?)]),
        Status::Called { by, .. } if by.as_deref() == asked.by.subject() => Ok(Vec::new()),
        Status::Called { .. }
        | Status::Serving { .. }
        | Status::Served { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => Err(wrong_state(entry)),
    }
}

/// The grace period still counts from the first call.
pub(super) fn recall(asked: &Asked<'_>, id: &EntryId, past: Option<&Entry>) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, past)?;
    match &entry.status {
        Status::Called { at, calls, counter, by, .. } => Ok(vec![asked.change(entry, Change::Recalled, |after| {
            after.status = Status::Called {
                at: *at,
                last_at: asked.now,
                calls: calls.saturating_add(1),
                counter: counter.clone(),
                by: by.clone(),
            };
        })]),
        Status::Waiting
        | Status::Serving { .. }
        | Status::Served { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => Err(wrong_state(entry)),
    }
}

fn called(asked: &Asked<'_>, entry: &Entry, counter: Option<String>) -> Event {
    asked.act(entry, "call", Change::Called, |after| {
        after.reached_at = after.reached_at.or(Some(asked.now));
        after.status = Status::Called { at: asked.now, last_at: asked.now, calls: 1, counter, by: asked.subject() };
    })
}
