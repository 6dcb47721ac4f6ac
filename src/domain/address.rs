//! How a person can be reached. Folding makes two spellings of one address equal, so that a person is found again.

use serde::{Deserialize, Serialize};

use super::invalid::{Invalid, text};

/// Longest e-mail address, in characters (RFC 5321, section 4.5.3.1.3: a path of 256 with its two brackets).
pub const EMAIL_MAX_CHARACTERS: usize = 254;
/// Most digits of a phone number (ITU-T E.164: 15; extensions and trunk prefixes need some more).
pub const PHONE_MAX_DIGITS: usize = 20;
/// Fewest digits of a phone number; short internal numbers are allowed.
pub const PHONE_MIN_DIGITS: usize = 3;

/// An e-mail address as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(Box<str>);

impl Email {
    /// Checks the shape: one `@`, something before it, a host after it, no blanks.
    ///
    /// # Errors
    /// Says what is missing. Whether the address exists is known only by writing to it.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let value = text("", value, 1, EMAIL_MAX_CHARACTERS, false)?;
        let shaped = value.rsplit_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && !host.is_empty()
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !local.contains('@')
        });
        if !shaped
            || value.chars().any(|c| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '\\'))
        {
            return Err(Invalid::new("", "is not an e-mail address (name@host)"));
        }
        Ok(Self(value.into()))
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for comparing: lower case (hosts are case-insensitive, and no provider in use tells local parts apart by case).
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl TryFrom<String> for Email {
    type Error = Invalid;
    fn try_from(value: String) -> Result<Self, Invalid> {
        Self::parse(&value)
    }
}

impl From<Email> for String {
    fn from(value: Email) -> Self {
        value.0.into()
    }
}

/// A phone number as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Checks the shape: digits, with an optional leading `+` and blanks, dots, dashes, slashes, brackets between them.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let value = text("", value, 1, 40, false)?;
        let body = value.strip_prefix('+').unwrap_or(&value);
        let digits = body.chars().filter(char::is_ascii_digit).count();
        let clean =
            body.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}'));
        if !clean || !(PHONE_MIN_DIGITS..=PHONE_MAX_DIGITS).contains(&digits) {
            return Err(Invalid::new(
                "",
                format!("is not a phone number ({PHONE_MIN_DIGITS} to {PHONE_MAX_DIGITS} digits, + in front allowed)"),
            ));
        }
        Ok(Self(value))
    }

    /// The number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for comparing: only the digits, with `+` in front when the number is international (`00` counts as `+`).
    #[must_use]
    pub fn folded(&self) -> String {
        let digits: String = self.0.chars().filter(char::is_ascii_digit).collect();
        if self.0.starts_with('+') {
            return format!("+{digits}");
        }
        match digits.strip_prefix("00") {
            Some(rest) => format!("+{rest}"),
            None => digits,
        }
    }
}

impl TryFrom<String> for Phone {
    type Error = Invalid;
    fn try_from(value: String) -> Result<Self, Invalid> {
        Self::parse(&value)
    }
}

impl From<Phone> for String {
    fn from(value: Phone) -> Self {
        value.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_one_address_fold_to_the_same() {
        assert_eq!(Email::parse(" Alice@Example.COM ").unwrap().folded(), "alice@example.com");
        let folded = |number: &str| Phone::parse(number).unwrap().folded();
        assert_eq!(folded("+1 (555) 123-4567"), "+15551234567");
        assert_eq!(folded("0015551234567"), "+15551234567");
        assert_eq!(folded("040 / 123 45"), "04012345");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in ["", "alice", "@x", "a@", "a b@x.de", "a@@x", "a@.de", "a@x.", "<a@x.de>"] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
        for bad in ["", "12", "phone", "+", "+1+2+3", "123456789012345678901"] {
            assert!(Phone::parse(bad).is_err(), "{bad}");
        }
    }
}
