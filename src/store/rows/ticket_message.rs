//! What the customer sees of a conversation: tables `ticket_message` and `attachment`.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::desk::{Attachment, Author, TicketMessage};
use crate::domain::ids::{ContactId, OrgId, TicketId, TicketMessageId};

/// The constraint that keeps a message's id its own.
pub const MESSAGE_TAKEN: &str = "ticket_message_pkey";

/// New messages.
pub(in crate::store) const INSERT: &str = "INSERT INTO ticket_message SELECT * FROM unnest($1::ticket_message[])";

/// New files.
pub(in crate::store) const INSERT_ATTACHMENTS: &str = "INSERT INTO attachment SELECT * FROM unnest($1::attachment[])";

/// A ticket's conversation in the order in which it came, from behind a message on.
pub(in crate::store) const OF_TICKET: &str = "\
SELECT * FROM ticket_message
WHERE org_id = $1 AND ticket_id = $2
  AND ($3::timestamptz IS NULL OR created_at >= $3 AND (created_at, ticket_version, id) > (
        $3, (SELECT ticket_version FROM ticket_message WHERE org_id = $1 AND id = $4), $4))
ORDER BY created_at, ticket_version, id LIMIT $5";

/// How long it is.
pub(in crate::store) const COUNT: &str = "SELECT count(*) FROM ticket_message WHERE org_id = $1 AND ticket_id = $2";

/// One message.
pub(in crate::store) const BY_ID: &str = "SELECT * FROM ticket_message WHERE org_id = $1 AND id = $2";

/// The tickets that mails with these ids are in, the newest message first.
pub(in crate::store) const TICKET_OF_MAILS: &str = "\
SELECT ticket_id FROM ticket_message WHERE org_id = $1 AND mail_id = ANY ($2) ORDER BY created_at DESC, id DESC LIMIT 1";

/// One file.
pub(in crate::store) const ATTACHMENT: &str =
    "SELECT name, content_type, bytes FROM attachment WHERE org_id = $1 AND ticket_id = $2 AND id = $3";

row_type! { of "ticket_message":
    /// One row of `ticket_message`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct TicketMessageRow {
        org_id: String,
        id: String,
        ticket_id: String,
        author_subject: Option<String>,
        body: String,
        attachments: Json<Vec<Attachment>>,
        mail_id: Option<String>,
        created_at: DateTime<Utc>,
        ticket_version: i64,
        author_contact: Option<String>,
    }
}

/// A message, and its place among those of its instant.
#[derive(Clone, Debug)]
pub struct TicketMessageImage {
    /// The message.
    pub message: TicketMessage,
    /// The version that it made of its ticket.
    pub ticket_version: u64,
}

row_type! { of "attachment":
    /// One row of `attachment`, to be written.
    pub(in crate::store) struct AttachmentRow<'a> {
        org_id: &'a str,
        id: &'a str,
        ticket_id: &'a str,
        message_id: &'a str,
        name: &'a str,
        content_type: &'a str,
        bytes: &'a [u8],
    }
}

/// A file as it is sent out.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredFile {
    /// Its name.
    pub name: String,
    /// Its media type, as its sender said.
    pub content_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl TicketMessageRow {
    /// The row of a message.
    pub(in crate::store) fn of(org: &OrgId, image: &TicketMessageImage) -> Self {
        let message = &image.message;
        let (author_subject, author_contact) = match &message.author {
            Author::Customer => (None, None),
            Author::Follower { contact } => (None, Some(contact.to_string())),
            Author::Agent { subject } => (Some(subject.clone()), None),
        };
        Self {
            org_id: org.to_string(),
            id: message.id.to_string(),
            ticket_id: message.ticket.to_string(),
            author_subject,
            body: message.body.clone(),
            attachments: Json(message.attachments.clone()),
            mail_id: message.mail_id.clone(),
            created_at: message.at,
            ticket_version: image.ticket_version.cast_signed(),
            author_contact,
        }
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<TicketMessage, ImpossibleRow> {
        let judge = Judge::new("ticket_message", format!("{}/{}", self.org_id, self.id));
        let contact =
            judge.parsed("author_contact", self.author_contact.as_deref().map(ContactId::parse).transpose())?;
        let author = match (self.author_subject, contact) {
            (None, None) => Author::Customer,
            (None, Some(contact)) => Author::Follower { contact },
            (Some(subject), None) => Author::Agent { subject },
            (Some(_), Some(_)) => return Err(judge.error("author_contact", "an agent wrote it, too")),
        };
        Ok(TicketMessage {
            id: judge.parsed("id", TicketMessageId::parse(&self.id))?,
            ticket: judge.parsed("ticket_id", TicketId::parse(&self.ticket_id))?,
            author,
            body: self.body,
            attachments: self.attachments.0,
            mail_id: self.mail_id,
            at: self.created_at,
        })
    }
}

impl<'a> AttachmentRow<'a> {
    /// The rows of a message's files.
    pub(in crate::store) fn of(org: &'a OrgId, message: &'a TicketMessage) -> impl Iterator<Item = Self> {
        message.attachments.iter().map(|file| Self {
            org_id: org.as_str(),
            id: file.id.as_str(),
            ticket_id: message.ticket.as_str(),
            message_id: message.id.as_str(),
            name: &file.name,
            content_type: &file.content_type,
            bytes: &file.bytes,
        })
    }
}
