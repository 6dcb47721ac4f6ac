//! What time alone makes happen. However late it is noticed, it is put down with the moment at which it was due.

use chrono::{DateTime, Utc};

use super::asked::Asked;
use super::reminding;
use crate::domain::calendar::event::Event;
use crate::domain::calendar::hold::{Hold, HoldEnd};
use crate::domain::calendar::waitlist::{OFFERS_MAX, Waiting, WaitlistChange, WaitlistEntry};

/// Most things that one tick does; what is left is due at once again.
pub const TICK_ITEMS_MAX: usize = 1_000;

/// All that is due, by the time that it was due.
pub(super) fn tick(asked: &Asked<'_>) -> Vec<Event> {
    let is_due = |at: &DateTime<Utc>| *at <= asked.now;
    let state = asked.state;
    let mut due: Vec<(DateTime<Utc>, Vec<Event>)> = Vec::new();
    for (at, id) in state.hold_ends.iter().take_while(|(at, _)| is_due(at)).take(TICK_ITEMS_MAX) {
        due.extend(state.hold(id).map(|hold| (*at, expired(asked, hold))));
    }
    for (at, id) in state.wait_ends.iter().take_while(|(at, _)| is_due(at)).take(TICK_ITEMS_MAX) {
        due.extend(state.waiting(id).map(|entry| (*at, vec![ended(entry, *at)])));
    }
    for (at, id) in state.reminders.iter().take_while(|(at, _)| is_due(at)).take(TICK_ITEMS_MAX) {
        due.extend(state.reservation(id).map(|one| (*at, reminding::due(asked, one, TICK_ITEMS_MAX))));
    }
    due.sort_by_key(|(at, _)| *at);
    due.into_iter().take(TICK_ITEMS_MAX).flat_map(|(_, events)| events).collect()
}

/// Whoever it was offered to waits on, unless there was enough on offer.
fn expired(asked: &Asked<'_>, hold: &Hold) -> Vec<Event> {
    let at = hold.expires_at;
    let mut events = vec![Event::HoldEnded { id: hold.id.clone(), end: HoldEnd::Expired, at }];
    let offered_to = hold.offered_to.as_ref().and_then(|id| asked.state.waiting(id));
    events.extend(offered_to.map(|entry| {
        if entry.offered.len() >= OFFERS_MAX || entry.to <= at {
            return ended(entry, at);
        }
        let entry = WaitlistEntry { standing: Waiting::Waiting, ..entry.next_version() };
        Event::WaitlistChanged { change: WaitlistChange::Passed, entry: Box::new(entry), at }
    }));
    events
}

fn ended(entry: &WaitlistEntry, at: DateTime<Utc>) -> Event {
    let entry = WaitlistEntry { standing: Waiting::Ended, ..entry.next_version() };
    Event::WaitlistChanged { change: WaitlistChange::Ended, entry: Box::new(entry), at }
}
