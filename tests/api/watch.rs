//! `/crm/reservations/queue/watch`: what everybody sees live of one point, and staff of all of them.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use frontdesk::clock::SystemClock;
use serde_json::{Value, json};

use crate::app::{TestApp, admin, id, staff, supervisor, token};
use crate::events::Events;

const PUBLIC: &str = "/crm/reservations/queue/watch/desk";
const STAFF: &str = "/crm/reservations/queue/watch";

/// The id that a public event with this status has.
fn event_id(status: &Value) -> String {
    let as_of: DateTime<Utc> = status["asOf"].as_str().unwrap().parse().unwrap();
    format!("{}-{}", status["version"], as_of.timestamp_millis())
}

#[tokio::test]
async fn a_watcher_sees_the_status_at_once_and_each_change_after_it() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let mut events = Events::open(&app, PUBLIC, "").await;
    let first = events.next().await.unwrap();
    let status = app.status("desk").await;
    assert_eq!((first.name.as_str(), first.id.unwrap()), ("status", event_id(&status)));
    assert_eq!(first.data, status);

    let joined = app.join_as("desk", json!({ "name": "Wilhelmina", "phone": "555 867 5309" })).await.json;
    let change = events.next().await.unwrap();
    assert_eq!((change.name.as_str(), &change.data["waitingCount"]), ("status", &json!(1)));
    assert_eq!(change.data["waiting"][0]["number"], 1);
    assert!(!change.text.contains("Wilhelmina") && !change.text.contains("867"), "{}", change.text);
    assert!(change.data["version"].as_u64() > status["version"].as_u64());
    app.act("start", id(&joined), json!({ "counter": "2" })).await.ok();
    let change = events.next().await.unwrap();
    assert_eq!(change.data["nowServing"], json!([{ "number": 1, "counter": "2" }]));
    assert_eq!(change.id.unwrap(), event_id(&change.data));
}

#[tokio::test]
async fn who_resumes_with_the_newest_event_hears_nothing_until_something_is_new() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.join("desk", "One").await;
    let seen = event_id(&app.status("desk").await);
    let mut resumed = Events::resume(&app, PUBLIC, "", &seen).await;
    assert!(resumed.is_silent().await);
    app.join("desk", "Two").await;
    assert_eq!(resumed.next().await.unwrap().data["waitingCount"], 2);
    for behind in [seen.as_str(), "0", "nonsense", "999999999999"] {
        let mut resumed = Events::resume(&app, PUBLIC, "", behind).await;
        assert_eq!(resumed.next().await.unwrap().data["waitingCount"], 2, "{behind}");
    }
}

#[tokio::test]
async fn who_resumes_after_the_hours_have_begun_sees_that_it_is_open() {
    let app = TestApp::with_manual_clock().await;
    // It is a Sunday, 11:00 in Berlin.
    app.service_point("desk", json!({ "hours": { "sun": [["12:00", "14:00"]] } })).await;
    let closed = Events::open(&app, PUBLIC, "").await.next().await.unwrap();
    assert_eq!(closed.data["servicePoint"]["status"], "closed");
    app.advance("PT1H").await;
    let open = Events::resume(&app, PUBLIC, "", &closed.id.unwrap()).await.next().await.unwrap();
    assert_eq!(open.data["servicePoint"]["status"], "open");
    assert_eq!(open.data["version"], closed.data["version"], "and nothing has happened");
}

#[tokio::test]
async fn a_watcher_is_told_when_the_point_is_gone_and_the_stream_ends() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let mut events = Events::open(&app, PUBLIC, "").await;
    events.next_named("status").await;
    app.delete("/crm/reservations/service-point/delete/desk", &admin()).await.ok();
    assert_eq!(events.next_named("gone").await.data, json!({ "id": "desk" }));
    assert!(events.next().await.is_none());
    app.get(PUBLIC, "").await.refused(404, "service_point_not_found");
}

