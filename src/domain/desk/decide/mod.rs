//! What a command makes happen, or why not. One family of acts a file; this one says which act goes where.

mod asked;
mod assigning;
mod course;
mod defining;
mod ending;
mod escalating;
mod opening;
mod reckoning;
mod teams;
mod telling;
mod ticking;
mod updating;
mod writing;

use chrono::{DateTime, Utc};

pub(super) use self::asked::Asked;
use super::command::{Act, Command};
use super::event::Event;
use super::rejection::Rejection;
use super::state::DeskState;

pub use self::asked::MERGES_FOLLOWED_MAX;
pub use self::defining::{BUSINESS_CALENDARS_MAX, CANNED_RESPONSES_MAX, CONFIGURED_KEPT_MAX, POLICIES_MAX};
pub use self::teams::TEAMS_MAX;
pub use self::ticking::TICK_ITEMS_MAX;
pub(super) use self::updating::refusal_in_bulk;

/// What `command` makes happen at `now`; no events: a repeat that changes nothing. Everything due before `now` should
/// be done first (a tick at `now`); what is due of the very ticket that a command is about is done by the command
/// itself.
///
/// # Errors
/// The rule that says no; nothing has changed then.
pub fn decide(state: &DeskState, command: &Command, now: DateTime<Utc>) -> Result<Vec<Event>, Rejection> {
    let asked = Asked::of(state, command, now);
    match &command.act {
        Act::Create(draft) => opening::create(asked, draft),
        Act::Receive(mail) => writing::receive(asked, mail),
        Act::Update { ticket, changes, expected_version } => {
            updating::update(asked, ticket, changes, *expected_version)
        }
        Act::Reply { ticket, message, status: _, as_customer: true, successor } => {
            writing::customer_reply(asked, ticket, message, successor.as_deref())
        }
        Act::Reply { ticket, message, status, as_customer: false, successor: _ } => {
            writing::reply(asked, ticket, message, *status)
        }
        Act::Comment { ticket, comment } => writing::comment(asked, ticket, comment),
        Act::Escalate { ticket, escalation } => escalating::escalate(asked, ticket, escalation),
        Act::Merge { ticket, into, expected_version } => ending::merge(asked, ticket, into, *expected_version),
        Act::Delete { ticket, expected_version } => ending::delete(asked, ticket, *expected_version),
        Act::BulkUpdate { tickets, changes, comment } => {
            updating::bulk_update(asked, tickets, changes, comment.as_deref())
        }
        Act::CalculateSla { ticket } => reckoning::calculate(asked, ticket),
        Act::Rate { ticket, score, comment } => ending::rate(asked, ticket, *score, comment.as_deref()),
        Act::CreatePolicy { id, terms } => defining::create_policy(asked, id, terms),
        Act::UpdatePolicy { id, changes, expected_version } => {
            defining::update_policy(asked, id, changes, *expected_version)
        }
        Act::DeletePolicy { id, expected_version } => defining::delete_policy(asked, id, *expected_version),
        Act::CreateCalendar { id, terms } => defining::create_calendar(asked, id, terms),
        Act::UpdateCalendar { id, changes, expected_version } => {
            defining::update_calendar(asked, id, changes, *expected_version)
        }
        Act::DeleteCalendar { id, expected_version } => defining::delete_calendar(asked, id, *expected_version),
        Act::CreateCanned { id, terms } => defining::create_canned(asked, id, terms),
        Act::UpdateCanned { id, patch, expected_version } => {
            defining::update_canned(asked, id, patch, *expected_version)
        }
        Act::DeleteCanned { id, expected_version } => defining::delete_canned(asked, id, *expected_version),
        Act::CreateTeam { id, terms } => teams::create(asked, id, terms),
        Act::UpdateTeam { id, changes, expected_version } => teams::update(asked, id, changes, *expected_version),
        Act::DeleteTeam { id, expected_version } => teams::delete(asked, id, *expected_version),
        Act::Tick => Ok(ticking::tick(asked)),
    }
}
