//! How far a message has come.

use chrono::{DateTime, Utc};

use crate::domain::invalid::Invalid;

/// Where a message stands, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is still to be sent.
    Waiting,
    /// It was accepted by who carries it on.
    Sent,
    /// It could not be sent and will not be tried again by itself.
    Dead,
    /// It was not worth sending any more.
    Skipped,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Dead, Self::Skipped];

    /// The word of the wire and of the table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
            Self::Skipped => "skipped",
        }
    }

    /// The state of a word.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| Invalid::new("", format!("is {word:?}, which is no state of a message")))
    }
}

/// Everything that is known about the delivery of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; `None` while it waits: when its channel is set up.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why the last try failed, or why it was not tried.
    pub last_error: Option<String>,
    /// When it was accepted.
    pub sent_at: Option<DateTime<Utc>>,
    /// When somebody wanted it sent once more: then it is, however late.
    pub replayed_at: Option<DateTime<Utc>>,
}

/// What came of one try to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// Who carries it on has accepted it.
    Accepted,
    /// It was refused for good; another try would be refused too.
    Refused(String),
    /// It did not work this time.
    Failed(String),
}
