//! Mails of tickets, there and back: through a real mail server to the customer, and from the customer by
//! `/crm/tickets/email/create/:email`.

use std::sync::Arc;

use base64::Engine as _;
use frontdesk::clock::ManualClock;
use frontdesk::store::throwaway;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, agent};
use crate::outbox::start;
use crate::smtp::MailServer;

const FROM: (&str, &str) = ("FRONTDESK_MAIL_FROM", "Harbour & Finch <desk@example.com>");
const ALICE: &str = "alice@customer.example";

async fn desk(post: &MailServer) -> TestApp {
    let clock = Arc::new(ManualClock::starting_at(start()));
    TestApp::start(throwaway::database(), clock, &[("FRONTDESK_SMTP_URL", &post.url(10)), FROM]).await
}

async fn raw(app: &TestApp, sender: &str, mail: impl Into<reqwest::Body>) -> Answer {
    let request = app.request(Method::POST, &format!("/crm/tickets/email/create/{sender}"));
    app.send(request.header("content-type", "message/rfc822").body(mail)).await
}

async fn form(app: &TestApp, sender: &str, mail: Value) -> Answer {
    app.post(&format!("/crm/tickets/email/create/{sender}"), "", mail).await
}

/// A mail as it comes over the wire.
fn mail(from: &str, id: &str, headers: &str, text: &str) -> String {
    format!("From: Alice <{from}>\r\nTo: desk@example.com\r\nMessage-ID: <{id}>\r\n{headers}\r\n{text}\r\n")
}

async fn total(app: &TestApp) -> Value {
    app.get("/crm/tickets/get", &agent()).await.ok()["total"].clone()
}

#[tokio::test]
async fn a_conversation_by_mail_stays_one_conversation() {
    let mut post = MailServer::open();
    let app = desk(&post).await;
    let opened = raw(&app, ALICE, mail(ALICE, "first@customer.example", "Subject: Printer\r\n", "It burns")).await;
    assert_eq!(
        (opened.status.as_u16(), &opened.json),
        (201, &json!({"accepted": true, "number": "T-000001", "created": true}))
    );
    app.advance("PT1S").await;
    let received = post.next().await;
    assert_eq!((received["did"].as_str(), received["to"].as_str()), (Some("accepted"), Some(ALICE)));
    assert_eq!(received["inReplyTo"], "<first@customer.example>", "{received}");
    assert!(received["subject"].as_str().unwrap().contains("[T-000001]"), "{received}");

    let replied =
        app.post("/crm/tickets/reply/T-1", &agent(), json!({"body": "Water helps", "status": "resolved"})).await;
    assert_eq!(replied.status, 201, "{}", replied.text);
    app.advance("PT1S").await;
    let reply = post.next().await;
    assert!(reply["subject"].as_str().unwrap().contains("[T-000001]"), "{reply}");
    assert!(reply["text"].as_str().unwrap().contains("Water helps"), "{reply}");
    assert_eq!(reply["inReplyTo"], "<first@customer.example>");
    assert_eq!(reply["references"], received["references"], "both name the root and the mail of the customer");
    assert_ne!(reply["id"], received["id"]);
    assert_eq!(app.get("/crm/tickets/get/T-1", &agent()).await.ok()["status"], "resolved");

    // Her program answers with our Message-ID alone, without the number in the subject.
    let ours = reply["id"].as_str().unwrap();
    let headers = format!("Subject: Re: Printer\r\nIn-Reply-To: {ours}\r\nReferences: {ours}\r\n");
    let answer = mail(
        ALICE,
        "second@customer.example",
        &headers,
        "It does not\r\n\r\nOn Sunday desk@example.com wrote:\r\n> Water helps",
    );
    let taken = raw(&app, ALICE, answer.clone()).await;
    assert_eq!(
        (taken.status.as_u16(), &taken.json),
        (200, &json!({"accepted": true, "number": "T-000001", "created": false}))
    );
    let again = raw(&app, ALICE, answer).await;
    assert_eq!((again.status, &again.json), (taken.status, &taken.json));
    assert_eq!(app.get("/crm/tickets/get/T-1", &agent()).await.ok()["status"], "open");
    let said = app.get("/crm/tickets/messages/T-1", &agent()).await.ok();
    let bodies: Vec<_> = said["data"].as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["It burns", "Water helps", "It does not"]);
    app.post("/crm/tickets/reply/T-1", &agent(), json!({"body": "Then sand"})).await;
    app.advance("PT1S").await;
    let next = post.next().await;
    assert_eq!(
        (&next["inReplyTo"], &next["references"][0]),
        (&json!("<second@customer.example>"), &reply["references"][0])
    );

    // By JSON, by the root of the conversation, and by the number in the subject.
    let root = reply["references"][0].clone();
    for (at, how) in [json!({"references": [root]}), json!({"subject": "Hello [T-000001]"})].into_iter().enumerate() {
        let mut body = json!({"subject": "Re: x", "text": format!("Sand {at}"), "messageId": format!("<json-{at}@customer.example>")});
        body.as_object_mut().unwrap().extend(how.as_object().unwrap().clone());
        assert_eq!(form(&app, ALICE, body).await.ok()["number"], "T-000001");
    }
    assert_eq!(total(&app).await, 1);
    post.rests();
}

