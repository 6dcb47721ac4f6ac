//! `/crm/reservations/definitions/create` and `/update`: defaults, limits, what stays, what is cleared, what is refused.

use frontdesk::domain::ids::PointId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, members, staff};
use crate::calendar::{EVENING, wish};

const LIST: &str = "/crm/reservations/definitions";
const GET: &str = "/crm/reservations/definitions/get";
const CREATE: &str = "/crm/reservations/definitions/create";
const UPDATE: &str = "/crm/reservations/definitions/update";

async fn create(app: &TestApp, body: Value) -> Answer {
    app.post(CREATE, &admin(), body).await
}

async fn update(app: &TestApp, body: Value) -> Answer {
    app.post(UPDATE, &admin(), body).await
}

/// A definition with something in every field.
pub fn whole() -> Value {
    json!({
        "id": "def-haircut-30", "name": "Haircut", "description": "Wash, cut\nand blow-dry.", "durationMinutes": 30,
        "stepMinutes": 15, "price": { "amount": "25.50", "currency": "USD" }, "requiredStaff": 1,
        "staffIds": ["ines", "tom"], "servicePointId": "chair", "capacity": 2, "seatsPerSession": 3,
        "bufferBeforeMinutes": 5, "bufferAfterMinutes": 10, "minNoticeMinutes": 60, "horizonDays": 30,
        "cancelBeforeMinutes": 1440, "timezone": "America/New_York",
        "hours": { "mon": [["09:00", "12:00"], ["13:00", "17:00"]], "sat": [["10:00", "24:00"]] },
        "overrides": [{ "date": "2026-12-24", "closed": true }, { "date": "2026-12-31", "hours": [["09:00", "12:00"]] }],
        "blocked": [{ "start": "2026-05-12T10:00:00Z", "end": "2026-05-12T11:00:00Z" }],
        "limits": { "perDay": 8 }, "confirm": "pending", "location": "video",
        "reminders": [
            { "before": "PT24H", "channel": "email" }, { "before": "PT1H30M", "channel": "sms", "templateId": "soon" },
            { "cron": "0 9 * * *", "daysBefore": 1, "channel": "webhook" },
        ],
        "active": false,
    })
}

/// A server with the staff and the point that it names.
pub async fn furnished() -> TestApp {
    let app = TestApp::spawn().await;
    app.service_point("chair", json!({})).await;
    app.staff_member("ines", json!({ "name": "Inês" })).await;
    app.staff_member("tom", json!({ "name": "Tom", "active": false })).await;
    app
}

#[tokio::test]
async fn a_definition_made_of_a_name_and_a_duration_has_defaults_and_an_id_of_ours() {
    let app = TestApp::spawn().await;
    let made = create(&app, json!({ "name": "Haircut", "durationMinutes": 30 })).await;
    assert_eq!((made.status.as_u16(), &made.headers["etag"]), (201, &"\"1\"".parse().unwrap()), "{}", made.text);
    let id = made.json["id"].as_str().unwrap();
    assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
    let mut expected = json!({
        "id": id, "name": "Haircut", "description": "", "durationMinutes": 30, "stepMinutes": 30, "price": null,
        "requiredStaff": 0, "staffIds": [], "servicePointId": null, "capacity": null, "seatsPerSession": 1,
        "bufferBeforeMinutes": 0, "bufferAfterMinutes": 0, "minNoticeMinutes": 0, "horizonDays": 90,
        "cancelBeforeMinutes": 0, "timezone": "Europe/Berlin", "hours": null, "overrides": [], "blocked": [],
        "limits": { "perDay": null }, "confirm": "auto", "location": "physical", "reminders": [], "active": true,
        "version": 1,
    });
    for time in ["createdAt", "updatedAt"] {
        assert!(made.json[time].as_str().unwrap().ends_with('Z'), "{}", made.text);
        expected[time] = made.json[time].clone();
    }
    assert_eq!(made.json, expected);
    assert_eq!(app.get(&format!("{GET}/{id}"), &staff()).await.ok(), expected);
}

