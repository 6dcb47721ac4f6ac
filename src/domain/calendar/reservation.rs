//! One booking of a slot: from being made to being kept, missed or cancelled.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::definition::Buffers;
use super::number::ReservationNumber;
use super::reminder::Reminded;
use crate::domain::address::{Email, Phone};
use crate::domain::ids::{ContactId, DefinitionId, EntryId, HandoverId, PointId, ReservationId, StaffId};

/// Longest name of a customer, in characters.
pub const CUSTOMER_NAME_MAX_CHARACTERS: usize = 200;
/// Longest notes, in characters.
pub const NOTES_MAX_CHARACTERS: usize = 2_000;
/// Longest reason of a cancellation, in characters.
pub const REASON_MAX_CHARACTERS: usize = 500;
/// Longest name of a language, in characters (`de`, `pt-BR`, `zh-Hant-TW`).
pub const LOCALE_MAX_CHARACTERS: usize = 35;
/// Most people in one booking.
pub const PARTY_MAX: u32 = 100;
/// How long a repeat of the very same body is answered as the first one was, in seconds.
pub const SAME_BODY_SECONDS: i64 = 60;
/// Most mails that repeats of a booking by anybody make go out again.
pub const REPEAT_MAILS_MAX: u32 = 3;

/// A span of time, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// When it begins.
    pub start: DateTime<Utc>,
    /// When it is over.
    pub end: DateTime<Utc>,
}

impl Slot {
    /// Itself with the buffers around it: what has to be free.
    #[must_use]
    pub fn with(self, buffers: Buffers) -> Self {
        let minutes = |minutes: u32| TimeDelta::minutes(minutes.into());
        Self { start: self.start - minutes(buffers.before_minutes), end: self.end + minutes(buffers.after_minutes) }
    }
}

/// Who comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Name as given.
    pub name: String,
    /// Where to write to.
    pub email: Email,
    /// Phone, where given.
    pub phone: Option<Phone>,
    /// The contact that follows from the address.
    pub contact_id: ContactId,
    /// The language to write in, where known.
    pub locale: Option<String>,
    /// The zone that the customer lives in, where known; times are shown in it beside the business's.
    pub timezone: Option<Tz>,
}

/// Who cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CancelledBy {
    /// Who booked it.
    Customer,
    /// The business.
    Staff,
}

/// Which side said that an appointment is over. Where calendar and line disagree after a crash, it tells who is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClosedBy {
    /// A member of staff, at the reservation itself: a visit that goes on in a line is ended after it. Also what answers mean
    /// that were kept under a key before this was said.
    #[default]
    Desk,
    /// The line that its customer stood in: when the line takes that back, the reservation follows.
    Line,
}

/// Where a reservation stands. Data lives in the status that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Status {
    /// Waits for a member of staff to confirm it.
    Pending,
    /// Stands.
    Confirmed,
    /// The customer has come.
    CheckedIn {
        /// When.
        at: DateTime<Utc>,
        /// What took it into the queue of its point; `None`: it has no point.
        arrival: Option<Arrival>,
        /// The status to come back to when the queue refuses.
        from: Box<Status>,
    },
    /// The service is done.
    Completed {
        /// When.
        at: DateTime<Utc>,
        /// The status to come back to when that is taken back.
        from: Box<Status>,
        /// By which side.
        #[serde(default)]
        by: ClosedBy,
    },
    /// The customer did not come.
    NoShow {
        /// When that was decided.
        at: DateTime<Utc>,
        /// The status to come back to when that is taken back.
        from: Box<Status>,
        /// By which side.
        #[serde(default)]
        by: ClosedBy,
    },
    /// Called off.
    Cancelled {
        /// When.
        at: DateTime<Utc>,
        /// By which side.
        by: CancelledBy,
        /// Why, where that was said.
        reason: Option<String>,
    },
}

impl Status {
    /// The word of the wire.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::CheckedIn { .. } => "checked_in",
            Self::Completed { .. } => "completed",
            Self::NoShow { .. } => "no_show",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Whether the slot is taken by it.
    #[must_use]
    pub fn takes_room(&self) -> bool {
        match self {
            Self::Pending | Self::Confirmed | Self::CheckedIn { .. } => true,
            Self::Completed { .. } | Self::NoShow { .. } | Self::Cancelled { .. } => false,
        }
    }

