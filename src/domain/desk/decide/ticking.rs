//! What time alone makes happen. However late it is noticed, it is put down with the moment at which it was due.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::asked::Asked;
use super::course::Course;
use crate::domain::desk::event::Event;
use crate::domain::desk::ticket::{Ticket, TicketNumber};
use crate::domain::sla::Firing;

/// Most things that one tick does; what is left is due at once again.
pub const TICK_ITEMS_MAX: usize = 1_000;

/// What is due, by the time that it was due over all tickets.
pub(super) fn tick(asked: Asked<'_>) -> Vec<Event> {
    let mut courses: BTreeMap<TicketNumber, Course<'_>> = BTreeMap::new();
    let mut due: Vec<(DateTime<Utc>, TicketNumber, Firing)> = Vec::new();
    // Each of the first brings one thing at least: none of the others comes before the last of these.
    let first = asked.state.due.iter().take_while(|(at, _)| *at <= asked.now).take(TICK_ITEMS_MAX);
    for (_, number) in first {
        let Some(kept) = asked.state.tickets.get(number) else { continue };
        let course = Course::untouched(asked, Ticket::clone(&kept.ticket));
        due.extend(course.due().into_iter().map(|firing| (firing.at(), *number, firing)));
        courses.insert(*number, course);
    }
    due.sort_by_key(|(at, number, _)| (*at, *number));
    let mut events = Vec::new();
    for (_, number, firing) in due {
        if events.len() >= TICK_ITEMS_MAX {
            break;
        }
        let Some(course) = courses.get_mut(&number) else { continue };
        let another_policy_holds = course.fire_one(&firing);
        events.append(&mut course.take_events());
        if another_policy_holds {
            // What was due of it under the policy before may not be due any more: the next tick sees.
            courses.remove(&number);
        }
    }
    events
}
