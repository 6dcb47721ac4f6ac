//! `/crm/tickets/teams`, and who gets the tickets that come to one.

use std::sync::Arc;

use frontdesk::clock::ManualClock;
use frontdesk::domain::ids::OrgId;
use frontdesk::store::orgs;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, agent, customer, staff, supervisor, token};

async fn team(app: &TestApp, more: Value) -> Answer {
    let mut body = json!({ "id": "repair", "name": "Repair", "assignment": "round-robin",
        "members": [{ "id": "mia" }, { "id": "ben" }, { "id": "zoe" }] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.post("/crm/tickets/teams/create", &admin(), body).await
}

async fn update_team(app: &TestApp, body: Value) -> Value {
    app.post("/crm/tickets/teams/update", &admin(), body).await.ok()
}

/// Opens a ticket, and says who got it.
async fn open(app: &TestApp, more: Value) -> Value {
    let mut body = json!({ "subject": "Printer", "contact": { "email": "alice@example.com" }, "team": "repair" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let opened = app.post("/crm/tickets/create", &agent(), body).await;
    assert_eq!((opened.status.as_u16(), &opened.json["version"]), (201, &json!(1)), "{}", opened.text);
    opened.json["assigneeId"].clone()
}

async fn shown(app: &TestApp, number: &str) -> Value {
    app.get(&format!("/crm/tickets/get/{number}"), &agent()).await.ok()
}

#[tokio::test]
async fn teams_are_written_by_admins_and_seen_by_all_who_work_here() {
    let app = TestApp::spawn().await;
    let made =
        team(&app, json!({ "assignment": null, "members": [{ "id": " mia " }, { "id": "ben", "active": false }] }))
            .await;
    assert_eq!((made.status.as_u16(), &made.headers["etag"]), (201, &"\"1\"".parse().unwrap()), "{}", made.text);
    let members = json!([{ "id": "mia", "active": true }, { "id": "ben", "active": false }]);
    assert_eq!(
        (&made.json["assignment"], &made.json["members"], &made.json["takesUnassigned"]),
        (&json!("off"), &members, &json!(false)),
        "off by default"
    );
    assert_eq!(update_team(&app, made.json.clone()).await, made.json, "what is shown can be written back");
    let changed =
        update_team(&app, json!({ "id": "repair", "assignment": "least-open", "takesUnassigned": true })).await;
    assert_eq!(
        (&changed["assignment"], &changed["members"], &changed["version"]),
        (&json!("least-open"), &members, &json!(2))
    );
    let stale = app.request(Method::POST, "/crm/tickets/teams/update").header("if-match", "\"1\"").bearer_auth(admin());
    app.send(stale.json(&json!({ "id": "repair", "name": "Other" }))).await.refused(412, "version_mismatch");
    for replayed in [json!(null), json!("true")] {
        let request = app.request(Method::POST, "/crm/tickets/teams/create").header("idempotency-key", "once");
        let made = app.send(request.bearer_auth(admin()).json(&json!({ "id": "once", "name": "Once" }))).await;
        assert_eq!(made.status, 201, "the first answer again: {}", made.text);
        let header = made.headers.get("idempotency-replayed").map(|value| value.to_str().unwrap());
        assert_eq!((json!(header), &made.json["version"]), (replayed, &json!(1)), "{}", made.text);
    }
    app.delete("/crm/tickets/teams/delete/once", &admin()).await.ok();
    for clerk in [agent(), staff(), supervisor()] {
        app.post("/crm/tickets/teams/create", &clerk, json!({ "name": "Mine" })).await.refused(403, "forbidden");
        app.post("/crm/tickets/teams/update", &clerk, json!({ "id": "repair", "members": [] }))
            .await
            .refused(403, "forbidden");
        app.delete("/crm/tickets/teams/delete/repair", &clerk).await.refused(403, "forbidden");
        assert_eq!(app.get("/crm/tickets/teams/get/repair", &clerk).await.ok(), changed);
        assert_eq!(app.get("/crm/tickets/teams/get?name=PAI", &clerk).await.ok()["data"], json!([changed]));
    }
    app.get("/crm/tickets/teams/get", &customer("alice@example.com")).await.refused(403, "forbidden");
    for (wrong, path) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(121) }), "name"),
        (json!({ "assignment": "by dice" }), "assignment"),
        (json!({ "members": "mia" }), "members"),
        (json!({ "members": ["mia"] }), "members[0]"),
        (json!({ "members": [{ "active": true }] }), "members[0].id"),
        (json!({ "members": [{ "id": "mia", "active": "yes" }] }), "members[0].active"),
        (json!({ "members": [{ "id": "x".repeat(65) }] }), "members[0].id"),
        (json!({ "members": [{ "id": "mia" }, { "id": "mia" }] }), "members[1].id"),
        (json!({ "members": vec![json!({ "id": "mia" }); 101] }), "members"),
        (json!({ "takesUnassigned": "no" }), "takesUnassigned"),
        (json!({ "id": "second", "takesUnassigned": true }), "takesUnassigned"),
        (json!({ "id": "T-1" }), "id"),
    ] {
        assert_eq!(team(&app, wrong.clone()).await.invalid_paths(), [path], "{wrong}");
    }
    team(&app, json!({})).await.refused(409, "already_exists");
    app.delete("/crm/tickets/teams/delete/repair", &admin()).await.ok();
    app.get("/crm/tickets/teams/get/repair", &agent()).await.refused(404, "team_not_found");
    app.post("/crm/tickets/teams/update", &admin(), json!({ "id": "repair" })).await.refused(404, "team_not_found");
    team(&app, json!({})).await.refused(409, "already_exists");
}

