//! What a mail from outside says, once it has been read: who wrote it, what is new in it, which mails it answers, and why
//! nobody should answer it. How it was packed is known to the channel alone.

use uuid::Uuid;

use super::address::Email;
use super::ids::{MessageId, TicketId};

/// What the root of a ticket's conversation begins with.
const THREAD_ROOT: &str = "ticket.";
/// Longest subject of a mail, in characters.
pub const MAIL_SUBJECT_MAX_CHARACTERS: usize = 300;
/// Longest new part of a mail, in characters.
pub const MAIL_TEXT_MAX_CHARACTERS: usize = 50_000;
/// Longest text of a mail with everything that it quotes, in characters.
pub const MAIL_FULL_TEXT_MAX_CHARACTERS: usize = 200_000;
/// Longest name of a sender, in characters; what is longer is cut.
pub const MAIL_NAME_MAX_CHARACTERS: usize = 200;
/// Most attachments of a mail.
pub const MAIL_ATTACHMENTS_MAX: usize = 10;
/// Largest attachment of a mail, in bytes.
pub const MAIL_ATTACHMENT_MAX_BYTES: usize = 5 * 1024 * 1024;
/// Largest sum of the attachments of a mail, in bytes.
pub const MAIL_ATTACHMENTS_MAX_BYTES: usize = 10 * 1024 * 1024;
/// Longest name of an attachment, in characters; what is longer is cut, its ending stays.
pub const MAIL_ATTACHMENT_NAME_MAX_CHARACTERS: usize = 200;

/// A mail from outside. No text in it holds a control character but line feeds and tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMail {
    /// Who says that they wrote it.
    pub from: Email,
    /// What they call themselves.
    pub from_name: Option<String>,
    /// The subject, on one line; may be empty.
    pub subject: String,
    /// What is new in it, without quoted text and signature; all of it where nothing else would be left. May be empty.
    pub text: String,
    /// All that it says, with quotes and signature.
    pub full_text: String,
    /// Its Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// The mail that it answers.
    pub in_reply_to: Option<String>,
    /// The mails before it, the oldest first.
    pub references: Vec<String>,
    /// What came with it.
    pub attachments: Vec<MailAttachment>,
    /// Why it was not written by a person, if it was not.
    pub automatic: Option<Automatic>,
    /// Whether it asks for no automatic answer, as a person's mail may, too.
    pub wants_no_receipt: bool,
}

impl InboundMail {
    /// Why this mail must neither open a ticket nor be answered: nobody wrote it, or we did. `own` is the address that our
    /// mails come from; empty: there are none.
    #[must_use]
    pub fn refusal(&self, own: &str) -> Option<Automatic> {
        let bears_our_id = |id: &str| own_message(id, host_of(own)).is_some();
        let is_ours = self.from.folded() == own.to_lowercase() || self.message_id.as_deref().is_some_and(bears_our_id);
        if is_ours { Some(Automatic::OwnMail) } else { self.automatic }
    }

    /// The mails that it belongs to, the nearest first, each once.
    #[must_use]
    pub fn answered(&self) -> Vec<&str> {
        let mut answered: Vec<&str> = Vec::new();
        for mail in self.in_reply_to.iter().chain(self.references.iter().rev()) {
            if !answered.contains(&mail.as_str()) {
                answered.push(mail);
            }
        }
        answered
    }
}

/// A file that came with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAttachment {
    /// Its name, without any folder; made up where it has none.
    pub name: String,
    /// Its media type, in lower case, without parameters.
    pub content_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a mail was not written by a person for us to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Automatic {
    /// It is one of ours, come back.
    OwnMail,
    /// It says so (RFC 3834).
    AutoSubmitted,
    /// It says that it was sent in bulk, to a list, or by an autoresponder.
    Precedence,
    /// It bears the mark of an autoresponder.
    Autoresponder,
    /// It came through a mailing list or can be unsubscribed from.
    MailingList,
    /// It has no return path, so that nobody answers it (RFC 5321).
    EmptyReturnPath,
    /// It reports on the fate of another mail.
    DeliveryReport,
    /// It tells whether somebody comes to an appointment.
    CalendarReply,
    /// It comes from an address that no person reads.
    Sender,
    /// Its subject is one that programs write.
    Subject,
}

