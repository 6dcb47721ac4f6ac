//! Ends beside the counter: did not come, left, or had an appointment that was closed elsewhere.

use super::asked::{Asked, wrong_state};
use crate::domain::ids::EntryId;
use crate::domain::queue::command::Ending;
use crate::domain::queue::entry::{Entry, Status};
use crate::domain::queue::estimate::service_seconds;
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

/// Who is being served was served when the appointment is said to be done; who still waits was not, whatever is said.
pub(super) fn withdraw(asked: &Asked<'_>, id: &EntryId, ending: Ending) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, None)?;
    let (called_at, ended_at) = (entry.status.reached_counter_at(), asked.now);
    let (change, status) = match (&entry.status, ending) {
        (Status::Serving { started_at, called_at, counter, .. }, Ending::Done) => {
            let (started_at, called_at, counter) = (*started_at, *called_at, counter.clone());
            let change = Change::Completed { service_seconds: service_seconds(started_at, ended_at) };
            (change, Status::Served { started_at, called_at, ended_at, counter, by: None })
        }
        (Status::Waiting | Status::Called { .. }, Ending::Missed) => {
            (Change::NoShow, Status::NoShow { called_at, ended_at, automatic: false, by: None })
        }
        (Status::Waiting | Status::Called { .. }, Ending::Done | Ending::Deleted)
        | (Status::Serving { .. }, Ending::Missed | Ending::Deleted) => {
            (Change::Withdrawn, Status::Cancelled { ended_at })
        }
        (Status::Transferred { .. }, _) => return Err(wrong_state(entry)),
        (Status::Served { .. } | Status::NoShow { .. } | Status::Left { .. } | Status::Cancelled { .. }, _) => {
            return Ok(Vec::new());
        }
    };
    Ok(vec![asked.change(entry, change, |after| after.status = status)])
}
