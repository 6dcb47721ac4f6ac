//! `/crm/reservations/queue/pause` and `/resume`, and opening hours: when nobody may join, and until when.

use serde_json::{Value, json};

use crate::app::{TestApp, admin, own_path};

async fn refused_join(app: &TestApp, code: &str) -> Value {
    app.join_as("desk", json!({ "name": "Guest" })).await.refused(409, code).clone()
}

async fn set_status(app: &TestApp, status: &str) {
    let body = json!({ "id": "desk", "status": status });
    app.post("/crm/reservations/service-point/update", &admin(), body).await.ok();
}

#[tokio::test]
async fn while_a_point_is_paused_nobody_joins_and_those_who_wait_keep_their_places() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    let paused = app.act("pause", "desk", json!({})).await.ok();
    assert_eq!(
        (&paused["status"], &paused["admission"], &paused["version"]),
        (&json!("paused"), &json!("paused"), &json!(2))
    );
    assert_eq!(paused.get("reopensAt"), None);
    assert_eq!(refused_join(&app, "queue_paused").await.get("reopensAt"), None);
    assert_eq!(app.status("desk").await["servicePoint"]["status"], "paused");
    let own = app.own(&joined).await;
    assert_eq!((&own["position"], &own["servicePoint"]["status"]), (&json!(1), &json!("paused")));
    assert_eq!(app.act("pause", "desk", json!({})).await.ok()["version"], 2, "a repeat changes nothing");
    let resumed = app.act("resume", "desk", json!({})).await.ok();
    assert_eq!((&resumed["status"], &resumed["version"]), (&json!("open"), &json!(3)));
    assert_eq!(app.act("resume", "desk", json!({})).await.ok()["version"], 3);
    app.join("desk", "Bob").await;
}

#[tokio::test]
async fn a_pause_of_some_minutes_ends_by_itself_to_the_second() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let paused = app.act("pause", "desk", json!({ "minutes": 45 })).await.ok();
    assert_eq!(paused["reopensAt"], "2026-05-10T09:45:00Z");
    app.advance("PT44M59S").await;
    assert_eq!(refused_join(&app, "queue_paused").await["reopensAt"], "2026-05-10T09:45:00Z");
    app.advance("PT1S").await;
    assert_eq!(app.status("desk").await["servicePoint"]["status"], "open");
    app.join("desk", "Guest").await;
    let shown = app.get("/crm/reservations/service-point/get/desk", &admin()).await.ok();
    assert_eq!((&shown["admission"], &shown["updatedAt"]), (&json!("open"), &json!("2026-05-10T09:45:00Z")));
}

#[tokio::test]
async fn a_pause_may_end_at_an_instant_and_be_changed_by_another() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let until = |instant: &str| json!({ "until": instant });
    let paused = app.act("pause", "desk", until("2026-05-10T12:00:00+02:00")).await.ok();
    assert_eq!(paused["reopensAt"], "2026-05-10T10:00:00Z");
    assert_eq!(app.act("pause", "desk", until("2026-05-10T10:30:00Z")).await.ok()["reopensAt"], "2026-05-10T10:30:00Z");
    app.advance("PT1H15M").await;
    refused_join(&app, "queue_paused").await;
    app.set_clock("2026-05-10T18:00:00Z").await.ok();
    app.join("desk", "Guest").await;
    let shown = app.get("/crm/reservations/service-point/get/desk", &admin()).await.ok();
    assert_eq!(shown["updatedAt"], "2026-05-10T10:30:00Z", "with its true time, also after a downtime");
}

