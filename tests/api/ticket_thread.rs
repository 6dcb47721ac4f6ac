//! What is written in tickets, and in which order it is read.

use serde_json::{Value, json};

use crate::app::{ORG, TestApp, admin, agent};

const ALICE: &str = "alice@customer.example";

fn bodies(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap().to_owned()).collect()
}

/// The secret of a ticket's links.
fn secret(app: &TestApp, number: &str) -> String {
    use frontdesk::domain::desk::TicketKey;
    let org = frontdesk::domain::ids::OrgId::parse(ORG).unwrap();
    let desk = app.directory().desk(&org).unwrap();
    desk.state.ticket(&TicketKey::parse(number).unwrap()).unwrap().token.to_string()
}

/// Whether the texts stand on the page in this order, each for the first time behind the one before.
fn is_in_order(page: &str, texts: &[&str]) -> bool {
    let places: Vec<_> = texts.iter().map(|text| page.find(text)).collect();
    places.iter().all(Option::is_some) && places.is_sorted()
}

#[tokio::test]
async fn what_came_within_one_instant_is_read_in_the_order_in_which_it_came() {
    let app = TestApp::with_manual_clock().await;
    let said: Vec<String> = (1..=9).map(|at| format!("line {at} of nine")).collect();
    for (at, text) in said.iter().enumerate() {
        if at % 2 == 0 {
            let mail =
                json!({"subject": "[T-000001] Printer", "text": text, "messageId": format!("<{at}@customer.example>")});
            let taken = app.post(&format!("/crm/tickets/email/create/{ALICE}"), "", mail).await;
            assert_eq!(taken.json["number"], "T-000001", "{}", taken.text);
        } else {
            assert_eq!(app.post("/crm/tickets/reply/T-1", &agent(), json!({ "body": text })).await.status, 201);
        }
        let noted = app.post("/crm/tickets/comments/T-1", &agent(), json!({ "body": format!("noted-{at}") })).await;
        assert_eq!(noted.status, 201, "{}", noted.text);
    }
    assert_eq!(bodies(&app.get("/crm/tickets/messages/T-1", &agent()).await.ok()), said);
    let noted: Vec<String> = (0..9).map(|at| format!("noted-{at}")).collect();
    assert_eq!(bodies(&app.get("/crm/tickets/comments/T-1", &agent()).await.ok()), noted);
    for (path, all) in [("messages", &said), ("comments", &noted)] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let address = format!("/crm/tickets/{path}/T-1?pageSize=2&cursor={cursor}");
            let page = app.get(&address, &agent()).await.ok();
            seen.extend(bodies(&page));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, *all);
    }
    let texts: Vec<&str> = said.iter().map(String::as_str).collect();
    let own = app.get(&format!("/t/T-1?token={}", secret(&app, "T-1")), "").await;
    assert!(is_in_order(&own.text, &texts), "{}", own.text);
    let shown = format!("/crm/tickets/get-by-email/{ALICE}/T-1?token={}", secret(&app, "T-1"));
    let shown = app.get(&shown, "").await.ok();
    assert_eq!(bodies(&json!({ "data": shown["messages"] })), said);
    let request = app.request(reqwest::Method::GET, "/desk/T-1");
    let desk = app.send(request.header("cookie", format!("frontdesk_session={}", agent()))).await;
    assert!(is_in_order(&desk.text, &texts), "{}", desk.text);
}

#[tokio::test]
async fn why_a_ticket_was_escalated_stands_where_the_staff_side_reads_and_the_customer_does_not() {
    let app = TestApp::spawn().await;
    let body = json!({ "subject": "Printer", "contact": { "email": ALICE } });
    let ticket = app.post("/crm/tickets/create", &agent(), body).await.json;
    let reason = "The customer called twice";
    app.post("/crm/tickets/escalate/T-1", &agent(), json!({ "level": 2, "reason": reason })).await.ok();
    let noted = app.get("/crm/tickets/comments/T-1", &agent()).await.ok();
    assert_eq!(bodies(&noted), [format!("Escalated to level 2: {reason}")]);
    assert!(noted["data"][0]["authorId"].is_string(), "{noted}");
    assert_eq!(app.get("/crm/tickets/messages/T-1", &agent()).await.ok()["total"], 0);
    let request = app.request(reqwest::Method::GET, "/desk/T-1");
    let desk = app.send(request.header("cookie", format!("frontdesk_session={}", agent()))).await;
    assert!(desk.text.contains(reason), "{}", desk.text);
    let contact = ticket["contact"]["id"].as_str().unwrap();
    let activity = app.get(&format!("/crm/activity/{contact}"), &agent()).await.ok();
    let escalated = activity["data"].as_array().unwrap().iter().find(|one| one["kind"] == "ticket.escalated").unwrap();
    assert_eq!((&escalated["data"]["levelBefore"], &escalated["data"]["level"]), (&json!(0), &json!(2)), "{activity}");
}

#[tokio::test]
async fn a_canned_response_that_is_not_active_answers_nobody() {
    let app = TestApp::spawn().await;
    let body = json!({ "subject": "Printer", "contact": { "email": ALICE } });
    app.post("/crm/tickets/create", &agent(), body).await;
    let canned = json!({ "id": "hi", "title": "Hi", "body": "Hello from {{ ticket.number }}", "active": false });
    let canned = app.post("/crm/tickets/canned-responses/create", &admin(), canned).await;
    assert_eq!(canned.status, 201, "{}", canned.text);
    let reply = async || app.post("/crm/tickets/reply/T-1", &agent(), json!({ "cannedId": "hi" })).await;
    assert_eq!(reply().await.invalid_paths(), ["cannedId"]);
    let active = json!({ "id": "hi", "active": true });
    app.post("/crm/tickets/canned-responses/update", &admin(), active).await.ok();
    assert_eq!(reply().await.json["body"], "Hello from T-000001");
}

#[tokio::test]
async fn the_name_of_a_file_is_what_it_looks_like_and_comes_in_every_script() {
    let app = TestApp::spawn().await;
    let body = json!({ "subject": "Printer", "contact": { "email": ALICE } });
    app.post("/crm/tickets/create", &agent(), body).await;
    let files = json!([{ "name": "\u{202e}fdp.\u{2066}exe\u{200e}", "content": "aGk=" }, { "name": "Größe \"1\".txt", "content": "aGk=" }]);
    let sent = app.post("/crm/tickets/reply/T-1", &agent(), json!({ "body": "See", "attachments": files })).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let wanted = [
        ("fdp.exe", "attachment; filename=\"fdp.exe\"; filename*=UTF-8''fdp.exe"),
        ("Größe \"1\".txt", "attachment; filename=\"Gr__e _1_.txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.txt"),
    ];
    for (at, (name, disposition)) in wanted.into_iter().enumerate() {
        let file = &sent.json["attachments"][at];
        assert_eq!(file["name"], name);
        let fetched = app.get(file["url"].as_str().unwrap(), &agent()).await;
        assert_eq!(fetched.headers["content-disposition"], disposition);
    }
}
