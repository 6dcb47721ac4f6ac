//! What clients send about bookable time.

pub mod changes;
pub mod locale;
pub mod reservation;
