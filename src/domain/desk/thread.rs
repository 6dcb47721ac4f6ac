//! What is written in a ticket. Messages are for the customer to see; comments are not, and are kept apart from them by
//! their types and in tables of their own, so that no answer, mail or page for a customer can hold one by mistake.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{AttachmentId, CommentId, ContactId, TicketId, TicketMessageId};

/// Most attachments of one message.
pub const ATTACHMENTS_MAX: usize = 10;
/// Largest attachment, in bytes.
pub const ATTACHMENT_MAX_BYTES: usize = 5 * 1024 * 1024;
/// Largest sum of the attachments of one message, in bytes.
pub const ATTACHMENTS_MAX_BYTES: usize = 10 * 1024 * 1024;
/// Longest name of an attachment, in characters.
pub const ATTACHMENT_NAME_MAX_CHARACTERS: usize = 200;
/// Most people that a comment mentions.
pub const MENTIONS_MAX: usize = 20;

/// Who wrote a message that the customer sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "side", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Author {
    /// The customer.
    Customer,
    /// Another customer, whose ticket went into this one.
    Follower {
        /// Who.
        contact: ContactId,
    },
    /// An agent.
    Agent {
        /// The token's `sub`.
        subject: String,
    },
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its id within the org.
    pub id: AttachmentId,
    /// Its name, without any folder.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// Its bytes; not kept with what was said, only stored.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// A message, before its ticket has taken it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageDraft {
    /// The id that it will have.
    pub id: TicketMessageId,
    /// What it says.
    pub body: String,
    /// What came with it.
    pub attachments: Vec<Attachment>,
    /// The Message-ID of the mail that it came by; without angle brackets.
    pub mail_id: Option<String>,
}

/// A message of a ticket's conversation: the customer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketMessage {
    /// Its id within the org.
    pub id: TicketMessageId,
    /// Of which ticket.
    pub ticket: TicketId,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub body: String,
    /// What came with it.
    pub attachments: Vec<Attachment>,
    /// The Message-ID of the mail that it came by.
    pub mail_id: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A comment, before its ticket has taken it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentDraft {
    /// The id that it will have.
    pub id: CommentId,
    /// What it says.
    pub body: String,
    /// Who is mentioned.
    pub mentions: Vec<String>,
}

/// A comment of a ticket: only the staff side ever sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// Its id within the org.
    pub id: CommentId,
    /// Of which ticket.
    pub ticket: TicketId,
    /// Who wrote it; `None`: the desk itself.
    pub author: Option<String>,
    /// What it says.
    pub body: String,
    /// Who is mentioned.
    pub mentions: Vec<String>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Author {
    /// Whether it is somebody who works here.
    #[must_use]
    pub fn is_agent(&self) -> bool {
        match self {
            Self::Agent { .. } => true,
            Self::Customer | Self::Follower { .. } => false,
        }
    }
}

impl TicketMessage {
    /// About how much room it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.body.len() + self.attachments.iter().map(|file| file.bytes.len()).sum::<usize>()
    }
}
