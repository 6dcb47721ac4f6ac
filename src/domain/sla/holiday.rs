//! Days on which no promise counts.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::invalid::Invalid;

/// A year that has a 29 February, to see whether a month has a day.
const A_LEAP_YEAR: i32 = 2024;

/// A local civil day, midnight to midnight. On the wire `2026-12-25`, or `12-25` for each year (`02-29`: each leap year).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Holiday {
    /// One day.
    Once(NaiveDate),
    /// The same day of each year.
    Yearly {
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
    },
}

impl Holiday {
    /// Reads the form of the wire.
    ///
    /// # Errors
    /// It is no such day.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("", "must be a day such as 2026-12-25, or 12-25 for each year");
        if !text.bytes().enumerate().all(|(place, byte)| {
            let is_hyphen = text.len() >= 3 && (place == text.len() - 3 || (text.len() == 10 && place == 4));
            if is_hyphen { byte == b'-' } else { byte.is_ascii_digit() }
        }) {
            return Err(wrong());
        }
        match text.len() {
            10 => text.parse().map(Self::Once).map_err(|_| wrong()),
            5 => {
                let (month, day) = (text[..2].parse().map_err(|_| wrong())?, text[3..].parse().map_err(|_| wrong())?);
                NaiveDate::from_ymd_opt(A_LEAP_YEAR, month, day).ok_or_else(wrong)?;
                Ok(Self::Yearly { month, day })
            }
            _ => Err(wrong()),
        }
    }

    /// The date that it falls on in a year, if on any.
    #[must_use]
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Once(date) => Some(date).filter(|date| date.year() == year),
            Self::Yearly { month, day } => NaiveDate::from_ymd_opt(year, month, day),
        }
    }
}

impl fmt::Display for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once(date) => write!(f, "{date}"),
            Self::Yearly { month, day } => write!(f, "{month:02}-{day:02}"),
        }
    }
}

impl TryFrom<String> for Holiday {
    type Error = Invalid;

    fn try_from(value: String) -> Result<Self, Invalid> {
        Self::parse(&value)
    }
}

impl From<Holiday> for String {
    fn from(value: Holiday) -> Self {
        value.to_string()
    }
}
