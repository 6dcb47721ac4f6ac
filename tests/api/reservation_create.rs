//! `/crm/reservations/create`: a slot becomes a booking, once, whoever repeats the wish.

use std::collections::BTreeSet;

use frontdesk::domain::calendar::Confirm;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, customer, id, members, staff, token};
use crate::calendar::{CREATE, EVENING, email, number, own_path, slot, wish, with};

async fn create(app: &TestApp, body: Value) -> Answer {
    app.post(CREATE, "", body).await
}

async fn create_with_key(app: &TestApp, key: &str, body: Value) -> Answer {
    app.send_with(Method::POST, CREATE, "", &[("idempotency-key", key)], body).await
}

/// How many bookings staff sees.
async fn count(app: &TestApp) -> Value {
    app.get("/crm/reservations/get", &staff()).await.ok()["total"].clone()
}

/// The body of the user's document, with an address where the document as it was stored has a placeholder.
fn example() -> Value {
    json!({
        "definitionId": "def-haircut-30",
        "slot": { "start": "2026-05-10T14:00:00Z", "end": "2026-05-10T14:30:00Z" },
        "customer": { "email": "alice@example.com", "name": "Alice", "phone": "+15551234567" },
        "notes": "First-time client"
    })
}

#[tokio::test]
async fn the_example_of_the_document_books_a_haircut() {
    let app = TestApp::with_manual_clock().await;
    let ann = app.employ("ann").await;
    app.define("def-haircut-30", |terms| (terms.required_staff, terms.staff_ids) = (1, vec![ann])).await;
    let booked = create(&app, example()).await;
    assert_eq!(booked.status, 201, "{}", booked.text);
    assert_eq!(
        (&booked.headers["etag"], &booked.headers["cache-control"]),
        (&"\"1\"".parse().unwrap(), &"no-store".parse().unwrap())
    );
    let record = &booked.json;
    let secret = number(record);
    assert_eq!(secret.len(), 8);
    assert_eq!(uuid::Uuid::parse_str(id(record)).unwrap().get_version_num(), 7);
    assert_eq!(
        record["manageUrl"],
        format!("{}/manage/{secret}?org=demo&email=alice%40example.com", app.base.trim_end_matches('/'))
    );
    let mut expected = json!({
        "id": id(record), "reservationNumber": secret, "name": secret, "status": "confirmed",
        "definition": {"id": "def-haircut-30", "name": "The def-haircut-30", "timezone": "Europe/Berlin"},
        "slot": example()["slot"], "staff": [{"id": "ann", "name": "Clerk ann"}],
        "customer": {"name": "Alice", "email": "alice@example.com", "phone": "+15551234567"},
        "partySize": 1, "notes": "First-time client", "manageUrl": record["manageUrl"],
        "createdAt": "2026-05-10T09:00:00Z", "updatedAt": "2026-05-10T09:00:00Z", "version": 1,
    });
    expected["customer"]["contactId"] = record["customer"]["contactId"].clone();
    assert_eq!(*record, expected);
    assert_eq!(app.own_record("alice", record).await, *record);
}

#[tokio::test]
async fn the_aliases_and_the_wrapping_of_the_platform_work_too() {
    let app = TestApp::barber().await;
    let body = json!({"data": {
        "reservationDefinitionId": "cut", "startTime": "2026-05-10T18:00:00+02:00", "endTime": "2026-05-10T16:30:00Z",
        "customer": {"name": "Bob", "email": "bob@example.com", "timezone": "Asia/Kathmandu"}, "note": "Short",
        "somethingElse": [1],
    }});
    let booked = create(&app, body).await;
    assert_eq!((booked.status.as_u16(), &booked.json["slot"]), (201, &slot(EVENING)), "{}", booked.text);
    assert_eq!(
        (&booked.json["notes"], &booked.json["customer"]["timezone"]),
        (&json!("Short"), &json!("Asia/Kathmandu"))
    );
}

#[tokio::test]
async fn what_is_not_valid_is_named_by_its_path_and_nothing_is_booked() {
    let app = TestApp::barber().await;
    let all = json!({"definitionId": "a b", "slot": {"start": "x"}, "customer": {"email": "x"}, "partySize": 0, "staffId": 1});
    let refused = create(&app, all).await;
    assert_eq!(
        refused.invalid_paths(),
        ["definitionId", "slot.start", "slot.end", "customer.name", "customer.email", "staffId", "partySize"]
    );
    assert_eq!(create(&app, json!({})).await.invalid_paths(), ["definitionId", "slot", "customer"]);
    let nobody = with(wish("Alice", EVENING), "staffId", json!("nobody"));
    assert_eq!(create(&app, nobody).await.invalid_paths(), ["staffId"]);
    create(&app, with(wish("Alice", EVENING), "definitionId", json!("other")))
        .await
        .refused(404, "definition_not_found");
    assert_eq!(count(&app).await, 0);
}