#[tokio::test]
async fn every_field_is_kept_and_shown_as_it_was_given_also_in_data() {
    let app = furnished().await;
    let made = create(&app, json!({ "data": whole() })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    for (name, value) in whole().as_object().unwrap() {
        assert_eq!(&made.json[name], value, "{name}");
    }
    create(&app, whole()).await.refused(409, "already_exists");
    let shown = app.get(&format!("{GET}/def-haircut-30"), &staff()).await;
    assert_eq!(shown.headers["etag"], "\"1\"");
    assert_eq!(shown.ok(), made.json);
    let known = app.request(Method::GET, &format!("{GET}/def-haircut-30")).bearer_auth(staff());
    assert_eq!(app.send(known.header("if-none-match", "\"1\"")).await.status, 304);
    for nobody in ["nothing", "has%20blanks", "T-000007"] {
        app.get(&format!("{GET}/{nobody}"), &staff()).await.refused(404, "definition_not_found");
    }
}

#[tokio::test]
async fn a_price_is_decimal_digits_in_the_orgs_currency_unless_another_is_named() {
    let app = TestApp::spawn().await;
    for (price, kept) in [
        (json!({ "amount": "25.50" }), json!({ "amount": "25.50", "currency": "EUR" })),
        (json!({ "amount": 25.5, "currency": "USD" }), json!({ "amount": "25.5", "currency": "USD" })),
        (json!({ "amount": 0 }), json!({ "amount": "0", "currency": "EUR" })),
        (json!({ "amount": "999999999999.9999" }), json!({ "amount": "999999999999.9999", "currency": "EUR" })),
    ] {
        let made = create(&app, json!({ "name": "Cut", "durationMinutes": 30, "price": price })).await;
        assert_eq!((made.status.as_u16(), &made.json["price"]), (201, &kept), "{}", made.text);
    }
    let dollars = app.definition("cut", json!({ "price": { "amount": "5", "currency": "USD" } })).await;
    assert_eq!(dollars["price"]["currency"], "USD");
    let dearer = update(&app, json!({ "id": "cut", "price": { "amount": "6" } })).await.ok();
    assert_eq!(dearer["price"], json!({ "amount": "6", "currency": "USD" }), "the currency stays");
}

/// Each of these beside a name and a duration is refused by its path, and nothing is made.
async fn each_is_refused(app: &TestApp, cases: &[(Value, &str)]) {
    for (wrong, path) in cases {
        let mut body = json!({ "id": "cut", "name": "Cut", "durationMinutes": 30 });
        body.as_object_mut().unwrap().extend(wrong.as_object().cloned().unwrap());
        let refused = create(app, body).await;
        assert_eq!(refused.invalid_paths(), [*path], "{wrong}: {}", refused.text);
    }
    assert_eq!(app.get(LIST, &staff()).await.ok()["total"], 0);
}

#[tokio::test]
async fn each_value_that_is_not_valid_is_named_by_its_path() {
    let times = |hours: Value| json!({ "hours": { "mon": hours } });
    let cases = [
        (json!({ "id": "has blanks" }), "id"),
        (json!({ "id": "T-000007" }), "id"),
        (json!({ "id": "x".repeat(65) }), "id"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "name": "x".repeat(121) }), "name"),
        (json!({ "description": "x".repeat(2_001) }), "description"),
        (json!({ "description": "a\u{0}b" }), "description"),
        (json!({ "durationMinutes": 0 }), "durationMinutes"),
        (json!({ "durationMinutes": 1_441 }), "durationMinutes"),
        (json!({ "durationMinutes": null }), "durationMinutes"),
        (json!({ "durationMinutes": "30" }), "durationMinutes"),
        (json!({ "stepMinutes": 0 }), "stepMinutes"),
        (json!({ "stepMinutes": 1_441 }), "stepMinutes"),
        (json!({ "price": 25 }), "price"),
        (json!({ "price": {} }), "price.amount"),
        (json!({ "price": { "amount": "-1" } }), "price.amount"),
        (json!({ "price": { "amount": 1e300 } }), "price.amount"),
        (json!({ "price": { "amount": 999_999_999_999.999_9 } }), "price.amount"),
        (json!({ "price": { "amount": true } }), "price.amount"),
        (json!({ "price": { "amount": "1", "currency": "euro" } }), "price.currency"),
        (json!({ "requiredStaff": 201 }), "requiredStaff"),
        (json!({ "requiredStaff": -1 }), "requiredStaff"),
        (json!({ "staffIds": "ines" }), "staffIds"),
        (json!({ "staffIds": ["ines", 7] }), "staffIds[1]"),
        (json!({ "staffIds": ["ines", null] }), "staffIds[1]"),
        (json!({ "staffIds": ["ines", "ines"] }), "staffIds[1]"),
        (json!({ "staffIds": ["ines", "nobody"] }), "staffIds[1]"),
        (json!({ "staffIds": vec!["x"; 201] }), "staffIds"),
        (json!({ "servicePointId": "nowhere" }), "servicePointId"),
        (json!({ "servicePointId": "a b" }), "servicePointId"),
        (json!({ "capacity": 0 }), "capacity"),
        (json!({ "capacity": 10_001 }), "capacity"),
        (json!({ "seatsPerSession": 0 }), "seatsPerSession"),
        (json!({ "bufferBeforeMinutes": 1_441 }), "bufferBeforeMinutes"),
        (json!({ "bufferAfterMinutes": -1 }), "bufferAfterMinutes"),
        (json!({ "minNoticeMinutes": 527_041 }), "minNoticeMinutes"),
        (json!({ "cancelBeforeMinutes": 527_041 }), "cancelBeforeMinutes"),
        (json!({ "horizonDays": 731 }), "horizonDays"),
        (json!({ "timezone": "Mars/Olympus" }), "timezone"),
        (json!({ "hours": [] }), "hours"),
        (json!({ "hours": { "monday": [] } }), "hours.monday"),
        (times(json!([["17:00", "09:00"]])), "hours.mon[0]"),
        (times(json!([["09:00", "12:00"], ["13:00", "25:00"]])), "hours.mon[1][1]"),
    ];
    each_is_refused(&furnished().await, &cases).await;
}

