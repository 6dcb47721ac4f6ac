//! What a part says that it is: its type, its name, and whether it is meant to be read or to be kept.

use mail_parser::ContentType;

use super::header::Headers;
use crate::domain::invalid::Invalid;

/// Longest type or subtype, in characters (RFC 6838, 4.2).
const TYPE_MAX_CHARACTERS: usize = 127;
/// What bytes are of which nobody says anything.
const UNKNOWN: (&str, &str) = ("application", "octet-stream");
/// Texts that are read like plain ones.
const LIKE_PLAIN: [&str; 5] = ["plain", "enriched", "richtext", "markdown", "x-markdown"];

/// The type of a part and what belongs to it.
pub(super) struct Media {
    /// The type, in lower case.
    pub(super) kind: String,
    /// The subtype, in lower case.
    pub(super) subtype: String,
    /// The name of the file.
    pub(super) name: Option<String>,
    /// Whether the part itself does not say its type.
    pub(super) is_assumed: bool,
    is_to_be_kept: bool,
    content_type: Option<ContentType<'static>>,
}

impl Media {
    /// Reads the headers of a part.
    pub(super) fn of(headers: &Headers<'_>, is_in_digest: bool) -> Result<Self, Invalid> {
        let content_type = headers.parameters("content-type")?;
        let disposition = headers.parameters("content-disposition")?;
        let (kind, subtype) = match &content_type {
            None if is_in_digest => ("message".to_owned(), "rfc822".to_owned()),
            None => ("text".to_owned(), "plain".to_owned()),
            Some(written) => named(written),
        };
        let named = |of: &Option<ContentType<'static>>, parameter: &str| {
            of.as_ref().and_then(|value| value.attribute(parameter)).map(str::to_owned)
        };
        Ok(Self {
            kind,
            subtype,
            name: named(&disposition, "filename").or_else(|| named(&content_type, "name")),
            is_assumed: content_type.is_none(),
            is_to_be_kept: disposition.is_some_and(|value| value.ctype().eq_ignore_ascii_case("attachment")),
            content_type,
        })
    }

    /// Whether it is of this type.
    pub(super) fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind == kind && self.subtype == subtype
    }

    /// A parameter of the type.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.content_type.as_ref().and_then(|value| value.attribute(name))
    }

    /// Whether it is part of what the mail says. A text with a name is a file, unless it is the whole mail.
    pub(super) fn is_readable(&self, is_whole_mail: bool) -> bool {
        let is_text = self.kind == "text" && (self.subtype == "html" || LIKE_PLAIN.contains(&self.subtype.as_str()));
        is_text && !self.is_to_be_kept && (self.name.is_none() || is_whole_mail)
    }

    /// Whether its lines flow (RFC 3676).
    pub(super) fn is_flowed(&self) -> bool {
        self.is("text", "plain") && self.parameter("format").is_some_and(|value| value.eq_ignore_ascii_case("flowed"))
    }

    /// Whether the blank at the end of a flowing line is no part of the text.
    pub(super) fn deletes_spaces(&self) -> bool {
        self.parameter("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"))
    }

    /// Type and subtype.
    pub(super) fn essence(&self) -> String {
        essence(&self.kind, &self.subtype)
    }
}

fn named(written: &ContentType<'_>) -> (String, String) {
    let kind = written.ctype().trim().to_ascii_lowercase();
    match written.subtype() {
        Some(subtype) => (kind, subtype.trim().to_ascii_lowercase()),
        // Some old programs write `Content-Type: text`.
        None if kind == "text" => (kind, "plain".to_owned()),
        None => (UNKNOWN.0.to_owned(), UNKNOWN.1.to_owned()),
    }
}

/// A media type that can be written into a header again.
pub(super) fn essence(kind: &str, subtype: &str) -> String {
    let is_token = |word: &str| {
        (1..=TYPE_MAX_CHARACTERS).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    let (kind, subtype) = if is_token(kind) && is_token(subtype) { (kind, subtype) } else { UNKNOWN };
    format!("{kind}/{subtype}")
}
