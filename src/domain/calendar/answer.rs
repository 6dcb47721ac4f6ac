//! What a command meant for who gave it: worked out after the events have been applied, and kept for a repeat of the key.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::definition::Definition;
use super::hold::Hold;
use super::reservation::Reservation;
use super::staff::Staff;
use super::waitlist::WaitlistEntry;
use crate::domain::ids::{DefinitionId, ReservationId, StaffId};

/// What a command meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Answer {
    /// The definition as it is now.
    Definition {
        /// As it is now.
        definition: Arc<Definition>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The definition is gone.
    DefinitionDeleted {
        /// Which.
        id: DefinitionId,
    },
    /// The member of staff as they are now.
    Staff {
        /// As they are now.
        staff: Arc<Staff>,
        /// Whether they were made by this command.
        created: bool,
    },
    /// The member of staff is gone.
    StaffDeleted {
        /// Which.
        id: StaffId,
    },
    /// The slot is kept.
    Held {
        /// Until when, and with whom.
        hold: Arc<Hold>,
    },
    /// Booked, now or by the very same wish before: whole, with its number.
    Booked {
        /// As it is now.
        reservation: Arc<Reservation>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The same person has booked the same start already, by another wish. Its number is not for this caller.
    BookedBefore {
        /// As it is now.
        reservation: Arc<Reservation>,
    },
    /// The reservation as it is now.
    Reservation {
        /// As it is now.
        reservation: Arc<Reservation>,
    },
    /// The reservation is gone.
    ReservationDeleted {
        /// Which.
        id: ReservationId,
    },
    /// Who waits.
    Waiting {
        /// As it stands now.
        entry: Arc<WaitlistEntry>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// Nothing to tell (time passed).
    Done,
}
