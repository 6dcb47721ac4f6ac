//! `/crm/reservations/queue/transfer`: a visit goes on at another point, or comes back to its place.

use std::sync::Arc;

use frontdesk::clock::{ManualClock, SystemClock};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, id, own_path, staff};

async fn transfer(app: &TestApp, joined: &Value, target: &str) -> Answer {
    app.act("transfer", id(joined), json!({ "servicePointId": target })).await
}

async fn numbers(app: &TestApp, point: &str) -> Vec<u64> {
    let status = app.status(point).await;
    status["waiting"].as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect()
}

async fn versions(app: &TestApp) -> Value {
    json!([app.status("desk").await["version"], app.status("cashier").await["version"]])
}

#[tokio::test]
async fn a_transfer_keeps_the_time_of_joining_the_token_and_the_link() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    app.service_point("cashier", json!({})).await;
    let joined = app.join_as("desk", json!({ "name": "Alice", "email": "alice@example.com" })).await.json;
    app.advance("PT10M").await;
    app.join("cashier", "Later").await;
    app.act("start", id(&joined), json!({ "counter": "1" })).await.ok();
    let moved = transfer(&app, &joined, "cashier").await.ok();
    assert_eq!(
        (&moved["id"], &moved["servicePointId"], &moved["state"]),
        (&joined["id"], &json!("cashier"), &json!("waiting"))
    );
    assert_eq!((&moved["joinedAt"], &moved["number"]), (&json!("2026-05-10T09:00:00Z"), &json!(2)));
    assert_eq!(moved["position"], 1, "who joined earlier stands earlier, wherever that was");
    assert_eq!((&moved["counter"], &moved["customer"]["email"]), (&json!(null), &json!("alice@example.com")));
    assert_eq!((numbers(&app, "cashier").await, numbers(&app, "desk").await), (vec![2, 1], vec![]));
    assert_eq!(app.status("desk").await["nowServing"], json!([]));

    let own = app.own(&joined).await;
    assert_eq!(
        (&own["servicePoint"]["id"], &own["position"]),
        (&json!("cashier"), &json!(1)),
        "the old token leads there"
    );
    assert_eq!(own["joinedAt"], "2026-05-10T09:00:00Z");
    let again = app.join_as("desk", json!({ "name": "Alice", "email": "alice@example.com" })).await;
    assert_eq!(again.status, 201, "the old line no longer knows the person: {}", again.text);
    app.act("call", id(&joined), json!({})).await.ok();
    app.post(&own_path("leave", &joined), "", json!({})).await.ok();
    assert_eq!(app.own(&joined).await["state"], "left");
}

#[tokio::test]
async fn a_visit_can_go_there_and_back_and_there_again() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("cashier", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    for round in 1..=3 {
        let there = transfer(&app, &joined, "cashier").await.ok();
        assert_eq!((&there["servicePointId"], &there["number"]), (&json!("cashier"), &json!(round)));
        let back = transfer(&app, &joined, "desk").await.ok();
        assert_eq!((&back["servicePointId"], &back["number"]), (&json!("desk"), &json!(round + 1)));
        assert!(back["version"].as_u64() > there["version"].as_u64());
    }
    assert_eq!(app.own(&joined).await["position"], 1);
    assert_eq!(app.status("cashier").await["waitingCount"], 0);
}

#[tokio::test]
async fn a_refused_transfer_brings_the_visit_back_to_its_place() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("full", json!({ "queue": { "maxWaiting": 1 } })).await;
    app.service_point("paused", json!({ "status": "paused" })).await;
    app.service_point("closed", json!({ "status": "closed" })).await;
    app.join("full", "Somebody").await;
    let first = app.join("desk", "First").await;
    let joined = app.join("desk", "Alice").await;
    app.join("desk", "Last").await;
    for (target, refusal) in [("full", "queue_full"), ("paused", "queue_paused"), ("closed", "queue_closed")] {
        let refused = transfer(&app, &joined, target).await;
        assert_eq!(refused.refused(409, "transfer_refused")["refusal"], refusal);
        assert_eq!(numbers(&app, "desk").await, [1, 2, 3], "{target}");
        assert_eq!(app.own(&joined).await["position"], 2, "{target}");
    }
    let started = app.act("start", id(&joined), json!({ "counter": "4" })).await.ok();
    transfer(&app, &joined, "closed").await.refused(409, "transfer_refused");
    let own = app.own(&joined).await;
    assert_eq!((&own["state"], &own["counter"]), (&json!("serving"), &started["counter"]), "a service goes on");
    app.act("complete", id(&joined), json!({})).await.ok();
    assert_eq!(app.own(&first).await["position"], 1);
}

