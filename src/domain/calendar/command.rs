//! What can be asked of a calendar. Ids, numbers, secrets and UIDs are drawn by the caller: the domain draws nothing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::definition::{DefinitionChanges, DefinitionDraft};
use super::number::ReservationNumber;
use super::points::Points;
use super::reservation::{Customer, Named, Reservation, ReservationChanges, Slot};
use super::staff::{StaffChanges, StaffDraft};
use crate::domain::ids::{DefinitionId, EntryId, HandoverId, HoldId, ReservationId, StaffId, TemplateId, WaitlistId};
use crate::domain::message::{TemplateChanges, TemplateDraft};
use crate::domain::party::Party;

/// An act, who asks for it, and what holds at the service points meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// Who asks.
    pub by: Party,
    /// What for.
    pub act: Act,
    /// Every service point that a definition names, as published.
    pub points: Points,
}

/// A wish to book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    /// The id that the reservation will have.
    pub id: ReservationId,
    /// The number that it will have.
    pub number: ReservationNumber,
    /// The UID of its calendar entry.
    pub calendar_uid: String,
    /// A digest of the body: the same for a repeat of the very same wish.
    pub fingerprint: String,
    /// What.
    pub definition: DefinitionId,
    /// When.
    pub slot: Slot,
    /// With whom, where that matters.
    pub staff: Option<StaffId>,
    /// Who comes.
    pub customer: Customer,
    /// What the customer wants to be known.
    pub notes: String,
    /// How many people; 1 to [`super::PARTY_MAX`].
    pub party_size: u32,
    /// The hold that keeps the slot. One that is over, or of another slot, is as none.
    pub hold: Option<HoldId>,
}

/// A wish that a slot be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldWish {
    /// The id that the hold will have.
    pub id: HoldId,
    /// What.
    pub definition: DefinitionId,
    /// When.
    pub slot: Slot,
    /// With whom, where that matters.
    pub staff: Option<StaffId>,
    /// How many people.
    pub party_size: u32,
}

/// A wish to be offered a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitlistWish {
    /// The id that the entry will have.
    pub id: WaitlistId,
    /// A secret to make the ids of offers from.
    pub secret: String,
    /// What.
    pub definition: DefinitionId,
    /// Slots that start then or later will do,
    pub from: DateTime<Utc>,
    /// and before this.
    pub to: DateTime<Utc>,
    /// With whom, where that matters.
    pub staff: Option<StaffId>,
    /// How many people.
    pub party_size: u32,
    /// Who waits.
    pub customer: Customer,
}

/// What can be asked of a calendar. `past` is the reservation from history, for when memory no longer has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[expect(missing_docs, reason = "the fields say by name what they are; what is special about one stands at its act")]
pub enum Act {
    /// Make a definition.
    CreateDefinition { draft: Box<DefinitionDraft> },
    /// Change a definition.
    UpdateDefinition { id: DefinitionId, changes: Box<DefinitionChanges>, expected_version: Option<u64> },
    /// Delete a definition; what is booked stays.
    DeleteDefinition { id: DefinitionId, expected_version: Option<u64> },
    /// Make a member of staff.
    CreateStaff { draft: Box<StaffDraft> },
    /// Change a member of staff.
    UpdateStaff { id: StaffId, changes: Box<StaffChanges>, expected_version: Option<u64> },
    /// Delete a member of staff; what is booked stays.
    DeleteStaff { id: StaffId, expected_version: Option<u64> },
    /// Make a template of messages.
    CreateTemplate { draft: Box<TemplateDraft> },
    /// Change a template of messages.
    UpdateTemplate { id: TemplateId, changes: Box<TemplateChanges>, expected_version: Option<u64> },
    /// Delete a template of messages.
    DeleteTemplate { id: TemplateId, expected_version: Option<u64> },
    /// Keep a slot for some minutes.
    Hold(Box<HoldWish>),
    /// Book a slot.
    Create(Box<Booking>),
    /// Move a reservation: the new slot is taken and the old one freed in one act.
    Reschedule {
        reservation: Named,
        slot: Slot,
        staff: Option<StaffId>,
        expected_version: Option<u64>,
        past: Option<Box<Reservation>>,
    },
    /// Change a reservation; staff only.
    Update {
        id: ReservationId,
        changes: Box<ReservationChanges>,
        expected_version: Option<u64>,
        past: Option<Box<Reservation>>,
    },
    /// Call a reservation off.
    Cancel { reservation: Named, reason: Option<String>, expected_version: Option<u64>, past: Option<Box<Reservation>> },
    /// Delete a reservation, calling it off first where it still lies ahead; staff only.
    Delete { id: ReservationId, expected_version: Option<u64>, past: Option<Box<Reservation>> },
    /// The customer has come. The hand-over and the entry are those that take it into its point's queue; staff only.
    /// `overriding`: before the day of the appointment (supervisors only).
    CheckIn {
        reservation: Named,
        handover: HandoverId,
        entry: EntryId,
        overriding: bool,
        past: Option<Box<Reservation>>,
    },
    /// The queue refused the hand-over: the reservation is as it was.
    RefuseArrival { id: ReservationId, handover: HandoverId, past: Option<Box<Reservation>> },
    /// The service is done.
    Complete { id: ReservationId, past: Option<Box<Reservation>> },
    /// The customer did not come. `overriding`: before the grace period is over (supervisors only).
    NoShow { id: ReservationId, overriding: bool, past: Option<Box<Reservation>> },
    /// That it was completed, or a no-show, was taken back.
    TakeBack { id: ReservationId, past: Option<Box<Reservation>> },
    /// Wait for a slot to become free.
    JoinWaitlist(Box<WaitlistWish>),
    /// Remind the customer now, whatever the rules say; staff only.
    SendReminder { id: ReservationId, past: Option<Box<Reservation>> },
    /// Do what is due.
    Tick,
}

impl Act {
    /// The reservation from history that came with the act.
    #[must_use]
    pub fn past(&self) -> Option<&Reservation> {
        match self {
            Self::Reschedule { past, .. }
            | Self::Update { past, .. }
            | Self::Cancel { past, .. }
            | Self::Delete { past, .. }
            | Self::CheckIn { past, .. }
            | Self::RefuseArrival { past, .. }
            | Self::Complete { past, .. }
            | Self::NoShow { past, .. }
            | Self::TakeBack { past, .. }
            | Self::SendReminder { past, .. } => past.as_deref(),
            Self::CreateDefinition { .. }
            | Self::UpdateDefinition { .. }
            | Self::DeleteDefinition { .. }
            | Self::CreateStaff { .. }
            | Self::UpdateStaff { .. }
            | Self::DeleteStaff { .. }
            | Self::CreateTemplate { .. }
            | Self::UpdateTemplate { .. }
            | Self::DeleteTemplate { .. }
            | Self::Hold(_)
            | Self::Create(_)
            | Self::JoinWaitlist(_)
            | Self::Tick => None,
        }
    }
}
