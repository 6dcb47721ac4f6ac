//! From what has happened in a calendar to what has to be written: after-images of rows, and facts without personal data.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::spots::{joined_sessions, spots_after};
use crate::domain::calendar::{
    CalendarState, Change as Happening, Command, Customer, Edit, Event, Reservation, WaitlistChange, WaitlistEntry,
};
use crate::domain::contact::Contact;
use crate::store::{Change, EventImage, Existence, HoldImage, ReservationImage};

/// What `events` change, given the state before and after them.
pub(super) fn change_of(command: &Command, before: &CalendarState, state: &CalendarState, events: &[Event]) -> Change {
    let mut change = Change::default();
    for event in events {
        record(&mut change, command, before, state, event);
    }
    change
}

fn record(change: &mut Change, command: &Command, before: &CalendarState, state: &CalendarState, event: &Event) {
    match event {
        Event::DefinitionChanged { change: edit, definition, by } => {
            let data = json!({ "definition": definition.id, "version": definition.version });
            change.events.push(about_nobody(event.at(), definition_edited(*edit), by.as_deref(), data));
            change.reservations.extend(joined_sessions(command, before, definition));
            change.definitions.push((Arc::new((**definition).clone()), existence(*edit)));
        }
        Event::StaffChanged { change: edit, staff, by } => {
            let data = json!({ "staff": staff.id, "version": staff.version });
            change.events.push(about_nobody(event.at(), staff_edited(*edit), by.as_deref(), data));
            change.staff.push((Arc::new((**staff).clone()), existence(*edit)));
        }
        Event::TemplateChanged { change: edit, template, by } => {
            let data = json!({ "template": template.id, "version": template.version });
            change.events.push(about_nobody(event.at(), template_edited(*edit), by.as_deref(), data));
            change.templates.push((Arc::new((**template).clone()), existence(*edit)));
        }
        Event::Held { hold } => change.holds.push(HoldImage::Kept(Arc::new((**hold).clone()))),
        Event::HoldEnded { id, .. } => change.holds.push(HoldImage::Over(id.clone())),
        Event::ReservationChanged { change: happening, reservation, at, by } => {
            change.events.push(about_reservation(happening, reservation, *at, by.as_deref()));
            if matches!(happening, Happening::Booked | Happening::Updated) {
                change.contacts.push((contact_of(&reservation.customer), *at));
            }
            let existence = if matches!(happening, Happening::Booked) { Existence::New } else { Existence::Known };
            let spots = spots_after(command, before, state, event);
            let reservation = Arc::new((**reservation).clone());
            change.reservations.push((ReservationImage { reservation, deleted_at: None, spots }, existence));
        }
        Event::ReservationDeleted { id, at, by, .. } => {
            let deleted = before.reservation(id).cloned().or_else(|| command.act.past().cloned().map(Arc::new));
            // What was called off in the same breath is in the state before as it was: its last image is in this change.
            let last = change.reservations.iter().rev().find(|(image, _)| image.reservation.id == *id);
            let deleted = last.map(|(image, _)| Arc::clone(&image.reservation)).or(deleted);
            if let Some(reservation) = deleted {
                let data = json!({ "reservation": id });
                let contact = Some(reservation.customer.contact_id.clone());
                let event = about_nobody(*at, "reservation.deleted", by.as_deref(), data);
                change.events.push(EventImage { contact, point: reservation.point_id.clone(), ..event });
                let image = ReservationImage { reservation, deleted_at: Some(*at), spots: Some(Vec::new()) };
                change.reservations.push((image, Existence::Known));
            }
        }
        Event::WaitlistChanged { change: happening, entry, at } => {
            if let WaitlistChange::Offered { hold } = happening {
                change.holds.push(HoldImage::Kept(Arc::new((**hold).clone())));
            }
            let is_new = matches!(happening, WaitlistChange::Joined);
            if is_new {
                change.contacts.push((contact_of(&entry.customer), *at));
            }
            change.events.push(about_waiting(happening, entry, *at));
            let existence = if is_new { Existence::New } else { Existence::Known };
            change.waitlist.push((Arc::new((**entry).clone()), existence));
        }
    }
}

