//! What is written in a ticket, as it is shown. Messages and comments are different types from the row to the wire.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::desk::{Attachment, Author, Comment, TicketMessage};
use crate::domain::ids::TicketId;

/// Who wrote: the customer as whose ticket it is read.
const CUSTOMER: &str = "customer";
/// Somebody who works here.
const AGENT: &str = "agent";
/// Another customer.
const OTHER: &str = "other";

/// A message of a ticket's conversation: the customer sees it, too.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TicketMessage)]
pub struct TicketMessageView {
    id: String,
    /// Which ticket.
    ticket_id: String,
    /// `customer`, `agent`, or `other`: another customer, since two tickets were merged.
    #[schema(example = "agent")]
    author: &'static str,
    /// The agent's id, or the other customer's; customers are not shown it.
    #[serde(skip_serializing_if = "Option::is_none")]
    author_id: Option<String>,
    body: String,
    attachments: Vec<AttachmentView>,
    created_at: DateTime<Utc>,
}

/// A file of a message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Attachment)]
pub struct AttachmentView {
    id: String,
    name: String,
    content_type: String,
    /// Where it is.
    url: String,
}

/// A comment of a ticket: for the staff side only.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TicketComment)]
pub struct CommentView {
    id: String,
    /// Which ticket.
    ticket_id: String,
    /// Who wrote it; null: the desk itself.
    author_id: Option<String>,
    body: String,
    mentions: Vec<String>,
    created_at: DateTime<Utc>,
}

impl TicketMessageView {
    /// The message, as the staff side sees it.
    #[must_use]
    pub fn for_staff(message: &TicketMessage) -> Self {
        let (author, author_id) = match &message.author {
            Author::Customer => (CUSTOMER, None),
            Author::Follower { contact } => (OTHER, Some(contact.to_string())),
            Author::Agent { subject } => (AGENT, Some(subject.clone())),
        };
        Self::new(message, &message.ticket, author, author_id)
    }

    /// The message, as somebody sees it who reads it in the ticket `own` of theirs; `is_own`: they wrote it.
    #[must_use]
    pub fn for_customer(message: &TicketMessage, own: &TicketId, is_own: bool) -> Self {
        let author = match &message.author {
            Author::Agent { .. } => AGENT,
            Author::Customer | Author::Follower { .. } if is_own => CUSTOMER,
            Author::Customer | Author::Follower { .. } => OTHER,
        };
        Self::new(message, own, author, None)
    }

    fn new(message: &TicketMessage, ticket: &TicketId, author: &'static str, author_id: Option<String>) -> Self {
        let file = |file: &Attachment| AttachmentView {
            id: file.id.to_string(),
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            url: format!("/crm/tickets/attachments/{ticket}/{}", file.id),
        };
        Self {
            id: message.id.to_string(),
            ticket_id: ticket.to_string(),
            author,
            author_id,
            body: message.body.clone(),
            attachments: message.attachments.iter().map(file).collect(),
            created_at: message.at,
        }
    }
}

impl From<&Comment> for CommentView {
    fn from(comment: &Comment) -> Self {
        Self {
            id: comment.id.to_string(),
            ticket_id: comment.ticket.to_string(),
            author_id: comment.author.clone(),
            body: comment.body.clone(),
            mentions: comment.mentions.clone(),
            created_at: comment.at,
        }
    }
}