#[tokio::test]
async fn who_takes_no_part_opens_a_ticket_of_their_own() {
    let app = TestApp::with_settings(&[FROM]).await;
    form(&app, ALICE, json!({"subject": "Printer", "text": "It burns", "messageId": "<a@customer.example>"})).await;
    let mallory =
        json!({"subject": "Re: [T-000001] Printer", "text": "Let me in", "inReplyTo": "<a@customer.example>"});
    let opened = form(&app, "mallory@elsewhere.example", mallory).await;
    assert_eq!((opened.status.as_u16(), &opened.json["number"]), (201, &json!("T-000002")));
    let said = app.get("/crm/tickets/messages/T-1", &agent()).await.ok();
    assert_eq!(said["total"], 1);
    // Nor does the Message-ID of somebody else's mail tell anything of it.
    let same_id = json!({"subject": "Another", "text": "Which number?", "messageId": "<a@customer.example>"});
    let opened = form(&app, "mallory@elsewhere.example", same_id.clone()).await;
    assert_eq!((opened.status.as_u16(), &opened.json["number"]), (201, &json!("T-000003")), "{}", opened.text);
    assert_eq!(form(&app, "mallory@elsewhere.example", same_id).await.ok()["number"], "T-000003");
}

#[tokio::test]
async fn a_form_names_its_author_as_a_mail_does_and_says_something() {
    let app = TestApp::with_settings(&[FROM]).await;
    let sender = "dan@m.example";
    let named = json!({"from": "Dan D <DAN@m.example>", "subject": "Lamp", "text": "It flickers"});
    let opened = form(&app, sender, named).await;
    assert_eq!((opened.status.as_u16(), &opened.json["number"]), (201, &json!("T-000001")), "{}", opened.text);
    assert_eq!(app.get("/crm/tickets/get/T-1", &agent()).await.ok()["contact"]["name"], "Dan D");
    for from in ["Dan@m.example", "\"D, Dan\" <dan@m.example>"] {
        let opened = form(&app, sender, json!({"from": from, "fromName": "Daniel", "subject": "Lamp"})).await;
        assert_eq!(opened.status, 201, "{}", opened.text);
    }
    assert_eq!(app.get("/crm/tickets/get/T-3", &agent()).await.ok()["contact"]["name"], "Daniel");
    for from in ["Dan D <eve@m.example>", "dan@m.example <eve@m.example>", "", "Dan"] {
        let refused = form(&app, sender, json!({"from": from, "subject": "Lamp"})).await;
        assert_eq!(refused.invalid_paths(), ["from"], "{from}: {}", refused.text);
    }
    for empty in
        [json!({}), json!({"subject": " ", "text": "", "html": null, "attachments": []}), json!({"messageId": "<a@b>"})]
    {
        assert_eq!(form(&app, sender, empty.clone()).await.invalid_paths(), ["text"], "{empty}");
    }
    assert_eq!(form(&app, sender, json!({"html": "<p>Hi</p>"})).await.status, 201);
    assert_eq!(total(&app).await, 4);
}

