//! Order of the line: the place of who joins, of who is put back, and of who lets others pass.
//!
//! A place is a value, not an index: to move one person, only that person's row changes. `order` leaves room between
//! neighbours; when the room between two is used up, those behind are spaced anew, which changes nobody's position.

use std::ops::Bound;

use chrono::{DateTime, TimeDelta, Utc};

use super::entry::{Entry, Place};
use super::state::{LineKey, QueueState};
use crate::domain::ids::EntryId;

/// Bits of [`Place::order`] below the ticket number: the room between two who joined at the same instant.
const ORDER_BITS: u32 = 32;
/// Distance in [`Place::order`] to a neighbour when nothing bounds the other side: half the room of a number.
const ORDER_STEP: i64 = 1 << (ORDER_BITS - 1);

/// Where somebody who lets others pass ends up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Passing {
    /// The new place.
    pub place: Place,
    /// How many pass.
    pub passed: u32,
    /// Those behind who need another place value so that there is room, in order.
    pub respaced: Vec<(EntryId, Place)>,
}

impl Place {
    /// The place of who joins with `number`.
    #[must_use]
    pub fn on_joining(rank: u8, effective_at: DateTime<Utc>, number: u32) -> Self {
        Self { rank, effective_at, order: i64::from(number) << ORDER_BITS }
    }

    /// A place before this one, and behind whoever else stands before it by rank or time.
    fn earlier(self) -> Self {
        match self.order.checked_sub(ORDER_STEP) {
            Some(order) => Self { order, ..self },
            None => Self { effective_at: self.effective_at - TimeDelta::microseconds(1), order: 0, ..self },
        }
    }

    /// A place behind this one, and before whoever else stands behind it by rank or time.
    fn later(self) -> Self {
        match self.order.checked_add(ORDER_STEP) {
            Some(order) => Self { order, ..self },
            None => Self { effective_at: self.effective_at + TimeDelta::microseconds(1), order: 0, ..self },
        }
    }

    /// Whether only `order` tells the two apart.
    fn is_level_with(self, other: Self) -> bool {
        (self.rank, self.effective_at) == (other.rank, other.effective_at)
    }
}

impl QueueState {
    /// A place in front of everybody waiting: the entry's own where it is that already.
    pub(super) fn place_in_front(&self, entry: &Entry) -> Place {
        match self.line.get_min() {
            Some(first) if *first < LineKey::of(entry) => first.place.earlier(),
            Some(_) | None => entry.place,
        }
    }

    /// A place behind everybody waiting: the entry's own where it is that already.
    pub(super) fn place_behind_all(&self, entry: &Entry) -> Place {
        match self.line.get_max() {
            Some(last) if *last > LineKey::of(entry) => last.place.later(),
            Some(_) | None => entry.place,
        }
    }

    /// Where a waiting entry ends up that lets `places` others pass, or as many as there are; `None` when nobody is behind.
    pub(super) fn passing(&self, entry: &Entry, places: u32) -> Option<Passing> {
        let own = LineKey::of(entry);
        let mut behind = self.line.range((Bound::Excluded(own.clone()), Bound::Unbounded));
        let mut last = behind.next()?;
        let mut passed = 1;
        let next = loop {
            match behind.next() {
                Some(key) if passed < places => (last, passed) = (key, passed + 1),
                next => break next,
            }
        };
        if let Some(place) = place_between(&own, last, next) {
            return Some(Passing { place, passed, respaced: Vec::new() });
        }
        let place = last.place.later();
        let mut previous = place;
        let mut respaced = Vec::new();
        for key in next.into_iter().chain(behind).take_while(|key| key.place.is_level_with(place)) {
            if key.place > previous {
                break;
            }
            previous = previous.later();
            respaced.push((key.id.clone(), previous));
        }
        Some(Passing { place, passed, respaced })
    }
}

/// A place for `own` behind `last` and before `next`, where there is room.
fn place_between(own: &LineKey, last: &LineKey, next: Option<&LineKey>) -> Option<Place> {
    let middle = match next {
        Some(next) if next.place.is_level_with(last.place) => {
            Place { order: last.place.order.midpoint(next.place.order), ..last.place }
        }
        Some(_) | None => last.place.later(),
    };
    // With a neighbour's own place the number decides, which can be what is wanted.
    let candidates = [Some(middle), Some(last.place), next.map(|next| next.place)];
    candidates.into_iter().flatten().find(|place| {
        let key = LineKey { place: *place, ..own.clone() };
        key > *last && next.is_none_or(|next| key < *next)
    })
}
