//! `/crm/reservations/queue/status` and `/entry`: what anybody and what the owner of a place may see, and how long it takes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, id, members, own_path};

const STATUS: &str = "/crm/reservations/queue/status/desk";

fn estimates(status: &Value) -> Vec<u64> {
    status["waiting"].as_array().unwrap().iter().map(|entry| entry["estimatedWaitMinutes"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_status_shows_numbers_in_the_shape_of_the_contract_and_nothing_else() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "name": "Passports", "capacity": 2 })).await;
    let joined = [app.join("desk", "A").await, app.join("desk", "B").await, app.join("desk", "C").await];
    app.join("desk", "D").await;
    app.act("start", id(&joined[0]), json!({ "counter": "7" })).await.ok();
    app.act("call", id(&joined[1]), json!({})).await.ok();
    app.act("check-in", id(&joined[2]), json!({})).await.ok();
    let status = app.status("desk").await;
    let expected = json!({
        "servicePoint": { "id": "desk", "name": "Passports", "status": "open", "capacity": 2 },
        "nowServing": [{ "number": 1, "counter": "7" }],
        "called": [{ "number": 2 }],
        "waiting": [
            { "number": 3, "position": 1, "estimatedWaitMinutes": 20, "checkedIn": true },
            { "number": 4, "position": 2, "estimatedWaitMinutes": 30, "checkedIn": false },
        ],
        "waitingCount": 2,
        "estimatedWaitMinutes": 40,
        "estimatedWaitRange": { "min": 30, "max": 54 },
        "version": status["version"],
        "asOf": "2026-05-10T09:00:00Z",
    });
    assert_eq!(status, expected);
    assert!(status["version"].is_u64());
}

#[tokio::test]
async fn who_knows_a_status_is_not_sent_it_again_until_it_changes() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let known = app.get(STATUS, "").await;
    let tag = known.headers["etag"].to_str().unwrap().to_owned();
    assert!(known.headers["cache-control"].to_str().unwrap().contains("no-cache"));
    for named in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = app.send(app.request(Method::GET, STATUS).header("if-none-match", &named)).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{named}");
        assert_eq!(again.headers["etag"], tag);
    }
    app.join("desk", "Guest").await;
    let changed = app.send(app.request(Method::GET, STATUS).header("if-none-match", &tag)).await;
    assert_eq!((changed.status.as_u16(), &changed.json["waitingCount"]), (200, &json!(1)));
    assert_ne!(changed.headers["etag"], tag);
}

#[tokio::test]
async fn no_public_answer_holds_a_name_a_phone_number_or_an_email_address() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let secrets = ["Wilhelmina", "555 867 5309", "5558675309", "wilhelmina@example.com"];
    let customer = json!({ "name": "Wilhelmina", "phone": "555 867 5309", "email": "wilhelmina@example.com" });
    let joined = app.join_as("desk", customer.clone()).await;
    let mut answers = vec![joined.text.clone(), app.join_as("desk", customer).await.text];
    answers.push(app.get(STATUS, "").await.text);
    answers.push(app.get(&own_path("entry", &joined.json), "").await.text);
    answers.push(app.post(&own_path("postpone", &joined.json), "", json!({})).await.text);
    app.act("start", id(&joined.json), json!({ "counter": "1" })).await.ok();
    answers.push(app.get(STATUS, "").await.text);
    answers.push(app.get(&own_path("entry", &joined.json), "").await.text);
    answers.push(app.post(&own_path("leave", &joined.json), "", json!({})).await.text);
    for answer in answers {
        assert!(!answer.is_empty() && !secrets.iter().any(|secret| answer.contains(secret)), "{answer}");
    }
}

