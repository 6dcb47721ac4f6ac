//! The Idempotency-Keys that an owner has seen lately: a repeat meets the first answer before that one is committed.
//! Older ones are looked up in the database before the owner is asked.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::request::IdempotencyKey;
use crate::clock;

/// How long an owner remembers a key. Longer than any commit takes; afterwards the database knows it.
const REMEMBERED_FOR: Duration = Duration::from_secs(600);

/// Most keys that one owner remembers: more than can be under way at once, so whatever is forgotten is committed.
const KEYS_MAX: usize = 10_000;

/// The first answer to a key.
struct First<T> {
    fingerprint: [u8; 32],
    answer: T,
}

/// The keys of one owner.
pub(super) struct Keys<T> {
    first: HashMap<(&'static str, String), First<T>>,
    by_age: VecDeque<(Instant, (&'static str, String))>,
}

/// What a key says of a request.
pub(super) enum Recognised<T> {
    /// Not seen lately.
    New,
    /// Seen with the same request: the first answer.
    Repeat(T),
    /// Seen with another request.
    Reused,
}

impl<T: Clone> Keys<T> {
    /// None are known.
    pub(super) fn new() -> Self {
        Self { first: HashMap::new(), by_age: VecDeque::new() }
    }

    /// Looks a key up.
    pub(super) fn recognise(&self, key: &IdempotencyKey) -> Recognised<T> {
        match self.first.get(&(key.route, key.key.clone())) {
            None => Recognised::New,
            Some(first) if first.fingerprint == key.fingerprint => Recognised::Repeat(first.answer.clone()),
            Some(_) => Recognised::Reused,
        }
    }

    /// Remembers the first answer to a key.
    pub(super) fn remember(&mut self, key: &IdempotencyKey, answer: T) {
        let now = clock::monotonic();
        while let Some((at, _)) = self.by_age.front()
            && (now.duration_since(*at) > REMEMBERED_FOR || self.by_age.len() >= KEYS_MAX)
            && let Some((_, old)) = self.by_age.pop_front()
        {
            self.first.remove(&old);
        }
        let name = (key.route, key.key.clone());
        self.first.insert(name.clone(), First { fingerprint: key.fingerprint, answer });
        self.by_age.push_back((now, name));
    }
}
