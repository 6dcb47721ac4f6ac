//! The outbox over HTTP: what waits there, in which order it is listed, and what a replay does.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use frontdesk::clock::ManualClock;
use frontdesk::domain::ids::OrgId;
use frontdesk::domain::message::{Draft, Invitation, Message, MessageKind, Method};
use frontdesk::store::throwaway;
use serde_json::{Value, json};

use crate::app::{ORG, START, TestApp, admin, staff, supervisor};

/// The way of the lanes into the outbox, for messages that nothing makes yet.
const POST: &str = "\
WITH posted AS (
    INSERT INTO message SELECT * FROM json_populate_recordset(NULL::message, $1::json)
    ON CONFLICT (org_id, id) DO NOTHING RETURNING org_id, id, channel, due_at
)
INSERT INTO delivery (org_id, message_id, channel, state, attempts, next_attempt_at)
SELECT org_id, id, channel, 'waiting', 0, due_at FROM posted";

/// When manual clocks start.
pub fn start() -> DateTime<Utc> {
    START.parse().unwrap()
}

/// A message with an invitation, due when manual clocks start and useful for a day.
pub fn draft(email: &str) -> Draft {
    Draft {
        created_at: start(),
        due_at: start(),
        useful_until: start() + TimeDelta::days(1),
        invitation: Some(Invitation::sample(Method::Request, 0)),
        ..Draft::sample(MessageKind::ReservationConfirmed, email)
    }
}

/// One that is no longer useful when manual clocks start.
fn late(email: &str) -> Draft {
    Draft { due_at: start() - TimeDelta::hours(2), useful_until: start() - TimeDelta::hours(1), ..draft(email) }
}

/// Puts a message into the outbox of a server, as if it had been committed with its cause; gives its id.
pub async fn post(app: &TestApp, draft: Draft) -> String {
    let message = Message::of(&OrgId::parse(ORG).unwrap(), draft).unwrap();
    let address = &message.recipient.address;
    let row = json!({
        "org_id": ORG,
        "id": message.id(),
        "created_at": message.created_at,
        "kind": message.kind.word(),
        "channel": address.channel().word(),
        "recipient": address.as_str(),
        "recipient_name": message.recipient.name,
        "timezone": message.recipient.timezone.map(chrono_tz::Tz::name),
        "data": message.context,
        "calendar": message.invitation,
        "cause_kind": message.cause.kind,
        "cause_id": message.cause.id,
        "thread_references": message.thread.references,
        "urgent": message.is_urgent,
        "due_at": message.due_at,
        "useful_until": message.useful_until,
    });
    let rows = json!([row]).to_string();
    sqlx::query(POST).bind(rows).execute(&mut app.connection().await).await.unwrap();
    message.id().to_string()
}

/// A message as an admin sees it.
pub async fn look(app: &TestApp, id: &str) -> Value {
    let list = app.get("/crm/notifications/outbox?pageSize=200", &admin()).await.ok();
    let found = list["data"].as_array().unwrap().iter().find(|message| message["id"] == id).cloned();
    found.unwrap_or_else(|| panic!("{id} is not in {list}"))
}

/// A mail server is set up, where nobody listens.
async fn with_a_silent_mail_server() -> TestApp {
    let settings = [("FRONTDESK_SMTP_URL", "smtp://127.0.0.1:9?tls=none"), ("FRONTDESK_MAIL_FROM", "desk@example.com")];
    TestApp::start(throwaway::database(), Arc::new(ManualClock::starting_at(start())), &settings).await
}

