//! `/crm/tickets`: opened, listed, shown, changed, merged, deleted.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, agent, customer};

async fn open(app: &TestApp, body: Value) -> Answer {
    app.post("/crm/tickets/create", &agent(), body).await
}

fn printer() -> Value {
    json!({ "subject": "The printer is on fire", "description": "PC LOAD LETTER",
        "contact": { "email": "alice@example.com", "name": "Alice" }, "tags": ["printer"] })
}

#[tokio::test]
async fn a_ticket_is_opened_with_the_next_number_and_shown_by_number_and_id() {
    let app = TestApp::spawn().await;
    let made = open(&app, printer()).await;
    assert_eq!((made.status.as_u16(), &made.headers["etag"]), (201, &"\"1\"".parse().unwrap()), "{}", made.text);
    let ticket = made.json;
    assert_eq!(ticket["number"], "T-000001");
    assert_eq!(
        (&ticket["status"], &ticket["priority"], &ticket["channel"]),
        (&json!("open"), &json!("normal"), &json!("api"))
    );
    assert_eq!((&ticket["sla"]["policyId"], &ticket["escalationLevel"]), (&json!(null), &json!(0)));
    assert_eq!((&ticket["contact"]["name"], &ticket["description"]), (&json!("Alice"), &json!("PC LOAD LETTER")));
    for name in ["T-000001", "t-1", ticket["id"].as_str().unwrap()] {
        let shown = app.get(&format!("/crm/tickets/get/{name}"), &agent()).await.ok();
        assert_eq!((&shown["id"], &shown["description"]), (&ticket["id"], &ticket["description"]), "{name}");
    }
    assert_eq!(open(&app, printer()).await.json["number"], "T-000002");
    app.get("/crm/tickets/get/T-000003", &agent()).await.refused(404, "ticket_not_found");
    let by_contact = json!({ "subject": "Again", "contactId": ticket["contact"]["id"] });
    assert_eq!(open(&app, by_contact).await.json["contact"], ticket["contact"]);
}

#[tokio::test]
async fn who_is_known_by_a_name_keeps_it_in_a_ticket_that_comes_without_one() {
    let app = TestApp::spawn().await;
    let unnamed = json!({ "subject": "First", "contact": { "email": "bob@example.com" } });
    assert_eq!(open(&app, unnamed).await.json["contact"]["name"], "");
    open(&app, printer()).await;
    let again = json!({ "subject": "Again", "contact": { "email": "Alice@example.com" } });
    assert_eq!(open(&app, again).await.json["contact"]["name"], "Alice");
    let own = json!({ "subject": "Mine" });
    let own = app.post("/crm/tickets/create-ticket", &customer("alice@example.com"), own).await;
    assert_eq!(own.status, 201, "{}", own.text);
    let mail = json!({ "subject": "By mail", "text": "Hello" });
    let mail = app.post("/crm/tickets/email/create/alice@example.com", "", mail).await;
    assert_eq!(mail.status, 201, "{}", mail.text);
    for made in [own.json, mail.json] {
        let shown = format!("/crm/tickets/get/{}", made["number"].as_str().unwrap());
        assert_eq!(app.get(&shown, &agent()).await.ok()["contact"]["name"], "Alice");
    }
    let renamed = json!({ "subject": "Now", "contact": { "email": "alice@example.com", "name": "Alicia" } });
    assert_eq!(open(&app, renamed).await.json["contact"]["name"], "Alicia");
}

#[tokio::test]
async fn what_is_wrong_with_a_ticket_is_named_by_its_path() {
    let app = TestApp::spawn().await;
    for (wrong, path) in [
        (json!({ "subject": "" }), "subject"),
        (json!({ "subject": "x".repeat(301) }), "subject"),
        (json!({ "description": "x".repeat(50_001) }), "description"),
        (json!({ "contact": { "email": "nobody" } }), "contact.email"),
        (json!({ "contact": null }), "contact"),
        (json!({ "contactId": "unknown" }), "contactId"),
        (json!({ "priority": "critical" }), "priority"),
        (json!({ "tags": "printer" }), "tags"),
        (json!({ "tags": [""] }), "tags[0]"),
        (json!({ "channel": "fax" }), "channel"),
        (json!({ "id": "T-000009" }), "id"),
    ] {
        let mut body = printer();
        body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert_eq!(open(&app, body).await.invalid_paths(), [path], "{wrong}");
    }
    assert_eq!(open(&app, printer()).await.json["number"], "T-000001");
}

