//! All that one service point knows. Cloning it is cheap (persistent maps), so every commit can publish the whole of it.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use imbl::{OrdMap, OrdSet};

use super::entry::{Customer, Entry, Place, Status};
use super::point::{Admission, ServicePoint};
use super::statistics::{DayStatistics, Pace};
use crate::domain::hours::Opening;
use crate::domain::ids::EntryId;
use crate::domain::local_time::{local_date, start_of_day};
use crate::domain::party::Party;

/// How long an ended visit is remembered, in minutes: for undo, and for a second click. Later ones are looked up.
pub const ENDED_MEMORY_MINUTES: i64 = 15;

/// Order of the line: place first, then the number, then the id (numbers of two days can meet).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineKey {
    /// Priority, effective time, order among equals.
    pub place: Place,
    /// Ticket number.
    pub number: u32,
    /// The entry.
    pub id: EntryId,
}

impl LineKey {
    /// The key of an entry.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self { place: entry.place, number: entry.number, id: entry.id.clone() }
    }
}

/// Whether somebody could join now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admittance {
    /// Yes.
    Open,
    /// A clerk has paused it.
    Paused {
        /// When it opens again by itself.
        until: Option<DateTime<Utc>>,
    },
    /// Closed by a clerk, or out of hours.
    Closed {
        /// When it opens next, where the hours tell.
        opens_at: Option<DateTime<Utc>>,
    },
}

impl Admittance {
    /// The word of the wire: `open`, `paused`, `closed`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused { .. } => "paused",
            Self::Closed { .. } => "closed",
        }
    }
}

impl ServicePoint {
    /// Whether somebody could join at `now`, full or not: a clerk's word first, then the hours.
    #[must_use]
    pub fn admittance(&self, now: DateTime<Utc>) -> Admittance {
        match self.admission {
            Admission::Closed => return Admittance::Closed { opens_at: None },
            Admission::Paused { until, .. } if until.is_none_or(|until| now < until) => {
                return Admittance::Paused { until };
            }
            Admission::Paused { .. } | Admission::Open => {}
        }
        match self.hours.as_ref().map(|hours| hours.opening(self.timezone, now)) {
            None | Some(Opening::Open { .. }) => Admittance::Open,
            Some(Opening::Closed { opens_at }) => Admittance::Closed { opens_at },
        }
    }
}

/// The state of one service point's queue. `point` is `None` before it is made and after it is deleted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueState {
    pub(super) point: Option<Arc<ServicePoint>>,
    pub(super) entries: OrdMap<EntryId, Arc<Entry>>,
    /// Who waits, in order.
    pub(super) line: OrdSet<LineKey>,
    /// Who is called, by first call.
    pub(super) called: OrdSet<(DateTime<Utc>, EntryId)>,
    /// Who is served, by start.
    pub(super) serving: OrdSet<(DateTime<Utc>, EntryId)>,
    /// Ended visits by the time of their end, for forgetting them.
    pub(super) ended: OrdSet<(DateTime<Utc>, EntryId)>,
    /// Open visits by folded address: one open entry a person.
    pub(super) persons: OrdMap<String, EntryId>,
    pub(super) day: NaiveDate,
    pub(super) last_number: u32,
    pub(super) pace: Pace,
    pub(super) today: DayStatistics,
    /// Grows by 1 with each event: the version that boards and ETags show.
    pub(super) version: u64,
}

/// The part of a state that is stored in the service point's own row; entries have rows of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Counters {
    /// The local day that numbers and statistics belong to.
    pub day: NaiveDate,
    /// The last number given on that day.
    pub last_number: u32,
    /// The moving average.
    pub pace: Pace,
    /// Today's statistics.
    pub today: DayStatistics,
    /// Version of the queue.
    pub version: u64,
}

impl QueueState {
    /// Rebuilds a state from what was stored: the point (`None` when it was deleted), its counters, its open and its
    /// lately ended entries.
    #[must_use]
    pub fn restore(
        point: impl Into<Option<ServicePoint>>,
        counters: Counters,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Self {
        let Counters { day, last_number, pace, today, version } = counters;
        let point = point.into().map(Arc::new);
        let mut state = Self { point, day, last_number, pace, today, version, ..Self::default() };
        for entry in entries {
            state.put(Arc::new(entry));
        }
        state
    }

    /// What is stored in the point's own row beside its configuration.
    #[must_use]
    pub fn counters(&self) -> Counters {
        Counters {
            day: self.day,
            last_number: self.last_number,
            pace: self.pace.clone(),
            today: self.today.clone(),
            version: self.version,
        }
    }

    /// The service point; `None` before it is made and after it is deleted.
    #[must_use]
    pub fn point(&self) -> Option<&Arc<ServicePoint>> {
        self.point.as_ref()
    }

    /// One entry, open or lately ended.
    #[must_use]
    pub fn entry(&self, id: &EntryId) -> Option<&Arc<Entry>> {
        self.entries.get(id)
    }

    /// All entries in memory, in no order of meaning.
    pub fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    /// Who waits, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.line.iter().map(|key| &self.entries[&key.id])
    }

    /// Who is called, the longest called first.
    pub fn called(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.called.iter().map(|(_, id)| &self.entries[id])
    }

