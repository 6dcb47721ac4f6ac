//! A mail that somebody else has taken apart: its fields as JSON.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::writing::{AttachmentBody, attachments};
use crate::actors::{MailForm, author_of_mail};
use crate::domain::address::Email;
use crate::domain::invalid::Invalid;
use crate::domain::mail::{MAIL_FULL_TEXT_MAX_CHARACTERS, MailAttachment};
use crate::http::problem::Problem;
use crate::http::requests::{Errors, Field};

/// Longest page that a mail may be, in bytes.
const HTML_MAX_BYTES: usize = 1024 * 1024;
/// Longest header, in bytes.
const HEADER_MAX_BYTES: usize = 16 * 1024;
/// Most headers of references that are looked at.
const REFERENCES_MAX: usize = 100;

/// A mail, taken apart.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "subject": "Re: [T-000123] The printer is on fire",
    "text": "It still burns.",
    "messageId": "<abc@mail.example.com>",
    "inReplyTo": "<0d9f…@desk.example>"
}))]
pub struct MailBody {
    /// The address that it comes from, alone or as in the header (`Alice <alice@example.com>`). Must be the one in the address of
    /// the route, where it is given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    from: Field,
    /// What the sender calls themselves.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    from_name: Field,
    /// The subject.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    subject: Field,
    /// What it says, as plain text. Of `subject`, `text`, `html` and `attachments` at least one has to be there.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    text: Field,
    /// What it says, as a page; read only where there is no plain text, and turned into plain text.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    html: Field,
    /// Its Message-ID. The same one again is the same mail, and opens nothing a second time.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    message_id: Field,
    /// The mail that it answers.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    in_reply_to: Field,
    /// The mails before it: a list, or one text as in the header.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    references: Field,
    /// Files; at most 10, of 5 MiB each and 10 MiB together.
    #[serde(default)]
    #[schema(value_type = Vec<AttachmentBody>)]
    attachments: Field,
}

/// Reads the fields of a mail; gives also the address that it says it comes from, whose name counts where there is no other.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse(body: &MailBody) -> Result<(Option<Email>, MailForm), Problem> {
    let mut errors = Errors::default();
    let from = long(&body.from, "from", HEADER_MAX_BYTES);
    let author = from.and_then(|from| from.as_deref().map(author_of_mail).transpose());
    let (from, name) = errors.optional(author).unzip();
    let from_name = errors.optional(long(&body.from_name, "fromName", HEADER_MAX_BYTES)).or(name.flatten());
    let subject = errors.optional(long(&body.subject, "subject", HEADER_MAX_BYTES)).unwrap_or_default();
    let text = errors.optional(long(&body.text, "text", 4 * MAIL_FULL_TEXT_MAX_CHARACTERS));
    let html = errors.optional(long(&body.html, "html", HTML_MAX_BYTES));
    let message_id = errors.optional(long(&body.message_id, "messageId", HEADER_MAX_BYTES));
    let in_reply_to = errors.optional(long(&body.in_reply_to, "inReplyTo", HEADER_MAX_BYTES));
    let references = errors.optional(references(&body.references)).unwrap_or_default();
    let attachments = errors.optional(attachments(&body.attachments)).unwrap_or_default();
    let is_blank = |field: &Field| match field.value() {
        None => true,
        Some(value) => value.as_str().is_some_and(|text| text.trim().is_empty()),
    };
    if attachments.is_empty() && [&body.subject, &body.text, &body.html].into_iter().all(is_blank) {
        errors.keep::<()>(Err(Invalid::new("text", "is required, or else html, a subject or attachments")));
    }
    let attachments = attachments
        .into_iter()
        .map(|file| MailAttachment { name: file.name, content_type: file.content_type, bytes: file.bytes })
        .collect();
    let form = MailForm { from_name, subject, text, html, message_id, in_reply_to, references, attachments };
    errors.finish(Some((from, form)))
}

/// A text that may be far longer than those of other routes.
fn long(field: &Field, path: &str, max_bytes: usize) -> Result<Option<String>, Invalid> {
    match field.value() {
        None => Ok(None),
        Some(Value::String(text)) if text.len() <= max_bytes => Ok(Some(text.clone())),
        Some(Value::String(_)) => Err(Invalid::new(path, format!("has more than {max_bytes} bytes"))),
        Some(_) => Err(Invalid::new(path, "must be a text")),
    }
}

fn references(field: &Field) -> Result<Option<Vec<String>>, Invalid> {
    if let Some(Value::String(_)) = field.value() {
        return Ok(long(field, "references", HEADER_MAX_BYTES)?.map(|one| vec![one]));
    }
    let Some(items) = field.list("references", REFERENCES_MAX)? else { return Ok(None) };
    let one = |(path, item): (String, Field)| {
        long(&item, &path, HEADER_MAX_BYTES)?.ok_or_else(|| Invalid::new(path, "must be a text"))
    };
    items.into_iter().map(one).collect::<Result<Vec<_>, _>>().map(Some)
}
