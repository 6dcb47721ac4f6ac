//! `/crm/reservations/queue/check-in`, `/start` and `/complete`: from the line to the counter to the end.

use serde_json::{Value, json};

use crate::app::{TestApp, id, own_path, token};

/// Brings somebody who has just joined into a state.
async fn bring(app: &TestApp, joined: &Value, state: &str) {
    match state {
        "waiting" => {}
        "called" => drop(app.act("call", id(joined), json!({})).await.ok()),
        "serving" => drop(app.act("start", id(joined), json!({})).await.ok()),
        "served" => {
            app.act("start", id(joined), json!({})).await.ok();
            app.act("complete", id(joined), json!({})).await.ok();
        }
        "left" => drop(app.post(&own_path("leave", joined), "", json!({})).await.ok()),
        "no_show" => {
            let path = format!("/crm/reservations/queue/no-show/{}?override=true", id(joined));
            app.post(&path, &crate::app::supervisor(), json!({})).await.ok();
        }
        other => panic!("{other}"),
    }
    assert_eq!(app.own(joined).await["state"], state);
}

#[tokio::test]
async fn a_visit_goes_from_the_line_to_the_counter_to_its_end() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    app.advance("PT1M").await;
    let checked_in = app.act("check-in", id(&joined), json!({})).await.ok();
    assert_eq!((&checked_in["state"], &checked_in["position"]), (&json!("waiting"), &json!(1)));
    assert_eq!(checked_in["checkedInAt"], "2026-05-10T09:01:00Z");
    assert_eq!(app.own(&joined).await["checkedIn"], true);
    app.advance("PT1M").await;
    app.act("call", id(&joined), json!({ "counter": "5" })).await.ok();
    app.advance("PT1M").await;
    let started = app.act("start", id(&joined), json!({})).await.ok();
    assert_eq!(
        (&started["state"], &started["counter"]),
        (&json!("serving"), &json!("5")),
        "the counter of the call stays"
    );
    assert_eq!(
        (&started["calledAt"], &started["startedAt"]),
        (&json!("2026-05-10T09:02:00Z"), &json!("2026-05-10T09:03:00Z"))
    );
    app.advance("PT7M").await;
    let completed = app.act("complete", id(&joined), json!({})).await.ok();
    assert_eq!((&completed["state"], &completed["endedAt"]), (&json!("served"), &json!("2026-05-10T09:10:00Z")));
    assert_eq!((&completed["waitedSeconds"], &completed["version"]), (&json!(120), &json!(5)));
    assert_eq!(app.own(&joined).await["state"], "served");
}

#[tokio::test]
async fn a_second_clerk_who_starts_the_same_visit_hears_of_the_collision() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    let started = app.act("start", id(&joined), json!({ "counter": "1" })).await.ok();
    let path = format!("/crm/reservations/queue/start/{}", id(&joined));
    let colleague = token(json!({ "sub": "cleo" }));
    let refused = app.post(&path, &colleague, json!({ "counter": "2" })).await;
    assert_eq!(refused.refused(409, "wrong_state")["state"], "serving");
    let repeated = app.act("start", id(&joined), json!({ "counter": "1" })).await.ok();
    assert_eq!((&repeated["version"], &repeated["counter"]), (&started["version"], &json!("1")));
}

#[tokio::test]
async fn an_act_that_is_repeated_is_answered_and_changes_nothing() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Alice").await;
    for act in ["check-in", "call", "start", "complete"] {
        let first = app.act(act, id(&joined), json!({ "counter": "1" })).await.ok();
        let version = app.status("desk").await["version"].clone();
        for body in [json!({ "counter": "1" }), json!({}), json!({ "counter": "2" })] {
            let repeated = app.act(act, id(&joined), body).await.ok();
            assert_eq!((&repeated["version"], &repeated["state"]), (&first["version"], &first["state"]), "{act}");
            assert_eq!(repeated["counter"], first["counter"], "{act}");
        }
        assert_eq!(app.status("desk").await["version"], version, "{act}");
    }
    let path = format!("/crm/reservations/queue/no-show/{}?override=true", id(&joined));
    app.post(&path, &crate::app::supervisor(), json!({})).await.refused(409, "wrong_state");
}

#[tokio::test]
async fn an_act_that_does_not_fit_is_refused_with_the_name_of_the_state() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "capacity": 100 })).await;
    let possible: [(&str, &[&str]); 7] = [
        ("check-in", &["waiting", "called"]),
        ("call", &["waiting", "called"]),
        ("recall", &["called"]),
        ("start", &["waiting", "called", "serving"]),
        ("complete", &["serving", "served"]),
        ("return", &["called", "serving"]),
        ("transfer", &["waiting", "called", "serving"]),
    ];
    for state in ["waiting", "called", "serving", "served", "left", "no_show"] {
        let joined = app.join("desk", "Guest").await;
        bring(&app, &joined, state).await;
        for (act, fits) in &possible {
            if fits.contains(&state) {
                continue;
            }
            let version = app.status("desk").await["version"].clone();
            let body = if *act == "transfer" { json!({ "servicePointId": "desk" }) } else { json!({}) };
            let refused = app.act(act, id(&joined), body).await;
            assert_eq!(refused.refused(409, "wrong_state")["state"], state, "{act}");
            assert!(refused.json["detail"].as_str().unwrap().contains(state), "{}", refused.text);
            assert_eq!(app.status("desk").await["version"], version, "{act} from {state}");
        }
    }
    for (act, _) in possible {
        let body = json!({ "servicePointId": "desk" });
        app.act(act, "unknown", body.clone()).await.refused(404, "entry_not_found");
        app.act(act, "no%20slug", body).await.refused(404, "entry_not_found");
    }
}

