//! What is for the staff side only never reaches a customer, by whatever route, page or mail.

use std::sync::Arc;

use frontdesk::clock::ManualClock;
use frontdesk::store::throwaway;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, admin, agent, customer};
use crate::outbox::start;
use crate::smtp::MailServer;

/// Stands in everything that only the staff side may see, and nowhere else.
const SECRET: &str = "xyzzy";
const ALICE: &str = "alice@customer.example";

/// Everything that the desk can be told about a ticket without telling its customer.
async fn plant(app: &TestApp) -> Value {
    let contact = json!({"email": ALICE, "name": "Alice"});
    let body = json!({"id": "planted", "subject": "Printer", "description": "It burns", "contact": contact,
        "assigneeId": format!("{SECRET}-agent"), "team": format!("{SECRET}-team"), "tags": [format!("{SECRET}-tag")]});
    let ticket = app.post("/crm/tickets/create", &agent(), body).await;
    assert_eq!(ticket.status, 201, "{}", ticket.text);
    let said = app.post("/crm/tickets/comments/T-1", &agent(), json!({"body": format!("Comment {SECRET}")})).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let changes = json!({"addTags": [format!("{SECRET}-bulk")]});
    let bulk = json!({"ids": ["T-1"], "changes": changes, "comment": format!("Bulk {SECRET}")});
    app.post("/crm/tickets/bulk-update", &agent(), bulk).await.ok();
    let escalated = json!({"reason": format!("Reason {SECRET}"), "notify": ["boss@example.com"]});
    app.post("/crm/tickets/escalate/T-1", &agent(), escalated).await.ok();
    app.post("/crm/tickets/update", &agent(), json!({"id": "T-1", "team": format!("{SECRET}-other")})).await.ok();
    let other = json!({"subject": "Smoke", "contact": {"email": ALICE}, "assigneeId": format!("{SECRET}-smoke")});
    app.post("/crm/tickets/create", &agent(), other).await;
    app.post("/crm/tickets/comments/T-2", &agent(), json!({"body": format!("Merged {SECRET}")})).await;
    app.post("/crm/tickets/merge/T-2", &agent(), json!({"into": "T-1"})).await.ok();
    let from_secret = crate::app::token(json!({"sub": format!("{SECRET}-author"), "role": "agent"}));
    never_tells_the_customer(app).await;
    let replied =
        app.post("/crm/tickets/reply/T-1", &from_secret, json!({"body": "Water helps", "status": "resolved"})).await;
    assert_eq!(replied.status, 201, "{}", replied.text);
    ticket.json
}

/// Lets the customer's own address be named for what only the staff side may read: by hand, and by a policy whose chain comes to
/// it, of a ticket that somebody has given to her, too.
async fn never_tells_the_customer(app: &TestApp) {
    let own = ALICE.to_uppercase();
    let by_hand = json!({"reason": format!("Reason {SECRET}"), "notify": ["boss@example.com", own]});
    let refused = app.post("/crm/tickets/escalate/T-1", &agent(), by_hand).await;
    assert_eq!(refused.invalid_paths(), ["notify[1]"], "{}", refused.text);
    let always = json!([["00:00", "24:00"]]);
    let week: Value =
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().map(|day| (*day, always.clone())).collect();
    let calendar = json!({"id": "always", "name": "Always", "timezone": "UTC", "hours": week});
    app.post("/crm/business-calendars/create", &admin(), calendar).await;
    let step = json!({"metric": "firstResponse", "at": {"percent": 100}, "level": 1,
        "notify": [own, "assignee", "boss@example.com"]});
    let policy = json!({"id": "quick", "name": "Quick", "calendarId": "always", "warnAtPercent": [50],
        "targets": {"urgent": {"firstResponse": "PT30S"}}, "escalations": [step]});
    let policy = app.post("/crm/sla-policies/create", &admin(), policy).await;
    assert_eq!(policy.status, 201, "{}", policy.text);
    let late = json!({"subject": "Late", "contact": {"email": ALICE}, "priority": "urgent", "assigneeId": ALICE});
    let late = app.post("/crm/tickets/create", &agent(), late).await;
    assert_eq!(late.status, 201, "{}", late.text);
}

/// What a customer, or anybody, may try.
fn questions() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("GET", "/crm/tickets/get", json!(null)),
        ("GET", "/crm/tickets/get?text=xyzzy&tag=xyzzy-tag", json!(null)),
        ("GET", "/crm/tickets/get/T-1", json!(null)),
        ("GET", "/crm/tickets/get/T-2", json!(null)),
        ("GET", "/crm/tickets/messages/T-1", json!(null)),
        ("GET", "/crm/tickets/messages/T-2", json!(null)),
        ("GET", "/crm/tickets/comments/T-1", json!(null)),
        ("POST", "/crm/tickets/comments/T-1", json!({"body": "Mine"})),
        ("GET", "/crm/tickets/sla-status/T-1?trace=true", json!(null)),
        ("POST", "/crm/tickets/calculate-sla/T-1", json!({"dryRun": true})),
        ("POST", "/crm/tickets/escalate/T-1", json!({"reason": "Mine"})),
        ("POST", "/crm/tickets/update", json!({"id": "T-1"})),
        ("POST", "/crm/tickets/bulk-update", json!({"ids": ["T-1"], "changes": {"addTags": ["a"]}})),
        ("POST", "/crm/tickets/merge/T-1", json!({"into": "T-2"})),
        ("DELETE", "/crm/tickets/delete/T-1", json!(null)),
        ("GET", "/crm/tickets/canned-responses", json!(null)),
        ("GET", "/crm/tickets/teams/get", json!(null)),
        ("GET", "/crm/tickets/watch", json!(null)),
        ("POST", "/crm/tickets/reply/T-1", json!({"body": "It does not"})),
        ("POST", "/crm/tickets/reply/T-2", json!({"body": "Nor does this"})),
        ("POST", "/crm/tickets/create-ticket", json!({"subject": "Another"})),
        ("GET", "/crm/notifications/outbox", json!(null)),
        ("GET", "/outbox", json!(null)),
        ("GET", "/desk", json!(null)),
        ("GET", "/desk/planted", json!(null)),
        ("GET", "/why/planted", json!(null)),
    ]
}

