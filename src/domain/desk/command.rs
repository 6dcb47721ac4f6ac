//! What can be asked of a desk. Ids, tokens and secrets are drawn by the caller: the domain draws nothing.

use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::calendar_terms::CalendarTerms;
use super::canned::CannedTerms;
use super::configuring::{CalendarChanges, PolicyChanges};
use super::team::{TeamChanges, TeamTerms};
use super::thread::{CommentDraft, MessageDraft};
use super::ticket::{Requester, Ticket, TicketChannel, TicketKey};
use crate::domain::address::Email;
use crate::domain::ids::{BusinessCalendarId, CannedResponseId, CommentId, PolicyId, StaffId, TeamId, TicketId};
use crate::domain::party::Party;
use crate::domain::sla::SlaPolicy;
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;

/// Most tickets of one bulk update.
pub const BULK_MAX: usize = 500;
/// Most who are told of one escalation.
pub const NOTIFY_MAX: usize = 20;

/// An act, who asks for it, and what it needs that the desk does not know itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// Who asks.
    pub by: Party,
    /// What for.
    pub act: Act,
    /// Tickets from history that the act is about, for when memory no longer has them. Memory knows better where it has one.
    pub past: Vec<Arc<Ticket>>,
    /// The people who can be given work, as the org's calendar shows them.
    pub agents: Agents,
}

/// Who can be given work and told of it, by id; also who could once, and works no more.
pub type Agents = OrdMap<StaffId, Agent>;

/// One who can be given work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    /// Name.
    pub name: String,
    /// Where to write to.
    pub email: Option<Email>,
    /// Whether they work at present.
    pub active: bool,
}

/// A ticket to be opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketDraft {
    /// The id that it will have.
    pub id: TicketId,
    /// The secret that the links in its mails will have.
    pub token: String,
    /// What it is about.
    pub subject: String,
    /// What it says; may be empty.
    pub description: String,
    /// Who asks.
    pub requester: Requester,
    /// How urgent it is.
    pub priority: TicketPriority,
    /// Who is to work on it.
    pub assignee_id: Option<String>,
    /// Which team.
    pub team: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// How it came in.
    pub channel: TicketChannel,
    /// The mail that it came by, with the files that came with it; `None`: by no mail.
    pub mail: Option<MessageDraft>,
}

/// What only the caller can draw for the ticket in which the conversation of a closed one goes on; the rest follows from the
/// closed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Successor {
    /// The id that it will have.
    pub id: TicketId,
    /// The secret that the links in its mails will have.
    pub token: String,
}

/// What is changed about a ticket: `None` stays as it is, `Some(None)` clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TicketChanges {
    /// Another subject.
    pub subject: Option<String>,
    /// Another description; empty clears it.
    pub description: Option<String>,
    /// Another status.
    pub status: Option<TicketStatus>,
    /// Another urgency.
    pub priority: Option<TicketPriority>,
    /// Another person.
    #[serde(deserialize_with = "super::cleared::present", skip_serializing_if = "Option::is_none")]
    pub assignee_id: Option<Option<String>>,
    /// Another team.
    #[serde(deserialize_with = "super::cleared::present", skip_serializing_if = "Option::is_none")]
    pub team: Option<Option<String>>,
    /// Other tags, all of them.
    pub tags: Option<Vec<String>>,
    /// Tags more.
    pub add_tags: Vec<String>,
    /// Tags less.
    pub remove_tags: Vec<String>,
}

/// A mail from outside, already read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedMail {
    /// The ticket that its threading headers or its subject name, if any, and if its sender takes part in it.
    pub answers: Option<TicketKey>,
    /// The ticket that it opens when it answers none, or when that one is closed: `mail` is there.
    pub draft: Box<TicketDraft>,
    /// Whether its sender wants no receipt.
    pub wants_no_receipt: bool,
}

