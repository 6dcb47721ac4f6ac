//! Conditions of policies: what they can ask, what is refused when they are saved, and what cannot be told.

use proptest::prelude::*;

use super::*;
use crate::domain::ticket_priority::TicketPriority;

fn view(tags: &[String]) -> TicketView<'_> {
    TicketView {
        number: "T-000123",
        priority: TicketPriority::Urgent,
        status: TicketStatus::Open,
        tags,
        channel: "email",
        subject: "Das Gerät brennt",
        team: Some("hardware"),
        assignee_id: None,
        contact_id: Some("c-1"),
        contact_email: Some("ada@example.com"),
        contact_name: None,
        contact_phone: None,
    }
}

fn holds(source: &str) -> Result<bool, ConditionError> {
    Condition::parse(source).unwrap().holds(&view(&["vip".to_owned(), "press".to_owned()]))
}

#[test]
fn conditions_ask_the_ticket_and_its_contact() {
    for (source, expected) in [
        ("ticket.priority == 'urgent'", true),
        ("ticket.priority in ['high', 'urgent'] && ticket.channel == \"email\"", true),
        ("'vip' in ticket.tags", true),
        ("'gold' in ticket.tags", false),
        ("ticket.tags.exists(tag, tag.startsWith('pre'))", true),
        ("ticket.tags.all(tag, size(tag) > 3)", false),
        ("size(ticket.tags.filter(tag, tag != 'vip')) == 1", true),
        ("ticket.subject.contains('Gerät')", true),
        ("ticket.team == 'hardware' && ticket.assigneeId == null", true),
        ("contact.email.endsWith('@example.com')", true),
        ("contact.name == null ? ticket.status == 'open' : false", true),
        ("has(contact.email) && !(ticket.number == 'T-000001')", true),
        ("true", true),
    ] {
        assert_eq!(holds(source), Ok(expected), "{source}");
    }
}

#[test]
fn what_cannot_be_told_is_an_error_and_no_match() {
    for source in ["contact.name.startsWith('A')", "ticket.tags > 3", "ticket.subject", "size(ticket.team) + 1"] {
        assert!(holds(source).is_err(), "{source}");
    }
}

#[test]
fn what_is_no_condition_is_refused_when_it_is_saved() {
    for (source, said) in [
        ("", "line 1"),
        ("ticket.priority ==", "line 1, column"),
        ("true &&\n  ||", "line 2"),
        ("tickets.priority == 'low'", "names tickets"),
        ("ticket.prio == 'low'", "ticket.prio"),
        ("contact.address == 'low'", "contact.address"),
        ("ticket.subject.matches('^a+$')", "calls matches"),
        ("timestamp('2026-05-10T09:00:00Z') == null", "calls timestamp"),
        ("[1,2].all(a, [1,2].all(b, a == b))", "within going over a list"),
        ("'a\0'", "U+0000"),
        (&format!("'{}'", "a".repeat(1_000)), "at most 1000"),
        (&vec!["1"; 400].join("+"), "nested too deeply"),
        (&vec!["true"; 300].join("||"), "at most 1000"),
    ] {
        let error = Condition::parse(source).unwrap_err();
        assert!(error.detail.contains(said), "{source}: {error}");
    }
}

#[test]
fn what_can_be_told_for_no_ticket_is_refused_when_it_is_saved() {
    for (source, said) in [
        ("1/0 == 1", "Division by zero"),
        ("[1, 2].exists(one, one / 0 == 1)", "Division by zero"),
        ("'a' > 3", "can never hold"),
        ("1 + 1", "neither true nor false"),
        ("'vip'", "neither true nor false"),
        ("null", "neither true nor false"),
    ] {
        let error = Condition::parse(source).unwrap_err();
        assert!(error.detail.contains(said), "{source}: {error}");
        let stored = serde_json::from_value::<Condition>(json!(source));
        assert!(stored.is_ok(), "{source} may have been saved before");
    }
    for right_for_some in ["true", "1 < 2", "ticket.priority == 'urgent' || 1/0 == 1", "10 / size(ticket.tags) > 2"] {
        assert!(Condition::parse(right_for_some).is_ok(), "{right_for_some}");
    }
}

#[test]
fn conditions_are_stored_as_they_were_written() {
    let condition = Condition::parse("ticket.priority   == 'low'").unwrap();
    let stored = serde_json::to_value(&condition).unwrap();
    assert_eq!(stored, "ticket.priority   == 'low'");
    assert_eq!(serde_json::from_value::<Condition>(stored).unwrap(), condition);
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Condition>();
}

#[test]
fn deep_conditions_do_not_hurt() {
    for source in
        ["(".repeat(499) + "1" + &")".repeat(499), "!".repeat(999) + "true", "[".repeat(500) + &"]".repeat(500)]
    {
        let _ = Condition::parse(&source);
        let _ = Condition::try_from(source).map(|condition| condition.holds(&view(&[])));
    }
}

#[test]
fn the_deepest_that_is_read_fits_a_thread() {
    let mut read = 0;
    for brackets in 0..7 {
        for operators in 0..40 {
            for (open, operator, close) in
                [("(", "+1", ")"), ("[", "<1", "]"), ("size(", "+1", ")"), ("[1].exists(a,", "[0]", ")")]
            {
                let inner = format!("1{}", operator.repeat(operators));
                let source = open.repeat(brackets) + &inner + &close.repeat(brackets);
                read += usize::from(Condition::try_from(source).map(|one| one.holds(&view(&[]))).is_ok());
            }
        }
    }
    assert!(read > 100, "{read}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_breaks_the_reader(source in "[a-z0-9 .'\"()\\[\\]{}!&|=<>+*/?:,\\\\-]{0,60}") {
        let _ = Condition::parse(&source).map(|condition| condition.holds(&view(&[])));
    }

    #[test]
    fn no_characters_break_the_reader(source in "\\PC{0,40}") {
        let _ = Condition::parse(&source).map(|condition| condition.holds(&view(&[])));
    }
}
