//! Mails that come in: what they say, from raw bytes (RFC 5322, MIME) or from the fields of a form. Nothing is fetched, sent
//! or remembered here, and nothing of a sender's HTML is kept: a page becomes the plain text that a person reads on it.
//!
//! Whatever stands in a mail, reading it ends soon: each limit has a name, and what is beyond one is refused as a whole.

mod attachment;
mod automatic;
mod body;
mod charset;
mod cleaning;
mod flowed;
mod header;
mod html;
mod mail_id;
mod media;
mod parameter;
mod subject;
mod transfer;
mod trimming;

pub use body::{LEVELS_MAX, PARTS_MAX};
pub use header::{ENCODED_WORDS_MAX, HEADER_MAX_BYTES, HEADERS_MAX_BYTES};
pub use subject::ticket_numbers;

use attachment::Attached;
use body::Readable;
use header::Headers;

use crate::domain::address::Email;
use crate::domain::invalid::Invalid;
use crate::domain::mail::{
    Automatic, InboundMail, MAIL_FULL_TEXT_MAX_CHARACTERS, MAIL_NAME_MAX_CHARACTERS, MAIL_SUBJECT_MAX_CHARACTERS,
    MAIL_TEXT_MAX_CHARACTERS, MailAttachment,
};

/// Largest mail as it comes over the wire, in bytes: its attachments in Base64, and its text.
pub const MAIL_MAX_BYTES: usize = 15 * 1024 * 1024;
/// Longest list of ids in a form, in bytes.
const REFERENCES_MAX_BYTES: usize = HEADER_MAX_BYTES;

/// A mail whose parts somebody else has told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailForm {
    /// What the sender calls themselves.
    pub from_name: Option<String>,
    /// The subject.
    pub subject: String,
    /// What it says, as plain text.
    pub text: Option<String>,
    /// What it says, as a page; read only where there is no plain text.
    pub html: Option<String>,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// The mail that it answers.
    pub in_reply_to: Option<String>,
    /// The mails before it, each an id or several.
    pub references: Vec<String>,
    /// What came with it.
    pub attachments: Vec<MailAttachment>,
}

/// Reads a mail as it came over the wire.
///
/// # Errors
/// It names no sender, or something in it is beyond its limit; the path tells what.
pub fn read(mail: &[u8]) -> Result<InboundMail, Invalid> {
    if mail.len() > MAIL_MAX_BYTES {
        return Err(Invalid::new("", format!("has more than {MAIL_MAX_BYTES} bytes")));
    }
    let (headers, body) = Headers::split(mail)?;
    let (from, from_name) = sender(&headers)?;
    let subject = subject_of(&headers.text("subject")?.unwrap_or_default())?;
    let contents = body::contents(&headers, body)?;
    let is_report = media::Media::of(&headers, false)?.is("multipart", "report");
    let automatic = automatic::by_headers(&headers)?
        .or(is_report.then_some(Automatic::DeliveryReport))
        .or(contents.answers_invitation.then_some(Automatic::CalendarReply))
        .or_else(|| automatic::by_sender(&from, &subject));
    let (text, full_text) = texts(&contents.readable, &subject)?;
    let references = mail_id::listed(&headers.raw("references")?.unwrap_or_default());
    Ok(InboundMail {
        from,
        from_name,
        subject,
        text,
        full_text,
        message_id: headers.raw("message-id")?.as_deref().and_then(mail_id::first),
        in_reply_to: headers.raw("in-reply-to")?.as_deref().and_then(mail_id::first),
        references: mail_id::shortened(references),
        attachments: contents.attached.into_files(),
        automatic,
        wants_no_receipt: automatic::suppress_receipt(&headers)?,
    })
}

