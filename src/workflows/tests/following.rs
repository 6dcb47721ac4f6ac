//! Who follows a ticket is told what its customer is told, by way of their own.

use crate::domain::desk::tests::{House, delete, email, merge, move_to, reply};
use crate::domain::desk::{Act, Event};
use crate::domain::ids::OrgId;
use crate::domain::message::{Address, Context, Message, MessageKind, TicketContext};
use crate::domain::ticket_status::TicketStatus;
use crate::workflows::notification::{Letterhead, of_desk};

fn letterhead() -> Letterhead {
    Letterhead {
        org: OrgId::parse("demo").unwrap(),
        business: "Harbour & Finch".to_owned(),
        base_url: "https://desk.example".to_owned(),
        webhook: None,
        mail_domain: Some("desk.example".to_owned()),
    }
}

/// The mails that an act causes.
fn mails(house: &mut House, act: Act) -> Vec<Message> {
    let before = house.log.len();
    house.act(act);
    told(&house.log[before..])
}

fn told(events: &[Event]) -> Vec<Message> {
    events.iter().flat_map(|event| of_desk(&letterhead(), event)).collect()
}

fn context(message: &Message) -> &TicketContext {
    match &message.context {
        Context::Ticket(context) => context,
        other => panic!("{other:?}"),
    }
}

/// A house in which the ticket of `a` went into that of `b`.
fn merged() -> House {
    let mut house = House::empty();
    ["a", "b"].iter().for_each(|name| house.create(name, |_| {}));
    assert!(mails(&mut house, merge("a", "b")).is_empty());
    house
}

#[test]
fn an_answer_goes_to_both_each_in_a_conversation_of_their_own() {
    let mut house = merged();
    let mails = mails(&mut house, reply("b", "m1", Some(TicketStatus::Resolved)));
    let of = |name: &str| mails.iter().find(|mail| mail.recipient.address == Address::Email(email(name))).unwrap();
    assert_eq!(mails.len(), 2);
    assert_ne!(of("a").id(), of("b").id());
    for (name, number) in [("a", "T-000001"), ("b", "T-000002")] {
        let (mail, context) = (of(name), context(of(name)));
        assert_eq!(mail.kind, MessageKind::TicketReply);
        assert_eq!((mail.recipient.name.as_str(), context.customer_name.as_str()), (name, name));
        assert_eq!((context.number.as_str(), context.subject.clone()), (number, format!("About {name}")));
        assert_eq!(context.ticket_url, format!("https://desk.example/t/{name}?org=demo&token=token-{name}"));
        assert_eq!(context.body.as_deref(), Some("Says m1."));
        assert!(mail.thread.references[0].contains(name), "{:?}", mail.thread);
        assert_eq!(mail.cause.id, "b/3");
    }
    assert!(context(of("b")).is_resolved && !context(of("a")).is_resolved, "the customer alone is asked to rate");
    let again = told(&house.log[house.log.len() - 1..]);
    assert_eq!(again, mails, "a repeat is the very same mails");
}

#[test]
fn both_are_told_that_it_is_done_and_nobody_of_what_is_deleted() {
    let mut house = merged();
    let resolved = mails(&mut house, move_to("b", TicketStatus::Resolved));
    let kinds: Vec<_> = resolved.iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, [MessageKind::TicketResolved, MessageKind::TicketResolved]);
    assert!(mails(&mut house, delete("b")).is_empty());
}
