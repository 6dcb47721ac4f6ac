//! What a fact makes of the state.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::entry::{Entry, Status};
use super::estimate::served_seconds;
use super::event::{Change, Event};
use super::point::ServicePoint;
use super::state::{ENDED_MEMORY_MINUTES, LineKey, QueueState};
use super::statistics::{DayStatistics, Pace, Reached};
use crate::domain::ids::EntryId;
use crate::domain::local_time::{local_date, minute_of_day};

/// Most ended visits that one event makes the state forget: each ends one visit at most, so the rest is soon caught up.
pub const FORGOTTEN_PER_EVENT_MAX: usize = 8;

/// Makes `event` so.
pub fn apply(state: &mut QueueState, event: &Event) {
    state.version += 1;
    match event {
        Event::PointCreated { point } => {
            let date = local_date(point.timezone, point.created_at);
            if date > state.day {
                state.turn_day(date);
            }
            state.pace = Pace::default();
            state.point = Some(Arc::new(ServicePoint::clone(point)));
        }
        Event::PointChanged { point, .. } => state.point = Some(Arc::new(ServicePoint::clone(point))),
        Event::PointDeleted { .. } => state.point = None,
        Event::DayTurned { day } => state.turn_day(*day),
        Event::Joined { entry } | Event::Received { entry, .. } => {
            state.last_number = entry.number;
            state.today.joined += 1;
            state.put(Arc::new(Entry::clone(entry)));
        }
        Event::EntryChanged { change, entry, at, .. } => {
            if let Some(before) = state.entries.get(&entry.id).cloned() {
                state.count(&before, entry, *at);
            }
            state.keep_pace(change);
            state.put(Arc::new(Entry::clone(entry)));
        }
        Event::TransferredOut { entry, .. } => state.put(Arc::new(Entry::clone(entry))),
        Event::Departed { entry, .. } => state.remove(entry),
    }
    if let Some(at) = event.at() {
        state.forget_ended(at);
    }
}

/// Where an entry stands in the orders that follow from its status.
#[derive(PartialEq, Eq)]
enum Seat {
    Line(LineKey),
    Called((DateTime<Utc>, EntryId)),
    Serving((DateTime<Utc>, EntryId)),
    Ended((DateTime<Utc>, EntryId)),
    OnTheWay,
}

impl Seat {
    fn of(entry: &Entry) -> Self {
        match &entry.status {
            Status::Waiting => Self::Line(LineKey::of(entry)),
            Status::Called { at, .. } => Self::Called((*at, entry.id.clone())),
            Status::Serving { started_at, .. } => Self::Serving((*started_at, entry.id.clone())),
            Status::Served { ended_at, .. }
            | Status::NoShow { ended_at, .. }
            | Status::Left { ended_at }
            | Status::Cancelled { ended_at } => Self::Ended((*ended_at, entry.id.clone())),
            Status::Transferred { .. } => Self::OnTheWay,
        }
    }
}

impl QueueState {
    /// Puts an entry into the state, and into the orders and indices that follow from its status.
    pub(super) fn put(&mut self, entry: Arc<Entry>) {
        let old = self.entries.insert(entry.id.clone(), Arc::clone(&entry));
        let seat = Seat::of(&entry);
        let old_seat = old.as_deref().map(Seat::of);
        if old_seat.as_ref() != Some(&seat) {
            if let Some(old_seat) = old_seat {
                self.unseat(&old_seat);
            }
            self.seat(seat);
        }
        let known = old.as_deref().is_some_and(|old| old.status.is_open() && old.customer == entry.customer);
        if known && entry.status.is_open() {
            return;
        }
        if let Some(old) = old.as_deref() {
            self.unlist(old);
        }
        if entry.status.is_open() {
            for address in entry.customer.folded_addresses() {
                self.persons.insert(address, entry.id.clone());
            }
        }
    }

    /// Takes an entry out of the state.
    fn remove(&mut self, id: &EntryId) {
        if let Some(old) = self.entries.remove(id) {
            self.unseat(&Seat::of(&old));
            self.unlist(&old);
        }
    }

    fn seat(&mut self, seat: Seat) {
        match seat {
            Seat::Line(key) => self.line.insert(key).map(drop),
            Seat::Called(key) => self.called.insert(key).map(drop),
            Seat::Serving(key) => self.serving.insert(key).map(drop),
            Seat::Ended(key) => self.ended.insert(key).map(drop),
            Seat::OnTheWay => None,
        };
    }