    /// Who is served, the longest served first.
    pub fn serving(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.serving.iter().map(|(_, id)| &self.entries[id])
    }

    /// Who was called by `by` in the same breath as this visit was completed by them, and has not come yet: what a
    /// repeat of that `call-next` is answered with.
    pub(super) fn called_on_completing(&self, completed: &EntryId, by: &Party) -> Option<&Arc<Entry>> {
        let clerk = by.subject()?;
        let Status::Served { ended_at, by, .. } = &self.entry(completed)?.status else { return None };
        if by.as_deref() != Some(clerk) {
            return None;
        }
        self.called().find(|entry| {
            matches!(&entry.status, Status::Called { at, by, .. } if at == ended_at && by.as_deref() == Some(clerk))
        })
    }

    /// How many wait.
    #[must_use]
    pub fn waiting_count(&self) -> usize {
        self.line.len()
    }

    /// How many are called.
    #[must_use]
    pub fn called_count(&self) -> usize {
        self.called.len()
    }

    /// How many are served.
    #[must_use]
    pub fn serving_count(&self) -> usize {
        self.serving.len()
    }

    /// Position in the line from 1, where the entry waits. Costs a walk of the line up to it, or one step for the last;
    /// to show a whole line, count while walking [`Self::waiting`].
    #[must_use]
    pub fn position(&self, entry: &Entry) -> Option<usize> {
        if !matches!(entry.status, Status::Waiting) {
            return None;
        }
        let key = LineKey::of(entry);
        self.line.contains(&key).then(|| self.position_of(&key))
    }

    /// The position from 1 that somebody with this key has, or would have.
    pub(super) fn position_of(&self, key: &LineKey) -> usize {
        match self.line.get_max() {
            None => 1,
            Some(last) if last < key => self.line.len() + 1,
            Some(last) if last == key => self.line.len(),
            Some(_) => self.line.range(..key.clone()).count() + 1,
        }
    }

    /// Whether somebody could join at `now`, full or not: a clerk's word first, then the hours.
    #[must_use]
    pub fn admittance(&self, now: DateTime<Utc>) -> Admittance {
        self.point.as_deref().map_or(Admittance::Closed { opens_at: None }, |point| point.admittance(now))
    }

    /// The open entry of the same person: one that shares the folded phone or the folded e-mail.
    #[must_use]
    pub fn open_entry_of(&self, customer: &Customer) -> Option<&Arc<Entry>> {
        customer.folded_addresses().find_map(|address| self.entries.get(self.persons.get(&address)?))
    }

    /// The visit that goes on here under a ticket number of the local day at `now`.
    #[must_use]
    pub fn open_entry_numbered(&self, number: u32, now: DateTime<Utc>) -> Option<&Arc<Entry>> {
        let today = local_date(self.point.as_deref()?.timezone, now);
        let mut going_on = self.waiting().chain(self.called()).chain(self.serving());
        going_on.find(|entry| entry.number == number && entry.day == today)
    }

    /// How long the one who joined first among those waiting has waited by `now`, in seconds; 0 when nobody waits.
    #[must_use]
    pub fn longest_wait_seconds(&self, now: DateTime<Utc>) -> u64 {
        let first = self.waiting().map(|entry| entry.joined_at).min();
        first.map_or(0, |joined_at| (now - joined_at).num_seconds().try_into().unwrap_or(0))
    }

    /// The day and the number that the next one to join at `now` gets: a new local day starts at 1.
    pub(super) fn next_number(&self, now: DateTime<Utc>) -> (NaiveDate, u32) {
        match self.day_to_turn_to(now) {
            Some(day) => (day, 1),
            None => (self.day, self.last_number + 1),
        }
    }

    /// The local day at the point, where `now` lies in a later one than the state's.
    pub(super) fn day_to_turn_to(&self, now: DateTime<Utc>) -> Option<NaiveDate> {
        let point = self.point.as_deref()?;
        Some(local_date(point.timezone, now)).filter(|date| *date > self.day)
    }

    /// The local day that numbers and statistics belong to.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        self.day
    }

    /// The moving average of service times.
    #[must_use]
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Statistics of the state's day, which is today's until the local day turns; to show them, see [`Self::today_at`].
    #[must_use]
    pub fn today(&self) -> &DayStatistics {
        &self.today
    }

    /// Statistics of the local day that `now` lies in: of a day on which nothing has happened yet, nothing.
    #[must_use]
    pub fn today_at(&self, now: DateTime<Utc>) -> &DayStatistics {
        static NOTHING: DayStatistics = DayStatistics::NOTHING;
        match self.day_to_turn_to(now) {
            Some(_) => &NOTHING,
            None => &self.today,
        }
    }

    /// The next local midnight after `now` at which the statistics that are shown begin anew; `None` where they show
    /// nothing yet, so that quiet points stay quiet.
    pub(super) fn statistics_end_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let point = self.point.as_deref().filter(|_| *self.today_at(now) != DayStatistics::NOTHING)?;
        Some(start_of_day(point.timezone, self.day.succ_opt()?)).filter(|at| *at > now)
    }

    /// Version of the queue: grows with every event.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }
}
