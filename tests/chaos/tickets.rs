//! What agents were told of tickets, and what it obliges the server to. Shared by all agents; checked by the audit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;

/// The pages, as everybody holds them.
#[derive(Clone, Default)]
pub struct Tickets(Arc<Mutex<Pages>>);

/// What was written down.
#[derive(Default)]
pub struct Pages {
    /// What was told of each ticket, by id.
    pub told: BTreeMap<String, Told>,
    /// Whose a number is: `T-000001` to id.
    pub numbers: BTreeMap<String, String>,
    /// What was acknowledged to have been written, by ticket: messages and comments, each text is unlike all others.
    pub messages: BTreeSet<(String, String)>,
    pub comments: BTreeSet<(String, String)>,
    /// Promises that were broken already when the answer came.
    pub broken: Vec<String>,
    /// How often each act was acknowledged; `refused`, `not accepted`, `unknown` and `settled` count the other ends.
    pub done: BTreeMap<&'static str, usize>,
}

/// A ticket as the answers told it.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub number: String,
    pub subject: String,
    /// The highest version that was told.
    pub version: i64,
    /// Where it was told to have gone.
    pub merged_into: Option<String>,
    /// Its deletion was acknowledged.
    pub is_deleted: bool,
    /// Words that were told to be on it; none is ever taken off.
    pub tags: BTreeSet<String>,
}

impl Tickets {
    /// The pages, to be read or written.
    pub fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().expect("nobody falls while writing")
    }

    pub fn count(&self, what: &'static str) {
        *self.pages().done.entry(what).or_default() += 1;
    }

    /// A promise that was broken in front of our eyes.
    pub fn note_broken(&self, what: String) {
        self.pages().broken.push(what);
    }

    /// Writes down a ticket as an answer shows it.
    pub fn note(&self, shown: &Value) {
        let word = |name: &str| shown[name].as_str().map(str::to_owned);
        let mut pages = self.pages();
        let (Some(id), Some(number)) = (word("id"), word("number")) else {
            return pages.broken.push(format!("a ticket without id or number: {shown}"));
        };
        let owner = pages.numbers.entry(number.clone()).or_insert_with(|| id.clone()).clone();
        if owner != id {
            pages.broken.push(format!("{number} was told of {owner} and of {id}"));
        }
        let told = pages.told.entry(id).or_default();
        let tags = shown["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        told.tags.extend(tags);
        told.number = number;
        told.subject = word("subject").unwrap_or_default();
        told.version = told.version.max(shown["version"].as_i64().unwrap_or(0));
        told.merged_into = word("mergedInto").or(told.merged_into.take());
    }

    /// Some ticket that was told of, if any.
    pub fn any(&self, roll: u64) -> Option<String> {
        let pages = self.pages();
        let count = pages.told.len() as u64;
        (count > 0).then(|| pages.told.keys().nth((roll % count) as usize).cloned()).flatten()
    }
}
