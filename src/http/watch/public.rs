//! One point, for everybody: the newest status, rendered once for all who watch.

use std::sync::Arc;

use actix_web::web::{Bytes, Data};
use chrono::TimeDelta;
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::Frames;
use super::pulse::{ESTIMATES_STALE_SECONDS, Pulse, Turn, event, heartbeat};
use crate::actors::Published;
use crate::domain::ids::{OrgId, PointId};
use crate::http::edge::Edge;
use crate::http::responses::status::{event_id, rendered_event};

/// A stream of one point.
pub struct PublicStream {
    edge: Data<Edge>,
    org: OrgId,
    point: PointId,
    states: watch::Receiver<Arc<Published>>,
    pulse: Pulse,
    first: Option<Bytes>,
    is_gone: bool,
    _permit: OwnedSemaphorePermit,
}

impl PublicStream {
    /// Opens a stream for who has `seen` an event; `None`: no such point.
    pub fn open(
        edge: Data<Edge>,
        org: OrgId,
        point: PointId,
        seen: Option<&str>,
        pulse: Pulse,
        permit: OwnedSemaphorePermit,
    ) -> Option<Self> {
        // Makes the estimates new before the stream begins with them.
        edge.directory.published(&org, &point)?;
        let mut states = edge.directory.watch(&org, &point)?;
        let newest = Arc::clone(&states.borrow_and_update());
        let first = (seen != Some(event_id(&newest).as_str())).then(|| rendered_event(&newest));
        Some(Self { edge, org, point, states, pulse, first, is_gone: false, _permit: permit })
    }

    fn newest(&mut self) -> Bytes {
        let newest = Arc::clone(&self.states.borrow_and_update());
        if newest.state.point().is_none() {
            return self.gone();
        }
        rendered_event(&newest)
    }

    fn gone(&mut self) -> Bytes {
        self.is_gone = true;
        event("gone", &json!({ "id": self.point }))
    }

    /// Who watches a quiet line sees its estimates go down all the same; the refreshed state comes as a change.
    fn refresh_estimates(&self) {
        let now = self.edge.now();
        let age = now - self.states.borrow().as_of;
        if age >= TimeDelta::seconds(ESTIMATES_STALE_SECONDS) {
            drop(self.edge.directory.published(&self.org, &self.point));
        }
    }
}

impl Frames for PublicStream {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.is_gone {
            return None;
        }
        match self.pulse.turn(&mut self.states).await {
            Turn::Changed => Some(self.newest()),
            Turn::Heartbeat => {
                self.refresh_estimates();
                Some(heartbeat(self.edge.now()))
            }
            Turn::Lost => Some(self.gone()),
            Turn::Ended => None,
        }
    }
}
