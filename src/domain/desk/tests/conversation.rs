//! Agents and customers write to each other.

use super::*;

#[test]
fn a_reply_meets_the_first_response_and_the_next() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.wait(10);
    let answer = house.reply("a", "m1");
    let Answer::Said { message, created: false, .. } = answer else { panic!("{answer:?}") };
    assert_eq!(message.author, Author::Agent { subject: "ann".to_owned() });
    let clock = house.clock("a", Metric::FirstResponse).unwrap();
    assert_eq!((clock.state, clock.met_at), (ClockState::Met, Some(at("2026-05-11T08:10:00Z"))));
    house.wait(10);
    house.write_as_customer("a", "m2");
    house.wait(5);
    house.write_as_customer("a", "m3");
    let clock = house.clock("a", Metric::NextResponse).unwrap();
    assert_eq!((clock.cycle, clock.due_at), (1, Some(at("2026-05-11T10:20:00Z"))));
    house.reply("a", "m4");
    assert_eq!(house.clock_state("a", Metric::NextResponse), Some(ClockState::Met));
    house.write_as_customer("a", "m5");
    assert_eq!(house.clock("a", Metric::NextResponse).unwrap().cycle, 2);
    assert_eq!(house.ticket("a").status, TicketStatus::Open);
}

#[test]
fn a_reply_may_move_the_ticket() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.act(reply("a", "m1", Some(TicketStatus::Pending)));
    assert_eq!((house.ticket("a").status, house.ticket("a").version), (TicketStatus::Pending, 2));
    assert!(matches!(house.last_change(), Change::Replied { status_before: Some(TicketStatus::Open), .. }));
    house.act(reply("a", "m2", Some(TicketStatus::Pending)));
    assert!(matches!(house.last_change(), Change::Replied { status_before: None, .. }));
    house.act(reply("a", "m3", Some(TicketStatus::Resolved)));
    assert_eq!(house.clock_state("a", Metric::Resolution), Some(ClockState::Met));
    assert_eq!(house.refused(agent(), reply("a", "m4", Some(TicketStatus::InProgress))), "illegal_move");
    house.reply("a", "m5");
    assert_eq!(house.ticket("a").status, TicketStatus::Resolved);
    house.set_status("a", TicketStatus::Closed);
    assert_eq!(house.refused(agent(), reply("a", "m6", None)), "wrong_state");
}

#[test]
fn a_customers_message_opens_again_what_waits_or_is_resolved() {
    for (status, after) in [
        (TicketStatus::Open, TicketStatus::Open),
        (TicketStatus::InProgress, TicketStatus::InProgress),
        (TicketStatus::Pending, TicketStatus::Open),
        (TicketStatus::Resolved, TicketStatus::Open),
    ] {
        let mut house = House::with(|_| {});
        house.create("a", |_| {});
        house.reply("a", "m1");
        if status != TicketStatus::Open {
            house.set_status("a", status);
        }
        house.wait(30);
        house.write_as_customer("a", "m2");
        assert_eq!(house.ticket("a").status, after, "{status:?}");
        assert_eq!(house.clock("a", Metric::NextResponse).unwrap().started_at, house.now, "{status:?}");
        let Change::CustomerWrote { status_before, .. } = house.last_change() else { panic!() };
        assert_eq!(*status_before, (status != after).then_some(status));
    }
}

#[test]
fn a_message_after_the_end_opens_a_ticket_that_follows() {
    let mut house = House::with(|_| {});
    house.create("a", |draft| {
        draft.assignee_id = Some("ann".to_owned());
        draft.tags = vec!["vip".to_owned()];
    });
    house.walk("a", &[TicketStatus::Resolved, TicketStatus::Closed]);
    let before = house.ticket("a").clone();
    assert_eq!(house.refused(bearer("a"), customer_reply("a", "m1", None)), "wrong_state");
    let answer = house.ask(bearer("a"), customer_reply("a", "m1", Some("b"))).unwrap();
    let Answer::Said { ticket, created: true, message } = answer else { panic!("{answer:?}") };
    assert_eq!((ticket.number.to_string().as_str(), ticket.follows.as_ref()), ("T-000002", Some(&id("a"))));
    assert_eq!((&*ticket.subject, ticket.assignee_id.as_deref()), ("About a", Some("ann")));
    assert_eq!((&*ticket.tags, &*ticket.token), (["vip".to_owned()].as_slice(), "token-b"));
    assert_eq!((message.ticket.clone(), message.body.as_str()), (id("b"), "Says m1."));
    assert_eq!(*house.ticket("a"), before);
}