    /// What took its customer into a line, where somebody did: also of one that has ended since.
    #[must_use]
    pub fn arrival(&self) -> Option<&Arrival> {
        match self {
            Self::CheckedIn { arrival, .. } => arrival.as_ref(),
            Self::Completed { from, .. } | Self::NoShow { from, .. } => from.arrival(),
            Self::Pending | Self::Confirmed | Self::Cancelled { .. } => None,
        }
    }

    /// Whether the appointment still lies ahead: nobody has come, nothing has ended it.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }
}

/// The way of a checked-in reservation into the queue of its point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrival {
    /// The hand-over that carries it.
    pub handover: HandoverId,
    /// The entry that it becomes there.
    pub entry: EntryId,
    /// Which point.
    pub point: PointId,
    /// Its time in the line: the slot's start, or the check-in for who comes later than that.
    pub effective_at: DateTime<Utc>,
}

/// One booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// Its id within the org.
    pub id: ReservationId,
    /// The number that proves it.
    pub number: ReservationNumber,
    /// The UID of its calendar entry; stays the same however often it moves.
    pub calendar_uid: String,
    /// The SEQUENCE of its calendar entry: grows by 1 with each change that calendars must hear of.
    pub sequence: u32,
    /// What was booked.
    pub definition_id: DefinitionId,
    /// When.
    #[serde(flatten)]
    pub slot: Slot,
    /// The buffers around it as they were when the slot was taken.
    pub buffers: Buffers,
    /// Who serves; empty where the definition takes no staff.
    pub staff_ids: Vec<StaffId>,
    /// The service point at which it takes place.
    pub point_id: Option<PointId>,
    /// Who comes.
    pub customer: Customer,
    /// What the customer wants to be known; may be empty.
    pub notes: String,
    /// How many people come together; 1 to [`PARTY_MAX`].
    pub party_size: u32,
    /// A digest of the body that made it, drawn by the caller: tells a repeat from another wish.
    pub fingerprint: String,
    /// How many mails repeats by anybody have made go out again.
    pub repeat_mails: u32,
    /// Since when its reminders are planned: made, confirmed or moved then. Reminders due before are not sent.
    pub planned_at: DateTime<Utc>,
    /// What became of reminders.
    pub reminded: Vec<Reminded>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Grows by 1 with each change.
    pub version: u64,
    /// Where it stands.
    #[serde(flatten)]
    pub status: Status,
}

impl Reservation {
    /// The time that it keeps others away from.
    #[must_use]
    pub fn occupied(&self) -> Slot {
        self.slot.with(self.buffers)
    }

    /// A copy to change: one version on.
    pub(super) fn next_version(&self, now: DateTime<Utc>) -> Self {
        Self { version: self.version + 1, updated_at: now, ..self.clone() }
    }
}

/// What a member of staff changes about a reservation: `None` stays as it is, `Some(None)` clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReservationChanges {
    /// Another slot: as a reschedule.
    pub slot: Option<Slot>,
    /// Another member of staff.
    pub staff_id: Option<StaffId>,
    /// Another number of people.
    pub party_size: Option<u32>,
    /// Other notes; empty clears them.
    pub notes: Option<String>,
    /// Another name.
    pub name: Option<String>,
    /// Another address, with the contact that follows from it.
    pub email: Option<(Email, ContactId)>,
    /// Another phone.
    #[serde(deserialize_with = "super::definition::present", skip_serializing_if = "Option::is_none")]
    pub phone: Option<Option<Phone>>,
    /// Another status.
    pub status: Option<NewStatus>,
}

/// A status that staff can set by an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewStatus {
    /// See [`Status::Confirmed`].
    Confirmed,
    /// See [`Status::CheckedIn`]; into no queue.
    CheckedIn,
    /// See [`Status::Completed`].
    Completed,
    /// See [`Status::NoShow`].
    NoShow,
    /// See [`Status::Cancelled`].
    Cancelled,
}

/// How a caller names a reservation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Named {
    /// By its id; only staff may.
    Id {
        /// The id.
        id: ReservationId,
    },
    /// By its number, which proves it together with the address that it was booked with. Staff need no address.
    Number {
        /// The number.
        number: ReservationNumber,
        /// The address.
        email: Option<Email>,
    },
}
