//! The only reader of the clock. Time enters everything else as a value, so that a test, a simulation and a what-if
//! drive it by hand; instants are cut to microseconds because Postgres keeps no more, and a state rebuilt from its rows
//! must equal the one that was in memory.
#![expect(clippy::disallowed_methods, reason = "this module owns the clock; everybody else is handed the time")]

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use chrono::{DateTime, SubsecRound, Utc};
use tokio::sync::watch;

/// Digits kept after the second: microseconds, the resolution of a Postgres `timestamptz`.
const FRACTION_DIGITS: u16 = 6;

/// Where the wall-clock time comes from.
pub trait Clock: Send + Sync {
    /// The present instant, cut to whole microseconds. It may go backwards when the machine's clock is set.
    fn now(&self) -> DateTime<Utc>;

    /// The clock as one that is moved by hand, if it is one.
    fn as_manual(&self) -> Option<&ManualClock> {
        None
    }

    /// Whether the time only moves when somebody moves it.
    fn is_manual(&self) -> bool {
        self.as_manual().is_some()
    }
}

/// A clock as it is handed around.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    /// The machine's clock, ready to be handed around.
    #[must_use]
    pub fn shared() -> SharedClock {
        Arc::new(Self)
    }
}

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(FRACTION_DIGITS)
    }
}

/// Refused: a clock moved by hand only goes forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock stands at {now} and cannot go back to {asked}")]
pub struct ClockWouldGoBack {
    /// Where the clock stands.
    pub now: DateTime<Utc>,
    /// What was asked for.
    pub asked: DateTime<Utc>,
}

/// Refused: a duration so long that the instant it leads to cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockMoveError {
    /// The clock only goes forward.
    #[error(transparent)]
    Back(#[from] ClockWouldGoBack),
    /// The instant lies beyond what can be represented.
    #[error("the clock cannot be advanced that far")]
    TooFar,
}

/// A clock that stands still until it is moved. Share it in an `Arc`: all holders see the same time.
#[derive(Debug)]
pub struct ManualClock {
    present: watch::Sender<DateTime<Utc>>,
}

impl ManualClock {
    /// A clock that stands at `start`, cut to whole microseconds.
    #[must_use]
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self { present: watch::Sender::new(start.trunc_subsecs(FRACTION_DIGITS)) }
    }

    /// Jumps to `instant` in one step, like a downtime. The present instant itself is accepted and changes nothing.
    ///
    /// # Errors
    /// [`ClockWouldGoBack`] when `instant` lies before the clock's time.
    pub fn set(&self, instant: DateTime<Utc>) -> Result<DateTime<Utc>, ClockWouldGoBack> {
        let asked = instant.trunc_subsecs(FRACTION_DIGITS);
        let mut outcome = Ok(asked);
        self.present.send_if_modified(|now| {
            if asked < *now {
                outcome = Err(ClockWouldGoBack { now: *now, asked });
                return false;
            }
            let moved = asked > *now;
            *now = asked;
            moved
        });
        outcome
    }

    /// Moves forward by `step` and answers the new time.
    ///
    /// # Errors
    /// [`ClockMoveError::Back`] for a negative step, [`ClockMoveError::TooFar`] beyond what can be represented.
    pub fn advance(&self, step: chrono::TimeDelta) -> Result<DateTime<Utc>, ClockMoveError> {
        let target = self.now().checked_add_signed(step).ok_or(ClockMoveError::TooFar)?;
        Ok(self.set(target)?)
    }

    /// Tells of every move of the clock; what an alarm waits for instead of sleeping.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<DateTime<Utc>> {
        self.present.subscribe()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.present.borrow()
    }

    fn as_manual(&self) -> Option<&ManualClock> {
        Some(self)
    }
}

/// The monotonic clock, for durations only: it says nothing about the time of day and is never moved by hand.
#[must_use]
pub fn monotonic() -> Instant {
    Instant::now()
}

/// Milliseconds since the first call in this process: for durations that are kept in an atomic.
pub fn monotonic_ms() -> u64 {
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    let elapsed = ORIGIN.get_or_init(monotonic).elapsed().as_millis();
    u64::try_from(elapsed).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Timelike};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_system_clock_keeps_no_more_than_microseconds() {
        for _ in 0..100 {
            assert_eq!(SystemClock.now().nanosecond() % 1_000, 0);
        }
        assert!(!SystemClock.is_manual());
    }

    #[test]
    fn a_manual_clock_moves_only_when_told_and_only_forward() {
        let clock = Arc::new(ManualClock::starting_at(at("2026-05-10T09:00:00.123456789Z")));
        let shared: SharedClock = clock.clone();
        assert!(shared.is_manual());
        assert_eq!(shared.now(), at("2026-05-10T09:00:00.123456Z"));

        assert_eq!(clock.advance(TimeDelta::minutes(5)), Ok(at("2026-05-10T09:05:00.123456Z")));
        assert_eq!(shared.now(), at("2026-05-10T09:05:00.123456Z"));

        let refused = clock.set(at("2026-05-10T09:00:00Z")).unwrap_err();
        assert_eq!(refused.now, at("2026-05-10T09:05:00.123456Z"));
        assert!(clock.advance(TimeDelta::seconds(-1)).is_err());
        assert_eq!(clock.advance(TimeDelta::MAX), Err(ClockMoveError::TooFar));
        assert_eq!(shared.now(), at("2026-05-10T09:05:00.123456Z"));
    }

    #[test]
    fn a_subscriber_hears_of_a_move_but_not_of_standing_still() {
        let clock = ManualClock::starting_at(at("2026-05-10T09:00:00Z"));
        let mut heard = clock.subscribe();
        clock.set(at("2026-05-10T09:00:00Z")).unwrap();
        assert!(!heard.has_changed().unwrap());
        clock.set(at("2026-05-10T10:00:00Z")).unwrap();
        assert!(heard.has_changed().unwrap());
        assert_eq!(*heard.borrow_and_update(), at("2026-05-10T10:00:00Z"));
    }
}
