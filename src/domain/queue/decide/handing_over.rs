//! A visit on its way from one service point to another. Each step can be asked for twice and happens once.

use super::asked::{Asked, wrong_state};
use super::joining::admit;
use crate::domain::ids::{EntryId, HandoverId, PointId};
use crate::domain::queue::command::Handover;
use crate::domain::queue::entry::{Entry, Place, Status};
use crate::domain::queue::event::{Change, Event};
use crate::domain::queue::rejection::Rejection;

pub(super) fn transfer(
    asked: &Asked<'_>,
    id: &EntryId,
    to: &PointId,
    handover: &HandoverId,
    past: Option<&Entry>,
) -> Result<Vec<Event>, Rejection> {
    let entry = asked.entry(id, past)?;
    match &entry.status {
        Status::Waiting | Status::Called { .. } | Status::Serving { .. } => {}
        Status::Served { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. }
        | Status::Transferred { .. } => return Err(wrong_state(entry)),
    }
    let source = asked.point()?.id.clone();
    if *to == source {
        return Err(Rejection::SamePoint);
    }
    let mut after = entry.next_version();
    after.status = Status::Transferred {
        to: to.clone(),
        at: asked.now,
        handover: handover.clone(),
        from: Box::new(entry.status.clone()),
    };
    let handover = Handover {
        id: handover.clone(),
        source,
        target: to.clone(),
        entry: entry.clone(),
        by: asked.subject(),
        at: asked.now,
    };
    Ok(vec![Event::TransferredOut { handover: Box::new(handover), entry: Box::new(after) }])
}

/// A visit that is here already has been received before. The one exception: it left from here, came on from there, and
/// is back before this point has heard that the other had taken it; its version tells that from a repeat.
pub(super) fn receive(asked: &Asked<'_>, handover: &Handover) -> Result<Vec<Event>, Rejection> {
    let point = asked.point_for_staff()?;
    let visit = &handover.entry;
    if let Some(here) = asked.state.entry(&visit.id) {
        let is_back = matches!(here.status, Status::Transferred { .. }) && visit.version > here.version;
        if !is_back {
            return Ok(Vec::new());
        }
    }
    if let Some(other) = asked.state.open_entry_of(&visit.customer).filter(|other| other.id != visit.id) {
        return Err(Rejection::AlreadyInLine { entry: other.id.clone() });
    }
    admit(asked, point)?;
    let (day, number) = asked.state.next_number(asked.now);
    let rank = point.queue.rank(visit.priority.as_deref()).or_else(|| point.queue.rank(None)).unwrap_or(u8::MAX);
    let entry = Entry {
        point_id: point.id.clone(),
        day,
        number,
        place: Place::on_joining(rank, visit.place.effective_at, number),
        checked_in_at: None,
        reached_at: None,
        last_act: None,
        // The source's own copy is one version on already; this one must be the newer.
        version: visit.version + 2,
        status: Status::Waiting,
        ..visit.clone()
    };
    let by = handover.by.clone();
    Ok(vec![Event::Received { handover: handover.id.clone(), entry: Box::new(entry), at: asked.now, by }])
}

/// A point that was deleted meanwhile has no line to come back to: there the visit ends as all others did.
pub(super) fn take_back(asked: &Asked<'_>, handover: &HandoverId, id: &EntryId) -> Result<Vec<Event>, Rejection> {
    let Some((entry, from)) = on_the_way(asked, handover, id) else {
        return Ok(Vec::new());
    };
    let change = match asked.state.point() {
        Some(_) => {
            asked.change(entry, Change::TakenBack { handover: handover.clone() }, |back| back.status = from.clone())
        }
        None => asked.change(entry, Change::Cancelled, |back| back.status = Status::Cancelled { ended_at: asked.now }),
    };
    Ok(vec![change])
}

pub(super) fn let_go(asked: &Asked<'_>, handover: &HandoverId, id: &EntryId) -> Result<Vec<Event>, Rejection> {
    Ok(match on_the_way(asked, handover, id) {
        Some(_) => vec![Event::Departed { handover: handover.clone(), entry: id.clone() }],
        None => Vec::new(),
    })
}

/// The entry that this very hand-over carries, and the state to come back to. Others have no business here.
fn on_the_way<'a>(asked: &Asked<'a>, handover: &HandoverId, id: &EntryId) -> Option<(&'a Entry, &'a Status)> {
    let entry = asked.entry(id, None).ok()?;
    match &entry.status {
        Status::Transferred { handover: known, from, .. } if known == handover => Some((entry, from)),
        Status::Transferred { .. }
        | Status::Waiting
        | Status::Called { .. }
        | Status::Serving { .. }
        | Status::Served { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. } => None,
    }
}