#[test]
fn only_the_customer_of_a_ticket_writes_in_it() {
    let mut house = House::empty();
    house.create("a", |_| {});
    for by in [Party::Public, bearer("b")] {
        assert_eq!(house.refused(by, customer_reply("a", "m1", None)), "ticket_not_found");
    }
    for by in [Party::Public, bearer("a"), signed_in()] {
        assert_eq!(house.refused(by, reply("a", "m1", None)), "staff_only");
    }
    house.ask(signed_in(), customer_reply("a", "m1", None)).unwrap();
}

#[test]
fn mails_thread_by_the_same_rules() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.set_status("a", TicketStatus::Resolved);
    let from_a = || {
        let mut act = mail("b", Some("a"));
        let Act::Receive(received) = &mut act else { panic!("{act:?}") };
        received.draft.requester = requester("a");
        act
    };
    let answer = house.ask(Party::Public, from_a()).unwrap();
    assert!(matches!(answer, Answer::Said { created: false, .. }));
    let ticket = house.ticket("a");
    assert_eq!((ticket.status, ticket.last_mail_id.as_deref()), (TicketStatus::Open, Some("b@mail")));
    assert!(house.state.ticket(&key("b")).is_none());
    assert_eq!(house.refused(Party::Public, from_a()), "already_exists");
    house.walk("a", &[TicketStatus::Resolved, TicketStatus::Closed]);
    house.ask(Party::Public, mail("c", Some("a"))).unwrap();
    assert_eq!(house.ticket("c").follows, Some(id("a")));
    assert_eq!(&*house.ticket("c").subject, "About c");
    house.ask(Party::Public, mail("d", Some("nowhere"))).unwrap();
    assert_eq!(house.ticket("d").follows, None);
    house.act(delete("d"));
    house.ask(Party::Public, mail("e", Some("d"))).unwrap();
    assert_eq!(house.ticket("e").number, TicketNumber::new(4));
    let Act::Receive(mut empty) = mail("f", None) else { panic!() };
    empty.draft.mail = None;
    assert_eq!(house.refused(Party::Public, Act::Receive(empty)), "mail");
}

#[test]
fn a_message_follows_where_its_ticket_went() {
    let mut house = House::with(|_| {});
    ["a", "b", "c"].iter().for_each(|name| house.create(name, |_| {}));
    house.act(merge("a", "b"));
    house.act(merge("b", "c"));
    let answer = house.write_as_customer("a", "m1");
    let Answer::Said { ticket, message, .. } = answer else { panic!() };
    assert_eq!((ticket.id.clone(), message.ticket.clone()), (id("c"), id("c")));
    assert_eq!(house.refused(agent(), reply("a", "m2", None)), "merged");
    house.walk("c", &[TicketStatus::Resolved, TicketStatus::Closed]);
    house.ask(bearer("b"), customer_reply("b", "m3", Some("d"))).unwrap();
    assert_eq!(house.ticket("d").follows, Some(id("c")));
    house.act(delete("c"));
    house.ask(bearer("a"), customer_reply("a", "m4", Some("e"))).unwrap();
    assert_eq!(house.ticket("e").follows, Some(id("b")), "it ends with the last that is there");
}

#[test]
fn a_comment_changes_nothing_of_the_ticket() {
    let mut house = House::with(|_| {});
    house.create("a", |_| {});
    house.create("b", |_| {});
    let before = house.ticket("a").clone();
    house.wait(5);
    let answer = house.act(comment("a", "c1"));
    let Answer::Commented { comment: said, ticket } = answer else { panic!("{answer:?}") };
    assert_eq!((said.author.as_deref(), said.mentions.as_slice()), (Some("ann"), ["ben".to_owned()].as_slice()));
    assert_eq!((house.ticket("a"), &*ticket), (&before, &before));
    assert_eq!(house.clock_state("a", Metric::FirstResponse), Some(ClockState::Running));
    house.walk("a", &[TicketStatus::Resolved]);
    house.act(comment("a", "c2"));
    house.set_status("a", TicketStatus::Closed);
    house.act(comment("a", "c3"));
    for by in [Party::Public, bearer("a"), signed_in()] {
        assert_eq!(house.refused(by, comment("a", "c4")), "staff_only");
    }
    house.act(delete("b"));
    assert_eq!(house.refused(agent(), comment("b", "c5")), "ticket_not_found");
}

