//! Wishes as they come in, and what is wrong with them.

use serde_json::{Value, json};

use super::*;
use crate::http::body::RawBody;

fn read(body: Value, is_clerk: bool) -> Result<Booking, String> {
    let org = OrgId::parse("demo").unwrap();
    let body = RawBody::of(&body.to_string()).json().unwrap();
    let visitor = Visitor { org: &org, locale: Some("de") };
    parse_booking(&body, visitor, is_clerk).map_err(|problem| problem.detail().to_owned())
}

fn wish() -> Value {
    json!({
        "definitionId": "def-haircut-30",
        "slot": {"start": "2026-05-10T14:00:00Z", "end": "2026-05-10T14:30:00Z"},
        "customer": {"email": "alice@example.com", "name": "Alice", "phone": "+15551234567"},
        "notes": "First-time client",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut body = wish();
    body[name] = value;
    body
}

#[test]
fn the_aliases_say_the_same() {
    let first = read(wish(), false).unwrap();
    let alias = json!({
        "reservationDefinitionId": "def-haircut-30",
        "startTime": "2026-05-10T16:00:00+02:00",
        "endTime": "2026-05-10T14:30:00Z",
        "customer": wish()["customer"],
        "note": "First-time client",
    });
    let alias = read(alias, false).unwrap();
    assert_eq!((&alias.definition, alias.slot, &alias.notes), (&first.definition, first.slot, &first.notes));
    assert_eq!(alias.customer, first.customer);
    assert_ne!((alias.id, alias.number, alias.calendar_uid), (first.id, first.number, first.calendar_uid));
}

#[test]
fn the_same_content_has_the_same_fingerprint() {
    let first = read(wish(), false).unwrap().fingerprint;
    assert_eq!(read(json!({"data": wish()}), false).unwrap().fingerprint, first);
    assert_ne!(read(with("notes", json!("Other")), false).unwrap().fingerprint, first);
}

#[test]
fn only_a_clerk_names_the_id() {
    assert_eq!(read(with("id", json!("mine")), true).unwrap().id.as_str(), "mine");
    assert_ne!(read(with("id", json!("mine")), false).unwrap().id.as_str(), "mine");
    assert!(read(with("id", json!("a b")), false).is_ok());
    assert!(read(with("id", json!("a b")), true).is_err());
}

#[test]
fn what_is_wrong_is_named_by_its_path() {
    for (name, value, path) in [
        ("definitionId", json!("a b"), "definitionId"),
        ("slot", json!({"start": "2026-05-10T14:00:00Z"}), "slot.end"),
        ("slot", json!({"start": "2026-05-10T14:00:00Z", "end": "2026-05-10T14:00:00Z"}), "slot.end"),
        ("slot", json!("10:00"), "slot"),
        ("customer", json!({"name": "Alice"}), "customer.email"),
        ("customer", json!({"name": "Alice", "email": "[email\u{a0}protected]"}), "customer.email"),
        ("customer", json!({"name": "", "email": "a@x.de"}), "customer.name"),
        ("customer", json!({"name": "A", "email": "a@x.de", "timezone": "Mars"}), "customer.timezone"),
        ("notes", json!("x".repeat(NOTES_MAX_CHARACTERS + 1)), "notes"),
        ("partySize", json!(PARTY_MAX + 1), "partySize"),
        ("partySize", json!(0), "partySize"),
        ("staffId", json!(7), "staffId"),
        ("holdId", json!(""), "holdId"),
    ] {
        let detail = read(with(name, value.clone()), false).unwrap_err();
        assert!(detail.starts_with(&format!("{path} ")), "{name} {value}: {detail}");
    }
    assert!(read(with("notes", json!("x".repeat(NOTES_MAX_CHARACTERS))), false).is_ok());
    assert!(read(with("partySize", json!(PARTY_MAX)), false).is_ok());
}

#[test]
fn what_the_customer_says_goes_before_what_the_browser_says() {
    assert_eq!(read(wish(), false).unwrap().customer.locale.as_deref(), Some("de"));
    let customer = json!({"name": "A", "email": "a@x.de", "locale": "fr", "timezone": "Asia/Kathmandu"});
    let customer = read(with("customer", customer), false).unwrap().customer;
    assert_eq!((customer.locale.as_deref(), customer.timezone), (Some("fr"), Some(chrono_tz::Asia::Kathmandu)));
}

#[test]
fn a_day_to_wait_until_is_included() {
    let org = OrgId::parse("demo").unwrap();
    let body = json!({"definitionId": "cut", "from": "2026-05-11", "to": "2026-05-12", "customer": wish()["customer"]});
    let visitor = Visitor { org: &org, locale: None };
    let wish = parse_waitlist(&serde_json::from_value(body).unwrap(), visitor, |_| chrono_tz::Europe::Berlin).unwrap();
    assert_eq!(wish.from.to_rfc3339(), "2026-05-10T22:00:00+00:00");
    assert_eq!(wish.to.to_rfc3339(), "2026-05-12T22:00:00+00:00");
}
