//! A ticket at a glance: what a list or a live view of the desk needs of it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::desk::{DeskState, Ticket};
use crate::domain::sla::ClockReport;

/// A ticket at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketGlance {
    /// Its id.
    pub id: String,
    /// Its number.
    #[schema(example = "T-000123")]
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// Who asks.
    pub contact_name: String,
    /// `open`, `in-progress`, `pending`, `resolved` or `closed`.
    pub status: &'static str,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: &'static str,
    /// Who works on it.
    pub assignee_id: Option<String>,
    /// Which team.
    pub team: Option<String>,
    /// How far it was escalated.
    pub escalation_level: u8,
    /// The earliest moment at which a running clock is or was due; null: nothing runs.
    pub due_at: Option<DateTime<Utc>>,
    /// Its clocks, as of this answer: `dueAt` of each is what counts down.
    #[schema(value_type = Vec<Object>)]
    pub clocks: Vec<ClockReport>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Grows by 1 with each change.
    pub version: u64,
}

impl TicketGlance {
    /// The ticket at `now`.
    #[must_use]
    pub fn new(ticket: &Ticket, desk: &DeskState, now: DateTime<Utc>) -> Self {
        let clocks = ticket.clocks.reports(desk.terms_of(ticket), now);
        let due_at = if ticket.is_live() { ticket.clocks.due_at(desk.terms_of(ticket)) } else { None };
        Self {
            id: ticket.id.to_string(),
            number: ticket.number.to_string(),
            subject: ticket.subject.to_string(),
            contact_name: ticket.requester.name.to_string(),
            status: ticket.status.word(),
            priority: ticket.priority.word(),
            assignee_id: ticket.assignee_id.as_deref().map(ToOwned::to_owned),
            team: ticket.team.as_deref().map(ToOwned::to_owned),
            escalation_level: ticket.escalation_level,
            due_at,
            clocks,
            updated_at: ticket.updated_at,
            version: ticket.version,
        }
    }
}
