//! What has happened at a desk. `apply` needs nothing else to follow it, and messages and rows are derived from it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::calendar_terms::CalendarTerms;
use super::canned::CannedResponse;
use super::configured::Configured;
use super::team::{Assigned, Team};
use super::thread::{Comment, TicketMessage};
use super::ticket::Ticket;
use crate::domain::address::Email;
use crate::domain::calendar::Edit;
use crate::domain::ids::{BusinessCalendarId, PolicyId, TicketId};
use crate::domain::sla::{Firing, SlaPolicy};
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;

/// A policy of an org.
pub type Policy = Configured<PolicyId, SlaPolicy>;
/// A business calendar of an org.
pub type OrgCalendar = Configured<BusinessCalendarId, CalendarTerms>;

/// A fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// A ticket was opened or changed: as it is afterwards.
    TicketChanged {
        /// What happened.
        change: Box<Change>,
        /// As it is afterwards.
        ticket: Arc<Ticket>,
        /// When it became true; for what time decided the due moment, however late it was noticed.
        at: DateTime<Utc>,
        /// Who did it; `None`: the customer or time.
        by: Option<String>,
    },
    /// A policy was made, changed or deleted.
    PolicyChanged {
        /// Which of these.
        edit: Edit,
        /// As it is now.
        policy: Arc<Policy>,
        /// Who did it.
        by: Option<String>,
    },
    /// A business calendar was made, changed or deleted.
    CalendarChanged {
        /// Which of these.
        edit: Edit,
        /// As it is now.
        calendar: Arc<OrgCalendar>,
        /// Who did it.
        by: Option<String>,
    },
    /// A canned response was made, changed or deleted.
    CannedChanged {
        /// Which of these.
        edit: Edit,
        /// As it is now.
        canned: Arc<CannedResponse>,
        /// Who did it.
        by: Option<String>,
    },
    /// A team was made, changed or deleted. A turn in it is told by the ticket that was assigned.
    TeamChanged {
        /// Which of these.
        edit: Edit,
        /// As it is now.
        team: Arc<Team>,
        /// Who did it.
        by: Option<String>,
    },
}

/// What happened to a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Change {
    /// Opened.
    Opened {
        /// What it says.
        description: String,
        /// The mail that it came by, as the first message.
        message: Option<Box<TicketMessage>>,
        /// Whether its customer is told that it has come in: what the public causes is bounded.
        acknowledged: bool,
        /// By which rule it was given to who works on it; `None`: by none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assigned: Option<Assigned>,
    },
    /// Something about it is different.
    Updated {
        /// What it says from now on, where that has changed.
        description: Option<String>,
        /// Whether its subject has changed.
        subject_changed: bool,
        /// The status before, where that has changed.
        status_before: Option<TicketStatus>,
        /// The urgency before, where that has changed.
        priority_before: Option<TicketPriority>,
        /// Who worked on it before, where that has changed.
        #[serde(default, deserialize_with = "super::cleared::present", skip_serializing_if = "Option::is_none")]
        assignee_before: Option<Option<String>>,
        /// By which rule it was given to who works on it now; `None`: by none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assigned: Option<Assigned>,
    },
    /// An agent wrote to the customer.
    Replied {
        /// What.
        message: Box<TicketMessage>,
        /// The status before, where the reply changed it.
        status_before: Option<TicketStatus>,
    },
    /// The customer wrote.
    CustomerWrote {
        /// What.
        message: Box<TicketMessage>,
        /// The status before, where the message changed it.
        status_before: Option<TicketStatus>,
    },
    /// Somebody of the staff side wrote a comment.
    Commented {
        /// What.
        comment: Box<Comment>,
    },
    /// Escalated, by hand or by the policy.
    Escalated {
        /// The level before.
        level_before: u8,
        /// Why; for one by the policy which clock, and when it was due.
        cause: EscalationCause,
        /// Who is told: e-mail addresses.
        told: Vec<Email>,
    },
    /// A warning of a clock was due.
    Warned {
        /// Which.
        firing: Firing,
        /// Who is told: e-mail addresses.
        told: Vec<Email>,
    },
    /// A clock ran out.
    Breached {
        /// Which.
        firing: Firing,
        /// Who is told: e-mail addresses.
        told: Vec<Email>,
    },
    /// Other terms hold for its clocks: another policy or calendar, or another version of one.
    Rematched {
        /// The policy before.
        policy_before: Option<PolicyId>,
    },
    /// It went into another ticket.
    MergedInto {
        /// Which.
        into: TicketId,
    },
    /// Another ticket went into it.
    Absorbed {
        /// Which.
        other: TicketId,
    },
    /// A ticket that had gone into it was deleted: who followed it by way of that follows it no more.
    Unfollowed {
        /// Which.
        other: TicketId,
    },
    /// The customer said how good the help was.
    Rated,
    /// Gone from all lists.
    Deleted,
}

/// Why a ticket was escalated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum EscalationCause {
    /// Somebody asked for it.
    ByHand {
        /// Why.
        reason: String,
    },
    /// The policy's chain.
    ByPolicy {
        /// Which level of which clock, and when it was due.
        firing: Firing,
    },
}

impl Event {
    /// When it became true.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::TicketChanged { at, .. } => *at,
            Self::PolicyChanged { policy, .. } => policy.updated_at,
            Self::CalendarChanged { calendar, .. } => calendar.updated_at,
            Self::CannedChanged { canned, .. } => canned.updated_at,
            Self::TeamChanged { team, .. } => team.updated_at,
        }
    }
}

impl Change {
    /// By which rule the ticket was given to who works on it since; `None`: by none.
    #[must_use]
    pub fn assigned(&self) -> Option<&Assigned> {
        match self {
            Self::Opened { assigned, .. } | Self::Updated { assigned, .. } => assigned.as_ref(),
            Self::Replied { .. }
            | Self::CustomerWrote { .. }
            | Self::Commented { .. }
            | Self::Escalated { .. }
            | Self::Warned { .. }
            | Self::Breached { .. }
            | Self::Rematched { .. }
            | Self::MergedInto { .. }
            | Self::Absorbed { .. }
            | Self::Unfollowed { .. }
            | Self::Rated
            | Self::Deleted => None,
        }
    }
}
