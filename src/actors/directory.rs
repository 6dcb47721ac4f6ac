//! Where every owner is found: activates it on first use, carries commands to it, and shows what it has committed.

use std::sync::Arc;

use actix::ArbiterHandle;
use chrono::TimeDelta;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::arrivals::Arrivals;
use super::asking::{Asking, LIVES_ASKED_MAX, OUTCOME_TIMEOUT, not_read};
use super::calendar::Calendar;
use super::desk::Desk;
use super::message::Word;
use super::notifier::Notifier;
use super::published::Published;
use super::registry::Registry;
use super::request::{Answered, IdempotencyKey, Request, Unanswered};
use super::service_point::ServicePoint;
use super::settling::Settled;
use super::slot::{OwnerHealth, Slot};
use crate::clock::SharedClock;
use crate::domain::calendar::{self, Points};
use crate::domain::desk::{self, Agents};
use crate::domain::ids::{EntryId, HandoverId, OrgId, PointId};
use crate::domain::invalid::Invalid;
use crate::domain::owner::{OwnerName, TheCalendar, TheDesk};
use crate::domain::party::Party;
use crate::domain::queue::{Act, Answer, Command, Rejection, Status};
use crate::store::Lane;
use crate::store::orgs::Org;
use crate::store::read::{HandoverEnd, Reader};

/// Oldest estimates that are shown, in seconds: older ones are made anew for who asks.
const ESTIMATES_FRESH_SECONDS: i64 = 10;

/// A kind of owner that commands can be sent to.
pub trait Reached: Settled {
    /// The place of the owner that a command is for.
    ///
    /// # Errors
    /// What is said where there is none.
    fn slot(registry: &Registry, request: &Request<Self>) -> Result<Arc<Slot<Self>>, Self::Rejection>;

    /// What history knows of a command, so that its owner need not be asked. It is looked up with the owner's address in
    /// hand: whatever an earlier life of it did is committed then, and this life remembers its own.
    fn known_before(
        directory: &Directory,
        slot: &Slot<Self>,
        command: &Self::Command,
        idempotency: Option<&IdempotencyKey>,
    ) -> impl Future<Output = Result<Option<Answered<Self>>, Unanswered>> + Send;

    /// What it means to who asked that the database refused what the owner had decided; `None`: nothing that the owner
    /// could have said.
    fn as_the_store_says(
        directory: &Directory,
        slot: &Slot<Self>,
        command: &Self::Command,
        constraint: &str,
    ) -> Option<Self::Rejection>;
}

/// Finds owners and what they have published.
pub struct Directory {
    pub(super) registry: Arc<Registry>,
    pub(super) arrivals: Arrivals,
    lanes: Vec<Arc<Lane<Registry>>>,
    reader: Reader,
    pub(super) asking: Asking,
    notifier: Arc<Notifier>,
    /// Held by who lets a manual clock's time pass: two at once would let it move on while something is under way.
    pub(super) clock_hand: tokio::sync::Mutex<()>,
}

impl Directory {
    /// Knows all owners; nothing happens by itself before [`super::open`].
    pub(super) fn new(
        registry: Arc<Registry>,
        lanes: Vec<Arc<Lane<Registry>>>,
        reader: Reader,
        arbiters: Vec<ArbiterHandle>,
        notifier: Arc<Notifier>,
    ) -> Self {
        let asking = Asking::new(Arc::clone(&registry), reader.clone(), arbiters);
        let clock_hand = tokio::sync::Mutex::default();
        Self { registry, arrivals: Arrivals::new(), lanes, reader, asking, notifier, clock_hand }
    }

    /// Who sends messages to people outside.
    #[must_use]
    pub fn notifier(&self) -> &Arc<Notifier> {
        &self.notifier
    }

