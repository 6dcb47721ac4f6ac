//! A service point: a physical place with capacity, its hours and the settings of its queue.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::hours::WeeklyHours;
use crate::domain::ids::PointId;

/// Most people that can be served at the same time at one point.
pub const CAPACITY_MAX: u32 = 1_000;
/// Most people that may wait at one point, whatever its settings say.
pub const WAITING_MAX: u32 = 10_000;
/// Longest mean service time and longest grace period, in minutes: one day.
pub const MINUTES_MAX: u32 = 1_440;
/// Longest name, in characters.
pub const NAME_MAX_CHARACTERS: usize = 120;
/// Longest description of a location, in characters.
pub const LOCATION_MAX_CHARACTERS: usize = 300;
/// Most priorities that a point can tell apart.
pub const PRIORITIES_MAX: usize = 10;
/// Longest name of a priority, in characters.
pub const PRIORITY_MAX_CHARACTERS: usize = 40;
/// The priority of those who claim none, where the point's list has it.
pub const NORMAL_PRIORITY: &str = "normal";

/// Whether a clerk has opened the point: the other half of "open" is its hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Admission {
    /// People may join within the hours.
    Open,
    /// Nobody may join for the moment; those who wait keep their places and are still called.
    Paused {
        /// Subject of the clerk who paused it; `None` when it was set by an update of the point.
        by: Option<String>,
        /// When it was paused.
        at: DateTime<Utc>,
        /// When it opens again by itself, where that was said.
        until: Option<DateTime<Utc>>,
    },
    /// Nobody may join, whatever the hours say.
    Closed,
}

/// How the queue of a point behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueSettings {
    /// Most people who may wait; 1 to [`WAITING_MAX`]. Default 100.
    pub max_waiting: u32,
    /// Mean service time to start from, in minutes; 1 to [`MINUTES_MAX`]. Default 10.
    pub average_service_minutes: u32,
    /// How long a called person may take to come, in minutes; 0 to [`MINUTES_MAX`]. Default 5.
    pub grace_minutes: u32,
    /// Whether a called person is a no-show by itself once the grace period is over. Default false.
    pub auto_no_show: bool,
    /// Whether `start` needs a check-in first. Default false.
    pub require_check_in: bool,
    /// Names of priorities, the one to be served first in front. Default urgent, high, normal, low.
    pub priorities: Vec<String>,
    /// The wait that supervisors promise, in minutes: longer ones count as late. Default 20.
    pub wait_limit_minutes: u32,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self {
            max_waiting: 100,
            average_service_minutes: 10,
            grace_minutes: 5,
            auto_no_show: false,
            require_check_in: false,
            priorities: ["urgent", "high", NORMAL_PRIORITY, "low"].map(str::to_owned).to_vec(),
            wait_limit_minutes: 20,
        }
    }
}

impl QueueSettings {
    /// Rank of a priority: 0 is served first. Nobody's claim stands at "normal", or behind all where there is no "normal".
    ///
    /// `None` when the name is not one of this point's.
    #[must_use]
    pub fn rank(&self, priority: Option<&str>) -> Option<u8> {
        let position = |name: &str| self.priorities.iter().position(|known| known == name);
        let rank = match priority {
            Some(name) => position(name)?,
            None => position(NORMAL_PRIORITY).unwrap_or(self.priorities.len()),
        };
        u8::try_from(rank).ok()
    }
}

/// A service point as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePoint {
    /// Its id within the org.
    pub id: PointId,
    /// Its name, as customers read it on the board.
    pub name: String,
    /// Where it is, in words; may be empty.
    pub location: String,
    /// Who can be served at once; 1 to [`CAPACITY_MAX`].
    pub capacity: u32,
    /// The zone of its days and hours.
    pub timezone: Tz,
    /// When it is open; none given means always.
    pub hours: Option<WeeklyHours>,
    /// How its queue behaves.
    pub queue: QueueSettings,
    /// Whether a clerk has opened, paused or closed it.
    pub admission: Admission,
    /// Row version: grows by 1 with each change of the configuration or of the admission.
    pub version: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a caller gives to make a service point; parsed, with the defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PointDraft {
    /// See [`ServicePoint::id`].
    pub id: PointId,
    /// See [`ServicePoint::name`].
    pub name: String,
    /// See [`ServicePoint::location`].
    pub location: String,
    /// See [`ServicePoint::capacity`].
    pub capacity: u32,
    /// See [`ServicePoint::timezone`].
    pub timezone: Tz,
    /// See [`ServicePoint::hours`].
    pub hours: Option<WeeklyHours>,
    /// See [`ServicePoint::queue`].
    pub queue: QueueSettings,
    /// `Open`, `Paused` (since now, by nobody named) or `Closed`.
    pub admission: PointStatus,
}

/// The `status` that a caller may set on create and update: the `at` of a pause is the moment of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PointStatus {
    /// See [`Admission::Open`].
    Open,
    /// See [`Admission::Paused`].
    Paused,
    /// See [`Admission::Closed`].
    Closed,
}

/// What an update changes: `None` stays as it is. [`PointChanges::apply_to`] merges it, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PointChanges {
    /// New name.
    pub name: Option<String>,
    /// New location; the empty text clears it.
    pub location: Option<String>,
    /// New capacity. Those being served stay, even when they are more.
    pub capacity: Option<u32>,
    /// New zone.
    pub timezone: Option<Tz>,
    /// New hours; `Some(None)` clears them: always open.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub hours: Option<Option<WeeklyHours>>,
    /// New [`QueueSettings::max_waiting`].
    pub max_waiting: Option<u32>,
    /// New [`QueueSettings::average_service_minutes`].
    pub average_service_minutes: Option<u32>,
    /// New [`QueueSettings::grace_minutes`]; applies to those already called too.
    pub grace_minutes: Option<u32>,
    /// New [`QueueSettings::auto_no_show`].
    pub auto_no_show: Option<bool>,
    /// New [`QueueSettings::require_check_in`].
    pub require_check_in: Option<bool>,
    /// New [`QueueSettings::priorities`]. Those who wait keep the place that they have.
    pub priorities: Option<Vec<String>>,
    /// New [`QueueSettings::wait_limit_minutes`].
    pub wait_limit_minutes: Option<u32>,
    /// New status.
    pub status: Option<PointStatus>,
}

/// A field that is there is `Some`, even when it is `null`: that clears it.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<WeeklyHours>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
