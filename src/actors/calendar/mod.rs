//! The calendar of an org, as what an owner owns.

mod change;
mod spots;

use chrono::{DateTime, Utc};

use super::aggregate::Aggregate;
use crate::domain::calendar::{self, Act, Answer, CalendarState, Command, Event, Rejection};
use crate::domain::owner::{OwnerName, TheCalendar};
use crate::domain::party::Party;
use crate::store::{Change, KeptAnswer};
use crate::workflows::follow_up::{self, FollowUp};
use crate::workflows::notification::{Letterhead, of_calendar};

/// The owner of an org's bookable time owns this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {}

impl Aggregate for Calendar {
    type Name = TheCalendar;
    type State = CalendarState;
    type Command = Command;
    type Event = Event;
    type Answer = Answer;
    type Rejection = Rejection;
    type Before = CalendarState;

    fn owner_name(_name: &TheCalendar) -> OwnerName {
        OwnerName::Calendar
    }

    fn tick_before(command: &Command) -> Command {
        Command { by: Party::System, act: Act::Tick, points: command.points.clone() }
    }

    fn is_tick(command: &Command) -> bool {
        matches!(command.act, Act::Tick)
    }

    fn decide(state: &CalendarState, command: &Command, now: DateTime<Utc>) -> Result<Vec<Event>, Rejection> {
        calendar::decide(state, command, now)
    }

    fn apply(state: &mut CalendarState, event: &Event) {
        calendar::apply(state, event);
    }

    fn answer(state: &CalendarState, command: &Command, events: &[Event], now: DateTime<Utc>) -> Answer {
        calendar::answer(state, command, events, now)
    }

    fn wake_at(state: &CalendarState) -> Option<DateTime<Utc>> {
        calendar::wake_at(state)
    }

    /// What is offered is worked out when it is asked for: nothing looks different by itself.
    fn looks_different_at(state: &CalendarState, _as_of: DateTime<Utc>) -> Option<DateTime<Utc>> {
        calendar::wake_at(state)
    }

    fn before(state: &CalendarState) -> CalendarState {
        state.clone()
    }

    fn change(
        letterhead: &Letterhead,
        command: &Command,
        before: CalendarState,
        state: &CalendarState,
        events: &[Event],
    ) -> Change {
        let messages = of_calendar(letterhead, &before, state, events);
        Change { messages, ..change::change_of(command, &before, state, events) }
    }

    fn follow_ups(events: &[Event]) -> Vec<FollowUp> {
        events.iter().filter_map(follow_up::of_calendar).collect()
    }

    fn kept(answer: Answer) -> KeptAnswer {
        KeptAnswer::Calendar(answer)
    }

    fn from_kept(kept: KeptAnswer) -> Option<Answer> {
        match kept {
            KeptAnswer::Calendar(answer) => Some(answer),
            KeptAnswer::Queue(_) | KeptAnswer::Desk(_) => None,
        }
    }
}
