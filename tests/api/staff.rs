//! `/crm/staff`: members of staff whose time can be booked, shown, made, changed, deleted by admins.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, id, token};

const GET: &str = "/crm/staff/get";
const CREATE: &str = "/crm/staff/create";
const UPDATE: &str = "/crm/staff/update";
const DELETE: &str = "/crm/staff/delete";

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
async fn a_member_of_staff_made_of_a_name_alone_has_defaults_and_an_id_of_ours() {
    let app = TestApp::spawn().await;
    let made = create(&app, json!({ "data": { "name": "Inês" } })).await;
    assert_eq!((made.status.as_u16(), &made.headers["etag"]), (201, &"\"1\"".parse().unwrap()), "{}", made.text);
    let id = made.json["id"].as_str().unwrap();
    assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
    let expected = json!({
        "id": id, "name": "Inês", "email": null, "timezone": "Europe/Berlin", "hours": null, "overrides": [],
        "active": true, "createdAt": made.json["createdAt"], "updatedAt": made.json["createdAt"], "version": 1,
    });
    assert_eq!(made.json, expected);
    let shown = app.get(&format!("{GET}/{id}"), &admin()).await;
    assert_eq!(shown.headers["etag"], "\"1\"");
    assert_eq!(shown.ok(), expected);
    let known = app.request(Method::GET, &format!("{GET}/{id}")).bearer_auth(admin()).header("if-none-match", "\"1\"");
    assert_eq!(app.send(known).await.status, 304);
}

#[tokio::test]
async fn an_update_changes_what_is_given_null_puts_the_default_back_and_the_rest_stays() {
    let app = TestApp::spawn().await;
    let whole = json!({
        "id": "ines", "name": "Inês", "email": "ines@example.com", "timezone": "Europe/Lisbon",
        "hours": { "mon": [["09:00", "13:00"]] },
        "overrides": [{ "date": "2026-08-03", "closed": true }, { "date": "2026-08-04", "hours": [["10:00", "12:00"]] }],
        "active": false,
    });
    let made = create(&app, whole.clone()).await.json;
    for (name, value) in whole.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    create(&app, whole).await.refused(409, "already_exists");
    let changed = update(&app, json!({ "id": "ines", "active": true })).await.ok();
    assert_eq!((&changed["active"], &changed["hours"], &changed["version"]), (&json!(true), &made["hours"], &json!(2)));
    let nulls =
        json!({ "id": "ines", "email": null, "timezone": null, "hours": null, "overrides": null, "active": null });
    let cleared = update(&app, nulls).await.ok();
    assert_eq!((&cleared["email"], &cleared["hours"]), (&json!(null), &json!(null)));
    assert_eq!((&cleared["timezone"], &cleared["overrides"]), (&json!("Europe/Berlin"), &json!([])));
    assert_eq!(update(&app, json!({ "id": "ines", "name": null })).await.invalid_paths(), ["name"]);
    assert_eq!(update(&app, json!({ "name": "Nobody" })).await.invalid_paths(), ["id"]);
    update(&app, json!({ "id": "nobody", "name": "N" })).await.refused(404, "staff_not_found");
    let request = app.request(Method::POST, UPDATE).bearer_auth(admin()).header("if-match", "\"1\"");
    let stale = app.send(request.json(&json!({ "id": "ines", "name": "I" }))).await;
    assert_eq!(stale.refused(412, "version_mismatch")["version"], 3);
}

#[tokio::test]
async fn each_value_that_is_not_valid_is_named_by_its_path_and_nothing_is_made() {
    let app = TestApp::spawn().await;
    for (wrong, path) in [
        (json!({ "id": "has blanks" }), "id"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(121) }), "name"),
        (json!({ "email": "nobody" }), "email"),
        (json!({ "email": "" }), "email"),
        (json!({ "timezone": "Mars" }), "timezone"),
        (json!({ "hours": { "tue": [["9", "17"]] } }), "hours.tue[0][0]"),
        (json!({ "overrides": [{ "date": "soon", "closed": true }] }), "overrides[0].date"),
        (json!({ "overrides": vec![json!({ "date": "2026-05-11", "closed": true }); 1_001] }), "overrides"),
        (json!({ "active": 1 }), "active"),
    ] {
        let mut body = json!({ "name": "Inês" });
        body.as_object_mut().unwrap().extend(wrong.as_object().cloned().unwrap());
        let refused = create(&app, body).await;
        assert_eq!(refused.invalid_paths(), [path], "{}", refused.text);
    }
    assert_eq!(app.get(GET, &admin()).await.ok()["total"], 0);
    let most = json!({ "name": "Inês", "overrides": vec![json!({ "date": "2026-05-11", "closed": true }); 1_000] });
    assert_eq!(create(&app, most).await.json["overrides"].as_array().unwrap().len(), 1_000);
}

#[tokio::test]
async fn a_list_comes_in_pages_can_be_narrowed_and_forgets_who_was_deleted() {
    let app = TestApp::spawn().await;
    for (id, active) in [("c", true), ("a", false), ("b", true)] {
        app.staff_member(id, json!({ "active": active })).await;
    }
    let first = app.get(&format!("{GET}?pageSize=2"), &admin()).await.ok();
    assert_eq!((ids(&first), &first["total"], &first["hasNext"]), (vec!["a", "b"], &json!(3), &json!(true)));
    app.delete(&format!("{DELETE}/b"), &admin()).await.ok();
    let second = format!("{GET}?pageSize=2&cursor={}", first["nextCursor"].as_str().unwrap());
    assert_eq!(ids(&app.get(&second, &admin()).await.ok()), ["c"]);
    assert_eq!(ids(&app.get(&format!("{GET}?active=false"), &admin()).await.ok()), ["a"]);
    assert_eq!(ids(&app.get(&format!("{GET}?name=MEMBER%20C"), &admin()).await.ok()), ["c"]);
    app.delete(&format!("{DELETE}/b"), &admin()).await.refused(404, "staff_not_found");
    app.get(&format!("{GET}/b"), &admin()).await.refused(404, "staff_not_found");
    create(&app, json!({ "id": "b", "name": "Again" })).await.refused(409, "already_exists");
}

#[tokio::test]
async fn staff_are_a_matter_of_admins() {
    let app = TestApp::spawn().await;
    app.staff_member("ines", json!({})).await;
    for role in ["agent", "staff", "supervisor", "customer"] {
        let bearer = token(json!({ "role": role }));
        for path in [GET.to_owned(), format!("{GET}/ines")] {
            app.get(&path, &bearer).await.refused(403, "forbidden");
        }
        app.post(CREATE, &bearer, json!({ "name": "New" })).await.refused(403, "forbidden");
        app.post(UPDATE, &bearer, json!({ "id": "ines", "name": role })).await.refused(403, "forbidden");
        app.delete(&format!("{DELETE}/ines"), &bearer).await.refused(403, "forbidden");
    }
    assert_eq!(app.get(&format!("{GET}/ines"), &admin()).await.ok()["version"], 1);
}
