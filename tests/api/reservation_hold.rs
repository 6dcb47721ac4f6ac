//! `/crm/reservations/hold`: a slot is kept for the minutes that filling in a form takes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, id, members, staff};
use crate::calendar::{CREATE, EVENING, slot, wish, with};

const HOLD: &str = "/crm/reservations/hold";

fn body() -> Value {
    json!({"definitionId": "cut", "slot": slot(EVENING)})
}

async fn hold(app: &TestApp) -> Answer {
    app.post(HOLD, "", body()).await
}

#[tokio::test]
async fn only_who_knows_the_hold_books_the_slot() {
    let app = TestApp::barber().await;
    let held = hold(&app).await;
    assert_eq!(held.status, 201, "{}", held.text);
    assert_eq!(members(&held.json), ["definitionId", "expiresAt", "holdId", "id", "partySize", "slot", "staffIds"]);
    assert_eq!((&held.json["expiresAt"], &held.json["slot"]), (&json!("2026-05-10T09:05:00Z"), &slot(EVENING)));
    assert_eq!(uuid::Uuid::parse_str(id(&held.json)).unwrap().get_version_num(), 4, "nobody can guess it");
    app.post(CREATE, "", wish("Bob", EVENING)).await.refused(409, "slot_taken");
    hold(&app).await.refused(409, "slot_taken");
    let wrong = with(wish("Bob", EVENING), "holdId", json!("0197b7b2-6a3c-7cc1-9d0e-2f6b1c6f0a11"));
    app.post(CREATE, "", wrong).await.refused(409, "slot_taken");
    let right = with(wish("Alice", EVENING), "holdId", held.json["holdId"].clone());
    assert_eq!(app.post(CREATE, "", right).await.status, 201);
}

#[tokio::test]
async fn after_five_minutes_the_slot_is_free_again() {
    let app = TestApp::barber().await;
    let held = hold(&app).await.json;
    assert_eq!(app.set_clock("2026-05-10T09:04:59Z").await.status, 200);
    app.post(CREATE, "", wish("Bob", EVENING)).await.refused(409, "slot_taken");
    assert_eq!(app.set_clock("2026-05-10T09:05:00Z").await.status, 200);
    app.book("Bob", EVENING).await;
    let late = with(wish("Alice", EVENING), "holdId", held["id"].clone());
    app.post(CREATE, "", late).await.refused(409, "slot_taken");
}

#[tokio::test]
async fn a_hold_is_made_once_for_a_key_and_of_what_is_offered_only() {
    let app = TestApp::barber().await;
    let first = app.send_with(Method::POST, HOLD, "", &[("idempotency-key", "k")], body()).await;
    let again = app.send_with(Method::POST, HOLD, "", &[("idempotency-key", "k")], body()).await;
    assert_eq!((again.status.as_u16(), &again.json), (201, &first.json), "{}", again.text);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(app.post(HOLD, "", json!({})).await.invalid_paths(), ["definitionId", "slot"]);
    let misspelt = app.post(HOLD, "", with(body(), "definitionId", json!("no id!"))).await;
    let sentence = "definitionId must have 1 to 64 characters out of A-Z a-z 0-9 _ -";
    assert_eq!(misspelt.refused(422, "invalid")["detail"], sentence);
    let other = with(body(), "definitionId", json!("other"));
    app.post(HOLD, "", other).await.refused(404, "definition_not_found");
    let past = with(body(), "slot", slot("2026-05-10T06:00:00Z"));
    app.post(HOLD, "", past).await.refused(409, "slot_not_offered");
}

#[tokio::test]
async fn one_address_has_so_many_slots_kept_and_staff_as_many_as_they_need() {
    let app = TestApp::with_settings(&[("FRONTDESK_PUBLIC_RATE", "1000")]).await;
    app.define("cut", |terms| terms.capacity = Some(1_000)).await;
    let tomorrow = (chrono::Utc::now() + chrono::TimeDelta::days(1)).format("%Y-%m-%dT16:00:00Z").to_string();
    let body = json!({"definitionId": "cut", "slot": slot(&tomorrow)});
    for _ in 0..20 {
        assert_eq!(app.post(HOLD, "", body.clone()).await.status, 201);
    }
    let refused = app.post(HOLD, "", body.clone()).await;
    refused.refused(429, "too_many_requests");
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(app.post(HOLD, &staff(), body).await.status, 201);
}
