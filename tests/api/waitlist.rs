//! `/crm/reservations/waitlist/join`: who waits is offered what becomes free.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, customer, members};
use crate::calendar::{CREATE, EVENING, email, number, own_path, wish, with};

const JOIN: &str = "/crm/reservations/waitlist/join";

fn body(name: &str) -> Value {
    let customer = json!({"name": name, "email": email(name)});
    json!({"definitionId": "cut", "from": "2026-05-10", "to": "2026-05-10", "customer": customer})
}

async fn join(app: &TestApp, body: Value) -> Answer {
    app.post(JOIN, "", body).await
}

#[tokio::test]
async fn who_waits_is_on_the_list_once() {
    let app = TestApp::barber().await;
    let joined = join(&app, body("Alice")).await;
    assert_eq!(joined.status, 201, "{}", joined.text);
    assert_eq!(members(&joined.json), ["definitionId", "from", "id", "to"]);
    assert_eq!(
        (&joined.json["from"], &joined.json["to"]),
        (&json!("2026-05-09T22:00:00Z"), &json!("2026-05-10T22:00:00Z")),
        "days are those of the business, the last one included"
    );
    let again = join(&app, body("Alice")).await;
    assert_eq!((again.status.as_u16(), &again.json["alreadyWaiting"]), (200, &json!(true)), "{}", again.text);
    assert_eq!(members(&again.json), ["alreadyWaiting", "definitionId", "from", "to"]);
}

#[tokio::test]
async fn a_freed_slot_is_kept_for_who_waits_and_then_free_for_all() {
    let app = TestApp::with_manual_clock().await;
    // One slot a day: 18:00 in Berlin.
    let hours = json!([["18:00", "18:30"]]);
    let week = json!({"sun": hours});
    app.define("cut", |terms| terms.hours = Some(serde_json::from_value(week).unwrap())).await;
    let booked = app.book("Bob", EVENING).await;
    assert_eq!(join(&app, body("Alice")).await.status, 201);
    app.delete(&own_path("cancel", "Bob", number(&booked)), "").await.ok();
    app.post(CREATE, "", wish("Cem", EVENING)).await.refused(409, "slot_taken");
    app.advance("PT30M").await;
    app.book("Cem", EVENING).await;
}

#[tokio::test]
async fn what_cannot_be_waited_for_is_refused() {
    let app = TestApp::barber().await;
    assert_eq!(join(&app, json!({})).await.invalid_paths(), ["definitionId", "from", "to", "customer"]);
    for (from, to, path) in [
        ("2026-05-12", "2026-05-10", "to"),
        ("2026-05-01", "2026-05-09", "to"),
        ("2026-05-10", "2026-07-11", "to"),
        ("soon", "2026-05-10", "from"),
    ] {
        let span = with(with(body("Alice"), "from", json!(from)), "to", json!(to));
        assert_eq!(join(&app, span).await.invalid_paths(), [path], "{from} {to}");
    }
    let longest = with(body("Alice"), "to", json!("2026-07-10"));
    assert_eq!(join(&app, longest).await.status, 201, "62 days");
    join(&app, with(body("Alice"), "definitionId", json!("other"))).await.refused(404, "definition_not_found");
}

#[tokio::test]
async fn customers_wait_for_themselves_and_keys_are_kept() {
    let app = TestApp::barber().await;
    app.post(JOIN, &customer(&email("Bob")), body("Alice")).await.refused(403, "forbidden");
    let key = [("idempotency-key", "k")];
    let first = app.send_with(Method::POST, JOIN, "", &key, body("Alice")).await;
    let again = app.send_with(Method::POST, JOIN, "", &key, body("Alice")).await;
    assert_eq!((again.status.as_u16(), &again.json), (201, &first.json), "{}", again.text);
}
