//! What time alone makes happen. However late it is noticed, it is put down with the moment at which it was due.

use chrono::{DateTime, Utc};

use super::asked::Asked;
use crate::domain::queue::entry::{Entry, Status};
use crate::domain::queue::event::{Change, Event};
use crate::domain::queue::point::{Admission, ServicePoint};

/// Most things that one tick does; what is left is due at once again.
pub const TICK_ITEMS_MAX: usize = 1_000;

/// All that is due, by the time that it was due.
pub(super) fn tick(asked: &Asked<'_>) -> Vec<Event> {
    let Some(point) = asked.state.point() else {
        return Vec::new();
    };
    let due = |at: DateTime<Utc>| at <= asked.now;
    let mut events = Vec::new();
    if point.queue.auto_no_show {
        let grace_ends = asked.state.called.iter().map(|(called_at, id)| (*called_at + point.grace(), *called_at, id));
        for (grace_end, called_at, id) in grace_ends.take_while(|(at, ..)| due(*at)).take(TICK_ITEMS_MAX) {
            if let Some(entry) = asked.state.entry(id) {
                events.push((grace_end, did_not_come(entry, called_at, grace_end)));
            }
        }
    }
    if let Some(until) = point.pause_end().filter(|until| due(*until)) {
        events.push((until, pause_ended(point, until)));
    }
    events.sort_by_key(|(at, _)| *at);
    events.into_iter().map(|(_, event)| event).take(TICK_ITEMS_MAX).collect()
}

fn did_not_come(entry: &Entry, called_at: DateTime<Utc>, grace_end: DateTime<Utc>) -> Event {
    let mut after = entry.next_version();
    after.status = Status::NoShow { called_at: Some(called_at), ended_at: grace_end, automatic: true, by: None };
    Event::EntryChanged { change: Change::NoShow, entry: Box::new(after), at: grace_end, by: None }
}

fn pause_ended(point: &ServicePoint, until: DateTime<Utc>) -> Event {
    let opened =
        ServicePoint { admission: Admission::Open, version: point.version + 1, updated_at: until, ..point.clone() };
    Event::PointChanged { point: Box::new(opened), by: None }
}
