//! `/crm/notifications/templates`: an org's own words in place of ours.

use frontdesk::domain::calendar::{Channel, Reminder, Schedule};
use serde_json::{Value, json};

use crate::app::{TestApp, admin, staff, supervisor};
use crate::calendar::{EVENING, email};

const PATH: &str = "/crm/notifications/templates";

fn confirmed(text: &str) -> Value {
    json!({"id": "ours", "kind": "reservation.confirmed", "subject": "Bis bald, {{ customer_name }}", "text": text,
        "html": "<i>{{ definition }}</i>"})
}

/// The newest message to somebody, as it is read.
async fn newest(app: &TestApp, name: &str) -> Value {
    let outbox = app.get("/crm/notifications/outbox?pageSize=200", &admin()).await.ok();
    let messages = outbox["data"].as_array().unwrap();
    messages.iter().find(|message| message["recipient"]["address"] == email(name)).unwrap().clone()
}

#[tokio::test]
async fn an_orgs_own_words_take_the_place_of_ours_and_outlive_a_restart() {
    let app = TestApp::barber().await;
    let made = app.post(&format!("{PATH}/create"), &admin(), confirmed("Um {{ start | time(timezone) }}.")).await;
    assert_eq!((made.status.as_u16(), &made.json["version"]), (201, &json!(1)), "{}", made.text);
    app.book("Alice", EVENING).await;
    let message = newest(&app, "Alice").await;
    assert_eq!(message["subject"], "Bis bald, Alice", "{message}");
    assert_eq!(message["text"], "Um 18:00.");
    let changes = json!({"id": "ours", "text": "Danke!"});
    assert_eq!(app.post(&format!("{PATH}/update"), &admin(), changes).await.ok()["version"], 2);
    let clock = frontdesk::clock::ManualClock::starting_at(crate::app::START.parse().unwrap());
    let app = app.restart(std::sync::Arc::new(clock)).await;
    assert_eq!(newest(&app, "Alice").await["text"], "Danke!");
    assert_eq!(app.get(&format!("{PATH}/get/ours"), &supervisor()).await.ok()["text"], "Danke!");
    app.delete(&format!("{PATH}/delete/ours"), &admin()).await.ok();
    assert_ne!(newest(&app, "Alice").await["text"], "Danke!");
    assert_eq!(app.get(&format!("{PATH}/get"), &supervisor()).await.ok()["total"], 0);
    app.get(&format!("{PATH}/get/ours"), &admin()).await.refused(404, "template_not_found");
    app.post(&format!("{PATH}/create"), &admin(), confirmed("Again")).await.refused(409, "already_exists");
}

#[tokio::test]
async fn what_cannot_be_filled_in_is_refused_with_its_line() {
    let app = TestApp::barber().await;
    let create = format!("{PATH}/create");
    let wrong = app.post(&create, &admin(), confirmed("Hello\n{{ nobody }}")).await;
    assert_eq!(wrong.invalid_paths(), ["text"]);
    assert!(wrong.json["detail"].as_str().unwrap().contains("line 2"), "{}", wrong.text);
    assert_eq!(app.post(&create, &admin(), confirmed("{% set a = 1 %}")).await.invalid_paths(), ["text"]);
    assert_eq!(app.post(&create, &admin(), json!({})).await.invalid_paths(), ["kind", "text"]);
    let no_kind = json!({"kind": "reservation.lost", "text": "t"});
    assert_eq!(app.post(&create, &admin(), no_kind).await.invalid_paths(), ["kind"]);
    let webhook = json!({"kind": "queue.next", "channel": "webhook", "text": "t"});
    assert_eq!(app.post(&create, &admin(), webhook).await.invalid_paths(), ["channel"]);
    app.post(&create, &supervisor(), confirmed("t")).await.refused(403, "forbidden");
    app.get(&format!("{PATH}/get"), &staff()).await.refused(403, "forbidden");
    app.post(&create, &admin(), confirmed("t")).await;
    let second = json!({"kind": "reservation.confirmed", "subject": "s", "text": "t"});
    assert_eq!(app.post(&create, &admin(), second.clone()).await.invalid_paths(), ["active"]);
    let in_german = crate::calendar::with(second, "locale", json!("de"));
    assert_eq!(app.post(&create, &admin(), in_german).await.status, 201);
    let broken = json!({"id": "ours", "text": "{{ nobody }}"});
    assert_eq!(app.post(&format!("{PATH}/update"), &admin(), broken).await.invalid_paths(), ["text"]);
}

#[tokio::test]
async fn a_reminder_names_its_own_words() {
    let app = TestApp::with_manual_clock().await;
    app.define("cut", |terms| {
        terms.reminders = vec![Reminder {
            schedule: Schedule::Before { seconds: 3_600 },
            channel: Channel::Email,
            template_id: Some("soon".to_owned()),
        }];
    })
    .await;
    let soon =
        json!({"id": "soon", "kind": "reservation.reminder", "subject": "Soon", "text": "Soon!", "active": false});
    assert_eq!(app.post(&format!("{PATH}/create"), &admin(), soon).await.status, 201);
    app.book("Alice", EVENING).await;
    app.set_clock("2026-05-10T15:00:00Z").await;
    let reminder = newest(&app, "Alice").await;
    assert_eq!((&reminder["kind"], &reminder["text"]), (&json!("reservation.reminder"), &json!("Soon!")));
}
