//! A service point as its staff sees it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::hours::WeeklyHours;
use crate::domain::ids::PointId;
use crate::domain::queue::{Admission, Admittance, QueueSettings, ServicePoint};

/// A service point.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServicePointView<'a> {
    /// Its id within the org.
    #[schema(value_type = String, example = "counter")]
    id: &'a PointId,
    /// Its name, as customers read it.
    #[schema(example = "Counter")]
    name: &'a str,
    /// Where it is, in words; may be empty.
    location: &'a str,
    /// How many can be served at once.
    #[schema(example = 2)]
    capacity: u32,
    /// IANA name of the zone of its days and hours.
    #[schema(example = "Europe/Berlin")]
    timezone: &'a str,
    /// When it is open, by weekday; null: always.
    #[schema(value_type = Option<Object>, example = json!({"mon": [["09:00", "17:00"]]}))]
    hours: Option<&'a WeeklyHours>,
    /// How its queue behaves.
    queue: QueueSettingsView<'a>,
    /// Whether somebody could join now: `open`, `paused` or `closed`, the hours included.
    #[schema(example = "open")]
    status: &'static str,
    /// What a clerk has set: `open`, `paused` or `closed`, whatever the hours say.
    #[schema(example = "open")]
    admission: &'static str,
    /// When it opens next, where the hours tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<DateTime<Utc>>,
    /// When a pause ends by itself, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    reopens_at: Option<DateTime<Utc>>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// Row version; also the `ETag`.
    #[schema(example = 1)]
    version: u64,
}

/// How a queue behaves.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueSettingsView<'a> {
    /// Most people who may wait.
    max_waiting: u32,
    /// Mean service time to start from, in minutes.
    average_service_minutes: u32,
    /// How long a called person may take to come, in minutes.
    grace_minutes: u32,
    /// Whether a called person is a no-show by itself once the grace period is over.
    auto_no_show: bool,
    /// Whether `start` needs a check-in first.
    require_check_in: bool,
    /// Names of priorities, the one to be served first in front.
    priorities: &'a [String],
    /// The wait that is promised, in minutes.
    wait_limit_minutes: u32,
}

impl<'a> ServicePointView<'a> {
    /// The point at `now`.
    #[must_use]
    pub fn new(point: &'a ServicePoint, now: DateTime<Utc>) -> Self {
        let admittance = point.admittance(now);
        Self {
            id: &point.id,
            name: &point.name,
            location: &point.location,
            capacity: point.capacity,
            timezone: point.timezone.name(),
            hours: point.hours.as_ref(),
            queue: QueueSettingsView::new(&point.queue),
            status: admittance.word(),
            admission: admission_word(&point.admission),
            opens_at: opens_at(admittance),
            reopens_at: reopens_at(admittance),
            created_at: point.created_at,
            updated_at: point.updated_at,
            version: point.version,
        }
    }
}

impl<'a> QueueSettingsView<'a> {
    fn new(queue: &'a QueueSettings) -> Self {
        Self {
            max_waiting: queue.max_waiting,
            average_service_minutes: queue.average_service_minutes,
            grace_minutes: queue.grace_minutes,
            auto_no_show: queue.auto_no_show,
            require_check_in: queue.require_check_in,
            priorities: &queue.priorities,
            wait_limit_minutes: queue.wait_limit_minutes,
        }
    }
}

/// When it opens next, where that is known.
#[must_use]
pub fn opens_at(admittance: Admittance) -> Option<DateTime<Utc>> {
    match admittance {
        Admittance::Closed { opens_at } => opens_at,
        Admittance::Open | Admittance::Paused { .. } => None,
    }
}

/// When a pause ends by itself, where that was said.
#[must_use]
pub fn reopens_at(admittance: Admittance) -> Option<DateTime<Utc>> {
    match admittance {
        Admittance::Paused { until } => until,
        Admittance::Open | Admittance::Closed { .. } => None,
    }
}

fn admission_word(admission: &Admission) -> &'static str {
    match admission {
        Admission::Open => "open",
        Admission::Paused { .. } => "paused",
        Admission::Closed => "closed",
    }
}