#[tokio::test]
async fn an_event_names_the_first_sixty_and_counts_all() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    for _ in 0..65 {
        app.join("desk", "Guest").await;
    }
    let status = Events::open(&app, PUBLIC, "").await.next().await.unwrap().data;
    assert_eq!((status["waiting"].as_array().unwrap().len(), &status["waitingCount"]), (60, &json!(65)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_gets_the_newest_state_and_holds_nobody_up() {
    let app = Arc::new(TestApp::spawn().await);
    app.service_point("desk", json!({ "queue": { "maxWaiting": 1_000 } })).await;
    let mut slow = Events::open(&app, PUBLIC, "").await;
    slow.next_named("status").await;
    let joins = (0..8).map(|guest| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            for _ in 0..25 {
                app.join("desk", &format!("Guest {guest}")).await;
            }
        })
    });
    futures_util::future::try_join_all(joins).await.unwrap();
    let mut frames = 0;
    loop {
        frames += 1;
        let status = slow.next_named("status").await.data;
        if status["waitingCount"] == 200 {
            break;
        }
    }
    assert!(frames < 100, "{frames} frames for 200 changes: changes in between are left out");
    assert!(slow.is_silent().await, "and the newest is the last");
}

#[tokio::test]
async fn staff_see_all_points_with_names_and_then_only_the_one_that_changes() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "location": "Ground floor" })).await;
    app.service_point("cashier", json!({})).await;
    let joined = app.join_as("desk", json!({ "name": "Wilhelmina", "phone": "555 867 5309" })).await.json;
    for bearer in [staff(), supervisor(), admin()] {
        let mut events = Events::open(&app, STAFF, &bearer).await;
        let mut cards = [events.next().await.unwrap(), events.next().await.unwrap()];
        cards.sort_by_key(|card| card.data["servicePoint"]["id"].as_str().unwrap().to_owned());
        assert!(cards.iter().all(|card| card.name == "point"));
        let desk = &cards[1].data;
        assert_eq!((&desk["servicePoint"]["location"], &desk["waitingCount"]), (&json!("Ground floor"), &json!(1)));
        assert_eq!(desk["waiting"][0]["customer"]["name"], "Wilhelmina");
        assert_eq!((&desk["waiting"][0]["position"], &desk["today"]["joined"]), (&json!(1), &json!(1)));
        assert_eq!(desk["longestWaitSince"], desk["waiting"][0]["joinedAt"]);
        assert!(!cards[1].text.contains(joined["token"].as_str().unwrap()), "nobody learns a customer's secret");
        let ready = events.next().await.unwrap();
        assert_eq!((ready.name.as_str(), &ready.data["points"]), ("ready", &json!(["cashier", "desk"])));
    }
    let mut events = Events::open(&app, STAFF, &staff()).await;
    events.next_named("ready").await;
    app.join("cashier", "Bob").await;
    let change = events.next().await.unwrap();
    assert_eq!((change.name.as_str(), &change.data["servicePoint"]["id"]), ("point", &json!("cashier")));
    assert!(events.is_silent().await, "the other point has not changed");
    app.act("start", id(&joined), json!({ "counter": "1" })).await.ok();
    let change = events.next().await.unwrap().data;
    assert_eq!(
        (&change["servicePoint"]["id"], &change["serving"][0]["customer"]["name"]),
        (&json!("desk"), &json!("Wilhelmina"))
    );
    assert_eq!(change["serving"][0]["counter"], "1");
}

#[tokio::test]
async fn staff_see_a_new_day_begin_at_local_midnight_though_nothing_happens() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Wilhelmina").await;
    app.act("start", id(&joined), json!({})).await.ok();
    app.act("complete", id(&joined), json!({})).await.ok();
    let mut events = Events::open(&app, STAFF, &staff()).await;
    assert_eq!(events.next_named("point").await.data["today"]["served"], 1);
    events.next_named("ready").await;
    app.advance("PT14H").await;
    let card = events.next_named("point").await.data;
    assert_eq!((&card["today"]["served"], &card["onTimePercent"]), (&json!(0), &json!(null)));
    assert_eq!(card["asOf"], "2026-05-10T22:00:00Z", "midnight in Berlin");
}

#[tokio::test]
async fn staff_may_follow_certain_points_only() {
    let app = TestApp::spawn().await;
    for point in ["a", "b", "c"] {
        app.service_point(point, json!({})).await;
    }
    let mut events = Events::open(&app, &format!("{STAFF}?points=a,c"), &staff()).await;
    assert_eq!(events.next_named("ready").await.data["points"], json!(["a", "c"]));
    app.join("b", "Unseen").await;
    app.join("c", "Seen").await;
    assert_eq!(events.next().await.unwrap().data["servicePoint"]["id"], "c");
    app.get(&format!("{STAFF}?points=a,nowhere"), &staff()).await.refused(404, "service_point_not_found");
    app.get(&format!("{STAFF}?points=a,,c"), &staff()).await.refused(404, "service_point_not_found");
    let many = vec!["a"; 201].join(",");
    app.get(&format!("{STAFF}?points={many}"), &staff()).await.refused(400, "invalid_query");
}

