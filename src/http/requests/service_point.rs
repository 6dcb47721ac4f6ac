//! A service point as configured by a caller: whole for a new one, in parts for a change.

use chrono_tz::Tz;
use serde::Deserialize;
use utoipa::ToSchema;

use super::join::slug;
use super::{Errors, Field};
use crate::domain::hours::WeeklyHours;
use crate::domain::ids::PointId;
use crate::domain::invalid::Invalid;
use crate::domain::queue::{
    CAPACITY_MAX, LOCATION_MAX_CHARACTERS, MINUTES_MAX, NAME_MAX_CHARACTERS, PRIORITIES_MAX, PRIORITY_MAX_CHARACTERS,
    WAITING_MAX,
};
use crate::domain::queue::{PointChanges, PointDraft, PointStatus, QueueSettings};
use crate::http::problem::Problem;

/// A service point to be made, or what shall be different about one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "counter",
    "name": "Counter",
    "location": "Ground floor",
    "capacity": 2,
    "timezone": "Europe/Berlin",
    "hours": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]},
    "queue": {"maxWaiting": 50, "averageServiceMinutes": 8, "graceMinutes": 5}
}))]
pub struct ServicePointBody {
    /// Its id: 1 to 64 characters out of `A-Z a-z 0-9 _ -`. Needed for an update; for a new one it is made when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
    /// Its name, as customers read it; 1 to 120 characters. Needed for a new one.
    #[serde(default)]
    #[schema(value_type = String)]
    name: Field,
    /// Where it is, in words; at most 300 characters. Null clears it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    location: Field,
    /// How many can be served at once; 1 to 1000. Default 1.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 1000, default = 1)]
    capacity: Field,
    /// IANA name of the zone of its days and hours; the org's when left out.
    #[serde(default)]
    #[schema(value_type = String, example = "Europe/Berlin")]
    timezone: Field,
    /// When it is open, by weekday: `{"mon": [["09:00","17:00"]], ...}`; days left out are closed. Null: always open.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    hours: Field,
    /// How its queue behaves.
    #[serde(default)]
    #[schema(value_type = QueueSettingsBody)]
    queue: Field,
    /// `open`, `paused` or `closed`. Default `open`.
    #[serde(default)]
    #[schema(value_type = String, default = "open")]
    status: Field,
}

/// How a queue behaves; what is left out has its default, or stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueSettingsBody {
    /// Most people who may wait; 1 to 10000.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 10000, default = 100)]
    max_waiting: Field,
    /// Mean service time to start from, in minutes; 1 to 1440.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 1440, default = 10)]
    average_service_minutes: Field,
    /// How long a called person may take to come, in minutes; 0 to 1440.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 0, maximum = 1440, default = 5)]
    grace_minutes: Field,
    /// Whether a called person is a no-show by itself once the grace period is over.
    #[serde(default)]
    #[schema(value_type = bool, default = false)]
    auto_no_show: Field,
    /// Whether `start` needs a check-in first.
    #[serde(default)]
    #[schema(value_type = bool, default = false)]
    require_check_in: Field,
    /// Names of priorities, the one to be served first in front; at most 10.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    priorities: Field,
    /// The wait that is promised, in minutes: longer ones count as late; 1 to 1440.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 1440, default = 20)]
    wait_limit_minutes: Field,
}

