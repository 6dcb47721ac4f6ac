//! One service point on the supervisor's screen: with names, waits and the day so far. Rendered once per published state.

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::entry::StaffEntry;
use super::outlook::{Outlook, outlooks};
use super::service_point::{opens_at, reopens_at};
use super::status::append_json;
use crate::actors::{Published, Rendering};
use crate::domain::ids::PointId;
use crate::domain::queue::{Admission, DayStatistics, Estimator, Standing};

/// How many of those waiting a card names; the count is always whole.
pub const CARD_WAITING_MAX: usize = 200;

/// A service point at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CardView<'a> {
    /// The service point.
    service_point: PointOnCard<'a>,
    /// How it stands at `asOf`, and what time alone will make of it, in order.
    outlook: Vec<Outlook>,
    /// How many wait.
    waiting_count: usize,
    /// How many are served.
    serving_count: usize,
    /// How many are called and not yet there.
    called_count: usize,
    /// When the one joined who waits longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    longest_wait_since: Option<DateTime<Utc>>,
    /// Share of those who reached a counter today within the promised wait, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_time_percent: Option<u32>,
    /// Today so far.
    #[schema(value_type = TodayView)]
    today: &'a DayStatistics,
    /// Estimated wait for who would join now, in minutes.
    estimated_wait_minutes: u32,
    /// Who is called, the longest first.
    called: Vec<StaffEntry<'a>>,
    /// Who is served, the longest first.
    serving: Vec<StaffEntry<'a>>,
    /// Who waits, in order; the first 200.
    waiting: Vec<StaffEntry<'a>>,
    /// The moment that the estimates hold for.
    as_of: DateTime<Utc>,
    /// Grows with each change of the queue.
    version: u64,
}

/// A service point on its card.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointOnCard<'a> {
    /// Its id.
    #[schema(value_type = String)]
    id: &'a PointId,
    /// Its name.
    name: &'a str,
    /// Where it is, in words.
    location: &'a str,
    /// `open`, `paused` or `closed`.
    status: &'static str,
    /// How many can be served at once.
    capacity: u32,
    /// The zone of its days and hours.
    timezone: &'a str,
    /// The wait that is promised, in minutes.
    wait_limit_minutes: u32,
    /// How long a called person may take to come, in minutes.
    grace_minutes: u32,
    /// Subject of the clerk who paused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_by: Option<&'a str>,
    /// When it was paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_at: Option<DateTime<Utc>>,
    /// When a pause ends by itself, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    reopens_at: Option<DateTime<Utc>>,
    /// When it opens next, where the hours tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<DateTime<Utc>>,
}

/// Today, counted as it happens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TodayView {
    /// How many joined.
    joined: u32,
    /// How many were served to the end.
    served: u32,
    /// How many did not come.
    no_show: u32,
    /// How many left, or were taken out.
    left: u32,
    /// How many reached a counter.
    reached: u32,
    /// How many of these within the promised wait.
    reached_in_time: u32,
    /// Waits by quarter of an hour, in order.
    waits: Vec<WaitsView>,
}

/// Waits of those who reached a counter within one quarter of an hour.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitsView {
    /// Begin of the quarter, in minutes since local midnight.
    minute_of_day: u32,
    /// How many reached a counter.
    count: u32,
    /// Sum of their waits, in seconds.
    wait_seconds: u64,
}

impl<'a> CardView<'a> {
    /// The published state; `None` when the point is gone.
    #[must_use]
    pub fn new(published: &'a Published) -> Option<Self> {
        let (state, now) = (&published.state, published.as_of);
        let place = PointOnCard::new(published)?;
        let today = state.today_at(now);
        let estimator = Estimator::new(state, now);
        let waiting = state.waiting().take(CARD_WAITING_MAX).enumerate().map(|(index, entry)| {
            let standing = Standing::new(index + 1, estimator.at_position(index + 1));
            StaffEntry::new(entry, Some(standing), now)
        });
        Some(Self {
            service_point: place,
            outlook: outlooks(published, now),
            waiting_count: state.waiting_count(),
            serving_count: state.serving_count(),
            called_count: state.called_count(),
            longest_wait_since: state.waiting().map(|entry| entry.joined_at).min(),
            on_time_percent: today.service_level_percent(),
            today,
            estimated_wait_minutes: estimator.for_newcomer().minutes,
            called: state.called().map(|entry| StaffEntry::new(entry, None, now)).collect(),
            serving: state.serving().map(|entry| StaffEntry::new(entry, None, now)).collect(),
            waiting: waiting.collect(),
            as_of: now,
            version: state.version(),
        })
    }
}

impl<'a> PointOnCard<'a> {
    fn new(published: &'a Published) -> Option<Self> {
        let point = published.state.point()?;
        let admittance = published.state.admittance(published.as_of);
        let (paused_by, paused_at) = match &point.admission {
            Admission::Paused { by, at, .. } => (by.as_deref(), Some(*at)),
            Admission::Open | Admission::Closed => (None, None),
        };
        Some(Self {
            id: &point.id,
            name: &point.name,
            location: &point.location,
            status: admittance.word(),
            capacity: point.capacity,
            timezone: point.timezone.name(),
            wait_limit_minutes: point.queue.wait_limit_minutes,
            grace_minutes: point.queue.grace_minutes,
            paused_by,
            paused_at,
            reopens_at: reopens_at(admittance),
            opens_at: opens_at(admittance),
        })
    }
}

/// The event for staff as bytes; `run` tells this run of the server from an earlier one.
#[must_use]
pub fn rendered_event(published: &Published, run: i64) -> Bytes {
    published.rendered(Rendering::StaffEvent, |published| {
        let mut buffer = format!("event: point\nid: {run}-{}\ndata: ", published.revision).into_bytes();
        append_json(&mut buffer, CardView::new(published).as_ref());
        buffer.extend_from_slice(b"\n\n");
        buffer.into()
    })
}
