//! Mails, handed to the operator's mail server. A mail is made of its message alone, so that a repeat after a crash is the
//! same mail, with the same Message-ID.

use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::ChannelError;
use super::calendar_file;
use super::render::Letter;
use crate::config::{Encryption, SmtpServer};
use crate::domain::ids::MessageId;
use crate::domain::message::{Attempted, Invitation, Message};

/// Most connections to the mail server.
const CONNECTIONS_MAX: u32 = 4;
/// Codes that say that the server does not know us (RFC 4954): the settings are wrong, not the mail.
const NOT_LET_IN: [u16; 4] = [530, 534, 535, 538];
/// Tells programs that nobody typed this (RFC 3834): no holiday note comes back.
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// Hands mails to the mail server.
pub(super) struct Mailer {
    builder: AsyncSmtpTransportBuilder,
    /// The connections in use, with their pool.
    transport: ArcSwap<AsyncSmtpTransport<Tokio1Executor>>,
    from: Mailbox,
    timeout: Duration,
}

impl Mailer {
    /// A mailer that connects on first use.
    pub(super) fn open(server: &SmtpServer, ca: Option<&Path>, from: Mailbox) -> Result<Self, ChannelError> {
        let tls = match server.encryption {
            Encryption::None => Tls::None,
            Encryption::AfterAsking => Tls::Required(tls(&server.host, ca)?),
            Encryption::FromTheStart => Tls::Wrapper(tls(&server.host, ca)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(server.timeout))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .pool_config(smtp::PoolConfig::new().max_size(CONNECTIONS_MAX));
        if let Some(login) = &server.login {
            builder = builder.credentials(Credentials::new(login.user.clone(), login.password.reveal().to_owned()));
        }
        let transport = ArcSwap::from_pointee(builder.clone().build());
        Ok(Self { builder, transport, from, timeout: server.timeout })
    }

    /// Tries to hand a mail over.
    pub(super) async fn send(&self, message: &Message, letter: &Letter) -> Attempted {
        let mail = match compose(&self.from, message, letter) {
            Ok(mail) => mail,
            Err(reason) => return Attempted::Refused(reason),
        };
        let transport = self.transport.load_full();
        // The transport's own limit is that of connecting only.
        match tokio::time::timeout(self.timeout, transport.send(mail)).await {
            Ok(Ok(_)) => Attempted::Accepted,
            Ok(Err(error)) => judge(&error),
            Err(_) => {
                self.leave(&transport);
                Attempted::Failed("the mail server did not answer in time".to_owned())
            }
        }
    }

    /// Begins a new pool of connections: one that was left in the middle of a mail goes back to its pool, and whoever got
    /// it next would take late answers for the answers to their own mail.
    fn leave(&self, transport: &Arc<AsyncSmtpTransport<Tokio1Executor>>) {
        self.transport.compare_and_swap(transport, Arc::new(self.builder.clone().build()));
    }
}

fn tls(host: &str, ca: Option<&Path>) -> Result<TlsParameters, ChannelError> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(file) = ca {
        let unusable = |reason: String| ChannelError::Certificates { file: file.to_owned(), reason };
        let pem = std::fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
        let certificates = certificates(&pem).map_err(|error| unusable(error.to_string()))?;
        if certificates.is_empty() {
            return Err(unusable("it holds none".to_owned()));
        }
        parameters = certificates.into_iter().fold(parameters, |all, one| all.add_root_certificate(one));
    }
    parameters.build().map_err(ChannelError::Tls)
}

/// The certificates of a PEM file, one after the other.
fn certificates(pem: &str) -> Result<Vec<Certificate>, smtp::Error> {
    const END: &str = "-----END CERTIFICATE-----";
    pem.split_inclusive(END).filter(|one| one.ends_with(END)).map(|one| Certificate::from_pem(one.as_bytes())).collect()
}

/// The id between the angle brackets of a mail's Message-ID.
pub(super) fn mail_id(id: &MessageId, from: &Mailbox) -> String {
    format!("{id}@{}", from.email.domain())
}

/// A mail as it goes out.
pub(super) fn compose(from: &Mailbox, message: &Message, letter: &Letter) -> Result<lettre::Message, String> {
    let told = &message.recipient;
    let address: Address = told.address.as_str().parse().map_err(|error| format!("the address is none: {error}"))?;
    let name = Some(told.name.clone()).filter(|name| !name.is_empty());
    let mut head = lettre::Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(letter.subject.clone())
        .date(message.created_at.into())
        .message_id(Some(in_brackets(&mail_id(message.id(), from))));
    if !message.kind.is_written_by_a_person() {
        head = head.raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()));
    }
    if let Some(reply_to) = &message.reply_to {
        let address = reply_to.as_str().parse().map_err(|error| format!("the address for answers is none: {error}"))?;
        head = head.reply_to(Mailbox::new(None, address));
    }
    with_thread(head, message).multipart(body(from, message, letter)?).map_err(|error| error.to_string())
}

fn with_thread(mut head: MessageBuilder, message: &Message) -> MessageBuilder {
    if let Some(answered) = &message.thread.in_reply_to {
        head = head.in_reply_to(in_brackets(answered));
    }
    if !message.thread.references.is_empty() {
        let before: Vec<String> = message.thread.references.iter().map(|mail| in_brackets(mail)).collect();
        head = head.references(before.join(" "));
    }
    head
}

fn in_brackets(mail: &str) -> String {
    format!("<{mail}>")
}

fn body(from: &Mailbox, message: &Message, letter: &Letter) -> Result<MultiPart, String> {
    // The id within the boundaries keeps a mail the same, byte by byte, each time that it is made.
    let boundary = |part: &str| format!("{part}-{}", message.id());
    let readable = MultiPart::alternative()
        .boundary(boundary("readable"))
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::html(letter.html.clone()));
    let Some(invitation) = &message.invitation else { return Ok(readable) };
    let file = calendar_file::file(invitation, from.email.as_ref());
    let readable = readable.singlepart(calendar_part(invitation, &file)?);
    // Some programs look for the entry among the alternatives, others for a file.
    let kind = ContentType::parse("application/ics").map_err(|error| error.to_string())?;
    let attached = Attachment::new("invite.ics".to_owned()).body(file, kind);
    Ok(MultiPart::mixed().boundary(boundary("mixed")).multipart(readable).singlepart(attached))
}

fn calendar_part(invitation: &Invitation, file: &str) -> Result<SinglePart, String> {
    let method = calendar_file::method(invitation);
    let kind = format!("text/calendar; charset=utf-8; method={method}");
    let kind = ContentType::parse(&kind).map_err(|error| error.to_string())?;
    // Base64 keeps the file's own line ends.
    Ok(SinglePart::builder().header(kind).header(ContentTransferEncoding::Base64).body(file.to_owned()))
}

/// Only the server's own word that it will never take this mail ends it; whatever else went wrong may go right later.
fn judge(error: &smtp::Error) -> Attempted {
    let mut reason = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        reason = format!("{reason}: {deeper}");
        cause = deeper.source();
    }
    let is_about_us = error.status().is_some_and(|code| NOT_LET_IN.contains(&code.into()));
    if error.is_permanent() && !is_about_us { Attempted::Refused(reason) } else { Attempted::Failed(reason) }
}

#[cfg(test)]
mod tests;
