//! Waiting for a slot to become free.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hold::Hold;
use super::reservation::Customer;
use crate::domain::ids::{DefinitionId, HoldId, ReservationId, StaffId, WaitlistId};

/// Most who can wait for one definition.
pub const WAITLIST_MAX: usize = 1_000;
/// Widest span in which a slot can be waited for, in days.
pub const WAITLIST_SPAN_MAX_DAYS: i64 = 62;
/// Most offers that one who waits gets.
pub const OFFERS_MAX: usize = 5;
/// Namespace of the ids of offered holds: `v5(NAMESPACE_URL, "frontdesk:offer")`.
const OFFER_NAMESPACE: Uuid = Uuid::from_u128(0xb1e9c043_d2a4_52ae_9eb3_5d0fab303a0d);

/// Where somebody who waits stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Waiting {
    /// Waits.
    Waiting,
    /// Has been offered a slot, which is held meanwhile.
    Offered {
        /// What is held.
        hold: HoldId,
    },
    /// Has taken an offer.
    Booked {
        /// Which reservation it became.
        reservation: ReservationId,
    },
    /// Waits no more: the time is over, all offers passed, or the definition is gone.
    Ended,
}

/// Somebody who waits for a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitlistEntry {
    /// Its id within the org.
    pub id: WaitlistId,
    /// A secret that the caller draws: the ids of offered holds follow from it.
    pub secret: String,
    /// What is waited for.
    pub definition_id: DefinitionId,
    /// Slots that start then or later will do,
    pub from: DateTime<Utc>,
    /// and before this.
    pub to: DateTime<Utc>,
    /// With whom, where that matters.
    pub staff_id: Option<StaffId>,
    /// How many people.
    pub party_size: u32,
    /// Who waits.
    pub customer: Customer,
    /// Starts that have been offered: none is offered twice.
    pub offered: Vec<DateTime<Utc>>,
    /// Since when; who waits longest is offered first.
    pub created_at: DateTime<Utc>,
    /// Grows by 1 with each change.
    pub version: u64,
    /// Where it stands.
    #[serde(flatten)]
    pub standing: Waiting,
}

impl WaitlistEntry {
    /// Whether it can still become a booking.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.standing {
            Waiting::Waiting | Waiting::Offered { .. } => true,
            Waiting::Booked { .. } | Waiting::Ended => false,
        }
    }

    /// The id of the hold of the next offer: as unguessable as the secret that it follows from.
    pub(super) fn next_hold_id(&self) -> HoldId {
        let name = format!("{}\n{}", self.secret, self.offered.len());
        HoldId::from_uuid(Uuid::new_v5(&OFFER_NAMESPACE, name.as_bytes()))
    }

    /// Itself one version on.
    pub(super) fn next_version(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }
}

/// What happened to somebody who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum WaitlistChange {
    /// Stands on the list now: to be confirmed by mail.
    Joined,
    /// A slot became free and is held: to be offered by mail.
    Offered {
        /// What is held, and until when.
        hold: Box<Hold>,
    },
    /// The offer was not taken in time; waits on.
    Passed,
    /// The offer was taken.
    Booked,
    /// Waits no more.
    Ended,
}
