//! The bookable time of one org: definitions, staff, reservations, and every rule about them.
//!
//! `slots` says what is offered; `decide` says what a command makes happen, by the very same rules; `apply` makes it so,
//! `answer` tells the caller what it meant for them.

mod answer;
mod apply;
mod busy;
mod command;
mod configuring;
mod crontab;
mod decide;
mod definition;
mod event;
mod hold;
mod instants;
mod invariants;
mod number;
mod offerable;
mod points;
mod rejection;
mod reminder;
mod reservation;
mod slots;
mod staff;
mod state;
mod waitlist;
mod wake;

pub use answer::{Answer, answer};
pub use apply::{FORGOTTEN_PER_EVENT_MAX, apply};
pub use busy::{Busy, Claim, ClaimId, Lane};
pub use command::{Act, Booking, Command, HoldWish, WaitlistWish};
pub use crontab::{Crontab, EXPRESSION_MAX_CHARACTERS};
pub use decide::{DEFINITIONS_MAX, OFFERS_PER_COMMAND_MAX, STAFF_MEMBERS_MAX, TICK_ITEMS_MAX, decide};
pub use definition::{
    BLOCKED_MAX, BUFFER_MAX_MINUTES, Blocked, Buffers, Confirm, DESCRIPTION_MAX_CHARACTERS, DURATION_MAX_MINUTES,
    Definition, DefinitionChanges, DefinitionDraft, HORIZON_DEFAULT_DAYS, HORIZON_MAX_DAYS, Limits, Location,
    NAME_MAX_CHARACTERS, NOTICE_MAX_MINUTES, OVERRIDES_MAX, Override, OverrideOpening, REMINDERS_MAX, SEATS_MAX,
    STAFF_MAX, Terms,
};
pub use event::{Change, Edit, Event};
pub use hold::{HOLD_MINUTES, HOLDS_MAX, Hold, HoldEnd, OFFER_MINUTES};
pub use invariants::check_invariants;
pub use number::{NUMBER_CHARACTERS, ReservationNumber};
pub use points::{PointTerms, Points};
pub use rejection::{LateAct, Rejection};
pub use reminder::{
    BEFORE_MAX_SECONDS, Channel, DAYS_BEFORE_MAX, Reminded, Reminder, RuleKey, Schedule, TEMPLATE_MAX_CHARACTERS,
};
pub use reservation::{
    Arrival, CUSTOMER_NAME_MAX_CHARACTERS, CancelledBy, Customer, LOCALE_MAX_CHARACTERS, NOTES_MAX_CHARACTERS, Named,
    NewStatus, PARTY_MAX, REASON_MAX_CHARACTERS, REPEAT_MAILS_MAX, Reservation, ReservationChanges, SAME_BODY_SECONDS,
    Slot, Status,
};
pub use slots::{
    ClosedDay, Closure, Edge, Explained, NEAREST_MAX, OfferedSlot, Question, Refusal, SLOT_DAYS_MAX, SlotAnswer, slots,
};
pub use staff::{Staff, StaffChanges, StaffDraft, StaffTerms};
pub use state::{CalendarState, MEMORY_HOURS};
pub use waitlist::{OFFERS_MAX, WAITLIST_MAX, WAITLIST_SPAN_MAX_DAYS, Waiting, WaitlistChange, WaitlistEntry};
pub use wake::wake_at;

#[cfg(test)]
pub(crate) mod tests;
