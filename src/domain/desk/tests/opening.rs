//! Tickets are opened.

use super::*;

#[test]
fn a_mail_that_wants_no_receipt_opens_a_ticket_without_one() {
    let mut house = House::empty();
    let Act::Receive(mut received) = mail("a", None) else { panic!() };
    received.wants_no_receipt = true;
    house.ask(Party::Public, Act::Receive(received)).unwrap();
    assert!(matches!(house.last_change(), Change::Opened { acknowledged: false, .. }));
    house.ask(Party::Public, mail("b", None)).unwrap();
    assert!(matches!(house.last_change(), Change::Opened { acknowledged: true, .. }));
}

#[test]
fn a_ticket_gets_the_next_number_and_starts_its_clocks() {
    let mut house = House::with(|_| {});
    house.create("a", |draft| {
        draft.subject = "  Printer on fire ".to_owned();
        draft.tags = vec!["vip".to_owned(), " printer".to_owned(), "vip".to_owned()];
    });
    house.create("b", |_| {});
    let ticket = house.ticket("a");
    assert_eq!(
        (ticket.number.to_string(), house.ticket("b").number.to_string()),
        ("T-000001".into(), "T-000002".into())
    );
    assert_eq!((&*ticket.subject, ticket.status, ticket.version), ("Printer on fire", TicketStatus::Open, 1));
    assert_eq!(*ticket.tags, ["vip", "printer"]);
    assert_eq!(ticket.policy_id, Some(policy_id("gold")));
    assert_eq!(house.clock("a", Metric::FirstResponse).unwrap().due_at, Some(at("2026-05-11T09:00:00Z")));
    assert_eq!(house.clock("a", Metric::Resolution).unwrap().due_at, Some(at("2026-05-11T16:00:00Z")));
    assert_eq!(house.clock("a", Metric::NextResponse), None);
    assert_eq!(wake_at(&house.state), Some(at("2026-05-11T09:00:00Z")));
    assert_eq!(house.state.live_count(), 2);
}

#[test]
fn a_refused_ticket_uses_no_number_up() {
    let mut house = House::empty();
    house.create("a", |_| {});
    assert_eq!(house.refused(agent(), Act::Create(Box::new(draft("a")))), "already_exists");
    let wrong = |change: fn(&mut TicketDraft)| {
        let mut draft = draft("b");
        change(&mut draft);
        Act::Create(Box::new(draft))
    };
    assert_eq!(house.refused(agent(), wrong(|draft| draft.subject = " ".to_owned())), "subject");
    assert_eq!(house.refused(agent(), wrong(|draft| draft.subject = "x".repeat(301))), "subject");
    assert_eq!(house.refused(agent(), wrong(|draft| draft.description = "x".repeat(50_001))), "description");
    assert_eq!(house.refused(agent(), wrong(|draft| draft.tags = vec!["a".into(), "x".repeat(51)])), "tags[1]");
    let many = |draft: &mut TicketDraft| draft.tags = (0..31).map(|at| at.to_string()).collect();
    assert_eq!(house.refused(agent(), wrong(many)), "tags");
    assert_eq!(house.refused(agent(), wrong(|draft| draft.assignee_id = Some(String::new()))), "assigneeId");
    assert_eq!(house.refused(agent(), wrong(|draft| draft.team = Some("x".repeat(65)))), "team");
    assert_eq!(house.refused(agent(), wrong(|draft| draft.requester.name = "a\0".into())), "contact.name");
    assert_eq!(house.refused(Party::Public, wrong(|_| {})), "staff_only");
    house.create("b", |_| {});
    assert_eq!(house.ticket("b").number, TicketNumber::new(2));
}

