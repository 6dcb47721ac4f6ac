//! What is written in a ticket: a reply, a comment, with files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{long_text, status, texts};
use crate::domain::desk::{
    ATTACHMENT_MAX_BYTES, ATTACHMENT_NAME_MAX_CHARACTERS, ATTACHMENTS_MAX, ATTACHMENTS_MAX_BYTES, Attachment,
    BODY_MAX_CHARACTERS, CommentDraft, MENTIONS_MAX, WORKER_MAX_CHARACTERS,
};
use crate::domain::ids::{AttachmentId, CannedResponseId, CommentId};
use crate::domain::invalid::Invalid;
use crate::domain::ticket_status::TicketStatus;
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::{Errors, Field};
use crate::identity;

/// Longest media type, in characters.
const CONTENT_TYPE_MAX_CHARACTERS: usize = 100;
/// The media type of a file whose sender does not say.
const UNKNOWN_CONTENT_TYPE: &str = "application/octet-stream";

/// What somebody writes to the other side.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"body": "Please switch it off and on again.", "status": "pending"}))]
pub struct ReplyBody {
    /// What it says; at most 50,000 characters. May be left out where `cannedId` is given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    body: Field,
    /// The canned response that is sent where `body` is left out, its placeholders filled in.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    canned_id: Field,
    /// Files; at most 10, of 5 MiB each and 10 MiB together.
    #[serde(default)]
    #[schema(value_type = Vec<AttachmentBody>)]
    attachments: Field,
    /// What the ticket stands at afterwards; staff side only.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    status: Field,
}

/// A file.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentBody {
    /// Its name; 1 to 200 characters.
    #[serde(default, alias = "filename")]
    #[schema(value_type = String, required, example = "smoke.jpg")]
    name: Field,
    /// Its media type.
    #[serde(default)]
    #[schema(value_type = String, default = "application/octet-stream", example = "image/jpeg")]
    content_type: Field,
    /// Its bytes in base64.
    #[serde(default)]
    #[schema(value_type = String, required)]
    content: Field,
}

/// What somebody writes to the other side, checked.
#[derive(Debug)]
pub struct Reply {
    /// What it says.
    pub body: Option<String>,
    /// Which canned response says it.
    pub canned_id: Option<CannedResponseId>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// What the ticket stands at afterwards.
    pub status: Option<TicketStatus>,
}

/// A comment; only the staff side ever sees it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"body": "She is a journalist; be quick.", "mentions": ["mia"]}))]
pub struct CommentBody {
    /// What it says; 1 to 50,000 characters.
    #[serde(default)]
    #[schema(value_type = String, required)]
    body: Field,
    /// Who is mentioned; at most 20.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    mentions: Field,
}

/// Reads a reply.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_reply(body: &ReplyBody) -> Result<Reply, Problem> {
    let mut errors = Errors::default();
    let said = errors.optional(long_text(&body.body, "body", 0, BODY_MAX_CHARACTERS));
    let said = said.filter(|said| !said.is_empty());
    let canned_id = errors.optional(slug(&body.canned_id, "cannedId", CannedResponseId::parse));
    if said.is_none() && body.canned_id.value().is_none() {
        errors.keep::<()>(Err(Invalid::new("body", "is required, or else cannedId")));
    }
    let attachments = errors.optional(attachments(&body.attachments)).unwrap_or_default();
    let status = errors.optional(status(&body.status));
    errors.finish(Some(Reply { body: said, canned_id, attachments, status }))
}

/// Reads a comment.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_comment(body: &CommentBody) -> Result<CommentDraft, Problem> {
    let mut errors = Errors::default();
    let said = errors.required("body", long_text(&body.body, "body", 1, BODY_MAX_CHARACTERS));
    let mentions = errors.optional(texts(&body.mentions, "mentions", MENTIONS_MAX, WORKER_MAX_CHARACTERS));
    let id = CommentId::from_uuid(identity::new_uuid());
    errors.finish(said.map(|body| CommentDraft { id, body, mentions: mentions.unwrap_or_default() }))
}

