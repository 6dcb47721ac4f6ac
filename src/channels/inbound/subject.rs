//! What a subject gives away: the numbers of tickets, and whether the mail passes another one on.

/// What stands in front of the subject of a mail that was passed on, in lower case.
const FORWARDED: [&str; 11] = ["fwd", "fw", "wg", "tr", "rv", "enc", "i", "doorst", "vs", "vb", "weitergeleitet"];
/// Most digits of a ticket's number.
const DIGITS_MAX: usize = 18;

/// The numbers of the tickets that a subject names as `[T-000123]`, each once, in its order.
#[must_use]
pub fn ticket_numbers(subject: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for rest in subject.split('[').skip(1) {
        let named = rest.split_once(']').map(|(name, _)| name.trim());
        let digits = named.and_then(|name| name.strip_prefix("T-").or_else(|| name.strip_prefix("t-")));
        let digits = digits.filter(|digits| digits.len() <= DIGITS_MAX && digits.bytes().all(|b| b.is_ascii_digit()));
        if let Some(number) = digits.and_then(|digits| digits.parse().ok())
            && number > 0
            && !numbers.contains(&number)
        {
            numbers.push(number);
        }
    }
    numbers
}

/// Whether the last thing that was done with the mail was to pass it on.
pub(super) fn is_forwarded(subject: &str) -> bool {
    let prefix = subject.split_once(':').map(|(prefix, _)| prefix.trim().to_lowercase());
    prefix.is_some_and(|prefix| FORWARDED.contains(&prefix.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_wherever_they_stand() {
        assert_eq!(ticket_numbers("Re: [T-000123] My lamp"), [123]);
        assert_eq!(ticket_numbers("AW: WG: Re: [t-1000000] x [ T-000007 ] y [T-000007]"), [1_000_000, 7]);
        for none in ["T-000123", "[T-]", "[T-0]", "[T-12a]", "[T-000123", "[X-000123]", "[T-9999999999999999999]", ""] {
            assert_eq!(ticket_numbers(none), [0; 0], "{none}");
        }
    }

    #[test]
    fn passed_on_is_not_answered() {
        assert!(is_forwarded("Fwd: Re: My lamp") && is_forwarded("WG: x") && is_forwarded("TR : x"));
        assert!(!is_forwarded("Re: Fwd: My lamp") && !is_forwarded("My lamp") && !is_forwarded("AW: x"));
    }
}