#[test]
fn the_first_policy_in_order_whose_condition_holds_is_the_one() {
    let mut house = House::with(|draft| draft.order = 30);
    let when = |condition: &str| Some(crate::domain::sla::Condition::parse(condition).unwrap());
    house.promise("vip", |draft| {
        draft.order = 10;
        draft.when = when("\"vip\" in ticket.tags");
    });
    house.promise("mail", |draft| {
        draft.order = 20;
        draft.when = when("ticket.channel == \"email\"");
    });
    house.create("a", |draft| draft.tags = vec!["vip".to_owned()]);
    house.create("b", |_| {});
    house.ask(Party::Public, mail("c", None)).unwrap();
    let policies = ["a", "b", "c"].map(|name| house.ticket(name).policy_id.clone().unwrap().to_string());
    assert_eq!(policies, ["vip", "gold", "mail"]);
}

#[test]
fn who_is_signed_in_opens_their_own() {
    let mut house = House::empty();
    house.ask(signed_in(), Act::Create(Box::new(draft("a")))).unwrap();
    let Event::TicketChanged { by, .. } = &house.log[0] else { panic!() };
    assert_eq!(*by, None);
}

#[test]
fn a_mail_opens_a_ticket_with_its_text_as_first_message() {
    let mut house = House::empty();
    let answer = house.ask(Party::Public, mail("a", None)).unwrap();
    let Answer::Said { message, ticket, created } = answer else { panic!("{answer:?}") };
    assert!(created);
    assert_eq!((message.author.clone(), message.body.as_str()), (Author::Customer, "Says mail-a."));
    assert_eq!(ticket.last_mail_id.as_deref(), Some("a@mail"));
    assert!(matches!(house.last_change(), Change::Opened { acknowledged: true, message: Some(_), .. }));
}

#[test]
fn three_acknowledgements_an_hour_go_to_an_address() {
    let mut house = House::empty();
    let acknowledged = |house: &mut House, name: &str| {
        let Act::Receive(mut received) = mail(name, None) else { panic!() };
        received.draft.requester = requester("loop");
        house.ask(Party::Public, Act::Receive(received)).unwrap();
        matches!(house.last_change(), Change::Opened { acknowledged: true, .. })
    };
    let first: Vec<bool> = ["a", "b", "c", "d"].iter().map(|name| acknowledged(&mut house, name)).collect();
    assert_eq!(first, [true, true, true, false]);
    house.wait(59);
    assert!(!acknowledged(&mut house, "e"));
    house.wait(1);
    assert!(acknowledged(&mut house, "f"));
    let other = house.ask(Party::Public, mail("g", None));
    assert!(other.is_ok() && matches!(house.last_change(), Change::Opened { acknowledged: true, .. }));
    house.create("h", |draft| draft.requester = requester("loop"));
    house.create("i", |draft| draft.requester = requester("loop"));
    house.create("j", |draft| draft.requester = requester("loop"));
    assert!(matches!(house.last_change(), Change::Opened { acknowledged: true, .. }), "staff is not bounded");
}

#[test]
fn a_state_that_is_rebuilt_knows_the_acknowledgements_of_the_last_hour() {
    let mut house = House::empty();
    let told = [-90, -50, -20, -10].map(|minutes| (email("A"), house.now + TimeDelta::minutes(minutes)));
    house.state = house.state.having_acknowledged(told);
    let mut is_told = |name: &str, wait: i64| {
        house.wait(wait);
        let Act::Receive(mut received) = mail(name, None) else { panic!() };
        received.draft.requester = requester("a");
        house.ask(Party::Public, Act::Receive(received)).unwrap();
        matches!(house.last_change(), Change::Opened { acknowledged: true, .. })
    };
    assert_eq!((is_told("a", 0), is_told("b", 9), is_told("c", 1), is_told("d", 1)), (false, false, true, false));
}

#[test]
fn nobody_is_told_without_an_address() {
    let mut house = House::empty();
    house.create("a", |draft| draft.requester.email = None);
    assert!(matches!(house.last_change(), Change::Opened { acknowledged: false, .. }));
}
