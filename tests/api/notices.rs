//! What customers are told of their bookings and places in line, as it stands in the outbox.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use frontdesk::clock::ManualClock;
use frontdesk::domain::calendar::{Channel, Reminder, Schedule};
use serde_json::{Value, json};

use crate::app::{TestApp, admin, id, staff};
use crate::calendar::{CREATE, EVENING, email, number, own_path, slot, wish, with};

/// The kinds of messages to somebody, the oldest first.
async fn told(app: &TestApp, name: &str) -> Vec<String> {
    let texts = messages(app, name).await;
    texts.iter().map(|message| message["kind"].as_str().unwrap().to_owned()).collect()
}

async fn messages(app: &TestApp, name: &str) -> Vec<Value> {
    let outbox = app.get("/crm/notifications/outbox?pageSize=200", &admin()).await.ok();
    let mut messages = outbox["data"].as_array().unwrap().clone();
    messages.retain(|message| message["recipient"]["address"] == email(name));
    messages.reverse();
    messages
}

fn before(seconds: u32) -> Reminder {
    Reminder { schedule: Schedule::Before { seconds }, channel: Channel::Email, template_id: None }
}

async fn reminding() -> TestApp {
    let app = TestApp::with_manual_clock().await;
    app.define("cut", |terms| terms.reminders = vec![before(3 * 3_600), before(3_600)]).await;
    app
}

async fn reminders(app: &TestApp, name: &str) -> usize {
    told(app, name).await.iter().filter(|kind| *kind == "reservation.reminder").count()
}

async fn restarted(app: TestApp, at: &str) -> TestApp {
    app.restart(Arc::new(ManualClock::starting_at(at.parse::<DateTime<Utc>>().unwrap()))).await
}

#[tokio::test]
async fn booking_moving_and_cancelling_are_told_with_one_calendar_entry_that_goes_on() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    app.advance("PT1M").await;
    let moved = json!({ "slot": slot("2026-05-10T17:00:00Z") });
    app.post(&own_path("reschedule", "Alice", number(&booked)), "", moved).await.ok();
    app.advance("PT1M").await;
    app.delete(&own_path("cancel", "Alice", number(&booked)), "").await.ok();
    app.delete(&own_path("cancel", "Alice", number(&booked)), "").await.ok();
    assert_eq!(
        told(&app, "Alice").await,
        ["reservation.confirmed", "reservation.changed", "reservation.cancelled"],
        "each once"
    );
    let mut connection = app.connection().await;
    let rows = "SELECT calendar->>'uid', (calendar->>'sequence')::int, calendar->>'method' FROM message
        ORDER BY created_at";
    let entries: Vec<(String, i32, String)> = sqlx::query_as(rows).fetch_all(&mut connection).await.unwrap();
    let (uids, rest): (Vec<_>, Vec<_>) =
        entries.into_iter().map(|(uid, sequence, method)| (uid, (sequence, method))).unzip();
    assert!(uids.iter().all(|uid| *uid == uids[0]), "{uids:?}");
    let methods: Vec<_> = rest.iter().map(|(_, method)| method.as_str()).collect();
    assert_eq!(methods, ["request", "request", "cancel"]);
    assert!(rest.is_sorted_by(|(one, _), (next, _)| one < next), "{rest:?}");
}

#[tokio::test]
async fn one_update_sends_one_mail_and_a_former_address_hears_that_it_is_off() {
    let app = TestApp::barber().await;
    let update = async |body: Value| {
        app.advance("PT1M").await;
        app.post("/crm/reservations/update", &staff(), body).await.ok()
    };
    let both = app.book("Alice", EVENING).await;
    update(json!({ "id": id(&both), "partySize": 1, "customer": { "name": "Alicia" }, "status": "cancelled" })).await;
    assert_eq!(told(&app, "Alice").await, ["reservation.confirmed", "reservation.cancelled"]);
    let moved = app.book("Bob", EVENING).await;
    let elsewhere = json!({
        "id": id(&moved), "customer": { "email": email("Robert") }, "slot": slot("2026-05-10T17:00:00Z"),
    });
    update(elsewhere).await;
    assert_eq!(told(&app, "Bob").await, ["reservation.confirmed", "reservation.cancelled"]);
    assert_eq!(told(&app, "Robert").await, ["reservation.changed"]);
    let mut connection = app.connection().await;
    let rows = "SELECT recipient, calendar->>'attendee', calendar->>'uid', calendar->>'method',
        (calendar->>'sequence')::int, calendar->>'start' FROM message WHERE data->>'number' = $1
        ORDER BY (calendar->>'sequence')::int, calendar->>'method'";
    type Row = (String, String, String, String, i32, String);
    let rows: Vec<Row> = sqlx::query_as(rows).bind(number(&moved)).fetch_all(&mut connection).await.unwrap();
    let [first, off, on] = rows.as_slice() else { panic!("{rows:?}") };
    assert!(rows.iter().all(|(to, attendee, uid, ..)| to == attendee && *uid == first.2), "{rows:?}");
    assert_eq!(
        (off.0.as_str(), off.3.as_str(), &off.5),
        (email("Bob").as_str(), "cancel", &first.5),
        "as they knew it"
    );
    assert_eq!((on.0.as_str(), on.3.as_str()), (email("Robert").as_str(), "request"));
    assert!(off.4 > first.4 && on.4 >= off.4, "{rows:?}");
    // Only written in another way: it is the same address.
    update(json!({ "id": id(&moved), "customer": { "email": email("Robert").to_uppercase() } })).await;
    assert!(!told(&app, "Robert").await.contains(&"reservation.cancelled".to_owned()));
}

