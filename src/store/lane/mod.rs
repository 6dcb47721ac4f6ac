//! Write-behind with the durability of a transaction: what commands changed queues up here, and all that has queued is
//! committed at once, again and again. Whoever waits for an answer waits for the commit that holds it.

pub(in crate::store) mod batch;
mod herald;
mod procedure;
mod write;
mod writer;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::clock;
use crate::domain::calendar::{Definition, Staff, WaitlistEntry};
use crate::domain::contact::Contact;
use crate::domain::desk::Comment;
use crate::domain::ids::OrgId;
use crate::domain::message::{Message, Template};
use crate::domain::owner::OwnerName;
use crate::domain::queue::Entry;

pub use super::rows::desk_configuration::{ConfigurationImage, ConfigurationKind};
pub use super::rows::event::EventImage;
pub use super::rows::handover::HandoverImage;
pub use super::rows::hold::HoldImage;
pub use super::rows::idempotency::{FirstAnswer, KeptAnswer};
pub use super::rows::reservation::ReservationImage;
pub use super::rows::service_point::PointImage;
pub use super::rows::spot::Spot;
pub use super::rows::ticket::TicketImage;
pub use super::rows::ticket_message::TicketMessageImage;
pub(super) use write::Pen;
pub(super) use writer::Writer;

/// Most bytes, roughly, that may wait to be written in one lane.
pub const BUFFER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most commands of one batch.
pub const BATCH_COMMANDS_MAX: usize = 4_096;
/// How long a batch may take before new commands are refused, in milliseconds.
pub const STALL_MS: u64 = 1_000;

/// Which life of which actor a change comes from. A refused change discards what the same life sent after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The org.
    pub org: OrgId,
    /// Which part of it.
    pub name: OwnerName,
    /// Never given twice.
    pub incarnation: u64,
}

/// What one command changed: after-images of rows, and facts.
#[derive(Debug, Default)]
pub struct Change {
    /// The service point's own row.
    pub point: Option<(PointImage, Existence)>,
    /// Visits.
    pub entries: Vec<(Arc<Entry>, Existence)>,
    /// Persons met.
    pub contacts: Vec<(Contact, chrono::DateTime<chrono::Utc>)>,
    /// Facts, in order.
    pub events: Vec<EventImage>,
    /// The first answer to a key.
    pub first_answer: Option<FirstAnswer>,
    /// Hand-overs that set out or end.
    pub handovers: Vec<HandoverImage>,
    /// Definitions of the calendar; deleted ones say so themselves.
    pub definitions: Vec<(Arc<Definition>, Existence)>,
    /// Members of staff; deleted ones say so themselves.
    pub staff: Vec<(Arc<Staff>, Existence)>,
    /// Templates of messages; deleted ones say so themselves.
    pub templates: Vec<(Arc<Template>, Existence)>,
    /// Reservations.
    pub reservations: Vec<(ReservationImage, Existence)>,
    /// Slots that are kept.
    pub holds: Vec<HoldImage>,
    /// Who waits for a slot, and what became of who waited.
    pub waitlist: Vec<(Arc<WaitlistEntry>, Existence)>,
    /// Tickets; deleted ones say so themselves.
    pub tickets: Vec<(TicketImage, Existence)>,
    /// What was said in tickets.
    pub ticket_messages: Vec<TicketMessageImage>,
    /// What the staff side noted in tickets.
    pub ticket_comments: Vec<Arc<Comment>>,
    /// Policies, business calendars, canned responses; deleted ones say so themselves.
    pub desk_configuration: Vec<(ConfigurationImage, Existence)>,
    /// What is to be told to people outside.
    pub messages: Vec<Message>,
}

/// Whether a row is new, or was there before. When images of one row meet in a batch, the greater one decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Existence {
    /// It must be there, and only what its queue counts has changed: by far the most frequent change of a service point.
    Counted,
    /// It must be there.
    Known,
    /// It must not be there yet.
    New,
}