#[tokio::test]
async fn a_status_moves_as_it_may_and_an_update_that_changes_nothing_is_no_change() {
    let app = TestApp::spawn().await;
    open(&app, printer()).await;
    let update = async |body: Value| app.post("/crm/tickets/update", &agent(), body).await;
    let moved =
        update(json!({ "id": "T-1", "status": "in-progress", "assigneeId": "mia", "addTags": ["fire"] })).await.ok();
    assert_eq!(
        (&moved["status"], &moved["assigneeId"], &moved["version"]),
        (&json!("in-progress"), &json!("mia"), &json!(2))
    );
    assert_eq!(moved["tags"], json!(["printer", "fire"]));
    assert_eq!(update(json!({ "id": "T-1", "status": "in-progress" })).await.ok()["version"], 2);
    let mut read = app.get("/crm/tickets/get/T-1", &agent()).await.ok();
    read["subject"] = json!("Two printers");
    assert_eq!(update(read).await.ok()["version"], 3, "what was read can be sent back");
    assert_eq!(update(json!({ "number": "T-1", "subject": "Two printers" })).await.ok()["version"], 3);
    assert_eq!(update(json!({ "id": "T-1", "assigneeId": null })).await.ok()["assigneeId"], json!(null));
    update(json!({ "id": "T-1", "status": "closed" })).await.refused(409, "illegal_move");
    for status in ["pending", "resolved", "open", "resolved", "closed"] {
        assert_eq!(update(json!({ "id": "T-1", "status": status })).await.ok()["status"], status);
    }
    update(json!({ "id": "T-1", "status": "open" })).await.refused(409, "illegal_move");
    update(json!({ "id": "T-9", "status": "open" })).await.refused(404, "ticket_not_found");
    let stale = app.request(Method::POST, "/crm/tickets/update").bearer_auth(agent()).header("if-match", "\"1\"");
    app.send(stale.json(&json!({ "id": "T-1", "subject": "x" }))).await.refused(412, "version_mismatch");
}

#[tokio::test]
async fn lists_are_narrowed_sorted_and_paged() {
    let app = TestApp::spawn().await;
    for (subject, priority, tag) in [("red", "low", "a"), ("green", "urgent", "b"), ("blue sky", "high", "b")] {
        let mut body = printer();
        body["subject"] = json!(subject);
        body["priority"] = json!(priority);
        body["tags"] = json!([tag]);
        open(&app, body).await;
    }
    let subjects = async |query: &str| {
        let page = app.get(&format!("/crm/tickets/get?{query}"), &agent()).await.ok();
        let rows = page["data"].as_array().unwrap().iter().map(|row| row["subject"].as_str().unwrap().to_owned());
        rows.collect::<Vec<_>>()
    };
    assert_eq!(subjects("").await, ["blue sky", "green", "red"]);
    assert_eq!(subjects("sort=-priority").await, ["green", "blue sky", "red"]);
    assert_eq!(subjects("tag=b&sort=createdAt").await, ["green", "blue sky"]);
    assert_eq!(subjects("text=sky").await, ["blue sky"]);
    assert_eq!(subjects("status=pending").await, Vec::<String>::new());
    assert_eq!(subjects("email=ALICE%40example.com&priority=low,high").await, ["blue sky", "red"]);
    for sort in ["createdAt", "-createdAt", "dueAt", "-updatedAt", "-priority"] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page =
                app.get(&format!("/crm/tickets/get?pageSize=1&sort={sort}&cursor={cursor}"), &agent()).await.ok();
            seen.push(page["data"][0]["number"].as_str().unwrap().to_owned());
            assert_eq!(page["total"], 3);
            match page["nextCursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        seen.sort();
        assert_eq!(seen, ["T-000001", "T-000002", "T-000003"], "{sort}");
    }
    app.get("/crm/tickets/get?sort=colour", &agent()).await.refused(400, "invalid_query");
}

