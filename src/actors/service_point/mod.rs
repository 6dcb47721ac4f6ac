//! A service point's queue, as what an owner owns.

mod change;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::aggregate::Aggregate;
use crate::domain::ids::PointId;
use crate::domain::owner::OwnerName;
use crate::domain::party::Party;
use crate::domain::queue::{self, Act, Answer, Command, Event, QueueState, Rejection};
use crate::store::{Change, KeptAnswer};
use crate::workflows::follow_up::{self, FollowUp};
use crate::workflows::notification::{Letterhead, LineBefore, of_queue};

/// The owner of one service point's queue owns this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServicePoint {}

impl Aggregate for ServicePoint {
    type Name = PointId;
    type State = QueueState;
    type Command = Command;
    type Event = Event;
    type Answer = Answer;
    type Rejection = Rejection;
    type Before = (Option<Arc<queue::ServicePoint>>, LineBefore);

    fn owner_name(name: &PointId) -> OwnerName {
        OwnerName::Point(name.clone())
    }

    fn tick_before(_command: &Command) -> Command {
        Command { by: Party::System, act: Act::Tick }
    }

    fn is_tick(command: &Command) -> bool {
        matches!(command.act, Act::Tick)
    }

    fn decide(state: &QueueState, command: &Command, now: DateTime<Utc>) -> Result<Vec<Event>, Rejection> {
        queue::decide(state, command, now)
    }

    fn apply(state: &mut QueueState, event: &Event) {
        queue::apply(state, event);
    }

    fn answer(state: &QueueState, command: &Command, events: &[Event], now: DateTime<Utc>) -> Answer {
        queue::answer(state, command, events, now)
    }

    fn wake_at(state: &QueueState) -> Option<DateTime<Utc>> {
        queue::wake_at(state)
    }

    fn looks_different_at(state: &QueueState, as_of: DateTime<Utc>) -> Option<DateTime<Utc>> {
        queue::looks_different_at(state, as_of)
    }

    fn before(state: &QueueState) -> Self::Before {
        (state.point().cloned(), LineBefore::of(state))
    }

    fn change(
        letterhead: &Letterhead,
        _command: &Command,
        before: Self::Before,
        state: &QueueState,
        events: &[Event],
    ) -> Change {
        let (point_before, line_before) = before;
        let messages = of_queue(letterhead, &line_before, state, events);
        Change { messages, ..change::change_of(point_before, state, events) }
    }

    fn follow_ups(events: &[Event]) -> Vec<FollowUp> {
        events.iter().filter_map(follow_up::of_queue).collect()
    }

    fn kept(answer: Answer) -> KeptAnswer {
        KeptAnswer::Queue(answer)
    }

    fn from_kept(kept: KeptAnswer) -> Option<Answer> {
        match kept {
            KeptAnswer::Queue(answer) => Some(answer),
            KeptAnswer::Calendar(_) | KeptAnswer::Desk(_) => None,
        }
    }
}
