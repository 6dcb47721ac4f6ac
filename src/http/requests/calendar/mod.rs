//! What clients send about bookable time.

pub mod changes;
pub mod filter;
pub mod locale;
pub mod reservation;
