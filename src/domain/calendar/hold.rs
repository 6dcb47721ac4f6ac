//! A slot kept for somebody who is filling in the form, or who was offered it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::definition::Buffers;
use super::reservation::Slot;
use crate::domain::ids::{DefinitionId, HoldId, PointId, StaffId, WaitlistId};

/// How long a slot is kept for who asks, in minutes.
pub const HOLD_MINUTES: i64 = 5;
/// How long a slot is kept for who waited for it, in minutes.
pub const OFFER_MINUTES: i64 = 30;
/// Most slots that an org keeps for others at the same time.
pub const HOLDS_MAX: usize = 10_000;

/// Most slots of one definition that are kept for the public at the same time: nobody can empty a calendar by keeping it.
pub const HOLDS_OF_DEFINITION_MAX: usize = 500;

/// A slot kept for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Its id: who knows it may book with it.
    pub id: HoldId,
    /// What is kept.
    pub definition_id: DefinitionId,
    /// When.
    #[serde(flatten)]
    pub slot: Slot,
    /// The buffers around it.
    pub buffers: Buffers,
    /// Who would serve.
    pub staff_ids: Vec<StaffId>,
    /// The service point.
    pub point_id: Option<PointId>,
    /// How many people.
    pub party_size: u32,
    /// Whom it was offered to, where they had waited.
    pub offered_to: Option<WaitlistId>,
    /// Since when it is kept.
    pub created_at: DateTime<Utc>,
    /// Until when, without that very moment.
    pub expires_at: DateTime<Utc>,
}

/// Why a hold is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldEnd {
    /// Its time is up.
    Expired,
    /// It became a reservation.
    Booked,
}
