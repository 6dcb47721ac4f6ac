//! A business calendar as an org keeps it: the hours that count, and what people call them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::invalid::{Invalid, text};
use crate::domain::sla::BusinessCalendar;

/// Longest name of a business calendar, in characters.
pub const CALENDAR_NAME_MAX_CHARACTERS: usize = 120;

/// What a business calendar says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarTerms {
    /// What it is called.
    pub name: String,
    /// When time counts; shared by all clocks that follow it.
    pub hours: Arc<BusinessCalendar>,
}

impl CalendarTerms {
    /// Checks the name; the hours hold together already.
    ///
    /// # Errors
    /// `name`: it is empty, too long, or holds control characters.
    pub fn new(name: &str, hours: Arc<BusinessCalendar>) -> Result<Self, Invalid> {
        Ok(Self { name: text("name", name, 1, CALENDAR_NAME_MAX_CHARACTERS, false)?, hours })
    }
}