#[tokio::test]
async fn what_no_person_wrote_goes_nowhere() {
    let mut post = MailServer::open();
    let app = desk(&post).await;
    raw(&app, ALICE, mail(ALICE, "first@customer.example", "Subject: Printer\r\n", "It burns")).await;
    app.advance("PT1S").await;
    let ours = post.next().await["id"].as_str().unwrap().to_owned();
    let own = ours.trim_matches(['<', '>']).to_owned();
    let about = format!("Subject: Re: [T-000001] Printer\r\nIn-Reply-To: {ours}\r\n");
    for (id, headers, why) in [
        ("a@x.example", format!("{about}Auto-Submitted: auto-replied\r\n"), "auto_submitted"),
        ("b@x.example", format!("{about}X-Autoreply: yes\r\n"), "autoresponder"),
        ("c@x.example", format!("{about}Precedence: bulk\r\n"), "precedence"),
        ("d@x.example", format!("{about}Return-Path: <>\r\n"), "empty_return_path"),
        ("e@x.example", format!("{about}Content-Type: multipart/report; boundary=x\r\n"), "delivery_report"),
        (&own, "Subject: [T-000001] Printer\r\n".to_owned(), "own_mail"),
    ] {
        let ignored = raw(&app, ALICE, mail(ALICE, id, &headers, "I am away")).await;
        assert_eq!(
            (ignored.status.as_u16(), &ignored.json),
            (202, &json!({"accepted": false, "created": false, "ignored": why})),
            "{headers}"
        );
    }
    let daemon = "mailer-daemon@customer.example";
    let bounce = form(&app, daemon, json!({"subject": "Undelivered", "text": "No such user"})).await;
    assert_eq!((bounce.status.as_u16(), &bounce.json["ignored"]), (202, &json!("sender")));
    let ourselves = "DESK@example.com";
    let looped = form(&app, ourselves, json!({"subject": "Printer", "text": "It burns"})).await;
    assert_eq!((looped.status.as_u16(), &looped.json["ignored"]), (202, &json!("own_mail")));
    let looped =
        raw(&app, ourselves, mail(ourselves, "loop@elsewhere.example", "Subject: Printer\r\n", "It burns")).await;
    assert_eq!((looped.status.as_u16(), &looped.json["ignored"]), (202, &json!("own_mail")));
    assert_eq!(total(&app).await, 1);
    assert_eq!(app.get("/crm/tickets/messages/T-1", &agent()).await.ok()["total"], 1);
    app.advance("PT1H").await;
    post.rests();
}

#[tokio::test]
async fn a_person_whose_mail_wants_no_automatic_answer_is_heard_and_gets_none() {
    let mut post = MailServer::open();
    let app = desk(&post).await;
    let headers = "Subject: Printer\r\nX-Auto-Response-Suppress: All\r\n";
    let opened = raw(&app, ALICE, mail(ALICE, "first@customer.example", headers, "It burns")).await;
    assert_eq!((opened.status.as_u16(), &opened.json["number"]), (201, &json!("T-000001")), "{}", opened.text);
    let headers = format!("{headers}In-Reply-To: <first@customer.example>\r\n");
    let taken = raw(&app, ALICE, mail(ALICE, "second@customer.example", &headers, "Still")).await;
    assert_eq!((taken.status.as_u16(), &taken.json["number"]), (200, &json!("T-000001")), "{}", taken.text);
    app.advance("PT1H").await;
    post.rests();
    let reply = app.post("/crm/tickets/reply/T-1", &agent(), json!({"body": "Water helps"})).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    app.advance("PT1S").await;
    assert!(post.next().await["text"].as_str().unwrap().contains("Water helps"), "what a person answers is sent");
}

#[tokio::test]
async fn a_mail_that_comes_many_times_at_once_is_one() {
    let app = TestApp::with_settings(&[FROM]).await;
    let first = json!({"subject": "Printer", "text": "It burns", "messageId": "<first@customer.example>"});
    let opened = futures_util::future::join_all((0..12).map(|_| form(&app, ALICE, first.clone()))).await;
    assert!(opened.iter().all(|one| one.json["number"] == "T-000001"), "{opened:?}");
    assert_eq!(opened.iter().filter(|one| one.status == 201).count(), 1);
    // Answers, each of them many times, all mixed.
    let answer = |at: usize| {
        let at = at % 5;
        json!({"subject": "Re: [T-000001]", "text": format!("Answer {at}"), "messageId": format!("<{at}@customer.example>")})
    };
    let taken = futures_util::future::join_all((0..60).map(|at| form(&app, ALICE, answer(at)))).await;
    assert!(taken.iter().all(|one| one.status == 200 && one.json["number"] == "T-000001"), "{taken:?}");
    assert_eq!(app.get("/crm/tickets/messages/T-1", &agent()).await.ok()["total"], 6);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM event WHERE kind = 'ticket.customer_message'")
        .fetch_one(&mut app.connection().await)
        .await
        .unwrap();
    assert_eq!(kept, 5);
    // A ticket that was deleted since takes nothing, and its mail does not come back as another.
    app.delete("/crm/tickets/delete/T-1", &agent()).await.ok();
    let late = form(&app, ALICE, answer(2)).await;
    assert!(late.status.is_success(), "a mail that nobody can take comes again and again: {}", late.text);
}

