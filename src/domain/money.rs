//! An amount of money as decimal digits, never as a float: what was written is what is kept and shown.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::invalid::Invalid;

/// Most digits before the point.
pub const WHOLE_DIGITS_MAX: usize = 12;
/// Most digits after the point: some currencies have three, and prices by unit one more.
pub const FRACTION_DIGITS_MAX: usize = 4;

/// An amount in a currency, zero or more.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Money {
    /// The digits as a whole number: 2,550 for 25.50.
    units: u64,
    /// How many of the digits stand after the point.
    scale: u8,
    currency: Currency,
}

/// A code of three capital letters (ISO 4217), such as `EUR`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Currency([u8; 3]);

/// The form of the wire: `{"amount": "25.50", "currency": "EUR"}`.
#[derive(Serialize, Deserialize)]
struct Written {
    amount: String,
    currency: String,
}

impl Money {
    /// Reads an amount such as `25`, `25.5` or `25.50` and a code such as `EUR`.
    ///
    /// # Errors
    /// `amount` or `currency`, and what is wrong with it: a sign, an exponent, too many digits, not three letters.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, Invalid> {
        let wrong = || {
            let detail = format!(
                "must be an amount such as 25.50, zero or more, with at most {WHOLE_DIGITS_MAX} digits before and \
                 {FRACTION_DIGITS_MAX} after the point"
            );
            Invalid::new("amount", detail)
        };
        let (whole, fraction) = match amount.split_once('.') {
            Some((_, "")) => return Err(wrong()),
            Some((whole, fraction)) => (whole, fraction),
            None => (amount, ""),
        };
        let digits = |text: &str, max: usize| text.len() <= max && text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole, WHOLE_DIGITS_MAX) || !digits(fraction, FRACTION_DIGITS_MAX) {
            return Err(wrong());
        }
        let units = format!("{whole}{fraction}").parse().map_err(|_| wrong())?;
        let scale = u8::try_from(fraction.len()).map_err(|_| wrong())?;
        Ok(Self { units, scale, currency: Currency::parse(currency)? })
    }

    /// The amount in digits, with as many after the point as were written.
    #[must_use]
    pub fn amount(&self) -> String {
        let scale = usize::from(self.scale);
        let digits = format!("{:0width$}", self.units, width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
    }

    /// The code of the currency, such as `EUR`.
    #[must_use]
    pub fn currency(&self) -> &str {
        self.currency.as_str()
    }
}

impl Currency {
    fn parse(code: &str) -> Result<Self, Invalid> {
        match code.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|letter| letter.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(Invalid::new("currency", "must be a code of three capital letters, such as EUR")),
        }
    }

    fn as_str(&self) -> &str {
        // Only capital letters are let in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<Written> for Money {
    type Error = Invalid;

    fn try_from(written: Written) -> Result<Self, Invalid> {
        Self::parse(&written.amount, &written.currency)
    }
}

impl From<Money> for Written {
    fn from(money: Money) -> Self {
        Self { amount: money.amount(), currency: money.currency().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_shown_as_it_was_written() {
        for amount in ["0", "0.00", "25", "25.5", "25.50", "0.05", "999999999999.9999"] {
            assert_eq!(Money::parse(amount, "EUR").unwrap().amount(), amount);
        }
        let text = r#"{"amount":"25.50","currency":"EUR"}"#;
        let money: Money = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&money).unwrap(), text);
    }

    #[test]
    fn what_is_no_amount_names_its_field() {
        for amount in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1.23456", "1000000000000", " 1", "NaN"] {
            assert_eq!(Money::parse(amount, "EUR").unwrap_err().path, "amount", "{amount}");
        }
        for currency in ["", "eur", "EURO", "E1R", "€"] {
            assert_eq!(Money::parse("1", currency).unwrap_err().path, "currency", "{currency}");
        }
    }
}