#[tokio::test]
async fn a_transfer_to_nowhere_or_to_itself_is_refused_and_moves_nobody() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("gone", json!({})).await;
    app.delete("/crm/reservations/service-point/delete/gone", &admin()).await.ok();
    let joined = app.join("desk", "Alice").await;
    let version = app.status("desk").await["version"].clone();
    for nowhere in ["nowhere", "gone", "no slug"] {
        assert_eq!(transfer(&app, &joined, nowhere).await.invalid_paths(), ["servicePointId"], "{nowhere}");
    }
    assert_eq!(app.act("transfer", id(&joined), json!({})).await.invalid_paths(), ["servicePointId"]);
    transfer(&app, &joined, "desk").await.refused(409, "same_service_point");
    assert_eq!(app.status("desk").await["version"], version);
    assert_eq!(app.own(&joined).await["position"], 1);
}

#[tokio::test]
async fn somebody_who_is_in_the_other_line_already_stays_where_they_are() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("cashier", json!({})).await;
    let customer = json!({ "name": "Alice", "phone": "+1 555 0100" });
    let here = app.join_as("desk", customer.clone()).await.json;
    app.join_as("cashier", json!({ "name": "Alice", "phone": "0015550100" })).await;
    let refused = transfer(&app, &here, "cashier").await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert_eq!(refused.json["refusal"], "already_in_line", "{}", refused.text);
    assert_eq!((numbers(&app, "desk").await, numbers(&app, "cashier").await), (vec![1], vec![1]));
    assert_eq!(app.join_as("desk", customer).await.ok()["id"], here["id"], "the line here still knows the person");
}

#[tokio::test]
async fn a_transfer_repeated_under_its_key_is_answered_with_where_the_visit_is() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("cashier", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    let path = format!("/crm/reservations/queue/transfer/{}", id(&joined));
    let ask = || {
        let request = app.request(Method::POST, &path).bearer_auth(staff()).header("idempotency-key", "once");
        app.send(request.json(&json!({ "servicePointId": "cashier" })))
    };
    let first = ask().await.ok();
    let seen = versions(&app).await;
    let again = ask().await.ok();
    assert_eq!((&again["servicePointId"], &again["number"]), (&first["servicePointId"], &first["number"]));
    assert_eq!(versions(&app).await, seen);
}

#[tokio::test]
async fn a_transfer_repeated_without_a_key_changes_nothing_where_the_visit_has_arrived() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("cashier", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    let first = transfer(&app, &joined, "cashier").await.ok();
    let seen = versions(&app).await;
    assert_eq!(transfer(&app, &joined, "cashier").await.ok(), first);
    assert_eq!(versions(&app).await, seen);
    let called = app.act("call", id(&joined), json!({ "counter": "3" })).await.ok();
    let again = transfer(&app, &joined, "cashier").await.ok();
    assert_eq!(
        (&again["state"], &again["counter"], &again["version"]),
        (&json!("called"), &json!("3"), &called["version"])
    );
    transfer(&app, &joined, "desk").await.ok();
    assert_eq!(transfer(&app, &joined, "desk").await.ok()["servicePointId"], "desk", "back is a transfer, too");

    let stayed = app.join("cashier", "Bob").await;
    app.act("call", id(&stayed), json!({})).await.ok();
    app.service_point("closed", json!({ "status": "closed" })).await;
    transfer(&app, &stayed, "closed").await.refused(409, "transfer_refused");
    transfer(&app, &stayed, "cashier").await.refused(409, "same_service_point");
}

#[tokio::test]
async fn a_visit_that_was_transferred_is_where_it_was_after_a_restart() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    app.service_point("cashier", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    transfer(&app, &joined, "cashier").await.ok();
    let (own, seen) = (app.own(&joined).await, versions(&app).await);
    let app = app.restart(Arc::new(ManualClock::starting_at("2026-05-10T09:00:00Z".parse().unwrap()))).await;
    assert_eq!(app.own(&joined).await, own);
    assert_eq!(versions(&app).await, seen);
    assert_eq!(transfer(&app, &joined, "desk").await.ok()["number"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_visit_is_lost_or_doubled_when_the_server_stops_among_transfers() {
    let app = Arc::new(TestApp::spawn().await);
    for point in ["desk", "cashier"] {
        app.service_point(point, json!({})).await;
    }
    let mut joined = Vec::new();
    for number in 0..20 {
        joined.push(app.join("desk", &format!("Guest {number}")).await);
    }
    let under_way: Vec<_> = joined
        .iter()
        .map(|entry| {
            let url = format!("{}/crm/reservations/queue/transfer/{}", app.base, id(entry));
            let request = reqwest::Client::new().post(url).bearer_auth(staff());
            tokio::spawn(request.json(&json!({ "servicePointId": "cashier" })).send())
        })
        .collect();
    let app = Arc::into_inner(app).unwrap().restart(SystemClock::shared()).await;
    for answer in under_way {
        // Answered before the stop, or never: both are right.
        drop(answer.await.unwrap());
    }
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let waiting =
            [app.status("desk").await, app.status("cashier").await].map(|status| status["waitingCount"].as_u64());
        if waiting[0].unwrap() + waiting[1].unwrap() == 20 {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{waiting:?}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    for entry in &joined {
        assert_eq!(app.own(entry).await["state"], "waiting");
    }
}
