//! One ticket in a list.

use serde::Serialize;

use super::clock::ClockWords;
use super::spoken;
use crate::domain::desk::{DeskState, Ticket};
use crate::domain::ids::TicketId;
use crate::domain::ticket_priority::TicketPriority;
use crate::pages::console::Viewer;

/// One ticket in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    id: String,
    number: String,
    version: u64,
    subject: String,
    contact: String,
    status: &'static str,
    status_words: String,
    priority: String,
    is_weighty: bool,
    assignee: Option<String>,
    level: u8,
    clock: ClockWords,
    address: String,
    is_chosen: bool,
}

impl Row {
    /// The ticket as it stands; `query` narrows the list that its page shows beside it.
    #[must_use]
    pub fn new(ticket: &Ticket, desk: &DeskState, viewer: &Viewer, query: &str, chosen: Option<&TicketId>) -> Self {
        let clocks = ticket.clocks.reports(desk.terms_of(ticket), viewer.now);
        let requester = &ticket.requester;
        let email = requester.email.as_ref().map(|email| email.as_str().to_owned());
        let contact = Some(requester.name.to_string()).filter(|name| !name.is_empty()).or(email);
        Self {
            id: ticket.id.to_string(),
            number: ticket.number.to_string(),
            version: ticket.version,
            subject: ticket.subject.to_string(),
            contact: contact.unwrap_or_else(|| "No name given".to_owned()),
            status: ticket.status.word(),
            status_words: spoken(ticket.status.word()),
            priority: spoken(ticket.priority.word()),
            is_weighty: ticket.priority >= TicketPriority::High,
            assignee: ticket.assignee_id.as_deref().map(|id| viewer.people.name(id)),
            level: ticket.escalation_level,
            clock: ClockWords::worst(&clocks, ticket.is_live(), viewer.zone, viewer.now),
            address: address(ticket, query),
            is_chosen: chosen == Some(&ticket.id),
        }
    }
}

/// The address of a ticket's page, beside a list that is narrowed so.
#[must_use]
pub fn address(ticket: &Ticket, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/desk/{}{mark}{query}", ticket.number)
}

#[cfg(test)]
impl Row {
    /// A row of each kind.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let row = |index: u64, tone, icon, words: &str| Self {
            id: format!("ticket-{index}"),
            number: format!("T-00410{index}"),
            version: index,
            subject: "Wrong <lenses> in both pairs".to_owned(),
            contact: "Amélie Rousseau-Vandenbroucke".to_owned(),
            status: "in-progress",
            status_words: "In progress".to_owned(),
            priority: "High".to_owned(),
            is_weighty: index.is_multiple_of(2),
            assignee: index.is_multiple_of(2).then(|| "You".to_owned()),
            level: 1,
            clock: ClockWords {
                tone,
                icon,
                words: words.to_owned(),
                metric: "resolution",
                due_at: (tone == "breach").then(|| "2026-05-15T09:15:00.000Z".to_owned()),
                target_seconds: 28_800,
            },
            address: format!("/desk/T-00410{index}?assignee=me"),
            is_chosen: index == 0,
        };
        vec![
            row(0, "breach", "octagon", "25 min over"),
            row(1, "warn", "triangle", "3:48 left"),
            row(2, "running", "clock", "34:10 left"),
            row(3, "paused", "pause", "Paused, 45 min left"),
            row(4, "met", "check", "Met with 2 h 5 min to spare"),
            row(5, "none", "minus", "No deadline"),
        ]
    }
}
