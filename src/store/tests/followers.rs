//! Who follows a ticket, and what they wrote, comes back as it was.

use super::*;
use crate::domain::desk::tests::{House as Desk, bearer, customer_reply, merge};
use crate::domain::desk::{Author, Change as Happening, Event, TicketKey, TicketMessage, fact_of};
use crate::store::read::ConversationPart;

/// What the owner of a desk would send of an event.
fn change_of(desk: &Desk, event: &Event) -> Change {
    let Event::TicketChanged { change: happening, ticket, at, .. } = event else { panic!("{event:?}") };
    let (kind, data) = fact_of(&desk.state, event);
    let fact = EventImage {
        at: *at,
        kind,
        point: None,
        entry: None,
        contact: None,
        ticket: Some(ticket.id.clone()),
        by: None,
        data,
    };
    let mut change = Change { events: vec![fact], ..Change::default() };
    let is_new = matches!(&**happening, Happening::Opened { .. });
    let image = TicketImage {
        ticket: Arc::clone(ticket),
        description: is_new.then(|| Arc::from("It does not work.")),
        reworded: false,
        due_at: None,
        breached: false,
    };
    change.tickets.push((image, if is_new { Existence::New } else { Existence::Known }));
    if let Happening::Replied { message, .. } | Happening::CustomerWrote { message, .. } = &**happening {
        let message = TicketMessage::clone(message);
        change.ticket_messages.push(TicketMessageImage { message, ticket_version: ticket.version });
    }
    change
}

#[tokio::test]
async fn followers_come_back_and_read_what_was_said_since() {
    let mut desk = Desk::empty();
    ["a", "b"].iter().for_each(|name| desk.create(name, |_| {}));
    desk.write_as_customer("b", "before");
    desk.act(merge("a", "b"));
    // At the very same moment.
    desk.reply("b", "since");
    desk.ask(bearer("a"), customer_reply("a", "hers", None)).unwrap();
    desk.wait(1);
    desk.write_as_customer("b", "later");
    let house = House::open().await;
    for event in &desk.log {
        house.send("event", 1, change_of(&desk, event));
    }
    house.heard.wait_for(desk.log.len()).await;

    let [a, b] = ["a", "b"].map(|name| desk.ticket(name));
    let reader = &house.store.reader;
    for ticket in [a, b] {
        let stored = reader.ticket(&org(), &TicketKey::Number(ticket.number)).await.unwrap().unwrap();
        assert_eq!(stored.ticket, *ticket);
    }
    assert_eq!(b.followers.count(), 1);
    let parts = [
        ConversationPart { ticket: a.id.clone(), since: None },
        ConversationPart { ticket: b.id.clone(), since: a.merged_at().map(|at| (a.id.clone(), at)) },
    ];
    let (said, total) = reader.conversation(&org(), &parts, None, 10).await.unwrap();
    let ids: Vec<_> = said.iter().map(|message| message.id.as_str()).collect();
    assert_eq!((ids.as_slice(), total), (["since", "hers", "later"].as_slice(), 3), "in the order in which it came");
    let hers = said.iter().find(|message| message.id.as_str() == "hers").unwrap();
    assert_eq!(hers.author, Author::Follower { contact: a.requester.contact_id.clone() });
    let (rest, _) = reader.conversation(&org(), &parts, Some(&(said[0].at, said[0].id.clone())), 10).await.unwrap();
    assert_eq!(rest, said[1..]);

    let House { options, store, .. } = house;
    store.stop().await;
    let loaded = claim(options, Uuid::from_u128(8), false, &Handle::current()).await.unwrap().loaded;
    let tickets = loaded.desks[0].1.tickets().map(|ticket| (**ticket).clone()).collect::<Vec<_>>();
    assert_eq!(tickets, [a.clone(), b.clone()]);
}
