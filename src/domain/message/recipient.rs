//! Who is told, and where they can be reached.

use chrono_tz::Tz;

use super::Channel;
use crate::domain::address::{Email, Phone};
use crate::domain::invalid::{Invalid, text};

/// Longest language tag, in characters.
pub const LOCALE_MAX_CHARACTERS: usize = 35;
/// Longest address of a webhook, in characters.
const HOOK_URL_MAX_CHARACTERS: usize = 2_000;

/// Where somebody can be reached; it says how, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// By e-mail.
    Email(Email),
    /// By text message.
    Sms(Phone),
    /// A program, by a request.
    Webhook(HookUrl),
}

impl Address {
    /// Reads an address of a channel.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(channel: Channel, value: &str) -> Result<Self, Invalid> {
        Ok(match channel {
            Channel::Email => Self::Email(Email::parse(value)?),
            Channel::Sms => Self::Sms(Phone::parse(value)?),
            Channel::Webhook => Self::Webhook(HookUrl::parse(value)?),
        })
    }

    /// How it is reached.
    #[must_use]
    pub fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
            Self::Webhook(_) => Channel::Webhook,
        }
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Sms(phone) => phone.as_str(),
            Self::Webhook(url) => url.as_str(),
        }
    }

    /// The form for comparing.
    #[must_use]
    pub fn folded(&self) -> String {
        match self {
            Self::Email(email) => format!("mailto:{}", email.folded()),
            Self::Sms(phone) => format!("tel:{}", phone.folded()),
            Self::Webhook(url) => url.as_str().to_owned(),
        }
    }
}

/// The address of a program. Which hosts it may name is decided when it is resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookUrl(String);

impl HookUrl {
    /// Checks the shape: http or https, a host, no name and password in it.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let value = text("", value, 1, HOOK_URL_MAX_CHARACTERS, false)?;
        let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
        let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default()).unwrap_or_default();
        if host.is_empty() || host.contains('@') || value.chars().any(char::is_whitespace) {
            return Err(Invalid::new("", "is not an http(s) URL without name and password"));
        }
        Ok(Self(value))
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Where.
    pub address: Address,
    /// Their name, as given; may be empty.
    pub name: String,
    /// The language that they read, as a tag such as `de-AT`, where known.
    pub locale: Option<String>,
    /// The zone that they live in, where known.
    pub timezone: Option<Tz>,
}

impl Recipient {
    /// Checks a language tag: letters and digits in pieces of at most eight, joined by dashes.
    ///
    /// # Errors
    /// It is none.
    pub fn parse_locale(value: &str) -> Result<String, Invalid> {
        let fits = value.len() <= LOCALE_MAX_CHARACTERS
            && value
                .split('-')
                .all(|piece| (1..=8).contains(&piece.len()) && piece.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if fits { Ok(value.to_owned()) } else { Err(Invalid::new("", "is not a language tag, such as de or pt-BR")) }
    }
}
