//! A visit that is transferred: the source's event makes a delivery to the target, the target's word makes the source let
//! the visit go or take it back, and gives the clerk an answer.
//!
//! Each command is safe to repeat, so whoever carries them may start over from the source's event after a crash.

use crate::domain::ids::PointId;
use crate::domain::party::Party;
use crate::domain::queue::{Act, Command, Event, Handover, Rejection};

/// What has to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// Bring the visit to its target: give [`delivery`] to that point, then [`settle`] by its word.
    Deliver(Box<Handover>),
}

/// A command and the service point that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// For which point.
    pub point: PointId,
    /// What it shall do.
    pub command: Command,
}

/// How a hand-over ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// What the source has to do.
    pub errand: Errand,
    /// What the clerk who transferred is told, once the source has done it; `None`: it worked.
    pub refusal: Option<Rejection>,
}

/// What follows from an event of a queue.
#[must_use]
pub fn follow_up(event: &Event) -> Option<FollowUp> {
    match event {
        Event::TransferredOut { handover, .. } => Some(FollowUp::Deliver(handover.clone())),
        Event::PointCreated { .. }
        | Event::PointChanged { .. }
        | Event::PointDeleted { .. }
        | Event::DayTurned { .. }
        | Event::Joined { .. }
        | Event::EntryChanged { .. }
        | Event::Received { .. }
        | Event::Departed { .. } => None,
    }
}

/// What the target has to do.
#[must_use]
pub fn delivery(handover: &Handover) -> Errand {
    let act = Act::Receive { handover: Box::new(handover.clone()) };
    Errand { point: handover.target.clone(), command: Command { by: Party::System, act } }
}

/// What follows from the target's word. A target that cannot be asked (restarting, overloaded) has not given it: ask again.
#[must_use]
pub fn settle(handover: &Handover, word: Result<(), &Rejection>) -> Settlement {
    let (id, entry) = (handover.id.clone(), handover.entry.id.clone());
    let (act, refusal) = match word {
        Ok(()) => (Act::LetGo { handover: id, entry }, None),
        Err(refusal) => {
            let told = Rejection::TransferRefused { reason: refusal.to_string(), refusal: Box::new(refusal.clone()) };
            (Act::TakeBack { handover: id, entry }, Some(told))
        }
    };
    Settlement {
        errand: Errand { point: handover.source.clone(), command: Command { by: Party::System, act } },
        refusal,
    }
}
