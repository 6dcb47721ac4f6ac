//! `/crm/reservations/service-point/create` and `/update`: defaults, limits, what stays, what is cleared, versions.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin};

const CREATE: &str = "/crm/reservations/service-point/create";
const UPDATE: &str = "/crm/reservations/service-point/update";

async fn create(app: &TestApp, body: Value) -> Answer {
    app.post(CREATE, &admin(), body).await
}

async fn update(app: &TestApp, body: Value) -> Answer {
    app.post(UPDATE, &admin(), body).await
}

async fn update_if_match(app: &TestApp, body: Value, versions: &str) -> Answer {
    let request = app.request(Method::POST, UPDATE).bearer_auth(admin()).header("if-match", versions);
    app.send(request.json(&body)).await
}

#[tokio::test]
async fn a_service_point_made_of_a_name_alone_has_defaults_and_an_id_of_ours() {
    let app = TestApp::spawn().await;
    let made = create(&app, json!({ "name": "Counter" })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.headers["etag"], "\"1\"");
    let id = made.json["id"].as_str().unwrap();
    assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
    let mut expected = json!({
        "id": id, "name": "Counter", "location": "", "capacity": 1, "timezone": "Europe/Berlin", "hours": null,
        "queue": {
            "maxWaiting": 100, "averageServiceMinutes": 10, "graceMinutes": 5, "autoNoShow": false,
            "requireCheckIn": false, "priorities": ["urgent", "high", "normal", "low"], "waitLimitMinutes": 20,
        },
        "status": "open", "admission": "open", "version": 1,
    });
    for time in ["createdAt", "updatedAt"] {
        assert!(made.json[time].as_str().unwrap().ends_with('Z'), "{}", made.text);
        expected[time] = made.json[time].clone();
    }
    assert_eq!(made.json, expected);
}

#[tokio::test]
async fn an_id_that_is_given_is_kept_and_is_taken_from_then_on() {
    let app = TestApp::spawn().await;
    for id in ["a", "A_9-z", &"x".repeat(64)] {
        let made = create(&app, json!({ "id": id, "name": "Counter" })).await;
        assert_eq!((made.status.as_u16(), made.json["id"].as_str()), (201, Some(id)), "{}", made.text);
        create(&app, json!({ "id": id, "name": "Another" })).await.refused(409, "already_exists");
    }
    let shown = app.get("/crm/reservations/service-point/get/a", &admin()).await.ok();
    assert_eq!((&shown["name"], &shown["version"]), (&json!("Counter"), &json!(1)));
}

#[tokio::test]
async fn each_value_that_is_not_valid_is_named_by_its_path_and_nothing_is_made() {
    let app = TestApp::spawn().await;
    let cases = [
        (json!({ "id": "has blanks" }), "id"),
        (json!({ "id": "T-000007" }), "id"),
        (json!({ "id": "" }), "id"),
        (json!({ "id": "x".repeat(65) }), "id"),
        (json!({ "id": 7 }), "id"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "   " }), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!({ "name": "x".repeat(121) }), "name"),
        (json!({ "name": "two\nlines" }), "name"),
        (json!({ "location": "x".repeat(301) }), "location"),
        (json!({ "location": [] }), "location"),
        (json!({ "capacity": 0 }), "capacity"),
        (json!({ "capacity": 1001 }), "capacity"),
        (json!({ "capacity": -1 }), "capacity"),
        (json!({ "capacity": 1.5 }), "capacity"),
        (json!({ "capacity": "3" }), "capacity"),
        (json!({ "timezone": "Mars/Olympus" }), "timezone"),
        (json!({ "timezone": "" }), "timezone"),
        (json!({ "timezone": 1 }), "timezone"),
        (json!({ "status": "ajar" }), "status"),
        (json!({ "status": true }), "status"),
        (json!({ "queue": [] }), "queue"),
        (json!({ "queue": { "maxWaiting": 0 } }), "queue.maxWaiting"),
        (json!({ "queue": { "maxWaiting": 10_001 } }), "queue.maxWaiting"),
        (json!({ "queue": { "averageServiceMinutes": 0 } }), "queue.averageServiceMinutes"),
        (json!({ "queue": { "averageServiceMinutes": 1_441 } }), "queue.averageServiceMinutes"),
        (json!({ "queue": { "graceMinutes": -1 } }), "queue.graceMinutes"),
        (json!({ "queue": { "graceMinutes": 1_441 } }), "queue.graceMinutes"),
        (json!({ "queue": { "waitLimitMinutes": 0 } }), "queue.waitLimitMinutes"),
        (json!({ "queue": { "waitLimitMinutes": 1_441 } }), "queue.waitLimitMinutes"),
        (json!({ "queue": { "autoNoShow": "yes" } }), "queue.autoNoShow"),
        (json!({ "queue": { "requireCheckIn": 1 } }), "queue.requireCheckIn"),
        (json!({ "queue": { "priorities": "urgent" } }), "queue.priorities"),
        (json!({ "queue": { "priorities": vec!["p"; 11] } }), "queue.priorities"),
        (json!({ "queue": { "priorities": ["ok", ""] } }), "queue.priorities[1]"),
        (json!({ "queue": { "priorities": ["ok", "ok"] } }), "queue.priorities[1]"),
        (json!({ "queue": { "priorities": ["x".repeat(41)] } }), "queue.priorities[0]"),
        (json!({ "queue": { "priorities": [{}] } }), "queue.priorities[0]"),
    ];
    for (wrong, path) in cases {
        let mut body = json!({ "id": "p", "name": "Counter" });
        body.as_object_mut().unwrap().extend(wrong.as_object().cloned().unwrap());
        let refused = create(&app, body).await;
        assert_eq!(refused.invalid_paths(), [path], "{wrong}: {}", refused.text);
    }
    let listed = app.get("/crm/reservations/service-point/get", &admin()).await.ok();
    assert_eq!(listed["total"], 0);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let app = TestApp::spawn().await;
    let body = json!({ "capacity": 0, "timezone": "Mars", "queue": { "maxWaiting": "many", "graceMinutes": -1 } });
    let refused = create(&app, body).await;
    let mut paths = refused.invalid_paths();
    paths.sort_unstable();
    assert_eq!(paths, ["capacity", "name", "queue.graceMinutes", "queue.maxWaiting", "timezone"]);
}