#[tokio::test]
async fn staff_hear_of_new_points_and_of_those_that_are_gone() {
    let app = TestApp::spawn().await;
    app.service_point("a", json!({})).await;
    let mut events = Events::open(&app, STAFF, &staff()).await;
    events.next_named("ready").await;
    app.service_point("b", json!({})).await;
    assert_eq!(events.next_named("point").await.data["servicePoint"]["id"], "b");
    app.delete("/crm/reservations/service-point/delete/a", &admin()).await.ok();
    assert_eq!(
        events.next().await.map(|event| (event.name, event.data)),
        Some(("gone".to_owned(), json!({ "id": "a" })))
    );
    app.join("b", "Guest").await;
    assert_eq!(events.next().await.unwrap().data["waitingCount"], 1, "the stream goes on");
}

#[tokio::test]
async fn staff_who_resume_are_sent_what_they_have_missed_and_no_more() {
    let app = TestApp::spawn().await;
    app.service_point("a", json!({})).await;
    app.service_point("b", json!({})).await;
    app.join("a", "One").await;
    let mut events = Events::open(&app, STAFF, &staff()).await;
    let (first, second) = (events.next().await.unwrap(), events.next().await.unwrap());
    drop((events, first));
    let seen = second.id.unwrap();
    let mut resumed = Events::resume(&app, STAFF, &staff(), &seen).await;
    assert_eq!(resumed.next().await.unwrap().name, "ready", "nothing was missed");
    drop(resumed);
    app.join("b", "Two").await;
    let mut resumed = Events::resume(&app, STAFF, &staff(), &seen).await;
    let missed = resumed.next().await.unwrap();
    assert_eq!((missed.name.as_str(), &missed.data["servicePoint"]["id"]), ("point", &json!("b")));
    assert_eq!(resumed.next().await.unwrap().data["points"], json!(["a", "b"]));
    let mut stranger = Events::resume(&app, STAFF, &staff(), "1-999999").await;
    stranger.next_named("point").await;
    stranger.next_named("point").await;
}

#[tokio::test]
async fn who_watches_names_needs_a_token_of_staff() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.get(STAFF, "").await.refused(401, "unauthenticated");
    app.get(STAFF, "nonsense").await.refused(401, "invalid_token");
    for role in ["customer", "agent"] {
        app.get(STAFF, &token(json!({ "role": role }))).await.refused(403, "forbidden");
    }
    app.get(PUBLIC, "nonsense").await.refused(401, "invalid_token");
    app.get("/crm/reservations/queue/watch/nowhere", "").await.refused(404, "service_point_not_found");
}

#[tokio::test]
async fn a_stream_with_names_ends_when_its_token_does() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let mut events = Events::open(&app, STAFF, &token(json!({ "exp": Utc::now().timestamp() + 2 }))).await;
    events.next_named("ready").await;
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn more_watchers_than_the_server_is_set_up_for_are_told_so() {
    let app = TestApp::with_settings(&[("FRONTDESK_MAX_WATCHERS", "1")]).await;
    app.service_point("desk", json!({})).await;
    let mut only = Events::open(&app, PUBLIC, "").await;
    only.next_named("status").await;
    let refused = app.get(PUBLIC, "").await;
    refused.refused(503, "too_many_watchers");
    assert!(refused.headers.contains_key("retry-after"), "{:?}", refused.headers);
    let mut names = Events::open(&app, STAFF, &staff()).await;
    names.next_named("ready").await;
    app.get(STAFF, &staff()).await.refused(503, "too_many_watchers");
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_when_the_server_stops_and_do_not_hold_it_up() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let mut events = Events::open(&app, PUBLIC, "").await;
    let mut names = Events::open(&app, STAFF, &staff()).await;
    events.next_named("status").await;
    names.next_named("ready").await;
    let started = std::time::Instant::now();
    let app = app.restart(SystemClock::shared()).await;
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert!(events.next().await.is_none() && names.next().await.is_none());
    Events::open(&app, PUBLIC, "").await.next_named("status").await;
}
