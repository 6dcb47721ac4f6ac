//! The names of owners: what one org's state is divided into, each part with exactly one owner.

use std::fmt;

use super::ids::PointId;

/// What the calendar is called where owners are told apart by text; no slug looks like it.
const CALENDAR: &str = ":calendar";
/// What the desk is called there.
const DESK: &str = ":desk";

/// One part of an org's state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OwnerName {
    /// The bookable time of the org.
    Calendar,
    /// The tickets of the org, and what their clocks follow.
    Desk,
    /// The queue of one service point.
    Point(PointId),
}

/// The one calendar of an org, where it stands beside things that have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TheCalendar;

impl fmt::Display for TheCalendar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(CALENDAR)
    }
}

/// The one desk of an org, where it stands beside things that have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TheDesk;

impl fmt::Display for TheDesk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(DESK)
    }
}

impl OwnerName {
    /// The name as text, different for each owner of an org.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Calendar => CALENDAR,
            Self::Desk => DESK,
            Self::Point(point) => point.as_str(),
        }
    }
}

impl fmt::Display for OwnerName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
