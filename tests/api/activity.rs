//! `/crm/activity`: a person's timeline from what was committed, and that history holds no personal data.

use serde_json::{Value, json};
use sqlx::Row;

use crate::app::{TestApp, id, own_path, staff};

async fn contact_of(app: &TestApp, joined: &Value) -> String {
    let shown = app.act("check-in", id(joined), json!({})).await.ok();
    shown["customer"]["contactId"].as_str().unwrap().to_owned()
}

fn kinds(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_timeline_tells_what_happened_with_a_person_the_newest_first() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join_as("desk", json!({ "name": "Alice", "email": "alice@example.com" })).await.json;
    app.advance("PT1M").await;
    let contact = contact_of(&app, &joined).await;
    app.act("call", id(&joined), json!({})).await.ok();
    app.act("start", id(&joined), json!({})).await.ok();
    app.advance("PT5M").await;
    app.act("complete", id(&joined), json!({})).await.ok();
    let page = app.get(&format!("/crm/activity/{contact}"), &staff()).await.ok();
    let expected = ["queue.completed", "queue.started", "queue.called", "queue.checked_in", "queue.joined"];
    assert_eq!(kinds(&page), expected);
    assert_eq!((&page["total"], &page["page"], &page["hasNext"]), (&json!(5), &json!(1), &json!(false)));
    let (last, first) = (&page["data"][0], &page["data"][4]);
    assert_eq!((&last["at"], &last["by"]), (&json!("2026-05-10T09:06:00Z"), &json!("stan")));
    assert_eq!((&last["servicePointId"], &last["entryId"]), (&json!("desk"), &joined["id"]));
    assert_eq!(last["data"], json!({ "number": 1, "serviceSeconds": 300 }));
    assert_eq!((&first["at"], &first["by"]), (&json!("2026-05-10T09:00:00Z"), &json!(null)));
}

#[tokio::test]
async fn a_timeline_comes_in_pages() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join_as("desk", json!({ "name": "Alice", "email": "alice@example.com" })).await.json;
    let contact = contact_of(&app, &joined).await;
    for _ in 0..4 {
        app.act("call", id(&joined), json!({})).await.ok();
        app.act("return", id(&joined), json!({})).await.ok();
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for page_number in 1..=4 {
        let page = app.get(&format!("/crm/activity/{contact}?pageSize=3&cursor={cursor}"), &staff()).await.ok();
        assert_eq!((&page["total"], &page["page"]), (&json!(10), &json!(page_number)));
        seen.extend(kinds(&page).into_iter().map(str::to_owned));
        cursor = page["nextCursor"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!((seen.len(), seen.last().map(String::as_str), cursor.as_str()), (10, Some("queue.joined"), ""));
    let odd = app.get(&format!("/crm/activity/{contact}?cursor=MjpvZGQ"), &staff()).await;
    odd.refused(400, "invalid_cursor");
}

#[tokio::test]
async fn the_same_email_is_the_same_contact_everywhere_and_else_the_same_phone() {
    let app = TestApp::spawn().await;
    for point in ["desk", "cashier", "third"] {
        app.service_point(point, json!({})).await;
    }
    let contact = async |point: &str, customer: Value| {
        let joined = app.join_as(point, customer).await;
        assert_eq!(joined.status, 201, "{}", joined.text);
        contact_of(&app, &joined.json).await
    };
    let by_mail =
        contact("desk", json!({ "name": "Alice", "email": "Alice@example.com", "phone": "+1 555 0100" })).await;
    assert_eq!(contact("cashier", json!({ "name": "A.", "email": "alice@EXAMPLE.com" })).await, by_mail);
    let by_phone = contact("desk", json!({ "name": "Bob", "phone": "+1 (555) 0199" })).await;
    assert_eq!(contact("cashier", json!({ "name": "Robert", "phone": "0015550199" })).await, by_phone);
    assert_ne!(by_mail, by_phone);
    let page = app.get(&format!("/crm/activity/{by_mail}"), &staff()).await.ok();
    assert_eq!(kinds(&page), ["queue.checked_in", "queue.joined", "queue.checked_in", "queue.joined"]);
    let nobody = app.join("third", "No address").await;
    assert_eq!(app.act("check-in", id(&nobody), json!({})).await.ok()["customer"]["contactId"], json!(null));
    let mut connection = app.connection().await;
    let rows = sqlx::query("SELECT name FROM contact ORDER BY name").fetch_all(&mut connection).await.unwrap();
    let names: Vec<String> = rows.iter().map(|row| row.get("name")).collect();
    assert_eq!(names, ["Alice", "Bob"], "as first given");
}

#[tokio::test]
async fn a_contact_that_nobody_knows_has_no_timeline() {
    let app = TestApp::spawn().await;
    for unknown in ["unknown", "0197b7b2-6a3c-7cc1-9d0e-2f6b1c6f0a11", "no%20slug"] {
        app.get(&format!("/crm/activity/{unknown}"), &staff()).await.refused(404, "contact_not_found");
    }
    app.get("/crm/activity/unknown", "").await.refused(401, "unauthenticated");
    app.get("/crm/activity/unknown", &crate::app::token(json!({ "role": "customer" }))).await.refused(403, "forbidden");
}

#[tokio::test]
async fn history_holds_ids_and_figures_and_no_personal_data() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "graceMinutes": 0 } })).await;
    app.service_point("cashier", json!({})).await;
    let customer = json!({ "name": "Wilhelmina", "email": "wilhelmina@example.com", "phone": "555 867 5309" });
    let joined = app.join_as("desk", customer).await.json;
    app.join("desk", "Somebody").await;
    app.post(&own_path("postpone", &joined), "", json!({})).await.ok();
    for (act, body) in [
        ("check-in", json!({})),
        ("call", json!({ "counter": "1" })),
        ("recall", json!({})),
        ("return", json!({ "to": "first" })),
        ("start", json!({})),
        ("complete", json!({})),
        ("undo", json!({})),
        ("transfer", json!({ "servicePointId": "cashier" })),
        ("transfer", json!({ "servicePointId": "desk" })),
        ("no-show", json!({})),
    ] {
        app.act(act, id(&joined), body).await.ok();
    }
    let mut connection = app.connection().await;
    let rows =
        sqlx::query("SELECT row_to_json(event)::text AS row FROM event").fetch_all(&mut connection).await.unwrap();
    assert!(rows.len() > 12, "{}", rows.len());
    for row in rows {
        let text = row.get::<String, _>("row").to_lowercase();
        for personal in ["wilhelmina", "example.com", "867 5309", "8675309", joined["token"].as_str().unwrap()] {
            assert!(!text.contains(personal), "{personal}: {text}");
        }
    }
}
