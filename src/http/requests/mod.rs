//! What clients send, turned into the domain's own types. Each parser collects everything that is wrong, so that a form
//! can show all of its errors at once.

pub mod acts;
pub mod calendar;
pub mod clock;
pub mod desk;
mod field;
pub mod join;
pub mod service_point;
pub mod sla;
pub mod span;

use chrono::{DateTime, Datelike as _, Utc};

pub use field::{Errors, Field};

use crate::domain::invalid::Invalid;

/// First year that an instant may lie in.
pub const YEAR_MIN: i32 = 1900;
/// First year that an instant may no longer lie in.
pub const YEAR_END: i32 = 2200;

/// An instant of the wire: RFC 3339, with an offset.
///
/// # Errors
/// Anything else, and instants outside of 1900 to 2200.
pub fn instant(path: &str, text: &str) -> Result<DateTime<Utc>, Invalid> {
    let instant = DateTime::parse_from_rfc3339(text)
        .map_err(|_| Invalid::new(path, "must be an instant such as 2026-05-10T09:00:00Z"))?
        .with_timezone(&Utc);
    if (YEAR_MIN..YEAR_END).contains(&instant.year()) {
        Ok(instant)
    } else {
        Err(Invalid::new(path, format!("must lie in the years {YEAR_MIN} to {}", YEAR_END - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_need_an_offset_and_a_sensible_year() {
        assert!(instant("at", "2026-05-10T09:00:00Z").is_ok());
        assert!(instant("at", "2026-05-10T11:00:00.5+02:00").is_ok());
        for bad in ["2026-05-10", "2026-05-10T09:00:00", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "x", ""] {
            assert!(instant("at", bad).is_err(), "{bad}");
        }
    }
}
