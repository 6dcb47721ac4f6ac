//! When a message is sent, when again, and when no more.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::message::{Attempted, DeliveryState, Message, QuietHours, Standing};

/// How often a message is tried before it is left alone. With the pauses between, that takes a day.
pub const ATTEMPTS_MAX: u32 = 14;
/// Pause after the first try, in seconds; doubled after each further one.
const FIRST_PAUSE_SECONDS: i64 = 30;
/// Longest pause, in seconds.
const PAUSE_MAX_SECONDS: i64 = 6 * 3_600;

/// What is to be done about a message that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send it.
    Send,
    /// Leave it: it would only confuse.
    Skip,
    /// Not before then.
    WaitUntil(DateTime<Utc>),
}

/// What is to be done about a message at `now`. Whoever cannot be told before it is too late is told at night.
#[must_use]
pub fn step(message: &Message, standing: &Standing, quiet: Option<QuietHours>, now: DateTime<Utc>) -> Step {
    if standing.replayed_at.is_some() {
        return Step::Send;
    }
    if now > message.useful_until {
        return Step::Skip;
    }
    let zone = message.recipient.timezone.filter(|_| !message.is_urgent);
    let morning = quiet.zip(zone).and_then(|(hours, zone)| hours.end_of(zone, now));
    match morning.filter(|morning| *morning < message.useful_until) {
        Some(morning) => Step::WaitUntil(morning),
        None => Step::Send,
    }
}

/// Where a message stands after a step that needed no try, or `None` when it is to be sent.
#[must_use]
pub fn after_step(standing: &Standing, step: Step) -> Option<Standing> {
    let standing = standing.clone();
    match step {
        Step::Send => None,
        Step::Skip => Some(Standing {
            state: DeliveryState::Skipped,
            next_attempt_at: None,
            last_error: Some("it was too late to be useful".to_owned()),
            ..standing
        }),
        Step::WaitUntil(morning) => Some(Standing {
            next_attempt_at: Some(morning),
            last_error: Some("it is night where it is read".to_owned()),
            ..standing
        }),
    }
}

/// Where a message stands after a try. `jitter` from 0 to 1 spreads what failed together.
#[must_use]
pub fn after_attempt(standing: &Standing, attempted: Attempted, jitter: f64, now: DateTime<Utc>) -> Standing {
    let attempts = standing.attempts.saturating_add(1);
    let replayed_at = standing.replayed_at;
    let waiting = |next_attempt_at, attempts, reason| Standing {
        state: DeliveryState::Waiting,
        attempts,
        next_attempt_at,
        last_error: Some(reason),
        sent_at: None,
        replayed_at,
    };
    let dead = |reason| Standing { state: DeliveryState::Dead, ..waiting(None, attempts, reason) };
    match attempted {
        Attempted::Accepted => Standing {
            state: DeliveryState::Sent,
            attempts,
            next_attempt_at: None,
            last_error: None,
            sent_at: Some(now),
            replayed_at,
        },
        Attempted::Refused(reason) => dead(reason),
        Attempted::Failed(reason) if attempts >= ATTEMPTS_MAX => dead(reason),
        Attempted::Failed(reason) => waiting(Some(now + pause(attempts, jitter)), attempts, reason),
    }
}

