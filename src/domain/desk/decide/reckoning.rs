//! Clocks are computed anew: of one ticket because somebody asks, of all because a policy or a calendar is another
//! one now.

use super::asked::Asked;
use super::course::Course;
use crate::domain::desk::apply::apply;
use crate::domain::desk::event::Event;
use crate::domain::desk::rejection::Rejection;
use crate::domain::desk::ticket::{Ticket, TicketKey};

/// Matches the policy anew; no event where everything is as it was.
pub(super) fn calculate(asked: Asked<'_>, ticket: &TicketKey) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let ticket = asked.ticket(ticket)?;
    let mut course = Course::of(asked, ticket);
    course.follow(asked.state);
    course.do_what_is_due();
    Ok(course.into_events())
}

/// A change of what clocks follow, and what it means for the tickets that `may_differ`: what was due under the old
/// terms first, then what holds from now on. What is thereby due at once is for the next tick.
pub(super) fn reckoned_anew(asked: Asked<'_>, change: Event, may_differ: impl Fn(&Ticket) -> bool) -> Vec<Event> {
    let mut state = asked.state.clone();
    apply(&mut state, &change);
    let mut events = vec![change];
    for ticket in asked.state.tickets().filter(|ticket| !ticket.clocks.has_ended() && may_differ(ticket)) {
        let mut course = Course::of(asked, ticket);
        course.follow(&state);
        events.append(&mut course.into_events());
    }
    events
}
