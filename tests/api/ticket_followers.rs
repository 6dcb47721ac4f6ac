//! A ticket that went into that of somebody else: both are told what agents answer, and neither reads what the other wrote before.

use std::sync::Arc;

use frontdesk::clock::ManualClock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START, TestApp, admin, agent, customer};

const ALICE: &str = "alice@customer.example";
const BOB: &str = "bob@customer.example";

/// The secret of a ticket's links.
async fn token(app: &TestApp, number: i64) -> String {
    let query = sqlx::query_scalar("SELECT token FROM ticket WHERE number = $1").bind(number);
    query.fetch_one(&mut app.connection().await).await.unwrap()
}

async fn open(app: &TestApp, email: &str, name: &str, subject: &str) -> Value {
    let contact = json!({ "email": email, "name": name });
    let body = json!({ "subject": subject, "description": format!("{subject}, says {name}"), "contact": contact });
    let made = app.post("/crm/tickets/create", &agent(), body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json
}

async fn reply(app: &TestApp, number: &str, token: &str, body: Value) -> Value {
    let said = app.post(&format!("/crm/tickets/reply/{number}"), token, body).await;
    assert_eq!(said.status, 201, "{}", said.text);
    said.json
}

/// Alice's T-1 goes into Bob's T-2, after each wrote something of their own.
async fn merged() -> TestApp {
    let app = TestApp::with_manual_clock().await;
    open(&app, ALICE, "Alice", "Smoke").await;
    open(&app, BOB, "Bob", "Fire").await;
    reply(&app, "T-1", &customer(ALICE), json!({ "body": "Her secret" })).await;
    reply(&app, "T-2", &customer(BOB), json!({ "body": "His secret" })).await;
    app.post("/crm/tickets/comments/T-2", &agent(), json!({ "body": "Staff secret" })).await;
    app.post("/crm/tickets/merge/T-1", &agent(), json!({ "into": "T-2" })).await.ok();
    app.post("/crm/tickets/comments/T-2", &agent(), json!({ "body": "Staff secret, too" })).await;
    let told = json!({ "reason": "Staff secret of the boss", "notify": ["boss@example.com"] });
    app.post("/crm/tickets/escalate/T-2", &agent(), told).await.ok();
    app
}

/// The letters of a kind, by whom they go to.
async fn letters(app: &TestApp, kind: &str) -> Vec<(String, Value)> {
    let outbox = app.get("/crm/notifications/outbox?pageSize=200", &admin()).await.ok();
    let letters = outbox["data"].as_array().unwrap().iter().filter(|letter| letter["kind"] == kind);
    let mut letters: Vec<_> =
        letters.map(|one| (one["recipient"]["address"].as_str().unwrap().to_owned(), one.clone())).collect();
    letters.sort_by(|one, other| one.0.cmp(&other.0));
    letters
}

async fn bodies(app: &TestApp, number: &str, token: &str) -> Vec<(String, String)> {
    let said = app.get(&format!("/crm/tickets/messages/{number}"), token).await.ok();
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    let mut said: Vec<_> =
        said["data"].as_array().unwrap().iter().map(|one| (text(one, "author"), text(one, "body"))).collect();
    // All was said at the same moment.
    said.sort();
    said
}

fn of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(author, body)| ((*author).to_owned(), (*body).to_owned())).collect()
}

#[tokio::test]
async fn what_agents_answer_goes_to_both_each_by_way_of_their_own_ticket() {
    let app = merged().await;
    reply(&app, "T-2", &agent(), json!({ "body": "Water helps" })).await;
    app.post("/crm/tickets/update", &agent(), json!({ "id": "T-2", "status": "resolved" })).await.ok();
    let tokens = [token(&app, 1).await, token(&app, 2).await];
    for kind in ["ticket.reply", "ticket.resolved"] {
        let letters = letters(&app, kind).await;
        let told: Vec<_> = letters.iter().map(|(address, _)| address.as_str()).collect();
        assert_eq!(told, [ALICE, BOB], "{kind}");
        for (at, (name, number, other)) in
            [("Alice", "T-000001", "Fire"), ("Bob", "T-000002", "Smoke")].iter().enumerate()
        {
            let letter = letters[at].1.to_string();
            assert!(letter.contains(name) && letter.contains(number) && letter.contains(&tokens[at]), "{letter}");
            for hidden in [tokens[1 - at].as_str(), other, "secret"] {
                assert!(!letter.contains(hidden), "{hidden}: {letter}");
            }
        }
    }
    app.delete("/crm/tickets/delete/T-2", &agent()).await.ok();
    assert_eq!(letters(&app, "ticket.reply").await.len(), 2);
}

