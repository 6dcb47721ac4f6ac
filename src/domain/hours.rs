//! Opening hours of a week on the wall clock of a zone.

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Most spans a day.
pub const SPANS_A_DAY_MAX: usize = 12;

/// Hours by weekday, Monday first; each day's spans in order, without overlap. On the wire:
/// `{"mon": [["09:00","12:00"],["13:00","17:00"]], ...}`; a day left out is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyHours {
    days: [Vec<(NaiveTime, NaiveTime)>; 7],
}

/// Whether it is open at a moment, and until when that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Open; closes then (`None`: never within the next eight days).
    Open {
        /// When it closes.
        closes_at: Option<DateTime<Utc>>,
    },
    /// Closed; opens then (`None`: never within the next eight days).
    Closed {
        /// When it opens.
        opens_at: Option<DateTime<Utc>>,
    },
}

impl WeeklyHours {
    /// Whether it is open at `at` in `zone`.
    #[must_use]
    pub fn opening(&self, _zone: Tz, _at: DateTime<Utc>) -> Opening {
        todo!()
    }
}
