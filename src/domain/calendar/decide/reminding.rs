//! Reminders: those that are due, and those that a member of staff wants to go out.

use super::asked::{Asked, wrong_state};
use crate::domain::calendar::event::{Change, Event};
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::reminder::Reminded;
use crate::domain::calendar::reservation::Reservation;

/// Outside of all rules: it neither replaces one nor counts as one.
pub(super) fn send_now(asked: &Asked<'_>, reservation: &Reservation) -> Result<Vec<Event>, Rejection> {
    if !reservation.status.is_ahead() {
        return Err(wrong_state(reservation));
    }
    let start = reservation.slot.start;
    if start <= asked.now {
        return Err(Rejection::Begun { start });
    }
    let reservation = Box::new(reservation.clone());
    let (at, by) = (asked.now, asked.subject());
    Ok(vec![Event::ReservationChanged { change: Change::ReminderAsked, reservation, at, by }])
}

/// All reminders of one reservation that are due, at most `most`: each is remembered as dealt with, and its true due time with
/// it. After the start there is nothing left to remind of. The version stays: nothing has changed that a person would edit.
pub(super) fn due(asked: &Asked<'_>, reservation: &Reservation, most: usize) -> Vec<Event> {
    let mut events = Vec::new();
    let mut current = reservation.clone();
    while events.len() < most {
        let Some((due_at, rule)) = asked.state.next_reminder(&current).filter(|(due, _)| *due <= asked.now) else {
            break;
        };
        let start = current.slot.start;
        let sent = asked.now < start;
        let reminded = Reminded { rule: rule.key(), start, due_at, sent };
        current.reminded.push(reminded.clone());
        let change = if sent {
            Change::ReminderDue { reminded, channel: rule.channel, template_id: rule.template_id.clone() }
        } else {
            Change::ReminderMissed { rule: reminded.rule }
        };
        let reservation = Box::new(current.clone());
        events.push(Event::ReservationChanged { change, reservation, at: due_at, by: None });
    }
    events
}