impl Automatic {
    /// All reasons.
    pub const ALL: [Self; 10] = [
        Self::OwnMail,
        Self::AutoSubmitted,
        Self::Precedence,
        Self::Autoresponder,
        Self::MailingList,
        Self::EmptyReturnPath,
        Self::DeliveryReport,
        Self::CalendarReply,
        Self::Sender,
        Self::Subject,
    ];

    /// The word of answers and logs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OwnMail => "own_mail",
            Self::AutoSubmitted => "auto_submitted",
            Self::Precedence => "precedence",
            Self::Autoresponder => "autoresponder",
            Self::MailingList => "mailing_list",
            Self::EmptyReturnPath => "empty_return_path",
            Self::DeliveryReport => "delivery_report",
            Self::CalendarReply => "calendar_reply",
            Self::Sender => "sender",
            Self::Subject => "subject",
        }
    }
}

/// The message of ours that went out under this Message-ID, if it is one of ours: a UUID at the host that our mails come
/// from. People at the same host write under ids of another shape.
#[must_use]
pub fn own_message(mail_id: &str, mail_domain: &str) -> Option<MessageId> {
    let (local, host) = mail_id.rsplit_once('@')?;
    let uuid = Uuid::parse_str(local).ok().filter(|_| host.eq_ignore_ascii_case(mail_domain))?;
    let id = MessageId::from_uuid(uuid);
    (id.as_str().eq_ignore_ascii_case(local)).then_some(id)
}

/// The host of an address; empty where there is none.
#[must_use]
pub fn host_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, host)| host)
}

/// What all mails of a ticket refer to: an id that no mail ever had, so that mail programs show them as one conversation.
#[must_use]
pub fn thread_root(ticket: &TicketId, mail_domain: &str) -> String {
    format!("{THREAD_ROOT}{ticket}@{mail_domain}")
}

/// The ticket whose conversation a mail id is the root of, if it is one.
#[must_use]
pub fn ticket_of_root(mail_id: &str, mail_domain: &str) -> Option<TicketId> {
    let (local, host) = mail_id.rsplit_once('@')?;
    let ticket = local.strip_prefix(THREAD_ROOT).filter(|_| host.eq_ignore_ascii_case(mail_domain))?;
    TicketId::parse(ticket).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_leads_back_to_its_ticket() {
        let ticket = TicketId::parse("printer-7").unwrap();
        let root = thread_root(&ticket, "desk.example");
        assert_eq!(ticket_of_root(&root, "DESK.example"), Some(ticket));
        for other in ["ticket.printer-7@other.example", "printer-7@desk.example", "ticket.a b@desk.example", "ticket."]
        {
            assert_eq!(ticket_of_root(other, "desk.example"), None, "{other}");
        }
    }

    #[test]
    fn only_our_own_message_ids_are_ours() {
        let uuid = "018f5a3e-7c1b-5d2a-9b7e-3f0a1c2d4e5f";
        let ours = |id: &str| own_message(id, "desk.example").map(|id| id.to_string());
        assert_eq!(ours(&format!("{uuid}@desk.example")).as_deref(), Some(uuid));
        assert_eq!(ours(&format!("{}@DESK.example", uuid.to_uppercase())).as_deref(), Some(uuid));
        for other in [
            format!("{uuid}@evil.example"),
            format!("{uuid}@x.desk.example"),
            "CAF=abc@desk.example".to_owned(),
            uuid.replace('-', "") + "@desk.example",
            uuid.to_owned(),
        ] {
            assert_eq!(ours(&other), None, "{other}");
        }
    }

    #[test]
    fn words_are_distinct() {
        let words: std::collections::BTreeSet<_> = Automatic::ALL.into_iter().map(Automatic::word).collect();
        assert_eq!(words.len(), Automatic::ALL.len());
    }
}
