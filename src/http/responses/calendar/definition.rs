//! A definition, as the business sees it and as a booking page does.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::parts::{OverrideView, ReminderView, overrides};
use crate::domain::calendar::{Blocked, CalendarState, Confirm, Definition, Limits, Location};
use crate::domain::hours::WeeklyHours;
use crate::domain::ids::{DefinitionId, PointId, StaffId};
use crate::domain::money::Money;

/// A definition.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionView<'a> {
    /// Its id within the org.
    #[schema(value_type = String, example = "def-haircut-30")]
    id: &'a DefinitionId,
    /// Its name, as customers read it.
    #[schema(example = "Haircut")]
    name: &'a str,
    /// What it is, in words; may be empty.
    description: &'a str,
    /// How long an appointment takes, in elapsed minutes.
    #[schema(example = 30)]
    duration_minutes: u32,
    /// How far apart starts are, in minutes on the wall clock.
    #[schema(example = 30)]
    step_minutes: u32,
    /// What it costs, where that was said.
    #[schema(value_type = Option<PriceView>)]
    price: Option<&'a Money>,
    /// How many members of staff one appointment takes.
    required_staff: u32,
    /// Who can offer it.
    #[schema(value_type = Vec<String>)]
    staff_ids: &'a [StaffId],
    /// The service point at which it takes place.
    #[schema(value_type = Option<String>)]
    service_point_id: Option<&'a PointId>,
    /// How many people at the same moment, where that was said.
    capacity: Option<u32>,
    /// How many people one group of staff takes in the very same slot.
    seats_per_session: u32,
    /// Time that stays free in front of an appointment, in minutes.
    buffer_before_minutes: u32,
    /// Time that stays free behind an appointment, in minutes.
    buffer_after_minutes: u32,
    /// How long before its start it can be booked at the latest, in minutes.
    min_notice_minutes: u32,
    /// How many days ahead it can be booked, counted from today in its zone.
    horizon_days: u32,
    /// How long before its start customers can cancel or move it at the latest, in minutes.
    cancel_before_minutes: u32,
    /// IANA name of the business zone.
    #[schema(example = "Europe/Berlin")]
    timezone: &'a str,
    /// When it is offered, by weekday; null: whenever its staff and its point are open. The grid begins when the point opens
    /// then, else when the first of the staff comes that it requires.
    #[schema(value_type = Option<Object>, example = json!({"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}))]
    hours: Option<&'a WeeklyHours>,
    /// Dates with hours of their own, in order.
    overrides: Vec<OverrideView<'a>>,
    /// Spans in which it is not offered.
    #[schema(value_type = Vec<BlockedView>)]
    blocked: &'a [Blocked],
    /// Limits beyond those of room.
    #[schema(value_type = LimitsView)]
    limits: Limits,
    /// `auto`: a booking stands at once; `pending`: it waits for a member of staff.
    #[schema(value_type = String, example = "auto")]
    confirm: Confirm,
    /// `physical`, `video` or `phone`.
    #[schema(value_type = String, example = "physical")]
    location: Location,
    /// When customers are reminded.
    reminders: Vec<ReminderView<'a>>,
    /// Whether it can be booked at all.
    active: bool,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// Row version; also the `ETag`.
    #[schema(example = 1)]
    version: u64,
}

/// An amount of money.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes how `Money` is written")]
pub struct PriceView {
    /// Decimal digits, as they were written.
    #[schema(example = "25.50")]
    amount: String,
    /// ISO 4217 code.
    #[schema(example = "EUR")]
    currency: String,
}

/// A span in which nothing is offered.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes how `Blocked` is written")]
pub struct BlockedView {
    /// From when on.
    start: DateTime<Utc>,
    /// Until when.
    end: DateTime<Utc>,
}

/// Limits beyond those of room.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes how `Limits` is written")]
pub struct LimitsView {
    /// Most bookings that start on one day of its zone; null: as many as there is room for.
    per_day: Option<u32>,
}

