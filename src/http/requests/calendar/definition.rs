//! A definition as configured by a caller: whole for a new one, in parts for a change.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Defaults;
use super::reminders::{ReminderBody, reminders};
use super::times::{BlockedBody, OverrideBody, blocked, overrides};
use crate::domain::calendar::{
    BUFFER_MAX_MINUTES, Confirm, DESCRIPTION_MAX_CHARACTERS, DURATION_MAX_MINUTES, DefinitionChanges, DefinitionDraft,
    HORIZON_DEFAULT_DAYS, HORIZON_MAX_DAYS, Location, NAME_MAX_CHARACTERS, NOTICE_MAX_MINUTES, SEATS_MAX, STAFF_MAX,
};
use crate::domain::ids::{DefinitionId, PointId, StaffId};
use crate::domain::invalid::{Invalid, text};
use crate::domain::money::Money;
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::service_point::{hours, timezone};
use crate::http::requests::{Errors, Field};

/// Most digits of an amount that comes as a JSON number: with more of them it may not be the one that was written.
const NUMBER_DIGITS_MAX: usize = 15;

/// A definition to be made, or what shall be different about one. Null puts the default back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "def-haircut-30",
    "name": "Haircut",
    "durationMinutes": 30,
    "price": {"amount": "25.50", "currency": "EUR"},
    "bufferAfterMinutes": 10,
    "minNoticeMinutes": 60,
    "hours": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "sat": [["10:00", "14:00"]]},
    "overrides": [{"date": "2026-12-24", "closed": true}],
    "reminders": [{"before": "PT24H", "channel": "email"}, {"cron": "0 9 * * *", "daysBefore": 1}]
}))]
pub struct DefinitionBody {
    /// Its id: 1 to 64 characters out of `A-Z a-z 0-9 _ -`. Needed for an update; for a new one it is made when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
    /// Its name, as customers read it; 1 to 120 characters. Needed for a new one.
    #[serde(default)]
    #[schema(value_type = String)]
    name: Field,
    /// What it is, in words; at most 2000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Field,
    /// How long an appointment takes, in elapsed minutes; 1 to 1440. Needed for a new one.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 1440, example = 30)]
    duration_minutes: Field,
    /// How far apart starts are, in minutes on the wall clock; 1 to 1440. As the duration when left out.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1440)]
    step_minutes: Field,
    /// What it costs.
    #[serde(default)]
    #[schema(value_type = Option<PriceBody>)]
    price: Field,
    /// How many members of staff one appointment takes; 0: none.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 0, maximum = 200, default = 0)]
    required_staff: Field,
    /// Who can offer it; at most 200.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    staff_ids: Field,
    /// The service point at which it takes place.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    service_point_id: Field,
    /// How many people at the same moment; 1 to 10000. Left out: 1 when there is neither staff nor a point, else only
    /// those limit.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10000)]
    capacity: Field,
    /// How many people one group of staff takes in the very same slot; more than 1 makes it a class.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 10000, default = 1)]
    seats_per_session: Field,
    /// Time that stays free in front of an appointment, in minutes; 0 to 1440.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 0, maximum = 1440, default = 0)]
    buffer_before_minutes: Field,
    /// Time that stays free behind an appointment, in minutes; 0 to 1440.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 0, maximum = 1440, default = 0)]
    buffer_after_minutes: Field,
    /// How long before its start it can be booked at the latest, in minutes; 0 to 527040.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 0, maximum = 527040, default = 0)]
    min_notice_minutes: Field,
    /// How many days ahead it can be booked, counted from today in its zone; 0 to 730.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 0, maximum = 730, default = 90)]
    horizon_days: Field,
    /// How long before its start customers can cancel or move it at the latest, in minutes; 0 to 527040.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 0, maximum = 527040, default = 0)]
    cancel_before_minutes: Field,
    /// IANA name of the business zone: of the hours, the grid and the days; the org's when left out.
    #[serde(default)]
    #[schema(value_type = String, example = "Europe/Berlin")]
    timezone: Field,
    /// When it is offered, by weekday: `{"mon": [["09:00","17:00"]], ...}`; days left out are closed. Null: whenever its
    /// staff and its point are open; the grid begins when the point opens then, else when the first of the staff comes that
    /// it requires.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    hours: Field,
    /// Dates with hours of their own; at most 1000.
    #[serde(default)]
    #[schema(value_type = Vec<OverrideBody>)]
    overrides: Field,
    /// Spans in which it is not offered; at most 1000.
    #[serde(default)]
    #[schema(value_type = Vec<BlockedBody>)]
    blocked: Field,
    /// Limits beyond those of room.
    #[serde(default)]
    #[schema(value_type = LimitsBody)]
    limits: Field,
    /// `auto`: a booking stands at once; `pending`: it waits for a member of staff.
    #[serde(default)]
    #[schema(value_type = String, default = "auto")]
    confirm: Field,
    /// `physical`, `video` or `phone`.
    #[serde(default)]
    #[schema(value_type = String, default = "physical")]
    location: Field,
    /// When customers are reminded; at most 10 rules.
    #[serde(default)]
    #[schema(value_type = Vec<ReminderBody>)]
    reminders: Field,
    /// Whether it can be booked at all.
    #[serde(default)]
    #[schema(value_type = bool, default = true)]
    active: Field,
}

