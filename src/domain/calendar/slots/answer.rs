//! The question for slots, and its answer.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{DefinitionId, PointId, StaffId};

/// Most days that one question can span: so many dates, or so many times 24 hours between two instants.
pub const SLOT_DAYS_MAX: u32 = 62;

/// One end of the span that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Edge {
    /// An instant: the first one counts, the last one does not.
    At(DateTime<Utc>),
    /// A date in the business zone: both the first and the last one count.
    Date(NaiveDate),
}

/// A question for slots.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Of which definition.
    pub definition: DefinitionId,
    /// From when on.
    pub from: Edge,
    /// Until when.
    pub to: Edge,
    /// With whom, where that matters.
    pub staff: Option<StaffId>,
    /// Where; has to be the definition's own point.
    pub point: Option<PointId>,
    /// For how many people.
    pub party_size: u32,
    /// Whether to say of every start of the grid why it is refused.
    pub explain: bool,
}

/// A slot that can be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferedSlot {
    /// When it begins.
    pub start: DateTime<Utc>,
    /// When it is over.
    pub end: DateTime<Utc>,
    /// For how many people there is room.
    pub spots_available: u32,
    /// Who could serve: sessions with seats left first, then the free, least booked first.
    pub staff_ids: Vec<StaffId>,
}

/// A day on which nothing is offered, full or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedDay {
    /// Which, in the business zone.
    pub date: NaiveDate,
    /// Why.
    pub reason: Closure,
}

/// Why nothing is offered on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// The definition, or all of its staff, cannot be booked at all at the moment.
    Inactive,
    /// It is over.
    Past,
    /// It is too far ahead.
    BeyondHorizon,
    /// An override closes it.
    Closed,
    /// The hours of that weekday, or of that date, offer nothing.
    Hours,
    /// A blocked span covers what would be open.
    Blocked,
    /// The service point is closed.
    PointClosed,
    /// Nobody who could serve is at work, or not enough of those who serve together.
    NoStaff,
    /// More people than there is room for even where nobody has booked.
    PartyTooLarge,
    /// What is left of it is too close.
    Notice,
}

/// Why a start is refused: the rule that says no, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "rule", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Refusal {
    /// The definition cannot be booked.
    #[error("this service cannot be booked at the moment")]
    Inactive,
    /// The start is not one of the grid.
    #[error("appointments do not begin at this time")]
    OffGrid,
    /// The end does not follow from the start.
    #[error("an appointment that begins then ends at {end}")]
    WrongEnd {
        /// The end that would be right.
        end: DateTime<Utc>,
    },
    /// It lies in the past, or too close.
    #[error("the earliest time that can be booked now is {earliest}")]
    Notice {
        /// From when on it works.
        earliest: DateTime<Utc>,
    },
    /// It lies too far ahead.
    #[error("the last day that can be booked now is {last_date}")]
    BeyondHorizon {
        /// The last day that works.
        last_date: NaiveDate,
    },
    /// An override closes its day.
    #[error("that day is closed")]
    Closed,
    /// It is not within the definition's hours from start to end.
    #[error("it is not within the hours from start to end")]
    OutsideHours,
    /// A blocked span lies in it.
    #[error("the time from {start} to {end} is blocked")]
    Blocked {
        /// From when on.
        start: DateTime<Utc>,
        /// Until when.
        end: DateTime<Utc>,
    },
    /// The service point is gone.
    #[error("the service point does not exist any more")]
    PointGone,
    /// The service point is not open from start to end.
    #[error("the service point is not open from start to end")]
    PointClosed,
    /// As many bookings start that day as may.
    #[error("that day has its {limit} bookings")]
    DayLimit {
        /// How many may.
        limit: u32,
    },
    /// Not enough room at some moment.
    #[error("there is room for {free} of {wanted} people: {capacity} at the same moment are possible")]
    Capacity {
        /// How many are possible.
        capacity: u32,
        /// How many more are.
        free: u32,
        /// How many are wanted.
        wanted: u32,
    },
    /// Not enough room at the service point at some moment.
    #[error("the service point has room for {free} of {wanted} people: {capacity} at the same moment are possible")]
    PointCapacity {
        /// How many are possible.
        capacity: u32,
        /// How many more are.
        free: u32,
        /// How many are wanted.
        wanted: u32,
    },
    /// Not enough staff, or seats with them.
    #[error("there is staff for {free} of {wanted} people: {} not at work, {} busy", off.len(), busy.len())]
    Staff {
        /// For how many there is.
        free: u32,
        /// How many are wanted.
        wanted: u32,
        /// For how many there would be if nobody were taken.
        at_work: u32,
        /// Who is not at work then, gone or not active.
        off: Vec<StaffId>,
        /// Who is taken then.
        busy: Vec<StaffId>,
    },
    /// Every rule says yes, but what is stored says that somebody else has it.
    #[error("somebody else has this time already")]
    TakenAfterAll,
}

impl Refusal {
    /// Whether it is only others' bookings that say no: without them the slot would be offered.
    #[must_use]
    pub fn is_lack_of_room(&self) -> bool {
        match self {
            Self::DayLimit { limit } => *limit > 0,
            Self::Capacity { capacity, wanted, .. } | Self::PointCapacity { capacity, wanted, .. } => {
                wanted <= capacity
            }
            Self::Staff { at_work, wanted, .. } => wanted <= at_work,
            Self::TakenAfterAll => true,
            Self::Inactive
            | Self::OffGrid
            | Self::WrongEnd { .. }
            | Self::Notice { .. }
            | Self::BeyondHorizon { .. }
            | Self::Closed
            | Self::OutsideHours
            | Self::Blocked { .. }
            | Self::PointGone
            | Self::PointClosed => false,
        }
    }
}

/// What the rules say of one start of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The start.
    pub start: DateTime<Utc>,
    /// The end that follows from it.
    pub end: DateTime<Utc>,
    /// Every rule that says no; none: it is offered.
    pub refusals: Vec<Refusal>,
}

/// The answer: slots in order, days without any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlotAnswer {
    /// Of which definition.
    pub definition_id: DefinitionId,
    /// The business zone.
    pub timezone: Tz,
    /// What is offered, in order.
    pub slots: Vec<OfferedSlot>,
    /// Days of the span on which nothing is offered, full or not.
    pub closed: Vec<ClosedDay>,
    /// Slots and closed days are the same at any moment from the question on before this one, as long as nobody books or
    /// configures anything. Explanations are not: they name moments that move with the question's.
    pub same_before: DateTime<Utc>,
    /// Every start of the grid in the span, where that was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explain: Vec<Explained>,
}
