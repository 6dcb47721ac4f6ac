//! What one client does wrong must not cost another one anything, and must not be taken for success later.

use std::sync::Arc;

use frontdesk::clock::SystemClock;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Executor;

use crate::app::{Answer, TestApp, staff};

const JOIN: &str = "/crm/reservations/queue/join";

async fn keyed(app: &TestApp, path: &str, key: &str, body: &Value) -> Answer {
    let request = app.request(Method::POST, path).bearer_auth(staff()).header("idempotency-key", key);
    app.send(request.json(body)).await
}

fn wish(point: &str, name: &str) -> Value {
    json!({ "servicePointId": point, "customer": { "name": name } })
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_to_two_points_at_once_costs_nobody_else_a_place() {
    let app = Arc::new(TestApp::spawn().await);
    for point in ["left", "right"] {
        app.service_point(point, json!({ "queue": { "maxWaiting": 1000 } })).await;
    }
    let attacks = (0..40).map(|attack| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let (key, left, right) = (format!("pair-{attack}"), wish("left", "Mallory"), wish("right", "Mallory"));
            let (one, other) = tokio::join!(keyed(&app, JOIN, &key, &left), keyed(&app, JOIN, &key, &right));
            for answer in [one, other] {
                assert!(matches!(answer.status.as_u16(), 201 | 422), "{}", answer.text);
            }
        })
    });
    let innocents = (0..80).map(|_| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            app.join("left", "Innocent").await;
        })
    });
    futures_util::future::try_join_all(attacks.chain(innocents).collect::<Vec<_>>()).await.unwrap();
}

#[tokio::test]
async fn an_id_that_a_visit_elsewhere_has_is_refused_before_it_reaches_the_owner() {
    let app = TestApp::spawn().await;
    app.service_point("left", json!({})).await;
    app.service_point("right", json!({})).await;
    let with_id = |point: &str| {
        let mut body = wish(point, "Guest");
        body["id"] = json!("fixed");
        body
    };
    assert_eq!(app.post(JOIN, &staff(), with_id("left")).await.status, 201);
    let taken = app.post(JOIN, &staff(), with_id("right")).await;
    assert_eq!((taken.status.as_u16(), &taken.json["code"]), (409, &json!("already_exists")), "{}", taken.text);
}

#[tokio::test]
async fn a_key_is_free_again_after_its_day() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    assert_eq!(keyed(&app, JOIN, "visit-1", &wish("desk", "Ann")).await.status, 201);
    app.connection().await.execute("DELETE FROM idempotency").await.unwrap();
    let app = app.restart(SystemClock::shared()).await;
    let again = keyed(&app, JOIN, "visit-1", &wish("desk", "Bo")).await;
    assert_eq!((again.status.as_u16(), &again.json["number"]), (201, &json!(2)), "{}", again.text);
}

#[tokio::test]
async fn a_refused_transfer_repeated_under_its_key_is_not_taken_for_one_that_worked() {
    let app = TestApp::spawn().await;
    app.service_point("here", json!({})).await;
    app.service_point("full", json!({ "queue": { "maxWaiting": 1 } })).await;
    app.join("full", "Bo").await;
    let entry = app.join("here", "Ann").await["id"].as_str().unwrap().to_owned();
    let path = format!("/crm/reservations/queue/transfer/{entry}");
    for _ in 0..2 {
        let refused = keyed(&app, &path, "move-1", &json!({ "servicePointId": "full" })).await;
        assert_eq!((refused.status.as_u16(), &refused.json["code"]), (409, &json!("transfer_refused")));
    }
}
