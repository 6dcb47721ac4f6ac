//! From what has happened at a desk to what has to be written: after-images of rows, and facts without personal data. Each
//! fact says which terms the clocks follow from then on, so that they can be computed anew from the facts alone.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::domain::calendar::Edit;
use crate::domain::contact::Contact;
use crate::domain::desk::{Change as Happening, DeskState, EscalationCause, Event, Ticket};
use crate::store::{Change, ConfigurationImage, EventImage, Existence, TicketImage};

/// What `events` change, given the state after them.
pub(super) fn change_of(state: &DeskState, events: &[Event]) -> Change {
    let mut change = Change::default();
    for event in events {
        match event {
            Event::TicketChanged { change: happening, ticket, at, by } => {
                record(&mut change, state, happening, ticket, *at, by.as_deref());
            }
            Event::PolicyChanged { edit, policy, by } => {
                let data = json!({ "policy": policy.id, "version": policy.version, "terms": policy.terms,
                    "deleted": policy.deleted_at.is_some() });
                change.events.push(about_nobody(event.at(), "sla_policy.changed", by.as_deref(), data));
                change.desk_configuration.push((ConfigurationImage::Policy(Arc::clone(policy)), existence(*edit)));
            }
            Event::CalendarChanged { edit, calendar, by } => {
                let data = json!({ "calendar": calendar.id, "version": calendar.version, "terms": calendar.terms,
                    "deleted": calendar.deleted_at.is_some() });
                change.events.push(about_nobody(event.at(), "business_calendar.changed", by.as_deref(), data));
                change.desk_configuration.push((ConfigurationImage::Calendar(Arc::clone(calendar)), existence(*edit)));
            }
            Event::CannedChanged { edit, canned, by } => {
                let data = json!({ "canned": canned.id, "version": canned.version });
                change.events.push(about_nobody(event.at(), "canned_response.changed", by.as_deref(), data));
                change.desk_configuration.push((ConfigurationImage::Canned(Arc::clone(canned)), existence(*edit)));
            }
        }
    }
    change
}

fn record(
    change: &mut Change,
    state: &DeskState,
    happening: &Happening,
    ticket: &Arc<Ticket>,
    at: DateTime<Utc>,
    by: Option<&str>,
) {
    change.events.push(about_ticket(state, happening, ticket, at, by));
    let mut image = image_of(state, ticket, at);
    let mut existence = Existence::Known;
    match happening {
        Happening::Opened { description, message, .. } => {
            image.description = Some(Arc::from(description.as_str()));
            existence = Existence::New;
            change.contacts.push((contact_of(ticket), at));
            change.ticket_messages.extend(message.as_deref().map(|message| Arc::new(message.clone())));
        }
        Happening::Updated { description, subject_changed, .. } => {
            image.description = description.as_deref().map(Arc::from);
            image.reworded = description.is_some() || *subject_changed;
        }
        Happening::Replied { message, .. } | Happening::CustomerWrote { message, .. } => {
            change.ticket_messages.push(Arc::new((**message).clone()));
        }
        Happening::Commented { comment } => change.ticket_comments.push(Arc::new((**comment).clone())),
        Happening::Escalated { .. }
        | Happening::Warned { .. }
        | Happening::Breached { .. }
        | Happening::Rematched { .. }
        | Happening::MergedInto { .. }
        | Happening::Absorbed { .. }
        | Happening::Rated
        | Happening::Deleted => {}
    }
    change.tickets.push((image, existence));
}

fn image_of(state: &DeskState, ticket: &Arc<Ticket>, at: DateTime<Utc>) -> TicketImage {
    let clocks = ticket.clocks.reports(&state.terms_of(ticket), at);
    let running = clocks.iter().filter(|clock| ticket.is_live() && clock.met_at.is_none());
    TicketImage {
        ticket: Arc::clone(ticket),
        description: None,
        reworded: false,
        due_at: running.filter_map(|clock| clock.due_at).min(),
        breached: clocks.iter().any(|clock| clock.breached_at.is_some()),
    }
}

fn existence(edit: Edit) -> Existence {
    match edit {
        Edit::Created => Existence::New,
        Edit::Updated | Edit::Deleted => Existence::Known,
    }
}

fn about_nobody(at: DateTime<Utc>, kind: &'static str, by: Option<&str>, data: Value) -> EventImage {
    EventImage { at, kind, point: None, entry: None, contact: None, ticket: None, by: by.map(ToOwned::to_owned), data }
}

fn about_ticket(
    state: &DeskState,
    happening: &Happening,
    ticket: &Ticket,
    at: DateTime<Utc>,
    by: Option<&str>,
) -> EventImage {
    let (kind, mut data) = kind_of(happening);
    data["number"] = json!(ticket.number.to_string());
    data["status"] = json!(ticket.status);
    data["priority"] = json!(ticket.priority);
    data["policy"] = json!(ticket.policy_id);
    let policy = ticket.policy_id.as_ref().and_then(|id| state.policy(id));
    let calendar = policy.and_then(|policy| state.calendar(&policy.terms.calendar_id));
    data["policyVersion"] = json!(policy.map(|policy| policy.version));
    data["calendar"] = json!(calendar.map(|calendar| &calendar.id));
    data["calendarVersion"] = json!(calendar.map(|calendar| calendar.version));
    EventImage {
        contact: Some(ticket.requester.contact_id.clone()),
        ticket: Some(ticket.id.clone()),
        ..about_nobody(at, kind, by, data)
    }
}

fn kind_of(happening: &Happening) -> (&'static str, Value) {
    match happening {
        Happening::Opened { message, .. } => {
            ("ticket.created", json!({ "message": message.as_ref().map(|message| &message.id) }))
        }
        Happening::Updated { status_before, priority_before, assignee_before, .. } => (
            "ticket.updated",
            json!({ "statusBefore": status_before, "priorityBefore": priority_before,
                "assigneeChanged": assignee_before.is_some() }),
        ),
        Happening::Replied { message, status_before } => {
            ("ticket.replied", json!({ "message": message.id, "statusBefore": status_before }))
        }
        Happening::CustomerWrote { message, status_before } => {
            ("ticket.customer_message", json!({ "message": message.id, "statusBefore": status_before }))
        }
        Happening::Commented { comment } => ("ticket.commented", json!({ "comment": comment.id })),
        Happening::Escalated { level_before, cause, .. } => {
            let mut data = json!({ "levelBefore": level_before });
            if let EscalationCause::ByPolicy { firing } = cause {
                data["firing"] = json!(firing);
            }
            ("ticket.escalated", data)
        }
        Happening::Warned { firing, .. } => ("sla_warning", json!({ "firing": firing })),
        // The word that the contract promises for the contact's timeline.
        Happening::Breached { firing, .. } => ("sla_breach", json!({ "firing": firing })),
        Happening::Rematched { policy_before } => ("ticket.sla_rematched", json!({ "policyBefore": policy_before })),
        Happening::MergedInto { into } => ("ticket.merged", json!({ "into": into })),
        Happening::Absorbed { other } => ("ticket.absorbed", json!({ "other": other })),
        Happening::Rated => ("ticket.rated", json!({})),
        Happening::Deleted => ("ticket.deleted", json!({})),
    }
}

fn contact_of(ticket: &Ticket) -> Contact {
    let requester = &ticket.requester;
    Contact {
        id: requester.contact_id.clone(),
        name: requester.name.clone(),
        email: requester.email.clone(),
        phone: None,
    }
}
