//! Who owns which state, in which order messages are handled, and what happens when an owner falls.
//!
//! Actors hold state and order; they decide nothing: every decision is `domain`'s, every follow-up `workflows`'.

mod aggregate;
mod alarm;
mod appointments;
mod arrivals;
mod arrived;
mod asking;
mod calendar;
mod courier;
mod desk;
mod directory;
mod due;
mod in_flight;
mod in_turn;
mod keys;
mod message;
mod notifier;
mod opening;
mod owner;
mod published;
mod reach;
mod registry;
mod request;
mod seat;
mod service_point;
mod settling;
mod slot;
mod test_clock;

pub use crate::channels::inbound::{
    MailForm, author as author_of_mail, read as read_mail, read_form as read_mail_form,
    ticket_numbers as ticket_numbers_in,
};
pub use crate::channels::{
    CannedError, Letter, canned_text, check_canned_text, holidays_of_calendar_file, published_calendar_file, try_out,
};
pub use aggregate::Aggregate;
pub use asking::OUTCOME_TIMEOUT;
pub use calendar::Calendar;
pub use desk::Desk;
pub use directory::{Directory, Reached};
pub use notifier::{Notifier, NotifierSettings, ReplayRefusal};
pub use opening::open;
pub use published::{Published, Rendering};
pub use registry::{Correspondence, Registry};
pub use request::{Answered, IDEMPOTENCY_KEY_MAX_CHARACTERS, IdempotencyKey, Request, Unanswered};
pub use service_point::ServicePoint;
pub use settling::{Payload, Settled, Settling};
pub use slot::{FALLS_MAX, FALLS_WITHIN, OwnerHealth};
pub use test_clock::ClockRefusal;
