//! The number that proves a reservation: unguessable, and easy to read out on the phone.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::invalid::Invalid;

/// How many characters a number has: 40 bits.
pub const NUMBER_CHARACTERS: usize = 8;
/// Crockford's 32 digits: no I, L, O, U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The number of a reservation, such as `7K3QX9ZB`. It is a secret: who shows it may cancel.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReservationNumber(Arc<str>);

impl ReservationNumber {
    /// The number made of the lowest 40 of these bits, which the caller draws.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        let digit = |place: usize| char::from(DIGITS[(bits >> (5 * place)) as usize % DIGITS.len()]);
        Self(Arc::from((0..NUMBER_CHARACTERS).rev().map(digit).collect::<String>()))
    }

    /// Reads what a person typed: lower case counts as upper case, O as 0, I and L as 1; blanks and dashes are skipped.
    ///
    /// # Errors
    /// Anything that is not such a number.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let typed = value.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
        let number: String = typed.take(NUMBER_CHARACTERS + 1).collect();
        let fits = number.len() == NUMBER_CHARACTERS && number.bytes().all(|byte| DIGITS.contains(&byte));
        if !fits {
            return Err(Invalid::new("", format!("is not a reservation number ({NUMBER_CHARACTERS} characters)")));
        }
        Ok(Self(Arc::from(number)))
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with all but its last two characters hidden.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = self.0.get(NUMBER_CHARACTERS - 2..).unwrap_or_default();
        format!("{}{shown}", "*".repeat(NUMBER_CHARACTERS - 2))
    }
}

impl TryFrom<String> for ReservationNumber {
    type Error = Invalid;

    fn try_from(value: String) -> Result<Self, Invalid> {
        Self::parse(&value)
    }
}

impl From<ReservationNumber> for String {
    fn from(value: ReservationNumber) -> Self {
        value.0.to_string()
    }
}

impl fmt::Display for ReservationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Logs hold no secrets.
impl fmt::Debug for ReservationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReservationNumber({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_forty_bits_in_eight_digits() {
        assert_eq!(ReservationNumber::from_bits(0).as_str(), "00000000");
        assert_eq!(ReservationNumber::from_bits(u64::MAX).as_str(), "ZZZZZZZZ");
        // 1 and 31 in the last two places: 1 x 32 + 31 = 63.
        assert_eq!(ReservationNumber::from_bits(63).as_str(), "0000001Z");
        assert_eq!(ReservationNumber::from_bits(63).masked(), "******1Z");
    }

    #[test]
    fn what_is_read_out_on_the_phone_is_understood() {
        for typed in ["0010ABCZ", "oo1oabcz", "OOL0-ABCZ", "00i0 abcz"] {
            assert_eq!(ReservationNumber::parse(typed).unwrap().as_str(), "0010ABCZ", "{typed}");
        }
        for wrong in ["", "0010ABC", "0010ABCZ0", "0010ABCU", "0010ABCÄ"] {
            assert!(ReservationNumber::parse(wrong).is_err(), "{wrong}");
        }
    }
}
