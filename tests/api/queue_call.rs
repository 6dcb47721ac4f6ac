//! `/crm/reservations/queue/call-next`, `/call` and `/recall`: who is called, by whom, to which counter.

use serde_json::json;

use crate::app::{TestApp, id, members, token};

#[tokio::test]
async fn call_next_calls_the_first_in_line_to_the_counter_that_is_named() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let customer = json!({ "name": "Alice", "phone": "+1 555 0100", "email": "alice@example.com" });
    let first = app.join_as("desk", customer).await.json;
    app.join("desk", "Bob").await;
    app.advance("PT2M").await;
    let called = app.act("call-next", "desk", json!({ "counter": "3" })).await.ok();
    assert_eq!((&called["id"], &called["number"], &called["state"]), (&first["id"], &json!(1), &json!("called")));
    assert_eq!((&called["counter"], &called["calledAt"]), (&json!("3"), &json!("2026-05-10T09:02:00Z")));
    assert_eq!((&called["waitedSeconds"], &called["canUndoUntil"]), (&json!(120), &json!("2026-05-10T09:02:10Z")));
    assert_eq!(called["customer"]["name"], "Alice");
    assert_eq!(
        (&called["customer"]["phone"], &called["customer"]["email"]),
        (&json!("+1 555 0100"), &json!("alice@example.com"))
    );
    assert!(!members(&called).contains(&"token"), "a clerk does not learn a customer's secret");
    let status = app.status("desk").await;
    assert_eq!((&status["called"], &status["waitingCount"]), (&json!([{ "number": 1, "counter": "3" }]), &json!(1)));
    let second = app.act("call-next", "desk", json!({ "counter": 4 })).await.ok();
    assert_eq!((&second["number"], &second["counter"]), (&json!(2), &json!("4")), "a counter may be a number too");
}

#[tokio::test]
async fn call_next_with_nobody_waiting_is_refused_and_changes_nothing() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let version = app.status("desk").await["version"].clone();
    app.call_next("desk").await.refused(409, "nobody_waiting");
    app.call_next("nowhere").await.refused(404, "service_point_not_found");
    assert_eq!(app.status("desk").await["version"], version);
}

#[tokio::test]
async fn call_next_can_finish_one_and_call_the_next_in_the_same_breath() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "capacity": 1 })).await;
    let (one, two) = (app.join("desk", "One").await, app.join("desk", "Two").await);
    app.act("start", id(&one), json!({})).await.ok();
    let next = app.act("call-next", "desk", json!({ "completes": one["id"], "counter": "1" })).await.ok();
    assert_eq!((&next["id"], &next["state"]), (&two["id"], &json!("called")));
    assert_eq!((&next["completed"]["id"], &next["completed"]["state"]), (&one["id"], &json!("served")));

    let repeated = app.act("call-next", "desk", json!({ "completes": one["id"], "counter": "1" })).await.ok();
    assert_eq!(repeated, next, "a repeat is answered as the first was");

    app.act("start", id(&two), json!({})).await.ok();
    let last = app.act("call-next", "desk", json!({ "completes": two["id"] })).await.ok();
    assert_eq!(last["called"], json!(null), "with nobody waiting it only finishes");
    assert_eq!((&last["completed"]["id"], &last["completed"]["state"]), (&two["id"], &json!("served")));
}

#[tokio::test]
async fn call_next_calls_nobody_when_the_one_to_finish_cannot_be_finished() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("other", json!({})).await;
    let (waiting, elsewhere) = (app.join("desk", "One").await, app.join("other", "Two").await);
    app.act("start", id(&elsewhere), json!({})).await.ok();
    let version = app.status("desk").await["version"].clone();
    let refused = app.act("call-next", "desk", json!({ "completes": waiting["id"] })).await;
    assert_eq!(refused.refused(409, "wrong_state")["state"], "waiting");
    app.act("call-next", "desk", json!({ "completes": elsewhere["id"] })).await.refused(404, "entry_not_found");
    app.act("call-next", "desk", json!({ "completes": "unknown" })).await.refused(404, "entry_not_found");
    assert_eq!(app.act("call-next", "desk", json!({ "completes": 7 })).await.invalid_paths(), ["completes"]);
    assert_eq!(app.act("call-next", "desk", json!({ "counter": "x".repeat(21) })).await.invalid_paths(), ["counter"]);
    assert_eq!(app.act("call-next", "desk", json!({ "counter": ["1"] })).await.invalid_paths(), ["counter"]);
    assert_eq!(app.status("desk").await["version"], version);
    assert_eq!(app.own(&waiting).await["state"], "waiting");
}

#[tokio::test]
async fn the_line_is_worked_off_while_the_point_is_paused_or_closed() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.join("desk", "One").await;
    app.join("desk", "Two").await;
    app.act("pause", "desk", json!({})).await.ok();
    assert_eq!(app.call_next("desk").await.ok()["number"], 1);
    let closed = json!({ "id": "desk", "status": "closed" });
    app.post("/crm/reservations/service-point/update", &crate::app::admin(), closed).await.ok();
    assert_eq!(app.call_next("desk").await.ok()["number"], 2);
}

#[tokio::test]
async fn a_certain_one_can_be_called_out_of_order_and_a_second_clerk_hears_of_the_collision() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.join("desk", "One").await;
    let two = app.join("desk", "Two").await;
    let called = app.act("call", id(&two), json!({ "counter": "2" })).await.ok();
    assert_eq!((&called["number"], &called["state"], &called["counter"]), (&json!(2), &json!("called"), &json!("2")));
    let repeated = app.act("call", id(&two), json!({ "counter": "2" })).await.ok();
    assert_eq!((&repeated["version"], &repeated["calledAt"]), (&called["version"], &called["calledAt"]));
    let path = format!("/crm/reservations/queue/call/{}", id(&two));
    let colleague = token(json!({ "sub": "cleo" }));
    assert_eq!(app.post(&path, &colleague, json!({})).await.refused(409, "wrong_state")["state"], "called");
    app.act("call", "unknown", json!({})).await.refused(404, "entry_not_found");
    assert_eq!(app.call_next("desk").await.ok()["number"], 1);
}

#[tokio::test]
async fn a_recall_calls_again_but_the_grace_period_counts_from_the_first_call() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 5 } })).await;
    let joined = app.join("desk", "One").await;
    app.act("recall", id(&joined), json!({})).await.refused(409, "wrong_state");
    let called = app.act("call", id(&joined), json!({ "counter": "9" })).await.ok();
    app.advance("PT3M").await;
    let again = app.act("recall", id(&joined), json!({})).await.ok();
    assert_eq!((&again["calledAt"], &again["counter"]), (&called["calledAt"], &json!("9")));
    assert_eq!(app.own(&joined).await["graceEndsAt"], "2026-05-10T09:05:00Z");
    app.advance("PT2M").await;
    assert_eq!(app.act("no-show", id(&joined), json!({})).await.ok()["state"], "no_show");
    let over = app.act("recall", id(&joined), json!({})).await;
    assert_eq!(over.refused(409, "wrong_state")["state"], "no_show");
}
