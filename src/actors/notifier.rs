//! The Notifier, one a server: sends what stands in the outbox, again where it failed, until it is sent or given up. What
//! became of a try is written after it, so nothing is lost, and a repeat bears the same id.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use metrics::counter;
use tokio::sync::{Notify, watch};

use super::registry::Registry;
use crate::channels::{Channels, Letter};
use crate::clock::SharedClock;
use crate::domain::ids::{MessageId, OrgId};
use crate::domain::message::{Attempted, Channel, DeliveryState, Message, QuietHours, Standing, Template, chosen};
use crate::identity;
use crate::store::outbox::{Outbox, OutboxError, Posted};
use crate::workflows::delivery::{after_attempt, after_step, step};

/// Most messages under way at once on one channel.
const UNDER_WAY_MAX: usize = 8;
/// How long one try may take.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(120);
/// Longest sleep at a stretch: a jump of the wall clock is noticed after that.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// Pause before the database is asked again that did not answer.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// How long tries that are under way may still take when the server stops.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// How long the test clock waits for tries that are under way.
const SETTLE_PATIENCE: Duration = Duration::from_secs(150);

/// What the Notifier works with.
pub struct NotifierSettings {
    /// What is to be sent.
    pub outbox: Outbox,
    /// Rung when something new stands there.
    pub posted: Arc<Notify>,
    /// The ways out.
    pub channels: Channels,
    /// The hours in which only what cannot wait is sent.
    pub quiet_hours: Option<QuietHours>,
    /// The time that the owners live in.
    pub clock: SharedClock,
    /// Where the orgs' own words stand.
    pub registry: Arc<Registry>,
}

/// Sends what stands in the outbox.
pub struct Notifier {
    settings: NotifierSettings,
    under_way: Mutex<HashMap<(OrgId, MessageId), Channel>>,
    /// How many wished to know when all that is due has been tried, and up to which of them that was so.
    asked: AtomicU64,
    settled: watch::Sender<u64>,
    ended: watch::Sender<bool>,
}

/// Why a message is not sent once more.
#[derive(Debug, thiserror::Error)]
pub enum ReplayRefusal {
    /// There is none.
    #[error("There is no such message.")]
    Unknown,
    /// It is sent.
    #[error("The message is sent: only one that is dead or skipped, or that waits, is sent once more.")]
    Sent,
    /// The database did not answer.
    #[error("the outbox did not answer: {0}")]
    Away(#[source] OutboxError),
}

impl Notifier {
    /// A Notifier that sends nothing before it runs.
    #[must_use]
    pub fn new(settings: NotifierSettings) -> Arc<Self> {
        Arc::new(Self {
            settings,
            under_way: Mutex::default(),
            asked: AtomicU64::new(0),
            settled: watch::Sender::new(0),
            ended: watch::Sender::new(false),
        })
    }

