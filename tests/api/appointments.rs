//! Queue meets calendar: who has booked checks in at the counter, stands in line, and the calendar hears how it ended.

use std::sync::Arc;

use frontdesk::clock::ManualClock;
use frontdesk::domain::ids::PointId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, id, staff, supervisor};
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

/// Waits until the visit stands so.
async fn ends(app: &TestApp, entry: &Value, state: &str) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let mut connection = app.connection().await;
    loop {
        let stands = sqlx::query_scalar("SELECT state FROM queue_entry WHERE id = $1").bind(id(entry));
        let stands: String = stands.fetch_one(&mut connection).await.unwrap();
        if stands == state {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "{stands}, not {state}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

async fn closed_at_the_desk(app: &TestApp, booked: &Value, status: &str) {
    let body = json!({ "id": id(booked), "status": status });
    app.post("/crm/reservations/update", &staff(), body).await.ok();
}

#[tokio::test]
async fn a_visit_ends_when_the_desk_closes_or_deletes_its_reservation() {
    let app = salon().await;
    let mut visits = Vec::new();
    for (name, start) in [("Done", "09:30"), ("Served", "10:00"), ("Missed", "10:30"), ("Deleted", "11:00")] {
        let booked = app.book(name, &format!("2026-05-10T{start}:00Z")).await;
        let entry = app.act("check-in", id(&booked), json!({})).await.ok();
        visits.push((booked, entry));
    }
    let [done, served, missed, deleted] = visits.as_slice() else { panic!("four") };
    app.act("start", id(&served.1), json!({})).await.ok();
    closed_at_the_desk(&app, &done.0, "completed").await;
    closed_at_the_desk(&app, &served.0, "completed").await;
    app.delete(&format!("/crm/reservations/delete/{}", id(&deleted.0)), &staff()).await.ok();
    app.advance("PT2H").await;
    closed_at_the_desk(&app, &missed.0, "no_show").await;
    for (visit, state) in [(done, "cancelled"), (served, "served"), (missed, "no_show"), (deleted, "cancelled")] {
        ends(&app, &visit.1, state).await;
    }
    assert_eq!(app.status("chair").await["waitingCount"], 0);
    // What the line had to say of it changes nothing any more.
    assert_eq!(shown(&app, &done.0).await["status"], "completed");
    assert_eq!(shown(&app, &missed.0).await["status"], "no_show");
}

#[tokio::test]
async fn after_a_restart_line_and_calendar_agree_whichever_of_them_was_not_heard() {
    let app = salon().await;
    let mut visits = Vec::new();
    for (name, start) in [("Desk", "09:30"), ("Line", "10:00"), ("Deleted", "10:30")] {
        let booked = app.book(name, &format!("2026-05-10T{start}:00Z")).await;
        let entry = app.act("check-in", id(&booked), json!({})).await.ok();
        visits.push((booked, entry));
    }
    let [desk, line, deleted] = visits.as_slice() else { panic!("three") };
    // As a crash would leave it: closed at the desk, taken back by the line, deleted; and the other side has not heard.
    let mut connection = app.connection().await;
    let close = "UPDATE reservation SET status = 'completed', closed_by = $2, status_before = jsonb_build_object(
        'status', 'checked_in', 'at', status_at, 'arrival', arrival, 'from', status_before) WHERE id = $1";
    for (reservation, by) in [(&desk.0, "desk"), (&line.0, "line")] {
        let changed = sqlx::query(close).bind(id(reservation)).bind(by).execute(&mut connection).await.unwrap();
        assert_eq!(changed.rows_affected(), 1);
    }
    let delete = sqlx::query("UPDATE reservation SET deleted_at = now() WHERE id = $1").bind(id(&deleted.0));
    assert_eq!(delete.execute(&mut connection).await.unwrap().rows_affected(), 1);
    drop(connection);
    let app = app.restart(Arc::new(ManualClock::starting_at("2026-05-10T09:00:00Z".parse().unwrap()))).await;
    becomes(&app, &line.0, "checked_in").await;
    for (visit, state) in [(desk, "cancelled"), (deleted, "cancelled"), (line, "waiting")] {
        ends(&app, &visit.1, state).await;
    }
    becomes(&app, &desk.0, "completed").await;
}

#[tokio::test]
async fn an_appointment_of_another_day_is_too_early_unless_a_supervisor_overrides() {
    let app = salon().await;
    let booked = app.book("Tomorrow", "2026-05-11T09:30:00Z").await;
    let path = format!("/crm/reservations/queue/check-in/{}", id(&booked));
    // Midnight in Berlin.
    let refused = app.post(&path, &supervisor(), json!({})).await;
    assert_eq!(refused.refused(409, "too_early")["retryAt"], "2026-05-10T22:00:00Z");
    let overriding = format!("{path}?override=true");
    app.post(&overriding, &staff(), json!({})).await.refused(403, "override_forbidden");
    assert_eq!(app.post(&overriding, &supervisor(), json!({})).await.ok()["state"], "waiting");
}

#[tokio::test]
async fn who_is_checked_in_by_many_at_once_arrives_once_and_all_hear_the_same() {
    let app = salon().await;
    let (refused, booked) =
        (app.book("Refused", "2026-05-10T09:30:00Z").await, app.book("Crowded", "2026-05-10T10:00:00Z").await);
    app.join_as("chair", json!({ "name": "Refused", "email": email("Refused") })).await;
    let at_once = |booked: &Value| {
        let path = format!("/crm/reservations/queue/check-in/{}", id(booked));
        let asked: Vec<_> = (0..12).map(|_| app.request(Method::POST, &path).bearer_auth(staff())).collect();
        futures_util::future::join_all(asked.into_iter().map(|request| app.send(request)))
    };
    for answer in at_once(&refused).await {
        answer.refused(409, "already_in_line");
    }
    becomes(&app, &refused, "confirmed").await;
    let entries: Vec<_> = at_once(&booked).await.into_iter().map(|answer| answer.ok()).collect();
    assert!(entries.iter().all(|entry| entry["id"] == entries[0]["id"]), "{entries:?}");
    assert_eq!(app.status("chair").await["waitingCount"], 2);
}

#[tokio::test]
async fn a_key_whose_check_in_was_refused_is_no_answer_once_the_line_would_take_them() {
    let app = salon().await;
    let booked = app.book("Alice", "2026-05-10T09:30:00Z").await;
    let walk_in = app.join_as("chair", json!({ "name": "Alice", "email": email("Alice") })).await.json;
    let path = format!("/crm/reservations/queue/check-in/{}", id(&booked));
    let keyed = async || app.send_with(Method::POST, &path, &staff(), &[("idempotency-key", "k")], json!({})).await;
    keyed().await.refused(409, "already_in_line");
    keyed().await.refused(409, "already_in_line");
    app.act("start", id(&walk_in), json!({})).await.ok();
    app.act("complete", id(&walk_in), json!({})).await.ok();
    let entry = keyed().await.ok();
    assert_eq!(entry["state"], "waiting");
    assert_eq!(keyed().await.ok()["id"], entry["id"]);
    assert_eq!(app.status("chair").await["waitingCount"], 1);
}
