//! Numbers and times as people read them. The scripts write the same words; see `assets/words.js`.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::Slot;
use crate::domain::local_time::local_date;
use crate::domain::money::Money;

/// Longest name of a counter that is read as its number ("2", "A1"); longer ones are whole names ("Window A").
const COUNTER_NUMBER_MAX_CHARACTERS: usize = 3;

/// "12 min", "1 h 20 min".
#[must_use]
pub fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// "9–16 min", "50 min–1 h 10 min".
#[must_use]
pub fn range(from: u32, to: u32) -> String {
    match to {
        _ if from == to => duration(to),
        0..60 => format!("{from}–{to} min"),
        _ => format!("{}–{}", duration(from), duration(to)),
    }
}

/// "st", "nd", "rd" or "th".
#[must_use]
pub fn ordinal_suffix(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

/// "4th".
#[must_use]
pub fn ordinal(number: u32) -> String {
    format!("{number}{}", ordinal_suffix(number))
}

/// "3:20": what is left, in seconds.
#[must_use]
pub fn countdown(seconds: u32) -> String {
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// "10:42" on the wall of a zone.
#[must_use]
pub fn clock(zone: Tz, at: DateTime<Utc>) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}

/// "Tuesday 12 May" in a zone.
#[must_use]
pub fn day(zone: Tz, at: DateTime<Utc>) -> String {
    at.with_timezone(&zone).format("%A %-d %B").to_string()
}

/// "at 14:00" today, "tomorrow at 09:00", "on Monday at 09:00", as seen at `now`.
#[must_use]
pub fn moment(zone: Tz, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let clock = clock(zone, at);
    match (local_date(zone, at) - local_date(zone, now)).num_days() {
        0 => format!("at {clock}"),
        1 => format!("tomorrow at {clock}"),
        2..=6 => format!("on {} at {clock}", at.with_timezone(&zone).format("%A")),
        _ => format!("on {} at {clock}", day(zone, at)),
    }
}

/// A time for programs: `2026-05-12T08:42:00Z`.
#[must_use]
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// The same to the second, as slots are named in addresses: `2026-05-12T08:42:00Z`.
#[must_use]
pub fn plain_instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// "Tuesday 12 May".
#[must_use]
pub fn date(date: NaiveDate) -> String {
    date.format("%A %-d %B").to_string()
}

/// "10:30–11:15" on the wall of a zone.
#[must_use]
pub fn clock_span(zone: Tz, slot: Slot) -> String {
    format!("{}–{}", clock(zone, slot.start), clock(zone, slot.end))
}

/// "Mon 18 May, 10:30" in a zone.
#[must_use]
pub fn short_moment(zone: Tz, at: DateTime<Utc>) -> String {
    at.with_timezone(&zone).format("%a %-d %b, %H:%M").to_string()
}

/// "Berlin" for `Europe/Berlin`.
#[must_use]
pub fn city(zone: Tz) -> String {
    let name = zone.name();
    name.rsplit_once('/').map_or(name, |(_, city)| city).replace('_', " ")
}

/// "€25.00", "CHF 12.50".
#[must_use]
pub fn price(money: &Money) -> String {
    let amount = money.amount();
    match money.currency() {
        "EUR" => format!("€{amount}"),
        "GBP" => format!("£{amount}"),
        "USD" => format!("${amount}"),
        other => format!("{other} {amount}"),
    }
}

/// Whether a counter is a number to be shown large behind the word "counter", or a name of its own.
#[must_use]
pub fn is_counter_number(counter: &str) -> bool {
    counter.chars().count() <= COUNTER_NUMBER_MAX_CHARACTERS
}

/// "Counter 2", "Window A".
#[must_use]
pub fn counter(counter: &str) -> String {
    if is_counter_number(counter) { format!("Counter {counter}") } else { counter.to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;

    #[test]
    fn durations_and_ranges_are_short() {
        assert_eq!([0, 12, 60, 80].map(duration), ["0 min", "12 min", "1 h", "1 h 20 min"]);
        assert_eq!(range(9, 16), "9–16 min");
        assert_eq!(range(50, 70), "50 min–1 h 10 min");
        assert_eq!(range(4, 4), "4 min");
        assert_eq!([0, 252, 3_727].map(countdown), ["0:00", "4:12", "1:02:07"]);
    }

    #[test]
    fn ordinals_end_as_english_wants() {
        let all = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 113].map(ordinal);
        assert_eq!(all.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th 113th");
    }

    #[test]
    fn times_are_those_of_the_zone() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-05-12T08:42:00Z");
        assert_eq!((clock(Berlin, now), day(Berlin, now)), ("10:42".to_owned(), "Tuesday 12 May".to_owned()));
        assert_eq!(moment(Berlin, at("2026-05-12T12:00:00Z"), now), "at 14:00");
        assert_eq!(moment(Berlin, at("2026-05-13T07:00:00Z"), now), "tomorrow at 09:00");
        assert_eq!(moment(Berlin, at("2026-05-16T07:00:00Z"), now), "on Saturday at 09:00");
        assert_eq!(moment(Berlin, at("2026-05-19T07:00:00Z"), now), "on Tuesday 19 May at 09:00");
    }

    #[test]
    fn appointments_are_told_in_the_words_of_the_business() {
        let start: DateTime<Utc> = "2026-05-19T08:30:00Z".parse().unwrap();
        let slot = Slot { start, end: start + chrono::TimeDelta::minutes(45) };
        assert_eq!(clock_span(Berlin, slot), "10:30–11:15");
        assert_eq!(short_moment(Berlin, start), "Tue 19 May, 10:30");
        assert_eq!((city(Berlin), city(chrono_tz::America::New_York)), ("Berlin".to_owned(), "New York".to_owned()));
        let prices = [("25.00", "EUR"), ("12.50", "CHF")].map(|(amount, of)| price(&Money::parse(amount, of).unwrap()));
        assert_eq!(prices, ["€25.00", "CHF 12.50"]);
    }

    #[test]
    fn a_counter_is_a_number_or_a_name() {
        assert_eq!(counter("2"), "Counter 2");
        assert_eq!(counter("Window A"), "Window A");
    }
}
