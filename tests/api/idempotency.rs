//! `Idempotency-Key`: who got no answer asks again, gets the first answer, and nothing happens twice.

use std::sync::Arc;

use frontdesk::clock::SystemClock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, id, own_path, staff, token};

const JOIN: &str = "/crm/reservations/queue/join";
const CREATE: &str = "/crm/reservations/service-point/create";
const CALL_NEXT: &str = "/crm/reservations/queue/call-next/desk";

async fn post(app: &TestApp, path: &str, bearer: &str, key: &str, body: &Value) -> Answer {
    let request = app.request(Method::POST, path).header("idempotency-key", key).json(body);
    app.send(if bearer.is_empty() { request } else { request.bearer_auth(bearer) }).await
}

fn wish(name: &str) -> Value {
    json!({ "servicePointId": "desk", "customer": { "name": name } })
}

fn is_repeat(answer: &Answer) -> bool {
    answer.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
}

#[tokio::test]
async fn a_join_that_is_asked_for_again_is_answered_with_the_same_place_token_and_link() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let body = json!({ "servicePointId": "desk", "customer": { "name": "Alice", "email": "alice@example.com" } });
    let first = post(&app, JOIN, "", "key-1", &body).await;
    assert_eq!((first.status.as_u16(), is_repeat(&first)), (201, false), "{}", first.text);
    app.join("desk", "Bob").await;
    let reordered = json!({ "customer": { "email": "alice@example.com", "name": "Alice" }, "servicePointId": "desk" });
    for same in [body.clone(), reordered, json!({ "data": body })] {
        let again = post(&app, JOIN, "", "key-1", &same).await;
        assert_eq!((again.status.as_u16(), is_repeat(&again)), (201, true), "{}", again.text);
        assert_eq!(again.json, first.json);
    }
    assert_eq!(app.status("desk").await["waitingCount"], 2);
    app.post(&own_path("leave", &first.json), "", json!({})).await.ok();
    assert_eq!(post(&app, JOIN, "", "key-1", &body).await.json, first.json, "whatever has happened since");
}

#[tokio::test]
async fn the_same_key_with_another_body_address_or_person_is_refused() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("other", json!({})).await;
    post(&app, JOIN, "", "key-1", &wish("Alice")).await;
    let elsewhere = json!({ "servicePointId": "other", "customer": { "name": "Alice" } });
    for (bearer, body) in [(String::new(), wish("Bob")), (String::new(), elsewhere), (staff(), wish("Alice"))] {
        post(&app, JOIN, &bearer, "key-1", &body).await.refused(422, "idempotency_key_reused");
    }
    assert_eq!(
        (app.status("desk").await["waitingCount"].clone(), app.status("other").await["waitingCount"].clone()),
        (json!(1), json!(0))
    );
    post(&app, CALL_NEXT, &staff(), "key-2", &json!({})).await.ok();
    let colleague = token(json!({ "sub": "cleo" }));
    post(&app, CALL_NEXT, &colleague, "key-2", &json!({})).await.refused(422, "idempotency_key_reused");
}

#[tokio::test]
async fn call_next_under_the_same_key_calls_nobody_else() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    for name in ["A", "B", "C"] {
        app.join("desk", name).await;
    }
    let first = post(&app, CALL_NEXT, &staff(), "key-1", &json!({ "counter": "1" })).await.ok();
    for _ in 0..3 {
        let again = post(&app, CALL_NEXT, &staff(), "key-1", &json!({ "counter": "1" })).await;
        assert!(is_repeat(&again));
        let again = again.ok();
        assert_eq!((&again["number"], &again["version"]), (&first["number"], &first["version"]));
    }
    assert_eq!(app.status("desk").await["waitingCount"], 2);
    assert_eq!(post(&app, CALL_NEXT, &staff(), "key-2", &json!({ "counter": "1" })).await.ok()["number"], 2);
}