async fn replay(app: &TestApp, id: &str) -> crate::app::Answer {
    app.post(&format!("/crm/notifications/replay/{id}"), &admin(), json!({})).await
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_lost_and_all_can_be_read() {
    let app = TestApp::with_manual_clock().await;
    let id = post(&app, draft("zoe@example.com")).await;
    app.advance("PT1S").await;
    let waiting = look(&app, &id).await;
    assert_eq!((waiting["status"].as_str(), waiting["attempts"].as_u64()), (Some("waiting"), Some(0)));
    assert_eq!(waiting["nextAttemptAt"], Value::Null);
    assert!(waiting["lastError"].as_str().unwrap().contains("FRONTDESK_SMTP_URL"), "{waiting}");
    assert!(waiting["subject"].as_str().unwrap().starts_with("Booked: Eye test"), "{waiting}");
    assert!(waiting["text"].as_str().unwrap().contains("https://desk.example/r/"), "{waiting}");
    assert_eq!(waiting["recipient"]["address"], "zoe@example.com");
    assert_eq!(waiting["cause"], json!({"kind": "reservation", "id": "res-1/1"}));
    // A day without a server does not make it try: it waits until one is set up.
    app.advance("PT20H").await;
    assert_eq!(look(&app, &id).await["attempts"], 0);
}

#[tokio::test]
async fn the_list_goes_from_the_newest_back_page_by_page_and_by_status() {
    let app = with_a_silent_mail_server().await;
    let mut ids = Vec::new();
    for minute in 0..5 {
        let email = format!("c{minute}@example.com");
        let mut one = if minute < 2 { late(&email) } else { draft(&email) };
        one.created_at += TimeDelta::minutes(minute);
        ids.push(post(&app, one).await);
    }
    app.advance("PT1S").await;
    ids.reverse();
    let mut listed = Vec::new();
    let mut path = "/crm/notifications/outbox?pageSize=2".to_owned();
    loop {
        let page = app.get(&path, &admin()).await.ok();
        assert_eq!(page["total"], 5);
        listed.extend(page["data"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/crm/notifications/outbox?pageSize=2&cursor={cursor}");
    }
    assert_eq!(listed, ids);
    let skipped = app.get("/crm/notifications/outbox?status=skipped", &admin()).await.ok();
    assert_eq!((skipped["total"].as_u64(), skipped["data"].as_array().unwrap().len()), (Some(2), 2));
    let none = app.get("/crm/notifications/outbox?status=sent", &admin()).await.ok();
    assert_eq!(none["total"], 0);
    app.get("/crm/notifications/outbox?status=lost", &admin()).await.refused(400, "invalid_query");
    app.get("/crm/notifications/outbox?cursor=MTp4", &admin()).await.refused(400, "invalid_cursor");
}

#[tokio::test]
async fn a_replay_is_for_messages_that_are_there() {
    let app = with_a_silent_mail_server().await;
    replay(&app, "no-such-message").await.refused(404, "message_not_found");
    let id = post(&app, late("zoe@example.com")).await;
    app.advance("PT1S").await;
    assert_eq!(look(&app, &id).await["status"], "skipped");
    let again = replay(&app, &id).await.ok();
    assert_eq!((again["status"].as_str(), again["replayedAt"].is_null()), (Some("waiting"), false));
    app.advance("PT1S").await;
    // Not skipped a second time: somebody wants it, however late, and it was tried.
    let tried = look(&app, &id).await;
    assert_eq!((tried["status"].as_str(), tried["attempts"].as_u64()), (Some("waiting"), Some(1)), "{tried}");
}

#[tokio::test]
async fn the_page_shows_mails_as_their_readers_see_them_to_who_may_see_them() {
    let app = TestApp::with_manual_clock().await;
    post(&app, draft("zoe@example.com")).await;
    let page = async |token: &str| {
        let request =
            app.request(reqwest::Method::GET, "/outbox").header("cookie", format!("frontdesk_session={token}"));
        let answer = app.send(request).await;
        (answer.status.as_u16(), answer.text)
    };
    let (status, html) = page(&supervisor()).await;
    assert_eq!(status, 200);
    assert!(html.contains("Hello Zoë &lt;Ní&gt; Bhraonáin") && html.contains("email to zoe@example.com"), "{html}");
    let (status, html) = page(&staff()).await;
    assert_eq!((status, html.contains("zoe@")), (403, false));
    let signed_out = app.send(app.request(reqwest::Method::GET, "/outbox")).await;
    assert!(signed_out.text.contains("/live/sign-in") && !signed_out.text.contains("zoe@"), "{}", signed_out.text);
}