fn existence(edit: Edit) -> Existence {
    match edit {
        Edit::Created => Existence::New,
        Edit::Updated | Edit::Deleted => Existence::Known,
    }
}

fn definition_edited(edit: Edit) -> &'static str {
    match edit {
        Edit::Created => "definition.created",
        Edit::Updated => "definition.updated",
        Edit::Deleted => "definition.deleted",
    }
}

fn staff_edited(edit: Edit) -> &'static str {
    match edit {
        Edit::Created => "staff.created",
        Edit::Updated => "staff.updated",
        Edit::Deleted => "staff.deleted",
    }
}

fn template_edited(edit: Edit) -> &'static str {
    match edit {
        Edit::Created => "template.created",
        Edit::Updated => "template.updated",
        Edit::Deleted => "template.deleted",
    }
}

fn about_nobody(at: DateTime<Utc>, kind: &'static str, by: Option<&str>, data: Value) -> EventImage {
    EventImage { at, kind, point: None, entry: None, contact: None, ticket: None, by: by.map(ToOwned::to_owned), data }
}

fn about_reservation(
    happening: &Happening,
    reservation: &Reservation,
    at: DateTime<Utc>,
    by: Option<&str>,
) -> EventImage {
    let (kind, mut data) = kind_of(happening);
    data["reservation"] = json!(reservation.id);
    data["definition"] = json!(reservation.definition_id);
    data["start"] = json!(reservation.slot.start);
    EventImage {
        contact: Some(reservation.customer.contact_id.clone()),
        point: reservation.point_id.clone(),
        ..about_nobody(at, kind, by, data)
    }
}

fn kind_of(happening: &Happening) -> (&'static str, Value) {
    match happening {
        Happening::Booked => ("reservation.booked", json!({})),
        Happening::Confirmed => ("reservation.confirmed", json!({})),
        Happening::Moved { from, .. } => ("reservation.moved", json!({ "from": from.start })),
        Happening::Updated => ("reservation.updated", json!({})),
        // The word that the contract promises for the contact's timeline.
        Happening::Cancelled => ("appointment_cancelled", json!({})),
        Happening::CheckedIn { arrival } => {
            ("reservation.checked_in", json!({ "entry": arrival.as_ref().map(|arrival| &arrival.entry) }))
        }
        Happening::ArrivalRefused => ("reservation.arrival_refused", json!({})),
        Happening::Completed => ("reservation.completed", json!({})),
        Happening::NoShow => ("reservation.no_show", json!({})),
        Happening::TakenBack => ("reservation.taken_back", json!({})),
        Happening::ReminderDue { reminded, .. } => {
            ("reservation.reminder_due", json!({ "rule": reminded.rule, "dueAt": reminded.due_at }))
        }
        Happening::ReminderMissed { rule } => ("reservation.reminder_missed", json!({ "rule": rule })),
        Happening::ReminderAsked => ("reservation.reminder_asked", json!({})),
        Happening::Repeated => ("reservation.repeated", json!({})),
    }
}

fn about_waiting(happening: &WaitlistChange, entry: &WaitlistEntry, at: DateTime<Utc>) -> EventImage {
    let (kind, hold) = match happening {
        WaitlistChange::Joined => ("waitlist.joined", None),
        WaitlistChange::Offered { hold } => ("waitlist.offered", Some(hold.slot.start)),
        WaitlistChange::Passed => ("waitlist.passed", None),
        WaitlistChange::Booked => ("waitlist.booked", None),
        WaitlistChange::Ended => ("waitlist.ended", None),
    };
    let data = json!({ "waiting": entry.id, "definition": entry.definition_id, "start": hold });
    EventImage { contact: Some(entry.customer.contact_id.clone()), ..about_nobody(at, kind, None, data) }
}

fn contact_of(customer: &Customer) -> Contact {
    Contact {
        id: customer.contact_id.clone(),
        name: customer.name.clone(),
        email: Some(customer.email.clone()),
        phone: customer.phone.clone(),
    }
}