#[tokio::test]
async fn the_owner_of_a_place_sees_it_by_its_token_and_nobody_else_does() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 5 } })).await;
    app.join("desk", "First").await;
    let joined = app.join("desk", "Second").await;
    let own = app.own(&joined).await;
    let expected = json!({
        "id": joined["id"], "number": 2, "state": "waiting",
        "servicePoint": { "id": "desk", "name": "Point desk", "status": "open", "timezone": "Europe/Berlin" },
        "position": 2, "peopleAhead": 1, "estimatedWaitMinutes": 10, "estimatedWaitRange": { "min": 7, "max": 14 },
        "counter": null, "checkedIn": false, "partySize": 1, "letPass": 0,
        "joinedAt": "2026-05-10T09:00:00Z", "asOf": "2026-05-10T09:00:00Z", "version": 1,
    });
    assert_eq!(own, expected);
    app.act("call", id(&joined), json!({ "counter": "4" })).await.ok();
    let called = app.own(&joined).await;
    assert_eq!(
        (&called["state"], &called["counter"], &called["position"]),
        (&json!("called"), &json!("4"), &json!(null))
    );
    assert_eq!(called["graceEndsAt"], "2026-05-10T09:05:00Z");

    let path = format!("/crm/reservations/queue/entry/{}", id(&joined));
    for nobody in [
        path.clone(),
        format!("{path}?token="),
        format!("{path}?token=wrong"),
        format!("{path}?token={}x", joined["token"].as_str().unwrap()),
        own_path("entry", &json!({ "id": "unknown", "token": joined["token"] })),
        own_path("entry", &json!({ "id": "no%20slug", "token": joined["token"] })),
    ] {
        app.get(&nobody, "").await.refused(404, "entry_not_found");
        app.get(&nobody, &crate::app::staff()).await.refused(404, "entry_not_found");
    }
}

#[tokio::test]
async fn a_status_of_nothing_is_a_404() {
    let app = TestApp::spawn().await;
    for nobody in ["nowhere", "no%20slug", "T-1", "%00"] {
        let path = format!("/crm/reservations/queue/status/{nobody}");
        app.get(&path, "").await.refused(404, "service_point_not_found");
    }
}

#[tokio::test]
async fn a_wait_is_those_ahead_times_the_mean_by_those_who_serve_and_the_rest_of_who_is_served() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "capacity": 2, "queue": { "averageServiceMinutes": 10 } })).await;
    let mut joined = Vec::new();
    for name in ["A", "B", "C", "D"] {
        joined.push(app.join("desk", name).await);
    }
    let nobody_serves = app.status("desk").await;
    assert_eq!(estimates(&nobody_serves), [0, 10, 20, 30], "one server is counted on");
    assert_eq!(nobody_serves["estimatedWaitMinutes"], 40);
    assert_eq!(nobody_serves["estimatedWaitRange"], json!({ "min": 30, "max": 54 }));

    app.act("start", id(&joined[0]), json!({})).await.ok();
    assert_eq!(estimates(&app.status("desk").await), [10, 20, 30], "B waits until A is through");
    app.act("start", id(&joined[1]), json!({})).await.ok();
    assert_eq!(estimates(&app.status("desk").await), [10, 15], "two serve: (10 + 10) / 2, and 10 / 2 more");
    app.advance("PT4M").await;
    assert_eq!(
        estimates(&app.status("desk").await),
        [6, 11],
        "(6 + 6) / 2: time passes without anybody doing anything"
    );
    app.advance("PT30M").await;
    assert_eq!(estimates(&app.status("desk").await), [0, 5], "late services have no rest left");
}

#[tokio::test]
async fn the_mean_moves_with_what_services_really_take() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "capacity": 1, "queue": { "averageServiceMinutes": 10 } })).await;
    let joined = app.join("desk", "A").await;
    app.join("desk", "B").await;
    app.join("desk", "C").await;
    app.act("start", id(&joined), json!({})).await.ok();
    app.advance("PT4M").await;
    app.act("complete", id(&joined), json!({})).await.ok();
    // The configured mean weighs as much as five services: (5 x 600 s + 240 s) / 6 = 540 s.
    assert_eq!(estimates(&app.status("desk").await), [0, 9]);
    app.act("undo", id(&joined), json!({})).await.ok();
    assert_eq!(estimates(&app.status("desk").await), [6, 16], "what was taken back no longer counts");
}

#[tokio::test]
async fn the_wait_that_was_quoted_is_kept() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    app.join("desk", "First").await;
    let joined = app.join("desk", "Second").await;
    app.advance("PT3M").await;
    let shown = app.act("call", id(&joined), json!({})).await.ok();
    assert_eq!((&shown["quotedWaitMinutes"], &shown["waitedSeconds"]), (&json!(10), &json!(180)));
    assert_eq!(members(&shown["customer"]), ["contactId", "email", "name", "phone"]);
}
