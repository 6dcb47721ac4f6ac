//! The desk of an org, as what an owner owns: the card's ticket-SLA actor.

mod change;

use chrono::{DateTime, Utc};

use super::aggregate::Aggregate;
use crate::domain::desk::{self, Act, Answer, Command, DeskState, Event, Rejection};
use crate::domain::owner::{OwnerName, TheDesk};
use crate::domain::party::Party;
use crate::store::{Change, KeptAnswer};
use crate::workflows::follow_up::FollowUp;
use crate::workflows::notification::{Letterhead, of_desk};

/// The owner of an org's tickets and of their clocks owns this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {}

impl Aggregate for Desk {
    type Name = TheDesk;
    type State = DeskState;
    type Command = Command;
    type Event = Event;
    type Answer = Answer;
    type Rejection = Rejection;
    type Before = ();

    fn owner_name(_name: &TheDesk) -> OwnerName {
        OwnerName::Desk
    }

    fn tick_before(command: &Command) -> Command {
        Command { by: Party::System, act: Act::Tick, past: Vec::new(), agents: command.agents.clone() }
    }

    fn is_tick(command: &Command) -> bool {
        matches!(command.act, Act::Tick)
    }

    fn decide(state: &DeskState, command: &Command, now: DateTime<Utc>) -> Result<Vec<Event>, Rejection> {
        desk::decide(state, command, now)
    }

    fn apply(state: &mut DeskState, event: &Event) {
        desk::apply(state, event);
    }

    fn answer(state: &DeskState, command: &Command, events: &[Event], now: DateTime<Utc>) -> Answer {
        desk::answer(state, command, events, now)
    }

    fn wake_at(state: &DeskState) -> Option<DateTime<Utc>> {
        desk::wake_at(state)
    }

    /// Countdowns are shown as due moments: nothing looks different before something is due.
    fn looks_different_at(state: &DeskState, _as_of: DateTime<Utc>) -> Option<DateTime<Utc>> {
        desk::wake_at(state)
    }

    /// Events say what was different before, where that matters.
    fn before(_state: &DeskState) {}

    fn change(letterhead: &Letterhead, _command: &Command, _before: (), state: &DeskState, events: &[Event]) -> Change {
        let messages = events.iter().flat_map(|event| of_desk(letterhead, event)).collect();
        Change { messages, ..change::change_of(state, events) }
    }

    /// What follows from a ticket is told by messages; no other owner has to act on it.
    fn follow_ups(_events: &[Event]) -> Vec<FollowUp> {
        Vec::new()
    }

    fn kept(answer: Answer) -> KeptAnswer {
        KeptAnswer::Desk(answer)
    }

    fn from_kept(kept: KeptAnswer) -> Option<Answer> {
        match kept {
            KeptAnswer::Desk(answer) => Some(answer),
            KeptAnswer::Queue(_) | KeptAnswer::Calendar(_) => None,
        }
    }
}
