//! A visit that is transferred: the source's event makes a delivery to the target, the target's word makes the source let
//! the visit go or take it back, and gives the clerk an answer.
//!
//! After a crash whoever carries them starts over from the source's event. The errand of the source is safe to repeat. The
//! target's word must be kept under the hand-over's id, in the commit that makes it true, and given again to a repeat: the
//! target knows a visit that it still has, but the visit may have gone on from there.

use crate::domain::ids::PointId;
use crate::domain::party::Party;
use crate::domain::queue::{Act, Command, Handover, Rejection};

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
            let told =
                Rejection::TransferRefused { reason: refusal.to_string(), refusal: Some(Box::new(refusal.clone())) };
            (Act::TakeBack { handover: id, entry }, Some(told))
        }
    };
    Settlement {
        errand: Errand { point: handover.source.clone(), command: Command { by: Party::System, act } },
        refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{EntryId, HandoverId};
    use crate::domain::queue::{Customer, Entry, Place, Status};

    fn handover() -> Handover {
        let at = "2026-05-12T07:00:00Z".parse().unwrap();
        let entry = Entry {
            id: EntryId::parse("e").unwrap(),
            point_id: PointId::parse("p1").unwrap(),
            day: "2026-05-12".parse().unwrap(),
            number: 1,
            token: "token".to_owned(),
            customer: Customer { name: "Ann".to_owned(), phone: None, email: None, contact_id: None },
            party_size: 1,
            service: None,
            priority: None,
            joined_at: at,
            place: Place::on_joining(0, at, 1),
            checked_in_at: None,
            reached_at: None,
            quoted_wait_minutes: 0,
            let_pass: 0,
            reservation: None,
            last_act: None,
            version: 1,
            status: Status::Waiting,
        };
        let (source, target) = (PointId::parse("p1").unwrap(), PointId::parse("p2").unwrap());
        Handover { id: HandoverId::parse("h").unwrap(), source, target, entry, by: Some("clerk".to_owned()), at }
    }

    #[test]
    fn a_transfer_is_delivered_to_its_target() {
        let handover = handover();
        let errand = delivery(&handover);
        assert_eq!((errand.point.as_str(), errand.command.by), ("p2", Party::System));
        assert_eq!(errand.command.act, Act::Receive { handover: Box::new(handover) });
    }

    #[test]
    fn the_targets_word_lets_go_or_takes_back() {
        let handover = handover();
        let (id, entry) = (handover.id.clone(), handover.entry.id.clone());
        let accepted = settle(&handover, Ok(()));
        assert_eq!(accepted.errand.point.as_str(), "p1");
        assert_eq!(accepted.errand.command.act, Act::LetGo { handover: id.clone(), entry: entry.clone() });
        assert_eq!(accepted.refusal, None);
        let refusal = Rejection::QueueFull { waiting: 3, max_waiting: 3 };
        let refused = settle(&handover, Err(&refusal));
        assert_eq!(refused.errand.command.act, Act::TakeBack { handover: id, entry });
        let told = refused.refusal.unwrap();
        assert_eq!(told.to_string(), "The other service point refused: The line is full: 3 of at most 3 wait.");
    }
}
