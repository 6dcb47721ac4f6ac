//! `/crm/reservations/cancel`: the number and the address call a booking off, in time, once.

use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, customer, staff};
use crate::calendar::{EVENING, email, number, own_path};

#[tokio::test]
async fn a_cancelled_booking_frees_its_slot_and_a_repeat_changes_nothing() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let path = own_path("cancel", "Alice", number(&booked));
    let answer = app.send_with(Method::DELETE, &path, "", &[], json!({"reason": "Ill"})).await;
    let cancelled = answer.ok();
    assert_eq!((&cancelled["status"], &cancelled["version"]), (&json!("cancelled"), &json!(2)));
    assert_eq!(cancelled["cancellation"], json!({"at": "2026-05-10T09:00:00Z", "by": "customer", "reason": "Ill"}));
    assert_eq!(app.delete(&path, "").await.ok(), cancelled);
    app.book("Bob", EVENING).await;
}

#[tokio::test]
async fn it_is_on_the_timeline_of_the_contact() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    app.delete(&own_path("cancel", "Alice", number(&booked)), "").await.ok();
    let contact = booked["customer"]["contactId"].as_str().unwrap();
    let timeline = app.get(&format!("/crm/activity/{contact}"), &staff()).await.ok();
    let kinds: Vec<_> = timeline["data"].as_array().unwrap().iter().map(|line| line["kind"].clone()).collect();
    assert_eq!(kinds, ["appointment_cancelled", "reservation.booked"]);
}

#[tokio::test]
async fn customers_can_cancel_until_the_definition_says_and_staff_always() {
    let app = TestApp::with_manual_clock().await;
    app.define("cut", |terms| terms.cancel_before_minutes = 120).await;
    let (in_time, late) = (app.book("Alice", EVENING).await, app.book("Bob", "2026-05-10T15:30:00Z").await);
    assert_eq!(app.set_clock("2026-05-10T14:00:00Z").await.status, 200);
    app.delete(&own_path("cancel", "Alice", number(&in_time)), "").await.ok();
    let path = own_path("cancel", "Bob", number(&late));
    for token in [String::new(), customer(&email("Bob"))] {
        let refused = app.delete(&path, &token).await;
        assert_eq!(refused.refused(409, "too_late_to_cancel")["until"], "2026-05-10T13:30:00Z");
    }
    assert_eq!(app.delete(&path, &staff()).await.ok()["cancellation"]["by"], "staff");
}

#[tokio::test]
async fn nothing_is_cancelled_without_proof() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    for (name, tried) in [("Bob", number(&booked)), ("Alice", "00000000"), ("Nobody", "00000000"), ("Alice", "x")] {
        for version in ["\"1\"", "\"9\"", "nonsense"] {
            let path = own_path("cancel", name, tried);
            let refused = app.send_with(Method::DELETE, &path, "", &[("if-match", version)], json!({})).await;
            refused.refused(404, "reservation_not_found");
        }
    }
    let path = own_path("cancel", "Alice", number(&booked));
    app.delete(&path, &customer(&email("Bob"))).await.refused(403, "forbidden");
    assert_eq!(app.own_record("Alice", &booked).await, booked);
}

#[tokio::test]
async fn a_version_that_has_moved_on_is_told() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let path = own_path("cancel", "Alice", number(&booked));
    let refused = app.send_with(Method::DELETE, &path, "", &[("if-match", "\"7\"")], json!({})).await;
    assert_eq!(refused.refused(412, "version_mismatch")["version"], 1);
    app.send_with(Method::DELETE, &path, "", &[("if-match", "\"1\"")], json!({})).await.ok();
}

#[tokio::test]
async fn a_key_is_answered_as_first_though_the_booking_is_gone() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let path = own_path("cancel", "Alice", number(&booked));
    let first = app.send_with(Method::DELETE, &path, "", &[("idempotency-key", "k")], json!({})).await.ok();
    let id = booked["id"].as_str().unwrap();
    app.delete(&format!("/crm/reservations/delete/{id}"), &staff()).await.ok();
    let again = app.send_with(Method::DELETE, &path, "", &[("idempotency-key", "k")], json!({})).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.ok(), first);
    app.delete(&path, "").await.refused(404, "reservation_not_found");
}
