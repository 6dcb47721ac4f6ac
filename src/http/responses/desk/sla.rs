//! How the promises of a ticket stand.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::desk::{DeskState, Ticket};
use crate::domain::sla::{ClockReport, Clocks, NextEscalation, Terms, TraceEntry};

/// How the promises of a ticket stand.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlaStatusView {
    ticket_id: String,
    #[schema(example = "T-000123")]
    number: String,
    /// The policy; null: none fits.
    policy_id: Option<String>,
    /// The calendar that the policy names.
    calendar_id: Option<String>,
    /// The moment that it was computed for.
    as_of: DateTime<Utc>,
    /// The clocks, one each cycle.
    #[schema(value_type = Vec<Object>)]
    clocks: Vec<ClockReport>,
    /// The next step of the chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    next_escalation: Option<NextEscalation>,
    /// Why: every start, pause, resume and stretch of open time, with `?trace=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    trace: Option<Vec<TraceEntry>>,
}

/// Which terms clocks are shown by.
#[derive(Clone, Debug)]
pub struct ShownTerms {
    /// What holds.
    pub terms: Terms,
    /// The policy.
    pub policy_id: Option<String>,
    /// The calendar.
    pub calendar_id: Option<String>,
}

impl ShownTerms {
    /// What holds for a ticket at present.
    #[must_use]
    pub fn of(desk: &DeskState, ticket: &Ticket) -> Self {
        let policy = ticket.policy_id.as_ref().and_then(|id| desk.policy(id));
        Self {
            terms: Terms::clone(desk.terms_of(ticket)),
            policy_id: ticket.policy_id.as_ref().map(ToString::to_string),
            calendar_id: policy.map(|policy| policy.terms.draft().calendar_id.to_string()),
        }
    }
}

impl SlaStatusView {
    /// The clocks of a ticket, as these terms have them at `at`.
    #[must_use]
    pub fn new(
        ticket: &Ticket,
        clocks: &Clocks,
        shown: ShownTerms,
        at: DateTime<Utc>,
        trace: Option<Vec<TraceEntry>>,
    ) -> Self {
        Self {
            ticket_id: ticket.id.to_string(),
            number: ticket.number.to_string(),
            policy_id: shown.policy_id,
            calendar_id: shown.calendar_id,
            as_of: at,
            clocks: clocks.reports(&shown.terms, at),
            next_escalation: clocks.next_escalation(&shown.terms),
            trace,
        }
    }
}