#[tokio::test]
async fn a_ticket_is_found_by_its_number_and_by_who_asks() {
    let app = TestApp::spawn().await;
    open(&app, printer()).await;
    let other = json!({ "subject": "Scanner", "description": "See T-000001, it is the same",
        "contact": { "email": "bob.builder@workshop.example", "name": "Bob the Builder" } });
    open(&app, other).await;
    let numbers = async |text: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("text", text).finish();
        let page = app.get(&format!("/crm/tickets/get?{query}"), &agent()).await.ok();
        let numbers = page["data"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned());
        let numbers: Vec<_> = numbers.collect();
        assert_eq!(page["total"], numbers.len(), "{text}");
        numbers
    };
    for text in [
        "T-000002",
        "t-2",
        " T-2 ",
        "Builder",
        "BOB",
        "bob.builder@workshop.example",
        "workshop.example",
        "scanner builder",
        "\"bob builder\" -printer",
    ] {
        assert_eq!(numbers(text).await, ["T-000002"], "{text}");
    }
    assert_eq!(numbers("T-000001").await, ["T-000002", "T-000001"], "its own number, and where somebody wrote it");
    assert_eq!(numbers("T-000003").await, Vec::<String>::new());
    app.post("/crm/tickets/update", &agent(), json!({ "id": "T-2", "subject": "Copier" })).await.ok();
    assert_eq!(numbers("copier bob").await, ["T-000002"]);
    assert_eq!(numbers("scanner").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_conversation_goes_back_and_forth_and_a_customer_never_meets_a_comment() {
    let app = TestApp::spawn().await;
    let ticket = open(&app, printer()).await.json;
    let alice = customer("alice@example.com");
    let mallory = customer("mallory@example.com");
    let reply = async |who: &str, body: Value| app.post("/crm/tickets/reply/T-000001", who, body).await;
    let answered = reply(&agent(), json!({ "body": "Off and on?", "status": "pending" })).await;
    assert_eq!((answered.status.as_u16(), &answered.json["author"]), (201, &json!("agent")), "{}", answered.text);
    let secret = "she is a journalist";
    let comment = app.post("/crm/tickets/comments/T-000001", &agent(), json!({ "body": secret })).await;
    assert_eq!(comment.status, 201, "{}", comment.text);
    let wrote =
        reply(&alice, json!({ "body": "Still burning", "attachments": [{ "name": "a.txt", "content": "aGk=" }] }))
            .await;
    assert_eq!((wrote.status.as_u16(), &wrote.json["author"]), (201, &json!("customer")), "{}", wrote.text);
    assert_eq!(app.get("/crm/tickets/get/T-000001", &agent()).await.ok()["status"], "open");
    let seen = app.get("/crm/tickets/messages/T-000001", &alice).await;
    let bodies: Vec<_> = seen.json["data"].as_array().unwrap().iter().map(|row| row["body"].clone()).collect();
    assert_eq!(bodies, ["Off and on?", "Still burning"]);
    let file = seen.json["data"][1]["attachments"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(app.get(&file, &alice).await.text, "hi");
    app.get(&file, &mallory).await.refused(404, "ticket_not_found");
    for path in ["get/T-000001", "messages/T-000001"] {
        app.get(&format!("/crm/tickets/{path}"), &mallory).await.refused(404, "ticket_not_found");
        let shown = app.get(&format!("/crm/tickets/{path}"), &alice).await;
        assert!(shown.status.is_success() && !shown.text.contains(secret), "{path}: {}", shown.text);
    }
    app.get("/crm/tickets/comments/T-000001", &alice).await.refused(403, "forbidden");
    reply(&alice, json!({ "body": "x", "status": "closed" })).await.refused(403, "staff_only");
    let listed = app.get("/crm/tickets/get", &mallory).await.ok();
    assert_eq!(listed["total"], 0);
    let notes = app.get("/crm/tickets/comments/T-000001", &agent()).await.ok();
    assert_eq!(notes["data"][0]["body"], secret);
    let contact = ticket["contact"]["id"].as_str().unwrap();
    let timeline = app.get(&format!("/crm/activity/{contact}"), &admin()).await;
    assert!(!timeline.text.contains(secret), "{}", timeline.text);
}

#[tokio::test]
async fn a_message_after_closing_opens_a_linked_ticket() {
    let app = TestApp::spawn().await;
    let first = open(&app, printer()).await.json;
    for status in ["resolved", "closed"] {
        app.post("/crm/tickets/update", &agent(), json!({ "id": "T-1", "status": status })).await.ok();
    }
    let alice = customer("alice@example.com");
    let said = app.post("/crm/tickets/reply/T-000001", &alice, json!({ "body": "It burns again" })).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let second = app.get("/crm/tickets/get/T-000002", &agent()).await.ok();
    assert_eq!((&second["follows"], &second["id"]), (&first["id"], &said.json["ticketId"]));
    app.post("/crm/tickets/reply/T-000001", &agent(), json!({ "body": "x" })).await.refused(409, "wrong_state");
}

#[tokio::test]
async fn tickets_are_merged_escalated_and_deleted() {
    let app = TestApp::spawn().await;
    open(&app, printer()).await;
    open(&app, printer()).await;
    let escalate = async |body: Value| app.post("/crm/tickets/escalate/T-1", &agent(), body).await;
    let risen = escalate(json!({ "reason": "twice", "assigneeId": "boss", "notify": ["boss@example.com"] })).await.ok();
    assert_eq!((&risen["escalationLevel"], &risen["assigneeId"]), (&json!(1), &json!("boss")));
    escalate(json!({ "reason": "again", "level": 1 })).await.refused(409, "level_reached");
    assert_eq!(escalate(json!({ "level": 2 })).await.invalid_paths(), ["reason"]);
    assert_eq!(escalate(json!({ "reason": "x", "notify": ["nobody"] })).await.invalid_paths(), ["notify[0]"]);
    let merged = app.post("/crm/tickets/merge/T-1", &agent(), json!({ "into": "T-2" })).await.ok();
    assert_eq!(merged["status"], "closed");
    let into = app.get("/crm/tickets/get/T-2", &agent()).await.ok();
    assert_eq!(merged["mergedInto"], into["id"]);
    app.post("/crm/tickets/merge/T-2", &agent(), json!({ "into": "T-2" })).await.refused(409, "cannot_merge");
    app.post("/crm/tickets/update", &agent(), json!({ "id": "T-1", "subject": "x" })).await.refused(409, "merged");
    let gone = app.delete("/crm/tickets/delete/T-2", &agent()).await.ok();
    assert_eq!(gone, json!({ "id": into["id"], "deleted": true }));
    app.delete("/crm/tickets/delete/T-2", &agent()).await.refused(404, "ticket_not_found");
    app.get("/crm/tickets/get/T-2", &agent()).await.refused(404, "ticket_not_found");
}

#[tokio::test]
async fn a_bulk_update_of_500_with_3_bad_ones_does_497_and_a_repeat_does_nothing() {
    let app = TestApp::spawn().await;
    for _ in 0..497 {
        open(&app, printer()).await;
    }
    let mut ids: Vec<String> = (1..=497).map(|number| format!("T-{number}")).collect();
    ids.extend(["T-900".to_owned(), "T-901".to_owned(), "nobody".to_owned()]);
    let body = json!({ "ids": ids, "changes": { "status": "pending" }, "comment": "Fixed by 1.2" });
    let ask = async || {
        let request = app.request(Method::POST, "/crm/tickets/bulk-update").bearer_auth(agent());
        app.send(request.header("idempotency-key", "bulk-1").json(&body)).await
    };
    let first = ask().await;
    let done = first.ok();
    assert_eq!((&done["ok"], &done["failed"]), (&json!(497), &json!(3)));
    let bad: Vec<_> = done["results"].as_array().unwrap().iter().filter(|one| one["ok"] == json!(false)).collect();
    assert_eq!(bad.len(), 3);
    assert!(bad.iter().all(|one| one["code"] == "ticket_not_found"), "{bad:?}");
    let version = |ticket: Value| ticket["version"].clone();
    let before = version(app.get("/crm/tickets/get/T-7", &agent()).await.ok());
    let again = ask().await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.ok(), done);
    assert_eq!(version(app.get("/crm/tickets/get/T-7", &agent()).await.ok()), before);
    assert_eq!(app.get("/crm/tickets/comments/T-7", &agent()).await.ok()["total"], 1);
    let many: Vec<String> = (1..=501).map(|number| format!("T-{number}")).collect();
    let too_many = app.post("/crm/tickets/bulk-update", &agent(), json!({ "ids": many, "changes": {} })).await;
    assert_eq!(too_many.invalid_paths(), ["ids"]);
}

#[tokio::test]
async fn a_bad_name_in_a_bulk_update_stops_none_and_a_refusal_says_the_number() {
    let app = TestApp::spawn().await;
    let first = open(&app, printer()).await.json;
    open(&app, printer()).await;
    for status in ["resolved", "closed"] {
        app.post("/crm/tickets/update", &agent(), json!({ "id": "T-1", "status": status })).await.ok();
    }
    let bulk = async |body: Value| app.post("/crm/tickets/bulk-update", &agent(), body).await;
    let named = json!({ "ids": ["bad id!", first["id"], "", "T-2"], "changes": { "priority": "high" } });
    let done = bulk(named).await.ok();
    let rows = done["results"].as_array().unwrap();
    let short = |row: &Value| json!([row["number"], row["ok"], row["code"]]);
    assert_eq!(
        rows.iter().map(short).collect::<Vec<_>>(),
        [
            json!(["bad id!", false, "ticket_not_found"]),
            json!(["T-000001", false, "wrong_state"]),
            json!(["", false, "ticket_not_found"]),
            json!(["T-000002", true, null]),
        ],
        "{done}"
    );
    assert_eq!((&done["ok"], &done["failed"]), (&json!(1), &json!(3)));
    let none = bulk(json!({ "ids": ["bad id!"], "changes": { "priority": "high" }, "comment": "x" })).await.ok();
    assert_eq!((&none["ok"], &none["failed"]), (&json!(0), &json!(1)));
    let changes = json!({ "priority": "low" });
    assert_eq!(bulk(json!({ "ids": ["T-2", 7], "changes": changes })).await.invalid_paths(), ["ids[1]"]);
    for (filter, path) in [("status", "filter.status"), ("email", "filter.email"), ("dueBefore", "filter.dueBefore")] {
        let wrong = bulk(json!({ "filter": { filter: "xx" }, "changes": changes })).await;
        assert_eq!(wrong.invalid_paths(), [path], "{}", wrong.text);
    }
}

#[tokio::test]
async fn a_hundred_opened_at_once_get_numbers_without_a_gap() {
    let app = TestApp::spawn().await;
    let opened = futures_util::future::join_all((0..100).map(|_| open(&app, printer()))).await;
    let mut numbers: Vec<_> = opened.iter().map(|made| made.json["number"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    let expected: Vec<_> = (1..=100).map(|number| format!("T-{number:06}")).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn an_address_shows_how_tickets_stand_and_nothing_that_opens_them() {
    let app = TestApp::spawn().await;
    open(&app, printer()).await;
    let masked = app.get("/crm/tickets/get-by-email/alice@example.com", "").await;
    assert_eq!(masked.json["data"][0]["number"], "T-****01", "{}", masked.text);
    assert!(!masked.text.contains("printer") && !masked.text.contains("fire"));
    open(&app, printer()).await;
    let newest = app.get("/crm/tickets/get-by-email/alice@example.com?pageSize=1", "").await.ok();
    assert_eq!((&newest["data"][0]["number"], &newest["total"]), (&json!("T-****02"), &json!(2)), "{newest}");
    assert_eq!(newest.get("nextCursor"), None, "it would hold the number: {newest}");
    assert_eq!(newest["hasNext"], true, "{newest}");
    let cursor = "Mjpub25zZW5zZQ";
    let refused = app.get(&format!("/crm/tickets/get-by-email/alice@example.com?cursor={cursor}"), "").await;
    refused.refused(400, "invalid_cursor");
    let standing = app.get("/crm/tickets/get-by-email/alice@example.com/T-000001", "").await.ok();
    assert_eq!((&standing["status"], standing.get("subject")), (&json!("open"), None));
    for wrong in ["mallory@example.com/T-000001", "alice@example.com/T-000003", "alice@example.com/T-000001?token=x"] {
        app.get(&format!("/crm/tickets/get-by-email/{wrong}"), "").await.refused(404, "ticket_not_found");
    }
}
