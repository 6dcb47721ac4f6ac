//! All points of an org, or some, for staff: everything once, then what changes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use actix_web::web::{Bytes, Data};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::Frames;
use super::pulse::{ESTIMATES_STALE_SECONDS, Pulse, Turn, event, heartbeat};
use crate::actors::Published;
use crate::domain::ids::{OrgId, PointId};
use crate::http::edge::Edge;
use crate::http::responses::card::rendered_event;

/// What of a point was sent: its revision, and the moment of its estimates.
type Shown = (u64, DateTime<Utc>);

/// A stream of many points.
pub struct StaffStream {
    edge: Data<Edge>,
    org: OrgId,
    wanted: Option<BTreeSet<PointId>>,
    changes: watch::Receiver<u64>,
    pulse: Pulse,
    shown: BTreeMap<PointId, Shown>,
    /// Frames of one turn that are still to be sent; the next turn comes when all are.
    pending: VecDeque<Bytes>,
    _permit: OwnedSemaphorePermit,
}

impl StaffStream {
    /// Opens a stream for who has `seen` an event; `None`: no such org.
    pub fn open(
        edge: Data<Edge>,
        org: OrgId,
        wanted: Option<BTreeSet<PointId>>,
        seen: Option<&str>,
        pulse: Pulse,
        permit: OwnedSemaphorePermit,
    ) -> Option<Self> {
        let mut changes = edge.directory.watch_org(&org)?;
        changes.mark_unchanged();
        let (shown, pending) = (BTreeMap::new(), VecDeque::new());
        let mut stream = Self { edge, org, wanted, changes, pulse, shown, pending, _permit: permit };
        stream.refresh_estimates();
        if let Some(seen) = seen.and_then(|id| revision_of(id, stream.edge.started_ms)) {
            let known = stream.points().into_iter().filter(|point| point.revision <= seen);
            stream.shown = known.map(|point| (point.name.clone(), shown_of(&point))).collect();
        }
        stream.queue_changes();
        let ids: Vec<_> = stream.shown.keys().collect();
        let ready = event("ready", &json!({ "points": ids, "asOf": stream.edge.now() }));
        stream.pending.push_back(ready);
        Some(stream)
    }

    fn points(&self) -> Vec<Arc<Published>> {
        let mut points = self.edge.directory.published_of(&self.org);
        if let Some(wanted) = &self.wanted {
            points.retain(|point| wanted.contains(&point.name));
        }
        points
    }

    /// Queues what differs from what was shown, older changes first: who is cut off in between resumes without a gap.
    fn queue_changes(&mut self) {
        let mut points = self.points();
        let present: BTreeSet<&PointId> = points.iter().map(|point| &point.name).collect();
        let gone: Vec<PointId> = self.shown.keys().filter(|id| !present.contains(id)).cloned().collect();
        points.sort_by_key(|point| point.revision);
        for point in points {
            let now_shown = shown_of(&point);
            if self.shown.get(&point.name) != Some(&now_shown) {
                self.pending.push_back(rendered_event(&point, self.edge.started_ms));
                self.shown.insert(point.name.clone(), now_shown);
            }
        }
        for id in gone {
            self.shown.remove(&id);
            self.pending.push_back(event("gone", &json!({ "id": id })));
        }
    }

    /// Who watches quiet lines sees their estimates go down all the same.
    fn refresh_estimates(&self) {
        let oldest = self.edge.now() - TimeDelta::seconds(ESTIMATES_STALE_SECONDS);
        for point in self.points() {
            if point.as_of <= oldest && point.state.waiting_count() > 0 {
                drop(self.edge.directory.published(&self.org, &point.name));
            }
        }
    }
}

impl Frames for StaffStream {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.pending.pop_front() {
                return Some(frame);
            }
            match self.pulse.turn(&mut self.changes).await {
                Turn::Changed => {
                    self.changes.mark_unchanged();
                    self.queue_changes();
                }
                Turn::Heartbeat => {
                    self.refresh_estimates();
                    self.queue_changes();
                    self.pending.push_back(heartbeat(self.edge.now()));
                }
                Turn::Lost | Turn::Ended => return None,
            }
        }
    }
}

fn shown_of(point: &Published) -> Shown {
    (point.revision, point.as_of)
}

/// The revision in an event's id, if it is one of this run.
fn revision_of(id: &str, run: i64) -> Option<u64> {
    let (its_run, revision) = id.split_once('-')?;
    (its_run == run.to_string()).then(|| revision.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_another_run_mean_nothing() {
        assert_eq!(revision_of("17-42", 17), Some(42));
        assert_eq!(revision_of("16-42", 17), None);
        for odd in ["", "17", "17-", "17-x", "-42"] {
            assert_eq!(revision_of(odd, 17), None, "{odd}");
        }
    }
}
