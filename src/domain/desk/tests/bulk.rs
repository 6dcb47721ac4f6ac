//! Many tickets are changed by one command.

use super::*;

fn keys(names: &[&str]) -> Vec<TicketKey> {
    names.iter().map(|name| key(name)).collect()
}

fn bulk(tickets: Vec<TicketKey>, changes: TicketChanges) -> Act {
    Act::BulkUpdate { tickets, changes: Box::new(changes), comment: None }
}

fn outcomes(answer: &Answer) -> Vec<String> {
    let Answer::Bulk { results } = answer else { panic!("{answer:?}") };
    let word = |result: &BulkResult| match &result.outcome {
        Ok(ticket) => ticket.status.word().to_owned(),
        Err(rejection) => rejection.code().to_owned(),
    };
    results.iter().map(word).collect()
}

fn pending() -> TicketChanges {
    TicketChanges { status: Some(TicketStatus::Pending), ..Default::default() }
}

#[test]
fn three_bad_ones_of_five_hundred_stop_none() {
    let mut house = House::with(|_| {});
    let names: Vec<String> = (0..499).map(|at| format!("t{at}")).collect();
    for name in &names {
        let by = agent();
        let command = Command { by, act: Act::Create(Box::new(draft(name))), past: Vec::new(), agents: staff() };
        decide(&house.state, &command, house.now).unwrap().iter().for_each(|event| apply(&mut house.state, event));
    }
    house.walk("t7", &[TicketStatus::Resolved]);
    house.walk("t8", &[TicketStatus::Resolved, TicketStatus::Closed]);
    let mut tickets: Vec<TicketKey> = names.iter().map(|name| key(name)).collect();
    tickets.insert(3, key("nowhere"));
    let before = house.log.len();
    let words = outcomes(&house.act(bulk(tickets.clone(), pending())));
    assert_eq!(words.iter().filter(|word| *word == "pending").count(), 497);
    assert_eq!(
        (words[3].as_str(), words[8].as_str(), words[9].as_str()),
        ("ticket_not_found", "illegal_move", "illegal_move",)
    );
    let Answer::Bulk { results } = house.act(bulk(keys(&["nowhere", "t7"]), pending())) else { panic!() };
    let numbers = [None, Some(TicketNumber::new(8))];
    assert_eq!([results[0].number, results[1].number], numbers, "a refusal says which ticket it is about");
    assert_eq!(house.log.len() - before, 497);
    // Again: nothing is different, and the same three are named.
    assert_eq!(outcomes(&house.repeat(bulk(tickets, pending()))), words);
}

#[test]
fn a_ticket_named_twice_is_changed_once() {
    let mut house = House::empty();
    ["a", "b"].iter().for_each(|name| house.create(name, |_| {}));
    let mut tickets = keys(&["a", "b"]);
    tickets.push(TicketKey::Number(TicketNumber::FIRST));
    let ids = ["c1", "c2", "c3"].map(|name| CommentId::parse(name).unwrap()).to_vec();
    let comment = Some(Box::new(BulkComment { body: "All wait.".to_owned(), ids }));
    let answer = house.act(Act::BulkUpdate { tickets, changes: Box::new(pending()), comment });
    assert_eq!(outcomes(&answer), ["pending", "pending", "pending"]);
    assert_eq!(house.ticket("a").version, 2);
    assert_eq!(house.changes()[2..], ["08:00 updated", "08:00 commented", "08:00 updated", "08:00 commented"]);
}

#[test]
fn a_refused_ticket_gets_no_comment() {
    let mut house = House::empty();
    ["a", "b"].iter().for_each(|name| house.create(name, |_| {}));
    house.act(delete("b"));
    let ids = ["c1", "c2"].map(|name| CommentId::parse(name).unwrap()).to_vec();
    let comment = Some(Box::new(BulkComment { body: "Note.".to_owned(), ids }));
    let act = Act::BulkUpdate { tickets: keys(&["b", "a"]), changes: Box::default(), comment };
    let answer = house.act(act);
    assert_eq!(outcomes(&answer), ["ticket_not_found", "open"]);
    let Change::Commented { comment } = house.last_change() else { panic!() };
    assert_eq!(comment.ticket, id("a"));
}

#[test]
fn what_is_wrong_for_all_is_refused_at_once() {
    let mut house = House::empty();
    house.create("a", |_| {});
    assert_eq!(house.refused(agent(), bulk(vec![key("a"); BULK_MAX + 1], pending())), "ids");
    let wrong = TicketChanges { subject: Some(String::new()), ..Default::default() };
    assert_eq!(house.refused(agent(), bulk(keys(&["a"]), wrong)), "changes.subject");
    let comment = |body: &str, ids: usize| Act::BulkUpdate {
        tickets: keys(&["a"]),
        changes: Box::new(pending()),
        comment: Some(Box::new(BulkComment {
            body: body.to_owned(),
            ids: (0..ids).map(|at| CommentId::parse(&format!("c{at}")).unwrap()).collect(),
        })),
    };
    assert_eq!(house.refused(agent(), comment("", 1)), "comment");
    assert_eq!(house.refused(agent(), comment("x", 2)), "comment");
    assert_eq!(house.refused(signed_in(), bulk(keys(&["a"]), pending())), "staff_only");
}
