//! What has happened in a calendar. `apply` needs nothing else to follow it, and messages are derived from it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::definition::Definition;
use super::hold::{Hold, HoldEnd};
use super::reminder::{Channel, Reminded, RuleKey};
use super::reservation::{Arrival, Reservation, Slot};
use super::staff::Staff;
use super::waitlist::{WaitlistChange, WaitlistEntry};
use crate::domain::ids::{HoldId, ReservationId, StaffId};
use crate::domain::message::Template;

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// A definition was made, changed or deleted.
    DefinitionChanged {
        /// Which of these.
        change: Edit,
        /// As it is now.
        definition: Box<Definition>,
        /// Who did it.
        by: Option<String>,
    },
    /// A member of staff was made, changed or deleted.
    StaffChanged {
        /// Which of these.
        change: Edit,
        /// As it is now.
        staff: Box<Staff>,
        /// Who did it.
        by: Option<String>,
    },
    /// A template of messages was made, changed or deleted.
    TemplateChanged {
        /// Which of these.
        change: Edit,
        /// As it is now.
        template: Box<Template>,
        /// Who did it.
        by: Option<String>,
    },
    /// A slot is kept for somebody who asked. (One that is offered comes with [`WaitlistChange::Offered`].)
    Held {
        /// What is kept.
        hold: Box<Hold>,
    },
    /// A slot is kept no more.
    HoldEnded {
        /// Which hold.
        id: HoldId,
        /// Why.
        end: HoldEnd,
        /// When; for one that expired the very moment.
        at: DateTime<Utc>,
    },
    /// A reservation was made or changed: as it is afterwards.
    ReservationChanged {
        /// What happened.
        change: Change,
        /// As it is afterwards.
        reservation: Box<Reservation>,
        /// When it became true; for what time decided the due moment, however late it was noticed.
        at: DateTime<Utc>,
        /// Who did it; `None`: the customer or time.
        by: Option<String>,
    },
    /// A reservation is gone from all lists.
    ReservationDeleted {
        /// Which.
        id: ReservationId,
        /// What took its customer into a line, where the visit may go on there.
        arrival: Option<Box<Arrival>>,
        /// When.
        at: DateTime<Utc>,
        /// Who did it.
        by: Option<String>,
    },
    /// Somebody who waits: as they stand afterwards.
    WaitlistChanged {
        /// What happened.
        change: WaitlistChange,
        /// As it is afterwards.
        entry: Box<WaitlistEntry>,
        /// When it became true.
        at: DateTime<Utc>,
    },
}

/// What happened to a part of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// Made.
    Created,
    /// Changed.
    Updated,
    /// Deleted.
    Deleted,
}

/// What happened to a reservation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Change {
    /// Made; pending or confirmed, as its status says.
    Booked,
    /// A pending one stands now.
    Confirmed,
    /// Took another slot.
    Moved {
        /// The slot before.
        from: Slot,
        /// Who was to serve before.
        staff_ids: Vec<StaffId>,
    },
    /// Notes, customer, people or staff are different; the slot is not.
    Updated,
    /// Called off.
    Cancelled,
    /// The customer has come.
    CheckedIn {
        /// What takes it into the queue of its point; `None`: it has no point.
        arrival: Option<Arrival>,
    },
    /// The queue refused it: as it was before the check-in.
    ArrivalRefused,
    /// The service is done.
    Completed,
    /// The customer did not come.
    NoShow,
    /// That it was completed, or a no-show, was taken back.
    TakenBack,
    /// A reminder is due: to be sent.
    ReminderDue {
        /// By which rule, and when it was due.
        reminded: Reminded,
        /// By which way.
        channel: Channel,
        /// In which words; `None`: ours.
        template_id: Option<String>,
    },
    /// The start has come before anybody could send a reminder: not to be sent.
    ReminderMissed {
        /// Which rule.
        rule: RuleKey,
    },
    /// A member of staff wants the customer reminded now.
    ReminderAsked,
    /// Somebody repeated the booking: the confirmation goes once more to the stored address.
    Repeated,
}

impl Event {
    /// When it became true.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::DefinitionChanged { definition, .. } => definition.updated_at,
            Self::StaffChanged { staff, .. } => staff.updated_at,
            Self::TemplateChanged { template, .. } => template.updated_at,
            Self::Held { hold } => hold.created_at,
            Self::HoldEnded { at, .. }
            | Self::ReservationChanged { at, .. }
            | Self::ReservationDeleted { at, .. }
            | Self::WaitlistChanged { at, .. } => *at,
        }
    }
}