/// An amount of money.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PriceBody {
    /// Decimal digits, best as a text: it is kept as it is written.
    #[serde(default)]
    #[schema(value_type = String, required, example = "25.50")]
    amount: Field,
    /// ISO 4217 code; the org's when left out.
    #[serde(default)]
    #[schema(value_type = String, example = "EUR")]
    currency: Field,
}

/// Limits beyond those of room.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LimitsBody {
    /// Most bookings that start on one day of its zone; 1 to 10000. Null: as many as there is room for.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10000)]
    per_day: Field,
}

/// Checks a new definition; `make_id` is asked when the caller names none.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_draft(
    body: &DefinitionBody,
    defaults: &Defaults,
    make_id: impl FnOnce() -> DefinitionId,
) -> Result<DefinitionDraft, Problem> {
    let mut errors = Errors::default();
    let id = errors.optional(slug(&body.id, "id", DefinitionId::parse));
    let name = errors.required("name", name(body));
    let duration = errors.required("durationMinutes", duration(body));
    let changes = changes(body, defaults, &mut errors);
    let (name, duration) = errors.finish(name.zip(duration))?;
    let draft = DefinitionDraft::new(
        id.unwrap_or_else(make_id),
        &name,
        duration,
        changes.timezone.unwrap_or(defaults.timezone),
    );
    let terms = changes.apply_to(&draft.terms)?;
    Ok(DefinitionDraft { terms, ..draft })
}

/// The definition that a change is about.
///
/// # Errors
/// 422 where none is named.
pub fn named(body: &DefinitionBody) -> Result<DefinitionId, Problem> {
    let mut errors = Errors::default();
    let id = errors.required("id", slug(&body.id, "id", DefinitionId::parse));
    errors.finish(id)
}

/// Checks a change: what is left out stays, null puts the default back.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_changes(body: &DefinitionBody, defaults: &Defaults) -> Result<DefinitionChanges, Problem> {
    let mut errors = Errors::default();
    let name = errors.optional(body.name.not_null("name").and_then(|_| name(body)));
    let duration_minutes =
        errors.optional(body.duration_minutes.not_null("durationMinutes").and_then(|_| duration(body)));
    let changes = changes(body, defaults, &mut errors);
    errors.finish(Some(DefinitionChanges { name, duration_minutes, ..changes }))
}

fn name(body: &DefinitionBody) -> Result<Option<String>, Invalid> {
    body.name.words("name", 1, NAME_MAX_CHARACTERS)
}

fn duration(body: &DefinitionBody) -> Result<Option<u32>, Invalid> {
    body.duration_minutes.whole("durationMinutes", 1, DURATION_MAX_MINUTES)
}

