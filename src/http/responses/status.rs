//! The public status of a queue: numbers, no names. Rendered once per published state, whoever asks how often.

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::WaitRange;
use crate::actors::{Published, Rendering};
use crate::domain::ids::PointId;
use crate::domain::queue::{Entry, Estimator};

/// How many of those waiting an event for public watchers names; the count is always whole.
pub const EVENT_WAITING_MAX: usize = 60;

/// Who waits, who is called and who is served, as anybody may see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusView<'a> {
    /// The service point.
    service_point: PointInStatus<'a>,
    /// Who is served, the longest first.
    now_serving: Vec<AtCounter<'a>>,
    /// Who is called and not yet there, the longest first.
    called: Vec<AtCounter<'a>>,
    /// Who waits, in order.
    waiting: Vec<InLine>,
    /// How many wait.
    #[schema(example = 11)]
    waiting_count: usize,
    /// Estimated wait for who would join now, in minutes.
    #[schema(example = 25)]
    estimated_wait_minutes: u32,
    /// Likely range of that wait.
    estimated_wait_range: WaitRange,
    /// Grows with each change of the queue.
    #[schema(example = 128)]
    version: u64,
    /// The moment that the estimates hold for.
    as_of: DateTime<Utc>,
}

/// A service point in its status.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointInStatus<'a> {
    /// Its id.
    #[schema(value_type = String, example = "counter")]
    id: &'a PointId,
    /// Its name.
    #[schema(example = "Counter")]
    name: &'a str,
    /// `open`, `paused` or `closed`.
    #[schema(example = "open")]
    status: &'static str,
    /// How many can be served at once.
    #[schema(example = 2)]
    capacity: u32,
}

/// A number at a counter.
#[derive(Debug, Serialize, ToSchema)]
pub struct AtCounter<'a> {
    /// Ticket number.
    #[schema(example = 41)]
    number: u32,
    /// Which counter, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<&'a str>,
}

/// A number in the line.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InLine {
    /// Ticket number.
    #[schema(example = 44)]
    number: u32,
    /// Position from 1.
    #[schema(example = 1)]
    position: usize,
    /// Estimated wait, in minutes.
    #[schema(example = 4)]
    estimated_wait_minutes: u32,
    /// Whether the customer has reported at the counter.
    checked_in: bool,
}

impl<'a> AtCounter<'a> {
    fn new(entry: &'a Entry) -> Self {
        Self { number: entry.number, counter: entry.status.counter() }
    }
}

impl<'a> StatusView<'a> {
    /// The published state, naming at most so many of those who wait; `None` when the point is gone.
    #[must_use]
    pub fn new(published: &'a Published, waiting_max: usize) -> Option<Self> {
        let state = &published.state;
        let point = state.point()?;
        let estimator = Estimator::new(state, published.as_of);
        let newcomer = estimator.for_newcomer();
        let in_line = |(index, entry): (usize, &std::sync::Arc<Entry>)| InLine {
            number: entry.number,
            position: index + 1,
            estimated_wait_minutes: estimator.at_position(index + 1).minutes,
            checked_in: entry.checked_in_at.is_some(),
        };
        Some(Self {
            service_point: PointInStatus {
                id: &point.id,
                name: &point.name,
                status: state.admittance(published.as_of).word(),
                capacity: point.capacity,
            },
            now_serving: state.serving().map(|entry| AtCounter::new(entry)).collect(),
            called: state.called().map(|entry| AtCounter::new(entry)).collect(),
            waiting: state.waiting().take(waiting_max).enumerate().map(in_line).collect(),
            waiting_count: state.waiting_count(),
            estimated_wait_minutes: newcomer.minutes,
            estimated_wait_range: newcomer.into(),
            version: state.version(),
            as_of: published.as_of,
        })
    }
}

/// The status as bytes, and its entity tag; both come from one buffer that is made once per publication.
#[must_use]
pub fn rendered(published: &Published) -> (Bytes, Bytes) {
    let whole = published.rendered(Rendering::PublicStatus, |published| {
        let mut buffer =
            format!("\"{}-{}\"\n", published.state.version(), published.as_of.timestamp_micros()).into_bytes();
        append_json(&mut buffer, StatusView::new(published, usize::MAX).as_ref());
        buffer.into()
    });
    let end_of_tag = whole.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    (whole.slice(..end_of_tag), whole.slice(end_of_tag + 1..))
}

/// The id of the event for public watchers. Time alone changes what is shown too (hours open, estimates go down), so the
/// version is not enough to tell what somebody has seen.
#[must_use]
pub fn event_id(published: &Published) -> String {
    format!("{}-{}", published.state.version(), published.as_of.timestamp_millis())
}

/// The event for public watchers as bytes.
#[must_use]
pub fn rendered_event(published: &Published) -> Bytes {
    published.rendered(Rendering::PublicEvent, |published| {
        let mut buffer = format!("event: status\nid: {}\ndata: ", event_id(published)).into_bytes();
        append_json(&mut buffer, StatusView::new(published, EVENT_WAITING_MAX).as_ref());
        buffer.extend_from_slice(b"\n\n");
        buffer.into()
    })
}

/// Appends a view as JSON. Views hold nothing that cannot be written; should one all the same, `null` is left.
pub fn append_json(buffer: &mut Vec<u8>, view: Option<&impl Serialize>) {
    let start = buffer.len();
    if serde_json::to_writer(&mut *buffer, &view).is_err() {
        buffer.truncate(start);
        buffer.extend_from_slice(b"null");
    }
}
