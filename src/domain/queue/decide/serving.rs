//! At the counter: reported, begun, finished.

use super::asked::{Asked, wrong_state};
use crate::domain::ids::EntryId;
use crate::domain::queue::entry::{Entry, Status};
use crate::domain::queue::estimate::service_seconds;
use crate::domain::queue::event::{Change, Event};
use crate::domain::queue::rejection::Rejection;

pub(super) fn check_in(asked: &Asked<'_>, id: &EntryId, past: Option<&Entry>) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, past)?;
    match (&entry.status, entry.checked_in_at) {
        (Status::Waiting | Status::Called { .. }, None) => {
            Ok(vec![asked.act(entry, "check-in", Change::CheckedIn, |after| after.checked_in_at = Some(asked.now))])
        }
        (Status::Waiting | Status::Called { .. } | Status::Serving { .. } | Status::Served { .. }, Some(_)) => {
            Ok(Vec::new())
        }
        (
            Status::Serving { .. }
            | Status::Served { .. }
            | Status::NoShow { .. }
            | Status::Left { .. }
            | Status::Cancelled { .. }
            | Status::Transferred { .. },
            _,
        ) => Err(wrong_state(entry)),
    }
}

/// A second start by the same clerk is a repeat; by another one it is a collision, which that clerk must see.
pub(super) fn start(
    asked: &Asked<'_>,
    id: &EntryId,
    counter: Option<&str>,
    past: Option<&Entry>,
) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, past)?;
    let (called_at, called_to) = match &entry.status {
        Status::Waiting => (None, None),
        Status::Called { at, counter, .. } => (Some(*at), counter.clone()),
        Status::Serving { by, .. } if by.as_deref() == asked.by.subject() => return Ok(Vec::new()),
        Status::Serving { .. }
        | Status::Served { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => return Err(wrong_state(entry)),
    };
    let point = asked.point()?;
    let counter = asked.counter(counter)?.or(called_to);
    if point.queue.require_check_in && entry.checked_in_at.is_none() {
        return Err(Rejection::CheckInRequired);
    }
    if asked.state.serving_count() >= point.capacity as usize {
        return Err(Rejection::AtCapacity { capacity: point.capacity });
    }
    Ok(vec![asked.act(entry, "start", Change::Started, |after| {
        after.reached_at = after.reached_at.or(Some(asked.now));
        after.status = Status::Serving { started_at: asked.now, called_at, counter, by: asked.subject() };
    })])
}

pub(super) fn complete(asked: &Asked<'_>, id: &EntryId, past: Option<&Entry>) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, past)?;
    match &entry.status {
        Status::Serving { started_at, called_at, counter, .. } => {
            let change = Change::Completed { service_seconds: service_seconds(*started_at, asked.now) };
            Ok(vec![asked.act(entry, "complete", change, |after| {
                after.status = Status::Served {
                    started_at: *started_at,
                    called_at: *called_at,
                    ended_at: asked.now,
                    counter: counter.clone(),
                    by: asked.subject(),
                };
            })])
        }
        Status::Served { .. } => Ok(Vec::new()),
        Status::Waiting
        | Status::Called { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => Err(wrong_state(entry)),
    }
}