/// Everything but the id and what has no default.
fn changes(body: &DefinitionBody, defaults: &Defaults, errors: &mut Errors) -> DefinitionChanges {
    let mut whole = |field: &Field, path: &str, min: u32, max: u32, default: u32| {
        errors.optional(field.or_default(|| default, |field| field.whole(path, min, max)))
    };
    let required_staff = whole(&body.required_staff, "requiredStaff", 0, STAFF_MAX_COUNT, 0);
    let seats_per_session = whole(&body.seats_per_session, "seatsPerSession", 1, SEATS_MAX, 1);
    let buffer_before_minutes = whole(&body.buffer_before_minutes, "bufferBeforeMinutes", 0, BUFFER_MAX_MINUTES, 0);
    let buffer_after_minutes = whole(&body.buffer_after_minutes, "bufferAfterMinutes", 0, BUFFER_MAX_MINUTES, 0);
    let min_notice_minutes = whole(&body.min_notice_minutes, "minNoticeMinutes", 0, NOTICE_MAX_MINUTES, 0);
    let horizon_days = whole(&body.horizon_days, "horizonDays", 0, HORIZON_MAX_DAYS, HORIZON_DEFAULT_DAYS);
    let cancel_before_minutes = whole(&body.cancel_before_minutes, "cancelBeforeMinutes", 0, NOTICE_MAX_MINUTES, 0);
    let mut clearable =
        |field: &Field, path: &str, max: u32| errors.optional(field.clearable(|field| field.whole(path, 1, max)));
    let step_minutes = clearable(&body.step_minutes, "stepMinutes", DURATION_MAX_MINUTES);
    let capacity = clearable(&body.capacity, "capacity", SEATS_MAX);
    DefinitionChanges {
        name: None,
        description: errors.optional(body.description.or_default(String::new, description)),
        duration_minutes: None,
        step_minutes,
        price: price(&body.price, defaults, errors),
        required_staff,
        staff_ids: staff_ids(&body.staff_ids, errors),
        service_point_id: errors
            .optional(body.service_point_id.clearable(|field| slug(field, "servicePointId", PointId::parse))),
        capacity,
        seats_per_session,
        buffer_before_minutes,
        buffer_after_minutes,
        min_notice_minutes,
        horizon_days,
        cancel_before_minutes,
        timezone: errors.optional(body.timezone.or_default(|| defaults.timezone, timezone)),
        hours: errors.optional(hours(&body.hours)),
        overrides: overrides(&body.overrides, errors),
        blocked: blocked(&body.blocked, errors),
        per_day: per_day(&body.limits, errors),
        confirm: errors.optional(body.confirm.or_default(Confirm::default, confirm)),
        location: errors.optional(body.location.or_default(Location::default, location)),
        reminders: reminders(&body.reminders, errors),
        active: errors.optional(body.active.or_default(|| true, |field| field.flag("active"))),
    }
}

/// [`STAFF_MAX`] as a count of members.
#[expect(clippy::cast_possible_truncation, reason = "it is 200")]
const STAFF_MAX_COUNT: u32 = STAFF_MAX as u32;

fn description(field: &Field) -> Result<Option<String>, Invalid> {
    let given = field.text("description")?;
    given.map(|given| text("description", given, 0, DESCRIPTION_MAX_CHARACTERS, true)).transpose()
}

fn price(field: &Field, defaults: &Defaults, errors: &mut Errors) -> Option<Option<Money>> {
    let body = match errors.optional(field.clearable(|field| field.object::<PriceBody>("price")))? {
        None => return Some(None),
        Some(body) => body,
    };
    let amount = errors.required("price.amount", amount(&body.amount));
    let currency = errors.keep(body.currency.text("price.currency"))?.unwrap_or(&defaults.currency);
    errors.keep(Money::parse(&amount?, currency).map_err(|error| error.at("price"))).map(Some)
}

/// Digits in a text, or a number of JSON that still has all digits that were written.
fn amount(field: &Field) -> Result<Option<String>, Invalid> {
    let Some(Value::Number(number)) = field.value() else {
        return Ok(field.text("price.amount")?.map(str::to_owned));
    };
    let written = number.to_string();
    if written.bytes().filter(u8::is_ascii_digit).count() > NUMBER_DIGITS_MAX {
        return Err(Invalid::new("price.amount", "has too many digits for a number: write it as a text"));
    }
    Ok(Some(written))
}

fn staff_ids(field: &Field, errors: &mut Errors) -> Option<Vec<StaffId>> {
    let items = errors.optional(field.or_default(Vec::new, |field| field.list("staffIds", STAFF_MAX)))?;
    let ids = items.into_iter().map(|(path, item)| errors.required(&path, slug(&item, &path, StaffId::parse)));
    Some(ids.collect::<Vec<_>>().into_iter().flatten().collect())
}

fn per_day(field: &Field, errors: &mut Errors) -> Option<Option<u32>> {
    match errors.optional(field.clearable(|field| field.object::<LimitsBody>("limits")))? {
        None => Some(None),
        Some(body) => errors.optional(body.per_day.clearable(|field| field.whole("limits.perDay", 1, SEATS_MAX))),
    }
}

fn confirm(field: &Field) -> Result<Option<Confirm>, Invalid> {
    match field.text("confirm")? {
        None => Ok(None),
        Some("auto") => Ok(Some(Confirm::Auto)),
        Some("pending") => Ok(Some(Confirm::Pending)),
        Some(_) => Err(Invalid::new("confirm", "must be auto or pending")),
    }
}

fn location(field: &Field) -> Result<Option<Location>, Invalid> {
    match field.text("location")? {
        None => Ok(None),
        Some("physical") => Ok(Some(Location::Physical)),
        Some("video") => Ok(Some(Location::Video)),
        Some("phone") => Ok(Some(Location::Phone)),
        Some(_) => Err(Invalid::new("location", "must be physical, video or phone")),
    }
}
