//! What others have to do when something has happened. Whoever carries it out may be interrupted and start over: each
//! errand is safe to repeat, and what was under way at a stop follows from the rows.

use super::appointment::{Withdrawal, closed};
use crate::domain::calendar;
use crate::domain::ids::ReservationId;
use crate::domain::queue::{self, Change, Ending, Entry, Handover};

/// What has to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// Bring a visit to the other point: see [`super::handover`].
    Deliver(Box<Handover>),
    /// Bring somebody with an appointment into the line of its point: see [`super::appointment`].
    Bring {
        /// The way there.
        arrival: calendar::Arrival,
        /// Their appointment.
        reservation: Box<calendar::Reservation>,
    },
    /// Take a visit out of its line whose appointment was closed at the desk: see [`super::appointment`].
    Withdraw(Withdrawal),
    /// The same if the appointment is not there any more; one that is long over is no reason.
    WithdrawIfDeleted {
        /// The appointment.
        reservation: ReservationId,
        /// Its visit.
        withdrawal: Withdrawal,
    },
    /// Tell the calendar how the visit of somebody with an appointment stands.
    Report(Box<Entry>),
}

/// What follows from an event of a queue.
#[must_use]
pub fn of_queue(event: &queue::Event) -> Option<FollowUp> {
    match event {
        queue::Event::TransferredOut { handover, .. } => Some(FollowUp::Deliver(handover.clone())),
        queue::Event::EntryChanged { change, entry, .. } if entry.reservation.is_some() => match change {
            Change::Completed { .. } | Change::NoShow | Change::Left | Change::Cancelled | Change::Undone { .. } => {
                Some(FollowUp::Report(entry.clone()))
            }
            Change::CheckedIn
            | Change::Called
            | Change::Recalled
            | Change::Started
            | Change::Returned
            | Change::Postponed { .. }
            | Change::Respaced
            // The calendar knows: it was closed there.
            | Change::Withdrawn
            | Change::TakenBack { .. } => None,
        },
        queue::Event::EntryChanged { .. }
        | queue::Event::PointCreated { .. }
        | queue::Event::PointChanged { .. }
        | queue::Event::PointDeleted { .. }
        | queue::Event::DayTurned { .. }
        | queue::Event::Joined { .. }
        | queue::Event::Received { .. }
        | queue::Event::Departed { .. } => None,
    }
}

/// What follows from an event of a calendar.
#[must_use]
pub fn of_calendar(event: &calendar::Event) -> Option<FollowUp> {
    match event {
        calendar::Event::ReservationChanged {
            change: calendar::Change::CheckedIn { arrival: Some(arrival) },
            reservation,
            ..
        } => Some(FollowUp::Bring { arrival: arrival.clone(), reservation: reservation.clone() }),
        calendar::Event::ReservationChanged {
            change: calendar::Change::Completed | calendar::Change::NoShow,
            reservation,
            ..
        } => closed(reservation).map(FollowUp::Withdraw),
        calendar::Event::ReservationDeleted { arrival: Some(arrival), .. } => {
            Some(FollowUp::Withdraw(Withdrawal::of(arrival, Ending::Deleted)))
        }
        calendar::Event::ReservationChanged { .. }
        | calendar::Event::DefinitionChanged { .. }
        | calendar::Event::StaffChanged { .. }
        | calendar::Event::TemplateChanged { .. }
        | calendar::Event::Held { .. }
        | calendar::Event::HoldEnded { .. }
        | calendar::Event::ReservationDeleted { .. }
        | calendar::Event::WaitlistChanged { .. } => None,
    }
}
