//! What is said when a guard behind the calendar finds a time taken that the calendar held for free.

use chrono::{DateTime, Utc};

use super::asked::Asked;
use crate::domain::calendar::busy::ClaimId;
use crate::domain::calendar::command::{Act, Command};
use crate::domain::calendar::definition::Definition;
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::reservation::{Reservation, Slot};
use crate::domain::calendar::slots::{Wish, taken_after_all};
use crate::domain::calendar::state::CalendarState;
use crate::domain::ids::StaffId;

/// The refusal of what `command` wanted, whose time is taken after all: with the nearest others, where it wanted one time.
#[must_use]
pub fn taken_beneath(state: &CalendarState, command: &Command, now: DateTime<Utc>) -> Rejection {
    let asked = Asked { state, by: &command.by, points: &command.points, now };
    wanted(&asked, command).unwrap_or(Rejection::SlotTaken { refusals: Vec::new(), nearest: Vec::new() })
}

fn wanted(asked: &Asked<'_>, command: &Command) -> Option<Rejection> {
    let past = command.act.past();
    match &command.act {
        Act::Create(booking) => {
            let definition = asked.state.definition(&booking.definition)?;
            let wish = Wish::plain(definition, booking.staff.as_ref(), booking.party_size, asked.now);
            Some(taken_after_all(asked.view(), wish, booking.slot))
        }
        Act::Reschedule { reservation, slot, staff, .. } => {
            elsewhere(asked, asked.proven(reservation, past).ok()?, *slot, staff.as_ref())
        }
        Act::Update { id, changes, .. } => {
            let reservation = asked.for_staff(id, past).ok()?;
            let slot = changes.slot.unwrap_or(reservation.slot);
            elsewhere(asked, reservation, slot, changes.staff_id.as_ref())
        }
        Act::CreateDefinition { .. }
        | Act::UpdateDefinition { .. }
        | Act::DeleteDefinition { .. }
        | Act::CreateStaff { .. }
        | Act::UpdateStaff { .. }
        | Act::DeleteStaff { .. }
        | Act::CreateTemplate { .. }
        | Act::UpdateTemplate { .. }
        | Act::DeleteTemplate { .. }
        | Act::Hold(_)
        | Act::Cancel { .. }
        | Act::Delete { .. }
        | Act::CheckIn { .. }
        | Act::RefuseArrival { .. }
        | Act::Complete { .. }
        | Act::NoShow { .. }
        | Act::TakeBack { .. }
        | Act::JoinWaitlist(_)
        | Act::SendReminder { .. }
        | Act::Tick => None,
    }
}

fn elsewhere(asked: &Asked<'_>, reservation: &Reservation, slot: Slot, staff: Option<&StaffId>) -> Option<Rejection> {
    let definition: &Definition = asked.state.definition(&reservation.definition_id)?;
    let own_claim = [ClaimId::Reservation(reservation.id.clone())];
    let wish = Wish { without: &own_claim, ..Wish::plain(definition, staff, reservation.party_size, asked.now) };
    Some(taken_after_all(asked.view(), wish, slot))
}
