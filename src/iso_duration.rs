//! ISO 8601 durations of fixed length (`PT8H`, `PT1H30M`, `P1D`), as settings and command lines give them. Months and
//! years are refused: their length depends on where they start. A day here is 24 hours.

use std::time::Duration;

/// Why a text is not a duration that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not a duration: write it as PT8H, PT30M, PT1H30M, P1D (weeks, days, hours, minutes, seconds)")]
pub struct InvalidDuration {
    text: String,
}

/// The units of the part before and after the `T`, in the order in which they may stand, with their seconds.
const DATE_UNITS: [(char, u64); 2] = [('W', 7 * 24 * 3_600), ('D', 24 * 3_600)];
const TIME_UNITS: [(char, u64); 3] = [('H', 3_600), ('M', 60), ('S', 1)];

/// Writes so many seconds in hours, minutes and seconds: `PT24H`, `PT1H30M`, `PT0S`.
#[must_use]
pub fn written(seconds: u64) -> String {
    let parts = [(seconds / 3_600, 'H'), (seconds / 60 % 60, 'M'), (seconds % 60, 'S')];
    let parts: String = parts.iter().filter(|(amount, _)| *amount > 0).map(|(a, unit)| format!("{a}{unit}")).collect();
    if parts.is_empty() { "PT0S".to_owned() } else { format!("PT{parts}") }
}

/// Reads an ISO 8601 duration of whole seconds.
///
/// # Errors
/// Anything that is not such a duration: no unit, units out of order, fractions, signs, months, years, an overflow.
pub fn parse(text: &str) -> Result<Duration, InvalidDuration> {
    seconds(text).map(Duration::from_secs).ok_or_else(|| InvalidDuration { text: text.chars().take(40).collect() })
}

fn seconds(text: &str) -> Option<u64> {
    let body = text.strip_prefix('P')?;
    let (date, time) = match body.split_once('T') {
        // "PT" and "P1DT" promise a time that does not come.
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (body, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    sum_of(date, &DATE_UNITS)?.checked_add(sum_of(time, &TIME_UNITS)?)
}

/// The seconds of one part, such as `1H30M`; each unit at most once, larger ones first.
fn sum_of(part: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut rest = part;
    let mut allowed = units.iter();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let end = rest.find(|character: char| !character.is_ascii_digit())?;
        let amount: u64 = rest[..end].parse().ok()?;
        let unit = rest[end..].chars().next()?;
        let (_, seconds) = allowed.find(|(name, _)| *name == unit)?;
        total = total.checked_add(amount.checked_mul(*seconds)?)?;
        rest = &rest[end + unit.len_utf8()..];
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_fixed_length_are_read() {
        for (text, expected) in [
            ("PT8H", 8 * 3_600),
            ("PT30M", 1_800),
            ("P1D", 86_400),
            ("PT1H30M", 5_400),
            ("PT10S", 10),
            ("P1DT12H", 129_600),
            ("P2W", 1_209_600),
            ("PT0S", 0),
            ("PT90M", 5_400),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(expected)), "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back_as_the_same() {
        for (seconds, text) in
            [(0, "PT0S"), (60, "PT1M"), (5_400, "PT1H30M"), (86_400, "PT24H"), (90_061, "PT25H1M1S"), (59, "PT59S")]
        {
            assert_eq!(written(seconds), text);
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "P",
            "PT",
            "8H",
            "PT8",
            "P8H",
            "PT1M1H",
            "PT1H1H",
            "P1M",
            "P1Y",
            "PT1.5H",
            "-PT1H",
            "PT-1H",
            "pt8h",
            "PT8H ",
            "P1DT",
            "PTé",
            "PT8é",
            "PT99999999999999999999S",
            "PT18446744073709551615H",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
