//! `/crm/reservations/slots`: what is offered, asked for in each way, on days with a clock change, and why it is not.

use serde_json::{Value, json};

use crate::app::{TestApp, admin, members, staff, token};

const SLOTS: &str = "/crm/reservations/slots";

/// The manual clock stands at Sunday, 11:00 in Berlin; the next day is open from 09:00 to 11:00.
async fn shop() -> TestApp {
    let app = TestApp::with_manual_clock().await;
    app.definition("cut", json!({ "hours": { "mon": [["09:00", "11:00"]] } })).await;
    app
}

fn starts(answer: &Value) -> Vec<&str> {
    answer["slots"].as_array().unwrap().iter().map(|slot| slot["start"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn slots_of_a_day_are_listed_in_order_with_room_and_the_other_days_with_their_reason() {
    let app = shop().await;
    let answer = app.slots(json!({ "definitionId": "cut", "from": "2026-05-10", "to": "2026-05-11" })).await;
    let slot = |start: &str, end: &str| {
        let day = "2026-05-11T";
        json!({ "start": format!("{day}{start}:00Z"), "end": format!("{day}{end}:00Z"), "spotsAvailable": 1, "staffIds": [] })
    };
    let expected = json!({
        "definitionId": "cut", "timezone": "Europe/Berlin",
        "slots": [slot("07:00", "07:30"), slot("07:30", "08:00"), slot("08:00", "08:30"), slot("08:30", "09:00")],
        "closed": [{ "date": "2026-05-10", "reason": "hours" }],
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn the_same_day_can_be_asked_for_in_many_ways() {
    let app = shop().await;
    let expected = app.slots(json!({ "definitionId": "cut", "from": "2026-05-11", "to": "2026-05-11" })).await;
    assert_eq!(expected["slots"].as_array().unwrap().len(), 4);
    for question in [
        json!({ "definitionId": "cut", "date": "2026-05-11" }),
        json!({ "reservationDefinitionId": "cut", "serviceDate": "2026-05-11" }),
        json!({ "data": { "reservationDefinitionId": "cut", "date": "2026-05-11" } }),
        json!({ "definitionId": "cut", "serviceDate": "2026-05-10T22:00:00.000Z" }),
        json!({ "definitionId": "cut", "from": "2026-05-10T22:00:00Z", "to": "2026-05-11T22:00:00Z" }),
        json!({ "definitionId": "cut", "from": "2026-05-11T00:00:00+02:00", "to": "2026-05-11" }),
        json!({ "definitionId": "cut", "date": "2026-05-11", "explain": false, "partySize": 1, "unknown": [1] }),
    ] {
        assert_eq!(app.slots(question.clone()).await, expected, "{question}");
    }
    let half = json!({ "definitionId": "cut", "from": "2026-05-11T07:30:00Z", "to": "2026-05-11T08:30:00Z" });
    assert_eq!(starts(&app.slots(half).await), ["2026-05-11T07:30:00Z", "2026-05-11T08:00:00Z"]);
    assert_eq!(app.post(SLOTS, &staff(), json!({ "definitionId": "cut", "date": "2026-05-11" })).await.ok(), expected);
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused_by_its_path() {
    let app = shop().await;
    app.staff_member("ines", json!({})).await;
    app.service_point("chair", json!({})).await;
    for (question, paths) in [
        (json!({}), vec!["definitionId", "from"]),
        (json!({ "definitionId": "a b", "date": "2026-05-11" }), vec!["definitionId"]),
        (json!({ "reservationDefinitionId": 7, "date": "2026-05-11" }), vec!["reservationDefinitionId"]),
        (
            json!({ "definitionId": "cut", "reservationDefinitionId": "dry", "date": "2026-05-11" }),
            vec!["reservationDefinitionId"],
        ),
        (json!({ "definitionId": "cut" }), vec!["from"]),
        (json!({ "definitionId": "cut", "from": "2026-05-11" }), vec!["to"]),
        (json!({ "definitionId": "cut", "to": "2026-05-11" }), vec!["from"]),
        (json!({ "definitionId": "cut", "date": "2026-05-11", "from": "2026-05-11" }), vec!["date"]),
        (json!({ "definitionId": "cut", "serviceDate": "11.05.2026" }), vec!["serviceDate"]),
        (json!({ "definitionId": "cut", "date": "tomorrow" }), vec!["date"]),
        (json!({ "definitionId": "cut", "date": 20_260_511 }), vec!["date"]),
        (json!({ "definitionId": "cut", "date": "1899-12-31" }), vec!["date"]),
        (json!({ "definitionId": "cut", "from": "2026-05-11T09:00", "to": "2026-05-12" }), vec!["from"]),
        (json!({ "definitionId": "cut", "from": "2026-05-11", "to": "2200-01-01T00:00:00Z" }), vec!["to"]),
        (json!({ "definitionId": "cut", "from": "2026-05-12", "to": "2026-05-11" }), vec!["to"]),
        (json!({ "definitionId": "cut", "date": "2026-05-11", "partySize": 0 }), vec!["partySize"]),
        (json!({ "definitionId": "cut", "date": "2026-05-11", "partySize": 101 }), vec!["partySize"]),
        (json!({ "definitionId": "cut", "date": "2026-05-11", "staffId": "ines" }), vec!["staffId"]),
        (json!({ "definitionId": "cut", "date": "2026-05-11", "staffId": [] }), vec!["staffId"]),
        (json!({ "definitionId": "cut", "date": "2026-05-11", "servicePointId": "chair" }), vec!["servicePointId"]),
        (json!({ "definitionId": "cut", "date": "2026-05-11", "explain": "yes" }), vec!["explain"]),
    ] {
        let refused = app.post(SLOTS, "", question.clone()).await;
        assert_eq!(refused.invalid_paths(), paths, "{question}: {}", refused.text);
    }
    let unknown = json!({ "definitionId": "dry", "date": "2026-05-11" });
    app.post(SLOTS, "", unknown).await.refused(404, "definition_not_found");
}

#[tokio::test]
async fn sixty_two_days_can_be_asked_for_at_once_and_not_one_more() {
    let app = shop().await;
    for (to, instant_to) in [("2026-07-10", "2026-07-10T22:00:00Z")] {
        let whole = app.slots(json!({ "definitionId": "cut", "from": "2026-05-10", "to": to })).await;
        assert_eq!(whole["slots"].as_array().unwrap().len(), 9 * 4, "nine Mondays");
        assert_eq!(whole["closed"].as_array().unwrap().len(), 62 - 9);
        let instants = json!({ "definitionId": "cut", "from": "2026-05-09T22:00:00Z", "to": instant_to });
        assert_eq!(app.slots(instants).await, whole);
    }
    let from_noon = json!({ "definitionId": "cut", "from": "2026-06-01T10:00:00Z", "to": "2026-08-02T10:00:00Z" });
    assert_eq!(app.slots(from_noon).await["slots"].as_array().unwrap().len(), 8 * 4, "62 x 24 hours touch 63 dates");
    for to in ["2026-07-11", "2026-07-10T22:00:01Z", "2199-12-31"] {
        let refused = app.post(SLOTS, "", json!({ "definitionId": "cut", "from": "2026-05-10", "to": to })).await;
        assert_eq!(refused.invalid_paths(), ["to"], "{to}");
        assert!(refused.json["detail"].as_str().unwrap().contains("at most 62"), "{}", refused.text);
    }
}

#[tokio::test]
async fn a_day_with_a_clock_change_has_each_instant_once_and_no_start_that_no_clock_shows() {
    let app = TestApp::with_manual_clock().await;
    let night = json!({ "durationMinutes": 60, "hours": { "sun": [["00:00", "05:00"]] }, "horizonDays": 730 });
    app.definition("night", night).await;
    // 25 October 2026: 02:00 to 03:00 happens twice. 28 March 2027: it does not happen.
    let autumn = app.slots(json!({ "definitionId": "night", "date": "2026-10-25" })).await;
    let expected = ["24T22", "24T23", "25T00", "25T01", "25T02", "25T03"];
    assert_eq!(starts(&autumn), expected.map(|hour| format!("2026-10-{hour}:00:00Z")));
    let spring = app.slots(json!({ "definitionId": "night", "date": "2027-03-28" })).await;
    let expected = ["27T23", "28T00", "28T01", "28T02"];
    assert_eq!(starts(&spring), expected.map(|hour| format!("2027-03-{hour}:00:00Z")));
}

#[tokio::test]
async fn what_is_offered_moves_with_the_clock() {
    let app = shop().await;
    let monday = json!({ "definitionId": "cut", "date": "2026-05-11" });
    app.set_clock("2026-05-11T07:30:00Z").await.ok();
    assert_eq!(starts(&app.slots(monday.clone()).await).len(), 3, "the first one has begun");
    app.set_clock("2026-05-11T08:30:00.001Z").await.ok();
    assert_eq!(app.slots(monday.clone()).await["closed"], json!([{ "date": "2026-05-11", "reason": "notice" }]));
    app.set_clock("2026-05-12T00:00:00Z").await.ok();
    assert_eq!(app.slots(monday).await["closed"], json!([{ "date": "2026-05-11", "reason": "past" }]));
    let far = app.slots(json!({ "definitionId": "cut", "date": "2026-08-17" })).await;
    assert_eq!(far["closed"][0]["reason"], "beyond_horizon");
}

#[tokio::test]
async fn staff_point_and_party_narrow_what_is_offered() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("chair", json!({ "capacity": 2, "hours": { "mon": [["09:00", "11:00"]] } })).await;
    app.staff_member("ines", json!({ "hours": { "mon": [["09:00", "10:00"]] } })).await;
    app.staff_member("tom", json!({ "hours": { "mon": [["09:30", "11:00"]] } })).await;
    let more = json!({ "requiredStaff": 1, "staffIds": ["ines", "tom"], "servicePointId": "chair" });
    app.definition("cut", more).await;
    let offered = |more: Value| {
        let mut question = json!({ "definitionId": "cut", "date": "2026-05-11" });
        question.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        app.slots(question)
    };
    let all = offered(json!({ "servicePointId": "chair" })).await;
    let who: Vec<_> = all["slots"].as_array().unwrap().iter().map(|slot| slot["staffIds"].clone()).collect();
    assert_eq!(who, [json!(["ines"]), json!(["ines", "tom"]), json!(["tom"]), json!(["tom"])]);
    assert_eq!(starts(&offered(json!({ "staffId": "ines" })).await).len(), 2);
    assert_eq!(starts(&offered(json!({ "partySize": 2 })).await), ["2026-05-11T07:30:00Z"]);
    let close = json!({ "id": "chair", "hours": { "mon": [["09:00", "10:00"]] } });
    app.post("/crm/reservations/service-point/update", &admin(), close).await.ok();
    assert_eq!(starts(&offered(json!({})).await).len(), 2, "the point closes earlier from now on");
    app.post("/crm/reservations/definitions/update", &admin(), json!({ "id": "cut", "active": false })).await.ok();
    assert_eq!(offered(json!({})).await["closed"][0]["reason"], "inactive");
}

#[tokio::test]
async fn where_only_the_staff_has_hours_the_grid_begins_when_it_comes_and_what_is_listed_books() {
    let app = TestApp::with_manual_clock().await;
    app.staff_member("ines", json!({ "hours": { "mon": [["09:00", "17:00"]] } })).await;
    let more = json!({ "durationMinutes": 50, "requiredStaff": 1, "staffIds": ["ines"] });
    app.definition("talk", more).await;
    let question = json!({ "definitionId": "talk", "from": "2026-05-11", "to": "2026-05-12" });
    let listed = app.slots(question).await;
    assert_eq!(starts(&listed)[..2], ["2026-05-11T07:00:00Z", "2026-05-11T07:50:00Z"]);
    assert_eq!((starts(&listed).len(), &listed["closed"][0]["reason"]), (9, &json!("no_staff")));
    let slot = json!({ "start": "2026-05-11T07:50:00Z", "end": "2026-05-11T08:40:00Z" });
    let customer = json!({ "name": "Ann", "email": "ann@example.com" });
    let wish = json!({ "definitionId": "talk", "slot": slot, "customer": customer });
    let booked = app.post("/crm/reservations/create", "", wish).await;
    assert_eq!(booked.status, 201, "{}", booked.text);
}

#[tokio::test]
async fn a_party_that_never_fits_is_told_so() {
    let app = TestApp::with_manual_clock().await;
    app.definition("cut", json!({ "capacity": 2, "hours": { "mon": [["09:00", "11:00"]] } })).await;
    let party = |people: u32| json!({ "definitionId": "cut", "date": "2026-05-11", "partySize": people });
    assert_eq!(starts(&app.slots(party(2)).await).len(), 4);
    let reasons = json!([{ "date": "2026-05-11", "reason": "party_too_large" }]);
    assert_eq!(app.slots(party(3)).await["closed"], reasons);
}

#[tokio::test]
async fn staff_are_told_of_every_start_why_it_is_refused_and_others_are_not() {
    let app = TestApp::with_manual_clock().await;
    let blocked = json!([{ "start": "2026-05-11T07:30:00Z", "end": "2026-05-11T08:00:00Z" }]);
    let more = json!({ "hours": { "mon": [["09:00", "10:15"]] }, "blocked": blocked, "minNoticeMinutes": 1_380 });
    app.definition("cut", more).await;
    let question = json!({ "definitionId": "cut", "date": "2026-05-11", "explain": true });
    for bearer in [String::new(), token(json!({ "role": "customer", "email": "a@example.com" }))] {
        app.post(SLOTS, &bearer, question.clone()).await.refused(403, "staff_only");
    }
    let answer = app.post(SLOTS, &staff(), question).await.ok();
    assert_eq!(members(&answer), ["closed", "definitionId", "explain", "slots", "timezone"]);
    let explained = answer["explain"].as_array().unwrap();
    let rules: Vec<Vec<&str>> = explained
        .iter()
        .map(|start| {
            let refusals = start["refusals"].as_array().unwrap();
            assert_eq!(start["offered"], refusals.is_empty());
            assert!(refusals.iter().all(|refusal| !refusal["detail"].as_str().unwrap().is_empty()));
            refusals.iter().map(|refusal| refusal["rule"].as_str().unwrap()).collect()
        })
        .collect();
    // The notice of 23 hours ends at 08:00 UTC, 10:00 in Berlin; 10:00 to 10:30 ends after closing.
    assert_eq!(rules, [vec!["notice"], vec!["notice", "blocked"], vec!["outside_hours"]]);
    assert_eq!(explained[0]["refusals"][0]["earliest"], "2026-05-11T08:00:00Z");
    let sunday = json!({ "definitionId": "cut", "date": "2026-05-10", "explain": true });
    assert_eq!(app.post(SLOTS, &staff(), sunday).await.ok()["explain"], json!([]), "a closed day has no grid");
}
