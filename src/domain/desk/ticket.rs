//! One request for help: from being opened to being closed. What people wrote in it stands in the database only; here is what
//! rules need to know.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::following::Followers;
use crate::domain::address::Email;
use crate::domain::ids::{ContactId, PolicyId, TicketId};
use crate::domain::invalid::Invalid;
use crate::domain::sla::Clocks;
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;

/// Longest subject, in characters.
pub const SUBJECT_MAX_CHARACTERS: usize = 300;
/// Longest description, message or comment, in characters.
pub const BODY_MAX_CHARACTERS: usize = 50_000;
/// Most tags of a ticket.
pub const TAGS_MAX: usize = 30;
/// Longest tag, in characters.
pub const TAG_MAX_CHARACTERS: usize = 50;
/// Longest name of a team or of who works on a ticket, in characters.
pub const WORKER_MAX_CHARACTERS: usize = 64;
/// Longest name of who asks, in characters.
pub const REQUESTER_NAME_MAX_CHARACTERS: usize = 200;
/// Highest level of escalation by hand.
pub const LEVEL_MAX: u8 = 20;
/// Longest reason of an escalation, in characters.
pub const REASON_MAX_CHARACTERS: usize = 1_000;
/// Longest comment of a customer on the help, in characters.
pub const RATING_COMMENT_MAX_CHARACTERS: usize = 2_000;
/// Best score that a customer can give; 1 is the worst.
pub const SCORE_MAX: u8 = 5;
/// How many digits a number is written with, at least.
const NUMBER_DIGITS: usize = 6;

/// The number of a ticket: 1, 2, 3, ... within an org, without gaps. Written `T-000123`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNumber(u64);

impl TicketNumber {
    /// The number of the first ticket of an org.
    pub const FIRST: Self = Self(1);

    /// The number with this value.
    #[must_use]
    pub fn new(value: u64) -> Self {
        Self(value)
    }

    /// Its value.
    #[must_use]
    pub fn value(self) -> u64 {
        self.0
    }

    /// The number of the next ticket.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Reads `T-000123`, in any case and with any number of leading zeros.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let digits = value.strip_prefix("T-").or_else(|| value.strip_prefix("t-"));
        let number = digits.filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
        let number = number.and_then(|digits| digits.parse().ok()).filter(|number| *number > 0);
        number.map(Self).ok_or_else(|| Invalid::new("", "is not the number of a ticket (T-000123)"))
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T-{:0width$}", self.0, width = NUMBER_DIGITS)
    }
}

/// How a caller names a ticket: both are accepted everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketKey {
    /// By its id.
    Id(TicketId),
    /// By its number.
    Number(TicketNumber),
}

impl TicketKey {
    /// Reads an id or a number.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        TicketNumber::parse(value).map(Self::Number).or_else(|_| TicketId::parse(value).map(Self::Id))
    }
}

impl fmt::Display for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// How a ticket came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketChannel {
    /// By a form, by the person who is signed in.
    Web,
    /// By a mail.
    Email,
    /// Somebody called, and an agent wrote it down.
    Phone,
    /// By a program.
    Api,
}

impl TicketChannel {
    /// The word of the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Api => "api",
        }
    }

    /// Reads the word of the wire.
    ///
    /// # Errors
    /// It is none of them.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let all = [Self::Web, Self::Email, Self::Phone, Self::Api];
        let found = all.into_iter().find(|channel| channel.word() == word);
        found.ok_or_else(|| Invalid::new("", "must be web, email, phone or api"))
    }
}

/// Who asks for help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requester {
    /// The contact that follows from the address.
    pub contact_id: ContactId,
    /// Where to write to; `None`: a contact who is known by phone only.
    pub email: Option<Email>,
    /// Name as given; may be empty.
    pub name: Box<str>,
}

/// What a customer said of the help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Satisfaction {
    /// 1 (bad) to [`SCORE_MAX`].
    pub score: u8,
    /// What else the customer wants to say.
    pub comment: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// One request for help. Memory holds millions of them: texts have no room to grow, and what many tickets have in common is
