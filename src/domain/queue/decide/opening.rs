//! The service point itself: made, changed, deleted, paused, resumed.

use chrono::{DateTime, Utc};

use super::asked::Asked;
use crate::domain::invalid::Invalid;
use crate::domain::party::Party;
use crate::domain::queue::entry::Status;
use crate::domain::queue::event::{Change, Event};
use crate::domain::queue::point::{Admission, PointChanges, PointDraft, ServicePoint};
use crate::domain::queue::rejection::Rejection;

pub(super) fn create(asked: &Asked<'_>, draft: &PointDraft) -> Result<Vec<Event>, Rejection> {
    if matches!(asked.by, Party::Bearer { .. } | Party::Public) {
        return Err(Rejection::PointNotFound);
    }
    if asked.state.point().is_some() {
        return Err(Rejection::PointExists);
    }
    let point = draft.to_point(asked.now).map_err(Rejection::Invalid)?;
    Ok(vec![Event::PointCreated { point: Box::new(point) }])
}

pub(super) fn update(
    asked: &Asked<'_>,
    changes: &PointChanges,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let point = asked.point_for_staff()?;
    expect_version(point, expected_version)?;
    let changed = changes.apply_to(point, asked.now).map_err(Rejection::Invalid)?;
    if changed == **point {
        return Ok(Vec::new());
    }
    Ok(vec![point_changed(asked, changed)])
}

/// A visit on its way to another point is that point's to take or to refuse: it is cancelled only when it comes back.
pub(super) fn delete(asked: &Asked<'_>, expected_version: Option<u64>) -> Result<Vec<Event>, Rejection> {
    let point = asked.point_for_staff()?;
    expect_version(point, expected_version)?;
    let mut events = Vec::new();
    for entry in asked.state.serving().chain(asked.state.called()).chain(asked.state.waiting()) {
        events.push(asked.change(entry, Change::Cancelled, |after| {
            after.status = Status::Cancelled { ended_at: asked.now };
        }));
    }
    events.push(Event::PointDeleted { id: point.id.clone(), at: asked.now, by: asked.subject() });
    Ok(events)
}

pub(super) fn pause(asked: &Asked<'_>, until: Option<DateTime<Utc>>) -> Result<Vec<Event>, Rejection> {
    let point = asked.point_for_staff()?;
    match &point.admission {
        Admission::Closed => return Err(Rejection::QueueClosed { opens_at: None }),
        Admission::Paused { until: known, .. } if *known == until => return Ok(Vec::new()),
        Admission::Paused { .. } | Admission::Open => {}
    }
    if until.is_some_and(|until| until <= asked.now) {
        return Err(Rejection::Invalid(Invalid::new("until", "must lie in the future")));
    }
    let admission = Admission::Paused { by: asked.subject(), at: asked.now, until };
    Ok(vec![point_changed(asked, ServicePoint { admission, ..ServicePoint::clone(point) })])
}

pub(super) fn resume(asked: &Asked<'_>) -> Result<Vec<Event>, Rejection> {
    let point = asked.point_for_staff()?;
    match point.admission {
        Admission::Open => Ok(Vec::new()),
        Admission::Paused { .. } | Admission::Closed => {
            let opened = ServicePoint { admission: Admission::Open, ..ServicePoint::clone(point) };
            Ok(vec![point_changed(asked, opened)])
        }
    }
}

fn expect_version(point: &ServicePoint, expected: Option<u64>) -> Result<(), Rejection> {
    match expected {
        Some(expected) if expected != point.version => Err(Rejection::VersionMismatch { actual: point.version }),
        Some(_) | None => Ok(()),
    }
}

fn point_changed(asked: &Asked<'_>, mut point: ServicePoint) -> Event {
    point.version += 1;
    point.updated_at = asked.now;
    Event::PointChanged { point: Box::new(point), by: asked.subject() }
}
