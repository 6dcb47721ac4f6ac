//! Which slots are offered, and why others are not: one inspection answers lists, and decides bookings.

mod answer;
mod crew;
mod grid;
mod inspection;
mod listing;
mod load;
mod openings;
mod placing;
mod shifts;
mod wish;

pub use answer::{ClosedDay, Closure, Edge, Explained, OfferedSlot, Question, Refusal, SLOT_DAYS_MAX, SlotAnswer};
pub(super) use listing::check_party;
pub use listing::slots;
pub use placing::NEAREST_MAX;
pub(super) use placing::{free_near, place, seat_in_place, taken_after_all};
pub(super) use wish::{View, Wish};
