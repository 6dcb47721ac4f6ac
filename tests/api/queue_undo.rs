//! `/crm/reservations/queue/undo`: the last act, within ten seconds, by the same clerk, if nothing followed it.

use serde_json::json;

use crate::app::{TestApp, id, own_path, token};

#[tokio::test]
async fn each_act_of_a_clerk_can_be_taken_back_within_ten_seconds() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 0 } })).await;
    let joined = app.join("desk", "Alice").await;
    app.join("desk", "Bob").await;
    let steps = [
        ("check-in", "waiting", "waiting"),
        ("call", "called", "waiting"),
        ("no-show", "no_show", "waiting"),
        ("start", "serving", "waiting"),
    ];
    for (act, after, before) in steps {
        assert_eq!(app.act(act, id(&joined), json!({ "counter": "1" })).await.ok()["state"], after, "{act}");
        app.advance("PT10S").await;
        let back = app.act("undo", id(&joined), json!({})).await.ok();
        assert_eq!((&back["state"], &back["position"]), (&json!(before), &json!(1)), "{act}");
        let own = app.own(&joined).await;
        assert_eq!((&own["checkedIn"], &own["counter"]), (&json!(false), &json!(null)), "{act}");
        app.act("undo", id(&joined), json!({})).await.refused(409, "nothing_to_undo");
    }
    app.act("start", id(&joined), json!({ "counter": "7" })).await.ok();
    app.act("complete", id(&joined), json!({})).await.ok();
    let serving = app.act("undo", id(&joined), json!({})).await.ok();
    assert_eq!((&serving["state"], &serving["counter"]), (&json!("serving"), &json!("7")));
    app.act("return", id(&joined), json!({ "to": "last" })).await.ok();
    assert_eq!(app.own(&joined).await["position"], 2);
    assert_eq!(app.act("undo", id(&joined), json!({})).await.ok()["state"], "serving");
}

#[tokio::test]
async fn after_ten_seconds_it_is_too_late() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    app.act("call", id(&joined), json!({})).await.ok();
    app.set_clock("2026-05-10T09:00:10.001Z").await.ok();
    app.act("undo", id(&joined), json!({})).await.refused(409, "nothing_to_undo");
    assert_eq!(app.own(&joined).await["state"], "called");
}

#[tokio::test]
async fn another_clerk_cannot_take_it_back_and_what_was_followed_by_something_stays() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    app.act("undo", id(&joined), json!({})).await.refused(409, "nothing_to_undo");
    app.act("call", id(&joined), json!({})).await.ok();
    let version = app.status("desk").await["version"].clone();
    let path = format!("/crm/reservations/queue/undo/{}", id(&joined));
    for colleague in [token(json!({ "sub": "cleo" })), crate::app::supervisor()] {
        app.post(&path, &colleague, json!({})).await.refused(409, "nothing_to_undo");
    }
    assert_eq!(app.status("desk").await["version"], version);
    app.post(&own_path("leave", &joined), "", json!({})).await.ok();
    app.act("undo", id(&joined), json!({})).await.refused(409, "nothing_to_undo");
    app.act("undo", "unknown", json!({})).await.refused(404, "entry_not_found");
}

#[tokio::test]
async fn only_the_last_act_can_be_taken_back_and_the_numbers_of_the_day_go_back_with_it() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    app.act("start", id(&joined), json!({})).await.ok();
    app.advance("PT5M").await;
    app.act("complete", id(&joined), json!({})).await.ok();
    app.act("undo", id(&joined), json!({})).await.ok();
    app.act("undo", id(&joined), json!({})).await.refused(409, "nothing_to_undo");
    let history = app.get("/crm/reservations/queue/history/desk", &crate::app::staff()).await.ok();
    assert_eq!((&history["joined"], &history["served"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn who_is_in_line_again_by_now_cannot_be_brought_back_a_second_time() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 0 } })).await;
    let customer = json!({ "name": "Alice", "email": "alice@example.com" });
    let joined = app.join_as("desk", customer.clone()).await.json;
    app.act("no-show", id(&joined), json!({})).await.ok();
    let again = app.join_as("desk", customer).await.json;
    let refused = app.act("undo", id(&joined), json!({})).await;
    assert_eq!(refused.refused(409, "already_in_line")["entryId"], again["id"]);
}
