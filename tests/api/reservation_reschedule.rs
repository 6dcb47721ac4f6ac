//! `/crm/reservations/reschedule`: the new slot is taken and the old one freed in one act.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, customer, staff};
use crate::calendar::{CREATE, EVENING, email, number, own_path, slot, wish};

const LATER: &str = "2026-05-10T17:00:00Z";

async fn reschedule(app: &TestApp, name: &str, booked: &Value, start: &str, token: &str) -> Answer {
    let path = own_path("reschedule", name, number(booked));
    app.post(&path, token, json!({ "slot": slot(start) })).await
}

#[tokio::test]
async fn a_booking_moves_with_its_number_and_frees_its_old_slot() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let moved = reschedule(&app, "Alice", &booked, LATER, "").await.ok();
    let mut expected = booked.clone();
    expected["slot"] = slot(LATER);
    expected["version"] = json!(2);
    assert_eq!(moved, expected);
    assert_eq!(reschedule(&app, "Alice", &booked, LATER, "").await.ok(), moved, "a repeat changes nothing");
    app.book("Bob", EVENING).await;
    let path = own_path("reschedule", "Alice", number(&booked));
    let alias = json!({ "startTime": "2026-05-10T17:30:00Z", "endTime": "2026-05-10T18:00:00Z" });
    assert_eq!(app.post(&path, "", alias).await.ok()["version"], 3);
}

#[tokio::test]
async fn a_taken_slot_leaves_everything_as_it_was() {
    let app = TestApp::barber().await;
    let (alice, bob) = (app.book("Alice", EVENING).await, app.book("Bob", LATER).await);
    let refused = reschedule(&app, "Alice", &alice, LATER, "").await;
    assert_eq!(refused.refused(409, "slot_taken")["alternatives"].as_array().map(Vec::len), Some(3));
    assert_eq!((app.own_record("Alice", &alice).await, app.own_record("Bob", &bob).await), (alice.clone(), bob));
    app.post(CREATE, "", wish("Cem", EVENING)).await.refused(409, "slot_taken");
    let path = own_path("reschedule", "Alice", number(&alice));
    assert_eq!(app.post(&path, "", json!({})).await.invalid_paths(), ["slot"]);
}

#[tokio::test]
async fn it_needs_proof_and_the_right_version() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    for token in [String::new(), staff()] {
        reschedule(&app, "Bob", &booked, LATER, &token).await.refused(404, "reservation_not_found");
    }
    reschedule(&app, "Alice", &booked, LATER, &customer(&email("Bob"))).await.refused(403, "forbidden");
    let path = own_path("reschedule", "Alice", number(&booked));
    let body = json!({ "slot": slot(LATER) });
    let stale = app.send_with(Method::POST, &path, "", &[("if-match", "\"2\"")], body.clone()).await;
    assert_eq!(stale.refused(412, "version_mismatch")["version"], 1);
    app.send_with(Method::POST, &path, "", &[("if-match", "\"1\"")], body).await.ok();
}

#[tokio::test]
async fn it_can_be_too_late_for_customers_but_not_for_staff() {
    let app = TestApp::with_manual_clock().await;
    app.define("cut", |terms| terms.cancel_before_minutes = 600).await;
    let booked = app.book("Alice", EVENING).await;
    let refused = reschedule(&app, "Alice", &booked, LATER, "").await;
    assert_eq!(refused.refused(409, "too_late_to_reschedule")["until"], "2026-05-10T06:00:00Z");
    assert_eq!(reschedule(&app, "Alice", &booked, LATER, &staff()).await.ok()["slot"], slot(LATER));
}

#[tokio::test]
async fn what_is_cancelled_does_not_move() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    app.delete(&own_path("cancel", "Alice", number(&booked)), "").await.ok();
    let refused = reschedule(&app, "Alice", &booked, LATER, "").await;
    assert_eq!(refused.refused(409, "wrong_state")["state"], "cancelled");
}
