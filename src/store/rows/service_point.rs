//! Service points and what their queues count: table `service_point`.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::types::Json;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::hours::WeeklyHours;
use crate::domain::ids::{OrgId, PointId};
use crate::domain::queue::{Admission, Counters, DayStatistics, Pace, QueueSettings, ServicePoint};

/// New points; an id that was ever used is refused by the key.
pub(in crate::store) const INSERT: &str = "INSERT INTO service_point SELECT * FROM unnest($1::service_point[])";

/// What a point and its queue can change.
pub(in crate::store) const UPDATE: &str = "\
UPDATE service_point p SET
    name = r.name, location = r.location, capacity = r.capacity, timezone = r.timezone, hours = r.hours,
    max_waiting = r.max_waiting, average_service_minutes = r.average_service_minutes,
    grace_minutes = r.grace_minutes, auto_no_show = r.auto_no_show, require_check_in = r.require_check_in,
    priorities = r.priorities, wait_limit_minutes = r.wait_limit_minutes, admission = r.admission,
    paused_by = r.paused_by, paused_at = r.paused_at, paused_until = r.paused_until, version = r.version,
    day = r.day, last_number = r.last_number, recent_service_seconds = r.recent_service_seconds, today = r.today,
    queue_version = r.queue_version, wake_at = r.wake_at, updated_at = r.updated_at, deleted_at = r.deleted_at
FROM unnest($1::service_point[]) r
WHERE p.org_id = r.org_id AND p.id = r.id";

/// What only the queue of a point counts.
pub(in crate::store) const COUNT: &str = "\
UPDATE service_point p SET
    day = r.day, last_number = r.last_number, recent_service_seconds = r.recent_service_seconds, today = r.today,
    queue_version = r.queue_version, wake_at = r.wake_at
FROM unnest($1::point_counters[]) r
WHERE p.org_id = r.org_id AND p.id = r.id";

/// All that a start needs: every point that is there, and deleted ones that may still have to take a visit back.
pub(in crate::store) const ALL: &str = "\
SELECT * FROM service_point p
WHERE deleted_at IS NULL OR (org_id, id) IN (
    SELECT org_id, point_id FROM queue_entry WHERE ended_at IS NULL AND state = 'transferred')";

/// Whether there is or ever was a point with this id: ids are not used again, history stays.
pub(in crate::store) const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM service_point WHERE org_id = $1 AND id = $2)";

row_type! { of "service_point":
    /// One row of `service_point`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct ServicePointRow {
        pub(in crate::store) org_id: String,
        pub(in crate::store) id: String,
        name: String,
        location: String,
        capacity: i32,
        timezone: String,
        hours: Option<Json<WeeklyHours>>,
        max_waiting: i32,
        average_service_minutes: i32,
        grace_minutes: i32,
        auto_no_show: bool,
        require_check_in: bool,
        priorities: Vec<String>,
        wait_limit_minutes: i32,
        admission: String,
        paused_by: Option<String>,
        paused_at: Option<DateTime<Utc>>,
        paused_until: Option<DateTime<Utc>>,
        version: i64,
        day: NaiveDate,
        last_number: i32,
        recent_service_seconds: Vec<i32>,
        today: Json<DayStatistics>,
        queue_version: i64,
        wake_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        deleted_at: Option<DateTime<Utc>>,
    }
}

/// The after-image of a point: its configuration, its counters, and when time alone changes something.
#[derive(Clone, Debug)]
pub struct PointImage {
    /// The configuration.
    pub point: std::sync::Arc<ServicePoint>,
    /// What its queue counts.
    pub counters: Counters,
    /// When time alone will next change something.
    pub wake_at: Option<DateTime<Utc>>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// A point as found.
pub(in crate::store) enum StoredPoint {
    /// It is there.
    Present(Box<ServicePoint>),
    /// It is gone, but a visit that left it may come back.
    Deleted(PointId),
}

row_type! { of "point_counters":
    /// The part of a row that only the queue counts.
    pub(in crate::store) struct CountersRow<'a> {
        org_id: &'a str,
        id: &'a str,
        day: NaiveDate,
        last_number: i32,
        recent_service_seconds: Vec<i32>,
        today: Json<&'a DayStatistics>,
        queue_version: i64,
        wake_at: Option<DateTime<Utc>>,
    }
}

