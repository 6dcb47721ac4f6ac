//! The owner of one service point's queue: handles one message after the other, at once and in memory, and never waits.
//! What it changed goes to its lane, and so does every answer: it is released when all that it rests on is committed.

use std::sync::Arc;

use actix::{Actor, Context, Handler};
use chrono::{DateTime, Utc};

use super::change::change_of;
use super::in_flight::InFlight;
use super::keys::{Keys, Recognised};
use super::message::{Letter, Perform, Reply};
use super::registry::{Payload, Registry};
use super::request::{Answered, IdempotencyKey, Unanswered};
use super::slot::Slot;
use crate::clock::SharedClock;
use crate::domain::party::Party;
use crate::domain::queue::{Act, Answer, Command, Event, QueueState, answer, apply, decide, wake_at};
use crate::store::{Change, FirstAnswer, Item, Lane, Owner};
use crate::workflows::handover::{FollowUp, follow_up};

/// The owner of one service point's queue.
pub struct ServicePoint {
    pub(super) slot: Arc<Slot>,
    pub(super) incarnation: u64,
    pub(super) state: QueueState,
    pub(super) last_now: DateTime<Utc>,
    pub(super) keys: Keys,
    pub(super) lane: Arc<Lane<Registry>>,
    pub(super) clock: SharedClock,
}

impl Actor for ServicePoint {
    type Context = Context<Self>;
}

impl Handler<Perform> for ServicePoint {
    type Result = ();

    fn handle(&mut self, message: Perform, _context: &mut Context<Self>) {
        let Some(letter) = message.read() else { return };
        if let Some(reason) = self.lane.refuses() {
            let answer = Err(Unanswered::NotAccepted { reason, retry_after_seconds: 1 });
            Reply { sender: letter.reply, answer }.release();
            return;
        }
        let now = self.clock.now().max(self.last_now);
        self.last_now = now;
        // One failpoint a point: a test makes its own owner fall, and nobody else's.
        fail::fail_point!(format!("service_point.handle.{}", self.slot.point).as_str());
        self.do_what_is_due(now);
        self.perform(letter, now);
    }
}

impl ServicePoint {
    /// Before any command, everything that is due happens, in order.
    fn do_what_is_due(&mut self, now: DateTime<Utc>) {
        let tick = Command { by: Party::System, act: Act::Tick };
        while wake_at(&self.state).is_some_and(|at| at <= now) {
            let Ok(events) = decide(&self.state, &tick, now) else { return };
            if events.is_empty() {
                return;
            }
            let (effect, in_flight) = (self.follow(events), self.slot.in_flight());
            self.enqueue(effect, now, None, in_flight);
        }
    }

    fn perform(&mut self, letter: Letter, now: DateTime<Utc>) {
        let Letter { command, idempotency, reply: sender, in_flight } = letter;
        if let Some(key) = &idempotency {
            let recognised = match self.keys.recognise(key) {
                Recognised::New => None,
                Recognised::Repeat(first) => Some(Ok(Answered { outcome: Ok(first), repeated: true })),
                Recognised::Reused => Some(Err(Unanswered::KeyReused)),
            };
            if let Some(answer) = recognised {
                return self.enqueue(Effect::default(), now, Some(Reply { sender, answer }), in_flight);
            }
        }
        let (effect, outcome) = match decide(&self.state, &command, now) {
            Err(rejection) => (Effect::default(), Err(rejection)),
            Ok(events) => {
                let mut effect = self.follow(events);
                // Estimates and opening hours look different by now, though nothing may have happened.
                effect.publishes |= matches!(command.act, Act::Tick);
                let answer = answer(&self.state, &command, &effect.events, now);
                if let Some(key) = idempotency {
                    self.keys.remember(&key, answer.clone());
                    effect.change.first_answer = Some(self.first_answer(key, answer.clone()));
                }
                (effect, Ok(answer))
            }
        };
        let reply = Reply { sender, answer: Ok(Answered { outcome, repeated: false }) };
        self.enqueue(effect, now, Some(reply), in_flight);
    }

    fn first_answer(&self, key: IdempotencyKey, answer: Answer) -> FirstAnswer {
        let IdempotencyKey { route, key, fingerprint } = key;
        FirstAnswer { route, key, fingerprint, owner: self.slot.point.to_string(), answer }
    }

    /// Makes the events so, and says what has to be written.
    fn follow(&mut self, events: Vec<Event>) -> Effect {
        let point_before = self.state.point().cloned();
        let known_before = point_before.is_some();
        for event in &events {
            apply(&mut self.state, event);
        }
        let change = change_of(point_before, known_before, &self.state, &events);
        Effect { change, publishes: !events.is_empty(), events }
    }

    fn enqueue(&mut self, effect: Effect, now: DateTime<Utc>, reply: Option<Reply>, in_flight: InFlight) {
        let Effect { change, events, publishes } = effect;
        let touched = change.entries.iter().map(|(entry, _)| entry.id.clone()).collect();
        let outgoing = events.iter().filter_map(follow_up).map(|FollowUp::Deliver(handover)| *handover).collect();
        let state = publishes.then(|| self.state.clone());
        let slot = Arc::clone(&self.slot);
        let owner = Owner { org: slot.org.clone(), point: slot.point.clone(), incarnation: self.incarnation };
        let payload = Payload { slot, state, at: now, touched, outgoing, reply, in_flight };
        self.lane.enqueue(Item { owner, change, payload });
    }
}

/// What a command did to the state.
#[derive(Default)]
struct Effect {
    change: Change,
    events: Vec<Event>,
    /// Whether the state is to be shown anew when this is committed.
    publishes: bool,
}
