//! Changes on their way through a lane, of every kind of owner: what is to be published of them when they are committed, and
//! who waits for that.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::aggregate::Aggregate;
use super::calendar::Calendar;
use super::desk::Desk;
use super::in_flight::InFlight;
use super::message::Reply;
use super::service_point::ServicePoint;
use super::slot::Slot;
use crate::domain::ids::{EntryId, OrgId};
use crate::workflows::follow_up::FollowUp;

/// What travels with a change through a lane, until it is settled.
pub struct Settling<A: Aggregate> {
    pub(super) slot: Arc<Slot<A>>,
    /// The state after the change; `None`: nothing has changed.
    pub(super) state: Option<A::State>,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Visits that the change touched: they are found at this point from now on.
    pub(super) touched: Vec<EntryId>,
    /// What others have to do once it is committed.
    pub(super) outgoing: Vec<FollowUp>,
    pub(super) reply: Option<Reply<A>>,
    pub(super) in_flight: InFlight,
}

/// A kind of aggregate whose changes are settled here.
pub trait Settled: Aggregate {
    /// Its changes among all others.
    fn payload(settling: Settling<Self>) -> Payload;
}

impl Settled for ServicePoint {
    fn payload(settling: Settling<Self>) -> Payload {
        Payload::ServicePoint(settling)
    }
}

impl Settled for Calendar {
    fn payload(settling: Settling<Self>) -> Payload {
        Payload::Calendar(settling)
    }
}

impl Settled for Desk {
    fn payload(settling: Settling<Self>) -> Payload {
        Payload::Desk(settling)
    }
}

/// A change of any kind that is to be settled.
pub enum Payload {
    /// Of a calendar.
    Calendar(Settling<Calendar>),
    /// Of a desk.
    Desk(Settling<Desk>),
    /// Of a service point.
    ServicePoint(Settling<ServicePoint>),
}

/// A state to be published for an owner: the last of a batch, with all visits that the batch touched.
pub(super) struct Publication<A: Aggregate> {
    pub(super) slot: Arc<Slot<A>>,
    pub(super) state: A::State,
    pub(super) at: DateTime<Utc>,
    pub(super) touched: Vec<EntryId>,
}

/// What a batch has to publish of one kind of owner.
pub(super) type Publications<A> = HashMap<(OrgId, <A as Aggregate>::Name), Publication<A>>;

impl<A: Aggregate> Settling<A> {
    /// Notes what is to be published of it, if anything.
    pub(super) fn note(&mut self, publications: &mut Publications<A>) {
        let Some(state) = self.state.take() else { return };
        let key = (self.slot.org.clone(), self.slot.name.clone());
        let publication = publications.entry(key).or_insert_with(|| Publication {
            slot: Arc::clone(&self.slot),
            state: A::State::default(),
            at: self.at,
            touched: Vec::new(),
        });
        (publication.state, publication.at) = (state, self.at);
        publication.touched.append(&mut self.touched);
    }

    /// Everything is committed and published: others may go on.
    pub(super) fn release(self, outgoing: &mpsc::UnboundedSender<(OrgId, FollowUp)>) {
        for follow_up in self.outgoing {
            // The courier ends only with the process.
            drop(outgoing.send((self.slot.org.clone(), follow_up)));
        }
        if let Some(reply) = self.reply {
            reply.release();
        }
        drop(self.in_flight);
    }

    pub(super) fn discarded(self) {
        if let Some(reply) = self.reply {
            reply.unread();
        }
    }
}
