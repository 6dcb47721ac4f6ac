//! `/dev/clock`: time by hand, and only where the server was started with a clock that can be moved.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use frontdesk::clock::ManualClock;
use reqwest::Method;
use serde_json::json;

use crate::app::{START, TestApp, id};

#[tokio::test]
async fn a_manual_clock_stands_until_it_is_moved_and_never_goes_back() {
    let app = TestApp::with_manual_clock().await;
    assert_eq!(app.get("/dev/clock", "").await.ok(), json!({ "now": START }));
    assert_eq!(app.advance("PT1H30M").await.ok(), json!({ "now": "2026-05-10T10:30:00Z" }));
    assert_eq!(app.advance("PT0S").await.ok(), json!({ "now": "2026-05-10T10:30:00Z" }));
    assert_eq!(app.advance("P1DT1S").await.ok(), json!({ "now": "2026-05-11T10:30:01Z" }));
    assert_eq!(app.set_clock("2026-05-12T00:00:00+02:00").await.ok(), json!({ "now": "2026-05-11T22:00:00Z" }));
    let back = app.set_clock("2026-05-11T21:59:59Z").await;
    assert_eq!(back.refused(409, "clock_backwards")["now"], "2026-05-11T22:00:00Z");
    assert_eq!(app.get("/dev/clock", "").await.ok(), json!({ "now": "2026-05-11T22:00:00Z" }));
}

#[tokio::test]
async fn a_clock_is_moved_by_exactly_one_of_set_and_advance() {
    let app = TestApp::with_manual_clock().await;
    for odd in [
        json!({}),
        json!({ "set": START, "advance": "PT1H" }),
        json!({ "set": "noon" }),
        json!({ "set": "2200-01-01T00:00:00Z" }),
        json!({ "set": 7 }),
        json!({ "advance": "an hour" }),
        json!({ "advance": "-PT1H" }),
        json!({ "advance": "P1M" }),
        json!({ "advance": "P999999999D" }),
        json!({ "advance": 3600 }),
    ] {
        let refused = app.post("/dev/clock", "", odd.clone()).await;
        assert!(!refused.invalid_paths().is_empty(), "{odd}");
    }
    assert_eq!(app.get("/dev/clock", "").await.ok()["now"], START);
}

#[tokio::test]
async fn advance_steps_through_what_is_due_in_order_and_set_is_one_jump() {
    let app = TestApp::with_manual_clock().await;
    let automatic = json!({ "queue": { "graceMinutes": 5, "autoNoShow": true } });
    app.service_point("one", automatic.clone()).await;
    app.service_point("two", automatic).await;
    let (first, second) = (app.join("two", "A").await, app.join("one", "B").await);
    app.act("call", id(&first), json!({})).await.ok();
    app.advance("PT30S").await;
    app.act("call", id(&second), json!({})).await.ok();
    app.advance("PT1H").await;
    use sqlx::Row;
    let query = sqlx::query("SELECT point_id, at FROM event WHERE kind = 'queue.no_show' ORDER BY lane_seq, index");
    let rows = query.fetch_all(&mut app.connection().await).await.unwrap();
    let happened: Vec<_> =
        rows.iter().map(|row| (row.get::<String, _>("point_id"), row.get::<DateTime<Utc>, _>("at"))).collect();
    let expected = [("two", "2026-05-10T09:05:00Z"), ("one", "2026-05-10T09:05:30Z")];
    assert_eq!(happened, expected.map(|(point, at)| (point.to_owned(), at.parse().unwrap())));
}

#[tokio::test]
async fn what_became_due_while_the_server_was_down_is_done_at_its_start() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("one", json!({ "queue": { "graceMinutes": 5, "autoNoShow": true } })).await;
    let joined = app.join("one", "A").await;
    app.act("call", id(&joined), json!({})).await.ok();
    let later = ManualClock::starting_at("2026-05-10T12:00:00Z".parse().unwrap());
    let app = app.restart(Arc::new(later)).await;
    let query = "SELECT at FROM event WHERE kind = 'queue.no_show'";
    let missed: DateTime<Utc> = loop {
        let row = sqlx::query_scalar(query).fetch_optional(&mut app.connection().await).await.unwrap();
        match row {
            Some(at) => break at,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    assert_eq!(missed, "2026-05-10T09:05:00Z".parse::<DateTime<Utc>>().unwrap());
}

#[tokio::test]
async fn with_the_real_clock_the_route_does_not_exist() {
    let app = TestApp::spawn().await;
    app.get("/dev/clock", "").await.refused(404, "not_found");
    app.post("/dev/clock", "", json!({ "advance": "PT1H" })).await.refused(404, "not_found");
    app.post("/dev/clock", &crate::app::admin(), json!({ "advance": "PT1H" })).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_a_proxy_forwards_does_not_count_as_this_machine() {
    let app = TestApp::with_manual_clock().await;
    for header in ["x-forwarded-for", "forwarded"] {
        let request = app.request(Method::POST, "/dev/clock").header(header, "203.0.113.9");
        app.send(request.json(&json!({ "advance": "PT1H" }))).await.refused(403, "not_loopback");
    }
    assert_eq!(app.get("/dev/clock", "").await.ok()["now"], START);
}

#[tokio::test]
async fn tokens_expire_by_the_real_clock_whatever_time_the_queues_live_in() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    app.set_clock("2090-01-01T00:00:00Z").await.ok();
    app.join("desk", "Guest").await;
    assert_eq!(app.call_next("desk").await.ok()["calledAt"], "2090-01-01T00:00:00Z");
}
