//! What clients send about bookable time.

pub mod changes;
pub mod definition;
pub mod filter;
pub mod locale;
mod reminders;
pub mod reservation;
pub mod slots;
pub mod staff;
pub mod template;
pub(super) mod times;

use chrono_tz::Tz;

/// What holds where a caller leaves it out, or puts null.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// The zone of the business.
    pub timezone: Tz,
    /// The currency of its prices.
    pub currency: String,
}
