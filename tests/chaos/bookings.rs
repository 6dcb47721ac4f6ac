//! What customers were told of their bookings. Once every open outcome is settled, it is what the calendar must hold:
//! no booking less, and none more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, Utc};
use serde_json::Value;

/// The definitions by their capacity.
pub const DEFINITIONS: [(&str, usize); 3] = [("one", 1), ("three", 3), ("ten", 10)];
/// How long each of their appointments takes, in minutes; all starts lie on a grid of it.
pub const MINUTES: i64 = 30;

/// The book, as everybody holds it.
#[derive(Clone, Default)]
pub struct Bookings(Arc<Mutex<Pages>>);

/// What was written down.
#[derive(Default)]
pub struct Pages {
    /// What was told last of each booking, by number.
    pub told: BTreeMap<String, Booking>,
    /// Who was told no more than that they have a booking, by address.
    pub masked: Vec<String>,
    /// Promises that were broken already when the answer came.
    pub broken: Vec<String>,
    pub tally: Tally,
}

/// One booking as the answers told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    pub id: String,
    pub number: String,
    pub email: String,
    pub definition: &'static str,
    pub start: DateTime<Utc>,
    pub version: i64,
    pub is_cancelled: bool,
    /// How often it was moved.
    pub moves: i64,
}

/// How answers went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub booked: usize,
    pub moved: usize,
    pub cancelled: usize,
    pub refused: usize,
    pub not_accepted: usize,
    pub unknown: usize,
    pub settled: usize,
}

impl Bookings {
    /// The pages, to be read or written.
    pub fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().expect("nobody falls while writing")
    }

    /// Counts an answer.
    pub fn count(&self, which: impl FnOnce(&mut Tally) -> &mut usize) {
        *which(&mut self.pages().tally) += 1;
    }

    /// A promise that was broken in front of our eyes.
    pub fn note_broken(&self, what: String) {
        self.pages().broken.push(what);
    }

    /// Writes down the booking as it is told now; it must not have two owners, nor go back.
    pub fn note(&self, booking: &Booking) {
        let mut pages = self.pages();
        let before = pages.told.insert(booking.number.clone(), booking.clone());
        if let Some(before) = before
            && (before.email != booking.email || before.version > booking.version)
        {
            pages.broken.push(format!("{before:?} was told, and after it {booking:?}"));
        }
    }

    /// How many places are taken there.
    pub fn taken(&self, definition: &str, start: DateTime<Utc>) -> usize {
        let pages = self.pages();
        let there = |one: &&Booking| one.definition == definition && one.start == start && !one.is_cancelled;
        pages.told.values().filter(there).count()
    }

    /// A place that an acknowledged cancel has freed and nobody has taken since, among these starts.
    pub fn freed(&self, starts: &[DateTime<Utc>]) -> Option<(&'static str, DateTime<Utc>)> {
        let cancelled: Vec<_> = {
            let pages = self.pages();
            let here = |one: &&Booking| one.is_cancelled && starts.contains(&one.start);
            pages.told.values().filter(here).map(|one| (one.definition, one.start)).collect()
        };
        let capacity = |definition| DEFINITIONS.iter().find(|(id, _)| *id == definition).map_or(0, |(_, size)| *size);
        cancelled.into_iter().find(|(definition, start)| self.taken(definition, *start) < capacity(*definition))
    }
}

impl Booking {
    /// What a yes to a create tells; `None` when it hides the number.
    pub fn told(answer: &Value, definition: &'static str, email: &str, start: DateTime<Utc>) -> Option<Self> {
        let number = answer["reservationNumber"].as_str().filter(|number| !number.contains('*'))?;
        Some(Self {
            id: answer["id"].as_str()?.to_owned(),
            number: number.to_owned(),
            email: email.to_owned(),
            definition,
            start,
            version: answer["version"].as_i64()?,
            is_cancelled: false,
            moves: 0,
        })
    }
}
