//! Which slots are offered, and why others are not: one inspection answers lists, and decides bookings.

mod answer;

pub use answer::{ClosedDay, Closure, Edge, Explained, OfferedSlot, Question, Refusal, SLOT_DAYS_MAX, SlotAnswer};