/// one value for all where it is loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// Its id within the org.
    pub id: TicketId,
    /// Its number within the org.
    pub number: TicketNumber,
    /// What it is about, in a line.
    pub subject: Box<str>,
    /// Who asks.
    pub requester: Requester,
    /// Where it stands.
    pub status: TicketStatus,
    /// How urgent it is.
    pub priority: TicketPriority,
    /// Who works on it: a member of staff, or whoever the business's own system knows by this id.
    pub assignee_id: Option<Arc<str>>,
    /// Which team.
    pub team: Option<Arc<str>>,
    /// Words to find it by, in the order given, none twice.
    pub tags: Arc<[String]>,
    /// How it came in.
    pub channel: TicketChannel,
    /// The policy that its clocks follow; `None`: none fits.
    pub policy_id: Option<PolicyId>,
    /// Its clocks.
    pub clocks: Clocks,
    /// How far it was escalated; 0: not at all.
    pub escalation_level: u8,
    /// The ticket that it went into.
    pub merged_into: Option<TicketId>,
    /// The closed ticket whose conversation goes on here.
    pub follows: Option<TicketId>,
    /// The secret of the links in its mails: who shows it reads the conversation.
    pub token: Box<str>,
    /// The last mail of its customer, which ours answer; without angle brackets.
    pub last_mail_id: Option<Box<str>>,
    /// Who follows it besides its customer.
    #[serde(default, skip_serializing_if = "Followers::is_none")]
    pub followers: Followers,
    /// What the customer said of the help, after it was resolved.
    pub satisfaction: Option<Box<Satisfaction>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by 1 with each change.
    pub version: u64,
}

impl Ticket {
    /// Whether work on it is not over: time alone may make something happen to it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        let over = matches!(self.status, TicketStatus::Resolved | TicketStatus::Closed);
        !over && self.deleted_at.is_none() && self.merged_into.is_none()
    }

    /// When it went into another one: nothing but its deletion changes it after that.
    #[must_use]
    pub fn merged_at(&self) -> Option<DateTime<Utc>> {
        self.merged_into.as_ref().map(|_| self.updated_at)
    }

    /// Whether the same person asks in both.
    #[must_use]
    pub fn is_of_same_person(&self, other: &Self) -> bool {
        self.requester.contact_id == other.requester.contact_id
    }

    /// Whether this address takes part in it: its customer's, or that of who follows it.
    #[must_use]
    pub fn has_participant(&self, email: &Email) -> bool {
        let followers = self.followers.iter().map(|follower| &follower.requester);
        let mut addresses = std::iter::once(&self.requester).chain(followers).filter_map(|one| one.email.as_ref());
        addresses.any(|address| address.folded() == email.folded())
    }

    /// Whether a caller means this one.
    #[must_use]
    pub fn is_named(&self, key: &TicketKey) -> bool {
        match key {
            TicketKey::Id(id) => self.id == *id,
            TicketKey::Number(number) => self.number == *number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written_and_less_carefully() {
        assert_eq!(TicketNumber::new(123).to_string(), "T-000123");
        assert_eq!(TicketNumber::new(12_345_678).to_string(), "T-12345678");
        for written in ["T-000123", "T-123", "t-0123"] {
            assert_eq!(TicketNumber::parse(written).unwrap(), TicketNumber::new(123), "{written}");
        }
        for other in ["", "T-", "T-0", "123", "T-12a", "T-99999999999999999999"] {
            assert!(TicketNumber::parse(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_key_is_a_number_where_it_looks_like_one() {
        assert_eq!(TicketKey::parse("T-7").unwrap(), TicketKey::Number(TicketNumber::new(7)));
        assert!(matches!(TicketKey::parse("printer-on-fire").unwrap(), TicketKey::Id(_)));
        assert!(TicketKey::parse("no such thing").is_err());
    }
}