/// Reads a mail whose parts somebody else has told apart.
///
/// # Errors
/// Something in it is beyond its limit; the path tells what.
pub fn read_form(from: Email, form: MailForm) -> Result<InboundMail, Invalid> {
    let subject = subject_of(&form.subject)?;
    let readable = match (form.text, form.html) {
        (Some(text), _) if !text.trim().is_empty() => vec![Readable::Plain(text)],
        (_, Some(html)) => vec![Readable::Html(html)],
        (_, None) => Vec::new(),
    };
    let (text, full_text) = texts(&readable, &subject)?;
    let mut attached = Attached::default();
    for file in form.attachments {
        let essence = file.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/').unwrap_or_default();
        attached.add(Some(&file.name), &media::essence(kind, subtype), file.bytes)?;
    }
    if form.references.iter().map(String::len).sum::<usize>() > REFERENCES_MAX_BYTES {
        return Err(Invalid::new("references", format!("have more than {REFERENCES_MAX_BYTES} bytes")));
    }
    Ok(InboundMail {
        from_name: form.from_name.as_deref().and_then(name),
        text,
        full_text,
        message_id: form.message_id.as_deref().and_then(mail_id::first),
        in_reply_to: form.in_reply_to.as_deref().and_then(mail_id::first),
        references: mail_id::shortened(mail_id::listed(&form.references.join(" "))),
        attachments: attached.into_files(),
        automatic: automatic::by_sender(&from, &subject),
        wants_no_receipt: false,
        from,
        subject,
    })
}

/// Who is named as the author of a form: an address, or what the header From would say.
///
/// # Errors
/// It names nobody with an address.
pub fn author(written: &str) -> Result<(Email, Option<String>), Invalid> {
    if let Ok(address) = Email::parse(written) {
        return Ok((address, None));
    }
    let header = format!("From: {}\n\n", cleaning::line(written));
    sender(&Headers::split(header.as_bytes())?.0)
}

/// Who wrote a mail. Of several authors the one who sent it speaks for them (RFC 5322, 3.6.2), else the first. Several headers
/// From are forbidden and mean that somebody shows one name to us and another to those who check it.
fn sender(headers: &Headers<'_>) -> Result<(Email, Option<String>), Invalid> {
    if headers.count("from") > 1 {
        return Err(Invalid::new("from", "stands there more than once"));
    }
    let parsed = |(name, address): (Option<String>, String)| Some((Email::parse(&address).ok()?, name));
    let mut authors = headers.addresses("from")?.into_iter().filter_map(parsed).collect::<Vec<_>>();
    let sent_by = headers.addresses("sender")?.into_iter().find_map(parsed);
    let spokesman = sent_by.and_then(|(sent_by, _)| authors.iter().position(|(a, _)| a.folded() == sent_by.folded()));
    if authors.is_empty() {
        return Err(Invalid::new("from", "names nobody with an e-mail address (name@host)"));
    }
    let (from, from_name) = authors.swap_remove(spokesman.unwrap_or(0));
    let from_name = from_name.as_deref().and_then(name).filter(|name| name != from.as_str());
    Ok((from, from_name))
}

fn name(written: &str) -> Option<String> {
    let name: String = cleaning::line(written).chars().take(MAIL_NAME_MAX_CHARACTERS).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn subject_of(written: &str) -> Result<String, Invalid> {
    let subject = cleaning::line(written);
    bounded("subject", &subject, MAIL_SUBJECT_MAX_CHARACTERS)?;
    Ok(subject)
}

/// What is new in a mail, and all that it says.
fn texts(readable: &[Readable], subject: &str) -> Result<(String, String), Invalid> {
    let pieces = readable.iter().map(|piece| match piece {
        Readable::Plain(text) => cleaning::lines(text),
        Readable::Html(page) => cleaning::lines(&html::plain(page)),
    });
    let pieces: Vec<String> = pieces.filter(|piece| !piece.trim().is_empty()).collect();
    let whole = pieces.join("\n");
    let full_text = cleaning::trimmed(&whole);
    bounded("text", &full_text, MAIL_FULL_TEXT_MAX_CHARACTERS)?;
    let text = if subject::is_forwarded(subject) { full_text.clone() } else { trimming::newest(&whole) };
    bounded("text", &text, MAIL_TEXT_MAX_CHARACTERS)?;
    Ok((text, full_text))
}

fn bounded(path: &str, text: &str, max: usize) -> Result<(), Invalid> {
    let length = text.chars().count();
    if length > max {
        return Err(Invalid::new(path, format!("has {length} characters; at most {max} are allowed")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