impl Change {
    /// Whether nothing is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.point.is_none()
            && self.entries.is_empty()
            && self.contacts.is_empty()
            && self.events.is_empty()
            && self.first_answer.is_none()
            && self.handovers.is_empty()
            && self.definitions.is_empty()
            && self.staff.is_empty()
            && self.templates.is_empty()
            && self.reservations.is_empty()
            && self.holds.is_empty()
            && self.waitlist.is_empty()
            && self.tickets.is_empty()
            && self.ticket_messages.is_empty()
            && self.ticket_comments.is_empty()
            && self.desk_configuration.is_empty()
            && self.messages.is_empty()
    }

    /// A rough size, for the bound of the buffer.
    #[must_use]
    fn bytes(&self) -> usize {
        const ROW_BYTES: usize = 1_024;
        let queue = self.entries.len() + self.contacts.len() + self.events.len() + self.handovers.len();
        let calendar = self.definitions.len() + self.staff.len() + 20 * self.templates.len() + self.reservations.len();
        let desk = self.tickets.len() + self.desk_configuration.len();
        let rows = queue + calendar + desk + self.holds.len() + self.waitlist.len() + 2;
        let descriptions = self.tickets.iter().filter_map(|(image, _)| image.description.as_deref()).map(str::len);
        let said = self.ticket_messages.iter().map(|image| image.message.bytes());
        let noted = self.ticket_comments.iter().map(|comment| comment.body.len());
        // A message carries its context.
        (rows + 2 * self.messages.len()) * ROW_BYTES + descriptions.chain(said).chain(noted).sum::<usize>()
    }
}

/// One command's change, and what its owner wants back when it is known what became of it.
#[derive(Debug)]
pub struct Item<P> {
    /// Whose it is.
    pub owner: Owner,
    /// What to write; an empty change only waits for those before it.
    pub change: Change,
    /// Handed back to the [`Outcomes`].
    pub payload: P,
}

/// Who is told what became of items. Called on one task, in order: must be quick, must not wait.
pub trait Outcomes: Send + Sync + 'static {
    /// What travels with an item.
    type Payload: Send + Sync + 'static;

    /// These are committed, in this order.
    fn committed(&self, items: Vec<(Owner, Self::Payload)>);

    /// Postgres refused this one; it and what the same life of the same actor sent after it is not written.
    fn refused(self: &Arc<Self>, owner: Owner, payload: Self::Payload, constraint: String);

    /// Not written, because an earlier item of the same life was refused.
    fn discarded(&self, owner: Owner, payload: Self::Payload);

    /// Another server owns the database: this one must end at once.
    fn fenced(&self);
}

/// The way into one lane.
pub struct Lane<O: Outcomes> {
    id: i32,
    queue: Mutex<VecDeque<Item<O::Payload>>>,
    arrived: Notify,
    /// Bytes that wait or are being written.
    bytes: AtomicUsize,
    /// When the batch under way began, in ms of the monotonic clock; 0: none is.
    busy_since_ms: AtomicU64,
    outcomes: Arc<O>,
    /// Rung after each commit that holds messages.
    posted: Arc<Notify>,
}

impl<O: Outcomes> Lane<O> {
    pub(super) fn new(id: i32, outcomes: Arc<O>, posted: Arc<Notify>) -> Self {
        let (queue, arrived) = (Mutex::default(), Notify::new());
        Self { id, queue, arrived, bytes: AtomicUsize::new(0), busy_since_ms: AtomicU64::new(0), outcomes, posted }
    }

    /// Why no new command should be applied now, if so.
    #[must_use]
    pub fn refuses(&self) -> Option<&'static str> {
        if self.stalled_for_ms().is_some() {
            return Some("the database does not answer");
        }
        (self.bytes.load(Ordering::Relaxed) > BUFFER_BYTES_MAX).then_some("too much waits to be written")
    }

    /// For how long the batch under way has taken, in milliseconds, if longer than [`STALL_MS`].
    #[must_use]
    pub fn stalled_for_ms(&self) -> Option<u64> {
        let since = self.busy_since_ms.load(Ordering::Relaxed);
        (since != 0).then(|| clock::monotonic_ms().saturating_sub(since)).filter(|elapsed| *elapsed > STALL_MS)
    }

    /// Queues what a command changed, or only its answer. Never waits.
    pub fn enqueue(&self, item: Item<O::Payload>) {
        self.bytes.fetch_add(item.change.bytes(), Ordering::Relaxed);
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).push_back(item);
        self.arrived.notify_one();
    }

    /// The next batch: all that has queued, up to [`BATCH_COMMANDS_MAX`].
    async fn next_batch(&self) -> Vec<Item<O::Payload>> {
        loop {
            {
                let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
                if !queue.is_empty() {
                    let count = queue.len().min(BATCH_COMMANDS_MAX);
                    return queue.drain(..count).collect();
                }
            }
            self.arrived.notified().await;
        }
    }

    fn dealt_with(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Release);
    }
}