/// Checks a new service point; `make_id` is asked when the caller names none.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_draft(
    body: &ServicePointBody,
    zone: Tz,
    make_id: impl FnOnce() -> PointId,
) -> Result<PointDraft, Problem> {
    let mut errors = Errors::default();
    let id = errors.optional(slug(&body.id, "id", PointId::parse));
    let name = errors.required("name", body.name.words("name", 1, NAME_MAX_CHARACTERS));
    let changes = changes(body, &mut errors);
    let defaults = QueueSettings::default();
    let queue = QueueSettings {
        max_waiting: changes.max_waiting.unwrap_or(defaults.max_waiting),
        average_service_minutes: changes.average_service_minutes.unwrap_or(defaults.average_service_minutes),
        grace_minutes: changes.grace_minutes.unwrap_or(defaults.grace_minutes),
        auto_no_show: changes.auto_no_show.unwrap_or(defaults.auto_no_show),
        require_check_in: changes.require_check_in.unwrap_or(defaults.require_check_in),
        priorities: changes.priorities.unwrap_or(defaults.priorities),
        wait_limit_minutes: changes.wait_limit_minutes.unwrap_or(defaults.wait_limit_minutes),
    };
    let draft = name.map(|name| PointDraft {
        id: id.unwrap_or_else(make_id),
        name,
        location: changes.location.unwrap_or_default(),
        capacity: changes.capacity.unwrap_or(1),
        timezone: changes.timezone.unwrap_or(zone),
        hours: changes.hours.flatten(),
        queue,
        admission: changes.status.unwrap_or(PointStatus::Open),
    });
    errors.finish(draft)
}

/// Checks a change: which point, and what shall be different. Null clears hours and location and is refused elsewhere.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_changes(body: &ServicePointBody) -> Result<(PointId, PointChanges), Problem> {
    let mut errors = Errors::default();
    let id = errors.required("id", slug(&body.id, "id", PointId::parse));
    for (path, field) in [
        ("name", &body.name),
        ("capacity", &body.capacity),
        ("timezone", &body.timezone),
        ("queue", &body.queue),
        ("status", &body.status),
    ] {
        errors.keep(field.not_null(path));
    }
    if let Ok(Some(queue)) = body.queue.object::<QueueSettingsBody>("queue") {
        for (path, field) in queue.fields() {
            errors.keep(field.not_null(path));
        }
    }
    let mut changes = changes(body, &mut errors);
    changes.name = errors.optional(body.name.words("name", 1, NAME_MAX_CHARACTERS));
    errors.finish(id.map(|id| (id, changes)))
}