#[tokio::test]
async fn each_reads_their_own_and_what_was_said_since() {
    let app = merged().await;
    reply(&app, "T-2", &agent(), json!({ "body": "Water helps" })).await;
    let hers = reply(&app, "T-1", &customer(ALICE), json!({ "body": "Hers since" })).await;
    assert_eq!((&hers["author"], hers.get("authorId")), (&json!("customer"), None));
    let mail = json!({ "subject": "Re: [T-000001] Smoke", "text": "By mail", "messageId": "<m1@customer.example>" });
    let taken = app.post(&format!("/crm/tickets/email/create/{ALICE}"), "", mail).await.ok();
    assert_eq!(taken["number"], "T-000001", "she knows no other");
    reply(&app, "T-2", &customer(BOB), json!({ "body": "His since" })).await;
    let since = [("agent", "Water helps"), ("customer", "By mail"), ("customer", "Hers since")];
    let mut expected = of(&since);
    expected.extend(of(&[("customer", "Her secret"), ("other", "His since")]));
    expected.sort();
    assert_eq!(bodies(&app, "T-1", &customer(ALICE)).await, expected);
    let his = of(&[
        ("agent", "Water helps"),
        ("customer", "His secret"),
        ("customer", "His since"),
        ("other", "By mail"),
        ("other", "Hers since"),
    ]);
    assert_eq!(bodies(&app, "T-2", &customer(BOB)).await, his);
    app.get("/crm/tickets/messages/T-2", &customer(ALICE)).await.refused(404, "ticket_not_found");
    assert_eq!(bodies(&app, "T-1", &agent()).await, of(&[("customer", "Her secret")]), "staff find the rest in T-2");

    let (a, b) = (token(&app, 1).await, token(&app, 2).await);
    let by_email = format!("/crm/tickets/get-by-email/{ALICE}/T-1?token={a}");
    let pages = [by_email.clone(), format!("/t/T-1?org=demo&token={a}")];
    let id = app.get("/crm/tickets/get/T-2", &agent()).await.ok()["id"].as_str().unwrap().to_owned();
    for path in &pages {
        let shown = app.send(app.request(Method::GET, path)).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        for said in ["Her secret", "Water helps", "Hers since", "By mail", "His since"] {
            assert!(shown.text.contains(said), "{said}: {}", shown.text);
        }
        for hidden in ["His secret", "Staff secret", "says Bob", "was merged", BOB, &b, &id] {
            assert!(!shown.text.contains(hidden), "{hidden}: {}", shown.text);
        }
    }
    app.get(&by_email.replace(&a, &b), "").await.refused(404, "ticket_not_found");
    let his = app.send(app.request(Method::GET, &format!("/t/T-2?org=demo&token={b}"))).await;
    for hidden in ["Her secret", "Staff secret", "Alice", "was merged", ALICE, &a] {
        assert!(!his.text.contains(hidden), "{hidden}: {}", his.text);
    }
    assert!(his.text.contains("Hers since") && his.text.contains("Another customer"), "{}", his.text);
}

#[tokio::test]
async fn a_file_is_sent_to_who_reads_its_message() {
    let app = merged().await;
    let file = json!([{ "name": "slip.txt", "contentType": "text/plain", "content": "aGVsbG8=" }]);
    let before = reply(&app, "T-1", &customer(ALICE), json!({ "body": "Mine", "attachments": file })).await;
    let said = reply(&app, "T-2", &agent(), json!({ "body": "Look", "attachments": file })).await;
    let id = |said: &Value| said["attachments"][0]["id"].as_str().unwrap().to_owned();
    for (token, number, said) in [(ALICE, "T-1", &said), (ALICE, "T-1", &before), (BOB, "T-2", &before)] {
        let path = format!("/crm/tickets/attachments/{number}/{}", id(said));
        assert_eq!(app.get(&path, &customer(token)).await.text, "hello");
    }
    let shown = app.get("/crm/tickets/messages/T-1", &customer(ALICE)).await.ok();
    let urls: Vec<_> =
        shown["data"].as_array().unwrap().iter().filter_map(|one| one["attachments"][0]["url"].as_str()).collect();
    for url in urls {
        assert_eq!(app.get(url, &customer(ALICE)).await.text, "hello", "{url}");
    }
}

#[tokio::test]
async fn staff_see_who_follows_and_where_the_earlier_conversation_is() {
    let app = merged().await;
    let app = app.restart(Arc::new(ManualClock::starting_at(START.parse().unwrap()))).await;
    let ticket = app.get("/crm/tickets/get/T-2", &agent()).await.ok();
    let followers = ticket["followers"].as_array().unwrap();
    assert_eq!(followers.len(), 1);
    assert_eq!((&followers[0]["email"], &followers[0]["name"]), (&json!(ALICE), &json!("Alice")));
    let first = app.get("/crm/tickets/get/T-1", &agent()).await.ok();
    assert_eq!((&followers[0]["id"], first.get("followers")), (&first["contact"]["id"], None));
    assert!(app.get("/crm/tickets/get/T-2", &customer(BOB)).await.ok().get("followers").is_none());
    let comments = app.get("/crm/tickets/comments/T-2", &agent()).await.ok();
    assert!(comments.to_string().contains("T-000001 was merged into this ticket."), "{comments}");
    let request = app.request(Method::GET, "/desk/T-2").header("cookie", format!("frontdesk_session={}", agent()));
    let page = app.send(request).await;
    assert!(
        page.text.contains("Follows") && page.text.contains("Also goes to") && page.text.contains(ALICE),
        "{}",
        page.text
    );
    // It goes on after a restart as before.
    reply(&app, "T-2", &agent(), json!({ "body": "Water helps" })).await;
    assert_eq!(letters(&app, "ticket.reply").await.len(), 2);
    let told = json!({ "reason": "Late", "notify": [ALICE] });
    let refused = app.post("/crm/tickets/escalate/T-2", &agent(), told).await;
    assert_eq!(refused.invalid_paths(), ["notify[0]"]);
}

