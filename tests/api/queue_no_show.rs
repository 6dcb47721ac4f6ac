//! `/crm/reservations/queue/no-show`: by hand after the grace period, or by itself to the second.

use std::sync::Arc;

use frontdesk::clock::ManualClock;
use serde_json::{Value, json};
use sqlx::Row;

use crate::app::{Answer, TestApp, id, supervisor};

async fn overruled(app: &TestApp, joined: &Value, bearer: &str) -> Answer {
    app.post(&format!("/crm/reservations/queue/no-show/{}?override=true", id(joined)), bearer, json!({})).await
}

/// When each no-show of an entry was put down as having happened.
async fn no_shows(app: &TestApp, joined: &Value) -> Vec<String> {
    let query =
        sqlx::query("SELECT to_json(at) #>> '{}' AS at FROM event WHERE entry_id = $1 AND kind = 'queue.no_show'");
    let rows = query.bind(id(joined)).fetch_all(&mut app.connection().await).await.unwrap();
    let utc = |row: &sqlx::postgres::PgRow| {
        let at: chrono::DateTime<chrono::Utc> = row.get::<String, _>("at").parse().unwrap();
        at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
    };
    rows.iter().map(utc).collect()
}

#[tokio::test]
async fn who_was_called_has_the_grace_period_to_come() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 5 } })).await;
    let joined = app.join("desk", "Alice").await;
    app.advance("PT1H").await;
    app.act("call", id(&joined), json!({})).await.ok();
    app.advance("PT4M59S").await;
    let early = app.act("no-show", id(&joined), json!({})).await;
    assert_eq!(early.refused(409, "grace_period")["retryAt"], "2026-05-10T10:05:00Z");
    assert_eq!(app.own(&joined).await["state"], "called");
    app.advance("PT1S").await;
    let gone = app.act("no-show", id(&joined), json!({})).await.ok();
    assert_eq!((&gone["state"], &gone["endedAt"]), (&json!("no_show"), &json!("2026-05-10T10:05:00Z")));
    let again = app.act("no-show", id(&joined), json!({})).await.ok();
    assert_eq!(again["version"], gone["version"]);
}

#[tokio::test]
async fn who_was_never_called_has_the_grace_period_from_joining() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 5 } })).await;
    let joined = app.join("desk", "Alice").await;
    let early = app.act("no-show", id(&joined), json!({})).await;
    assert_eq!(early.refused(409, "grace_period")["retryAt"], "2026-05-10T09:05:00Z");
    app.advance("PT5M").await;
    assert_eq!(app.act("no-show", id(&joined), json!({})).await.ok()["state"], "no_show");
}

#[tokio::test]
async fn a_supervisor_may_overrule_the_grace_period_and_staff_may_not() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    app.act("call", id(&joined), json!({})).await.ok();
    overruled(&app, &joined, &crate::app::staff()).await.refused(403, "override_forbidden");
    assert_eq!(app.own(&joined).await["state"], "called");
    let odd = format!("/crm/reservations/queue/no-show/{}?override=maybe", id(&joined));
    app.post(&odd, &supervisor(), json!({})).await.refused(400, "invalid_query");
    assert_eq!(overruled(&app, &joined, &supervisor()).await.ok()["state"], "no_show");
}

#[tokio::test]
async fn without_a_grace_period_a_no_show_can_be_put_down_at_once() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 0 } })).await;
    let joined = app.join("desk", "Alice").await;
    app.act("call", id(&joined), json!({})).await.ok();
    assert_eq!(app.act("no-show", id(&joined), json!({})).await.ok()["state"], "no_show");
}

#[tokio::test]
async fn an_automatic_no_show_comes_exactly_at_its_second_and_once() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 5, "autoNoShow": true } })).await;
    let (first, second) = (app.join("desk", "One").await, app.join("desk", "Two").await);
    let waiting = app.join("desk", "Three").await;
    app.act("call", id(&first), json!({})).await.ok();
    app.advance("PT90S").await;
    app.act("call", id(&second), json!({})).await.ok();
    app.advance("PT3M29S").await;
    assert_eq!(app.own(&first).await["state"], "called", "one second is left");
    app.advance("PT1S").await;
    assert_eq!(
        (app.own(&first).await["state"].clone(), app.own(&second).await["state"].clone()),
        (json!("no_show"), json!("called"))
    );
    app.advance("PT1H").await;
    assert_eq!(
        (app.own(&second).await["state"].clone(), app.own(&waiting).await["state"].clone()),
        (json!("no_show"), json!("waiting"))
    );
    assert_eq!(no_shows(&app, &first).await, ["2026-05-10T09:05:00Z"]);
    assert_eq!(no_shows(&app, &second).await, ["2026-05-10T09:06:30Z"]);
    let shown = app.act("no-show", id(&second), json!({})).await.ok();
    assert_eq!(shown["endedAt"], "2026-05-10T09:06:30Z");
}

#[tokio::test]
async fn after_a_downtime_an_automatic_no_show_is_put_down_with_its_true_time_and_once() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 5, "autoNoShow": true } })).await;
    let (first, second) = (app.join("desk", "One").await, app.join("desk", "Two").await);
    app.act("call", id(&first), json!({})).await.ok();
    app.advance("PT1M").await;
    app.act("call", id(&second), json!({})).await.ok();
    app.set_clock("2026-05-10T17:00:00Z").await.ok();
    assert_eq!(app.own(&first).await["state"], "no_show");
    assert_eq!(no_shows(&app, &first).await, ["2026-05-10T09:05:00Z"]);
    assert_eq!(no_shows(&app, &second).await, ["2026-05-10T09:06:00Z"]);
}

#[tokio::test]
async fn what_came_due_while_the_server_was_down_happens_at_its_start_with_its_true_time() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 5, "autoNoShow": true } })).await;
    let joined = app.join("desk", "One").await;
    app.act("call", id(&joined), json!({})).await.ok();
    let later = ManualClock::starting_at("2026-05-10T12:00:00Z".parse().unwrap());
    let app = app.restart(Arc::new(later)).await;
    app.advance("PT0S").await;
    assert_eq!(app.own(&joined).await["state"], "no_show");
    let app = app.restart(Arc::new(ManualClock::starting_at("2026-05-10T13:00:00Z".parse().unwrap()))).await;
    app.advance("PT1M").await;
    assert_eq!(no_shows(&app, &joined).await, ["2026-05-10T09:05:00Z"]);
}

#[tokio::test]
async fn who_comes_in_time_is_no_automatic_no_show_and_who_is_put_back_starts_anew() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 5, "autoNoShow": true } })).await;
    let (comes, returned) = (app.join("desk", "One").await, app.join("desk", "Two").await);
    app.act("call", id(&comes), json!({})).await.ok();
    app.act("call", id(&returned), json!({})).await.ok();
    app.advance("PT4M59S").await;
    app.act("start", id(&comes), json!({})).await.ok();
    app.act("return", id(&returned), json!({ "to": "first" })).await.ok();
    app.act("call", id(&returned), json!({})).await.ok();
    app.advance("PT4M59S").await;
    assert_eq!(app.own(&returned).await["state"], "called");
    app.advance("PT1S").await;
    assert_eq!(
        (app.own(&comes).await["state"].clone(), app.own(&returned).await["state"].clone()),
        (json!("serving"), json!("no_show"))
    );
}
