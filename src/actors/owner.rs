//! The owner of one aggregate: handles one message after the other, at once and in memory, and never waits.
//! What it changed goes to its lane, and so does every answer: it is released when all that it rests on is committed.

use std::sync::Arc;

use actix::{Actor, Context, Handler};
use chrono::{DateTime, Utc};

use super::aggregate::Aggregate;
use super::in_flight::InFlight;
use super::keys::{Keys, Recognised};
use super::message::{Letter, Perform, Reply};
use super::registry::Registry;
use super::request::{Answered, IdempotencyKey, Unanswered};
use super::settling::{Settled, Settling};
use super::slot::Slot;
use crate::clock::SharedClock;
use crate::store::{Change, FirstAnswer, Item, Lane, Owner as OwnersLife};
use crate::workflows::notification::Letterhead;

/// Most ticks before one command; each does up to a thousand things that are due. What is left then is due still, and is done
/// before the next one.
const TICKS_MAX: usize = 1_000;

/// The owner of one aggregate.
pub struct Owner<A: Aggregate> {
    pub(super) slot: Arc<Slot<A>>,
    pub(super) incarnation: u64,
    pub(super) state: A::State,
    pub(super) last_now: DateTime<Utc>,
    pub(super) keys: Keys<A::Answer>,
    pub(super) lane: Arc<Lane<Registry>>,
    pub(super) clock: SharedClock,
    pub(super) letterhead: Arc<Letterhead>,
}

// Nothing in it is ever pinned.
impl<A: Aggregate> Unpin for Owner<A> {}

impl<A: Aggregate> Actor for Owner<A> {
    type Context = Context<Self>;
}

impl<A: Settled> Handler<Perform<A>> for Owner<A> {
    type Result = ();

    fn handle(&mut self, message: Perform<A>, _context: &mut Context<Self>) {
        let Some(letter) = message.read() else { return };
        if let Some(reason) = self.lane.refuses() {
            let answer = Err(Unanswered::NotAccepted { reason, retry_after_seconds: 1 });
            Reply { sender: letter.reply, command: letter.command, answer }.release();
            return;
        }
        let now = self.clock.now().max(self.last_now);
        self.last_now = now;
        // One failpoint an owner: a test makes its own owner fall, and nobody else's.
        fail::fail_point!(format!("owner.handle.{}", self.slot.name).as_str());
        self.do_what_is_due(&letter.command, now);
        self.perform(letter, now);
    }
}

impl<A: Settled> Owner<A> {
    /// Before any command, everything that is due happens, in order. It does not yield in between: a command must not see a
    /// state in which something due has not happened.
    fn do_what_is_due(&mut self, command: &A::Command, now: DateTime<Utc>) {
        for _ in 0..TICKS_MAX {
            if A::wake_at(&self.state).is_none_or(|at| at > now) {
                return;
            }
            let tick = A::tick_before(command);
            let Ok(events) = A::decide(&self.state, &tick, now) else { return };
            if events.is_empty() {
                return;
            }
            let (effect, in_flight) = (self.follow(&tick, events), self.slot.in_flight());
            self.enqueue(effect, now, None, in_flight);
        }
    }

    fn perform(&mut self, letter: Letter<A>, now: DateTime<Utc>) {
        let Letter { command, idempotency, reply: sender, in_flight } = letter;
        if let Some(key) = &idempotency {
            let recognised = match self.keys.recognise(key) {
                Recognised::New => None,
                Recognised::Repeat(first) => Some(Ok(Answered { outcome: Ok(first), repeated: true })),
                Recognised::Reused => Some(Err(Unanswered::KeyReused)),
            };
            if let Some(answer) = recognised {
                return self.enqueue(Effect::none(), now, Some(Reply { sender, command, answer }), in_flight);
            }
        }
        let (effect, outcome) = match A::decide(&self.state, &command, now) {
            Err(rejection) => (Effect::none(), Err(rejection)),
            Ok(events) => {
                let mut effect = self.follow(&command, events);
                // What is shown looks different by now, though nothing may have happened.
                effect.publishes |= A::is_tick(&command);
                let answer = A::answer(&self.state, &command, &effect.events, now);
                if let Some(key) = idempotency {
                    self.keys.remember(&key, answer.clone());
                    effect.change.first_answer = Some(self.first_answer(key, answer.clone()));
                }
                (effect, Ok(answer))
            }
        };
        let reply = Reply { sender, command, answer: Ok(Answered { outcome, repeated: false }) };
        self.enqueue(effect, now, Some(reply), in_flight);
    }

    fn first_answer(&self, key: IdempotencyKey, answer: A::Answer) -> FirstAnswer {
        let IdempotencyKey { route, key, fingerprint } = key;
        FirstAnswer { route, key, fingerprint, owner: A::owner_name(&self.slot.name), answer: A::kept(answer) }
    }

    /// Makes the events so, and says what has to be written.
    fn follow(&mut self, command: &A::Command, events: Vec<A::Event>) -> Effect<A> {
        let before = A::before(&self.state);
        for event in &events {
            A::apply(&mut self.state, event);
        }
        let change = A::change(&self.letterhead, command, before, &self.state, &events);
        Effect { change, publishes: !events.is_empty(), events }
    }

    fn enqueue(&mut self, effect: Effect<A>, now: DateTime<Utc>, reply: Option<Reply<A>>, in_flight: InFlight) {
        let Effect { change, events, publishes } = effect;
        // Decided, and known to nobody but this owner.
        fail::fail_point!(format!("owner.decided.{}", self.slot.name).as_str(), !events.is_empty(), |_| ());
        let touched = change.entries.iter().map(|(entry, _)| entry.id.clone()).collect();
        let outgoing = A::follow_ups(&events);
        let state = publishes.then(|| self.state.clone());
        let slot = Arc::clone(&self.slot);
        let owner =
            OwnersLife { org: slot.org.clone(), name: A::owner_name(&slot.name), incarnation: self.incarnation };
        let payload = A::payload(Settling { slot, state, at: now, touched, outgoing, reply, in_flight });
        self.lane.enqueue(Item { owner, change, payload });
    }
}

/// What a command did to the state.
struct Effect<A: Aggregate> {
    change: Change,
    events: Vec<A::Event>,
    /// Whether the state is to be shown anew when this is committed.
    publishes: bool,
}

impl<A: Aggregate> Effect<A> {
    fn none() -> Self {
        Self { change: Change::default(), events: Vec::new(), publishes: false }
    }
}