/// The pause after the `attempt`-th try (from 1): doubled each time; between half of it and all of it, by `jitter`.
#[must_use]
pub fn pause(attempt: u32, jitter: f64) -> TimeDelta {
    let doubled = 2_i64.saturating_pow(attempt.saturating_sub(1));
    let whole = FIRST_PAUSE_SECONDS.saturating_mul(doubled).min(PAUSE_MAX_SECONDS) * 1_000;
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a few hours in milliseconds")]
    let part = (whole as f64 / 2.0 * jitter.clamp(0.0, 1.0)) as i64;
    TimeDelta::milliseconds(whole / 2 + part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::OrgId;
    use crate::domain::message::{Draft, MessageKind};

    fn draft() -> Draft {
        Draft::sample(MessageKind::ReservationReminder, "zoe@example.com")
    }

    fn message(draft: Draft) -> Message {
        Message::of(&OrgId::parse("demo").unwrap(), draft).unwrap()
    }

    fn fresh() -> Standing {
        let next_attempt_at = Some(draft().due_at);
        let state = DeliveryState::Waiting;
        Standing { state, attempts: 0, next_attempt_at, last_error: None, sent_at: None, replayed_at: None }
    }

    #[test]
    fn pauses_double_up_to_their_limit_and_are_spread() {
        let seconds = |attempt, jitter| pause(attempt, jitter).num_seconds();
        assert_eq!(
            [1, 2, 3, 10, 11, 12, 400].map(|attempt| seconds(attempt, 1.0)),
            [30, 60, 120, 15_360, 21_600, 21_600, 21_600]
        );
        assert_eq!((seconds(1, 0.0), seconds(1, 0.5), seconds(12, 0.0)), (15, 22, 10_800));
        assert_eq!((seconds(1, -7.0), seconds(1, 7.0), seconds(1, f64::NAN)), (15, 30, 15));
        let all: i64 = (1..ATTEMPTS_MAX).map(|attempt| seconds(attempt, 0.5)).sum();
        assert!((12 * 3_600..36 * 3_600).contains(&all), "{all}");
    }

    #[test]
    fn the_last_failure_and_every_refusal_end_it() {
        let now = draft().due_at;
        let failed = || Attempted::Failed("451 later".to_owned());
        let last = Standing { attempts: ATTEMPTS_MAX - 1, ..fresh() };
        assert_eq!(after_attempt(&last, failed(), 0.0, now).state, DeliveryState::Dead);
        let last_but_one = Standing { attempts: ATTEMPTS_MAX - 2, ..fresh() };
        assert_eq!(after_attempt(&last_but_one, failed(), 0.0, now).state, DeliveryState::Waiting);
        let refused = after_attempt(&fresh(), Attempted::Refused("550 no".to_owned()), 0.0, now);
        assert_eq!((refused.state, refused.attempts, refused.next_attempt_at), (DeliveryState::Dead, 1, None));
        let first = after_attempt(&fresh(), failed(), 1.0, now);
        assert_eq!(first.next_attempt_at, Some(now + TimeDelta::seconds(30)));
        let sent = after_attempt(&first, Attempted::Accepted, 0.0, now);
        assert_eq!(
            (sent.state, sent.attempts, sent.sent_at, sent.last_error),
            (DeliveryState::Sent, 2, Some(now), None)
        );
    }

    #[test]
    fn what_is_too_late_is_skipped_unless_somebody_wants_it_again() {
        let message = message(draft());
        assert_eq!(step(&message, &fresh(), None, message.useful_until), Step::Send);
        let late = message.useful_until + TimeDelta::microseconds(1);
        assert_eq!(step(&message, &fresh(), None, late), Step::Skip);
        let replayed = Standing { replayed_at: Some(late), ..fresh() };
        assert_eq!(step(&message, &replayed, None, late), Step::Send);
        assert_eq!(after_step(&fresh(), Step::Skip).unwrap().state, DeliveryState::Skipped);
    }

    #[test]
    fn only_what_can_wait_for_the_morning_does() {
        let time = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let hours = QuietHours::between(time(21), time(8)).unwrap();
        let night: DateTime<Utc> = "2026-05-11T21:30:00Z".parse().unwrap();
        let morning: DateTime<Utc> = "2026-05-12T06:00:00Z".parse().unwrap();
        let calm = |useful_until: &str| {
            let mut calm = Draft { is_urgent: false, useful_until: useful_until.parse().unwrap(), ..draft() };
            calm.recipient.timezone = Some(chrono_tz::Europe::Berlin);
            calm
        };
        let at_night = |draft: Draft| step(&message(draft), &fresh(), Some(hours), night);
        assert_eq!(at_night(calm("2026-05-12T12:00:00Z")), Step::WaitUntil(morning));
        assert_eq!(at_night(calm("2026-05-12T06:00:00Z")), Step::Send);
        assert_eq!(at_night(Draft { is_urgent: true, ..calm("2026-05-12T12:00:00Z") }), Step::Send);
        let mut nowhere = calm("2026-05-12T12:00:00Z");
        nowhere.recipient.timezone = None;
        assert_eq!(at_night(nowhere), Step::Send);
        let waits = after_step(&fresh(), Step::WaitUntil(morning)).unwrap();
        assert_eq!((waits.state, waits.attempts, waits.next_attempt_at), (DeliveryState::Waiting, 0, Some(morning)));
    }
}
