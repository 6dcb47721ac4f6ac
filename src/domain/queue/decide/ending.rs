//! Ends without service: did not come, or left.

use super::asked::{Asked, wrong_state};
use crate::domain::ids::EntryId;
use crate::domain::queue::entry::{Entry, Status};
use crate::domain::queue::event::{Change, Event};
use crate::domain::queue::rejection::Rejection;

/// The grace period counts from the first call; for who was never called from joining.
pub(super) fn no_show(
    asked: &Asked<'_>,
    id: &EntryId,
    overriding: bool,
    past: Option<&Entry>,
) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, past)?;
    let (since, called_at) = match &entry.status {
        Status::Waiting => (entry.joined_at, None),
        Status::Called { at, .. } => (*at, Some(*at)),
        Status::NoShow { .. } => return Ok(Vec::new()),
        Status::Serving { .. }
        | Status::Served { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => return Err(wrong_state(entry)),
    };
    let retry_at = since + asked.point()?.grace();
    if asked.now < retry_at {
        match (overriding, asked.by.may_override()) {
            (true, true) => {}
            (true, false) => return Err(Rejection::OverrideForbidden),
            (false, _) => return Err(Rejection::GracePeriod { retry_at }),
        }
    }
    Ok(vec![asked.act(entry, "no-show", Change::NoShow, |after| {
        after.status = Status::NoShow { called_at, ended_at: asked.now, automatic: false, by: asked.subject() };
    })])
}

pub(super) fn leave(asked: &Asked<'_>, id: &EntryId, past: Option<&Entry>) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry_for_customer(id, past)?;
    match &entry.status {
        Status::Waiting | Status::Called { .. } => Ok(vec![asked.change(entry, Change::Left, |after| {
            after.status = Status::Left { ended_at: asked.now };
        })]),
        Status::Left { .. } => Ok(Vec::new()),
        Status::Serving { .. }
        | Status::Served { .. }
        | Status::NoShow { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => Err(wrong_state(entry)),
    }
}
