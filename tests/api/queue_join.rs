//! `/crm/reservations/queue/join`: who gets a place, who is told no, and who is in line already.

use serde_json::{Value, json};

use crate::app::{Answer, TestApp, id, members, staff, token};

const JOIN: &str = "/crm/reservations/queue/join";

async fn join_by_staff(app: &TestApp, body: Value) -> Answer {
    app.post(JOIN, &staff(), body).await
}

fn numbers(status: &Value) -> Vec<u64> {
    status["waiting"].as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn who_joins_is_told_their_number_place_and_wait_and_gets_a_link_of_their_own() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let first = app.join("desk", "Alice").await;
    let second = app.join("desk", "Bob").await;
    assert_eq!((&first["number"], &first["position"], &first["peopleAhead"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!((&first["estimatedWaitMinutes"], &first["state"]), (&json!(0), &json!("waiting")));
    assert_eq!((&second["number"], &second["position"], &second["peopleAhead"]), (&json!(2), &json!(2), &json!(1)));
    assert_eq!(second["estimatedWaitMinutes"], 10);
    assert_eq!(second["estimatedWaitRange"], json!({ "min": 7, "max": 14 }));
    assert_eq!(second["servicePointId"], "desk");
    let expected = [
        "estimatedWaitMinutes",
        "estimatedWaitRange",
        "id",
        "number",
        "peopleAhead",
        "position",
        "servicePointId",
        "state",
        "statusUrl",
        "token",
    ];
    assert_eq!(members(&second), expected);
    let (entry, secret) = (id(&second), second["token"].as_str().unwrap());
    assert_eq!(second["statusUrl"], format!("{}/q/{entry}?org=demo&token={secret}", app.base));
    assert!(secret.len() >= 22, "128 bits need that many characters: {secret}");
    assert_ne!(first["token"], second["token"]);
    assert_eq!(app.own(&second).await["position"], 2);
}

#[tokio::test]
async fn each_value_of_a_join_that_is_not_valid_is_named_by_its_path() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let before = app.status("desk").await["version"].clone();
    let cases = [
        (json!({ "servicePointId": null }), "servicePointId"),
        (json!({ "servicePointId": 7 }), "servicePointId"),
        (json!({ "servicePointId": "no slug" }), "servicePointId"),
        (json!({ "customer": null }), "customer"),
        (json!({ "customer": "Alice" }), "customer"),
        (json!({ "customer": {} }), "customer.name"),
        (json!({ "customer": { "name": " " } }), "customer.name"),
        (json!({ "customer": { "name": ["A"] } }), "customer.name"),
        (json!({ "customer": { "name": "x".repeat(201) } }), "customer.name"),
        (json!({ "customer": { "name": "A", "phone": "12" } }), "customer.phone"),
        (json!({ "customer": { "name": "A", "phone": 5551234 } }), "customer.phone"),
        (json!({ "customer": { "name": "A", "phone": "call me" } }), "customer.phone"),
        (json!({ "customer": { "name": "A", "email": "nowhere" } }), "customer.email"),
        (json!({ "customer": { "name": "A", "email": "a@b@c" } }), "customer.email"),
        (json!({ "partySize": 0 }), "partySize"),
        (json!({ "partySize": 101 }), "partySize"),
        (json!({ "partySize": 2.5 }), "partySize"),
        (json!({ "partySize": "2" }), "partySize"),
        (json!({ "service": "x".repeat(201) }), "service"),
        (json!({ "service": {} }), "service"),
    ];
    for (wrong, path) in cases {
        let mut body = json!({ "servicePointId": "desk", "customer": { "name": "Alice" } });
        body.as_object_mut().unwrap().extend(wrong.as_object().cloned().unwrap());
        let refused = app.post(JOIN, "", body).await;
        assert_eq!(refused.invalid_paths(), [path], "{wrong}: {}", refused.text);
    }
    let all = app.post(JOIN, "", json!({})).await;
    assert_eq!(all.invalid_paths(), ["servicePointId", "customer"]);
    app.join_as("nowhere", json!({ "name": "A" })).await.refused(404, "service_point_not_found");
    assert_eq!(app.status("desk").await["version"], before);
}

#[tokio::test]
async fn a_party_may_have_from_1_to_100_people_and_empty_fields_of_a_form_count_as_left_out() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    for (size, name) in [(1, "x".repeat(200)), (100, "Z".to_owned())] {
        let customer = json!({ "name": name, "phone": "", "email": "" });
        let body = json!({ "servicePointId": "desk", "customer": customer, "partySize": size, "service": "" });
        let joined = app.post(JOIN, "", body).await;
        assert_eq!(joined.status, 201, "{}", joined.text);
        let shown = app.act("check-in", id(&joined.json), json!({})).await.ok();
        assert_eq!((&shown["partySize"], &shown["service"]), (&json!(size), &json!(null)));
        assert_eq!((&shown["customer"]["phone"], &shown["customer"]["contactId"]), (&json!(null), &json!(null)));
    }
}

#[tokio::test]
async fn a_full_line_takes_nobody_until_somebody_is_called() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "queue": { "maxWaiting": 2 } })).await;
    app.join("desk", "One").await;
    app.join("desk", "Two").await;
    let version = app.status("desk").await["version"].clone();
    let full = app.join_as("desk", json!({ "name": "Three" })).await;
    let problem = full.refused(409, "queue_full");
    assert_eq!((&problem["waiting"], &problem["maxWaiting"]), (&json!(2), &json!(2)));
    assert_eq!(app.status("desk").await["version"], version);
    app.call_next("desk").await.ok();
    assert_eq!(app.join("desk", "Three").await["number"], 3, "the refused one took no number");
}

