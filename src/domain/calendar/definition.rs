//! A definition: a bookable service with its length, its hours, who and where it takes, and the rules of booking it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};

use super::reminder::Reminder;
use crate::domain::hours::{DayHours, WeeklyHours};
use crate::domain::ids::{DefinitionId, PointId, StaffId};
use crate::domain::money::Money;

/// Longest name of a definition or of a member of staff, in characters.
pub const NAME_MAX_CHARACTERS: usize = 120;
/// Longest description, in characters.
pub const DESCRIPTION_MAX_CHARACTERS: usize = 2_000;
/// Longest appointment and widest step of the grid, in minutes: one day.
pub const DURATION_MAX_MINUTES: u32 = 1_440;
/// Longest buffer on either side, in minutes: one day.
pub const BUFFER_MAX_MINUTES: u32 = 1_440;
/// Longest notice, before booking and before cancelling, in minutes: a year.
pub const NOTICE_MAX_MINUTES: u32 = 366 * 1_440;
/// Furthest day that can be booked, in days from today.
pub const HORIZON_MAX_DAYS: u32 = 730;
/// The horizon where none is given, in days.
pub const HORIZON_DEFAULT_DAYS: u32 = 90;
/// Most members of staff who can offer one definition.
pub const STAFF_MAX: usize = 200;
/// Most people at the same moment, most seats in a session, and most bookings a day.
pub const SEATS_MAX: u32 = 10_000;
/// Most dates with hours of their own.
pub const OVERRIDES_MAX: usize = 1_000;
/// Most blocked spans of time.
pub const BLOCKED_MAX: usize = 1_000;
/// Most reminder rules.
pub const REMINDERS_MAX: usize = 10;

/// Whether a booking stands at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirm {
    /// It does.
    #[default]
    Auto,
    /// It waits for a member of staff to confirm it; its time is taken meanwhile.
    Pending,
}

/// Where an appointment takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Location {
    /// At the business.
    #[default]
    Physical,
    /// In a video room.
    Video,
    /// On the phone.
    Phone,
}

/// The hours of one date, in place of those of its weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Override {
    /// Which date, in the owner's zone.
    pub date: NaiveDate,
    /// What holds then.
    #[serde(flatten)]
    pub opening: OverrideOpening,
}

/// What holds on a date with an override. Where one date has several, `closed` beats hours, and hours add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "opening", rename_all = "kebab-case")]
pub enum OverrideOpening {
    /// Nothing is offered.
    Closed,
    /// Open then.
    Hours {
        /// The spans of that date.
        hours: DayHours,
    },
}

/// A span of time in which nothing is offered, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Blocked {
    /// From when on.
    pub start: DateTime<Utc>,
    /// Until when.
    pub end: DateTime<Utc>,
}

/// Limits beyond those of room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Most bookings that start on one day of the definition's zone.
    pub per_day: Option<u32>,
}

/// All that a caller sets about a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// Its name, as customers read it.
    pub name: String,
    /// What it is, in words; may be empty.
    pub description: String,
    /// How long an appointment takes, in elapsed minutes; 1 to [`DURATION_MAX_MINUTES`].
    pub duration_minutes: u32,
    /// How far apart starts are on the wall clock, in minutes; `None`: as the duration.
    pub step_minutes: Option<u32>,
    /// What it costs.
    pub price: Option<Money>,
    /// How many members of staff one appointment takes; 0: none.
    pub required_staff: u32,
    /// Who can offer it.
    pub staff_ids: Vec<StaffId>,
    /// The service point at which it takes place.
    pub service_point_id: Option<PointId>,
    /// How many people at the same moment; see [`Terms::capacity`].
    pub capacity: Option<u32>,
    /// How many people one group of staff takes in the very same slot; more than 1 makes it a class.
    pub seats_per_session: u32,
    /// Time that stays free in front of an appointment, in minutes.
    pub buffer_before_minutes: u32,
    /// Time that stays free behind an appointment, in minutes.
    pub buffer_after_minutes: u32,
    /// How long before its start an appointment can be booked at the latest, in minutes.
    pub min_notice_minutes: u32,
    /// How many days ahead it can be booked, counted from today in its zone.
    pub horizon_days: u32,
    /// How long before its start customers can cancel or move it at the latest, in minutes.
    pub cancel_before_minutes: u32,
    /// The business zone: of the hours, the grid and the days.
    pub timezone: Tz,
    /// When it is offered; `None`: whenever its staff and its point are open, with a grid that begins when the point opens,
    /// else when the first of the staff comes that it requires.
    pub hours: Option<WeeklyHours>,
    /// Dates with hours of their own.
    pub overrides: Vec<Override>,
    /// Spans in which it is not offered.
    pub blocked: Vec<Blocked>,
    /// Limits beyond those of room.
    pub limits: Limits,
    /// Whether a booking stands at once.
    pub confirm: Confirm,
    /// Where it takes place.
    pub location: Location,
    /// When customers are reminded.
    pub reminders: Vec<Reminder>,
    /// Whether it can be booked at all.
    pub active: bool,
}

