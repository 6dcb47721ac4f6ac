//! The bookable time of one org: definitions, staff, reservations, and every rule about them.
//!
//! `slots` says what is offered; `decide` says what a command makes happen, by the very same rules; `apply` makes it so,
//! `answer` tells the caller what it meant for them, `wake_at` when time alone makes something happen. Messages are not
//! decided here: they are derived from events.
//!
//! Where the contract leaves room, this is what holds:
//!
//! - **Hours.** Without hours of its own a definition begins its grid when its point opens, without either at midnight;
//!   staff hours limit, but begin no grid. Open time that meets at midnight is one: a slot may reach across it. Several
//!   overrides with hours for one date add up.
//! - **Clock changes.** A start that the wall clock shows twice is two slots, both inside the hours; a closing time
//!   that it shows twice means the first.
//! - **Spots.** A party counts as its people in capacity, in the point and in seats; a day limit counts bookings. Staff limits
//!   where some is required, or where somebody is asked for. A party goes to one session that has seats for all
//!   of it, else to new groups, else it is spread. The least booked are those with the fewest bookings that day.
//! - **Room.** Pending, confirmed, checked in and held take room; completed, missed and cancelled do not.
//! - **A hold** keeps its slot in time as well: notice counts from its beginning, as long as the slot has not begun.
//! - **Moving** judges the new slot as if the old one were free, and keeps the staff where it can. Customers move as long as they may
//!   cancel: else moving far away and cancelling there would be the way round.
//! - **Repeats.** The same person and start is so within one definition. Such repeats send three mails at most.
//! - **A deleted definition** takes no bookings; what is booked stays, and is reminded of. Its id stays taken.
//! - **Reminders** are for confirmed reservations. A rule that was due before the reservation was made, confirmed or
//!   moved is skipped; one that was due while nobody was there goes out late, until the start. A rule by the clock is due at its first
//!   match on its day. A rule is the same rule as long as its time and its channel are: other words send nothing twice.
//! - **The waitlist** is offered what a cancellation, a move or an end of a hold frees, not what new hours open. No start is
//!   offered twice to one who waits, and five at most are.
//! - **A check-in** on the day of the slot or later is the same; only the place in the line differs. Before that day, in the
//!   zone of the place, a supervisor has to want it.

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
pub use decide::{
    DEFINITIONS_MAX, OFFERS_PER_COMMAND_MAX, STAFF_MEMBERS_MAX, TEMPLATES_MAX, TICK_ITEMS_MAX, decide, taken_beneath,
};
pub use definition::{
    BLOCKED_MAX, BUFFER_MAX_MINUTES, Blocked, Buffers, Confirm, DESCRIPTION_MAX_CHARACTERS, DURATION_MAX_MINUTES,
    Definition, DefinitionChanges, DefinitionDraft, HORIZON_DEFAULT_DAYS, HORIZON_MAX_DAYS, Limits, Location,
    NAME_MAX_CHARACTERS, NOTICE_MAX_MINUTES, OVERRIDES_MAX, Override, OverrideOpening, REMINDERS_MAX, SEATS_MAX,
    STAFF_MAX, Terms,
};
pub use event::{Change, Edit, Event};
pub use hold::{HOLD_MINUTES, HOLDS_MAX, HOLDS_OF_DEFINITION_MAX, Hold, HoldEnd, OFFER_MINUTES};
pub use invariants::check_invariants;
pub use number::{NUMBER_CHARACTERS, ReservationNumber};
pub use points::{PointTerms, Points};
pub use rejection::{LateAct, Rejection};
pub use reminder::{
    BEFORE_MAX_SECONDS, Channel, DAYS_BEFORE_MAX, Reminded, Reminder, RuleKey, Schedule, TEMPLATE_MAX_CHARACTERS,
};
pub use reservation::{
    Arrival, CUSTOMER_NAME_MAX_CHARACTERS, CancelledBy, ClosedBy, Customer, LOCALE_MAX_CHARACTERS,
    NOTES_MAX_CHARACTERS, Named, NewStatus, PARTY_MAX, REASON_MAX_CHARACTERS, REPEAT_MAILS_MAX, Reservation,
    ReservationChanges, SAME_BODY_SECONDS, Slot, Status,
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