#[tokio::test]
async fn the_same_phone_or_email_in_another_spelling_is_the_same_person_and_learns_no_secret() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let customer = json!({ "name": "Alice", "phone": "+1 (555) 123-4567", "email": "Alice@Example.com" });
    let joined = app.join_as("desk", customer).await;
    assert_eq!(joined.status, 201, "{}", joined.text);
    let version = app.status("desk").await["version"].clone();
    for again in [
        json!({ "name": "Mallory", "phone": "+15551234567" }),
        json!({ "name": "Mallory", "phone": "001 555 123 45 67" }),
        json!({ "name": "Mallory", "email": "alice@EXAMPLE.com" }),
        json!({ "name": "Mallory", "email": " alice@example.com ", "phone": "+49 30 1234" }),
        json!({ "name": "Mallory", "email": "other@example.com", "phone": "+1-555-123-4567" }),
    ] {
        let answer = app.join_as("desk", again.clone()).await;
        assert_eq!(answer.status, 200, "{again}: {}", answer.text);
        assert_eq!((&answer.json["id"], &answer.json["alreadyInLine"]), (&joined.json["id"], &json!(true)));
        assert_eq!((&answer.json["number"], &answer.json["position"]), (&json!(1), &json!(1)));
        assert_eq!((answer.json.get("token"), answer.json.get("statusUrl")), (None, None), "{}", answer.text);
        assert!(!answer.text.contains("Alice") && !answer.text.contains(joined.json["token"].as_str().unwrap()));
    }
    assert_eq!(app.status("desk").await["version"], version);
    let namesake = app.join_as("desk", json!({ "name": "Alice" })).await;
    assert_eq!(namesake.status, 201, "a name alone says nothing about who it is: {}", namesake.text);
}

#[tokio::test]
async fn who_has_left_or_was_served_may_join_again_and_another_line_is_another_matter() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("other", json!({})).await;
    let customer = json!({ "name": "Alice", "email": "alice@example.com" });
    let first = app.join_as("desk", customer.clone()).await;
    assert_eq!(app.join_as("other", customer.clone()).await.status, 201);
    app.act("start", id(&first.json), json!({})).await.ok();
    let while_served = app.join_as("desk", customer.clone()).await.ok();
    assert_eq!((&while_served["state"], &while_served["position"]), (&json!("serving"), &json!(null)));
    app.act("complete", id(&first.json), json!({})).await.ok();
    let second = app.join_as("desk", customer.clone()).await;
    assert_eq!((second.status.as_u16(), &second.json["number"]), (201, &json!(2)), "{}", second.text);
    let leave = crate::app::own_path("leave", &second.json);
    app.post(&leave, "", json!({})).await.ok();
    assert_eq!(app.join_as("desk", customer).await.json["number"], 3);
}

