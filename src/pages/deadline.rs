//! Until when customers can change or cancel by themselves, in words.

use chrono::{DateTime, TimeDelta, Utc};

use super::words;
use crate::domain::calendar::Terms;

/// The last moment at which it works.
#[must_use]
pub fn of(terms: &Terms, start: DateTime<Utc>) -> DateTime<Utc> {
    start - TimeDelta::minutes(terms.cancel_before_minutes.into())
}

/// What somebody is told before booking.
#[must_use]
pub fn while_booking(terms: &Terms, start: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let until = of(terms, start);
    if now > until {
        return "This close to it, you can’t change or cancel by yourself any more.".to_owned();
    }
    promise(terms, start)
}

/// "You can change or cancel until Mon 18 May, 10:30."
#[must_use]
pub fn promise(terms: &Terms, start: DateTime<Utc>) -> String {
    let until = of(terms, start);
    if until == start {
        return "You can change or cancel until it begins.".to_owned();
    }
    format!("You can change or cancel until {}.", words::short_moment(terms.timezone, until))
}

/// What somebody is told who comes too late.
#[must_use]
pub fn missed(terms: &Terms, start: DateTime<Utc>) -> String {
    let until = words::short_moment(terms.timezone, of(terms, start));
    format!("It’s too late to change or cancel here: that was possible until {until}. Please call us.")
}
