//! From what has happened at a desk to what has to be written: after-images of rows, and facts without personal data.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::calendar::Edit;
use crate::domain::contact::Contact;
use crate::domain::desk::{Author, Change as Happening, DeskState, Event, Ticket, TicketMessage, fact_of};
use crate::domain::ids::ContactId;
use crate::store::{Change, ConfigurationImage, EventImage, Existence, TicketImage, TicketMessageImage};

/// What `events` change, given the state after them.
pub(super) fn change_of(state: &DeskState, events: &[Event]) -> Change {
    let mut change = Change::default();
    for event in events {
        change.events.push(fact(state, event));
        match event {
            Event::TicketChanged { change: happening, ticket, at, .. } => {
                record(&mut change, state, happening, ticket, *at);
                if let Some(team) = happening.assigned().and_then(|assigned| state.team(&assigned.team)) {
                    change.desk_configuration.push((ConfigurationImage::Team(Arc::clone(team)), Existence::Known));
                }
            }
            Event::PolicyChanged { edit, policy, .. } => {
                change.desk_configuration.push((ConfigurationImage::Policy(Arc::clone(policy)), existence(*edit)));
            }
            Event::CalendarChanged { edit, calendar, .. } => {
                change.desk_configuration.push((ConfigurationImage::Calendar(Arc::clone(calendar)), existence(*edit)));
            }
            Event::TeamChanged { edit, team, .. } => {
                change.desk_configuration.push((ConfigurationImage::Team(Arc::clone(team)), existence(*edit)));
            }
            Event::CannedChanged { edit, canned, .. } => {
                change.desk_configuration.push((ConfigurationImage::Canned(Arc::clone(canned)), existence(*edit)));
            }
        }
    }
    change
}

fn fact(state: &DeskState, event: &Event) -> EventImage {
    let (kind, data) = fact_of(state, event);
    let (ticket, contact, by) = match event {
        Event::TicketChanged { change, ticket, by, .. } => (Some(ticket), Some(person(change, ticket)), by),
        Event::PolicyChanged { by, .. }
        | Event::CalendarChanged { by, .. }
        | Event::CannedChanged { by, .. }
        | Event::TeamChanged { by, .. } => (None, None, by),
    };
    EventImage {
        at: event.at(),
        kind,
        point: None,
        entry: None,
        contact,
        ticket: ticket.map(|ticket| ticket.id.clone()),
        by: by.clone(),
        data,
    }
}

/// On whose timeline it stands: the customer's, but for what somebody else wrote who follows the ticket.
fn person(happening: &Happening, ticket: &Ticket) -> ContactId {
    match happening {
        Happening::CustomerWrote { message, .. } => match &message.author {
            Author::Follower { contact } => contact.clone(),
            Author::Customer | Author::Agent { .. } => ticket.requester.contact_id.clone(),
        },
        _ => ticket.requester.contact_id.clone(),
    }
}

fn record(change: &mut Change, state: &DeskState, happening: &Happening, ticket: &Arc<Ticket>, at: DateTime<Utc>) {
    let mut image = image_of(state, ticket, at);
    let mut existence = Existence::Known;
    match happening {
        Happening::Opened { description, message, .. } => {
            image.description = Some(Arc::from(description.as_str()));
            existence = Existence::New;
            change.contacts.push((contact_of(ticket), at));
            change.ticket_messages.extend(message.as_deref().map(|message| said(ticket, message)));
        }
        Happening::Updated { description, subject_changed, .. } => {
            image.description = description.as_deref().map(Arc::from);
            image.reworded = description.is_some() || *subject_changed;
        }
        Happening::Replied { message, .. } | Happening::CustomerWrote { message, .. } => {
            change.ticket_messages.push(said(ticket, message));
        }
        Happening::Commented { comment } => change.ticket_comments.push(Arc::new((**comment).clone())),
        Happening::Escalated { .. }
        | Happening::Warned { .. }
        | Happening::Breached { .. }
        | Happening::Rematched { .. }
        | Happening::MergedInto { .. }
        | Happening::Absorbed { .. }
        | Happening::Unfollowed { .. }
        | Happening::Rated
        | Happening::Deleted => {}
    }
    change.tickets.push((image, existence));
}

fn said(ticket: &Ticket, message: &TicketMessage) -> TicketMessageImage {
    TicketMessageImage { message: message.clone(), ticket_version: ticket.version }
}

fn image_of(state: &DeskState, ticket: &Arc<Ticket>, at: DateTime<Utc>) -> TicketImage {
    let clocks = ticket.clocks.reports(state.terms_of(ticket), at);
    TicketImage {
        ticket: Arc::clone(ticket),
        description: None,
        reworded: false,
        due_at: Some(ticket)
            .filter(|ticket| ticket.is_live())
            .and_then(|ticket| ticket.clocks.due_at(state.terms_of(ticket))),
        breached: clocks.iter().any(|clock| clock.breached_at.is_some()),
    }
}

fn existence(edit: Edit) -> Existence {
    match edit {
        Edit::Created => Existence::New,
        Edit::Updated | Edit::Deleted => Existence::Known,
    }
}

fn contact_of(ticket: &Ticket) -> Contact {
    let requester = &ticket.requester;
    Contact {
        id: requester.contact_id.clone(),
        name: requester.name.to_string(),
        email: requester.email.clone(),
        phone: None,
    }
}