#[tokio::test]
async fn pauses_that_make_no_sense_are_refused_and_change_nothing() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    for (body, path) in [
        (json!({ "minutes": 0 }), "minutes"),
        (json!({ "minutes": 43_201 }), "minutes"),
        (json!({ "minutes": "45" }), "minutes"),
        (json!({ "until": "2026-05-10T09:00:00Z" }), "until"),
        (json!({ "until": "2026-05-10T08:59:59Z" }), "until"),
        (json!({ "until": "2026-06-10T09:00:00Z" }), "until"),
        (json!({ "until": "2026-05-10T10:00:00" }), "until"),
        (json!({ "until": "1066-10-14T09:00:00Z" }), "until"),
        (json!({ "until": "2200-01-01T00:00:00Z" }), "until"),
        (json!({ "until": "tomorrow" }), "until"),
        (json!({ "until": 7 }), "until"),
        (json!({ "until": "2026-05-10T10:00:00Z", "minutes": 5 }), "minutes"),
    ] {
        assert_eq!(app.act("pause", "desk", body.clone()).await.invalid_paths(), [path], "{body}");
    }
    let shown = app.get("/crm/reservations/service-point/get/desk", &admin()).await.ok();
    assert_eq!((&shown["status"], &shown["version"]), (&json!("open"), &json!(1)));
    for act in ["pause", "resume"] {
        app.act(act, "nowhere", json!({})).await.refused(404, "service_point_not_found");
    }
}

#[tokio::test]
async fn out_of_hours_nobody_joins_and_who_asks_is_told_when_it_opens() {
    let app = TestApp::with_manual_clock().await;
    let hours = json!({ "sun": [["09:00", "12:00"]], "mon": [["08:30", "17:00"]] });
    let made = app.service_point("desk", json!({ "hours": hours })).await;
    assert_eq!((&made["status"], made.get("opensAt")), (&json!("open"), None));
    let joined = app.join("desk", "Early").await;
    // The clock stands at 11:00 in Berlin; the span counts up to but without its end.
    app.advance("PT59M59S").await;
    app.join("desk", "Last").await;
    app.advance("PT1S").await;
    assert_eq!(refused_join(&app, "queue_closed").await["opensAt"], "2026-05-11T06:30:00Z");
    // What is shown in public holds for its `asOf`, which is at most ten seconds ago.
    app.advance("PT10S").await;
    assert_eq!(app.status("desk").await["servicePoint"]["status"], "closed");
    let shown = app.get("/crm/reservations/service-point/get/desk", &admin()).await.ok();
    assert_eq!((&shown["status"], &shown["admission"]), (&json!("closed"), &json!("open")));
    assert_eq!(shown["opensAt"], "2026-05-11T06:30:00Z");
    assert_eq!(app.own(&joined).await["position"], 1, "who waits still waits");
    app.post(&own_path("leave", &joined), "", json!({})).await.ok();
    app.advance("PT20H29M50S").await;
    app.join("desk", "Monday").await;
}

#[tokio::test]
async fn a_point_open_until_midnight_and_from_midnight_on_does_not_close_in_between() {
    let app = TestApp::with_manual_clock().await;
    let hours = json!({ "sun": [["10:00", "23:59"]], "mon": [["00:00", "02:00"]] });
    app.service_point("desk", json!({ "hours": hours })).await;
    app.set_clock("2026-05-10T21:59:30Z").await.ok();
    app.join("desk", "Half a minute before midnight").await;
    app.advance("PT30S").await;
    assert_eq!(app.join("desk", "Midnight").await["number"], 1);
    app.advance("PT2H").await;
    assert_eq!(refused_join(&app, "queue_closed").await["opensAt"], "2026-05-17T08:00:00Z");
}

#[tokio::test]
async fn a_point_that_a_clerk_has_closed_stays_closed_until_it_is_opened() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    set_status(&app, "closed").await;
    assert_eq!(refused_join(&app, "queue_closed").await.get("opensAt"), None);
    app.act("pause", "desk", json!({})).await.refused(409, "queue_closed");
    app.act("resume", "desk", json!({})).await.ok();
    app.join("desk", "Guest").await;
    set_status(&app, "paused").await;
    refused_join(&app, "queue_paused").await;
    set_status(&app, "open").await;
    app.join("desk", "Guest").await;
}