#[tokio::test]
async fn nobody_is_started_beyond_the_capacity_but_calls_take_none_of_it() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "capacity": 2 })).await;
    let mut joined = Vec::new();
    for name in ["A", "B", "C"] {
        joined.push(app.join("desk", name).await);
    }
    for entry in &joined {
        app.act("call", id(entry), json!({})).await.ok();
    }
    app.act("start", id(&joined[0]), json!({})).await.ok();
    app.act("start", id(&joined[1]), json!({})).await.ok();
    let full = app.act("start", id(&joined[2]), json!({})).await;
    assert_eq!(full.refused(409, "at_capacity")["capacity"], 2);
    assert_eq!(app.own(&joined[2]).await["state"], "called");
    app.act("complete", id(&joined[0]), json!({})).await.ok();
    app.act("start", id(&joined[2]), json!({})).await.ok();
    app.act("undo", id(&joined[0]), json!({})).await.refused(409, "at_capacity");
}

#[tokio::test]
async fn a_capacity_that_shrinks_lets_those_finish_who_are_being_served() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "capacity": 2 })).await;
    let (one, two) = (app.join("desk", "A").await, app.join("desk", "B").await);
    let three = app.join("desk", "C").await;
    app.act("start", id(&one), json!({})).await.ok();
    app.act("start", id(&two), json!({})).await.ok();
    let smaller = json!({ "id": "desk", "capacity": 1 });
    app.post("/crm/reservations/service-point/update", &crate::app::admin(), smaller).await.ok();
    assert_eq!(app.status("desk").await["nowServing"].as_array().unwrap().len(), 2);
    app.act("complete", id(&one), json!({})).await.ok();
    app.act("start", id(&three), json!({})).await.refused(409, "at_capacity");
    app.act("complete", id(&two), json!({})).await.ok();
    app.act("start", id(&three), json!({})).await.ok();
}

#[tokio::test]
async fn a_point_that_wants_a_check_in_starts_nobody_without_one() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "queue": { "requireCheckIn": true } })).await;
    let joined = app.join("desk", "Alice").await;
    app.act("start", id(&joined), json!({})).await.refused(409, "check_in_required");
    app.act("call", id(&joined), json!({})).await.ok();
    app.act("start", id(&joined), json!({})).await.refused(409, "check_in_required");
    app.act("check-in", id(&joined), json!({})).await.ok();
    assert_eq!(app.act("start", id(&joined), json!({})).await.ok()["state"], "serving");
}

#[tokio::test]
async fn a_check_in_is_possible_by_the_ticket_number_of_the_day() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let alice = app.join("desk", "Alice").await;
    let checked_in = app.act("check-in", "1", json!({})).await.ok();
    assert_eq!((&checked_in["id"], &checked_in["checkedInAt"]), (&alice["id"], &json!("2026-05-10T09:00:00Z")));
    assert_eq!(app.act("check-in", "001", json!({})).await.ok()["version"], checked_in["version"], "a repeat");
    app.act("call", id(&alice), json!({})).await.ok();
    assert_eq!(app.act("check-in", "1", json!({})).await.ok()["state"], "called");
    for none in ["0", "2", "4294967296", "T-000001", "+1", "1.0"] {
        app.act("check-in", none, json!({})).await.refused(404, "entry_not_found");
    }
    app.act("start", id(&alice), json!({})).await.ok();
    app.act("complete", id(&alice), json!({})).await.ok();
    app.act("check-in", "1", json!({})).await.refused(404, "entry_not_found");
    app.act("call", "1", json!({})).await.refused(404, "entry_not_found");

    app.join("desk", "Bob").await;
    app.advance("P1D").await;
    app.act("check-in", "2", json!({})).await.refused(404, "entry_not_found");
}

#[tokio::test]
async fn a_ticket_number_of_several_points_wants_the_point_named() {
    let app = TestApp::spawn().await;
    for point in ["desk", "cashier", "empty"] {
        app.service_point(point, json!({})).await;
    }
    let (at_desk, at_cashier) = (app.join("desk", "Alice").await, app.join("cashier", "Bob").await);
    let refused = app.act("check-in", "1", json!({})).await;
    assert_eq!(refused.refused(409, "ambiguous_number")["points"], json!(["cashier", "desk"]));
    assert_eq!(refused.json["parameter"], "servicePoint");
    for (point, joined) in [("desk", &at_desk), ("cashier", &at_cashier)] {
        assert_eq!(app.own(joined).await["checkedIn"], false, "{point}");
        let checked_in = app.act("check-in", &format!("1?servicePoint={point}"), json!({})).await.ok();
        assert_eq!(checked_in["id"], joined["id"], "{point}");
    }
    app.act("check-in", "1?servicePoint=empty", json!({})).await.refused(404, "entry_not_found");
    for nowhere in ["nowhere", "no%20slug"] {
        let refused = app.act("check-in", &format!("1?servicePoint={nowhere}"), json!({})).await;
        refused.refused(404, "service_point_not_found");
    }

    let body = json!({ "servicePointId": "empty", "id": "1", "customer": { "name": "Carol" } });
    let named = app.post("/crm/reservations/queue/join", &crate::app::staff(), body).await;
    assert_eq!(named.status, 201, "{}", named.text);
    assert_eq!(app.act("check-in", "1", json!({})).await.ok()["servicePointId"], "empty", "an id goes before numbers");
}
