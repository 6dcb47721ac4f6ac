//! `/crm/reservations/definitions`: one, all of them page by page, what the public sees, versions, deletion, who may.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, id, staff, token};
use crate::definition::{furnished, whole};

const LIST: &str = "/crm/reservations/definitions";
const GET: &str = "/crm/reservations/definitions/get";
const PUBLIC: &str = "/crm/reservations/definitions/public";
const CREATE: &str = "/crm/reservations/definitions/create";
const UPDATE: &str = "/crm/reservations/definitions/update";
const DELETE: &str = "/crm/reservations/definitions/delete";

async fn create(app: &TestApp, body: Value) -> Answer {
    app.post(CREATE, &admin(), body).await
}

async fn update(app: &TestApp, body: Value) -> Answer {
    app.post(UPDATE, &admin(), body).await
}

fn ids(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn a_change_or_a_deletion_of_another_version_than_the_one_seen_is_refused() {
    let app = TestApp::spawn().await;
    app.definition("cut", json!({})).await;
    let change = |name: &str, version: &str| {
        let request = app.request(Method::POST, UPDATE).bearer_auth(admin()).header("if-match", version.to_owned());
        app.send(request.json(&json!({ "id": "cut", "name": name })))
    };
    assert_eq!(change("Second", "\"1\"").await.ok()["version"], 2);
    assert_eq!(change("Third", "\"1\"").await.refused(412, "version_mismatch")["version"], 2);
    change("Third", "\"nonsense\"").await.refused(412, "version_mismatch");
    assert_eq!(change("Third", "*").await.ok()["version"], 3);
    let delete = |version: &str| {
        let request = app.request(Method::DELETE, &format!("{DELETE}/cut")).bearer_auth(admin());
        app.send(request.header("if-match", version.to_owned()))
    };
    delete("\"2\"").await.refused(412, "version_mismatch");
    assert_eq!(delete("\"3\"").await.ok(), json!({ "id": "cut", "deleted": true }));
}

#[tokio::test]
async fn a_deleted_definition_is_gone_and_its_id_is_not_given_again() {
    let app = TestApp::spawn().await;
    app.definition("cut", json!({})).await;
    assert_eq!(app.delete(&format!("{DELETE}/cut"), &admin()).await.ok(), json!({ "id": "cut", "deleted": true }));
    app.delete(&format!("{DELETE}/cut"), &admin()).await.refused(404, "definition_not_found");
    app.get(&format!("{GET}/cut"), &admin()).await.refused(404, "definition_not_found");
    let slots = json!({ "definitionId": "cut", "date": "2026-05-11" });
    app.post("/crm/reservations/slots", "", slots).await.refused(404, "definition_not_found");
    let again = json!({ "id": "cut", "name": "Again", "durationMinutes": 30 });
    create(&app, again).await.refused(409, "already_exists");
    assert_eq!(app.get(LIST, &staff()).await.ok()["total"], 0);
    assert_eq!(app.get(PUBLIC, "").await.ok()["total"], 0);
}

#[tokio::test]
async fn lists_come_in_pages_and_can_be_narrowed() {
    let app = furnished().await;
    for n in (0..7).rev() {
        app.definition(&format!("def-{n}"), json!({ "name": format!("Service {n}"), "active": n % 2 == 0 })).await;
    }
    update(&app, json!({ "id": "def-3", "staffIds": ["ines"], "servicePointId": "chair" })).await.ok();
    let all: Vec<String> = (0..7).map(|n| format!("def-{n}")).collect();
    for (path, bearer, expected) in [(LIST, staff(), 7), (PUBLIC, String::new(), 4)] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        for number in 1..=4 {
            let page = app.get(&format!("{path}?pageSize=2&cursor={cursor}"), &bearer).await.ok();
            assert_eq!((&page["page"], &page["total"]), (&json!(number), &json!(expected)));
            seen.extend(ids(&page).into_iter().map(str::to_owned));
            cursor = page["nextCursor"].as_str().unwrap_or_default().to_owned();
            assert_eq!(page["hasNext"], !cursor.is_empty());
            if cursor.is_empty() {
                break;
            }
        }
        assert_eq!(seen, all.iter().step_by(if expected == 7 { 1 } else { 2 }).cloned().collect::<Vec<_>>());
    }
    for (query, expected) in [
        ("name=VICE%201", vec!["def-1"]),
        ("active=false", vec!["def-1", "def-3", "def-5"]),
        ("staffId=ines", vec!["def-3"]),
        ("servicePointId=chair&active=true", vec![]),
    ] {
        assert_eq!(ids(&app.get(&format!("{LIST}?{query}"), &staff()).await.ok()), expected, "{query}");
    }
    for wrong in ["page=0", "page=7", "pageSize=0", "pageSize=201", "active=perhaps"] {
        app.get(&format!("{LIST}?{wrong}"), &staff()).await.refused(400, "invalid_query");
    }
    app.get(&format!("{LIST}?cursor=nonsense"), &staff()).await.refused(400, "invalid_cursor");
}