#[tokio::test]
async fn a_definition_that_wants_to_be_asked_first_makes_a_pending_booking() {
    let app = TestApp::with_manual_clock().await;
    app.define("cut", |terms| terms.confirm = Confirm::Pending).await;
    assert_eq!(app.book("Alice", EVENING).await["status"], "pending");
}

#[tokio::test]
async fn a_taken_slot_is_refused_with_the_three_nearest_that_are_free() {
    let app = TestApp::barber().await;
    app.book("Alice", EVENING).await;
    let refused = create(&app, wish("Bob", EVENING)).await;
    let problem = refused.refused(409, "slot_taken");
    let starts: BTreeSet<_> =
        problem["alternatives"].as_array().unwrap().iter().map(|free| free["start"].as_str().unwrap()).collect();
    assert!(
        starts.len() == 3 && starts.contains("2026-05-10T15:30:00Z") && starts.contains("2026-05-10T16:30:00Z"),
        "{starts:?}"
    );
    assert!(!refused.text.contains("lice"), "{}", refused.text);
    for free in problem["alternatives"].as_array().unwrap() {
        let name = format!("Guest{}", free["start"].as_str().unwrap().replace([':', '-'], ""));
        let booked =
            create(&app, with(wish(&name, EVENING), "slot", json!({"start": free["start"], "end": free["end"]}))).await;
        assert_eq!(booked.status, 201, "what is offered is booked when nobody else is quicker: {}", booked.text);
    }
    let off_grid = create(&app, wish("Bob", "2026-05-10T16:07:00Z")).await;
    assert!(off_grid.refused(409, "slot_not_offered")["alternatives"].as_array().is_some_and(|free| !free.is_empty()));
}

#[tokio::test]
async fn only_staff_choose_the_id() {
    let app = TestApp::barber().await;
    let mine = |name: &str, start: &str| with(wish(name, start), "id", json!("mine"));
    let public = create(&app, mine("Alice", EVENING)).await;
    assert_eq!(public.status, 201, "{}", public.text);
    assert_ne!(id(&public.json), "mine");
    let chosen = app.post(CREATE, &staff(), mine("Bob", "2026-05-10T16:30:00Z")).await;
    assert_eq!((chosen.status.as_u16(), id(&chosen.json)), (201, "mine"), "{}", chosen.text);
    let repeat = app.post(CREATE, &staff(), mine("Bob", "2026-05-10T16:30:00Z")).await;
    assert_eq!((repeat.status.as_u16(), &repeat.json), (200, &chosen.json), "{}", repeat.text);
    app.post(CREATE, &staff(), mine("Cem", "2026-05-10T17:00:00Z")).await.refused(409, "already_exists");
    let odd = with(wish("Cem", "2026-05-10T17:00:00Z"), "id", json!("T-000007"));
    assert_eq!(app.post(CREATE, &staff(), odd.clone()).await.invalid_paths(), ["id"]);
    assert_eq!(create(&app, odd).await.status, 201);
}

