//! What a command makes happen, or why not. One family of acts a file; this one says which act goes where, and turns the
//! day.

mod asked;
mod calling;
mod ending;
mod handing_over;
mod joining;
mod moving;
mod opening;
mod serving;
mod ticking;
mod undoing;

use chrono::{DateTime, Utc};

use self::asked::Asked;
use super::command::{Act, Command};
use super::event::Event;
use super::rejection::Rejection;
use super::state::QueueState;
use crate::domain::local_time::local_date;

pub use self::ticking::TICK_ITEMS_MAX;
pub use self::undoing::UNDO_SECONDS;

/// What `command` makes happen at `now`; no events: a repeat that changes nothing.
///
/// # Errors
/// The rule that says no; nothing has changed then.
pub fn decide(state: &QueueState, command: &Command, now: DateTime<Utc>) -> Result<Vec<Event>, Rejection> {
    let asked = Asked { state, by: &command.by, now };
    let events = match &command.act {
        Act::Create { draft } => opening::create(&asked, draft),
        Act::Update { changes, expected_version } => opening::update(&asked, changes, *expected_version),
        Act::Delete { expected_version } => opening::delete(&asked, *expected_version),
        Act::Pause { until } => opening::pause(&asked, *until),
        Act::Resume => opening::resume(&asked),
        Act::Join(join) => joining::join(&asked, join),
        Act::Arrive(arrival) => joining::arrive(&asked, arrival),
        Act::CheckIn { entry, past } => serving::check_in(&asked, entry, past.as_deref()),
        Act::CallNext { counter, completes } => calling::call_next(&asked, counter.as_deref(), completes.as_ref()),
        Act::Call { entry, counter, past } => calling::call(&asked, entry, counter.as_deref(), past.as_deref()),
        Act::Recall { entry, past } => calling::recall(&asked, entry, past.as_deref()),
        Act::Start { entry, counter, past } => serving::start(&asked, entry, counter.as_deref(), past.as_deref()),
        Act::Complete { entry, past } => serving::complete(&asked, entry, past.as_deref()),
        Act::NoShow { entry, overriding, past } => ending::no_show(&asked, entry, *overriding, past.as_deref()),
        Act::Return { entry, to, past } => moving::put_back(&asked, entry, *to, past.as_deref()),
        Act::Postpone { entry, places, past } => moving::postpone(&asked, entry, *places, past.as_deref()),
        Act::Leave { entry, past } => ending::leave(&asked, entry, past.as_deref()),
        Act::Undo { entry } => undoing::undo(&asked, entry),
        Act::Transfer { entry, to, handover, past } => {
            handing_over::transfer(&asked, entry, to, handover, past.as_deref())
        }
        Act::Receive { handover } => handing_over::receive(&asked, handover),
        Act::TakeBack { handover, entry } => handing_over::take_back(&asked, handover, entry),
        Act::Withdraw { entry, ending } => ending::withdraw(&asked, entry, *ending),
        Act::LetGo { handover, entry } => handing_over::let_go(&asked, handover, entry),
        Act::Tick => Ok(ticking::tick(&asked)),
    }?;
    Ok(with_days_turned(state, events))
}

/// Puts the turn of the local day before the first event that belongs to the new one. What became true late yesterday,
/// but is noticed today, still counts for yesterday.
fn with_days_turned(state: &QueueState, events: Vec<Event>) -> Vec<Event> {
    let Some(zone) = state.point.as_deref().map(|point| point.timezone) else {
        return events;
    };
    let mut day = state.day;
    let mut turned = Vec::with_capacity(events.len() + 1);
    for event in events {
        if let Some(date) = event.at().map(|at| local_date(zone, at)).filter(|date| *date > day) {
            day = date;
            turned.push(Event::DayTurned { day });
        }
        turned.push(event);
    }
    turned
}
