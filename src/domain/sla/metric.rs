//! What a promise is about: one of the three things that are measured on a ticket.

use serde::{Deserialize, Serialize};

use crate::domain::invalid::Invalid;

/// One of the three things that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Metric {
    /// From creation to the first public reply of an agent.
    FirstResponse,
    /// From the oldest unanswered message of the customer after that to the next public reply; a new cycle each time.
    NextResponse,
    /// From creation until it is resolved, the time spent resolved left out.
    Resolution,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::FirstResponse, Self::NextResponse, Self::Resolution];

    /// The word of the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::FirstResponse => "firstResponse",
            Self::NextResponse => "nextResponse",
            Self::Resolution => "resolution",
        }
    }

    /// Reads the word of the wire; its parts may also be joined by a hyphen or an underscore.
    ///
    /// # Errors
    /// It is none of them.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        match word {
            "firstResponse" | "first-response" | "first_response" => Ok(Self::FirstResponse),
            "nextResponse" | "next-response" | "next_response" => Ok(Self::NextResponse),
            "resolution" => Ok(Self::Resolution),
            _ => Err(Invalid::new("", "must be firstResponse, nextResponse or resolution")),
        }
    }
}