#[tokio::test]
async fn each_part_of_a_list_that_is_not_valid_is_named_by_its_path() {
    let reminder = |rule: Value| json!({ "reminders": [{ "before": "PT1H" }, rule] });
    let overriding = |one: Value| json!({ "overrides": [{ "date": "2026-05-11", "closed": true }, one] });
    let blocked = |span: Value| json!({ "blocked": [span] });
    let cases = [
        (json!({ "overrides": {} }), "overrides"),
        (overriding(json!(7)), "overrides[1]"),
        (overriding(json!({ "closed": true })), "overrides[1].date"),
        (overriding(json!({ "date": "11.05.2026", "closed": true })), "overrides[1].date"),
        (overriding(json!({ "date": "2026-02-30", "closed": true })), "overrides[1].date"),
        (overriding(json!({ "date": "2200-01-01", "closed": true })), "overrides[1].date"),
        (overriding(json!({ "date": "2026-05-11" })), "overrides[1]"),
        (overriding(json!({ "date": "2026-05-11", "closed": true, "hours": [["09:00", "10:00"]] })), "overrides[1]"),
        (overriding(json!({ "date": "2026-05-11", "closed": "yes" })), "overrides[1].closed"),
        (overriding(json!({ "date": "2026-05-11", "hours": [["09:00"]] })), "overrides[1].hours[0]"),
        (blocked(json!({ "start": "2026-05-11T09:00:00Z" })), "blocked[0].end"),
        (blocked(json!({ "start": "2026-05-11", "end": "2026-05-12T00:00:00Z" })), "blocked[0].start"),
        (blocked(json!({ "start": "2026-05-11T09:00:00Z", "end": "2026-05-11T09:00:00Z" })), "blocked[0].end"),
        (json!({ "limits": 5 }), "limits"),
        (json!({ "limits": { "perDay": 0 } }), "limits.perDay"),
        (json!({ "confirm": "maybe" }), "confirm"),
        (json!({ "location": "moon" }), "location"),
        (json!({ "active": "yes" }), "active"),
        (json!({ "reminders": vec![json!({ "before": "PT1H" }); 11] }), "reminders"),
        (reminder(json!("PT1H")), "reminders[1]"),
        (reminder(json!({})), "reminders[1]"),
        (reminder(json!({ "before": "PT1H" })), "reminders[1]"),
        (reminder(json!({ "before": "PT2H", "cron": "0 9 * * *" })), "reminders[1]"),
        (reminder(json!({ "before": "24 hours" })), "reminders[1].before"),
        (reminder(json!({ "before": "PT0S" })), "reminders[1].before"),
        (reminder(json!({ "before": "P60DT1S" })), "reminders[1].before"),
        (reminder(json!({ "before": "PT2H", "daysBefore": 1 })), "reminders[1].daysBefore"),
        (reminder(json!({ "before": "PT2H", "channel": "pigeon" })), "reminders[1].channel"),
        (reminder(json!({ "before": "PT2H", "templateId": "" })), "reminders[1].templateId"),
        (reminder(json!({ "cron": "0 9 * *", "daysBefore": 1 })), "reminders[1].cron"),
        (reminder(json!({ "cron": "0 9 * * *" })), "reminders[1].daysBefore"),
        (reminder(json!({ "cron": "0 9 * * *", "daysBefore": 61 })), "reminders[1].daysBefore"),
    ];
    each_is_refused(&furnished().await, &cases).await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let app = TestApp::spawn().await;
    let several = json!({ "capacity": 0, "timezone": "Mars", "reminders": [{ "before": 7 }, { "cron": "x" }] });
    let refused = create(&app, several).await;
    let mut paths = refused.invalid_paths();
    paths.sort_unstable();
    let expected = [
        "capacity",
        "durationMinutes",
        "name",
        "reminders[0].before",
        "reminders[1].cron",
        "reminders[1].daysBefore",
        "timezone",
    ];
    assert_eq!(paths, expected, "all at once");
}