    fn unseat(&mut self, seat: &Seat) {
        match seat {
            Seat::Line(key) => self.line.remove(key).map(drop),
            Seat::Called(key) => self.called.remove(key).map(drop),
            Seat::Serving(key) => self.serving.remove(key).map(drop),
            Seat::Ended(key) => self.ended.remove(key).map(drop),
            Seat::OnTheWay => None,
        };
    }

    /// Takes the addresses of an entry out of the index of persons, where they lead to it.
    fn unlist(&mut self, entry: &Entry) {
        for address in entry.customer.folded_addresses() {
            if self.persons.get(&address) == Some(&entry.id) {
                self.persons.remove(&address);
            }
        }
    }

    fn turn_day(&mut self, day: NaiveDate) {
        self.day = day;
        self.last_number = 0;
        self.today = DayStatistics::default();
    }

    /// Counts what changed at `now` between two versions of an entry, in either direction: an undo takes back what it
    /// undoes, unless an earlier day counted that.
    fn count(&mut self, before: &Entry, after: &Entry, now: DateTime<Utc>) {
        let Some(zone) = self.point.as_deref().map(|point| point.timezone) else { return };
        // A zone that was changed can leave the state's day ahead of the wall clock's.
        let day = self.day.min(local_date(zone, now));
        let is_of_today = |at: &DateTime<Utc>| local_date(zone, *at) >= day;
        type Counter = fn(&mut DayStatistics) -> &mut u32;
        let counter = |status: &Status| -> Option<Counter> {
            match status {
                Status::Served { .. } => Some(|today| &mut today.served),
                Status::NoShow { .. } => Some(|today| &mut today.no_show),
                Status::Left { .. } | Status::Cancelled { .. } => Some(|today| &mut today.left),
                Status::Waiting | Status::Called { .. } | Status::Serving { .. } | Status::Transferred { .. } => None,
            }
        };
        let ended_today = |status: &Status| status.ended_at().is_some_and(|at| is_of_today(&at));
        if let Some(counter) = counter(&before.status).filter(|_| ended_today(&before.status)) {
            let count = counter(&mut self.today);
            *count = count.saturating_sub(1);
        }
        if let Some(counter) = counter(&after.status).filter(|_| ended_today(&after.status)) {
            *counter(&mut self.today) += 1;
        }
        match (before.reached_at.filter(is_of_today), after.reached_at.filter(is_of_today)) {
            (None, Some(at)) => {
                if let Some(reached) = self.reached(after, at) {
                    self.today.count(reached);
                }
            }
            (Some(at), None) => {
                if let Some(reached) = self.reached(before, at) {
                    self.today.take_back(reached);
                }
            }
            (None, None) | (Some(_), Some(_)) => {}
        }
    }

    fn reached(&self, entry: &Entry, at: DateTime<Utc>) -> Option<Reached> {
        let point = self.point.as_deref()?;
        let wait_seconds = u64::try_from((at - entry.joined_at).num_seconds()).unwrap_or(0);
        Some(Reached {
            minute_of_day: minute_of_day(point.timezone, at),
            wait_seconds,
            in_time: wait_seconds <= u64::from(point.queue.wait_limit_minutes) * 60,
        })
    }

    fn keep_pace(&mut self, change: &Change) {
        match change {
            Change::Completed { service_seconds } => self.pace.add(*service_seconds),
            Change::Undone { undone, .. } => {
                if let Some(seconds) = served_seconds(&undone.status) {
                    self.pace.take_back(seconds);
                }
            }
            Change::CheckedIn
            | Change::Called
            | Change::Recalled
            | Change::Started
            | Change::NoShow
            | Change::Returned
            | Change::Postponed { .. }
            | Change::Respaced
            | Change::Left
            | Change::Cancelled
            | Change::Withdrawn
            | Change::TakenBack { .. } => {}
        }
    }

    /// Forgets visits that ended longer than the memory before `at`.
    fn forget_ended(&mut self, at: DateTime<Utc>) {
        let limit = at - TimeDelta::minutes(ENDED_MEMORY_MINUTES);
        for _ in 0..FORGOTTEN_PER_EVENT_MAX {
            match self.ended.get_min().cloned() {
                Some((ended_at, id)) if ended_at < limit => self.remove(&id),
                Some(_) | None => return,
            }
        }
    }
}
