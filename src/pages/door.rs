//! Whether somebody could join now; if not: why, when it opens again, and what to do meanwhile.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::visit::PublishedPoint;
use super::words;
use crate::domain::queue::{Admittance, Estimator};

/// What the door of a queue says to who comes now.
#[derive(Clone, Debug, Serialize)]
pub struct Door {
    /// `open`, `full`, `paused` or `closed`.
    pub state: &'static str,
    /// The state as a word.
    pub word: &'static str,
    /// The icon beside the word.
    pub icon: &'static str,
    /// Why nobody can join; empty when it is open.
    pub reason: &'static str,
    /// When that changes; empty when nobody has said.
    pub reopens: String,
    /// What to do meanwhile.
    pub advice: &'static str,
    /// How long who joins now waits: "33 min"; empty when not at all.
    pub wait: String,
    /// Where who joins now stands: "9th".
    pub ordinal: String,
    /// How many wait.
    pub waiting: usize,
}

impl Door {
    /// The door at `now`.
    #[must_use]
    pub fn new(at: &PublishedPoint, now: DateTime<Utc>) -> Self {
        let (state, zone) = (&at.published.state, at.point.timezone);
        let waiting = state.waiting_count();
        let opens = |opens_at: Option<DateTime<Utc>>, word: &str| {
            opens_at.map(|opens_at| format!("{word} {}.", words::moment(zone, opens_at, now))).unwrap_or_default()
        };
        let is_full = waiting >= at.point.queue.max_waiting as usize;
        let [mut door, full, paused, closed] = Self::kinds();
        match state.admittance(now) {
            Admittance::Open if is_full => door = full,
            Admittance::Open => {}
            Admittance::Paused { until } => door = Self { reopens: opens(until, "It opens again"), ..paused },
            Admittance::Closed { opens_at } => {
                let reopens = opens(opens_at, "It opens");
                let advice = if reopens.is_empty() { closed.advice } else { "Come back then, or ask at the counter." };
                door = Self { reopens, advice, ..closed };
            }
        }
        let newcomer = u32::try_from(waiting + 1).unwrap_or(u32::MAX);
        let minutes = Estimator::new(state, now).for_newcomer().minutes;
        door.wait = if minutes > 0 { words::duration(minutes) } else { String::new() };
        door.ordinal = words::ordinal(newcomer);
        door.waiting = waiting;
        door
    }

    /// Whether one can go in.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }

    /// Open, full, paused, closed, without figures.
    fn kinds() -> [Self; 4] {
        let kind = |state, word, icon, reason, advice| Self {
            state,
            word,
            icon,
            reason,
            advice,
            reopens: String::new(),
            wait: String::new(),
            ordinal: String::new(),
            waiting: 0,
        };
        [
            kind("open", "Open", "check", "", ""),
            kind(
                "full",
                "Full",
                "person",
                "The queue is full.",
                "Try again in a few minutes: places become free as people are called.",
            ),
            kind(
                "paused",
                "Paused",
                "pause",
                "Nobody can join for the moment.",
                "Who is in line already keeps the place and will be called.",
            ),
            kind("closed", "Closed", "lock", "This queue is closed.", "Ask at the counter when it opens again."),
        ]
    }

    /// One of each kind.
    #[cfg(test)]
    #[must_use]
    pub fn samples() -> [Self; 4] {
        Self::kinds().map(|door| Self {
            reopens: if door.state == "paused" { "It opens again at 14:00.".to_owned() } else { String::new() },
            wait: "33 min".to_owned(),
            ordinal: "9th".to_owned(),
            waiting: 8,
            ..door
        })
    }
}