/// One escalation by hand and one by the policy, both of which named the customer, too.
fn alerts_go_to_the_boss_alone(letters: &[Value]) {
    let mut alerts = 0;
    for letter in letters {
        let is_for_customers =
            ["ticket.received", "ticket.reply", "ticket.resolved"].contains(&letter["kind"].as_str().unwrap());
        let address = &letter["recipient"]["address"];
        assert_eq!(address, if is_for_customers { ALICE } else { "boss@example.com" }, "{letter}");
        alerts += usize::from(!is_for_customers);
    }
    assert_eq!(alerts, 2, "{letters:?}");
}

#[tokio::test]
async fn no_answer_page_or_mail_of_a_customer_holds_what_is_for_the_staff_side() {
    let mut post = MailServer::open();
    let clock = Arc::new(ManualClock::starting_at(start()));
    let from = ("FRONTDESK_MAIL_FROM", "Harbour & Finch <desk@example.com>");
    let app = TestApp::start(throwaway::database(), clock, &[("FRONTDESK_SMTP_URL", &post.url(10)), from]).await;
    plant(&app).await;
    let token: String = sqlx::query_scalar("SELECT token FROM ticket WHERE id = 'planted'")
        .fetch_one(&mut app.connection().await)
        .await
        .unwrap();
    let alice = customer(ALICE);
    let mut seen = Vec::new();
    for (method, path, body) in questions() {
        for bearer in [alice.as_str(), ""] {
            let mut request = app.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
            if !bearer.is_empty() {
                request = request.bearer_auth(bearer).header("cookie", format!("frontdesk_session={bearer}"));
            }
            let request = if body.is_null() { request } else { request.json(&body) };
            let answer = app.send(request).await;
            assert!(answer.status.as_u16() < 500, "{method} {path}: {}", answer.text);
            seen.push((format!("{method} {path}: {}", answer.status), answer.text));
        }
    }
    for path in [
        format!("/crm/tickets/get-by-email/{ALICE}"),
        format!("/crm/tickets/get-by-email/{ALICE}/T-1"),
        format!("/crm/tickets/get-by-email/{ALICE}/T-1?token={token}"),
        format!("/t/planted?token={token}"),
        format!("/t/planted/{token}"),
        format!("/t/T-1?token={token}"),
        format!("/t/planted?org=demo&token={token}"),
    ] {
        let answer = app.send(app.request(Method::GET, &path)).await;
        seen.push((format!("{path}: {}", answer.status), answer.text));
    }
    let rated = format!("/crm/tickets/rate/{ALICE}/T-1?token={token}");
    let rated = app.post(&rated, "", json!({"score": 1, "comment": "Bad"})).await;
    seen.push(("rate".to_owned(), rated.text));
    let mail = json!({"subject": "Re: [T-000001]", "text": "It burns still"});
    let received = app.post(&format!("/crm/tickets/email/create/{ALICE}"), "", mail).await;
    seen.push(("email/create".to_owned(), received.text));
    app.post("/crm/tickets/update", &agent(), json!({"id": "T-1", "status": "resolved"})).await.ok();
    let page = seen.iter().find(|(what, _)| what.starts_with("/t/planted?org=demo"));
    assert!(page.is_some_and(|(what, text)| what.ends_with("200 OK") && text.contains("Water helps")), "{page:?}");
    let whole = seen.iter().find(|(what, _)| what.contains("T-1?token=") && what.contains("200"));
    assert!(whole.is_some_and(|(_, text)| text.contains("Water helps")), "nothing was shown: {seen:#?}");

    app.advance("PT1M").await;
    let mut told_alice = 0;
    let outbox = app.get("/crm/notifications/outbox?pageSize=200", &admin()).await.ok();
    let letters = outbox["data"].as_array().unwrap();
    for letter in letters {
        if letter["recipient"]["address"] == ALICE {
            told_alice += 1;
            seen.push((format!("the letter {}", letter["kind"]), letter.to_string()));
        }
        let mail = post.next().await;
        assert_eq!(mail["did"], "accepted", "{mail}");
        if mail["to"] == ALICE {
            seen.push((format!("the mail {}", mail["subject"]), mail.to_string()));
        }
    }
    post.rests();
    alerts_go_to_the_boss_alone(letters);
    assert!(told_alice >= 4, "{outbox}");
    assert!(letters.iter().any(|letter| letter.to_string().contains(SECRET)), "the boss is told the reason: {outbox}");
    let leaks: Vec<_> = seen.iter().filter(|(_, text)| text.contains(SECRET)).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
    let shown = app.get("/crm/tickets/comments/T-1", &agent()).await.ok();
    assert!(shown.to_string().contains(SECRET), "the staff side sees it: {shown}");
}