#[tokio::test]
async fn values_at_the_edges_of_their_limits_are_kept() {
    let app = TestApp::spawn().await;
    let most = json!({
        "name": "n".repeat(120), "description": "d".repeat(2_000), "durationMinutes": 1_440, "stepMinutes": 1_440,
        "capacity": 10_000, "seatsPerSession": 10_000, "bufferBeforeMinutes": 1_440, "bufferAfterMinutes": 1_440,
        "minNoticeMinutes": 527_040, "horizonDays": 730, "cancelBeforeMinutes": 527_040, "limits": { "perDay": 10_000 },
        "reminders": [{ "cron": "0 9 * * *", "daysBefore": 60, "channel": "email" }],
    });
    let least = json!({
        "name": "n", "description": "", "durationMinutes": 1, "stepMinutes": 1, "capacity": 1, "seatsPerSession": 1,
        "bufferBeforeMinutes": 0, "bufferAfterMinutes": 0, "minNoticeMinutes": 0, "horizonDays": 0,
        "cancelBeforeMinutes": 0, "limits": { "perDay": 1 }, "reminders": [{ "before": "PT1S", "channel": "email" }],
    });
    for body in [most, least] {
        let made = create(&app, body.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&made.json[name], value, "{name}");
        }
    }
    let days = json!({ "name": "n", "durationMinutes": 1, "reminders": [{ "before": "P60D" }] });
    assert_eq!(create(&app, days).await.json["reminders"][0]["before"], "PT1440H");
}

#[tokio::test]
async fn a_definition_that_can_never_offer_a_slot_is_refused_with_the_reason() {
    let app = furnished().await;
    for (wrong, path) in [
        (json!({ "requiredStaff": 2, "staffIds": ["ines"] }), "requiredStaff"),
        (json!({ "hours": {} }), "hours"),
        (json!({ "hours": { "mon": [["09:00", "09:20"]] } }), "durationMinutes"),
        (json!({ "minNoticeMinutes": 1_440, "horizonDays": 0 }), "minNoticeMinutes"),
    ] {
        let mut body = json!({ "name": "Cut", "durationMinutes": 30 });
        body.as_object_mut().unwrap().extend(wrong.as_object().cloned().unwrap());
        let refused = create(&app, body).await;
        assert_eq!(refused.invalid_paths(), [path], "{wrong}");
        assert!(refused.json["detail"].as_str().unwrap().contains("no slot could ever be offered"), "{}", refused.text);
    }
    let made = app.definition("cut", json!({ "hours": { "mon": [["09:00", "10:00"]] } })).await;
    let longer = update(&app, json!({ "id": "cut", "durationMinutes": 61 })).await;
    assert_eq!(longer.invalid_paths(), ["durationMinutes"]);
    assert_eq!(app.get(&format!("{GET}/cut"), &staff()).await.ok(), made);
}