impl Terms {
    /// How long an appointment takes.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        TimeDelta::minutes(self.duration_minutes.into())
    }

    /// How long before its start an appointment can be booked at the latest.
    #[must_use]
    pub fn notice(&self) -> TimeDelta {
        TimeDelta::minutes(self.min_notice_minutes.into())
    }

    /// How far apart starts are on the wall clock, in minutes.
    #[must_use]
    pub fn step(&self) -> u32 {
        self.step_minutes.unwrap_or(self.duration_minutes)
    }

    /// Most people at the same moment. Left out it is 1 where nothing else would limit (neither staff is required nor a
    /// point named), else only staff and point limit.
    #[must_use]
    pub fn capacity(&self) -> Option<u32> {
        match self.capacity {
            None if self.required_staff == 0 && self.service_point_id.is_none() => Some(1),
            given => given,
        }
    }

    /// The buffers.
    #[must_use]
    pub fn buffers(&self) -> Buffers {
        Buffers { before_minutes: self.buffer_before_minutes, after_minutes: self.buffer_after_minutes }
    }
}

/// Time that stays free around an appointment, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Buffers {
    /// In front of it.
    pub before_minutes: u32,
    /// Behind it.
    pub after_minutes: u32,
}

/// A definition as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// Its id within the org.
    pub id: DefinitionId,
    /// All that a caller sets.
    #[serde(flatten)]
    pub terms: Terms,
    /// Row version: grows by 1 with each change.
    pub version: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was deleted: nothing new can be booked, what is booked stays as it is.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl Definition {
    /// Whether several bookings can share one session of its staff.
    #[must_use]
    pub fn is_class(&self) -> bool {
        self.terms.seats_per_session > 1
    }
}

/// What a caller gives to make a definition; parsed, with the defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionDraft {
    /// See [`Definition::id`].
    pub id: DefinitionId,
    /// All else.
    #[serde(flatten)]
    pub terms: Terms,
}

impl DefinitionDraft {
    /// A draft with everything but the four that have no default.
    #[must_use]
    pub fn new(id: DefinitionId, name: &str, duration_minutes: u32, timezone: Tz) -> Self {
        let terms = Terms {
            name: name.to_owned(),
            description: String::new(),
            duration_minutes,
            step_minutes: None,
            price: None,
            required_staff: 0,
            staff_ids: Vec::new(),
            service_point_id: None,
            capacity: None,
            seats_per_session: 1,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            min_notice_minutes: 0,
            horizon_days: HORIZON_DEFAULT_DAYS,
            cancel_before_minutes: 0,
            timezone,
            hours: None,
            overrides: Vec::new(),
            blocked: Vec::new(),
            limits: Limits::default(),
            confirm: Confirm::default(),
            location: Location::default(),
            reminders: Vec::new(),
            active: true,
        };
        Self { id, terms }
    }
}

/// What an update changes: `None` stays as it is, `Some(None)` clears. Lists are replaced as a whole; empty clears them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "each is the new value of the field of Terms that has its name")]
pub struct DefinitionChanges {
    pub name: Option<String>,
    pub description: Option<String>,
    pub duration_minutes: Option<u32>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub step_minutes: Option<Option<u32>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub price: Option<Option<Money>>,
    pub required_staff: Option<u32>,
    pub staff_ids: Option<Vec<StaffId>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub service_point_id: Option<Option<PointId>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Option<u32>>,
    pub seats_per_session: Option<u32>,
    pub buffer_before_minutes: Option<u32>,
    pub buffer_after_minutes: Option<u32>,
    pub min_notice_minutes: Option<u32>,
    pub horizon_days: Option<u32>,
    pub cancel_before_minutes: Option<u32>,
    pub timezone: Option<Tz>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub hours: Option<Option<WeeklyHours>>,
    pub overrides: Option<Vec<Override>>,
    pub blocked: Option<Vec<Blocked>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub per_day: Option<Option<u32>>,
    pub confirm: Option<Confirm>,
    pub location: Option<Location>,
    pub reminders: Option<Vec<Reminder>>,
    pub active: Option<bool>,
}

/// A field that is there is `Some`, even when it is `null`: that clears it.
pub(super) fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
