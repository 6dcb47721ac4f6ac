//! How much a support ticket matters.

use serde::{Deserialize, Serialize};

use super::invalid::Invalid;

/// How much a ticket matters, the least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketPriority {
    /// It can wait.
    Low,
    /// As most.
    #[default]
    Normal,
    /// Before most.
    High,
    /// Before everything else.
    Urgent,
}

impl TicketPriority {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The word of the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// Reads the word of the wire.
    ///
    /// # Errors
    /// It is none of them.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|priority| priority.word() == word);
        found.ok_or_else(|| Invalid::new("", "must be low, normal, high or urgent"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_the_order_is_that_of_weight() {
        for priority in TicketPriority::ALL {
            assert_eq!(TicketPriority::parse(priority.word()).unwrap(), priority);
            assert_eq!(serde_json::to_value(priority).unwrap(), priority.word());
        }
        assert!(TicketPriority::ALL.is_sorted());
        assert!(TicketPriority::parse("critical").is_err());
    }
}