#[tokio::test]
async fn tickets_are_shared_out_in_turn_whichever_way_they_come_and_a_restart_keeps_the_turn() {
    let app = TestApp::with_manual_clock().await;
    assert_eq!(team(&app, json!({ "takesUnassigned": true })).await.status, 201);
    assert_eq!(open(&app, json!({})).await, "mia");
    assert_eq!(open(&app, json!({ "assigneeId": "boss" })).await, "boss");
    assert_eq!(open(&app, json!({ "team": null })).await, "ben");
    assert_eq!(open(&app, json!({ "team": "lab" })).await, json!(null));
    let app = app.restart(Arc::new(ManualClock::starting_at("2026-05-10T12:00:00Z".parse().unwrap()))).await;
    let mail = json!({ "subject": "Lamp", "text": "Dark", "messageId": "one@customer.example" });
    let taken = app.post("/crm/tickets/email/create/bob@example.com", "", mail).await;
    assert_eq!((taken.status.as_u16(), &taken.json["number"]), (201, &json!("T-000005")), "{}", taken.text);
    let lamp = shown(&app, "T-5").await;
    assert_eq!((&lamp["team"], &lamp["assigneeId"], &lamp["version"]), (&json!("repair"), &json!("zoe"), &json!(1)));
    let own =
        app.post("/crm/tickets/create-ticket", &customer("alice@example.com"), json!({ "subject": "Mine" })).await;
    assert_eq!(own.status, 201, "{}", own.text);
    assert_eq!(shown(&app, "T-6").await["assigneeId"], "mia");
    // The list changes; who was next stays next, also after another restart.
    let members = json!([{ "id": "zoe" }, { "id": "new" }, { "id": "ben", "active": false }]);
    let changed = update_team(&app, json!({ "id": "repair", "members": members })).await;
    assert_eq!(changed["version"], 2, "turns are no versions");
    let app = app.restart(Arc::new(ManualClock::starting_at("2026-05-10T13:00:00Z".parse().unwrap()))).await;
    assert_eq!(open(&app, json!({})).await, "new");
    assert_eq!(open(&app, json!({})).await, "zoe");
    // A member of staff who does not work at present gets nothing, nor does one who has been deleted.
    app.staff_member("new", json!({ "active": false })).await;
    assert_eq!(open(&app, json!({})).await, "zoe");
    app.post("/crm/staff/update", &admin(), json!({ "id": "new", "active": true })).await.ok();
    assert_eq!(open(&app, json!({})).await, "new");
    app.delete("/crm/staff/delete/new", &admin()).await.ok();
    assert_eq!((open(&app, json!({})).await, open(&app, json!({})).await), (json!("zoe"), json!("zoe")));
    // History says how it came to that.
    let contact = shown(&app, "T-1").await["contact"]["id"].as_str().unwrap().to_owned();
    let timeline = app.get(&format!("/crm/activity/{contact}?pageSize=200"), &admin()).await.ok();
    let of = |number: &str| {
        let mut rows = timeline["data"].as_array().unwrap().iter();
        let row = rows.rfind(|row| row["data"]["number"] == number && row["kind"] == "ticket.created");
        row.unwrap()["data"]["assigned"].clone()
    };
    assert_eq!(of("T-000001"), json!({ "team": "repair", "rule": "round-robin", "to": "mia" }));
    assert_eq!(of("T-000002"), json!(null));
    // So does the desk's list.
    let mine = app.get("/crm/tickets/get?assigneeId=mia", &agent()).await.ok();
    assert_eq!(mine["total"], 2);
}

