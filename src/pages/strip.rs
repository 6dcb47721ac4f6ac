//! The strip of numbers: who is at the counters, who is in front, oneself, who is behind.

use serde::Serialize;

use crate::domain::queue::{Entry, QueueState, Status};

/// Most numbers at the counters that are shown; of more, one place less, which their count takes.
const AT_COUNTERS_MAX: usize = 3;
/// The same for those in front: the nearest to oneself are shown.
const BEFORE_MAX: usize = 3;

/// A part of the line, around one's own place.
#[derive(Debug, Serialize)]
pub struct Strip {
    /// Who is called or served, by number.
    at_counters: Vec<Plate>,
    /// How many more are.
    at_counters_more: usize,
    /// Who is in front, the nearest last.
    before: Vec<u32>,
    /// How many are in front.
    before_count: usize,
    /// How many of them are not shown.
    before_more: usize,
    /// One's own number.
    own: u32,
    /// Who is next behind.
    after: Option<u32>,
    /// Whether there are more behind.
    goes_on: bool,
}

#[derive(Debug, Serialize)]
struct Plate {
    number: u32,
    is_called: bool,
}

impl Strip {
    /// Around an entry that waits; `None` when it does not.
    #[must_use]
    pub fn around(entry: &Entry, state: &QueueState) -> Option<Self> {
        let before_count = state.position(entry)? - 1;
        let mut at_counters: Vec<Plate> = state
            .serving()
            .chain(state.called())
            .map(|other| Plate { number: other.number, is_called: matches!(other.status, Status::Called { .. }) })
            .collect();
        let at_counters_more = left_out(at_counters.len(), AT_COUNTERS_MAX);
        at_counters.drain(..at_counters_more);
        at_counters.sort_by_key(|plate| plate.number);
        let before_more = left_out(before_count, BEFORE_MAX);
        let mut line = state.waiting().skip(before_more).map(|other| other.number);
        let before = line.by_ref().take(before_count - before_more).collect();
        let mut behind = line.skip(1);
        let after = behind.next();
        let goes_on = behind.next().is_some();
        Some(Self {
            at_counters,
            at_counters_more,
            before,
            before_count,
            before_more,
            own: entry.number,
            after,
            goes_on,
        })
    }

    /// A line like in the morning.
    #[cfg(test)]
    #[must_use]
    pub fn sample() -> Self {
        let plate = |(number, is_called)| Plate { number, is_called };
        Self {
            at_counters: [(38, false), (40, false), (41, true)].map(plate).into(),
            at_counters_more: 1,
            before: vec![44, 46, 45],
            before_count: 5,
            before_more: 2,
            own: 47,
            after: Some(49),
            goes_on: true,
        }
    }
}

/// How many of `all` are only counted where `places` can be shown, the count itself taking one of them.
fn left_out(all: usize, places: usize) -> usize {
    if all > places { all - (places - 1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_takes_the_place_of_one_number() {
        assert_eq!([0, 3, 4, 9].map(|all| left_out(all, 3)), [0, 0, 2, 7]);
    }
}