impl QueueSettingsBody {
    fn fields(&self) -> [(&'static str, &Field); 7] {
        [
            ("queue.maxWaiting", &self.max_waiting),
            ("queue.averageServiceMinutes", &self.average_service_minutes),
            ("queue.graceMinutes", &self.grace_minutes),
            ("queue.autoNoShow", &self.auto_no_show),
            ("queue.requireCheckIn", &self.require_check_in),
            ("queue.priorities", &self.priorities),
            ("queue.waitLimitMinutes", &self.wait_limit_minutes),
        ]
    }
}

/// Everything but id and name.
fn changes(body: &ServicePointBody, errors: &mut Errors) -> PointChanges {
    let queue = errors.optional(body.queue.object::<QueueSettingsBody>("queue")).unwrap_or_default();
    let mut whole = |field: &Field, path: &str, min: u32, max: u32| errors.optional(field.whole(path, min, max));
    let capacity = whole(&body.capacity, "capacity", 1, CAPACITY_MAX);
    let max_waiting = whole(&queue.max_waiting, "queue.maxWaiting", 1, WAITING_MAX);
    let average_service_minutes = whole(&queue.average_service_minutes, "queue.averageServiceMinutes", 1, MINUTES_MAX);
    let grace_minutes = whole(&queue.grace_minutes, "queue.graceMinutes", 0, MINUTES_MAX);
    let wait_limit_minutes = whole(&queue.wait_limit_minutes, "queue.waitLimitMinutes", 1, MINUTES_MAX);
    let location = errors.optional(body.location.words("location", 0, LOCATION_MAX_CHARACTERS));
    PointChanges {
        name: None,
        location: location.or_else(|| body.location.is_sent().then(String::new)),
        capacity,
        timezone: errors.optional(timezone(&body.timezone)),
        hours: errors.optional(hours(&body.hours)),
        max_waiting,
        average_service_minutes,
        grace_minutes,
        auto_no_show: errors.optional(queue.auto_no_show.flag("queue.autoNoShow")),
        require_check_in: errors.optional(queue.require_check_in.flag("queue.requireCheckIn")),
        priorities: priorities(&queue.priorities, errors),
        wait_limit_minutes,
        status: errors.optional(status(&body.status)),
    }
}

/// The zone of a business.
pub(super) fn timezone(field: &Field) -> Result<Option<Tz>, Invalid> {
    let name = field.text("timezone")?;
    name.map(|name| {
        name.parse().map_err(|_| Invalid::new("timezone", "must be a zone of the IANA list, such as Europe/Berlin"))
    })
    .transpose()
}

/// Hours of a week; null clears.
pub(super) fn hours(field: &Field) -> Result<Option<Option<WeeklyHours>>, Invalid> {
    match field {
        Field::Absent => Ok(None),
        Field::Null => Ok(Some(None)),
        Field::Given(value) => WeeklyHours::parse(value).map(|hours| Some(Some(hours))).map_err(|e| e.at("hours")),
    }
}

fn status(field: &Field) -> Result<Option<PointStatus>, Invalid> {
    match field.text("status")? {
        None => Ok(None),
        Some("open") => Ok(Some(PointStatus::Open)),
        Some("paused") => Ok(Some(PointStatus::Paused)),
        Some("closed") => Ok(Some(PointStatus::Closed)),
        Some(_) => Err(Invalid::new("status", "must be open, paused or closed")),
    }
}

fn priorities(field: &Field, errors: &mut Errors) -> Option<Vec<String>> {
    let items = errors.optional(field.list("queue.priorities", PRIORITIES_MAX))?;
    let mut names: Vec<String> = Vec::new();
    for (path, item) in items {
        let name = errors.required(&path, item.words(&path, 1, PRIORITY_MAX_CHARACTERS))?;
        if names.contains(&name) {
            errors.keep::<()>(Err(Invalid::new(path, "stands in the list twice")));
        }
        names.push(name);
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    fn draft(body: Value) -> Result<PointDraft, Problem> {
        parse_draft(&from_value(body).unwrap(), chrono_tz::Europe::Berlin, || PointId::parse("made").unwrap())
    }

    fn changed(body: Value) -> Result<(PointId, PointChanges), Problem> {
        parse_changes(&from_value(body).unwrap())
    }

    #[test]
    fn a_draft_has_defaults() {
        let made = draft(json!({"name": "Counter"})).unwrap();
        assert_eq!((made.id.as_str(), made.capacity, made.timezone), ("made", 1, chrono_tz::Europe::Berlin));
        assert_eq!(made.queue, QueueSettings::default());
        let made =
            draft(json!({"id": "c1", "name": "C", "timezone": "Asia/Tokyo", "queue": {"graceMinutes": 0}})).unwrap();
        assert_eq!((made.id.as_str(), made.queue.grace_minutes), ("c1", 0));
    }

    #[test]
    fn a_draft_names_each_mistake() {
        let problem = draft(json!({"capacity": 0, "timezone": "Mars", "status": "ajar",
            "queue": {"maxWaiting": "many", "priorities": ["a", 1]}}))
        .unwrap_err();
        assert!(problem.detail().starts_with('6'), "{}", problem.detail());
    }

    #[test]
    fn what_is_left_out_stays_and_null_clears_only_what_can_be_empty() {
        let (_, stays) = changed(json!({"id": "c1"})).unwrap();
        assert_eq!(stays, PointChanges::default());
        let (_, cleared) = changed(json!({"id": "c1", "hours": null, "location": null})).unwrap();
        assert_eq!((cleared.hours, cleared.location.as_deref()), (Some(None), Some("")));
        for field in ["name", "capacity", "timezone", "queue", "status"] {
            assert!(changed(json!({"id": "c1", field: null})).is_err(), "{field}");
        }
        assert!(changed(json!({"id": "c1", "queue": {"graceMinutes": null}})).is_err());
        assert!(changed(json!({"name": "x"})).is_err());
    }
}
