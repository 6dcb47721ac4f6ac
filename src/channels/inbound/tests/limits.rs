//! What is too large is refused as a whole, with a path.

use super::super::{
    ENCODED_WORDS_MAX, HEADER_MAX_BYTES, HEADERS_MAX_BYTES, LEVELS_MAX, MAIL_MAX_BYTES, MailForm, PARTS_MAX, read,
    read_form,
};
use super::attached;
use crate::domain::address::Email;
use crate::domain::mail::{
    MAIL_ATTACHMENT_MAX_BYTES, MAIL_ATTACHMENTS_MAX, MAIL_FULL_TEXT_MAX_CHARACTERS, MAIL_SUBJECT_MAX_CHARACTERS,
    MAIL_TEXT_MAX_CHARACTERS,
};
use crate::domain::message::REFERENCES_MAX;

const FROM: &str = "From: zoe@x.example\r\n";

fn refused(mail: &str) -> String {
    read(mail.as_bytes()).unwrap_err().path
}

fn is_read(mail: &str) -> bool {
    read(mail.as_bytes()).is_ok()
}

#[test]
fn headers_are_bounded() {
    let padding = |length: usize| format!("{FROM}X-Padding: {}\r\n\r\nx", "x".repeat(length));
    assert!(is_read(&padding(HEADERS_MAX_BYTES - 100)));
    assert_eq!(refused(&padding(HEADERS_MAX_BYTES)), "headers");
    assert_eq!(refused(&format!("{FROM}{}", "a: b\r\n".repeat(HEADERS_MAX_BYTES / 6 + 1))), "headers");
    let references = |length: usize| format!("{FROM}References: {}\r\n\r\nx", "x".repeat(length));
    assert!(is_read(&references(HEADER_MAX_BYTES - 10)));
    assert_eq!(refused(&references(HEADER_MAX_BYTES)), "headers.references");
    let words = |count: usize| format!("{FROM}Subject: {}\r\n\r\nx", "=?a ".repeat(count));
    assert_eq!(refused(&words(ENCODED_WORDS_MAX + 1)), "headers.subject");
    let subject = |length: usize| format!("{FROM}Subject: {}\r\n\r\nx", "ä".repeat(length));
    assert!(is_read(&subject(MAIL_SUBJECT_MAX_CHARACTERS)));
    assert_eq!(refused(&subject(MAIL_SUBJECT_MAX_CHARACTERS + 1)), "subject");
}

#[test]
fn texts_are_bounded() {
    let text = |length: usize| format!("{FROM}\r\n{}", "ä".repeat(length));
    assert!(is_read(&text(MAIL_TEXT_MAX_CHARACTERS)));
    assert_eq!(refused(&text(MAIL_TEXT_MAX_CHARACTERS + 1)), "text");
    let quoting = |length: usize| format!("{FROM}\r\nNew\r\n> {}", "ä".repeat(length));
    assert!(is_read(&quoting(MAIL_FULL_TEXT_MAX_CHARACTERS - 6)));
    assert_eq!(refused(&quoting(MAIL_FULL_TEXT_MAX_CHARACTERS)), "text");
    assert_eq!(refused(&format!("{FROM}\r\n{}", "x".repeat(MAIL_MAX_BYTES))), "");
}

#[test]
fn parts_and_attachments_are_bounded() {
    let parts = |count: usize, part: &str| {
        format!(
            "{FROM}Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
            format!("--b\r\n{part}\r\n").repeat(count)
        )
    };
    assert!(is_read(&parts(PARTS_MAX - 1, "\r\nx")));
    assert_eq!(refused(&parts(PARTS_MAX, "\r\nx")), "parts");
    assert_eq!(refused(&parts(1_000_000, "\r\n")), "parts");
    let file = "Content-Type: image/png\r\n\r\nx";
    assert!(is_read(&parts(MAIL_ATTACHMENTS_MAX, file)));
    assert_eq!(refused(&parts(MAIL_ATTACHMENTS_MAX + 1, file)), "attachments");
    let large = |length: usize| format!("Content-Type: image/png\r\n\r\n{}", "x".repeat(length));
    assert!(is_read(&parts(2, &large(MAIL_ATTACHMENT_MAX_BYTES))));
    assert_eq!(refused(&parts(1, &large(MAIL_ATTACHMENT_MAX_BYTES + 1))), "attachments[0]");
    assert_eq!(refused(&parts(3, &large(MAIL_ATTACHMENT_MAX_BYTES * 4 / 5))), "attachments");
}

/// Both took mail-parser's own walk down: seconds and more for the first, the whole process for the second.
#[test]
fn parts_within_parts_are_bounded() {
    let mut deep = FROM.to_owned();
    for level in 0..LEVELS_MAX {
        deep += &format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n");
    }
    let ended = format!("{deep}\r\nHello");
    assert_eq!(read(ended.as_bytes()).unwrap().text, "Hello");
    let deeper = format!("{deep}Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nHello");
    assert_eq!(refused(&deeper), "parts");
    let never = "--b\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\nx\r\n".repeat(100_000);
    assert_eq!(refused(&format!("{FROM}Content-Type: multipart/mixed; boundary=b\r\n\r\n{never}")), "parts");
    let mails =
        format!("{FROM}Content-Type: message/rfc822\r\n\r\n{}", "Content-Type: message/rfc822\r\n\r\n".repeat(100_000));
    assert_eq!(attached(&read(mails.as_bytes()).unwrap()), [("attachment-1.eml", "message/rfc822", 3_200_000)]);
}

#[test]
fn references_keep_their_beginning_and_their_end() {
    let ids: Vec<String> = (0..60).map(|number| format!("<{number}@x.example>")).collect();
    let mail = read(format!("{FROM}References: {}\r\n\r\nx", ids.join("\r\n ")).as_bytes()).unwrap();
    assert_eq!(mail.references.len(), REFERENCES_MAX);
    assert_eq!(
        (mail.references[0].as_str(), mail.references[REFERENCES_MAX - 1].as_str()),
        ("0@x.example", "59@x.example")
    );
}

#[test]
fn a_form_is_bounded_too() {
    let from = || Email::parse("zoe@x.example").unwrap();
    let path = |form: MailForm| read_form(from(), form).unwrap_err().path;
    let long = |length: usize| "x".repeat(length);
    assert_eq!(path(MailForm { subject: long(MAIL_SUBJECT_MAX_CHARACTERS + 1), ..MailForm::default() }), "subject");
    assert_eq!(path(MailForm { text: Some(long(MAIL_TEXT_MAX_CHARACTERS + 1)), ..MailForm::default() }), "text");
    assert_eq!(path(MailForm { html: Some(long(MAIL_TEXT_MAX_CHARACTERS + 1)), ..MailForm::default() }), "text");
    assert_eq!(path(MailForm { references: vec![long(HEADER_MAX_BYTES + 1)], ..MailForm::default() }), "references");
}
