//! A service point from what a caller gives: drafts and changes are held to their limits here, whoever parsed them.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};

use super::point::{
    Admission, CAPACITY_MAX, LOCATION_MAX_CHARACTERS, MINUTES_MAX, NAME_MAX_CHARACTERS, PRIORITIES_MAX,
    PRIORITY_MAX_CHARACTERS, PointChanges, PointDraft, PointStatus, QueueSettings, ServicePoint, WAITING_MAX,
};
use crate::domain::invalid::{Invalid, text};

impl PointDraft {
    /// The service point that this draft makes at `now`.
    ///
    /// # Errors
    /// The first field that is outside its limits, by its path on the wire.
    pub fn to_point(&self, now: DateTime<Utc>) -> Result<ServicePoint, Invalid> {
        let point = ServicePoint {
            id: self.id.clone(),
            name: self.name.clone(),
            location: self.location.clone(),
            capacity: self.capacity,
            timezone: self.timezone,
            hours: self.hours.clone(),
            queue: self.queue.clone(),
            admission: admission(self.admission, now),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        point.within_limits()
    }
}

impl PointChanges {
    /// `point` with these changes made at `now`, its version unchanged. Equal to `point` when nothing is different.
    ///
    /// A status of `paused` leaves a pause as it is.
    ///
    /// # Errors
    /// The first field that is outside its limits, by its path on the wire.
    pub fn apply_to(&self, point: &ServicePoint, now: DateTime<Utc>) -> Result<ServicePoint, Invalid> {
        let queue = &point.queue;
        let changed = ServicePoint {
            name: self.name.clone().unwrap_or_else(|| point.name.clone()),
            location: self.location.clone().unwrap_or_else(|| point.location.clone()),
            capacity: self.capacity.unwrap_or(point.capacity),
            timezone: self.timezone.unwrap_or(point.timezone),
            hours: self.hours.clone().unwrap_or_else(|| point.hours.clone()),
            queue: QueueSettings {
                max_waiting: self.max_waiting.unwrap_or(queue.max_waiting),
                average_service_minutes: self.average_service_minutes.unwrap_or(queue.average_service_minutes),
                grace_minutes: self.grace_minutes.unwrap_or(queue.grace_minutes),
                auto_no_show: self.auto_no_show.unwrap_or(queue.auto_no_show),
                require_check_in: self.require_check_in.unwrap_or(queue.require_check_in),
                priorities: self.priorities.clone().unwrap_or_else(|| queue.priorities.clone()),
                wait_limit_minutes: self.wait_limit_minutes.unwrap_or(queue.wait_limit_minutes),
            },
            admission: match (self.status, &point.admission) {
                (None, kept) | (Some(PointStatus::Paused), kept @ Admission::Paused { .. }) => kept.clone(),
                (Some(status), _) => admission(status, now),
            },
            ..point.clone()
        };
        changed.within_limits()
    }
}

/// The admission that a status set by create or update means: a pause begins at `now`, by nobody named, without an end.
fn admission(status: PointStatus, now: DateTime<Utc>) -> Admission {
    match status {
        PointStatus::Open => Admission::Open,
        PointStatus::Paused => Admission::Paused { by: None, at: now, until: None },
        PointStatus::Closed => Admission::Closed,
    }
}

impl ServicePoint {
    /// Itself with trimmed texts, once all of its values are within their limits.
    fn within_limits(self) -> Result<Self, Invalid> {
        within("capacity", self.capacity, 1..=CAPACITY_MAX)?;
        Ok(Self {
            name: text("name", &self.name, 1, NAME_MAX_CHARACTERS, false)?,
            location: text("location", &self.location, 0, LOCATION_MAX_CHARACTERS, false)?,
            queue: self.queue.within_limits().map_err(|error| error.at("queue"))?,
            ..self
        })
    }
}

impl QueueSettings {
    fn within_limits(self) -> Result<Self, Invalid> {
        within("maxWaiting", self.max_waiting, 1..=WAITING_MAX)?;
        within("averageServiceMinutes", self.average_service_minutes, 1..=MINUTES_MAX)?;
        within("graceMinutes", self.grace_minutes, 0..=MINUTES_MAX)?;
        within("waitLimitMinutes", self.wait_limit_minutes, 0..=MINUTES_MAX)?;
        if self.priorities.len() > PRIORITIES_MAX {
            return Err(Invalid::new("priorities", format!("has more than {PRIORITIES_MAX} names")));
        }
        let mut known = BTreeSet::new();
        let mut priorities = Vec::with_capacity(self.priorities.len());
        for (index, name) in self.priorities.iter().enumerate() {
            let path = format!("priorities[{index}]");
            let name = text(&path, name, 1, PRIORITY_MAX_CHARACTERS, false)?;
            if !known.insert(name.clone()) {
                return Err(Invalid::new(path, format!("names {name} twice")));
            }
            priorities.push(name);
        }
        Ok(Self { priorities, ..self })
    }
}

/// Holds a number to its range.
fn within(path: &str, value: u32, range: RangeInclusive<u32>) -> Result<(), Invalid> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Invalid::new(path, format!("must be from {} to {}, not {value}", range.start(), range.end())))
}
