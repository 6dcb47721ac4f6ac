//! What clients were told, and what it obliges the server to. Shared by all clerks; checked by the audit.

use std::collections::{BTreeMap, HashMap, HashSet};
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
    /// Every service point that any answer to a clerk told of.
    pub points: HashMap<String, Point>,
    /// Whose ticket a number is, by point.
    pub numbers: HashMap<(String, i64), String>,
    /// Visits with news since the last audit.
    pub fresh: HashSet<String>,
    /// Promises that were broken already when the answer came.
    pub broken: Vec<String>,
    /// How many commands were acknowledged, refused by a rule, refused for now, and left without an answer.
    pub tally: Tally,
    /// How many commands of each kind were acknowledged.
    pub acknowledged: BTreeMap<&'static str, usize>,
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
    /// Whether the customer's leaving was acknowledged: nothing can follow that.
    pub gone: bool,
    /// How often something was tried that puts it back into a line.
    pub put_back: usize,
}

/// A service point as the answers told it.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// The highest version that was told.
    pub version: i64,
    /// What a clerk had set at that version: `open` or `paused`.
    pub admission: String,
    /// Whether its deletion was acknowledged: nothing can follow that.
    pub deleted: bool,
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

    /// Writes down a service point as an answer told it.
    pub fn note_point(&self, id: &str, told: &Value) {
        let mut pages = self.pages();
        let point = pages.points.entry(id.to_owned()).or_default();
        let version = told["version"].as_i64().unwrap_or(0);
        if version > point.version {
            point.version = version;
            point.admission = told["admission"].as_str().unwrap_or_default().to_owned();
        }
    }

    /// The deletion of a service point was acknowledged.
    pub fn note_deleted(&self, id: &str) {
        self.pages().points.entry(id.to_owned()).or_default().deleted = true;
    }

    /// A customer's leaving was acknowledged.
    pub fn note_gone(&self, id: &str) {
        self.pages().visits.entry(id.to_owned()).or_default().gone = true;
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
