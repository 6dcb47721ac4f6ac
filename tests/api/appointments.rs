//! Queue meets calendar: who has booked checks in at the counter, stands in line, and the calendar hears how it ended.

use std::sync::Arc;

use frontdesk::clock::ManualClock;
use frontdesk::domain::ids::PointId;
use serde_json::{Value, json};

use crate::app::{TestApp, id, staff};
use crate::calendar::{EVENING, email, number};

/// A server with the definition `cut` at the point `chair`.
async fn salon() -> TestApp {
    let app = TestApp::with_manual_clock().await;
    let queue = json!({ "graceMinutes": 5, "autoNoShow": true, "maxWaiting": 1 });
    app.service_point("chair", json!({ "capacity": 2, "queue": queue })).await;
    app.define("cut", |terms| {
        terms.service_point_id = Some(PointId::parse("chair").unwrap());
        terms.capacity = Some(1);
    })
    .await;
    app
}

async fn shown(app: &TestApp, booked: &Value) -> Value {
    app.get(&format!("/crm/reservations/get/{}", id(booked)), &staff()).await.ok()
}

/// Waits until the calendar shows the reservation so; what a line reports follows a moment after its own answer.
async fn becomes(app: &TestApp, booked: &Value, status: &str) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let shown = shown(app, booked).await;
        if shown["status"] == status {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "not {status}: {shown}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn who_has_booked_stands_in_line_by_their_slot_and_is_known_there_by_the_reservation() {
    let app = salon().await;
    let early = app.book("Early", "2026-05-10T09:30:00Z").await;
    let late = app.book("Late", EVENING).await;
    app.join("chair", "Walk-in").await;
    let entry = app.act("check-in", number(&early), json!({})).await.ok();
    assert_eq!(entry["customer"]["email"], email("Early"));
    assert_eq!(entry["state"], "waiting");
    assert_eq!(entry["position"], 2, "the slot lies behind the walk-in's coming: {entry}");
    assert_eq!(app.act("check-in", id(&early), json!({})).await.ok()["id"], entry["id"], "a repeat changes nothing");
    assert_eq!(app.status("chair").await["waitingCount"], 2, "an appointment comes in although the line is full");
    assert_eq!(shown(&app, &early).await["status"], "checked_in");
    assert_eq!(shown(&app, &late).await["status"], "confirmed");
    app.act("check-in", "no-such-thing", json!({})).await.refused(404, "entry_not_found");
}

#[tokio::test]
async fn the_calendar_hears_that_it_was_served_missed_or_taken_back() {
    let app = salon().await;
    let served = app.book("Served", "2026-05-10T09:30:00Z").await;
    let missed = app.book("Missed", "2026-05-10T10:00:00Z").await;
    let entry = app.act("check-in", id(&served), json!({})).await.ok();
    app.act("start", id(&entry), json!({})).await.ok();
    app.act("complete", id(&entry), json!({})).await.ok();
    becomes(&app, &served, "completed").await;
    app.act("undo", id(&entry), json!({})).await.ok();
    becomes(&app, &served, "checked_in").await;
    let entry = app.act("check-in", id(&missed), json!({})).await.ok();
    app.act("call", id(&entry), json!({})).await.ok();
    app.advance("PT6M").await;
    becomes(&app, &missed, "no_show").await;
}

#[tokio::test]
async fn a_line_that_is_gone_refuses_and_the_reservation_is_as_it_was() {
    let app = salon().await;
    let booked = app.book("Alice", "2026-05-10T09:30:00Z").await;
    let walk_in = app.join_as("chair", json!({ "name": "Alice", "email": email("Alice") })).await.json;
    let refused = app.act("check-in", id(&booked), json!({})).await;
    assert_eq!(refused.refused(409, "already_in_line")["entryId"], walk_in["id"]);
    becomes(&app, &booked, "confirmed").await;
}

#[tokio::test]
async fn what_line_and_calendar_had_to_tell_one_another_is_told_after_a_restart() {
    let app = salon().await;
    let (arriving, ended) = (app.book("Arriving", "2026-05-10T09:30:00Z").await, app.book("Ended", EVENING).await);
    let entry = app.act("check-in", id(&ended), json!({})).await.ok();
    // As a crash between the two commits would leave it: one has come and stands nowhere, the other's visit is over.
    let mut connection = app.connection().await;
    for (statement, id) in [
        ("UPDATE queue_entry SET state = 'left', ended_at = now() WHERE id = $1", &entry["id"]),
        ("UPDATE reservation r SET status = 'checked_in', status_at = o.status_at, status_before = o.status_before,
             arrival = jsonb_set(jsonb_set(o.arrival, '{entry}', '\"arrived-late\"'), '{handover}', '\"another-secret\"')
          FROM reservation o WHERE o.status = 'checked_in' AND r.id = $1", &arriving["id"]),
    ] {
        let changed = sqlx::query(statement).bind(id.as_str()).execute(&mut connection).await.unwrap();
        assert_eq!(changed.rows_affected(), 1, "{statement}");
    }
    drop(connection);
    let app = app.restart(Arc::new(ManualClock::starting_at("2026-05-10T09:00:00Z".parse().unwrap()))).await;
    becomes(&app, &ended, "no_show").await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while app.status("chair").await["waitingCount"] != 1 {
        assert!(std::time::Instant::now() < deadline, "{}", app.status("chair").await);
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(app.act("check-in", id(&arriving), json!({})).await.ok()["id"], "arrived-late");
}
