//! An entry, once as its staff sees it and once as its owner does.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::WaitRange;
use crate::actors::Published;
use crate::domain::address::{Email, Phone};
use crate::domain::ids::{ContactId, EntryId, PointId};
use crate::domain::queue::{Entry, Standing, Status, UNDO_SECONDS};

/// An entry with all that staff may know. Never its token.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffEntry<'a> {
    /// Its id.
    #[schema(value_type = String, example = "0197b7b2-6a3c-7cc1-9d0e-2f6b1c6f0a11")]
    id: &'a EntryId,
    /// Ticket number of the day.
    #[schema(example = 44)]
    number: u32,
    /// `waiting`, `called`, `serving`, `served`, `no_show`, `left`, `cancelled` or `transferred`.
    #[schema(example = "waiting")]
    state: &'static str,
    /// Where it stands.
    #[schema(value_type = String, example = "counter")]
    service_point_id: &'a PointId,
    /// Who visits.
    customer: CustomerView<'a>,
    /// How many people come together.
    #[schema(example = 1)]
    party_size: u32,
    /// What for, in words.
    service: Option<&'a str>,
    /// The priority that was claimed.
    priority: Option<&'a str>,
    /// The counter, where there is one.
    counter: Option<&'a str>,
    /// Position in the line from 1, while waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    /// How many wait in front, while waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    people_ahead: Option<u32>,
    /// Estimated wait in minutes, while waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_wait_minutes: Option<u32>,
    /// Likely range of the wait, while waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_wait_range: Option<WaitRange>,
    /// When the customer joined; kept across transfers.
    joined_at: DateTime<Utc>,
    /// When the customer reported at the counter.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_in_at: Option<DateTime<Utc>>,
    /// When called first.
    #[serde(skip_serializing_if = "Option::is_none")]
    called_at: Option<DateTime<Utc>>,
    /// When the service began.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<DateTime<Utc>>,
    /// When the visit ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// Wait until called (or taken, or ended; else until now), in seconds.
    #[schema(example = 480)]
    waited_seconds: i64,
    /// How many others the customer has let pass.
    let_pass: u32,
    /// The wait that was quoted on joining, in minutes.
    quoted_wait_minutes: u32,
    /// The local day at the point that the number belongs to.
    day: NaiveDate,
    /// Until when the last act can be taken back, by who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    can_undo_until: Option<DateTime<Utc>>,
    /// Grows with each change.
    version: u64,
}

/// A customer as staff sees one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerView<'a> {
    /// Name as given.
    #[schema(example = "Alice")]
    name: &'a str,
    /// Phone number, where given.
    #[schema(value_type = Option<String>)]
    phone: Option<&'a Phone>,
    /// E-mail address, where given.
    #[schema(value_type = Option<String>)]
    email: Option<&'a Email>,
    /// The contact that follows from the address.
    #[schema(value_type = Option<String>)]
    contact_id: Option<&'a ContactId>,
}

impl<'a> StaffEntry<'a> {
    /// The entry at `now`.
    #[must_use]
    pub fn new(entry: &'a Entry, standing: Option<Standing>, now: DateTime<Utc>) -> Self {
        let status = &entry.status;
        let waited_until = status.reached_counter_at().or(status.ended_at()).unwrap_or(now);
        Self {
            id: &entry.id,
            number: entry.number,
            state: status.word(),
            service_point_id: &entry.point_id,
            customer: CustomerView {
                name: &entry.customer.name,
                phone: entry.customer.phone.as_ref(),
                email: entry.customer.email.as_ref(),
                contact_id: entry.customer.contact_id.as_ref(),
            },
            party_size: entry.party_size,
            service: entry.service.as_deref(),
            priority: entry.priority.as_deref(),
            counter: status.counter(),
            position: standing.map(|standing| standing.position),
            people_ahead: standing.map(|standing| standing.people_ahead),
            estimated_wait_minutes: standing.map(|standing| standing.estimated_wait_minutes),
            estimated_wait_range: standing.map(WaitRange::from),
            joined_at: entry.joined_at,
            checked_in_at: entry.checked_in_at,
            called_at: called_at(status),
            started_at: started_at(status),
            ended_at: status.ended_at(),
            waited_seconds: (waited_until - entry.joined_at).num_seconds().max(0),
            let_pass: entry.let_pass,
            quoted_wait_minutes: entry.quoted_wait_minutes,
            day: entry.day,
            can_undo_until: can_undo_until(entry, now),
            version: entry.version,
        }
    }
}

fn called_at(status: &Status) -> Option<DateTime<Utc>> {
    match status {
        Status::Called { at, .. } => Some(*at),
        Status::Serving { called_at, .. } | Status::Served { called_at, .. } | Status::NoShow { called_at, .. } => {
            *called_at
        }
        Status::Transferred { from, .. } => called_at(from),
        Status::Waiting | Status::Left { .. } | Status::Cancelled { .. } => None,
    }
}

fn started_at(status: &Status) -> Option<DateTime<Utc>> {
    match status {
        Status::Serving { started_at, .. } | Status::Served { started_at, .. } => Some(*started_at),
        Status::Transferred { from, .. } => started_at(from),
        Status::Waiting
        | Status::Called { .. }
        | Status::NoShow { .. }
        | Status::Left { .. }
        | Status::Cancelled { .. } => None,
    }
}

