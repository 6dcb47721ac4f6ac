//! What a command meant for who gave it: worked out after the events have been applied, and kept for a repeat of the key.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::command::{Act, Booking, Command};
use super::decide::{Earlier, earlier, same_wish};
use super::definition::Definition;
use super::event::{Change, Event};
use super::hold::Hold;
use super::reservation::{Named, Reservation};
use super::staff::Staff;
use super::state::CalendarState;
use super::waitlist::WaitlistEntry;
use crate::domain::ids::{DefinitionId, ReservationId, StaffId, TemplateId};
use crate::domain::message::Template;
use crate::domain::party::Party;

/// What a command meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Answer {
    /// The definition as it is now.
    Definition {
        /// As it is now.
        definition: Arc<Definition>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The definition is gone.
    DefinitionDeleted {
        /// Which.
        id: DefinitionId,
    },
    /// The member of staff as they are now.
    Staff {
        /// As they are now.
        staff: Arc<Staff>,
        /// Whether they were made by this command.
        created: bool,
    },
    /// The member of staff is gone.
    StaffDeleted {
        /// Which.
        id: StaffId,
    },
    /// The slot is kept.
    Held {
        /// Until when, and with whom.
        hold: Arc<Hold>,
    },
    /// Booked, now or by the very same wish before: whole, with its number.
    Booked {
        /// As it is now.
        reservation: Arc<Reservation>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The same person has booked the same start already, by another wish. Its number is not for this caller.
    BookedBefore {
        /// As it is now.
        reservation: Arc<Reservation>,
    },
    /// The reservation as it is now.
    Reservation {
        /// As it is now.
        reservation: Arc<Reservation>,
    },
    /// The template of messages as it is now.
    Template {
        /// As it is now.
        template: Arc<Template>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The template of messages is gone.
    TemplateDeleted {
        /// Which.
        id: TemplateId,
    },
    /// The reservation is gone.
    ReservationDeleted {
        /// Which.
        id: ReservationId,
    },
    /// Who waits.
    Waiting {
        /// As it stands now.
        entry: Arc<WaitlistEntry>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// Nothing to tell (time passed).
    Done,
}

/// What `command` meant, given the state after its `events` were applied.
#[must_use]
pub fn answer(state: &CalendarState, command: &Command, events: &[Event], now: DateTime<Utc>) -> Answer {
    let answer = match &command.act {
        Act::CreateDefinition { draft } => definition(state, &draft.id, true),
        Act::UpdateDefinition { id, .. } => definition(state, id, false),
        Act::DeleteDefinition { id, .. } => Some(Answer::DefinitionDeleted { id: id.clone() }),
        Act::CreateStaff { draft } => staff(state, &draft.id, true),
        Act::UpdateStaff { id, .. } => staff(state, id, false),
        Act::DeleteStaff { id, .. } => Some(Answer::StaffDeleted { id: id.clone() }),
        Act::CreateTemplate { draft } => template(state, &draft.id, true),
        Act::UpdateTemplate { id, .. } => template(state, id, false),
        Act::DeleteTemplate { id, .. } => Some(Answer::TemplateDeleted { id: id.clone() }),
        Act::Hold(wish) => state.hold(&wish.id).map(|hold| Answer::Held { hold: Arc::clone(hold) }),
        Act::Create(booking) => booked(state, booking, &command.by, events, now),
        Act::JoinWaitlist(wish) => {
            let created = events.iter().any(|event| matches!(event, Event::WaitlistChanged { .. }));
            same_wish(state, wish).map(|entry| Answer::Waiting { entry: Arc::clone(entry), created })
        }
        Act::Delete { id, .. } => Some(Answer::ReservationDeleted { id: id.clone() }),
        Act::Reschedule { reservation, past, .. }
        | Act::Cancel { reservation, past, .. }
        | Act::CheckIn { reservation, past, .. } => {
            let found = match reservation {
                Named::Id { id } => state.reservation(id),
                Named::Number { number, .. } => state.by_number(number),
            };
            about(found, past.as_deref())
        }
        Act::Update { id, past, .. }
        | Act::RefuseArrival { id, past, .. }
        | Act::Complete { id, past }
        | Act::NoShow { id, past, .. }
        | Act::TakeBack { id, past }
        | Act::SendReminder { id, past } => about(state.reservation(id), past.as_deref()),
        Act::Tick => None,
    };
    answer.unwrap_or(Answer::Done)
}

fn definition(state: &CalendarState, id: &DefinitionId, created: bool) -> Option<Answer> {
    state.definition(id).map(|definition| Answer::Definition { definition: Arc::clone(definition), created })
}

fn staff(state: &CalendarState, id: &StaffId, created: bool) -> Option<Answer> {
    state.staff_member(id).map(|staff| Answer::Staff { staff: Arc::clone(staff), created })
}

fn template(state: &CalendarState, id: &TemplateId, created: bool) -> Option<Answer> {
    state.template(id).map(|template| Answer::Template { template: Arc::clone(template), created })
}

/// Only who sent the very same body, or made the booking by this command, learns its number; and staff, who see it anyway.
fn booked(
    state: &CalendarState,
    booking: &Booking,
    by: &Party,
    events: &[Event],
    now: DateTime<Utc>,
) -> Option<Answer> {
    let is_new = |event: &Event| matches!(event, Event::ReservationChanged { change: Change::Booked, .. });
    if events.iter().any(is_new) {
        let reservation = Arc::clone(state.reservation(&booking.id)?);
        return Some(Answer::Booked { reservation, created: true });
    }
    earlier(state, booking, now).map(|earlier| match earlier {
        Earlier::SameBody(found) => Answer::Booked { reservation: Arc::clone(found), created: false },
        Earlier::SameStart(found) if by.is_staff() => Answer::Booked { reservation: Arc::clone(found), created: false },
        Earlier::SameStart(found) => Answer::BookedBefore { reservation: Arc::clone(found) },
    })
}

/// The reservation as it is now: in memory, or from history where nothing has changed.
fn about(found: Option<&Arc<Reservation>>, past: Option<&Reservation>) -> Option<Answer> {
    let reservation = found.cloned().or_else(|| past.cloned().map(Arc::new))?;
    Some(Answer::Reservation { reservation })
}
