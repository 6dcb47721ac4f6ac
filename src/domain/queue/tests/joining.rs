//! Who may stand in line, with which number, and what a repeat learns.

use super::*;
use crate::domain::address::Email;

fn join_as(desk: &mut Desk, by: Party, change: impl FnOnce(&mut Join)) -> Result<Answer, Rejection> {
    let mut join = wish("x");
    change(&mut join);
    desk.ask(by, Act::Join(Box::new(join)))
}

#[test]
fn the_first_gets_number_one_and_the_whole_answer() {
    let mut desk = Desk::new();
    let Answer::Joined { entry, standing } = join_as(&mut desk, Party::Public, |_| {}).unwrap() else { panic!() };
    assert_eq!((entry.number, entry.day.to_string().as_str(), entry.version), (1, "2026-05-12", 1));
    assert_eq!((standing.position, standing.people_ahead, standing.estimated_wait_minutes), (1, 0, 0));
    desk.assert_rebuilds();
}

#[test]
fn numbers_restart_at_local_midnight() {
    let mut desk = Desk::with(|draft| draft.timezone = chrono_tz::America::New_York);
    desk.join("a");
    desk.now = at("2026-05-13T03:59:59Z");
    desk.join("b");
    desk.now = at("2026-05-13T04:00:00Z");
    desk.join("c");
    let numbers = ["a", "b", "c"].map(|name| (desk.entry(name).day.to_string(), desk.entry(name).number));
    let expected = [("2026-05-12", 1), ("2026-05-12", 2), ("2026-05-13", 1)];
    assert_eq!(numbers, expected.map(|(day, number)| (day.to_owned(), number)));
    assert_eq!(desk.line(), ["a", "b", "c"]);
    desk.assert_rebuilds();
}

#[test]
fn one_open_entry_a_person_whatever_the_spelling() {
    let mut desk = Desk::new();
    let phone = |number: &str| Some(Phone::parse(number).unwrap());
    let email = |address: &str| Some(Email::parse(address).unwrap());
    join_as(&mut desk, Party::Public, |join| {
        join.customer.phone = phone("+49 170 555");
        join.customer.email = email("Ann@example.com");
    })
    .unwrap();
    let before = desk.state.clone();
    for (name, number, address) in [
        ("y", phone("0049170/555"), None),
        ("z", None, email("ann@EXAMPLE.com")),
        ("q", phone("12345"), email("ann@example.com")),
    ] {
        let answer = join_as(&mut desk, Party::Public, |join| {
            (join.id, join.token) = (id(name), "another".to_owned());
            (join.customer.phone, join.customer.email) = (number, address);
        });
        let Answer::AlreadyInLine { entry, standing } = answer.unwrap() else { panic!() };
        assert_eq!((entry.id.as_str(), standing.unwrap().position), ("x", 1));
    }
    assert_eq!(desk.state, before);
    desk.ask(bearer("x"), leave("x")).unwrap();
    let again = join_as(&mut desk, Party::Public, |join| {
        join.id = id("y");
        join.customer.email = email("ann@example.com");
    });
    assert!(matches!(again.unwrap(), Answer::Joined { entry, .. } if entry.number == 2));
}

#[test]
fn people_without_an_address_are_never_the_same_person() {
    let mut desk = Desk::new();
    for name in ["x", "y"] {
        join_as(&mut desk, clerk(), |join| {
            join.id = id(name);
            join.customer.phone = None;
        })
        .unwrap();
    }
    assert_eq!(desk.line(), ["x", "y"]);
}

#[test]
fn who_is_in_line_learns_so_even_when_nobody_else_could_join() {
    let mut desk = Desk::with(|draft| draft.queue.max_waiting = 1);
    desk.join("x");
    let again = |desk: &mut Desk| join_as(desk, Party::Public, |join| join.id = id("y")).unwrap();
    assert!(matches!(again(&mut desk), Answer::AlreadyInLine { .. }));
    desk.act(Act::Pause { until: None });
    assert!(matches!(again(&mut desk), Answer::AlreadyInLine { .. }));
    desk.act(call_next());
    assert!(matches!(again(&mut desk), Answer::AlreadyInLine { standing: None, .. }));
}

#[test]
fn the_line_is_full_at_its_limit_and_not_before() {
    let mut desk = Desk::with(|draft| draft.queue.max_waiting = 2);
    desk.join_all(&["a", "b"]);
    let refusal = join_as(&mut desk, Party::Public, |_| {}).unwrap_err();
    assert_eq!(refusal, Rejection::QueueFull { waiting: 2, max_waiting: 2 });
    desk.act(call_next());
    desk.join("x");
}

