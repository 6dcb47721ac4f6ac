//! Who owns which state, in which order messages are handled, and what happens when an owner falls.
//!
//! Actors hold state and order; they decide nothing: every decision is `domain`'s, every follow-up `workflows`'.

mod directory;
mod published;
mod request;

pub use directory::{ClockRefusal, Directory, PointHealth};
pub use published::{Published, Rendering};
pub use request::{Answered, IDEMPOTENCY_KEY_MAX_CHARACTERS, IdempotencyKey, Request, Unanswered};
