//! What clients were told, and what it obliges the server to. Shared by all clerks; checked by the audit.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;

/// The ledger, as everybody holds it.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<Pages>>);

/// What was written down.
#[derive(Default)]
pub struct Pages {
    /// Every visit that any answer named.
    pub visits: HashMap<String, Visit>,
    /// Whose ticket a number is, by point.
    pub numbers: HashMap<(String, i64), String>,
    /// Visits with news since the last audit.
    pub fresh: HashSet<String>,
    /// Promises that were broken already when the answer came.
    pub broken: Vec<String>,
    /// How many commands were acknowledged, refused by a rule, refused for now, and left without an answer.
    pub tally: Tally,
    key_answers: HashMap<String, (String, Option<i64>)>,
}

/// How answers went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub acknowledged: usize,
    pub refused: usize,
    pub not_accepted: usize,
    pub unknown: usize,
    pub settled_by_key: usize,
}

/// One visit as the answers told it.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// The highest version that was told.
    pub version: i64,
    /// The state at that version.
    pub state: String,
    /// Its secret, where we were told.
    pub token: Option<String>,
    /// How often `call-next` answered with it.
    pub called_next: usize,
    /// How often something was tried that puts it back into a line.
    pub put_back: usize,
}

impl Ledger {
    /// The pages, to be read or written.
    pub fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().expect("nobody falls while writing")
    }

    /// Writes down a visit as an answer told it. Answers to joins carry no version: the first is 1.
    pub fn note(&self, entry: &Value) {
        let mut pages = self.pages();
        let Some(id) = entry["id"].as_str().map(str::to_owned) else {
            pages.broken.push(format!("an answer without an id: {entry}"));
            return;
        };
        let point = entry["servicePointId"].as_str().or(entry["servicePoint"]["id"].as_str());
        if let (Some(point), Some(number)) = (point, entry["number"].as_i64()) {
            let owner = pages.numbers.entry((point.to_owned(), number)).or_insert_with(|| id.clone()).clone();
            if owner != id {
                pages.broken.push(format!("number {number} of {point} was told to {owner} and to {id}"));
            }
        }
        let visit = pages.visits.entry(id.clone()).or_default();
        let version = entry["version"].as_i64().unwrap_or(1);
        if version > visit.version {
            visit.version = version;
            visit.state = entry["state"].as_str().unwrap_or_default().to_owned();
        }
        if let Some(token) = entry["token"].as_str() {
            visit.token = Some(token.to_owned());
        }
        pages.fresh.insert(id);
    }

    /// Writes down that `call-next` answered with this visit. With a key, a repeat counts once.
    pub fn note_call(&self, id: &str, key: Option<&str>) {
        let mut pages = self.pages();
        let is_repeat = key.is_some_and(|key| pages.key_answers.contains_key(key));
        if !is_repeat {
            pages.visits.entry(id.to_owned()).or_default().called_next += 1;
        }
    }

    /// Writes down what a key answered: it must answer the same for ever.
    pub fn note_key(&self, key: &str, entry: &Value) {
        let told = (entry["id"].as_str().unwrap_or_default().to_owned(), entry["number"].as_i64());
        let mut pages = self.pages();
        let first = pages.key_answers.entry(key.to_owned()).or_insert_with(|| told.clone()).clone();
        if first != told {
            pages.broken.push(format!("key {key} answered {first:?} and later {told:?}"));
        }
    }

    /// Something is tried that may put the visit back into a line, so that it may be called again.
    pub fn note_put_back(&self, id: &str) {
        self.pages().visits.entry(id.to_owned()).or_default().put_back += 1;
    }

    /// The next audit looks at every visit again, not only at those with news.
    pub fn reopen(&self) {
        let mut pages = self.pages();
        pages.fresh = pages.visits.keys().cloned().collect();
    }

    /// A promise that was broken in front of our eyes.
    pub fn note_broken(&self, what: String) {
        self.pages().broken.push(what);
    }

    /// Counts an answer.
    pub fn count(&self, which: impl FnOnce(&mut Tally) -> &mut usize) {
        *which(&mut self.pages().tally) += 1;
    }
}