#[tokio::test]
async fn the_public_sees_what_a_booking_page_needs_and_nothing_else() {
    let app = furnished().await;
    create(&app, whole()).await;
    assert_eq!(app.get(PUBLIC, "").await.ok()["total"], 0, "it is not active");
    update(&app, json!({ "id": "def-haircut-30", "active": true })).await.ok();
    let shown = app.get(PUBLIC, "").await.ok();
    let expected = json!([{
        "id": "def-haircut-30", "name": "Haircut", "description": "Wash, cut\nand blow-dry.", "durationMinutes": 30,
        "price": { "amount": "25.50", "currency": "USD" }, "timezone": "America/New_York", "location": "video",
        "servicePointId": "chair", "staff": [{ "id": "ines", "name": "Inês" }], "minNoticeMinutes": 60,
        "horizonDays": 30, "cancelBeforeMinutes": 1440, "confirm": "pending",
    }]);
    assert_eq!(shown["data"], expected, "who is not active cannot be asked for");
}

#[tokio::test]
async fn all_staff_see_definitions_and_admins_configure_them() {
    let app = TestApp::spawn().await;
    app.definition("cut", json!({})).await;
    for (role, sees, configures) in [
        ("agent", true, false),
        ("staff", true, false),
        ("supervisor", true, false),
        ("admin", true, true),
        ("customer", false, false),
    ] {
        let bearer = token(json!({ "role": role }));
        for path in [LIST.to_owned(), format!("{GET}/cut")] {
            assert_eq!(app.get(&path, &bearer).await.status == 200, sees, "{role} {path}");
        }
        let new = json!({ "id": format!("by-{role}"), "name": "New", "durationMinutes": 30 });
        let made = app.post(CREATE, &bearer, new).await;
        let changed = app.post(UPDATE, &bearer, json!({ "id": "cut", "name": role })).await;
        let deleted = app.delete(&format!("{DELETE}/by-{role}"), &bearer).await;
        let statuses = [made.status.as_u16(), changed.status.as_u16(), deleted.status.as_u16()];
        assert_eq!(statuses, if configures { [201, 200, 200] } else { [403; 3] }, "{role}");
    }
}

#[tokio::test]
async fn a_repeat_of_a_key_makes_no_second_definition() {
    let app = TestApp::spawn().await;
    let make = |name: &str| {
        let request = app.request(Method::POST, CREATE).bearer_auth(admin()).header("idempotency-key", "k1");
        app.send(request.json(&json!({ "name": name, "durationMinutes": 30 })))
    };
    let (first, second) = (make("Cut").await, make("Cut").await);
    assert_eq!((first.status, &first.json), (second.status, &second.json));
    assert_eq!(second.headers["idempotency-replayed"], "true");
    make("Other").await.refused(422, "idempotency_key_reused");
    assert_eq!(app.get(LIST, &staff()).await.ok()["total"], 1);
}