#[tokio::test]
async fn the_very_same_body_within_a_minute_is_answered_with_the_first_record() {
    let app = TestApp::barber().await;
    let first = create(&app, wish("Alice", EVENING)).await.json;
    for same in [wish("Alice", EVENING), json!({"data": wish("Alice", EVENING)})] {
        let again = create(&app, same).await;
        assert_eq!((again.status.as_u16(), &again.json), (200, &first), "{}", again.text);
    }
    app.advance("PT60S").await;
    assert_eq!(create(&app, wish("Alice", EVENING)).await.ok(), first, "at the edge of the minute");
    app.advance("PT1S").await;
    let late = create(&app, wish("Alice", EVENING)).await;
    learns_nothing(&late, &first);
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn a_stranger_who_repeats_a_booking_learns_nothing() {
    let app = TestApp::barber().await;
    let first = create(&app, with(wish("Alice", EVENING), "notes", json!("Private"))).await.json;
    let mut louder = wish("Alice", EVENING);
    louder["customer"] = json!({"name": "Mallory", "email": "ALICE@Example.com", "phone": "+15550000000"});
    for probe in [wish("Alice", EVENING), louder, with(wish("Alice", EVENING), "notes", json!(""))] {
        let answer = create(&app, probe).await;
        learns_nothing(&answer, &first);
        assert_eq!(members(&answer.json), ["alreadyBooked", "definitionId", "slot", "status"]);
    }
    let unchanged = app.own_record("Alice", &first).await;
    assert_eq!((&unchanged["customer"], &unchanged["notes"]), (&first["customer"], &first["notes"]));
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn staff_who_repeat_a_booking_see_it_as_it_is() {
    let app = TestApp::barber().await;
    let first = app.book("Alice", EVENING).await;
    let larger = with(wish("Alice", EVENING), "partySize", json!(2));
    let again = app.post(CREATE, &staff(), larger.clone()).await;
    assert_eq!((again.status.as_u16(), number(&again.json)), (200, number(&first)), "{}", again.text);
    assert_eq!(again.json["partySize"], 1, "nothing is changed by it");
    assert_eq!(again.headers["etag"], "\"1\"");
    learns_nothing(&create(&app, larger).await, &first);
}

#[track_caller]
fn learns_nothing(answer: &Answer, first: &Value) {
    assert_eq!((answer.status.as_u16(), &answer.json["alreadyBooked"]), (200, &json!(true)), "{}", answer.text);
    for secret in [number(first), id(first), "manage", "Alice", "alice", "Private", "etag"] {
        assert!(!answer.text.contains(secret), "{secret}: {}", answer.text);
    }
    assert!(!answer.headers.contains_key("etag"));
}

#[tokio::test]
async fn a_cancelled_booking_does_not_stand_in_the_way_of_the_same_wish() {
    let app = TestApp::barber().await;
    let first = app.book("Alice", EVENING).await;
    app.delete(&own_path("cancel", "Alice", number(&first)), "").await.ok();
    let second = create(&app, wish("Alice", EVENING)).await;
    assert_eq!(second.status, 201, "{}", second.text);
    assert_ne!(number(&second.json), number(&first));
}

#[tokio::test]
async fn a_key_stands_for_one_booking() {
    let app = TestApp::barber().await;
    let first = create_with_key(&app, "k1", wish("Alice", EVENING)).await;
    assert_eq!(first.status, 201, "{}", first.text);
    app.delete(&own_path("cancel", "Alice", number(&first.json)), "").await.ok();
    app.advance("PT2M").await;
    let again = create_with_key(&app, "k1", wish("Alice", EVENING)).await;
    assert_eq!((again.status.as_u16(), &again.json), (200, &first.json), "whatever has happened since: {}", again.text);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    create_with_key(&app, "k1", wish("Bob", EVENING)).await.refused(422, "idempotency_key_reused");
    let refused = create_with_key(&app, "k2", wish("Bob", "2026-05-10T16:07:00Z")).await;
    refused.refused(409, "slot_not_offered");
}

#[tokio::test]
async fn a_customer_who_is_signed_in_books_for_themselves_only() {
    let app = TestApp::barber().await;
    let alice = customer(&email("Alice"));
    app.post(CREATE, &alice, wish("Bob", EVENING)).await.refused(403, "forbidden");
    let nameless = token(json!({"role": "customer"}));
    app.post(CREATE, &nameless, wish("Bob", EVENING)).await.refused(403, "forbidden");
    assert_eq!(app.post(CREATE, &alice, wish("Alice", EVENING)).await.status, 201);
}

#[tokio::test]
async fn the_language_of_the_browser_is_kept_but_not_that_of_a_clerk() {
    let app = TestApp::barber().await;
    let languages = [("accept-language", "fr-CH, en;q=0.5")];
    let visitor = app.send_with(Method::POST, CREATE, "", &languages, wish("Alice", EVENING)).await;
    assert_eq!(visitor.json["customer"]["locale"], "fr-CH", "{}", visitor.text);
    let body = wish("Bob", "2026-05-10T17:00:00Z");
    let clerk = app.send_with(Method::POST, CREATE, &staff(), &languages, body).await;
    assert_eq!((clerk.status.as_u16(), clerk.json["customer"].get("locale")), (201, None), "{}", clerk.text);
}

#[tokio::test]
async fn bookings_outlive_a_restart() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let clock = std::sync::Arc::new(frontdesk::clock::ManualClock::starting_at(crate::app::START.parse().unwrap()));
    let app = app.restart(clock).await;
    let mut after = app.own_record("Alice", &booked).await;
    after["manageUrl"] = booked["manageUrl"].clone();
    assert_eq!(after, booked);
    create(&app, wish("Bob", EVENING)).await.refused(409, "slot_taken");
}