impl<'a> DefinitionView<'a> {
    /// The definition as configured.
    #[must_use]
    pub fn new(definition: &'a Definition) -> Self {
        let terms = &definition.terms;
        Self {
            id: &definition.id,
            name: &terms.name,
            description: &terms.description,
            duration_minutes: terms.duration_minutes,
            step_minutes: terms.step(),
            price: terms.price.as_ref(),
            required_staff: terms.required_staff,
            staff_ids: &terms.staff_ids,
            service_point_id: terms.service_point_id.as_ref(),
            capacity: terms.capacity,
            seats_per_session: terms.seats_per_session,
            buffer_before_minutes: terms.buffer_before_minutes,
            buffer_after_minutes: terms.buffer_after_minutes,
            min_notice_minutes: terms.min_notice_minutes,
            horizon_days: terms.horizon_days,
            cancel_before_minutes: terms.cancel_before_minutes,
            timezone: terms.timezone.name(),
            hours: terms.hours.as_ref(),
            overrides: overrides(&terms.overrides),
            blocked: &terms.blocked,
            limits: terms.limits,
            confirm: terms.confirm,
            location: terms.location,
            reminders: terms.reminders.iter().map(ReminderView::new).collect(),
            active: terms.active,
            created_at: definition.created_at,
            updated_at: definition.updated_at,
            version: definition.version,
        }
    }
}

/// A definition as a booking page shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookableView<'a> {
    /// Its id within the org.
    #[schema(value_type = String, example = "def-haircut-30")]
    id: &'a DefinitionId,
    /// Its name.
    #[schema(example = "Haircut")]
    name: &'a str,
    /// What it is, in words; may be empty.
    description: &'a str,
    /// How long an appointment takes, in elapsed minutes.
    #[schema(example = 30)]
    duration_minutes: u32,
    /// What it costs, where that was said.
    #[schema(value_type = Option<PriceView>)]
    price: Option<&'a Money>,
    /// IANA name of the business zone.
    #[schema(example = "Europe/Berlin")]
    timezone: &'a str,
    /// `physical`, `video` or `phone`.
    #[schema(value_type = String, example = "physical")]
    location: Location,
    /// The service point at which it takes place.
    #[schema(value_type = Option<String>)]
    service_point_id: Option<&'a PointId>,
    /// Who can be asked for by `staffId`.
    staff: Vec<BookableStaff<'a>>,
    /// How long before its start it can be booked at the latest, in minutes.
    min_notice_minutes: u32,
    /// How many days ahead it can be booked, counted from today in its zone.
    #[schema(example = 90)]
    horizon_days: u32,
    /// How long before its start it can be cancelled or moved at the latest, in minutes.
    cancel_before_minutes: u32,
    /// `auto`: a booking stands at once; `pending`: it waits for a member of staff.
    #[schema(value_type = String, example = "auto")]
    confirm: Confirm,
}

/// A member of staff as a booking page shows them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookableStaff<'a> {
    /// The id within the org.
    #[schema(value_type = String, example = "ines")]
    id: &'a StaffId,
    /// The name.
    #[schema(example = "Inês Duarte")]
    name: &'a str,
}

impl<'a> BookableView<'a> {
    /// The definition with those of its staff who can be booked.
    #[must_use]
    pub fn new(definition: &'a Definition, calendar: &'a CalendarState) -> Self {
        let terms = &definition.terms;
        let staff = terms.staff_ids.iter().filter_map(|id| calendar.staff_member(id));
        let staff = staff.filter(|staff| staff.terms.active && terms.required_staff > 0);
        Self {
            id: &definition.id,
            name: &terms.name,
            description: &terms.description,
            duration_minutes: terms.duration_minutes,
            price: terms.price.as_ref(),
            timezone: terms.timezone.name(),
            location: terms.location,
            service_point_id: terms.service_point_id.as_ref(),
            staff: staff.map(|staff| BookableStaff { id: &staff.id, name: &staff.terms.name }).collect(),
            min_notice_minutes: terms.min_notice_minutes,
            horizon_days: terms.horizon_days,
            cancel_before_minutes: terms.cancel_before_minutes,
            confirm: terms.confirm,
        }
    }
}
