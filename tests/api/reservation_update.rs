//! `/crm/reservations/update` and `/delete`: what staff changes, all of it or nothing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, customer, id, staff, token};
use crate::calendar::{CREATE, EVENING, UPDATE, email, number, own_path, slot, wish, with};

const LATER: &str = "2026-05-10T17:00:00Z";

async fn update(app: &TestApp, booked: &Value, mut changes: Value) -> Answer {
    changes["id"] = booked["id"].clone();
    app.post(UPDATE, &staff(), changes).await
}

#[tokio::test]
async fn what_is_given_changes_and_what_is_left_out_stays() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let changes = json!({"notes": "By train", "customer": {"name": "Alicia", "phone": "+49 40 123"}});
    let updated = update(&app, &booked, changes).await;
    assert_eq!(updated.headers["etag"], "\"2\"");
    let updated = updated.ok();
    let mut expected = booked.clone();
    expected["notes"] = json!("By train");
    expected["customer"]["name"] = json!("Alicia");
    expected["customer"]["phone"] = json!("+49 40 123");
    expected["version"] = json!(2);
    assert_eq!(updated, expected);
    let cleared = update(&app, &booked, json!({"note": null, "customer": {"phone": null}})).await.ok();
    assert_eq!((&cleared["notes"], &cleared["customer"]["phone"]), (&json!(""), &json!(null)));
    assert_eq!(update(&app, &booked, json!({})).await.ok(), cleared, "nothing given, nothing changed");
}

#[tokio::test]
async fn another_address_proves_it_from_then_on() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    update(&app, &booked, json!({"customer": {"email": "new@example.com"}})).await.ok();
    let path = |name: &str| own_path("by-email", name, number(&booked));
    assert_eq!(app.get(&path("new"), "").await.ok()["customer"]["email"], "new@example.com");
    app.get(&path("Alice"), "").await.refused(404, "reservation_not_found");
}

#[tokio::test]
async fn a_slot_and_a_status_change_together_or_not_at_all() {
    let app = TestApp::barber().await;
    let (alice, _) = (app.book("Alice", EVENING).await, app.book("Bob", LATER).await);
    let taken = update(&app, &alice, json!({"notes": "x", "slot": slot(LATER), "status": "completed"})).await;
    taken.refused(409, "slot_taken");
    assert_eq!(app.own_record("Alice", &alice).await, alice);
    let moved = update(&app, &alice, json!({"slot": slot("2026-05-10T18:00:00Z"), "status": "cancelled"})).await.ok();
    assert_eq!((&moved["slot"], &moved["status"]), (&slot("2026-05-10T18:00:00Z"), &json!("cancelled")));
    assert_eq!(moved["cancellation"]["by"], "staff");
    let refused = update(&app, &alice, json!({"status": "completed"})).await;
    assert_eq!(refused.refused(409, "wrong_state")["state"], "cancelled");
}

#[tokio::test]
async fn a_version_that_has_moved_on_is_refused() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let send = |version: &'static str, notes: &'static str| {
        let body = json!({"id": booked["id"], "notes": notes});
        let app = &app;
        async move { app.send_with(Method::POST, UPDATE, &staff(), &[("if-match", version)], body).await }
    };
    assert_eq!(send("\"1\"", "first").await.ok()["version"], 2);
    assert_eq!(send("\"1\"", "second").await.refused(412, "version_mismatch")["version"], 2);
    send("nonsense", "third").await.refused(412, "version_mismatch");
    assert_eq!(app.own_record("Alice", &booked).await["notes"], "first");
}

#[tokio::test]
async fn it_is_for_staff_and_for_what_exists() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let body = json!({"id": booked["id"], "notes": "x"});
    app.post(UPDATE, "", body.clone()).await.refused(401, "unauthenticated");
    for token in [customer(&email("Alice")), token(json!({"role": "agent"}))] {
        app.post(UPDATE, &token, body.clone()).await.refused(403, "forbidden");
    }
    app.post(UPDATE, &staff(), json!({"id": "other"})).await.refused(404, "reservation_not_found");
    let wrong = app.post(UPDATE, &staff(), json!({"slot": null, "partySize": 101, "status": "pending"})).await;
    assert_eq!(wrong.invalid_paths(), ["id", "slot", "partySize", "status"]);
    assert_eq!(app.own_record("Alice", &booked).await, booked);
}

#[tokio::test]
async fn a_deleted_booking_is_gone_its_slot_is_free_and_its_id_stays_taken() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let path = format!("/crm/reservations/delete/{}", id(&booked));
    let stale = app.send_with(Method::DELETE, &path, &staff(), &[("if-match", "\"2\"")], json!({})).await;
    stale.refused(412, "version_mismatch");
    app.delete(&path, &customer(&email("Alice"))).await.refused(403, "forbidden");
    assert_eq!(app.delete(&path, &staff()).await.ok(), json!({"id": id(&booked), "deleted": true}));
    app.delete(&path, &staff()).await.refused(404, "reservation_not_found");
    app.get(&own_path("by-email", "Alice", number(&booked)), "").await.refused(404, "reservation_not_found");
    app.get(&format!("/crm/reservations/get/{}", id(&booked)), &staff()).await.refused(404, "reservation_not_found");
    let contact = booked["customer"]["contactId"].as_str().unwrap();
    let timeline = app.get(&format!("/crm/activity/{contact}"), &staff()).await.ok();
    assert_eq!(timeline["data"][0]["kind"], "reservation.deleted", "its history stays");
    let again = |name: &str| with(wish(name, EVENING), "id", booked["id"].clone());
    app.post(CREATE, &staff(), again("Alice")).await.refused(409, "already_exists");
    app.book("Bob", EVENING).await;
}
