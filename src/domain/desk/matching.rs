//! Which policy holds for a ticket, and what it means for its clocks.

use std::sync::Arc;

use imbl::OrdMap;

use super::event::{OrgCalendar, Policy};
use super::state::DeskState;
use super::ticket::Ticket;
use crate::domain::address::Email;
use crate::domain::ids::BusinessCalendarId;
use crate::domain::sla::{Terms, TicketView};
use crate::domain::ticket_priority::TicketPriority;

/// What a policy means at each priority.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PolicyTerms([Arc<Terms>; TicketPriority::ALL.len()]);

impl PolicyTerms {
    /// What it means with the calendar that it names. Without one no time counts: the rules let no policy come to that.
    pub fn of(policy: &Policy, calendars: &OrdMap<BusinessCalendarId, Arc<OrgCalendar>>) -> Self {
        let calendar = calendars.get(&policy.terms.draft().calendar_id).map(|one| Arc::clone(&one.terms.hours));
        Self(TicketPriority::ALL.map(|priority| {
            let terms = calendar.clone().map(|calendar| policy.terms.terms(priority, calendar));
            Arc::new(terms.unwrap_or_else(Terms::none))
        }))
    }

    /// What it means at a priority.
    pub fn at(&self, priority: TicketPriority) -> &Arc<Terms> {
        let [low, normal, high, urgent] = &self.0;
        match priority {
            TicketPriority::Low => low,
            TicketPriority::Normal => normal,
            TicketPriority::High => high,
            TicketPriority::Urgent => urgent,
        }
    }
}

/// Those that are not deleted, in the order in which they are tried.
pub(super) fn in_order<'a>(policies: impl Iterator<Item = &'a Arc<Policy>>) -> Arc<[Arc<Policy>]> {
    let mut policies: Vec<Arc<Policy>> = policies.filter(|policy| policy.deleted_at.is_none()).cloned().collect();
    policies.sort_by(|one, other| one.terms.place().cmp(&other.terms.place()));
    policies.into()
}

impl DeskState {
    /// The first policy that is for a ticket. One whose condition cannot be told is not.
    #[must_use]
    pub fn matching_policy(&self, ticket: &Ticket) -> Option<&Arc<Policy>> {
        if self.order.is_empty() {
            return None;
        }
        let number = ticket.number.to_string();
        let name = Some(&*ticket.requester.name).filter(|name| !name.is_empty());
        let view = TicketView {
            number: &number,
            priority: ticket.priority,
            status: ticket.status,
            tags: &ticket.tags,
            channel: ticket.channel.word(),
            subject: &ticket.subject,
            team: ticket.team.as_deref(),
            assignee_id: ticket.assignee_id.as_deref(),
            contact_id: Some(ticket.requester.contact_id.as_str()),
            contact_email: ticket.requester.email.as_ref().map(Email::as_str),
            contact_name: name,
            contact_phone: None,
        };
        self.order.iter().find(|policy| policy.terms.matches(&view).unwrap_or(false))
    }
}
