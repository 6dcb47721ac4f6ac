//! `/crm/reservations/queue/return`, `/postpone` and `/leave`: places that are given back, given up and given away.

use serde_json::{Value, json};

use crate::app::{Answer, TestApp, id, own_path, staff};

async fn line_of(app: &TestApp, names: usize) -> Vec<Value> {
    let mut joined = Vec::new();
    for number in 1..=names {
        joined.push(app.join("desk", &format!("Guest {number}")).await);
    }
    joined
}

async fn numbers(app: &TestApp) -> Vec<u64> {
    let status = app.status("desk").await;
    status["waiting"].as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect()
}

async fn postpone(app: &TestApp, joined: &Value, body: Value) -> Answer {
    app.post(&own_path("postpone", joined), "", body).await
}

#[tokio::test]
async fn who_is_put_back_goes_to_the_front_to_the_end_or_to_the_place_that_they_had() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "capacity": 5 })).await;
    let joined = line_of(&app, 4).await;
    app.act("call", id(&joined[1]), json!({})).await.ok();
    let kept = app.act("return", id(&joined[1]), json!({})).await.ok();
    assert_eq!((&kept["state"], &kept["position"]), (&json!("waiting"), &json!(2)));
    assert_eq!(numbers(&app).await, [1, 2, 3, 4]);
    app.act("start", id(&joined[2]), json!({})).await.ok();
    assert_eq!(app.act("return", id(&joined[2]), json!({ "to": "first" })).await.ok()["position"], 1);
    assert_eq!(numbers(&app).await, [3, 1, 2, 4]);
    app.act("call", id(&joined[0]), json!({})).await.ok();
    assert_eq!(app.act("return", id(&joined[0]), json!({ "to": "last" })).await.ok()["position"], 4);
    assert_eq!(numbers(&app).await, [3, 2, 4, 1]);
    app.act("call", id(&joined[3]), json!({})).await.ok();
    app.act("return", id(&joined[3]), json!({ "to": "kept" })).await.ok();
    assert_eq!(numbers(&app).await, [3, 2, 4, 1]);
    assert_eq!(app.call_next("desk").await.ok()["number"], 3);
    assert_eq!(app.join("desk", "Late").await["position"], 4, "who joins later stands behind who was put last");
}

#[tokio::test]
async fn a_return_that_is_repeated_changes_nothing_and_an_unknown_place_is_refused() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = line_of(&app, 3).await;
    app.act("call", id(&joined[0]), json!({})).await.ok();
    for to in [json!("middle"), json!(1), json!(["first"])] {
        assert_eq!(app.act("return", id(&joined[0]), json!({ "to": to })).await.invalid_paths(), ["to"]);
    }
    let first = app.act("return", id(&joined[0]), json!({ "to": "last" })).await.ok();
    let version = app.status("desk").await["version"].clone();
    let again = app.act("return", id(&joined[0]), json!({ "to": "last" })).await.ok();
    assert_eq!(again["version"], first["version"]);
    assert_eq!(app.status("desk").await["version"], version);
    assert_eq!(numbers(&app).await, [2, 3, 1]);
    app.act("return", id(&joined[1]), json!({})).await.refused(409, "wrong_state");
}

#[tokio::test]
async fn priorities_come_first_wherever_somebody_is_put_back_to() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "queue": { "priorities": ["urgent", "normal"] } })).await;
    line_of(&app, 2).await;
    let urgent = json!({ "servicePointId": "desk", "customer": { "name": "U" }, "priority": "urgent" });
    let urgent = app.post("/crm/reservations/queue/join", &staff(), urgent).await.json;
    assert_eq!(numbers(&app).await, [3, 1, 2]);
    app.act("call", id(&urgent), json!({})).await.ok();
    app.act("return", id(&urgent), json!({ "to": "kept" })).await.ok();
    assert_eq!(numbers(&app).await, [3, 1, 2]);
}

