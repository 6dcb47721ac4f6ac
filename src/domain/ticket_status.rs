//! How far a support ticket has come.

use serde::{Deserialize, Serialize};

use super::invalid::Invalid;

/// How far a ticket has come. Moves: open, in-progress and pending among each other; any of them to resolved; resolved to
/// closed, or back to open; closed is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketStatus {
    /// Nobody works on it yet.
    Open,
    /// Somebody works on it.
    InProgress,
    /// It waits for somebody else, mostly for the customer.
    Pending,
    /// It is done, as far as the agent can tell.
    Resolved,
    /// It is done for good.
    Closed,
}

impl TicketStatus {
    /// All of them, in the order of a ticket's life.
    pub const ALL: [Self; 5] = [Self::Open, Self::InProgress, Self::Pending, Self::Resolved, Self::Closed];

    /// The word of the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in-progress",
            Self::Pending => "pending",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Reads the word of the wire.
    ///
    /// # Errors
    /// It is none of them.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|status| status.word() == word);
        found.ok_or_else(|| Invalid::new("", "must be open, in-progress, pending, resolved or closed"))
    }

    /// Whether nothing more is to be done, at least for now.
    #[must_use]
    pub fn is_done(self) -> bool {
        match self {
            Self::Open | Self::InProgress | Self::Pending => false,
            Self::Resolved | Self::Closed => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_are_those_of_the_stored_form() {
        for status in TicketStatus::ALL {
            assert_eq!(TicketStatus::parse(status.word()).unwrap(), status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.word());
        }
        assert!(TicketStatus::parse("Open").is_err());
    }
}