fn can_undo_until(entry: &Entry, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let until = entry.last_act.as_ref()?.at + TimeDelta::seconds(UNDO_SECONDS);
    Some(until).filter(|until| *until >= now)
}

/// Who was called, and who was finished with it.
#[derive(Debug)]
pub struct NextView {
    called: Option<Arc<Entry>>,
    completed: Option<Arc<Entry>>,
    now: DateTime<Utc>,
}

/// The answer of `call-next` when it has finished somebody and nobody waits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NobodyCalled<'a> {
    /// Always null.
    #[schema(value_type = Option<Object>)]
    called: (),
    /// Who was finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    completed: Option<StaffEntry<'a>>,
}

/// The entry that was called, and the one that was finished with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalledEntry<'a> {
    /// Who was called.
    #[serde(flatten)]
    called: StaffEntry<'a>,
    /// Who was finished, where `completes` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    completed: Option<StaffEntry<'a>>,
}

impl NextView {
    /// The answer at `now`.
    #[must_use]
    pub fn new(called: Option<Arc<Entry>>, completed: Option<Arc<Entry>>, now: DateTime<Utc>) -> Self {
        Self { called, completed, now }
    }
}

impl Serialize for NextView {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let completed = self.completed.as_deref().map(|entry| StaffEntry::new(entry, None, self.now));
        match self.called.as_deref() {
            Some(called) => {
                CalledEntry { called: StaffEntry::new(called, None, self.now), completed }.serialize(serializer)
            }
            None => NobodyCalled { called: (), completed }.serialize(serializer),
        }
    }
}

/// An entry as its owner sees it: no name, no address; who holds the token knows them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnEntry<'a> {
    /// Its id.
    #[schema(value_type = String)]
    id: &'a EntryId,
    /// Ticket number of the day.
    #[schema(example = 44)]
    number: u32,
    /// `waiting`, `called`, `serving`, `served`, `no_show`, `left`, `cancelled` or `transferred`.
    #[schema(example = "waiting")]
    state: &'static str,
    /// Where it stands; null when that service point is gone.
    service_point: Option<PlaceView<'a>>,
    /// Position in the line from 1, while waiting.
    position: Option<u32>,
    /// How many wait in front, while waiting.
    people_ahead: Option<u32>,
    /// Estimated wait in minutes, while waiting.
    estimated_wait_minutes: Option<u32>,
    /// Likely range of the wait, while waiting.
    estimated_wait_range: Option<WaitRange>,
    /// The counter, once called to one.
    counter: Option<&'a str>,
    /// When called first.
    #[serde(skip_serializing_if = "Option::is_none")]
    called_at: Option<DateTime<Utc>>,
    /// Until when a called customer should have come.
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_ends_at: Option<DateTime<Utc>>,
    /// Whether the customer has reported at the counter.
    checked_in: bool,
    /// How many people come together.
    party_size: u32,
    /// How many others the customer has let pass.
    let_pass: u32,
    /// When the customer joined.
    joined_at: DateTime<Utc>,
    /// The moment that this holds for.
    as_of: DateTime<Utc>,
    /// Grows with each change.
    version: u64,
}

/// A service point in a few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceView<'a> {
    /// Its id.
    #[schema(value_type = String)]
    id: &'a PointId,
    /// Its name.
    name: &'a str,
    /// `open`, `paused` or `closed`.
    status: &'static str,
    /// The zone of its days and hours.
    timezone: &'a str,
}

impl<'a> OwnEntry<'a> {
    /// The entry at `now`, at its point, where that is still there.
    #[must_use]
    pub fn new(entry: &'a Entry, standing: Option<Standing>, at: Option<&'a Published>, now: DateTime<Utc>) -> Self {
        let point = at.and_then(|at| at.state.point());
        let grace = point.map(|point| TimeDelta::minutes(i64::from(point.queue.grace_minutes)));
        let grace_ends_at = match (&entry.status, grace) {
            (Status::Called { at, .. }, Some(grace)) => Some(*at + grace),
            _ => None,
        };
        let status = at.map_or("closed", |at| at.state.admittance(now).word());
        let place = |point: &'a Arc<_>| -> PlaceView<'a> {
            let point: &'a crate::domain::queue::ServicePoint = point;
            PlaceView { id: &point.id, name: &point.name, status, timezone: point.timezone.name() }
        };
        Self {
            id: &entry.id,
            number: entry.number,
            state: entry.status.word(),
            service_point: point.map(place),
            position: standing.map(|standing| standing.position),
            people_ahead: standing.map(|standing| standing.people_ahead),
            estimated_wait_minutes: standing.map(|standing| standing.estimated_wait_minutes),
            estimated_wait_range: standing.map(WaitRange::from),
            counter: entry.status.counter(),
            called_at: called_at(&entry.status),
            grace_ends_at,
            checked_in: entry.checked_in_at.is_some(),
            party_size: entry.party_size,
            let_pass: entry.let_pass,
            joined_at: entry.joined_at,
            as_of: now,
            version: entry.version,
        }
    }
}