/// An escalation by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EscalationDraft {
    /// To which level; `None`: the next one.
    pub level: Option<u8>,
    /// Why.
    pub reason: String,
    /// Who works on it from now on; `None`: who does.
    pub assignee_id: Option<String>,
    /// Who is told.
    pub notify: Vec<String>,
    /// The id of the comment that says why.
    pub comment: CommentId,
}

/// What can be asked of a desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[expect(missing_docs, reason = "the fields say by name what they are; what is special about one stands at its act")]
pub enum Act {
    /// Open a ticket.
    Create(Box<TicketDraft>),
    /// A mail has come: it goes into its ticket, or opens one.
    Receive(Box<ReceivedMail>),
    /// Change a ticket; staff side only.
    Update { ticket: TicketKey, changes: Box<TicketChanges>, expected_version: Option<u64> },
    /// Write to the other side: an agent to the customer, or the customer (who shows the token, or is signed in) to the desk.
    /// `status`: what it stands at afterwards, staff side only. `as_customer`: the caller is the customer. `successor`: the id
    /// and the secret of the ticket that a customer's message opens when this one is closed.
    Reply {
        ticket: TicketKey,
        message: Box<MessageDraft>,
        status: Option<TicketStatus>,
        as_customer: bool,
        successor: Option<Box<Successor>>,
    },
    /// Write a comment; staff side only.
    Comment { ticket: TicketKey, comment: Box<CommentDraft> },
    /// Escalate by hand; staff side only.
    Escalate { ticket: TicketKey, escalation: Box<EscalationDraft> },
    /// Put a ticket into another one: its conversation goes on there; staff side only.
    Merge { ticket: TicketKey, into: TicketKey, expected_version: Option<u64> },
    /// Delete a ticket; supervisors only.
    Delete { ticket: TicketKey, expected_version: Option<u64> },
    /// Change many; each alone, a bad one stops none; staff side only.
    BulkUpdate { tickets: Vec<TicketKey>, changes: Box<TicketChanges>, comment: Option<Box<BulkComment>> },
    /// Match the policy and compute the clocks anew; staff side only.
    CalculateSla { ticket: TicketKey },
    /// Say how good the help was; who shows the token.
    Rate { ticket: TicketKey, score: u8, comment: Option<String> },
    /// Make a policy.
    CreatePolicy { id: PolicyId, terms: Box<SlaPolicy> },
    /// Change a policy.
    UpdatePolicy { id: PolicyId, changes: Box<PolicyChanges>, expected_version: Option<u64> },
    /// Delete a policy; tickets under it are matched anew.
    DeletePolicy { id: PolicyId, expected_version: Option<u64> },
    /// Make a business calendar.
    CreateCalendar { id: BusinessCalendarId, terms: Box<CalendarTerms> },
    /// Change a business calendar.
    UpdateCalendar { id: BusinessCalendarId, changes: Box<CalendarChanges>, expected_version: Option<u64> },
    /// Delete a business calendar; one that a policy names stays.
    DeleteCalendar { id: BusinessCalendarId, expected_version: Option<u64> },
    /// Make a canned response.
    CreateCanned { id: CannedResponseId, terms: Box<CannedTerms> },
    /// Change a canned response: the fields of its wire form that are different, `null` clears.
    UpdateCanned { id: CannedResponseId, patch: Map<String, Value>, expected_version: Option<u64> },
    /// Delete a canned response.
    DeleteCanned { id: CannedResponseId, expected_version: Option<u64> },
    /// Make a team; nobody has had a turn in it.
    CreateTeam { id: TeamId, terms: Box<TeamTerms> },
    /// Change a team.
    UpdateTeam { id: TeamId, changes: Box<TeamChanges>, expected_version: Option<u64> },
    /// Delete a team; tickets go on naming it, which means no rule then.
    DeleteTeam { id: TeamId, expected_version: Option<u64> },
    /// Do what is due.
    Tick,
}

/// The comment of a bulk update; each ticket gets one of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkComment {
    /// What it says.
    pub body: String,
    /// The ids that the comments will have, one for each ticket, in order.
    pub ids: Vec<CommentId>,
}
