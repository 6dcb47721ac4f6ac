//! `/crm/reservations/service-point/get` and `/delete`: one, all of them page by page, who may, and what goes with one.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, admin, id, staff, supervisor, token};

const GET: &str = "/crm/reservations/service-point/get";
const DELETE: &str = "/crm/reservations/service-point/delete";

fn ids(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn one_service_point_is_shown_as_it_was_made_and_not_sent_again_to_who_knows_it() {
    let app = TestApp::spawn().await;
    let made = app.service_point("desk", json!({ "location": "Ground floor" })).await;
    let shown = app.get(&format!("{GET}/desk"), &staff()).await;
    assert_eq!(shown.headers["etag"], "\"1\"");
    assert_eq!(shown.ok(), made);
    let known = app.request(Method::GET, &format!("{GET}/desk")).bearer_auth(staff()).header("if-none-match", "\"1\"");
    let known = app.send(known).await;
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
    for nobody in ["nowhere", "has%20blanks", "T-000007"] {
        app.get(&format!("{GET}/{nobody}"), &staff()).await.refused(404, "service_point_not_found");
    }
}

#[tokio::test]
async fn a_list_comes_in_pages_that_together_hold_each_service_point_once() {
    let app = TestApp::spawn().await;
    let all: Vec<String> = (0..7).map(|n| format!("point-{n}")).collect();
    for point in all.iter().rev() {
        app.service_point(point, json!({})).await;
    }
    let whole = app.get(GET, &staff()).await.ok();
    assert_eq!(ids(&whole), all);
    assert_eq!((&whole["total"], &whole["page"], &whole["pageSize"]), (&json!(7), &json!(1), &json!(50)));
    assert_eq!((&whole["hasNext"], whole.get("nextCursor")), (&json!(false), None));

    let mut seen = Vec::new();
    let mut cursor = String::new();
    for number in 1..=3 {
        let page = app.get(&format!("{GET}?pageSize=3&cursor={cursor}"), &staff()).await.ok();
        assert_eq!((&page["page"], &page["pageSize"], &page["total"]), (&json!(number), &json!(3), &json!(7)));
        assert_eq!(page["hasNext"], number < 3);
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        cursor = page["nextCursor"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!((seen, cursor), (all, String::new()));
    let exactly = app.get(&format!("{GET}?pageSize=7"), &staff()).await.ok();
    assert_eq!((exactly["hasNext"].clone(), exactly.get("nextCursor")), (json!(false), None));
}

#[tokio::test]
async fn a_service_point_that_goes_between_two_pages_hides_no_other() {
    let app = TestApp::spawn().await;
    for point in ["a", "b", "c", "d"] {
        app.service_point(point, json!({})).await;
    }
    let first = app.get(&format!("{GET}?pageSize=2"), &staff()).await.ok();
    app.delete(&format!("{DELETE}/b"), &admin()).await.ok();
    let second = format!("{GET}?pageSize=2&cursor={}", first["nextCursor"].as_str().unwrap());
    assert_eq!(ids(&app.get(&second, &staff()).await.ok()), ["c", "d"]);
}

#[tokio::test]
async fn page_sizes_and_cursors_that_are_none_are_refused() {
    let app = TestApp::spawn().await;
    for size in ["1", "200"] {
        assert_eq!(app.get(&format!("{GET}?pageSize={size}"), &staff()).await.ok()["pageSize"].to_string(), size);
    }
    for size in ["0", "201", "-1", "many", "", "1.5", "99999999999999999999"] {
        app.get(&format!("{GET}?pageSize={size}"), &staff()).await.refused(400, "invalid_query");
    }
    for cursor in ["nonsense", "%00", "MTo", &"x".repeat(400)] {
        app.get(&format!("{GET}?cursor={cursor}"), &staff()).await.refused(400, "invalid_cursor");
    }
}

#[tokio::test]
async fn a_list_can_be_narrowed_by_name_and_by_status() {
    let app = TestApp::spawn().await;
    app.service_point("a", json!({ "name": "Passports" })).await;
    app.service_point("b", json!({ "name": "Parking", "status": "closed" })).await;
    app.service_point("c", json!({ "name": "Visa", "status": "paused" })).await;
    for (query, expected) in [
        ("name=PA", vec!["a", "b"]),
        ("status=open", vec!["a"]),
        ("status=closed", vec!["b"]),
        ("status=paused", vec!["c"]),
        ("name=pa&status=closed", vec!["b"]),
        ("name=nothing", vec![]),
    ] {
        let page = app.get(&format!("{GET}?{query}"), &staff()).await.ok();
        assert_eq!(ids(&page), expected, "{query}");
        assert_eq!(page["total"], expected.len(), "{query}");
    }
}

#[tokio::test]
async fn a_deleted_service_point_is_gone_and_its_id_is_not_given_again() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let stale = app.request(Method::DELETE, &format!("{DELETE}/desk")).bearer_auth(admin()).header("if-match", "\"7\"");
    app.send(stale).await.refused(412, "version_mismatch");
    assert_eq!(app.delete(&format!("{DELETE}/desk"), &admin()).await.ok(), json!({ "id": "desk", "deleted": true }));
    app.delete(&format!("{DELETE}/desk"), &admin()).await.refused(404, "service_point_not_found");
    app.get(&format!("{GET}/desk"), &admin()).await.refused(404, "service_point_not_found");
    app.get("/crm/reservations/queue/status/desk", "").await.refused(404, "service_point_not_found");
    app.join_as("desk", json!({ "name": "Guest" })).await.refused(404, "service_point_not_found");
    assert_eq!(app.get(GET, &admin()).await.ok()["total"], 0);
    let body = json!({ "id": "desk", "name": "Again" });
    let again = app.post("/crm/reservations/service-point/create", &admin(), body).await;
    assert_eq!(again.status, 409, "its history stays under its id: {}", again.text);
    app.service_point("another", json!({})).await;
    app.join("another", "Guest").await;
}

#[tokio::test]
async fn who_is_in_line_when_a_service_point_is_deleted_is_taken_out() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let (serving, called, waiting) =
        (app.join("desk", "One").await, app.join("desk", "Two").await, app.join("desk", "Three").await);
    app.act("start", id(&serving), json!({})).await.ok();
    app.act("call", id(&called), json!({})).await.ok();
    app.delete(&format!("{DELETE}/desk"), &supervisor()).await.ok();
    for joined in [serving, called, waiting] {
        let own = app.own(&joined).await;
        assert_eq!(
            (&own["state"], &own["servicePoint"], &own["number"]),
            (&json!("cancelled"), &json!(null), &joined["number"])
        );
        app.act("start", id(&joined), json!({})).await.refused(409, "wrong_state");
    }
}

#[tokio::test]
async fn all_staff_see_service_points_and_supervisors_and_admins_configure_them() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let update = json!({ "id": "desk", "capacity": 5 });
    let create = |role: &str| json!({ "id": format!("by-{role}"), "name": "New" });
    for (role, sees, configures) in [
        ("agent", true, false),
        ("staff", true, false),
        ("supervisor", true, true),
        ("admin", true, true),
        ("customer", false, false),
    ] {
        let bearer = token(json!({ "role": role }));
        for path in [GET.to_owned(), format!("{GET}/desk")] {
            assert_eq!(app.get(&path, &bearer).await.status == 200, sees, "{role} {path}");
        }
        let made = app.post("/crm/reservations/service-point/create", &bearer, create(role)).await;
        let changed = app.post("/crm/reservations/service-point/update", &bearer, update.clone()).await;
        let deleted = app.delete(&format!("{DELETE}/by-{role}"), &bearer).await;
        let statuses = [made.status.as_u16(), changed.status.as_u16(), deleted.status.as_u16()];
        assert_eq!(statuses, if configures { [201, 200, 200] } else { [403; 3] }, "{role}");
    }
}