#[tokio::test]
async fn an_update_changes_what_is_given_null_puts_the_default_back_and_the_rest_stays() {
    let app = furnished().await;
    let made = create(&app, whole()).await.json;
    let changed = update(&app, json!({ "id": "def-haircut-30", "durationMinutes": 45, "limits": {} })).await;
    assert_eq!(changed.headers["etag"], "\"2\"");
    let changed = changed.ok();
    let mut expected = made.clone();
    (expected["durationMinutes"], expected["version"]) = (json!(45), json!(2));
    expected["updatedAt"] = changed["updatedAt"].clone();
    assert_eq!(changed, expected, "what was left out stays");
    assert_eq!(update(&app, json!({ "id": "def-haircut-30", "durationMinutes": 45 })).await.ok(), changed);

    let defaults = create(&app, json!({ "name": "Haircut", "durationMinutes": 45 })).await.json;
    let mut cleared = json!({ "id": "def-haircut-30" });
    let kept = ["id", "name", "durationMinutes", "version", "createdAt", "updatedAt"];
    for name in members(&made).into_iter().filter(|name| !kept.contains(name)) {
        cleared[name] = Value::Null;
    }
    let cleared = update(&app, cleared).await.ok();
    for name in members(&made).into_iter().filter(|name| !kept.contains(name)) {
        assert_eq!(cleared[name], defaults[name], "{name}");
    }
    for name in ["name", "durationMinutes"] {
        assert_eq!(update(&app, json!({ "id": "def-haircut-30", name: null })).await.invalid_paths(), [name]);
    }
    assert_eq!(update(&app, json!({ "name": "Cut" })).await.invalid_paths(), ["id"]);
    update(&app, json!({ "id": "nothing", "name": "Cut" })).await.refused(404, "definition_not_found");
}

#[tokio::test]
async fn staff_who_have_gone_may_stay_named_but_not_be_named_anew() {
    let app = furnished().await;
    app.definition("cut", json!({ "staffIds": ["ines"] })).await;
    app.delete("/crm/staff/delete/ines", &admin()).await.ok();
    assert_eq!(update(&app, json!({ "id": "cut", "name": "Trim" })).await.ok()["staffIds"], json!(["ines"]));
    let anew = create(&app, json!({ "name": "Other", "durationMinutes": 30, "staffIds": ["ines"] })).await;
    assert_eq!(anew.invalid_paths(), ["staffIds[0]"]);
}

#[tokio::test]
async fn what_was_booked_when_there_was_more_room_stands_in_the_way_of_no_edit() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("chair", json!({ "capacity": 2 })).await;
    app.define("cut", |terms| terms.service_point_id = Some(PointId::parse("chair").unwrap())).await;
    let alice = app.book("Alice", EVENING).await;
    app.book("Bo", EVENING).await;
    let narrower = json!({ "id": "chair", "capacity": 1 });
    app.post("/crm/reservations/service-point/update", &admin(), narrower).await.ok();
    assert_eq!(update(&app, json!({ "id": "cut", "seatsPerSession": 2 })).await.ok()["seatsPerSession"], 2);
    let noted = json!({ "id": alice["id"], "notes": "By the window" });
    app.post("/crm/reservations/update", &staff(), noted).await.ok();
    assert_eq!(update(&app, json!({ "id": "cut", "seatsPerSession": 1 })).await.ok()["version"], 3);
    app.post("/crm/reservations/create", "", wish("Cem", EVENING)).await.refused(409, "slot_taken");
    app.book("Cem", "2026-05-10T16:30:00Z").await;
}