    /// Sends until `stop` is heard or another server owns the database.
    pub(super) async fn run(self: Arc<Self>, mut fenced: watch::Receiver<bool>, mut stop: watch::Receiver<bool>) {
        let mut moved = self.settings.clock.as_manual().map(crate::clock::ManualClock::subscribe);
        loop {
            let asked = self.asked.load(Ordering::Acquire);
            let pause = match self.round(&fenced, asked).await {
                Ok(pause) => pause,
                Err(OutboxError::Fenced) => {
                    tracing::error!("another server owns the database: this one sends nothing more");
                    break;
                }
                Err(error) => {
                    tracing::warn!(%error, "messages wait");
                    RETRY_PAUSE
                }
            };
            tokio::select! {
                biased;
                () = becomes_true(&mut fenced) => break,
                () = becomes_true(&mut stop) => break,
                () = self.settings.posted.notified() => {}
                () = clock_moved(&mut moved) => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        if !*fenced.borrow() {
            self.finish().await;
        }
        self.settled.send_replace(u64::MAX);
        self.ended.send_replace(true);
    }

    /// Starts what is due and has room, and says how long nothing more becomes due. What no channel carries waits as it is, until
    /// a server starts that has one.
    async fn round(self: &Arc<Self>, fenced: &watch::Receiver<bool>, asked: u64) -> Result<Duration, OutboxError> {
        let Self { settings: NotifierSettings { outbox, channels, clock, .. }, .. } = &**self;
        let (now, channels) = (clock.now(), channels.set_up());
        let mut all_tried = true;
        for channel in &channels {
            if is_full(&self.under_way(), *channel) {
                all_tried = false;
                continue;
            }
            // Told before the question: a try that ends while it is answered has left a row there that still says due.
            let on_their_way: HashSet<_> = self.under_way().keys().cloned().collect();
            for posted in outbox.due(*channel, now, 2 * UNDER_WAY_MAX).await? {
                all_tried = false;
                let key = (posted.org.clone(), posted.message.id().clone());
                if !on_their_way.contains(&key) {
                    self.start(posted, key, *channel, fenced.clone());
                }
            }
        }
        if all_tried && self.under_way().is_empty() {
            self.settled.send_if_modified(|settled| std::mem::replace(settled, asked.max(*settled)) < asked);
        }
        let next = if channels.is_empty() { None } else { outbox.next_due(&channels, now).await? };
        Ok(next.map_or(SLEEP_MAX, |at| (at - now).max(TimeDelta::zero()).to_std().unwrap_or(SLEEP_MAX).min(SLEEP_MAX)))
    }

    /// Lets a message set out, unless its channel is full: the end of another asks again.
    fn start(
        self: &Arc<Self>,
        posted: Posted,
        key: (OrgId, MessageId),
        channel: Channel,
        fenced: watch::Receiver<bool>,
    ) {
        {
            let mut under_way = self.under_way();
            if is_full(&under_way, channel) {
                return;
            }
            under_way.insert(key.clone(), channel);
        }
        let notifier = Arc::clone(self);
        tokio::runtime::Handle::current().spawn(async move {
            let task = Arc::clone(&notifier);
            let inner = tokio::runtime::Handle::current().spawn(async move { task.deliver(posted, fenced).await });
            // A try that falls frees its place as any other: the message is due again.
            if let Err(error) = inner.await {
                tracing::error!(%error, message = %key.1, "a try to send fell");
                tokio::time::sleep(RETRY_PAUSE).await;
            }
            notifier.under_way().remove(&key);
            notifier.settings.posted.notify_one();
        });
    }

    async fn deliver(&self, posted: Posted, mut fenced: watch::Receiver<bool>) {
        let Posted { org, message, standing } = &posted;
        let now = self.settings.clock.now();
        let next = match after_step(standing, step(message, standing, self.settings.quiet_hours, now)) {
            Some(next) => next,
            None => {
                fail::fail_point!("notifier.before_send");
                let attempted = tokio::select! {
                    biased;
                    () = becomes_true(&mut fenced) => return,
                    attempted = self.attempt(org, message) => attempted,
                };
                after_attempt(standing, attempted, identity::jitter(), self.settings.clock.now())
            }
        };
        let (channel, state) = (message.recipient.address.channel().word(), next.state.word());
        counter!("frontdesk_messages_total", "channel" => channel, "state" => state).increment(1);
        if next.state == DeliveryState::Dead {
            tracing::warn!(%org, message = %message.id(), kind = message.kind.word(), channel, "a message is given up");
        }
        self.record(&posted, &next, fenced).await;
    }

    async fn attempt(&self, org: &OrgId, message: &Message) -> Attempted {
        let own = self.own_words(org, message);
        let sent = self.settings.channels.send(org, message, own.as_deref());
        let attempt = tokio::time::timeout(ATTEMPT_TIMEOUT, sent);
        attempt.await.unwrap_or_else(|_| Attempted::Failed("it took too long".to_owned()))
    }

    /// Writes what became of a try, however long the database is away: else it would be sent again.
    async fn record(&self, posted: &Posted, next: &Standing, fenced: watch::Receiver<bool>) {
        fail::fail_point!("notifier.before_record");
        while !*fenced.borrow() {
            match self.settings.outbox.record(&posted.org, posted.message.id(), next).await {
                Ok(()) | Err(OutboxError::Fenced) => return,
                Err(error) => tracing::warn!(%error, message = %posted.message.id(), "what became of it must wait"),
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }

    /// Waits for what is under way, a little.
    async fn finish(&self) {
        let all = async {
            while !self.under_way().is_empty() {
                self.settings.posted.notified().await;
            }
        };
        if tokio::time::timeout(STOP_PATIENCE, all).await.is_err() {
            tracing::warn!("messages were under way when the server stopped: they are sent again");
        }
    }

    /// Waits until the Notifier has ended.
    pub async fn ended(&self) {
        // The sender lives in this very value.
        drop(self.ended.subscribe().wait_for(|ended| *ended).await);
    }

    /// Waits until everything that is due has been tried once.
    pub(super) async fn settled(&self) {
        let asked = self.asked.fetch_add(1, Ordering::AcqRel) + 1;
        let mut settled = self.settled.subscribe();
        self.settings.posted.notify_one();
        let tried = settled.wait_for(|settled| *settled >= asked);
        if tokio::time::timeout(SETTLE_PATIENCE, tried).await.is_err() {
            tracing::warn!("messages are still under way");
        }
    }

    /// When the next message becomes due, where that can be told.
    pub(super) async fn next_due(&self) -> Option<DateTime<Utc>> {
        let NotifierSettings { outbox, channels, clock, .. } = &self.settings;
        let next = outbox.next_due(&channels.set_up(), clock.now()).await;
        next.unwrap_or_else(|error| {
            tracing::warn!(%error, "it cannot be told when messages are due");
            None
        })
    }

    /// Sends a message once more, at once and however late it is; one that waits need wait no longer.
    ///
    /// # Errors
    /// See [`ReplayRefusal`].
    pub async fn replay(&self, org: &OrgId, id: &MessageId) -> Result<Posted, ReplayRefusal> {
        let outbox = &self.settings.outbox;
        let found = outbox.message(org, id).await.map_err(ReplayRefusal::Away)?;
        let posted = found.ok_or(ReplayRefusal::Unknown)?;
        match (posted.standing.state, posted.standing.replayed_at) {
            (DeliveryState::Sent, None) => return Err(ReplayRefusal::Sent),
            // The wish is fulfilled; who asks again has lost the answer.
            (DeliveryState::Sent, Some(_)) => return Ok(posted),
            _ if self.under_way().contains_key(&(org.clone(), id.clone())) => return Ok(posted),
            _ => {}
        }
        let standing = outbox.replay(&posted, self.settings.clock.now()).await.map_err(ReplayRefusal::Away)?;
        self.settings.posted.notify_one();
        Ok(Posted { standing, ..posted })
    }

    /// How far a message has come. One that no channel carries waits until a server starts that has one, whatever its row says of
    /// when.
    #[must_use]
    pub fn standing(&self, posted: &Posted) -> Standing {
        let standing = posted.standing.clone();
        match self.settings.channels.missing(posted.message.recipient.address.channel()) {
            Some(missing) if standing.state == DeliveryState::Waiting => {
                Standing { next_attempt_at: None, last_error: Some(missing.to_owned()), ..standing }
            }
            Some(_) | None => standing,
        }
    }

    /// A message as it is read; `None`: its templates do not fit it.
    #[must_use]
    pub fn preview(&self, org: &OrgId, message: &Message) -> Option<Letter> {
        let preview = self.settings.channels.preview(message, self.own_words(org, message).as_deref());
        preview.inspect_err(|error| tracing::error!(%error, message = %message.id(), "a message cannot be shown")).ok()
    }

    /// The org's own template for a message, as committed; `None`: ours.
    fn own_words(&self, org: &OrgId, message: &Message) -> Option<Arc<Template>> {
        let calendar = self.settings.registry.seat(org)?.calendar.published();
        let kind = (message.kind, message.recipient.address.channel());
        let (locale, named) = (message.recipient.locale.as_deref(), message.template_id.as_deref());
        chosen(calendar.state.templates(), kind, locale, named).cloned()
    }

    fn under_way(&self) -> std::sync::MutexGuard<'_, HashMap<(OrgId, MessageId), Channel>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether as many are under way on a channel as may be.
fn is_full(under_way: &HashMap<(OrgId, MessageId), Channel>, channel: Channel) -> bool {
    under_way.values().filter(|other| **other == channel).count() >= UNDER_WAY_MAX
}

/// Waits for a manual clock to be moved; by a real one, for ever.
async fn clock_moved(moved: &mut Option<watch::Receiver<DateTime<Utc>>>) {
    match moved {
        // The clock lives as long as the Notifier that holds it.
        Some(moved) => drop(moved.changed().await),
        None => std::future::pending().await,
    }
}

async fn becomes_true(signal: &mut watch::Receiver<bool>) {
    // A signal whose sender is gone counts as given.
    drop(signal.wait_for(|given| *given).await);
}
