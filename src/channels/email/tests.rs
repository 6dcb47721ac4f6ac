//! What goes out, read by a mail parser that has nothing to do with the writer.

use mail_parser::{MessageParser, MimeHeaders};

use super::super::render::Templates;
use super::*;
use crate::domain::address::Email;
use crate::domain::ids::OrgId;
use crate::domain::message::{Draft, MessageKind, Method, Thread};

fn from() -> Mailbox {
    "Harbour & Finch <desk@example.com>".parse().unwrap()
}

fn message(draft: Draft) -> Message {
    Message::of(&OrgId::parse("demo").unwrap(), draft).unwrap()
}

fn mail(message: &Message) -> Vec<u8> {
    let letter = Templates::new().unwrap().letter(message).unwrap();
    compose(&from(), message, &letter).unwrap().formatted()
}

fn changed() -> Draft {
    Draft {
        invitation: Some(Invitation::sample(Method::Cancel, 4)),
        reply_to: Some(Email::parse("owner@example.com").unwrap()),
        thread: Thread { in_reply_to: Some("b@x".to_owned()), references: vec!["a@x".to_owned(), "b@x".to_owned()] },
        ..Draft::sample(MessageKind::ReservationCancelled, "zoe@example.com")
    }
}

#[test]
fn a_mail_says_who_to_whom_what_and_belongs_to_its_thread() {
    let message = message(changed());
    let raw = mail(&message);
    let read = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(read.message_id(), Some(format!("{}@example.com", message.id()).as_str()));
    let to = read.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Zoë <Ní> Bhraonáin"), Some("zoe@example.com")));
    let sender = read.from().unwrap().first().unwrap();
    assert_eq!((sender.name(), sender.address()), (Some("Harbour & Finch"), Some("desk@example.com")));
    assert_eq!(read.reply_to().unwrap().first().unwrap().address(), Some("owner@example.com"));
    assert_eq!(read.in_reply_to().as_text_list().unwrap().len(), 1);
    assert_eq!(read.references().as_text_list().unwrap().iter().map(|id| &**id).collect::<Vec<_>>(), ["a@x", "b@x"]);
    assert_eq!(read.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!(read.date().unwrap().to_timestamp(), message.created_at.timestamp());
    assert!(read.subject().unwrap().starts_with("Cancelled: Eye test"));
    assert!(read.body_text(0).unwrap().contains("Zoë <Ní> Bhraonáin"));
    assert!(read.body_html(0).unwrap().contains("Zoë &lt;Ní&gt; Bhraonáin"));
}

#[test]
fn what_an_agent_wrote_is_no_automatic_mail() {
    let is_automatic = |kind| {
        let raw = mail(&message(Draft::sample(kind, "zoe@example.com")));
        MessageParser::default().parse(&raw).unwrap().header_raw("Auto-Submitted").is_some()
    };
    assert!(!is_automatic(MessageKind::TicketReply));
    assert!(is_automatic(MessageKind::TicketReceived));
}

#[test]
fn the_calendar_entry_is_there_twice_with_its_method_in_file_and_content_type() {
    let message = message(changed());
    let raw = mail(&message);
    let read = MessageParser::default().parse(&raw).unwrap();
    let file = calendar_file::file(message.invitation.as_ref().unwrap(), "desk@example.com");
    let calendar = read
        .parts
        .iter()
        .find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")))
        .unwrap();
    let kind = calendar.content_type().unwrap();
    assert_eq!((kind.attribute("method"), kind.attribute("charset")), (Some("CANCEL"), Some("utf-8")));
    assert_eq!(calendar.text_contents(), Some(file.as_str()));
    let attached = read.parts.iter().find(|part| part.attachment_name() == Some("invite.ics")).unwrap();
    assert_eq!(attached.contents(), file.as_bytes());
}

#[test]
fn a_mail_is_the_same_each_time_and_has_short_ascii_lines() {
    let message = message(changed());
    assert_eq!(mail(&message), mail(&message));
    let raw = String::from_utf8(mail(&message)).unwrap();
    assert!(raw.is_ascii());
    assert!(raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains('\n')));
}

#[test]
fn a_name_cannot_add_a_header_or_a_recipient() {
    for name in ["a, b@evil.example", "x <evil@evil.example>", "\"; Bcc: evil@evil.example"] {
        let mut draft = changed();
        draft.recipient.name = name.to_owned();
        let raw = mail(&message(draft));
        let read = MessageParser::default().parse(&raw).unwrap();
        let to: Vec<_> = read.to().unwrap().iter().map(|to| (to.name(), to.address())).collect();
        assert_eq!(to, [(Some(name), Some("zoe@example.com"))]);
        assert!(read.bcc().is_none());
    }
}