    /// Sends a command to its owner and waits until its answer, and all that it rests on, is committed.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub async fn ask<A: Reached>(&self, request: Request<A>) -> Result<Answered<A>, Unanswered> {
        let slot = match A::slot(&self.registry, &request) {
            Ok(slot) => slot,
            Err(missing) => return Ok(Answered { outcome: Err(missing), repeated: false }),
        };
        let Request { org, mut command, idempotency, .. } = request;
        let lane = self.lane(&org).ok_or(Unanswered::OwnerFell)?;
        for _ in 0..LIVES_ASKED_MAX {
            if let Some(reason) = lane.refuses() {
                return Err(Unanswered::NotAccepted { reason, retry_after_seconds: 1 });
            }
            let (address, in_flight) = self.asking.enter(&slot, lane).await?;
            if let Some(known) = A::known_before(self, &slot, &command, idempotency.as_ref()).await? {
                return Ok(known);
            }
            match self.asking.deliver(&address, command, idempotency.clone(), in_flight).await {
                Word::Answer(answer) => return answer,
                Word::Unread(unread) => command = unread,
                Word::Refused { command, constraint } => {
                    let refusal = A::as_the_store_says(self, &slot, &command, &constraint);
                    let answered = refusal.map(|refusal| Answered { outcome: Err(refusal), repeated: false });
                    return answered.ok_or(Unanswered::Refused { constraint });
                }
            }
        }
        let reason = "the owner of this part is just coming back";
        Err(Unanswered::NotAccepted { reason, retry_after_seconds: 1 })
    }

    /// Lets an owner do what is due, and waits until that is committed.
    pub(super) async fn let_time_pass(&self, org: &OrgId, owner: &OwnerName) -> Result<(), Unanswered> {
        match owner {
            OwnerName::Point(point) => {
                let command = Command { by: Party::System, act: Act::Tick };
                let tick = Request { org: org.clone(), name: point.clone(), command, idempotency: None };
                self.ask::<ServicePoint>(tick).await.map(drop)
            }
            OwnerName::Calendar => {
                let command =
                    calendar::Command { by: Party::System, act: calendar::Act::Tick, points: self.terms(org) };
                let tick = Request { org: org.clone(), name: TheCalendar, command, idempotency: None };
                self.ask::<Calendar>(tick).await.map(drop)
            }
            OwnerName::Desk => {
                let (act, agents) = (desk::Act::Tick, self.agents(org));
                let command = desk::Command { by: Party::System, act, past: Vec::new(), agents };
                let tick = Request { org: org.clone(), name: TheDesk, command, idempotency: None };
                self.ask::<Desk>(tick).await.map(drop)
            }
        }
    }

    /// Transfers a visit (`request.command` is `Act::Transfer`): answered when the other point has committed it, or when
    /// it is back in its place.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub async fn transfer(
        &self,
        request: Request,
        to: &PointId,
        handover: &HandoverId,
    ) -> Result<Answered, Unanswered> {
        let org = request.org.clone();
        if self.published(&org, to).is_none() {
            let unknown = Invalid::new("servicePointId", "there is no such service point");
            return Ok(Answered { outcome: Err(Rejection::Invalid(unknown)), repeated: false });
        }
        let arrival = self.arrivals.arrival(&org, handover);
        let set_out = match self.ask(request).await {
            Ok(set_out) => set_out,
            Err(unanswered) => {
                self.arrivals.forget(&org, handover, arrival);
                return Err(unanswered);
            }
        };
        if let Some(known) = self.as_it_ended(&org, set_out).await.transpose() {
            self.arrivals.forget(&org, handover, arrival);
            return known;
        }
        match tokio::time::timeout(OUTCOME_TIMEOUT, arrival).await {
            Ok(Ok(outcome)) => Ok(Answered { outcome, repeated: false }),
            Ok(Err(_)) | Err(_) => Err(Unanswered::OutcomeUnknown),
        }
    }

    /// What a transfer came to, where it is known already: refused at once, or a repeat of one that has ended; the first
    /// answer to its key only says that it set out. `None`: it travels.
    async fn as_it_ended(&self, org: &OrgId, set_out: Answered) -> Result<Option<Answered>, Unanswered> {
        let repeated = set_out.repeated;
        let Ok(Answer::Entry { entry, .. }) = &set_out.outcome else { return Ok(Some(set_out)) };
        let Status::Transferred { handover, .. } = &entry.status else { return Ok(Some(set_out)) };
        if !repeated {
            return Ok(None);
        }
        match self.reader.handover_end(org, handover).await.map_err(not_read)? {
            None => Ok(None),
            Some(HandoverEnd::Returned) => {
                let reason = "it was refused before, and the visit is back in its place.".to_owned();
                Ok(Some(Answered { outcome: Err(Rejection::TransferRefused { reason, refusal: None }), repeated }))
            }
            Some(HandoverEnd::Received) => {
                let current =
                    self.whereabouts(org, &entry.id).and_then(|point| self.as_it_stands(org, &point, &entry.id));
                Ok(Some(current.map_or(set_out, |answer| Answered { outcome: Ok(answer), repeated })))
            }
        }
    }

    /// The committed calendar of an org; `None`: no such org.
    #[must_use]
    pub fn calendar(&self, org: &OrgId) -> Option<Arc<Published<Calendar>>> {
        Some(self.registry.seat(org)?.calendar.published())
    }

    /// The committed desk of an org; `None`: no such org.
    #[must_use]
    pub fn desk(&self, org: &OrgId) -> Option<Arc<Published<Desk>>> {
        Some(self.registry.seat(org)?.desk.published())
    }

    /// Follows the committed states of a desk; a slow reader sees the newest only. `None`: no such org.
    #[must_use]
    pub fn watch_desk(&self, org: &OrgId) -> Option<watch::Receiver<Arc<Published<Desk>>>> {
        Some(self.registry.seat(org)?.desk.published.subscribe())
    }

    /// Who can be given work in an org.
    #[must_use]
    pub fn agents(&self, org: &OrgId) -> Agents {
        self.registry.seat(org).map(|seat| seat.agents()).unwrap_or_default()
    }

    /// What holds at the points of an org, for bookings there.
    #[must_use]
    pub fn terms(&self, org: &OrgId) -> Points {
        self.registry.seat(org).map(|seat| seat.terms()).unwrap_or_default()
    }

    /// The committed state of a point, with estimates not older than ten seconds; `None`: no such point.
    #[must_use]
    pub fn published(&self, org: &OrgId, point: &PointId) -> Option<Arc<Published>> {
        let slot = self.registry.slot(org, point)?;
        let published = slot.published();
        published.state.point()?;
        let now = self.clock().now();
        if now - published.as_of < TimeDelta::seconds(ESTIMATES_FRESH_SECONDS) {
            return Some(published);
        }
        slot.published.send_if_modified(|current| {
            let unchanged = Arc::ptr_eq(current, &published);
            if unchanged {
                *current = Arc::new(current.refreshed(now));
            }
            unchanged
        });
        Some(slot.published())
    }

    /// Follows the committed states of a point; a slow reader sees the newest only.
    #[must_use]
    pub fn watch(&self, org: &OrgId, point: &PointId) -> Option<watch::Receiver<Arc<Published>>> {
        let slot = self.registry.slot(org, point)?;
        slot.published().state.point()?;
        Some(slot.published.subscribe())
    }

    /// The committed states of all points of an org, by id.
    #[must_use]
    pub fn published_of(&self, org: &OrgId) -> Vec<Arc<Published>> {
        let slots = self.registry.seat(org).map(|seat| seat.slots()).unwrap_or_default();
        slots.iter().map(|slot| slot.published()).filter(|published| published.state.point().is_some()).collect()
    }

    /// Grows with each publication of any point of the org.
    #[must_use]
    pub fn watch_org(&self, org: &OrgId) -> Option<watch::Receiver<u64>> {
        Some(self.registry.seat(org)?.revision.subscribe())
    }

    /// The point whose memory holds this entry.
    #[must_use]
    pub fn whereabouts(&self, org: &OrgId, entry: &EntryId) -> Option<PointId> {
        self.registry.seat(org)?.whereabouts(entry)
    }

    /// The org, from memory, else from the database (it may have been added a moment ago).
    ///
    /// # Errors
    /// The database is away and memory does not know it.
    pub async fn org(&self, id: &OrgId) -> Result<Option<Arc<Org>>, Unanswered> {
        if let Some(seat) = self.registry.seat(id) {
            return Ok(Some(Arc::clone(&seat.org)));
        }
        let org = self.reader.org(id).await.map_err(not_read)?;
        Ok(org.map(|org| Arc::clone(&self.registry.add_org(org).org)))
    }

    /// The one org of this server; `None` when there are none or several.
    #[must_use]
    pub fn only_org(&self) -> Option<Arc<Org>> {
        match self.registry.seats().as_slice() {
            [seat] => Some(Arc::clone(&seat.org)),
            _ => None,
        }
    }

    /// Owners that are not well, for `/readyz`.
    #[must_use]
    pub fn unwell(&self) -> Vec<(OrgId, OwnerName, OwnerHealth)> {
        self.registry.unwell()
    }

    /// For how long the slowest lane has not answered, in milliseconds; `None`: all lanes accept commands.
    #[must_use]
    pub fn lanes_stalled_for_ms(&self) -> Option<u64> {
        self.lanes.iter().filter_map(|lane| lane.stalled_for_ms()).max()
    }

    /// The clock that everything here goes by.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.registry.clock
    }

    /// Committed rows.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    pub(super) fn runtime(&self) -> &Handle {
        &self.registry.runtime
    }

    fn lane(&self, org: &OrgId) -> Option<&Arc<Lane<Registry>>> {
        self.lanes.get(self.registry.seat(org)?.org.lane)
    }
}
