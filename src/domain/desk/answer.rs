//! What a command meant for who gave it: worked out after the events have been applied, and kept for a repeat of the key.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::canned::CannedResponse;
use super::event::{OrgCalendar, Policy};
use super::rejection::Rejection;
use super::thread::{Comment, TicketMessage};
use super::ticket::{Ticket, TicketKey};
use crate::domain::ids::{BusinessCalendarId, CannedResponseId, PolicyId, TicketId};

/// What a command meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Answer {
    /// The ticket as it is now.
    Ticket {
        /// As it is now.
        ticket: Arc<Ticket>,
        /// Whether it was opened by this command.
        created: bool,
    },
    /// A message was taken.
    Said {
        /// The message.
        message: Arc<TicketMessage>,
        /// The ticket that took it: another one than was named, where that one is closed.
        ticket: Arc<Ticket>,
        /// Whether that ticket was opened for it.
        created: bool,
    },
    /// A comment was taken.
    Commented {
        /// The comment.
        comment: Arc<Comment>,
        /// Its ticket as it is now.
        ticket: Arc<Ticket>,
    },
    /// The ticket is gone.
    TicketDeleted {
        /// Which.
        id: TicketId,
    },
    /// What became of each ticket of a bulk update, in the order asked.
    Bulk {
        /// One for each.
        results: Vec<BulkResult>,
    },
    /// The policy as it is now.
    Policy {
        /// As it is now.
        policy: Arc<Policy>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The policy is gone.
    PolicyDeleted {
        /// Which.
        id: PolicyId,
    },
    /// The business calendar as it is now.
    Calendar {
        /// As it is now.
        calendar: Arc<OrgCalendar>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The business calendar is gone.
    CalendarDeleted {
        /// Which.
        id: BusinessCalendarId,
    },
    /// The canned response as it is now.
    Canned {
        /// As it is now.
        canned: Arc<CannedResponse>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The canned response is gone.
    CannedDeleted {
        /// Which.
        id: CannedResponseId,
    },
    /// Nothing to tell (time passed).
    Done,
}

/// What became of one ticket of a bulk update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkResult {
    /// How it was named.
    pub key: TicketKey,
    /// The ticket as it is now, or why it was not changed.
    pub outcome: Result<Arc<Ticket>, Rejection>,
}