#[tokio::test]
async fn what_comes_to_a_team_by_a_change_goes_to_who_has_the_least_there() {
    let app = TestApp::with_manual_clock().await;
    team(&app, json!({ "assignment": "least-open" })).await;
    let aside = json!({ "team": null });
    for _ in 0..5 {
        assert_eq!(open(&app, aside.clone()).await, json!(null));
    }
    assert_eq!(open(&app, json!({ "assigneeId": "ben" })).await, "ben");
    let app = app.restart(Arc::new(ManualClock::starting_at("2026-05-10T12:00:00Z".parse().unwrap()))).await;
    let moved = app.post("/crm/tickets/update", &agent(), json!({ "id": "T-1", "team": "repair" })).await.ok();
    assert_eq!((&moved["assigneeId"], &moved["version"]), (&json!("mia"), &json!(2)));
    let changes = json!({ "ids": ["T-2", "T-3", "T-4"], "changes": { "team": "repair" } });
    let bulk = app.post("/crm/tickets/bulk-update", &agent(), changes).await.ok();
    assert!(bulk.to_string().matches("\"ok\":true").count() == 3, "{bulk}");
    let mut got = Vec::new();
    for number in ["T-2", "T-3", "T-4"] {
        got.push(shown(&app, number).await["assigneeId"].clone());
    }
    assert_eq!(got, ["zoe", "mia", "ben"]);
    // Who is taken off by hand stays off; who is named is named.
    let cleared = json!({ "id": "T-2", "assigneeId": null });
    assert_eq!(app.post("/crm/tickets/update", &agent(), cleared).await.ok()["assigneeId"], json!(null));
    let named = json!({ "id": "T-5", "team": "repair", "assigneeId": "boss" });
    assert_eq!(app.post("/crm/tickets/update", &agent(), named).await.ok()["assigneeId"], "boss");
    assert_eq!(open(&app, json!({})).await, "zoe");
}

#[tokio::test]
async fn a_team_is_that_of_its_org_alone() {
    let app = TestApp::spawn().await;
    let other = OrgId::parse("neighbour").unwrap();
    orgs::add(&app.database, &other, "Next door", chrono_tz::UTC, "EUR").await.unwrap();
    let theirs = token(json!({ "org": "neighbour", "role": "admin" }));
    let body = json!({ "id": "repair", "name": "Theirs", "assignment": "round-robin", "members": [{ "id": "tom" }, { "id": "uma" }] });
    assert_eq!(app.post("/crm/tickets/teams/create", &theirs, body).await.status, 201);
    team(&app, json!({})).await;
    assert_eq!((open(&app, json!({})).await, open(&app, json!({})).await), (json!("mia"), json!("ben")));
    let opened = json!({ "subject": "Lamp", "contact": { "email": "bob@example.com" }, "team": "repair" });
    assert_eq!(app.post("/crm/tickets/create", &theirs, opened).await.json["assigneeId"], "tom");
    assert_eq!(app.get("/crm/tickets/teams/get", &theirs).await.ok()["data"][0]["name"], "Theirs");
    assert_eq!(open(&app, json!({})).await, "zoe");
}