#[test]
fn a_pause_and_a_closed_point_say_until_when() {
    let mut desk = Desk::new();
    let until = desk.now + TimeDelta::minutes(10);
    desk.act(Act::Pause { until: Some(until) });
    let refusal = join_as(&mut desk, Party::Public, |_| {}).unwrap_err();
    assert_eq!(refusal, Rejection::QueuePaused { reopens_at: Some(until) });
    let hours = serde_json::json!({"tue": [["10:00", "12:00"]]});
    let mut desk = Desk::with(|draft| draft.hours = Some(serde_json::from_value(hours).unwrap()));
    let opens_at = at("2026-05-12T08:00:00Z");
    let refusal = join_as(&mut desk, Party::Public, |_| {}).unwrap_err();
    assert_eq!(refusal, Rejection::QueueClosed { opens_at: Some(opens_at) });
    desk.now = opens_at;
    join_as(&mut desk, Party::Public, |_| {}).unwrap();
    desk.now = at("2026-05-12T10:00:00Z");
    assert_eq!(join_as(&mut desk, Party::Public, |join| *join = wish("y")).unwrap_err().code(), "queue_closed");
}

#[test]
fn only_a_clerks_priority_counts() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    for (name, by, stored) in [
        ("u", clerk(), Some("urgent")),
        ("v", Party::Public, None),
        ("w", bearer("a"), None),
        ("s", Party::System, None),
    ] {
        let mut join = wish(name);
        join.priority = Some("urgent".to_owned());
        desk.ask(by, Act::Join(Box::new(join))).unwrap();
        assert_eq!(desk.entry(name).priority.as_deref(), stored);
    }
    assert_eq!(desk.line(), ["u", "a", "b", "v", "w", "s"]);
    let unknown = join_as(&mut desk, clerk(), |join| join.priority = Some("vip".to_owned())).unwrap_err();
    let Rejection::Invalid(invalid) = unknown else { panic!("{unknown}") };
    assert_eq!(invalid.path, "priority");
    assert!(invalid.detail.contains("urgent, high, normal, low"), "{}", invalid.detail);
}

#[test]
fn a_prioritised_person_is_quoted_their_own_wait() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c"]);
    join_as(&mut desk, clerk(), |join| join.priority = Some("high".to_owned())).unwrap();
    assert_eq!(desk.entry("x").quoted_wait_minutes, 0);
    desk.join("d");
    assert_eq!(desk.entry("d").quoted_wait_minutes, 40);
}

#[test]
fn an_id_belongs_to_who_holds_its_token() {
    let mut desk = Desk::new();
    desk.join("x");
    let stranger = join_as(&mut desk, Party::Public, |join| join.token = "another".to_owned());
    assert_eq!(stranger.unwrap_err(), Rejection::EntryExists);
    let again = desk.repeat(Act::Join(Box::new(wish("x"))));
    assert!(matches!(again, Answer::Joined { .. }));
    desk.act(leave("x"));
    assert!(matches!(desk.repeat(Act::Join(Box::new(wish("x")))), Answer::Entry { standing: None, .. }));
}

#[test]
fn values_outside_their_limits_name_their_path() {
    let mut desk = Desk::new();
    let mut path = |change: fn(&mut Join)| match join_as(&mut desk, clerk(), change) {
        Err(Rejection::Invalid(invalid)) => invalid.path,
        other => panic!("{other:?}"),
    };
    assert_eq!(path(|join| join.party_size = 0), "partySize");
    assert_eq!(path(|join| join.party_size = PARTY_MAX + 1), "partySize");
    assert_eq!(path(|join| join.customer.name = " ".to_owned()), "customer.name");
    assert_eq!(path(|join| join.customer.name = "n".repeat(CUSTOMER_NAME_MAX_CHARACTERS + 1)), "customer.name");
    assert_eq!(path(|join| join.service = Some("s\0".to_owned())), "service");
    join_as(&mut desk, clerk(), |join| join.party_size = PARTY_MAX).unwrap();
}

#[test]
fn nobody_joins_a_point_that_is_not_there() {
    assert_eq!(join_as(&mut Desk::empty(), Party::Public, |_| {}).unwrap_err(), Rejection::PointNotFound);
}