#[tokio::test]
async fn a_repeat_by_a_stranger_sends_the_confirmation_again_to_the_stored_address_alone() {
    let app = TestApp::barber().await;
    app.book("Alice", EVENING).await;
    app.advance("PT2M").await;
    let again = with(wish("Alice", EVENING), "notes", json!("somebody else's words"));
    let masked = app.post(CREATE, "", again).await;
    assert_eq!(masked.status, 200, "{}", masked.text);
    assert_eq!(masked.json["manageUrl"], json!(null));
    assert_eq!(told(&app, "Alice").await, ["reservation.confirmed", "reservation.confirmed"]);
}

#[tokio::test]
async fn each_reminder_goes_out_once_at_its_moment_also_across_restarts() {
    let app = reminding().await;
    app.book("Alice", EVENING).await;
    app.advance("PT3H59M").await;
    assert_eq!(reminders(&app, "Alice").await, 0);
    let app = restarted(app, "2026-05-10T12:59:00Z").await;
    app.advance("PT1M").await;
    assert_eq!(reminders(&app, "Alice").await, 1);
    let app = restarted(app, "2026-05-10T13:00:00Z").await;
    app.advance("PT1H").await;
    assert_eq!(reminders(&app, "Alice").await, 1);
    let app = restarted(app, "2026-05-10T14:30:00Z").await;
    app.advance("PT3H").await;
    assert_eq!(reminders(&app, "Alice").await, 2);
}

#[tokio::test]
async fn nobody_is_reminded_after_a_cancellation_a_check_in_or_a_no_show_and_a_move_plans_anew() {
    let app = reminding().await;
    let starts = ["16:00", "16:30", "17:00", "17:30"].map(|time| format!("2026-05-10T{time}:00Z"));
    let cancelled = app.book("Cancelled", &starts[0]).await;
    let arrived = app.book("Arrived", &starts[1]).await;
    let missed = app.book("Missed", &starts[2]).await;
    let moved = app.book("Moved", &starts[3]).await;
    app.delete(&own_path("cancel", "Cancelled", number(&cancelled)), "").await.ok();
    app.act("check-in", id(&arrived), json!({})).await.ok();
    let no_show = json!({ "id": id(&missed), "status": "no_show" });
    let told_early = app.post("/crm/reservations/update", &staff(), no_show).await;
    assert!([200, 409].contains(&told_early.status.as_u16()), "{}", told_early.text);
    let tomorrow = json!({ "slot": slot("2026-05-11T16:00:00Z") });
    app.post(&own_path("reschedule", "Moved", number(&moved)), "", tomorrow).await.ok();
    app.advance("PT10H").await;
    for name in ["Cancelled", "Arrived", "Moved"] {
        assert_eq!(reminders(&app, name).await, 0, "{name}");
    }
    app.advance("P1D").await;
    assert_eq!(reminders(&app, "Moved").await, 2, "for the new time");
}

#[tokio::test]
async fn after_an_outage_what_is_still_useful_is_sent_and_what_is_past_is_not() {
    let app = reminding().await;
    app.book("Useful", "2026-05-10T14:00:00Z").await;
    app.book("Past", "2026-05-10T12:30:00Z").await;
    let app = restarted(app, "2026-05-10T13:30:00Z").await;
    app.advance("PT1S").await;
    assert_eq!(reminders(&app, "Useful").await, 2, "both were due in the outage, and the start is still ahead");
    assert_eq!(reminders(&app, "Past").await, 0);
    let due = messages(&app, "Useful").await;
    assert!(due.iter().any(|message| message["createdAt"] == "2026-05-10T11:00:00Z"), "the true moment: {due:?}");
}

#[tokio::test]
async fn who_left_an_address_in_a_line_is_told_to_be_next_and_called() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "capacity": 5 })).await;
    for name in ["First", "Second", "Third"] {
        app.join_as("desk", json!({ "name": name, "email": email(name) })).await;
        app.advance("PT1S").await;
    }
    app.call_next("desk").await.ok();
    assert_eq!(told(&app, "First").await, ["queue.your_turn"]);
    assert_eq!(told(&app, "Second").await, ["queue.next"]);
    assert!(told(&app, "Third").await.is_empty());
    app.advance("PT1S").await;
    app.call_next("desk").await.ok();
    assert_eq!(told(&app, "Second").await, ["queue.next", "queue.your_turn"]);
}
