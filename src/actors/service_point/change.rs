//! From what has happened to what has to be written: after-images of rows, and facts without personal data.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::domain::contact::Contact;
use crate::domain::queue::{Change as Happening, Entry, Event, QueueState, ServicePoint, wake_at};
use crate::store::{Change, EventImage, Existence, HandoverImage, PointImage};

/// What `events` change, given the state after them and the point before them.
pub(super) fn change_of(point_before: Option<Arc<ServicePoint>>, state: &QueueState, events: &[Event]) -> Change {
    let known_before = point_before.is_some();
    let mut change = Change::default();
    let mut deleted_at = None;
    let version_before = point_before.as_ref().map(|point| point.version);
    for event in events {
        record(&mut change, event);
        if let Event::PointDeleted { at, .. } = event {
            deleted_at = Some(*at);
        }
    }
    if let Some(point) = state.point().cloned().or(point_before)
        && !events.is_empty()
    {
        let existence = match () {
            () if !known_before => Existence::New,
            () if deleted_at.is_none() && version_before == Some(point.version) => Existence::Counted,
            () => Existence::Known,
        };
        let image = PointImage { point, counters: state.counters(), wake_at: wake_at(state), deleted_at };
        change.point = Some((image, existence));
    }
    change
}

fn record(change: &mut Change, event: &Event) {
    match event {
        Event::PointCreated { point } => about_point(change, "service_point.created", point, None, point.created_at),
        Event::PointChanged { point, by } => {
            about_point(change, "service_point.updated", point, by.as_deref(), point.updated_at);
        }
        Event::PointDeleted { id, at, by } => {
            let deleted = EventImage {
                at: *at,
                kind: "service_point.deleted",
                point: Some(id.clone()),
                entry: None,
                contact: None,
                ticket: None,
                by: by.clone(),
                data: json!({}),
            };
            change.events.push(deleted);
        }
        // Nobody did it and nothing hangs on it: the row of the point says which day it is.
        Event::DayTurned { .. } => {}
        Event::Joined { entry } => {
            change.contacts.extend(contact_of(entry));
            about_entry(change, "queue.joined", entry, entry.joined_at, None, json!({ "number": entry.number }));
            change.entries.push((Arc::new((**entry).clone()), Existence::New));
        }
        // Only the place value changed, nobody's position: the row follows, the timeline has nothing to tell.
        Event::EntryChanged { change: Happening::Respaced, entry, .. } => {
            change.entries.push((Arc::new((**entry).clone()), Existence::Known));
        }
        Event::EntryChanged { change: happening, entry, at, by } => {
            let (kind, mut data) = kind_of(happening);
            data["number"] = entry.number.into();
            if let Happening::TakenBack { handover } = happening {
                change.handovers.push(HandoverImage::Returned(handover.clone()));
            }
            about_entry(change, kind, entry, *at, by.as_deref(), data);
            change.entries.push((Arc::new((**entry).clone()), Existence::Known));
        }
        Event::TransferredOut { handover, entry } => {
            let data = json!({ "number": entry.number, "to": handover.target, "handover": handover.id });
            about_entry(change, "queue.transferred", entry, handover.at, handover.by.as_deref(), data);
            change.entries.push((Arc::new((**entry).clone()), Existence::Known));
            change.handovers.push(HandoverImage::Travelling(handover.clone()));
        }
        Event::Received { handover, entry, at, by } => {
            let data = json!({ "number": entry.number, "handover": handover });
            about_entry(change, "queue.received", entry, *at, by.as_deref(), data);
            change.entries.push((Arc::new((**entry).clone()), Existence::Known));
            change.handovers.push(HandoverImage::Received(handover.clone()));
        }
        // The visit's row is the other point's already.
        Event::Departed { .. } => {}
    }
}

fn about_point(change: &mut Change, kind: &'static str, point: &ServicePoint, by: Option<&str>, at: DateTime<Utc>) {
    change.events.push(EventImage {
        at,
        kind,
        point: Some(point.id.clone()),
        entry: None,
        contact: None,
        ticket: None,
        by: by.map(ToOwned::to_owned),
        data: json!({ "version": point.version }),
    });
}

fn about_entry(
    change: &mut Change,
    kind: &'static str,
    entry: &Entry,
    at: DateTime<Utc>,
    by: Option<&str>,
    data: Value,
) {
    change.events.push(EventImage {
        at,
        kind,
        point: Some(entry.point_id.clone()),
        entry: Some(entry.id.clone()),
        contact: entry.customer.contact_id.clone(),
        ticket: None,
        by: by.map(ToOwned::to_owned),
        data,
    });
}

fn kind_of(happening: &Happening) -> (&'static str, Value) {
    match happening {
        Happening::CheckedIn => ("queue.checked_in", json!({})),
        Happening::Called => ("queue.called", json!({})),
        Happening::Recalled => ("queue.recalled", json!({})),
        Happening::Started => ("queue.started", json!({})),
        Happening::Completed { service_seconds } => ("queue.completed", json!({ "serviceSeconds": service_seconds })),
        Happening::NoShow => ("queue.no_show", json!({})),
        Happening::Returned => ("queue.returned", json!({})),
        Happening::Postponed { places } => ("queue.postponed", json!({ "places": places })),
        Happening::Respaced => ("queue.respaced", json!({})),
        Happening::Left => ("queue.left", json!({})),
        Happening::Cancelled => ("queue.cancelled", json!({})),
        Happening::Withdrawn => ("queue.withdrawn", json!({})),
        Happening::Undone { act, .. } => ("queue.undone", json!({ "act": act })),
        Happening::TakenBack { handover } => ("queue.taken_back", json!({ "handover": handover })),
    }
}

fn contact_of(entry: &Entry) -> Option<(Contact, DateTime<Utc>)> {
    let customer = &entry.customer;
    let contact = Contact {
        id: customer.contact_id.clone()?,
        name: customer.name.clone(),
        email: customer.email.clone(),
        phone: customer.phone.clone(),
    };
    Some((contact, entry.joined_at))
}
