//! What becomes of an appointment: confirmed, come, served, missed; and what the queue of its point says about it. Each step can be
//! told twice and happens once.

use chrono::TimeDelta;

use super::asked::{Asked, wrong_state};
use crate::domain::calendar::busy::ClaimId;
use crate::domain::calendar::event::{Change, Event};
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::reservation::{Arrival, ClosedBy, Reservation, Status};
use crate::domain::calendar::slots::{Wish, seat_in_place};
use crate::domain::ids::{EntryId, HandoverId};
use crate::domain::local_time::{local_date, start_of_day};
use crate::domain::party::Party;

pub(super) fn confirm(asked: &Asked<'_>, reservation: &Reservation) -> Result<Vec<Event>, Rejection> {
    match &reservation.status {
        Status::Confirmed => Ok(Vec::new()),
        Status::Pending => Ok(vec![asked.change(reservation, Change::Confirmed, |after| {
            after.status = Status::Confirmed;
            after.sequence += 1;
            after.planned_at = asked.now;
        })]),
        Status::CheckedIn { .. } | Status::Completed { .. } | Status::NoShow { .. } | Status::Cancelled { .. } => {
            Err(wrong_state(reservation))
        }
    }
}

/// Who comes in time stands in the line as of the slot's start; who comes late, as somebody who walks in now.
pub(super) fn check_in(
    asked: &Asked<'_>,
    reservation: &Reservation,
    handover: &HandoverId,
    entry: &EntryId,
    overriding: bool,
) -> Result<Vec<Event>, Rejection> {
    let point = reservation.point_id.as_ref().filter(|id| asked.points.get(id).is_some());
    let arrival = point.map(|point| Arrival {
        handover: handover.clone(),
        entry: entry.clone(),
        point: point.clone(),
        effective_at: reservation.slot.start.max(asked.now),
    });
    mark_checked_in(asked, reservation, arrival, overriding)
}

pub(super) fn mark_checked_in(
    asked: &Asked<'_>,
    reservation: &Reservation,
    arrival: Option<Arrival>,
    overriding: bool,
) -> Result<Vec<Event>, Rejection> {
    match &reservation.status {
        Status::CheckedIn { .. } => Ok(Vec::new()),
        Status::Pending | Status::Confirmed => {
            on_its_day(asked, reservation, overriding)?;
            let change = Change::CheckedIn { arrival: arrival.clone() };
            Ok(vec![asked.change(reservation, change, |after| {
                let from = Box::new(reservation.status.clone());
                after.status = Status::CheckedIn { at: asked.now, arrival, from };
            })])
        }
        Status::Completed { .. } | Status::NoShow { .. } | Status::Cancelled { .. } => Err(wrong_state(reservation)),
    }
}

/// Nobody has come for an appointment of another day, unless a supervisor says so. The day is that of the place where it is
/// served, else that of the definition.
fn on_its_day(asked: &Asked<'_>, reservation: &Reservation, overriding: bool) -> Result<(), Rejection> {
    let point = reservation.point_id.as_ref().and_then(|id| asked.points.get(id)).map(|point| point.timezone);
    let definition = || asked.state.definition_of(&reservation.definition_id).map(|one| one.terms.timezone);
    let zone = point.or_else(definition).ok_or(Rejection::DefinitionNotFound)?;
    let retry_at = start_of_day(zone, local_date(zone, reservation.slot.start));
    let is_early = asked.now < retry_at;
    overruled(asked, is_early, overriding, Rejection::TooEarly { retry_at })
}

/// What is too early is refused, unless a supervisor overrules that.
fn overruled(asked: &Asked<'_>, is_early: bool, overriding: bool, early: Rejection) -> Result<(), Rejection> {
    match (is_early, overriding, asked.by.may_override()) {
        (false, ..) | (true, true, true) => Ok(()),
        (true, true, false) => Err(Rejection::OverrideForbidden),
        (true, false, _) => Err(early),
    }
}

/// Only the very hand-over that brought it there can bring it back.
pub(super) fn refuse_arrival(asked: &Asked<'_>, reservation: &Reservation, handover: &HandoverId) -> Vec<Event> {
    match &reservation.status {
        Status::CheckedIn { arrival: Some(arrival), from, .. } if arrival.handover == *handover => {
            vec![asked.change(reservation, Change::ArrivalRefused, |after| after.status = (**from).clone())]
        }
        Status::CheckedIn { .. }
        | Status::Pending
        | Status::Confirmed
        | Status::Completed { .. }
        | Status::NoShow { .. }
        | Status::Cancelled { .. } => Vec::new(),
    }
}

pub(super) fn complete(asked: &Asked<'_>, reservation: &Reservation) -> Result<Vec<Event>, Rejection> {
    match &reservation.status {
        Status::Completed { .. } => Ok(Vec::new()),
        Status::Pending | Status::Confirmed | Status::CheckedIn { .. } => {
            Ok(vec![asked.change(reservation, Change::Completed, |after| {
                let from = Box::new(reservation.status.clone());
                after.status = Status::Completed { at: asked.now, from, by: closed_by(asked) };
            })])
        }
        Status::NoShow { .. } | Status::Cancelled { .. } => Err(wrong_state(reservation)),
    }
}

/// The grace period counts from the slot. The queue has a grace period of its own, and has asked by then.
pub(super) fn no_show(asked: &Asked<'_>, reservation: &Reservation, overriding: bool) -> Result<Vec<Event>, Rejection> {
    match &reservation.status {
        Status::NoShow { .. } => return Ok(Vec::new()),
        Status::Pending | Status::Confirmed | Status::CheckedIn { .. } => {}
        Status::Completed { .. } | Status::Cancelled { .. } => return Err(wrong_state(reservation)),
    }
    let point = reservation.point_id.as_ref().and_then(|id| asked.points.get(id));
    let grace = TimeDelta::minutes(point.map_or(0, |point| point.grace_minutes).into());
    let retry_at = reservation.slot.start + grace;
    let is_early = asked.now < retry_at && !matches!(asked.by, Party::System);
    overruled(asked, is_early, overriding, Rejection::GracePeriod { retry_at })?;
    Ok(vec![asked.change(reservation, Change::NoShow, |after| {
        let from = Box::new(reservation.status.clone());
        after.status = Status::NoShow { at: asked.now, from, by: closed_by(asked) };
    })])
}

/// Nobody but a line reports by itself.
fn closed_by(asked: &Asked<'_>) -> ClosedBy {
    match asked.by {
        Party::System => ClosedBy::Line,
        Party::Clerk { .. } | Party::Bearer { .. } | Party::Public => ClosedBy::Desk,
    }
}

/// What had ended takes its room again; where somebody else has that by now, it cannot.
pub(super) fn take_back(asked: &Asked<'_>, reservation: &Reservation) -> Result<Vec<Event>, Rejection> {
    let (Status::Completed { from, .. } | Status::NoShow { from, .. }) = &reservation.status else {
        return Ok(Vec::new());
    };
    let definition = asked.state.definition_of(&reservation.definition_id).ok_or(Rejection::DefinitionNotFound)?;
    let own_claim = [ClaimId::Reservation(reservation.id.clone())];
    let wish = Wish {
        without: &own_claim,
        keep: &reservation.staff_ids,
        ..Wish::plain(definition, None, reservation.party_size, asked.now)
    };
    let staff_ids = seat_in_place(asked.view(), wish, reservation.slot)?;
    Ok(vec![asked.change(reservation, Change::TakenBack, |after| {
        after.status = (**from).clone();
        after.staff_ids = staff_ids;
        after.buffers = definition.terms.buffers();
    })])
}
