//! Why a queue says no. Each is a sentence for a person and a code for a program; nothing has changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::EntryId;
use crate::domain::invalid::Invalid;

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Rejection {
    /// No such service point (never made, or deleted).
    #[error("There is no such service point.")]
    PointNotFound,
    /// No such entry at this point, or the token shown is not its own.
    #[error("There is no such entry.")]
    EntryNotFound,
    /// The id is taken.
    #[error("A service point with this id exists already.")]
    PointExists,
    /// The id of the entry is taken.
    #[error("An entry with this id exists already.")]
    EntryExists,
    /// `If-Match` names another version.
    #[error("The service point has been changed since: it is at version {actual} now.")]
    VersionMismatch {
        /// The version now.
        actual: u64,
    },
    /// As many wait as may wait.
    #[error("The line is full: {waiting} of at most {max_waiting} wait.")]
    QueueFull {
        /// How many wait.
        waiting: u32,
        /// How many may.
        max_waiting: u32,
    },
    /// A clerk has paused it.
    #[error("The service point takes nobody at the moment.")]
    QueuePaused {
        /// When it opens again by itself, where that was said.
        reopens_at: Option<DateTime<Utc>>,
    },
    /// Closed by a clerk, or out of hours.
    #[error("The service point is closed.")]
    QueueClosed {
        /// When it opens next, where the hours tell.
        opens_at: Option<DateTime<Utc>>,
    },
    /// Nobody waits.
    #[error("Nobody is waiting.")]
    NobodyWaiting,
    /// All places at the counters are taken.
    #[error("All {capacity} places at the counters are taken.")]
    AtCapacity {
        /// How many there are.
        capacity: u32,
    },
    /// The point wants a check-in first.
    #[error("This service point wants a check-in before the service starts.")]
    CheckInRequired,
    /// The grace period is not over.
    #[error("The grace period is not over yet.")]
    GracePeriod {
        /// From when on it works.
        retry_at: DateTime<Utc>,
    },
    /// Only a supervisor may overrule the grace period.
    #[error("Only a supervisor can overrule the grace period.")]
    OverrideForbidden,
    /// The act does not fit the state.
    #[error("This is not possible: the entry is {state}.")]
    WrongState {
        /// The word of the state that it is in.
        state: String,
    },
    /// Nothing to take back: too late, somebody else's act, or something followed it.
    #[error("{reason}")]
    NothingToUndo {
        /// Which of these.
        reason: String,
    },
    /// The transfer's target is the source.
    #[error("The entry is at this service point already.")]
    SamePoint,
    /// The same person waits at the target of a transfer.
    #[error("The same person is in that line already.")]
    AlreadyInLine {
        /// The entry there.
        entry: EntryId,
    },
    /// The other point refused the transfer; the visit is back in its place.
    #[error("The other service point refused: {reason}")]
    TransferRefused {
        /// Its sentence.
        reason: String,
        /// Why, where that is still known.
        refusal: Option<Box<Rejection>>,
    },
    /// A value does not fit this point's settings.
    #[error("{0}")]
    Invalid(Invalid),
}

impl Rejection {
    /// A word for programs; also the `code` of the problem that a client sees.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PointNotFound => "service_point_not_found",
            Self::EntryNotFound => "entry_not_found",
            Self::PointExists => "already_exists",
            Self::EntryExists => "already_exists",
            Self::VersionMismatch { .. } => "version_mismatch",
            Self::QueueFull { .. } => "queue_full",
            Self::QueuePaused { .. } => "queue_paused",
            Self::QueueClosed { .. } => "queue_closed",
            Self::NobodyWaiting => "nobody_waiting",
            Self::AtCapacity { .. } => "at_capacity",
            Self::CheckInRequired => "check_in_required",
            Self::GracePeriod { .. } => "grace_period",
            Self::OverrideForbidden => "override_forbidden",
            Self::WrongState { .. } => "wrong_state",
            Self::NothingToUndo { .. } => "nothing_to_undo",
            Self::SamePoint => "same_service_point",
            Self::AlreadyInLine { .. } => "already_in_line",
            Self::TransferRefused { .. } => "transfer_refused",
            Self::Invalid(_) => "invalid",
        }
    }
}