#[test]
fn who_follows_the_desk_learns_of_comments_though_they_change_no_ticket() {
    let mut house = House::empty();
    house.create("a", |_| {});
    let known = house.state.clone();
    assert_eq!(house.state.commented_since(&known), Some(Vec::new()));
    house.act(comment("a", "c1"));
    let seen = house.state.clone();
    // A ticket that memory forgets at once tells of its comment, too.
    house.walk("a", &[TicketStatus::Resolved]);
    house.wait(60 * (MEMORY_HOURS + 1));
    house.past = vec![Arc::new(house.ticket("a").clone())];
    house.create("b", |_| {});
    assert!(house.state.ticket(&key("a")).is_none());
    house.act(comment("a", "c2"));
    let since = |before: &DeskState| -> Vec<String> {
        house.state.commented_since(before).unwrap().iter().map(|one| one.id.to_string()).collect()
    };
    assert_eq!((since(&known), since(&seen)), (vec!["c1".to_owned(), "c2".to_owned()], vec!["c2".to_owned()]));
    assert!(house.state.changed_since(&seen).iter().all(|ticket| ticket.id != id("a")));
    let newest = house.state.commented_since(&seen).unwrap().remove(0);
    assert_eq!((newest.ticket.clone(), newest.author.as_deref(), newest.at), (id("a"), Some("ann"), house.now));
    // More than is remembered is not told in parts, nor by a desk that has begun anew.
    for one in 0..BULK_MAX {
        house.act(comment("b", &format!("many-{one}")));
    }
    assert_eq!(house.state.commented_since(&seen), None);
    assert_eq!(DeskState::default().commented_since(&seen), None);
}

#[test]
fn what_is_written_is_held_to_its_limits() {
    let mut house = House::empty();
    house.create("a", |_| {});
    let wrong = |change: fn(&mut MessageDraft)| {
        let mut message = message("m1");
        change(&mut message);
        Act::Reply { ticket: key("a"), message, status: None, as_customer: false, successor: None }
    };
    let file = |bytes: usize| Attachment {
        id: crate::domain::ids::AttachmentId::parse("f").unwrap(),
        name: "log.txt".to_owned(),
        content_type: "text/plain".to_owned(),
        bytes: vec![0; bytes],
    };
    // The bytes of files are not part of what a command keeps: asked without going through its stored form.
    let refused = |act: Act| {
        let command = Command { by: agent(), act, past: Vec::new(), agents: staff() };
        let Err(Rejection::Invalid(invalid)) = decide(&house.state, &command, house.now) else { panic!() };
        invalid.path
    };
    assert_eq!(refused(wrong(|message| message.body = " ".to_owned())), "body");
    assert_eq!(refused(wrong(|message| message.body = "x".repeat(50_001))), "body");
    let with = |files: Vec<Attachment>| {
        let message = Box::new(MessageDraft { body: String::new(), attachments: files, ..*message("m1") });
        Act::Reply { ticket: key("a"), message, status: None, as_customer: false, successor: None }
    };
    assert_eq!(refused(with(vec![file(1); ATTACHMENTS_MAX + 1])), "attachments");
    assert_eq!(refused(with(vec![file(1), file(ATTACHMENT_MAX_BYTES + 1)])), "attachments[1]");
    assert_eq!(refused(with(vec![file(ATTACHMENT_MAX_BYTES); 3])), "attachments");
    let turned = |name: &str| Attachment { name: name.to_owned(), ..file(0) };
    assert_eq!(refused(with(vec![turned("\u{202e}")])), "attachments[0].name");
    house.act(with(vec![turned("\u{202e}fdp.\u{200f}exe")]));
    let Change::Replied { message, .. } = house.last_change() else { panic!() };
    assert_eq!(message.attachments[0].name, "fdp.exe", "and it is what it looks like");
}
