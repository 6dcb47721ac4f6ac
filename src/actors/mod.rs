//! Who owns which state, in which order messages are handled, and what happens when an owner falls.
//!
//! Actors hold state and order; they decide nothing: every decision is `domain`'s, every follow-up `workflows`'.

mod alarm;
mod arrivals;
mod arrived;
mod change;
mod courier;
mod directory;
mod due;
mod in_flight;
mod keys;
mod message;
mod opening;
mod published;
mod registry;
mod request;
mod service_point;
mod slot;
mod test_clock;

pub use directory::{Directory, OUTCOME_TIMEOUT};
pub use opening::open;
pub use published::{Published, Rendering};
pub use registry::Registry;
pub use request::{Answered, IDEMPOTENCY_KEY_MAX_CHARACTERS, IdempotencyKey, Request, Unanswered};
pub use slot::{FALLS_MAX, FALLS_WITHIN, PointHealth};
pub use test_clock::ClockRefusal;
