//! What a command makes happen, or why not. One family of acts a file; this one says which act goes where, and offers what
//! became free to who waits.

mod arriving;
mod asked;
mod booking;
mod defining;
mod ending;
mod guarded;
mod holding;
mod moving;
mod offering;
mod reminding;
mod ticking;
mod waiting;
mod wording;

use chrono::{DateTime, Utc};

use self::asked::Asked;
use super::command::{Act, Command};
use super::event::Event;
use super::rejection::Rejection;
use super::state::CalendarState;

pub(super) use self::booking::{Earlier, earlier};
pub use self::defining::{DEFINITIONS_MAX, STAFF_MEMBERS_MAX};
pub use self::guarded::taken_beneath;
pub use self::offering::OFFERS_PER_COMMAND_MAX;
pub use self::ticking::TICK_ITEMS_MAX;
pub(super) use self::waiting::same_wish;
pub use self::wording::TEMPLATES_MAX;

/// What `command` makes happen at `now`; no events: a repeat that changes nothing. Everything due before `now` has to be
/// done first (a tick at `now`), so that no hold or offer that is over stands in the way.
///
/// # Errors
/// The rule that says no; nothing has changed then.
pub fn decide(state: &CalendarState, command: &Command, now: DateTime<Utc>) -> Result<Vec<Event>, Rejection> {
    let asked = Asked { state, by: &command.by, points: &command.points, now };
    let past = command.act.past();
    let mut events = match &command.act {
        Act::CreateDefinition { draft } => defining::create_definition(&asked, draft),
        Act::UpdateDefinition { id, changes, expected_version } => {
            defining::update_definition(&asked, id, changes, *expected_version)
        }
        Act::DeleteDefinition { id, expected_version } => defining::delete_definition(&asked, id, *expected_version),
        Act::CreateStaff { draft } => defining::create_staff(&asked, draft),
        Act::UpdateStaff { id, changes, expected_version } => {
            defining::update_staff(&asked, id, changes, *expected_version)
        }
        Act::DeleteStaff { id, expected_version } => defining::delete_staff(&asked, id, *expected_version),
        Act::CreateTemplate { draft } => wording::create(&asked, draft),
        Act::UpdateTemplate { id, changes, expected_version } => {
            wording::update(&asked, id, changes, *expected_version)
        }
        Act::DeleteTemplate { id, expected_version } => wording::delete(&asked, id, *expected_version),
        Act::Hold(wish) => holding::hold(&asked, wish),
        Act::Create(booking) => booking::create(&asked, booking),
        Act::Reschedule { reservation, slot, staff, expected_version, .. } => {
            let reservation = asked.proven(reservation, past)?;
            asked.expect_version(reservation.version, *expected_version)?;
            moving::reschedule(&asked, reservation, *slot, staff.as_ref())
        }
        Act::Update { id, changes, expected_version, .. } => {
            let reservation = asked.for_staff(id, past)?;
            asked.expect_version(reservation.version, *expected_version)?;
            moving::update(&asked, reservation, changes)
        }
        Act::Cancel { reservation, reason, expected_version, .. } => {
            let reservation = asked.proven(reservation, past)?;
            asked.expect_version(reservation.version, *expected_version)?;
            ending::cancel(&asked, reservation, reason.as_deref())
        }
        Act::Delete { id, expected_version, .. } => {
            let reservation = asked.for_staff(id, past)?;
            asked.expect_version(reservation.version, *expected_version)?;
            Ok(ending::delete(&asked, reservation))
        }
        Act::CheckIn { reservation, handover, entry, overriding, .. } => {
            let reservation = asked.named_by_staff(reservation, past)?;
            arriving::check_in(&asked, reservation, handover, entry, *overriding)
        }
        Act::RefuseArrival { id, handover, .. } => {
            Ok(arriving::refuse_arrival(&asked, asked.for_staff(id, past)?, handover))
        }
        Act::Complete { id, .. } => arriving::complete(&asked, asked.for_staff(id, past)?),
        Act::NoShow { id, overriding, .. } => arriving::no_show(&asked, asked.for_staff(id, past)?, *overriding),
        Act::TakeBack { id, .. } => arriving::take_back(&asked, asked.for_staff(id, past)?),
        Act::JoinWaitlist(wish) => waiting::join(&asked, wish),
        Act::SendReminder { id, .. } => reminding::send_now(&asked, asked.for_staff(id, past)?),
        Act::Tick => Ok(ticking::tick(&asked)),
    }?;
    events.extend(offering::offers(&asked, &events));
    Ok(events)
}
