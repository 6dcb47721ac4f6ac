//! The desk of an org, for the staff side: each ticket that changes, with its clocks as due moments, so that countdowns run at
//! the reader's; and that a comment was written, which changes no ticket.

use std::collections::VecDeque;
use std::sync::Arc;

use actix_web::web::{Bytes, Data};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::Frames;
use super::pulse::{Pulse, Turn, event, event_with_id, heartbeat};
use crate::actors::{Desk, Published};
use crate::domain::desk::{Commented, DeskState};
use crate::domain::ids::OrgId;
use crate::http::edge::Edge;
use crate::http::responses::desk::glance::TicketGlance;

/// Most tickets and comments that are told one by one in a turn; when it is more, the reader is told to load anew.
const CHANGES_A_TURN_MAX: usize = 500;

/// A stream of a desk.
pub struct DeskStream {
    edge: Data<Edge>,
    states: watch::Receiver<Arc<Published<Desk>>>,
    shown: DeskState,
    pulse: Pulse,
    pending: VecDeque<Bytes>,
    _permit: OwnedSemaphorePermit,
}

impl DeskStream {
    /// Opens a stream for who has `seen` an event; `None`: no such org.
    pub fn open(
        edge: Data<Edge>,
        org: &OrgId,
        seen: Option<&str>,
        pulse: Pulse,
        permit: OwnedSemaphorePermit,
    ) -> Option<Self> {
        let mut states = edge.directory.watch_desk(org)?;
        let newest = Arc::clone(&states.borrow_and_update());
        let id = id_of(&edge, &newest);
        let ready = json!({ "live": newest.state.live_count(), "asOf": edge.now() });
        let mut pending = VecDeque::from([event_with_id("ready", &id, &ready)]);
        if seen.is_some_and(|seen| seen != id) {
            pending.push_back(event("reload", &json!({ "asOf": edge.now() })));
        }
        Some(Self { edge, states, shown: newest.state.clone(), pulse, pending, _permit: permit })
    }

    fn queue_changes(&mut self) {
        let newest = Arc::clone(&self.states.borrow_and_update());
        let (id, now) = (id_of(&self.edge, &newest), self.edge.now());
        let changed = newest.state.changed_since(&self.shown);
        let commented = newest.state.commented_since(&self.shown);
        match commented.filter(|commented| changed.len() + commented.len() <= CHANGES_A_TURN_MAX) {
            Some(commented) => {
                for ticket in changed {
                    let frame = if ticket.deleted_at.is_some() {
                        event_with_id("gone", &id, &json!({ "id": ticket.id, "number": ticket.number.to_string() }))
                    } else {
                        event_with_id("ticket", &id, &TicketGlance::new(&ticket, &newest.state, now))
                    };
                    self.pending.push_back(frame);
                }
                self.pending.extend(commented.iter().map(|one| comment_frame(&id, one)));
            }
            None => self.pending.push_back(event_with_id("reload", &id, &json!({ "asOf": now }))),
        }
        self.shown = newest.state.clone();
    }
}

impl Frames for DeskStream {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.pending.pop_front() {
                return Some(frame);
            }
            match self.pulse.turn(&mut self.states).await {
                Turn::Changed => self.queue_changes(),
                Turn::Heartbeat => self.pending.push_back(heartbeat(self.edge.now())),
                Turn::Lost | Turn::Ended => return None,
            }
        }
    }
}

/// That a comment was written: which, where and by whom. What it says is read from the ticket.
fn comment_frame(id: &str, comment: &Commented) -> Bytes {
    let Commented { id: comment_id, ticket, number, author, at } = comment;
    let said = json!({ "id": comment_id, "ticketId": ticket, "number": number.to_string(), "authorId": author,
        "createdAt": at });
    event_with_id("comment", id, &said)
}

/// Tells one state of this run from all others.
fn id_of(edge: &Edge, published: &Published<Desk>) -> String {
    format!("{}-{}", edge.started_ms, published.revision)
}