#[tokio::test]
async fn a_service_point_is_made_once_and_keeps_the_id_that_was_made_for_the_key() {
    let app = TestApp::spawn().await;
    let body = json!({ "name": "Counter" });
    let first = post(&app, CREATE, &admin(), "key-1", &body).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = post(&app, CREATE, &admin(), "key-1", &body).await;
    assert_eq!((again.status.as_u16(), &again.json), (201, &first.json));
    let listed = app.get("/crm/reservations/service-point/get", &admin()).await.ok();
    assert_eq!(listed["total"], 1);
    let other = post(&app, CREATE, &admin(), "key-2", &body).await;
    assert_ne!(other.json["id"], first.json["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_under_one_key_have_one_effect_and_one_answer() {
    let app = Arc::new(TestApp::spawn().await);
    app.service_point("desk", json!({})).await;
    app.join("desk", "First").await;
    for (path, bearer, body, status) in [
        (JOIN, String::new(), wish("Alice"), 201),
        (CALL_NEXT, staff(), json!({}), 200),
        (CREATE, admin(), json!({ "name": "Counter" }), 201),
    ] {
        let asked = (0..20).map(|_| {
            let (app, bearer, body) = (Arc::clone(&app), bearer.clone(), body.clone());
            tokio::spawn(async move { post(&app, path, &bearer, "one", &body).await })
        });
        let answers = futures_util::future::try_join_all(asked).await.unwrap();
        for answer in &answers {
            assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
            assert_eq!(id(&answer.json), id(&answers[0].json));
            assert_eq!(answer.json.get("token"), answers[0].json.get("token"));
        }
        assert_eq!(answers.iter().filter(|answer| !is_repeat(answer)).count(), 1, "{path}");
    }
    let status = app.status("desk").await;
    assert_eq!((&status["waitingCount"], status["called"].as_array().unwrap().len()), (&json!(1), 1));
    let listed = app.get("/crm/reservations/service-point/get", &admin()).await.ok();
    assert_eq!(listed["total"], 2);
}

#[tokio::test]
async fn the_first_answer_is_known_after_a_restart_too() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = post(&app, JOIN, "", "key-1", &wish("Alice")).await.json;
    app.join("desk", "Bob").await;
    let called = post(&app, CALL_NEXT, &staff(), "key-1", &json!({})).await.ok();
    let app = app.restart(SystemClock::shared()).await;
    let again = post(&app, JOIN, "", "key-1", &wish("Alice")).await;
    assert!(is_repeat(&again));
    assert_eq!((&again.json["id"], &again.json["token"]), (&joined["id"], &joined["token"]));
    assert_eq!((&again.json["number"], &again.json["position"]), (&joined["number"], &joined["position"]));
    post(&app, JOIN, "", "key-1", &wish("Mallory")).await.refused(422, "idempotency_key_reused");
    let again = post(&app, CALL_NEXT, &staff(), "key-1", &json!({})).await.ok();
    assert_eq!(again["id"], called["id"]);
    assert_eq!(app.status("desk").await["waitingCount"], 1);
}

#[tokio::test]
async fn a_key_is_of_one_to_255_visible_characters() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    for odd in ["", "has blanks", &"k".repeat(256)] {
        post(&app, JOIN, "", odd, &wish("Alice")).await.refused(400, "invalid_idempotency_key");
        post(&app, CALL_NEXT, &staff(), odd, &json!({})).await.refused(400, "invalid_idempotency_key");
    }
    assert_eq!(app.status("desk").await["waitingCount"], 0);
    assert_eq!(post(&app, JOIN, "", &"k".repeat(255), &wish("Alice")).await.status, 201);
}

#[tokio::test]
async fn the_same_key_on_another_route_is_another_key() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = post(&app, JOIN, "", "key-1", &wish("Alice")).await.json;
    post(&app, JOIN, "", "key-2", &wish("Bob")).await;
    assert_eq!(post(&app, CALL_NEXT, &staff(), "key-1", &json!({})).await.ok()["id"], joined["id"]);
    assert_eq!(post(&app, CREATE, &admin(), "key-1", &json!({ "name": "Counter" })).await.status, 201);
    let start = format!("/crm/reservations/queue/start/{}", id(&joined));
    assert_eq!(post(&app, &start, &staff(), "key-1", &json!({})).await.ok()["state"], "serving");
}

#[tokio::test]
async fn refusals_are_not_kept_so_that_what_was_refused_can_be_tried_again() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "status": "closed" })).await;
    post(&app, JOIN, "", "key-1", &wish("Alice")).await.refused(409, "queue_closed");
    post(&app, CALL_NEXT, &staff(), "key-1", &json!({})).await.refused(409, "nobody_waiting");
    post(&app, JOIN, "", "key-3", &wish("")).await.invalid_paths();
    app.act("resume", "desk", json!({})).await.ok();
    let joined = post(&app, JOIN, "", "key-1", &wish("Alice")).await;
    assert_eq!((joined.status.as_u16(), is_repeat(&joined)), (201, false), "{}", joined.text);
    assert_eq!(post(&app, CALL_NEXT, &staff(), "key-1", &json!({})).await.ok()["id"], joined.json["id"]);
    assert_eq!(post(&app, JOIN, "", "key-3", &wish("Bob")).await.status, 201);
}