#[tokio::test]
async fn only_a_clerk_gives_priorities_and_ids() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "queue": { "priorities": ["urgent", "senior"] } })).await;
    let wish = |name: &str, priority: &str| json!({ "servicePointId": "desk", "customer": { "name": name }, "priority": priority, "id": format!("id-{name}") });
    for bearer in [String::new(), token(json!({ "role": "customer" })), token(json!({ "role": "agent" }))] {
        let claimed = app.post(JOIN, &bearer, wish("public", "urgent")).await;
        assert_eq!(claimed.status, 201, "{}", claimed.text);
        assert_ne!(claimed.json["id"], "id-public");
    }
    assert_eq!(numbers(&app.status("desk").await), [1, 2, 3]);
    for (name, priority, position) in [("a", "senior", 1), ("b", "urgent", 1), ("c", "senior", 3), ("d", "", 7)] {
        let joined = join_by_staff(&app, wish(name, priority)).await;
        assert_eq!((joined.status.as_u16(), &joined.json["position"]), (201, &json!(position)), "{}", joined.text);
        assert_eq!(joined.json["id"], format!("id-{name}"));
    }
    assert_eq!(numbers(&app.status("desk").await), [5, 4, 6, 1, 2, 3, 7], "priority, then time");
    assert_eq!(join_by_staff(&app, wish("e", "royal")).await.invalid_paths(), ["priority"]);
    join_by_staff(&app, wish("a", "senior")).await.refused(409, "already_exists");
    for odd in ["T-000007", "has blanks", ""] {
        let body = json!({ "servicePointId": "desk", "customer": { "name": "N" }, "id": odd });
        assert_eq!(join_by_staff(&app, body).await.invalid_paths(), ["id"], "{odd}");
    }
    assert_eq!(app.status("desk").await["waitingCount"], 7);
}

#[tokio::test]
async fn an_id_that_another_line_has_given_is_taken() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.service_point("other", json!({})).await;
    let wish = |point: &str| json!({ "servicePointId": point, "customer": { "name": "N" }, "id": "one" });
    assert_eq!(join_by_staff(&app, wish("desk")).await.status, 201);
    let elsewhere = join_by_staff(&app, wish("other")).await;
    assert_eq!(elsewhere.status, 409, "{}", elsewhere.text);
    assert_eq!(app.status("other").await["waitingCount"], 0);
    app.join("other", "Somebody").await;
    assert_eq!(app.act("start", "one", json!({})).await.ok()["servicePointId"], "desk");
}

#[tokio::test]
async fn numbers_begin_with_1_again_at_local_midnight_and_nowhere_else() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("berlin", json!({ "timezone": "Europe/Berlin" })).await;
    app.service_point("tokyo", json!({ "timezone": "Asia/Tokyo" })).await;
    for point in ["berlin", "tokyo"] {
        assert_eq!(app.join(point, "One").await["number"], 1);
        assert_eq!(app.join(point, "Two").await["number"], 2);
    }
    // 09:00 UTC is 11:00 in Berlin and 18:00 in Tokyo: the days there end after 13 and after 6 hours.
    app.advance("PT5H59M59S").await;
    assert_eq!(app.join("tokyo", "Three").await["number"], 3);
    app.advance("PT1S").await;
    assert_eq!(app.join("tokyo", "First of the day").await["number"], 1);
    app.advance("PT6H59M59S").await;
    assert_eq!(app.join("berlin", "Three").await["number"], 3);
    app.advance("PT1S").await;
    let first = app.join("berlin", "First of the day").await;
    assert_eq!((&first["number"], &first["position"]), (&json!(1), &json!(4)), "yesterday's still wait in front");
    assert_eq!(numbers(&app.status("berlin").await), [1, 2, 3, 1]);
}
