//! `/crm/sla-policies`, `/crm/business-calendars`, and what they do to tickets: clocks that fire at their second.

use std::sync::Arc;

use frontdesk::clock::ManualClock;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, agent, customer, staff};
use crate::events::Events;

/// Office hours on weekdays in Berlin; START is a Sunday, 11:00 there.
async fn office(app: &TestApp) {
    let weekday = json!([["09:00", "12:00"], ["13:00", "17:00"]]);
    let body = json!({ "id": "office", "name": "Office", "timezone": "Europe/Berlin", "holidays": ["12-25"],
        "hours": { "mon": weekday, "tue": weekday, "wed": weekday, "thu": weekday, "fri": weekday } });
    let made = app.post("/crm/business-calendars/create", &admin(), body).await;
    assert_eq!(made.status, 201, "{}", made.text);
}

async fn policy(app: &TestApp, more: Value) -> Answer {
    let mut body = json!({ "id": "gold", "name": "Gold", "calendarId": "office", "pauseOn": ["pending"],
        "targets": { "normal": { "firstResponse": "PT1H", "nextResponse": "PT2H", "resolution": 480 } },
        "warnAtPercent": [50],
        "escalations": [
            { "metric": "firstResponse", "at": { "percent": 100 }, "level": 1, "notify": ["boss@example.com"] },
            { "metric": "firstResponse", "at": { "after": "PT1H" }, "level": 2, "notify": ["ceo@example.com"], "assign": "boss" }
        ] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.post("/crm/sla-policies/create", &admin(), body).await
}

async fn open(app: &TestApp) -> Value {
    let body = json!({ "subject": "Printer", "contact": { "email": "alice@example.com", "name": "Alice" } });
    app.post("/crm/tickets/create", &agent(), body).await.json
}

async fn status(app: &TestApp, query: &str) -> Value {
    app.get(&format!("/crm/tickets/sla-status/T-1{query}"), &agent()).await.ok()
}

fn clock<'a>(status: &'a Value, metric: &str) -> &'a Value {
    status["clocks"].as_array().unwrap().iter().rfind(|clock| clock["metric"] == metric).unwrap()
}

