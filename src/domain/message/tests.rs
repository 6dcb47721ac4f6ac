//! Which drafts become messages, and which messages are the same one.

use super::*;
use crate::domain::address::Phone;

fn org() -> OrgId {
    OrgId::parse("demo").unwrap()
}

fn draft() -> Draft {
    Draft::sample(MessageKind::ReservationConfirmed, "zoe@example.com")
}

#[test]
fn the_same_cause_kind_and_recipient_are_the_same_message() {
    let id = |org: &OrgId, draft: Draft| Message::of(org, draft).unwrap().id().clone();
    let first = id(&org(), draft());
    let folded = Draft::sample(MessageKind::ReservationConfirmed, "ZOE@example.COM");
    assert_eq!(first, id(&org(), Draft { useful_until: draft().useful_until, is_urgent: false, ..folded }));
    let other_version = Cause { kind: "reservation".to_owned(), id: "res-1/2".to_owned() };
    for other in [
        Draft { cause: other_version, ..draft() },
        Draft::sample(MessageKind::ReservationChanged, "zoe@example.com"),
        Draft::sample(MessageKind::ReservationConfirmed, "mia@example.com"),
    ] {
        assert_ne!(first, id(&org(), other));
    }
    assert_ne!(first, id(&OrgId::parse("other").unwrap(), draft()));
    // Mails that are out already bear this very id.
    assert_eq!(first.as_str(), "848b7a9b-10cc-5993-9604-dc4848eeb092");
}

#[test]
fn what_does_not_fit_together_is_refused_by_its_field() {
    let queue = Context::sample(MessageKind::QueueNext);
    let phone = Recipient { address: Address::Sms(Phone::parse("+49 30 1234567").unwrap()), ..draft().recipient };
    let thread = |mail: &str| Thread { in_reply_to: Some(mail.to_owned()), references: Vec::new() };
    let long = Recipient { name: "x".repeat(RECIPIENT_NAME_MAX_CHARACTERS + 1), ..draft().recipient };
    let broken = Recipient { name: "Zoë\r\nBcc: all@example.com".to_owned(), ..draft().recipient };
    let references = vec!["a@b".to_owned(); REFERENCES_MAX + 1];
    for (path, bad) in [
        ("context", Draft { context: queue, ..draft() }),
        ("invitation", Draft { recipient: phone, invitation: Some(Invitation::sample(Method::Request, 0)), ..draft() }),
        ("usefulUntil", Draft { useful_until: draft().due_at - chrono::TimeDelta::seconds(1), ..draft() }),
        ("recipient.name", Draft { recipient: long, ..draft() }),
        ("recipient.name", Draft { recipient: broken, ..draft() }),
        ("cause.id", Draft { cause: Cause { kind: "reservation".to_owned(), id: String::new() }, ..draft() }),
        ("references", Draft { thread: thread("a@b>\r\nBcc: c@d"), ..draft() }),
        ("references", Draft { thread: Thread { in_reply_to: None, references }, ..draft() }),
    ] {
        assert_eq!(Message::of(&org(), bad).unwrap_err().path, path);
    }
    let fits = Recipient { name: "x".repeat(RECIPIENT_NAME_MAX_CHARACTERS), ..draft().recipient };
    assert!(Message::of(&org(), Draft { recipient: fits, ..draft() }).is_ok());
    assert!(Message::of(&org(), Draft { thread: thread("a@b"), useful_until: draft().due_at, ..draft() }).is_ok());
}

#[test]
fn addresses_and_languages_are_held_to_their_shape() {
    for good in ["https://hooks.example/in?x=1", "http://127.0.0.1:9/"] {
        assert!(HookUrl::parse(good).is_ok(), "{good}");
    }
    for bad in ["", "ftp://a/", "https://", "https://u:p@host/", "https://a b/", "//host/"] {
        assert!(HookUrl::parse(bad).is_err(), "{bad}");
    }
    assert!(Recipient::parse_locale("pt-BR").is_ok() && Recipient::parse_locale("de").is_ok());
    for bad in ["", "-", "de_AT", "deutschland", &"a-".repeat(20)] {
        assert!(Recipient::parse_locale(bad).is_err(), "{bad}");
    }
}

#[test]
fn every_word_is_read_back_and_every_context_too() {
    for kind in MessageKind::ALL {
        assert_eq!(MessageKind::parse(kind.word()), Ok(kind));
        let context = Context::sample(kind);
        assert!(kind.is_filled_by(&context));
        assert_eq!(Context::read(kind, serde_json::to_value(&context).unwrap()).unwrap(), context);
    }
    for channel in Channel::ALL {
        assert_eq!(Channel::parse(channel.word()), Ok(channel));
    }
    for state in DeliveryState::ALL {
        assert_eq!(DeliveryState::parse(state.word()), Ok(state));
    }
}

/// What the calendar and the queues may hold at most, and what they would hold by a mistake.
#[test]
fn a_notice_is_always_a_message() {
    let phone = Address::Sms(Phone::parse("+49 30 1234567").unwrap());
    let rule = format!("reminder/cron:{}:60:webhook/1778580000", "1,".repeat(50));
    for (name, happening) in
        [("Zoë".to_owned(), "1"), ("x".repeat(900), rule.as_str()), ("Zoë\r\nBcc: a@b".to_owned(), "")]
    {
        let notice = Notice {
            at: draft().due_at,
            topic: Topic::Reservation(ReservationNews::Reminder, Box::new(ReservationContext::sample())),
            recipient: Recipient { address: phone.clone(), name, ..draft().recipient },
            template_id: None,
            invitation: Some(Invitation::sample(Method::Request, 0)),
            cause: Cause::of("reservation", &"r".repeat(64), happening),
            thread: Thread::default(),
            is_urgent: false,
            useful_until: draft().due_at - chrono::TimeDelta::hours(1),
        };
        let message = Message::of_notice(&org(), notice);
        assert_eq!(Message::of(&org(), Draft::clone(&message)), Ok(message));
    }
    let long = |happening: &str| Cause::of("reservation", "r", &format!("{happening}{}", "x".repeat(300)));
    assert_ne!(long("one"), long("other"));
    assert_eq!(Cause::of("reservation", "res-1", "1"), draft().cause);
}