/// Reads files.
///
/// # Errors
/// The first that is wrong, by its path, or that they are too many or too large together.
pub fn attachments(field: &Field) -> Result<Option<Vec<Attachment>>, Invalid> {
    let Some(items) = field.list("attachments", ATTACHMENTS_MAX)? else { return Ok(None) };
    let files = items.iter().map(|(path, item)| attachment(path, item)).collect::<Result<Vec<_>, _>>()?;
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    if bytes > ATTACHMENTS_MAX_BYTES {
        let detail = format!("have {bytes} bytes together; at most {ATTACHMENTS_MAX_BYTES} are allowed");
        return Err(Invalid::new("attachments", detail));
    }
    Ok(Some(files))
}

fn attachment(path: &str, item: &Field) -> Result<Attachment, Invalid> {
    let body: AttachmentBody = item.object(path)?.ok_or_else(|| Invalid::new(path, "must be an object"))?;
    let (at_name, at_type, at_content) =
        (format!("{path}.name"), format!("{path}.contentType"), format!("{path}.content"));
    let missing = |path: &str| Invalid::new(path, "is required");
    let name = body.name.words(&at_name, 1, ATTACHMENT_NAME_MAX_CHARACTERS)?.ok_or_else(|| missing(&at_name))?;
    // What a program sends as the name may be a whole path: only its last part is one.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let content_type = body.content_type.words(&at_type, 1, CONTENT_TYPE_MAX_CHARACTERS)?;
    let content_type = content_type.unwrap_or_else(|| UNKNOWN_CONTENT_TYPE.to_owned());
    if !is_media_type(&content_type) {
        return Err(Invalid::new(at_type, "is no media type such as image/jpeg"));
    }
    let Some(serde_json::Value::String(content)) = body.content.value() else { return Err(missing(&at_content)) };
    let bytes = STANDARD.decode(content.trim()).map_err(|_| Invalid::new(&at_content, "is not valid base64"))?;
    if bytes.len() > ATTACHMENT_MAX_BYTES {
        let detail = format!("has {} bytes; at most {ATTACHMENT_MAX_BYTES} are allowed", bytes.len());
        return Err(Invalid::new(at_content, detail));
    }
    if name.is_empty() {
        return Err(Invalid::new(at_name, "must not be empty"));
    }
    Ok(Attachment { id: AttachmentId::from_uuid(identity::new_uuid()), name, content_type, bytes })
}

/// Whether a text is a media type that may stand in a header: two tokens (RFC 9110, section 5.6.2), without parameters.
pub fn is_media_type(text: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: serde_json::Value) -> Result<Vec<Attachment>, Invalid> {
        attachments(&Field::Given(value)).map(Option::unwrap_or_default)
    }

    #[test]
    fn a_file_has_a_name_a_type_and_bytes() {
        let files =
            read(json!([{"name": "C:\\tmp\\smoke.jpg", "contentType": "image/jpeg", "content": "aGk="}])).unwrap();
        assert_eq!((files[0].name.as_str(), files[0].bytes.as_slice()), ("smoke.jpg", b"hi".as_slice()));
        let path = |value| read(value).unwrap_err().path;
        assert_eq!(path(json!([{"content": ""}])), "attachments[0].name");
        assert_eq!(path(json!([{"name": "a", "content": "%"}])), "attachments[0].content");
        assert_eq!(
            path(json!([{"name": "a", "content": "", "contentType": "text/html; x"}])),
            "attachments[0].contentType"
        );
        assert_eq!(path(json!([{"name": "a/", "content": ""}])), "attachments[0].name");
    }

    #[test]
    fn files_are_held_to_their_limits() {
        let file = |bytes: usize| json!({"name": "a", "content": STANDARD.encode(vec![7; bytes])});
        assert!(read(json!([file(ATTACHMENT_MAX_BYTES), file(ATTACHMENT_MAX_BYTES)])).is_ok());
        assert_eq!(read(json!([file(ATTACHMENT_MAX_BYTES + 1)])).unwrap_err().path, "attachments[0].content");
        let together = json!([file(ATTACHMENT_MAX_BYTES), file(ATTACHMENT_MAX_BYTES), file(1)]);
        assert_eq!(read(together).unwrap_err().path, "attachments");
        let many: Vec<_> = (0..=ATTACHMENTS_MAX).map(|_| file(0)).collect();
        assert_eq!(read(json!(many)).unwrap_err().path, "attachments");
    }
}
