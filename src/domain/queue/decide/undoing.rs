//! Taking the last act on an entry back.

use chrono::TimeDelta;

use super::asked::Asked;
use crate::domain::ids::EntryId;
use crate::domain::queue::entry::{Kept, Status};
use crate::domain::queue::event::{Change, Event};
use crate::domain::queue::rejection::Rejection;

/// How long an act can be taken back, in seconds; the last of them still counts.
pub const UNDO_SECONDS: i64 = 10;

/// Any later change of the entry has replaced or cleared its last act, so what is there is what nothing followed.
pub(super) fn undo(asked: &Asked<'_>, id: &EntryId) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, None)?;
    let point = asked.point()?;
    let last =
        entry.last_act.as_ref().ok_or_else(|| nothing("There is nothing to take back, or something followed it."))?;
    if asked.by.subject() != Some(last.by.as_str()) {
        return Err(nothing("Only who did it can take it back."));
    }
    if asked.now > last.at + TimeDelta::seconds(UNDO_SECONDS) {
        return Err(nothing("It is too late to take this back."));
    }
    let is_serving = |status: &Status| matches!(status, Status::Serving { .. });
    if is_serving(&last.before.status)
        && !is_serving(&entry.status)
        && asked.state.serving_count() >= point.capacity as usize
    {
        return Err(Rejection::AtCapacity { capacity: point.capacity });
    }
    if let Some(other) = asked.state.open_entry_of(&entry.customer).filter(|other| other.id != entry.id) {
        return Err(Rejection::AlreadyInLine { entry: other.id.clone() });
    }
    let change = Change::Undone { act: last.act.clone(), undone: Box::new(Kept::of(entry)) };
    Ok(vec![asked.change(entry, change, |after| {
        let Kept { status, place, checked_in_at, reached_at } = last.before.clone();
        (after.status, after.place, after.checked_in_at, after.reached_at) = (status, place, checked_in_at, reached_at);
    })])
}

fn nothing(reason: &str) -> Rejection {
    Rejection::NothingToUndo { reason: reason.to_owned() }
}