impl<'a> CountersRow<'a> {
    /// What the queue of a point counts.
    pub(in crate::store) fn of(org: &'a OrgId, image: &'a PointImage) -> Self {
        let counters = &image.counters;
        Self {
            org_id: org.as_str(),
            id: image.point.id.as_str(),
            day: counters.day,
            last_number: counters.last_number.cast_signed(),
            recent_service_seconds: counters.pace.recent_service_seconds.iter().map(|s| s.cast_signed()).collect(),
            today: Json(&counters.today),
            queue_version: counters.version.cast_signed(),
            wake_at: image.wake_at,
        }
    }
}

impl ServicePointRow {
    /// The row of a point.
    pub(in crate::store) fn of(org: &OrgId, image: &PointImage) -> Self {
        let (point, counters) = (&image.point, &image.counters);
        let (admission, paused_by, paused_at, paused_until) = match &point.admission {
            Admission::Open => ("open", None, None, None),
            Admission::Paused { by, at, until } => ("paused", by.clone(), Some(*at), *until),
            Admission::Closed => ("closed", None, None, None),
        };
        Self {
            org_id: org.to_string(),
            id: point.id.to_string(),
            name: point.name.clone(),
            location: point.location.clone(),
            capacity: point.capacity.cast_signed(),
            timezone: point.timezone.name().to_owned(),
            hours: point.hours.clone().map(Json),
            max_waiting: point.queue.max_waiting.cast_signed(),
            average_service_minutes: point.queue.average_service_minutes.cast_signed(),
            grace_minutes: point.queue.grace_minutes.cast_signed(),
            auto_no_show: point.queue.auto_no_show,
            require_check_in: point.queue.require_check_in,
            priorities: point.queue.priorities.clone(),
            wait_limit_minutes: point.queue.wait_limit_minutes.cast_signed(),
            admission: admission.to_owned(),
            paused_by,
            paused_at,
            paused_until,
            version: point.version.cast_signed(),
            day: counters.day,
            last_number: counters.last_number.cast_signed(),
            recent_service_seconds: counters.pace.recent_service_seconds.iter().map(|s| s.cast_signed()).collect(),
            today: Json(counters.today.clone()),
            queue_version: counters.version.cast_signed(),
            wake_at: image.wake_at,
            created_at: point.created_at,
            updated_at: point.updated_at,
            deleted_at: image.deleted_at,
        }
    }

    fn admission(&self, judge: &Judge) -> Result<Admission, ImpossibleRow> {
        Ok(match self.admission.as_str() {
            "open" => Admission::Open,
            "closed" => Admission::Closed,
            "paused" => Admission::Paused {
                by: self.paused_by.clone(),
                at: judge.present("paused_at", self.paused_at)?,
                until: self.paused_until,
            },
            other => return Err(judge.error("admission", format!("{other:?} is none"))),
        })
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, StoredPoint, Counters), ImpossibleRow> {
        let judge = Judge::new("service_point", format!("{}/{}", self.org_id, self.id));
        let admission = self.admission(&judge)?;
        let pace = self.recent_service_seconds.iter().map(|seconds| judge.count("recent_service_seconds", *seconds));
        let counters = Counters {
            day: self.day,
            last_number: judge.count("last_number", self.last_number)?,
            pace: Pace { recent_service_seconds: pace.collect::<Result<_, _>>()? },
            today: self.today.0,
            version: judge.count("queue_version", self.queue_version)?,
        };
        let deleted = self.deleted_at.is_some();
        let point = ServicePoint {
            id: judge.parsed("id", PointId::parse(&self.id))?,
            name: self.name,
            location: self.location,
            capacity: judge.count("capacity", self.capacity)?,
            timezone: judge.parsed("timezone", self.timezone.parse::<Tz>())?,
            hours: self.hours.map(|json| json.0),
            queue: QueueSettings {
                max_waiting: judge.count("max_waiting", self.max_waiting)?,
                average_service_minutes: judge.count("average_service_minutes", self.average_service_minutes)?,
                grace_minutes: judge.count("grace_minutes", self.grace_minutes)?,
                auto_no_show: self.auto_no_show,
                require_check_in: self.require_check_in,
                priorities: self.priorities,
                wait_limit_minutes: judge.count("wait_limit_minutes", self.wait_limit_minutes)?,
            },
            admission,
            version: judge.count("version", self.version)?,
            created_at: self.created_at,
            updated_at: self.updated_at,
        };
        let stored = if deleted { StoredPoint::Deleted(point.id) } else { StoredPoint::Present(Box::new(point)) };
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, stored, counters))
    }
}