#[tokio::test]
async fn the_public_causes_three_mails_an_hour_to_an_address() {
    let mut post = MailServer::open();
    let app = desk(&post).await;
    for at in 0..6 {
        let sender = if at % 2 == 0 { ALICE } else { "Alice@CUSTOMER.example" };
        assert_eq!(form(&app, sender, json!({"subject": format!("Printer {at}"), "text": "Help"})).await.status, 201);
    }
    app.advance("PT10M").await;
    for _ in 0..3 {
        assert_eq!(post.next().await["did"], "accepted");
    }
    post.rests();
    form(&app, "bob@customer.example", json!({"subject": "Another", "text": "Help"})).await;
    app.advance("PT1M").await;
    assert_eq!(post.next().await["to"], "bob@customer.example");
    app.advance("PT1H").await;
    form(&app, ALICE, json!({"subject": "Later", "text": "Help"})).await;
    app.advance("PT1M").await;
    assert_eq!(post.next().await["to"], ALICE);
    post.rests();
}

#[tokio::test]
async fn mails_of_the_last_hour_are_counted_across_a_restart() {
    let at = |time: &str| Arc::new(ManualClock::starting_at(format!("2026-05-10T{time}Z").parse().unwrap()));
    let acknowledged = async |app: &TestApp| {
        let outbox = app.get("/crm/notifications/outbox?pageSize=200", &admin()).await.ok();
        let of_ann = |letter: &&Value| {
            letter["kind"] == "ticket.received" && letter["recipient"]["address"].as_str().unwrap().starts_with("ann@")
        };
        outbox["data"].as_array().unwrap().iter().filter(of_ann).count()
    };
    let app = TestApp::start(throwaway::database(), at("09:00:00"), &[]).await;
    let by_staff = json!({ "subject": "By staff", "contact": { "email": "ann@example.com" } });
    app.post("/crm/tickets/create", &agent(), by_staff).await;
    for subject in ["One", "Two", "Three", "Four"] {
        form(&app, "ann@example.com", json!({ "subject": subject, "text": "Help" })).await;
        app.advance("PT1S").await;
    }
    assert_eq!(acknowledged(&app).await, 4, "one by staff, three by her");
    let app = app.restart(at("09:59:59")).await;
    form(&app, "ANN@example.com", json!({ "subject": "Five", "text": "Help" })).await;
    assert_eq!(acknowledged(&app).await, 4);
    let app = app.restart(at("10:00:00")).await;
    form(&app, "ann@example.com", json!({ "subject": "Six", "text": "Help" })).await;
    form(&app, "ann@example.com", json!({ "subject": "Seven", "text": "Help" })).await;
    assert_eq!(acknowledged(&app).await, 5, "the first was an hour ago");
}

#[tokio::test]
async fn a_mail_beyond_a_limit_is_a_clear_problem() {
    let app = TestApp::with_settings(&[FROM]).await;
    let forged = raw(&app, ALICE, mail("mallory@elsewhere.example", "x@y.example", "Subject: x\r\n", "x")).await;
    assert_eq!(forged.invalid_paths(), ["from"]);
    let forged = form(&app, ALICE, json!({"from": "mallory@elsewhere.example", "subject": "x", "text": "x"})).await;
    assert_eq!(forged.invalid_paths(), ["from"]);
    assert_eq!(form(&app, "nobody", json!({"subject": "x"})).await.invalid_paths(), ["email"]);
    let file = json!({"name": "a.txt", "contentType": "text/plain", "content": "YQ=="});
    let many = form(&app, ALICE, json!({"subject": "x", "text": "x", "attachments": vec![file; 11]})).await;
    assert_eq!(many.invalid_paths(), ["attachments"]);
    let part = "--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\na\r\n";
    let headers = "Subject: x\r\nContent-Type: multipart/mixed; boundary=x\r\n";
    let many = raw(&app, ALICE, mail(ALICE, "m@y.example", headers, &format!("{}--x--", part.repeat(11)))).await;
    assert_eq!(many.invalid_paths(), ["attachments"]);
    let large = base64::engine::general_purpose::STANDARD.encode(vec![b'a'; 5 * 1024 * 1024 + 1]);
    let body = json!({"subject": "x", "text": "x", "attachments": [{"name": "a.bin", "content": large}]});
    assert_eq!(form(&app, ALICE, body).await.invalid_paths(), ["attachments[0].content"]);
    let huge =
        raw(&app, ALICE, mail(ALICE, "h@y.example", "Subject: x\r\n", &"a\r\n".repeat(16 * 1024 * 1024 / 3 + 1))).await;
    huge.refused(413, "body_too_large");
    for nothing in ["", "\r\n\r\n", "Subject: nobody\r\n\r\nx", "\u{0}\u{1}", "From: <>\r\n\r\nx"] {
        assert_eq!(raw(&app, ALICE, nothing).await.invalid_paths(), ["from"], "{nothing:?}");
    }
    assert_eq!(total(&app).await, 0);
}
