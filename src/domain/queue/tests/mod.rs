//! The rules by example and by property. [`Desk`] drives the domain as an actor would, and holds every step of every test
//! to what must always be true.

mod calling;
mod ending;
mod estimating;
mod joining;
mod model;
mod moving;
mod opening;
mod remembering;
mod respacing;
mod serving;
mod statistics;
mod ticking;
mod undoing;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::domain::address::Phone;
use crate::domain::ids::{EntryId, PointId};
use crate::domain::party::{Party, Role};

pub fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

/// A Tuesday, 09:00 in Berlin.
pub fn morning() -> DateTime<Utc> {
    at("2026-05-12T07:00:00Z")
}

pub fn clerk() -> Party {
    Party::Clerk { subject: "clerk".to_owned(), role: Role::Staff }
}

pub fn other_clerk() -> Party {
    Party::Clerk { subject: "other".to_owned(), role: Role::Staff }
}

pub fn supervisor() -> Party {
    Party::Clerk { subject: "boss".to_owned(), role: Role::Supervisor }
}

pub fn id(name: &str) -> EntryId {
    EntryId::parse(name).unwrap()
}

pub fn draft(point: &str) -> PointDraft {
    PointDraft {
        id: PointId::parse(point).unwrap(),
        name: "Counter".to_owned(),
        location: String::new(),
        capacity: 2,
        timezone: chrono_tz::Europe::Berlin,
        hours: None,
        queue: QueueSettings::default(),
        admission: PointStatus::Open,
    }
}

/// A wish to join of somebody whose name, id, token and phone follow from `name`.
pub fn wish(name: &str) -> Join {
    let phone = name.bytes().fold(1_000_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    Join {
        id: id(name),
        token: format!("token-{name}"),
        customer: Customer {
            name: name.to_owned(),
            phone: Some(Phone::parse(&phone.to_string()).unwrap()),
            email: None,
            contact_id: None,
        },
        party_size: 1,
        service: None,
        priority: None,
    }
}

/// What is stored and loaded again must be the same.
pub fn assert_roundtrip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
}

/// One service point, its clock and its log.
#[derive(Clone, Debug)]
pub struct Desk {
    pub state: QueueState,
    pub now: DateTime<Utc>,
    pub log: Vec<Event>,
}

impl Desk {
    pub fn empty() -> Self {
        Self { state: QueueState::default(), now: morning(), log: Vec::new() }
    }

    /// An open point with the default settings, changed by `change`.
    pub fn with(change: impl FnOnce(&mut PointDraft)) -> Self {
        Self::at_point("p1", change)
    }

    pub fn at_point(point: &str, change: impl FnOnce(&mut PointDraft)) -> Self {
        let mut draft = draft(point);
        change(&mut draft);
        let mut desk = Self::empty();
        desk.act(Act::Create { draft: Box::new(draft) });
        desk
    }

    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// Asks, makes it so, and checks what must hold after every command.
    pub fn ask(&mut self, by: Party, act: Act) -> Result<Answer, Rejection> {
        let command = Command { by, act };
        assert_roundtrip(&command);
        let events = match decide(&self.state, &command, self.now) {
            Ok(events) => events,
            Err(rejection) => {
                assert_roundtrip(&rejection);
                return Err(rejection);
            }
        };
        let version = self.state.version();
        for event in &events {
            assert_roundtrip(event);
            apply(&mut self.state, event);
            check_invariants(&self.state).unwrap();
        }
        assert_eq!(self.state.version(), version + events.len() as u64);
        let answer = answer(&self.state, &command, &events, self.now);
        assert_roundtrip(&answer);
        self.log.extend(events);
        Ok(answer)
    }

    /// An act of the clerk that must succeed.
    pub fn act(&mut self, act: Act) -> Answer {
        self.ask(clerk(), act).unwrap()
    }

    /// An act of the clerk that must be refused; its code.
    pub fn refused(&mut self, act: Act) -> &'static str {
        self.ask(clerk(), act).unwrap_err().code()
    }

    /// An act that must succeed and change nothing.
    pub fn repeat(&mut self, act: Act) -> Answer {
        let before = self.state.clone();
        let answer = self.act(act);
        assert_eq!(self.state, before);
        answer
    }

    pub fn join(&mut self, name: &str) -> EntryId {
        self.ask(Party::Public, Act::Join(Box::new(wish(name)))).unwrap();
        id(name)
    }

    /// Several who join a second apart.
    pub fn join_all(&mut self, names: &[&str]) {
        for name in names {
            self.join(name);
            self.seconds(1);
        }
    }

    /// Lets time pass, and does what becomes due, each at its time.
    pub fn seconds(&mut self, seconds: i64) {
        let end = self.now + TimeDelta::seconds(seconds);
        while let Some(due) = wake_at(&self.state).filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.tick();
            assert!(wake_at(&self.state).is_none_or(|next| next > due), "a tick leaves nothing that was due");
        }
        self.now = end;
    }

    pub fn minutes(&mut self, minutes: i64) {
        self.seconds(minutes * 60);
    }

    pub fn tick(&mut self) {
        self.ask(Party::System, Act::Tick).unwrap();
    }

    pub fn entry(&self, name: &str) -> &Entry {
        self.state.entry(&id(name)).unwrap()
    }

    pub fn word(&self, name: &str) -> &'static str {
        self.entry(name).status.word()
    }

    /// The names of those who wait, in order.
    pub fn line(&self) -> Vec<String> {
        self.state.waiting().map(|entry| entry.id.to_string()).collect()
    }

    /// The same log from nothing, and the stored part of the state, both give this state.
    pub fn assert_rebuilds(&self) {
        let mut replayed = QueueState::default();
        for event in &self.log {
            apply(&mut replayed, event);
        }
        assert_eq!(replayed, self.state);
        let point = self.state.point().map(|point| ServicePoint::clone(point));
        let entries = self.state.entries().map(|entry| Entry::clone(entry));
        assert_eq!(QueueState::restore(point, self.state.counters(), entries), self.state);
    }
}

pub fn call_next() -> Act {
    Act::CallNext { counter: None, completes: None }
}

pub fn call(name: &str) -> Act {
    Act::Call { entry: id(name), counter: None, past: None }
}

pub fn recall(name: &str) -> Act {
    Act::Recall { entry: id(name), past: None }
}

pub fn check_in(name: &str) -> Act {
    Act::CheckIn { entry: id(name), past: None }
}

pub fn start(name: &str) -> Act {
    Act::Start { entry: id(name), counter: None, past: None }
}

pub fn complete(name: &str) -> Act {
    Act::Complete { entry: id(name), past: None }
}

pub fn no_show(name: &str) -> Act {
    Act::NoShow { entry: id(name), overriding: false, past: None }
}

pub fn put_back(name: &str, to: ReturnTo) -> Act {
    Act::Return { entry: id(name), to, past: None }
}

pub fn postpone(name: &str, places: u32) -> Act {
    Act::Postpone { entry: id(name), places, past: None }
}

pub fn leave(name: &str) -> Act {
    Act::Leave { entry: id(name), past: None }
}

pub fn undo(name: &str) -> Act {
    Act::Undo { entry: id(name) }
}

pub fn bearer(name: &str) -> Party {
    Party::Bearer { token: format!("token-{name}") }
}
