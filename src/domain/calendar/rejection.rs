//! Why a calendar says no. Each is a sentence for a person and a code for a program; nothing has changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::slots::{OfferedSlot, Refusal};
use crate::domain::invalid::Invalid;

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Rejection {
    /// No such definition (never made, or deleted; for the public also one that is not active).
    #[error("There is no such service.")]
    DefinitionNotFound,
    /// No such member of staff.
    #[error("There is no such member of staff.")]
    StaffNotFound,
    /// No such template of messages.
    #[error("There is no such template.")]
    TemplateNotFound,
    /// No such reservation, or what was shown does not prove it.
    #[error("There is no such reservation.")]
    ReservationNotFound,
    /// The caller may not do this at all.
    #[error("Only a member of staff can do this.")]
    StaffOnly,
    /// The id is taken.
    #[error("The id {id} is taken.")]
    AlreadyExists {
        /// Which id.
        id: String,
    },
    /// The number that was drawn is taken: draw another one and ask again.
    #[error("The number that was drawn is taken.")]
    NumberTaken,
    /// `If-Match` names another version.
    #[error("It has been changed since: it is at version {actual} now.")]
    VersionMismatch {
        /// The version now.
        actual: u64,
    },
    /// The slot would be right, but somebody else has it.
    #[error("This time is taken.")]
    SlotTaken {
        /// Which rules say so.
        refusals: Vec<Refusal>,
        /// The nearest free ones, at most three.
        nearest: Vec<OfferedSlot>,
    },
    /// The slot is not offered, taken or not.
    #[error("This time is not offered.")]
    SlotNotOffered {
        /// Which rules say so.
        refusals: Vec<Refusal>,
        /// The nearest free ones, at most three.
        nearest: Vec<OfferedSlot>,
    },
    /// Too close to the start for customers to call off or move it.
    #[error("It is too late to {act} this: that was possible until {until}.")]
    TooLate {
        /// `cancel` or `reschedule`.
        act: LateAct,
        /// Until when it was possible.
        until: DateTime<Utc>,
    },
    /// The act does not fit the status.
    #[error("This is not possible: the reservation is {state}.")]
    WrongState {
        /// The word of the status that it is in.
        state: String,
    },
    /// Whoever is expected may still come.
    #[error("The grace period is not over yet.")]
    GracePeriod {
        /// From when on it works.
        retry_at: DateTime<Utc>,
    },
    /// The appointment is on another day.
    #[error("It is too early for that: the appointment is on a later day.")]
    TooEarly {
        /// From when on it works.
        retry_at: DateTime<Utc>,
    },
    /// Only a supervisor may overrule what it is too early for.
    #[error("Only a supervisor can overrule that it is too early.")]
    OverrideForbidden,
    /// The appointment has begun.
    #[error("This is not possible any more: the appointment was at {start}.")]
    Begun {
        /// When.
        start: DateTime<Utc>,
    },
    /// Too many slots are kept for others.
    #[error("Too many times are being kept for others at the moment.")]
    TooManyHolds {
        /// When the next one is over.
        retry_at: DateTime<Utc>,
    },
    /// Too many wait for this definition.
    #[error("The waiting list is full: {limit} wait.")]
    WaitlistFull {
        /// How many may.
        limit: usize,
    },
    /// There is no room to hold more of the kind.
    #[error("There are as many as there may be: {limit}.")]
    TooMany {
        /// How many there may be.
        limit: usize,
    },
    /// A value is wrong.
    #[error("{0}")]
    Invalid(Invalid),
}

/// What it is too late for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LateAct {
    /// Calling off.
    Cancel,
    /// Moving.
    Reschedule,
}

impl std::fmt::Display for LateAct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Cancel => "cancel",
            Self::Reschedule => "reschedule",
        })
    }
}

impl Rejection {
    /// A word for programs; also the `code` of the problem that a client sees.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DefinitionNotFound => "definition_not_found",
            Self::StaffNotFound => "staff_not_found",
            Self::TemplateNotFound => "template_not_found",
            Self::ReservationNotFound => "reservation_not_found",
            Self::StaffOnly => "staff_only",
            Self::AlreadyExists { .. } => "already_exists",
            Self::NumberTaken => "number_taken",
            Self::VersionMismatch { .. } => "version_mismatch",
            Self::SlotTaken { .. } => "slot_taken",
            Self::SlotNotOffered { .. } => "slot_not_offered",
            Self::TooLate { act: LateAct::Cancel, .. } => "too_late_to_cancel",
            Self::TooLate { act: LateAct::Reschedule, .. } => "too_late_to_reschedule",
            Self::WrongState { .. } => "wrong_state",
            Self::GracePeriod { .. } => "grace_period",
            Self::TooEarly { .. } => "too_early",
            Self::OverrideForbidden => "override_forbidden",
            Self::Begun { .. } => "already_begun",
            Self::TooManyHolds { .. } => "too_many_holds",
            Self::WaitlistFull { .. } => "waitlist_full",
            Self::TooMany { .. } => "too_many",
            Self::Invalid(_) => "invalid",
        }
    }
}