#[tokio::test]
async fn a_customer_can_let_others_pass() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = line_of(&app, 5).await;
    let own = postpone(&app, &joined[0], json!({})).await.ok();
    assert_eq!((&own["position"], &own["letPass"]), (&json!(2), &json!(1)), "one, unless more are named");
    assert_eq!(numbers(&app).await, [2, 1, 3, 4, 5]);
    let own = postpone(&app, &joined[0], json!({ "places": 2 })).await.ok();
    assert_eq!((&own["position"], &own["letPass"]), (&json!(4), &json!(3)));
    assert_eq!(numbers(&app).await, [2, 3, 4, 1, 5]);
    let own = postpone(&app, &joined[1], json!({ "places": 10_000 })).await.ok();
    assert_eq!((&own["position"], &own["letPass"]), (&json!(5), &json!(4)), "as many as there are");
    assert_eq!(numbers(&app).await, [3, 4, 1, 5, 2]);
    let version = app.status("desk").await["version"].clone();
    let own = postpone(&app, &joined[1], json!({ "places": 3 })).await.ok();
    assert_eq!(own["position"], 5, "with nobody behind there is nobody to let pass");
    assert_eq!(app.status("desk").await["version"], version);
    for places in [json!(0), json!(-1), json!(10_001), json!("2"), json!(1.5)] {
        assert_eq!(postpone(&app, &joined[0], json!({ "places": places })).await.invalid_paths(), ["places"]);
    }
}

#[tokio::test]
async fn many_postponements_between_the_same_two_keep_the_order_right() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = line_of(&app, 3).await;
    let mut order = [1, 2, 3];
    for _ in 0..60 {
        let first = order[0];
        postpone(&app, &joined[usize::try_from(first).unwrap() - 1], json!({})).await.ok();
        order.swap(0, 1);
        assert_eq!(numbers(&app).await, order);
    }
}

#[tokio::test]
async fn a_customer_can_leave_once_and_those_behind_move_up() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = line_of(&app, 3).await;
    let left = app.post(&own_path("leave", &joined[0]), "", json!({})).await.ok();
    assert_eq!((&left["state"], &left["position"]), (&json!("left"), &json!(null)));
    assert_eq!(app.own(&joined[1]).await["position"], 1);
    let again = app.post(&own_path("leave", &joined[0]), "", json!({})).await.ok();
    assert_eq!(again["version"], left["version"]);
    app.act("call", id(&joined[1]), json!({})).await.ok();
    app.post(&own_path("leave", &joined[1]), "", json!({})).await.ok();
    app.act("start", id(&joined[2]), json!({})).await.ok();
    let served = app.post(&own_path("leave", &joined[2]), "", json!({})).await;
    assert_eq!(served.refused(409, "wrong_state")["state"], "serving");
    postpone(&app, &joined[2], json!({})).await.refused(409, "wrong_state");
}

#[tokio::test]
async fn only_the_token_of_an_entry_or_a_clerk_can_leave_or_postpone_for_it() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = line_of(&app, 2).await;
    let version = app.status("desk").await["version"].clone();
    for act in ["leave", "postpone"] {
        let path = format!("/crm/reservations/queue/{act}/{}", id(&joined[0]));
        let stranger = format!("{path}?token={}", joined[1]["token"].as_str().unwrap());
        for nobody in [path.clone(), format!("{path}?token="), format!("{path}?token=x"), stranger] {
            app.post(&nobody, "", json!({})).await.refused(404, "entry_not_found");
        }
        let customer = crate::app::token(json!({ "role": "customer" }));
        app.post(&path, &customer, json!({})).await.refused(404, "entry_not_found");
    }
    assert_eq!(app.status("desk").await["version"], version);
    let path = format!("/crm/reservations/queue/leave/{}", id(&joined[0]));
    assert_eq!(app.post(&path, &staff(), json!({})).await.ok()["state"], "left");
}
