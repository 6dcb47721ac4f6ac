//! What others have to do when something has happened. Whoever carries it out may be interrupted and start over: each
//! errand is safe to repeat, and what was under way at a stop follows from the rows.

use crate::domain::calendar;
use crate::domain::queue::{self, Change, Entry, Handover};

/// What has to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// Bring a visit to the other point: see [`super::handover`].
    Deliver(Box<Handover>),
    /// Bring somebody with an appointment into the line of its point: see [`super::appointment`].
    Bring(Box<calendar::Reservation>),
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
            change: calendar::Change::CheckedIn { arrival: Some(_) },
            reservation,
            ..
        } => Some(FollowUp::Bring(reservation.clone())),
        calendar::Event::ReservationChanged { .. }
        | calendar::Event::DefinitionChanged { .. }
        | calendar::Event::StaffChanged { .. }
        | calendar::Event::Held { .. }
        | calendar::Event::HoldEnded { .. }
        | calendar::Event::ReservationDeleted { .. }
        | calendar::Event::WaitlistChanged { .. } => None,
    }
}
