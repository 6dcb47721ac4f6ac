//! What history keeps of what has happened at a desk: ids, words and figures, nothing of what people wrote. Each fact about a
//! ticket says which terms its clocks follow from then on, so that the clocks can be computed anew from the facts alone.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::event::{Change, EscalationCause, Event};
use super::state::DeskState;
use super::ticket::Ticket;
use crate::domain::ids::{BusinessCalendarId, PolicyId};
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;

/// Kind of the fact that a policy was made, changed or deleted.
pub const POLICY_CHANGED: &str = "sla_policy.changed";
/// Kind of the fact that a business calendar was made, changed or deleted.
pub const CALENDAR_CHANGED: &str = "business_calendar.changed";

/// Where a ticket stood after a fact, and which terms its clocks followed from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Its number.
    pub number: String,
    /// Its status.
    pub status: TicketStatus,
    /// Its priority.
    pub priority: TicketPriority,
    /// Its policy.
    pub policy: Option<PolicyId>,
    /// Which version of it.
    pub policy_version: Option<u64>,
    /// The calendar of that.
    pub calendar: Option<BusinessCalendarId>,
    /// Which version of it.
    pub calendar_version: Option<u64>,
}

impl Standing {
    fn of(state: &DeskState, ticket: &Ticket) -> Self {
        let policy = ticket.policy_id.as_ref().and_then(|id| state.policy(id));
        let calendar = policy.and_then(|policy| state.calendar(&policy.terms.draft().calendar_id));
        Self {
            number: ticket.number.to_string(),
            status: ticket.status,
            priority: ticket.priority,
            policy: policy.map(|policy| policy.id.clone()),
            policy_version: policy.map(|policy| policy.version),
            calendar: calendar.map(|calendar| calendar.id.clone()),
            calendar_version: calendar.map(|calendar| calendar.version),
        }
    }
}

/// What history keeps of an event: its kind and what it says; `state` is the one after it.
#[must_use]
pub fn fact_of(state: &DeskState, event: &Event) -> (&'static str, Value) {
    match event {
        Event::TicketChanged { change, ticket, .. } => {
            let (kind, mut data) = about(change);
            if let Some(assigned) = change.assigned() {
                data["assigned"] = json!(assigned);
            }
            if let Change::Escalated { .. } = &**change {
                data["level"] = json!(ticket.escalation_level);
            }
            (kind, with_standing(data, &Standing::of(state, ticket)))
        }
        Event::PolicyChanged { policy, .. } => (
            POLICY_CHANGED,
            json!({ "policy": policy.id, "version": policy.version, "deleted": policy.deleted_at.is_some(),
                "terms": policy.terms }),
        ),
        Event::CalendarChanged { calendar, .. } => (
            CALENDAR_CHANGED,
            json!({ "calendar": calendar.id, "version": calendar.version, "deleted": calendar.deleted_at.is_some(),
                "terms": calendar.terms }),
        ),
        Event::CannedChanged { canned, .. } => {
            ("canned_response.changed", json!({ "canned": canned.id, "version": canned.version }))
        }
        Event::TeamChanged { team, .. } => {
            let is_deleted = team.deleted_at.is_some();
            ("team.changed", json!({ "team": team.id, "version": team.version, "deleted": is_deleted }))
        }
    }
}

fn with_standing(data: Value, standing: &Standing) -> Value {
    let mut fields = match data {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    if let Ok(Value::Object(standing)) = serde_json::to_value(standing) {
        fields.extend(standing);
    }
    Value::Object(fields)
}

fn about(change: &Change) -> (&'static str, Value) {
    match change {
        Change::Opened { message, .. } => {
            ("ticket.created", json!({ "message": message.as_ref().map(|message| &message.id) }))
        }
        Change::Updated { status_before, priority_before, assignee_before, .. } => (
            "ticket.updated",
            json!({ "statusBefore": status_before, "priorityBefore": priority_before,
                "assigneeChanged": assignee_before.is_some() }),
        ),
        Change::Replied { message, status_before } => {
            ("ticket.replied", json!({ "message": message.id, "statusBefore": status_before }))
        }
        Change::CustomerWrote { message, status_before } => {
            ("ticket.customer_message", json!({ "message": message.id, "statusBefore": status_before }))
        }
        Change::Commented { comment } => ("ticket.commented", json!({ "comment": comment.id })),
        Change::Escalated { level_before, cause, .. } => match cause {
            EscalationCause::ByHand { .. } => ("ticket.escalated", json!({ "levelBefore": level_before })),
            EscalationCause::ByPolicy { firing } => {
                ("ticket.escalated", json!({ "levelBefore": level_before, "firing": firing }))
            }
        },
        Change::Warned { firing, .. } => ("sla_warning", json!({ "firing": firing })),
        // The word that the contract promises for the contact's timeline.
        Change::Breached { firing, .. } => ("sla_breach", json!({ "firing": firing })),
        Change::Rematched { policy_before } => ("ticket.sla_rematched", json!({ "policyBefore": policy_before })),
        Change::MergedInto { into } => ("ticket.merged", json!({ "into": into })),
        Change::Absorbed { other } => ("ticket.absorbed", json!({ "other": other })),
        Change::Unfollowed { other } => ("ticket.unfollowed", json!({ "other": other })),
        Change::Rated => ("ticket.rated", json!({})),
        Change::Deleted => ("ticket.deleted", json!({})),
    }
}