#[tokio::test]
async fn policies_and_calendars_are_written_shown_changed_and_deleted() {
    let app = TestApp::spawn().await;
    assert_eq!(policy(&app, json!({})).await.invalid_paths(), ["calendarId"]);
    office(&app).await;
    let made = policy(&app, json!({ "when": "\"gold\" in ticket.tags" })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(
        made.json["targets"],
        json!({ "normal": { "firstResponse": "PT1H", "nextResponse": "PT2H", "resolution": "PT8H" } })
    );
    assert_eq!((&made.json["pauseOn"], &made.json["order"]), (&json!(["pending"]), &json!(1000)));
    assert_eq!(made.json["escalations"][1]["at"], json!({ "after": "PT1H" }));
    let again = app.post("/crm/sla-policies/update", &admin(), made.json.clone()).await.ok();
    assert_eq!(again["version"], 1, "what is shown can be written back: {again}");
    let changed = json!({ "id": "gold", "when": null, "warnAtPercent": [80, 50] });
    let changed = app.post("/crm/sla-policies/update", &admin(), changed).await.ok();
    assert_eq!(
        (&changed["when"], &changed["warnAtPercent"], &changed["version"]),
        (&json!(null), &json!([50, 80]), &json!(2))
    );
    for (wrong, path) in [
        (json!({ "when": "ticket." }), "when"),
        (json!({ "targets": { "urgent": { "resolution": 0 } } }), "targets.urgent.resolution"),
        (json!({ "targets": { "asap": {} } }), "targets.asap"),
        (json!({ "pauseOn": ["sleeping"] }), "pauseOn[0]"),
        (json!({ "warnAtPercent": [101] }), "warnAtPercent[0]"),
        (json!({ "escalations": [{ "metric": "resolution", "at": {}, "level": 1 }] }), "escalations[0].at"),
        (json!({ "name": "" }), "name"),
    ] {
        assert_eq!(policy(&app, wrong.clone()).await.invalid_paths(), [path], "{wrong}");
    }
    app.delete("/crm/business-calendars/delete/office", &admin()).await.refused(409, "in_use");
    app.delete("/crm/sla-policies/delete/gold", &admin()).await.ok();
    app.delete("/crm/business-calendars/delete/office", &admin()).await.ok();
    app.get("/crm/sla-policies/get/gold", &admin()).await.refused(404, "sla_policy_not_found");
    policy(&app, json!({})).await.refused(409, "already_exists");
    app.get("/crm/sla-policies/get", &staff()).await.refused(403, "forbidden");
    let closed = json!({ "name": "Never", "timezone": "Europe/Berlin", "hours": { "mon": [] } });
    assert_eq!(app.post("/crm/business-calendars/create", &admin(), closed).await.invalid_paths().len(), 1);
    let ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261224\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let towns = json!({ "id": "town", "name": "Town", "hours": { "mon": [["09:00", "17:00"]] }, "holidaysIcs": ics });
    let towns = app.post("/crm/business-calendars/create", &admin(), towns).await;
    assert_eq!(towns.json["holidays"], json!(["2026-12-24"]), "{}", towns.text);
}

#[tokio::test]
async fn warnings_breaches_and_escalations_fire_once_at_their_second_across_a_restart() {
    let app = TestApp::with_manual_clock().await;
    office(&app).await;
    policy(&app, json!({})).await;
    let ticket = open(&app).await;
    // Opened on Sunday; Monday 09:00 in Berlin is 07:00 UTC, so an hour of open time ends at 08:00 UTC.
    let first = status(&app, "").await;
    assert_eq!((&first["policyId"], &first["calendarId"]), (&json!("gold"), &json!("office")));
    assert_eq!(clock(&first, "firstResponse")["dueAt"], "2026-05-11T08:00:00Z");
    assert_eq!(clock(&first, "resolution")["dueAt"], "2026-05-12T08:00:00Z");
    assert_eq!(first["nextEscalation"], json!({ "at": "2026-05-11T08:00:00Z", "level": 1 }));
    app.set_clock("2026-05-11T07:59:59Z").await;
    assert_eq!(clock(&status(&app, "").await, "firstResponse")["state"], "running");
    let app = app.restart(Arc::new(ManualClock::starting_at("2026-05-11T10:30:00Z".parse().unwrap()))).await;
    app.advance("PT1S").await;
    let late = status(&app, "").await;
    assert_eq!(clock(&late, "firstResponse")["breachedAt"], "2026-05-11T08:00:00Z");
    let risen = app.get("/crm/tickets/get/T-1", &agent()).await.ok();
    assert_eq!((&risen["escalationLevel"], &risen["assigneeId"]), (&json!(2), &json!("boss")));
    let contact = ticket["contact"]["id"].as_str().unwrap();
    let timeline = app.get(&format!("/crm/activity/{contact}"), &admin()).await.ok();
    let kinds = |kind: &str| {
        let rows = timeline["data"].as_array().unwrap().iter().filter(|row| row["kind"] == kind);
        rows.map(|row| row["at"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds("sla_breach"), ["2026-05-11T08:00:00Z"]);
    assert_eq!(kinds("sla_warning"), ["2026-05-11T07:30:00Z"]);
    assert_eq!(kinds("ticket.escalated"), ["2026-05-11T09:00:00Z", "2026-05-11T08:00:00Z"]);
    let outbox = app.get("/crm/notifications/outbox", &admin()).await.ok();
    let told: Vec<_> =
        outbox["data"].as_array().unwrap().iter().filter(|row| row["kind"] == "ticket.escalated").collect();
    assert_eq!(told.len(), 1, "of two levels that are passed at once only the highest tells anybody: {told:?}");
    assert_eq!(told[0]["recipient"]["address"], "ceo@example.com");
    app.advance("PT48H").await;
    let outbox = app.get("/crm/notifications/outbox?pageSize=200", &admin()).await.ok();
    let again = outbox["data"].as_array().unwrap().iter().filter(|row| row["kind"] == "ticket.escalated").count();
    assert_eq!(again, 1);
}

#[tokio::test]
async fn pauses_replies_and_reopening_move_the_clocks_and_the_trace_says_why() {
    let app = TestApp::with_manual_clock().await;
    office(&app).await;
    policy(&app, json!({})).await;
    open(&app).await;
    app.set_clock("2026-05-11T07:30:00Z").await;
    app.post("/crm/tickets/reply/T-1", &agent(), json!({ "body": "Off and on?", "status": "pending" })).await;
    let paused = status(&app, "").await;
    assert_eq!(
        (&clock(&paused, "firstResponse")["state"], &clock(&paused, "firstResponse")["metAt"]),
        (&json!("met"), &json!("2026-05-11T07:30:00Z"))
    );
    assert_eq!(
        (&clock(&paused, "resolution")["state"], clock(&paused, "resolution").get("dueAt")),
        (&json!("paused"), None)
    );
    app.set_clock("2026-05-11T09:30:00Z").await;
    let alice = customer("alice@example.com");
    app.post("/crm/tickets/reply/T-1", &alice, json!({ "body": "No" })).await;
    // Half an hour is used up; 7.5 h from Monday 11:30 Berlin: 0.5 h to noon, 4 h to 17:00, 3 h on Tuesday from 09:00.
    let resumed = status(&app, "").await;
    assert_eq!(clock(&resumed, "resolution")["dueAt"], "2026-05-12T10:00:00Z");
    assert_eq!(clock(&resumed, "nextResponse")["dueAt"], "2026-05-11T12:30:00Z");
    let explained = status(&app, "?trace=true").await;
    assert!(explained["trace"].as_array().unwrap().len() > 4, "{explained}");
    let supposed = app
        .post("/crm/tickets/calculate-sla/T-1", &agent(), json!({ "dryRun": true, "at": "2026-05-13T07:00:00Z" }))
        .await
        .ok();
    assert_eq!(clock(&supposed, "resolution")["state"], "breached");
    assert_eq!(status(&app, "").await["clocks"], resumed["clocks"]);
    let dry_run = async |at: &str| {
        let body = json!({ "dryRun": true, "at": at });
        app.post("/crm/tickets/calculate-sla/T-1", &agent(), body).await
    };
    let then = dry_run("2026-05-11T07:30:00Z").await.ok();
    assert_eq!((&then["clocks"], &then["asOf"]), (&paused["clocks"], &json!("2026-05-11T07:30:00Z")), "as it was");
    assert_eq!(dry_run("2026-05-01T00:00:00Z").await.invalid_paths(), ["at"], "there was no ticket");
    // Whatever it is now, it was of another priority then.
    app.post("/crm/tickets/update", &agent(), json!({ "id": "T-1", "priority": "urgent" })).await.ok();
    assert_eq!(dry_run("2026-05-11T07:30:00Z").await.ok()["clocks"], paused["clocks"]);
    app.post("/crm/tickets/update", &agent(), json!({ "id": "T-1", "priority": "normal" })).await.ok();
    let urgent = app
        .post("/crm/tickets/calculate-sla/T-1", &agent(), json!({ "dryRun": true, "priority": "urgent" }))
        .await
        .ok();
    assert_eq!(urgent["clocks"].as_array().unwrap().iter().filter(|clock| clock["state"] == "running").count(), 0);
    let wrong = app.post("/crm/tickets/calculate-sla/T-1", &agent(), json!({ "priority": "urgent" })).await;
    assert_eq!(wrong.invalid_paths(), ["priority"]);
    let kept = app.post("/crm/tickets/calculate-sla/T-1", &agent(), json!({})).await.ok();
    assert_eq!(clock(&kept, "resolution")["dueAt"], "2026-05-12T10:00:00Z");
}

#[tokio::test]
async fn an_edit_of_the_calendar_counts_from_then_on_only() {
    let app = TestApp::with_manual_clock().await;
    office(&app).await;
    policy(&app, json!({})).await;
    open(&app).await;
    app.set_clock("2026-05-11T07:30:00Z").await;
    let always = json!([["00:00", "24:00"]]);
    let week = json!({ "mon": always, "tue": always, "wed": always, "thu": always, "fri": always, "sat": always, "sun": always });
    let edited = app.post("/crm/business-calendars/update", &admin(), json!({ "id": "office", "hours": week })).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    // Half an hour was counted by the office's hours; 7.5 h more run around the clock from 07:30 UTC on.
    assert_eq!(clock(&status(&app, "").await, "resolution")["dueAt"], "2026-05-11T15:00:00Z");
    let explained = status(&app, "?trace=true").await;
    let due = explained["trace"].as_array().unwrap().iter().filter(|one| one["metric"] == "resolution");
    assert!(due.clone().any(|one| one.to_string().contains("2026-05-11T15:00:00Z")), "{explained}");
}

#[tokio::test]
async fn changes_of_tickets_are_watched_live() {
    let app = TestApp::with_manual_clock().await;
    office(&app).await;
    policy(&app, json!({})).await;
    let mut events = Events::open(&app, "/crm/tickets/watch", &agent()).await;
    assert_eq!(events.next_named("ready").await.data["live"], 0);
    open(&app).await;
    let opened = events.next_named("ticket").await.data;
    assert_eq!((&opened["number"], &opened["dueAt"]), (&json!("T-000001"), &json!("2026-05-11T08:00:00Z")));
    app.set_clock("2026-05-11T08:00:00Z").await;
    let breached = events.next_named("ticket").await.data;
    assert_eq!(clock(&breached, "firstResponse")["state"], "breached");
    app.delete("/crm/tickets/delete/T-1", &agent()).await.ok();
    assert_eq!(events.next_named("gone").await.data["number"], "T-000001");
}

#[tokio::test]
async fn who_watches_the_desk_learns_of_a_comment_and_not_what_it_says() {
    let app = TestApp::spawn().await;
    open(&app).await;
    app.get("/crm/tickets/watch", &customer("alice@example.com")).await.refused(403, "forbidden");
    let mut events = Events::open(&app, "/crm/tickets/watch", &agent()).await;
    events.next_named("ready").await;
    let version = app.get("/crm/tickets/get/T-1", &agent()).await.ok()["version"].clone();
    let body = json!({ "body": "She is a journalist", "mentions": ["mia"] });
    let said = app.post("/crm/tickets/comments/T-1", &agent(), body).await.json;
    let event = events.next().await.unwrap();
    assert_eq!(event.name, "comment");
    let expected = json!({ "id": said["id"], "ticketId": said["ticketId"], "number": "T-000001",
        "authorId": said["authorId"], "createdAt": said["createdAt"] });
    assert_eq!(event.data, expected);
    assert!(!event.text.contains("journalist"), "{}", event.text);
    assert_eq!(app.get("/crm/tickets/get/T-1", &agent()).await.ok()["version"], version, "no edit meets a conflict");
    assert!(events.is_silent().await);
}