#[tokio::test]
async fn values_at_the_edges_of_their_limits_are_kept_as_given() {
    let app = TestApp::spawn().await;
    let most = json!({
        "id": "most", "name": "n".repeat(120), "location": "l".repeat(300), "capacity": 1_000, "timezone": "Asia/Kathmandu",
        "queue": {
            "maxWaiting": 10_000, "averageServiceMinutes": 1_440, "graceMinutes": 1_440, "autoNoShow": true,
            "requireCheckIn": true, "waitLimitMinutes": 1_440,
            "priorities": (0..10).map(|n| format!("{n}{}", "p".repeat(39))).collect::<Vec<_>>(),
        },
    });
    let least = json!({
        "id": "least", "name": "n", "location": "", "capacity": 1, "timezone": "UTC",
        "queue": {
            "maxWaiting": 1, "averageServiceMinutes": 1, "graceMinutes": 0, "autoNoShow": false,
            "requireCheckIn": false, "waitLimitMinutes": 1, "priorities": [],
        },
    });
    for body in [most, least] {
        let made = create(&app, body.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&made.json[name], value, "{name}");
        }
    }
}

#[tokio::test]
async fn hours_are_sorted_and_merged_and_both_ways_to_write_midnight_mean_the_same() {
    let app = TestApp::spawn().await;
    let hours = json!({
        "mon": [["13:00", "17:00"], ["09:00", "12:00"]],
        "tue": [["09:00", "12:00"], ["11:00", "13:00"], ["13:00", "14:00"]],
        "wed": [["18:00", "24:00"]],
        "thu": [["18:00", "23:59"]],
        "fri": [["00:00", "24:00"]],
        "sat": [],
    });
    let made = create(&app, json!({ "name": "Counter", "hours": hours })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let expected = json!({
        "mon": [["09:00", "12:00"], ["13:00", "17:00"]],
        "tue": [["09:00", "14:00"]],
        "wed": [["18:00", "24:00"]],
        "thu": [["18:00", "24:00"]],
        "fri": [["00:00", "24:00"]],
    });
    assert_eq!(made.json["hours"], expected);
}

#[tokio::test]
async fn hours_that_make_no_sense_are_named_by_their_path() {
    let app = TestApp::spawn().await;
    for (hours, path) in [
        (json!([]), "hours"),
        (json!("always"), "hours"),
        (json!({ "monday": [] }), "hours.monday"),
        (json!({ "mon": "09:00-17:00" }), "hours.mon"),
        (json!({ "mon": [["09:00"]] }), "hours.mon[0]"),
        (json!({ "mon": [["09:00", "17:00"], ["17:00", "09:00"]] }), "hours.mon[1]"),
        (json!({ "mon": [["09:00", "09:00"]] }), "hours.mon[0]"),
        (json!({ "mon": [["9:00", "17:00"]] }), "hours.mon[0][0]"),
        (json!({ "mon": [["09:00", "24:01"]] }), "hours.mon[0][1]"),
        (json!({ "mon": [["09:60", "17:00"]] }), "hours.mon[0][0]"),
        (json!({ "mon": [[9, 17]] }), "hours.mon[0][0]"),
        (json!({ "mon": vec![["09:00", "10:00"]; 13] }), "hours.mon"),
    ] {
        let refused = create(&app, json!({ "name": "Counter", "hours": hours })).await;
        assert_eq!(refused.invalid_paths(), [path], "{}", refused.text);
    }
}

#[tokio::test]
async fn an_update_changes_what_is_given_clears_what_is_null_and_leaves_the_rest() {
    let app = TestApp::spawn().await;
    let hours = json!({ "mon": [["09:00", "17:00"]] });
    let queue = json!({ "maxWaiting": 7, "priorities": ["urgent"] });
    let made = app.service_point("desk", json!({ "location": "Ground floor", "hours": hours, "queue": queue })).await;
    let changed = update(&app, json!({ "id": "desk", "capacity": 9, "queue": { "graceMinutes": 0 } })).await;
    assert_eq!(changed.headers["etag"], "\"2\"");
    let changed = changed.ok();
    let mut expected = made.clone();
    expected["capacity"] = json!(9);
    expected["queue"]["graceMinutes"] = json!(0);
    expected["version"] = json!(2);
    expected["updatedAt"] = changed["updatedAt"].clone();
    assert_eq!(changed, expected, "what was left out stays, in the queue's settings too");

    let cleared = update(&app, json!({ "id": "desk", "location": null, "hours": null })).await.ok();
    assert_eq!((&cleared["location"], &cleared["hours"], &cleared["version"]), (&json!(""), &json!(null), &json!(3)));
    let emptied = update(&app, json!({ "id": "desk", "queue": { "priorities": [] } })).await.ok();
    assert_eq!((&emptied["queue"]["priorities"], &emptied["queue"]["maxWaiting"]), (&json!([]), &json!(7)));
    assert_eq!(app.get("/crm/reservations/service-point/get/desk", &admin()).await.ok(), emptied);
}

#[tokio::test]
async fn an_update_that_changes_nothing_leaves_the_version_as_it_is() {
    let app = TestApp::spawn().await;
    let made = app.service_point("desk", json!({ "location": "Ground floor" })).await;
    for same in [json!({ "id": "desk" }), json!({ "id": "desk", "location": "Ground floor", "capacity": 3 })] {
        assert_eq!(update(&app, same).await.ok(), made);
    }
}

#[tokio::test]
async fn what_cannot_be_empty_cannot_be_cleared_and_wrong_values_change_nothing() {
    let app = TestApp::spawn().await;
    let made = app.service_point("desk", json!({})).await;
    for name in ["name", "capacity", "timezone", "queue", "status"] {
        assert_eq!(update(&app, json!({ "id": "desk", name: null })).await.invalid_paths(), [name]);
    }
    let grace = update(&app, json!({ "id": "desk", "capacity": 4, "queue": { "graceMinutes": null } })).await;
    assert_eq!(grace.invalid_paths(), ["queue.graceMinutes"]);
    assert_eq!(update(&app, json!({ "capacity": 4 })).await.invalid_paths(), ["id"]);
    update(&app, json!({ "id": "nowhere", "capacity": 4 })).await.refused(404, "service_point_not_found");
    assert_eq!(app.get("/crm/reservations/service-point/get/desk", &admin()).await.ok(), made);
}

#[tokio::test]
async fn an_update_of_another_version_than_the_one_seen_is_refused() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let body = |capacity: u32| json!({ "id": "desk", "capacity": capacity });
    assert_eq!(update_if_match(&app, body(4), "\"1\"").await.ok()["version"], 2);
    let stale = update_if_match(&app, body(5), "\"1\"").await;
    assert_eq!(stale.refused(412, "version_mismatch")["version"], 2);
    for accepted in ["\"2\"", "\"9\", \"3\"", "*"] {
        let capacity = 10 + u32::try_from(accepted.len()).unwrap();
        assert_eq!(update_if_match(&app, body(capacity), accepted).await.ok()["capacity"], capacity, "{accepted}");
    }
    update_if_match(&app, body(5), "\"nonsense\"").await.refused(412, "version_mismatch");
    let shown = app.get("/crm/reservations/service-point/get/desk", &admin()).await;
    assert_eq!((&shown.json["version"], &shown.headers["etag"]), (&json!(5), &"\"5\"".parse().unwrap()));
}

#[tokio::test]
async fn a_body_may_be_wrapped_in_data() {
    let app = TestApp::spawn().await;
    let made = create(&app, json!({ "data": { "id": "desk", "name": "Wrapped" } })).await;
    assert_eq!((made.status.as_u16(), &made.json["name"]), (201, &json!("Wrapped")), "{}", made.text);
    let changed = update(&app, json!({ "data": { "id": "desk", "name": "Wrapped again" } })).await.ok();
    assert_eq!(changed["name"], "Wrapped again");
    let joined = app
        .post(
            "/crm/reservations/queue/join",
            "",
            json!({ "data": { "servicePointId": "desk", "customer": { "name": "Guest" } } }),
        )
        .await;
    assert_eq!(joined.status, 201, "{}", joined.text);
    assert_eq!(create(&app, json!({ "data": { "capacity": 0 } })).await.invalid_paths().len(), 2);
}
