//! `/crm/reservations/send-reminder`: a member of staff reminds by hand.

use serde_json::{Value, json};

use crate::app::{TestApp, customer, id, staff};
use crate::calendar::{EVENING, email, number, own_path};

fn path(key: &str) -> String {
    format!("/crm/reservations/send-reminder/{key}")
}

/// How often the customer was reminded by hand.
async fn reminded(app: &TestApp, booked: &Value) -> usize {
    let contact = booked["customer"]["contactId"].as_str().unwrap();
    let timeline = app.get(&format!("/crm/activity/{contact}"), &staff()).await.ok();
    timeline["data"].as_array().unwrap().iter().filter(|line| line["kind"] == "reservation.reminder_asked").count()
}

#[tokio::test]
async fn a_reminder_goes_out_for_each_asking_and_changes_nothing() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    for (key, times) in [(id(&booked), 1), (number(&booked), 2)] {
        assert_eq!(app.post(&path(key), &staff(), json!({})).await.ok(), booked);
        assert_eq!(reminded(&app, &booked).await, times);
    }
    for _ in 0..2 {
        let headers = [("idempotency-key", "k")];
        app.send_with(reqwest::Method::POST, &path(id(&booked)), &staff(), &headers, json!({})).await.ok();
        assert_eq!(reminded(&app, &booked).await, 3, "once for a key");
    }
}

#[tokio::test]
async fn nobody_is_reminded_of_what_is_over_or_called_off() {
    let app = TestApp::barber().await;
    let (alice, bob) = (app.book("Alice", EVENING).await, app.book("Bob", "2026-05-10T17:00:00Z").await);
    app.delete(&own_path("cancel", "Bob", number(&bob)), "").await.ok();
    let refused = app.post(&path(id(&bob)), &staff(), json!({})).await;
    assert_eq!(refused.refused(409, "wrong_state")["state"], "cancelled");
    assert_eq!(app.set_clock(EVENING).await.status, 200);
    let refused = app.post(&path(id(&alice)), &staff(), json!({})).await;
    assert_eq!(refused.refused(409, "already_begun")["start"], EVENING);
    assert_eq!((reminded(&app, &alice).await, reminded(&app, &bob).await), (0, 0));
}

#[tokio::test]
async fn it_is_for_staff_and_for_what_exists() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    app.post(&path(id(&booked)), "", json!({})).await.refused(401, "unauthenticated");
    app.post(&path(id(&booked)), &customer(&email("Alice")), json!({})).await.refused(403, "forbidden");
    app.post(&path("other"), &staff(), json!({})).await.refused(404, "reservation_not_found");
    assert_eq!(reminded(&app, &booked).await, 0);
}
