//! Why a desk says no. Each is a sentence for a person and a code for a program; nothing has changed.

use serde::{Deserialize, Serialize};

use super::ticket::TicketNumber;
use crate::domain::invalid::Invalid;
use crate::domain::ticket_status::TicketStatus;

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Rejection {
    /// No such ticket, or it is not the caller's.
    #[error("There is no such ticket.")]
    TicketNotFound,
    /// No such policy.
    #[error("There is no such SLA policy.")]
    PolicyNotFound,
    /// No such business calendar.
    #[error("There is no such business calendar.")]
    CalendarNotFound,
    /// No such canned response.
    #[error("There is no such canned response.")]
    CannedNotFound,
    /// No such team.
    #[error("There is no such team.")]
    TeamNotFound,
    /// The caller may not do this at all.
    #[error("Only a member of staff can do this.")]
    StaffOnly,
    /// The id is taken.
    #[error("The id {id} is taken.")]
    AlreadyExists {
        /// Which id.
        id: String,
    },
    /// `If-Match` names another version.
    #[error("It has been changed since: it is at version {actual} now.")]
    VersionMismatch {
        /// The version now.
        actual: u64,
    },
    /// A status cannot follow the one that it stands at.
    #[error("A ticket that is {} cannot become {}.", .from.word(), .to.word())]
    IllegalMove {
        /// Where it stands.
        from: TicketStatus,
        /// Where it was to go.
        to: TicketStatus,
    },
    /// The act does not fit the status.
    #[error("This is not possible: the ticket is {state}.")]
    WrongState {
        /// The word of the status that it is in.
        state: String,
    },
    /// It went into another one.
    #[error("This ticket was merged into {into}.")]
    Merged {
        /// The other's number; where memory does not have it, its id.
        into: String,
    },
    /// A ticket cannot go into itself, or into one that is itself over.
    #[error("{number} cannot take another ticket in.")]
    CannotMerge {
        /// The one that it was to go into.
        number: TicketNumber,
    },
    /// There is no room for who would follow the ticket.
    #[error("{number} has as many followers as a ticket may have: {limit}.")]
    FollowersFull {
        /// The one that they were to follow.
        number: TicketNumber,
        /// How many there may be.
        limit: usize,
    },
    /// Its level is this high already.
    #[error("The ticket is at level {level} already.")]
    LevelReached {
        /// The level.
        level: u8,
    },
    /// Policies name it.
    #[error("This is in use: {user} refers to it.")]
    InUse {
        /// The id of one that does.
        user: String,
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

impl Rejection {
    /// A word for programs; also the `code` of the problem that a client sees.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TicketNotFound => "ticket_not_found",
            Self::PolicyNotFound => "sla_policy_not_found",
            Self::CalendarNotFound => "business_calendar_not_found",
            Self::CannedNotFound => "canned_response_not_found",
            Self::TeamNotFound => "team_not_found",
            Self::StaffOnly => "staff_only",
            Self::AlreadyExists { .. } => "already_exists",
            Self::VersionMismatch { .. } => "version_mismatch",
            Self::IllegalMove { .. } => "illegal_move",
            Self::WrongState { .. } => "wrong_state",
            Self::Merged { .. } => "merged",
            Self::CannotMerge { .. } => "cannot_merge",
            Self::FollowersFull { .. } => "too_many",
            Self::LevelReached { .. } => "level_reached",
            Self::InUse { .. } => "in_use",
            Self::TooMany { .. } => "too_many",
            Self::Invalid(_) => "invalid",
        }
    }
}

impl From<Invalid> for Rejection {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}