#[tokio::test]
async fn twenty_follow_and_no_more_and_ones_own_two_tickets_stay_as_they_were() {
    let app = TestApp::with_manual_clock().await;
    open(&app, BOB, "Bob", "Fire").await;
    for at in 2..=22 {
        open(&app, &format!("one-{at}@customer.example"), "One", "Smoke").await;
    }
    for at in 2..=21 {
        app.post(&format!("/crm/tickets/merge/T-{at}"), &agent(), json!({ "into": "T-1" })).await.ok();
    }
    let full = app.post("/crm/tickets/merge/T-22", &agent(), json!({ "into": "T-1" })).await;
    let refusal = full.refused(409, "too_many");
    assert_eq!(refusal["limit"], 20);
    assert_eq!(refusal["detail"], "T-000001 has as many followers as a ticket may have: 20.");
    open(&app, "One-22@customer.example", "One", "Smoke").await;
    app.post("/crm/tickets/merge/T-22", &agent(), json!({ "into": "T-23" })).await.ok();
    let ticket = app.get("/crm/tickets/get/T-23", &agent()).await.ok();
    assert!(ticket.get("followers").is_none(), "{ticket}");
    assert_eq!(app.get("/crm/tickets/comments/T-23", &agent()).await.ok()["total"], 0);
    reply(&app, "T-23", &agent(), json!({ "body": "Water helps" })).await;
    assert_eq!(letters(&app, "ticket.reply").await.len(), 1);
}

#[tokio::test]
async fn a_canned_answer_that_names_one_of_them_is_not_sent_to_both() {
    let app = merged().await;
    for (id, body) in
        [("dear", "Dear {{ contact.name }}, about {{ ticket.number }}"), ("ok", "It is {{ ticket.status }}")]
    {
        let canned = json!({ "id": id, "title": id, "body": body });
        assert_eq!(app.post("/crm/tickets/canned-responses/create", &admin(), canned).await.status, 201);
    }
    let refused = app.post("/crm/tickets/reply/T-2", &agent(), json!({ "cannedId": "dear" })).await;
    assert_eq!(refused.invalid_paths(), ["cannedId"]);
    assert_eq!(reply(&app, "T-2", &agent(), json!({ "cannedId": "ok" })).await["body"], "It is open");
    open(&app, BOB, "Bob", "Flood").await;
    assert_eq!(reply(&app, "T-3", &agent(), json!({ "cannedId": "dear" })).await["body"], "Dear Bob, about T-000003");
}

#[tokio::test]
async fn who_follows_no_more_reads_no_more() {
    let app = merged().await;
    reply(&app, "T-2", &agent(), json!({ "body": "Water helps" })).await;
    assert_eq!(bodies(&app, "T-1", &customer(ALICE)).await.len(), 2);
    // As a merge stands that was made before anybody followed.
    sqlx::query("UPDATE ticket SET followers = NULL").execute(&mut app.connection().await).await.unwrap();
    let app = app.restart(Arc::new(ManualClock::starting_at(START.parse().unwrap()))).await;
    assert_eq!(bodies(&app, "T-1", &customer(ALICE)).await, of(&[("customer", "Her secret")]));
}

#[tokio::test]
async fn what_was_deleted_in_the_middle_leads_nobody_on() {
    let app = merged().await;
    open(&app, "cid@customer.example", "Cid", "Flood").await;
    app.post("/crm/tickets/merge/T-2", &agent(), json!({ "into": "T-3" })).await.ok();
    app.delete("/crm/tickets/delete/T-2", &agent()).await.ok();
    reply(&app, "T-3", &agent(), json!({ "body": "A pump helps" })).await;
    let told: Vec<_> = letters(&app, "ticket.reply").await.into_iter().map(|(address, _)| address).collect();
    assert_eq!(told, ["cid@customer.example"]);
    reply(&app, "T-1", &customer(ALICE), json!({ "body": "And now?" })).await;
    assert_eq!(bodies(&app, "T-1", &customer(ALICE)).await, of(&[("customer", "Her secret")]));
    let opened = app.get("/crm/tickets/get/T-4", &agent()).await.ok();
    assert_eq!((&opened["contact"]["email"], &opened["subject"]), (&json!(ALICE), &json!("Smoke")), "{opened}");
    assert_eq!(bodies(&app, "T-4", &customer(ALICE)).await, of(&[("customer", "And now?")]));
}
