//! Mails as programs write them, what they say, and what is refused of them.

mod corpus;
mod fuzz;
mod guards;
mod limits;
mod programs;
mod shapes;

use super::{InboundMail, read};

/// Reads a mail whose lines end with line feeds alone in the test.
fn mail(written: &str) -> InboundMail {
    read(written.replace('\n', "\r\n").as_bytes()).unwrap_or_else(|invalid| panic!("{invalid}\n{written}"))
}

/// A mail with these headers beside its sender, and a short text.
fn mail_with(headers: &str) -> InboundMail {
    mail(&format!("From: Zoe <zoe@x.example>\n{headers}\n\nMy lamp flickers.\n"))
}

/// Names, types and sizes of what came with a mail.
fn attached(mail: &InboundMail) -> Vec<(&str, &str, usize)> {
    mail.attachments.iter().map(|file| (file.name.as_str(), file.content_type.as_str(), file.bytes.len())).collect()
}
