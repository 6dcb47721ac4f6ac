//! Mails against a real mail server: taken, refused, delayed, dropped in the middle, answered too late; by TLS.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;
use frontdesk::clock::ManualClock;
use frontdesk::store::throwaway;
use serde_json::json;

use crate::app::{TestApp, admin};
use crate::outbox::{draft, look, post, start};
use crate::smtp::{MailServer, key};

const FROM: (&str, &str) = ("FRONTDESK_MAIL_FROM", "Harbour & Finch <desk@example.com>");

/// How many mails are due at the same moment.
const CROWD: usize = 300;

async fn desk(url: &str) -> TestApp {
    desk_with(&[("FRONTDESK_SMTP_URL", url), FROM]).await
}

async fn desk_with(settings: &[(&str, &str)]) -> TestApp {
    TestApp::start(throwaway::database(), Arc::new(ManualClock::starting_at(start())), settings).await
}

#[tokio::test]
async fn a_mail_goes_out_once_with_an_id_that_follows_from_its_message() {
    let mut server = MailServer::open();
    let app = desk(&server.url(10)).await;
    let id = post(&app, draft("zoe@example.com")).await;
    app.advance("PT1S").await;
    let mail = server.next().await;
    assert_eq!((mail["did"].as_str(), mail["to"].as_str()), (Some("accepted"), Some("zoe@example.com")));
    assert_eq!(mail["id"], format!("<{id}@example.com>"));
    let parts =
        ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"];
    assert_eq!(mail["parts"], json!(parts));
    let sent = look(&app, &id).await;
    assert_eq!((sent["status"].as_str(), sent["attempts"].as_u64()), (Some("sent"), Some(1)));
    assert_eq!(sent["lastError"], json!(null));
    app.advance("P2D").await;
    server.rests();
    app.post(&format!("/crm/notifications/replay/{id}"), &admin(), json!({})).await.refused(409, "wrong_state");
}

#[tokio::test]
async fn of_many_mails_that_are_due_at_once_each_goes_out_once() {
    let mut server = MailServer::open();
    let app = desk(&server.url(10)).await;
    let mut posted = HashSet::new();
    for person in 0..CROWD {
        posted.insert(format!("<{}@example.com>", post(&app, draft(&format!("guest-{person}@example.com"))).await));
    }
    app.advance("PT1S").await;
    for _ in 0..CROWD {
        let mail = server.next().await;
        assert!(posted.remove(mail["id"].as_str().unwrap()), "a second time: {mail}");
    }
    server.rests();
}

#[tokio::test]
async fn a_mail_that_is_not_due_waits_and_one_that_is_no_longer_useful_is_skipped() {
    let mut server = MailServer::open();
    let app = desk(&server.url(10)).await;
    let mut later = draft("later@example.com");
    later.due_at += TimeDelta::hours(2);
    let later = post(&app, later).await;
    let mut short = draft("short@example.com");
    short.useful_until += TimeDelta::hours(-22);
    let short = post(&app, short).await;
    // A downtime: what is still useful afterwards goes out, what is not does not.
    assert_eq!(app.set_clock("2026-05-10T12:00:00Z").await.status, 200);
    assert_eq!(server.next().await["to"], "later@example.com");
    assert_eq!(look(&app, &later).await["status"], "sent");
    let skipped = look(&app, &short).await;
    assert_eq!((skipped["status"].as_str(), skipped["attempts"].as_u64()), (Some("skipped"), Some(0)));
    server.rests();
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_dead_at_once_and_can_be_replayed() {
    let mut server = MailServer::open();
    let app = desk(&server.url(10)).await;
    let refused = post(&app, draft("refused@example.com")).await;
    let spam = post(&app, draft("spam@example.com")).await;
    app.advance("PT1S").await;
    let mut did = [server.next().await["did"].to_string(), server.next().await["did"].to_string()];
    did.sort();
    assert_eq!(did, ["\"refused\"", "\"spam\""]);
    for (id, code) in [(&refused, "550"), (&spam, "554")] {
        let dead = look(&app, id).await;
        assert_eq!((dead["status"].as_str(), dead["attempts"].as_u64()), (Some("dead"), Some(1)));
        assert!(dead["lastError"].as_str().unwrap().contains(code), "{dead}");
    }
    app.advance("P1D").await;
    server.rests();
    app.post(&format!("/crm/notifications/replay/{refused}"), &admin(), json!({})).await.ok();
    app.advance("PT1S").await;
    assert_eq!(server.next().await["did"], "refused");
    assert_eq!(look(&app, &refused).await["attempts"], 1);
}

#[tokio::test]
async fn a_greylisted_mail_is_tried_again_until_it_is_taken() {
    let mut server = MailServer::open();
    let app = desk(&server.url(10)).await;
    let id = post(&app, draft("greylisted@example.com")).await;
    app.advance("PT1S").await;
    assert_eq!(server.next().await["did"], "greylisted");
    let waiting = look(&app, &id).await;
    assert_eq!((waiting["status"].as_str(), waiting["attempts"].as_u64()), (Some("waiting"), Some(1)));
    assert!(waiting["lastError"].as_str().unwrap().contains("451"), "{waiting}");
    server.rests();
    // 15 to 30 s, then 30 to 60 s.
    app.advance("PT2M").await;
    assert_eq!(server.next().await["did"], "greylisted");
    assert_eq!(server.next().await["did"], "accepted");
    let sent = look(&app, &id).await;
    assert_eq!((sent["status"].as_str(), sent["attempts"].as_u64()), (Some("sent"), Some(3)));
}

#[tokio::test]
async fn a_mail_whose_connection_drops_or_whose_answer_is_late_comes_again_as_the_same_mail() {
    let mut server = MailServer::open();
    let app = desk(&server.url(1)).await;
    for name in ["dropped", "slow"] {
        let id = post(&app, draft(&format!("{name}@example.com"))).await;
        app.advance("PT1S").await;
        let first = server.next().await;
        assert_eq!(first["did"], name);
        let waiting = look(&app, &id).await;
        assert_eq!((waiting["status"].as_str(), waiting["attempts"].as_u64()), (Some("waiting"), Some(1)), "{waiting}");
        app.advance("PT1M").await;
        let second = server.next().await;
        assert_eq!((second["did"].as_str(), &second["id"]), (Some("accepted"), &first["id"]));
        assert_eq!(look(&app, &id).await["status"], "sent");
    }
}

#[tokio::test]
async fn a_mail_that_never_goes_through_is_given_up_in_the_end_and_a_server_that_is_away_loses_none() {
    let app = desk("smtp://127.0.0.1:9?tls=none&timeout=1").await;
    let mut patient = draft("zoe@example.com");
    patient.useful_until += TimeDelta::days(9);
    let id = post(&app, patient).await;
    app.advance("PT1S").await;
    assert_eq!(look(&app, &id).await["status"], "waiting");
    app.advance("P3D").await;
    let dead = look(&app, &id).await;
    assert_eq!((dead["status"].as_str(), dead["attempts"].as_u64()), (Some("dead"), Some(14)));
}

#[tokio::test]
async fn what_can_wait_is_not_sent_at_night() {
    let mut server = MailServer::open();
    let app = desk(&server.url(10)).await;
    let mut calm = draft("zoe@example.com");
    calm.is_urgent = false;
    // 19:00 in Kathmandu at the start, 01:00 there when it becomes due.
    calm.recipient.timezone = Some(chrono_tz::Asia::Kathmandu);
    calm.due_at += TimeDelta::hours(10);
    let id = post(&app, calm).await;
    app.advance("PT12H").await;
    server.rests();
    let waiting = look(&app, &id).await;
    assert_eq!(waiting["nextAttemptAt"], "2026-05-11T02:15:00Z", "{waiting}");
    app.advance("PT6H").await;
    assert_eq!(server.next().await["did"], "accepted");
    assert_eq!(look(&app, &id).await["sentAt"], "2026-05-11T02:15:00Z");
}

#[tokio::test]
async fn by_tls_a_mail_goes_to_the_server_whose_certificate_is_trusted_and_no_other() {
    let mut server = MailServer::behind_tls();
    let (url, ca) = (server.tls_url("right"), key("ca.pem"));
    let trusting = [("FRONTDESK_SMTP_URL", url.as_str()), FROM, ("FRONTDESK_SMTP_CA", ca.to_str().unwrap())];
    let app = desk_with(&trusting).await;
    let id = post(&app, draft("zoe@example.com")).await;
    app.advance("PT1S").await;
    let sent = look(&app, &id).await;
    assert_eq!(sent["status"], "sent", "{sent}");
    let mail = server.next().await;
    assert_eq!(
        (mail["did"].as_str(), mail["tls"].as_bool(), mail["user"].as_str()),
        (Some("accepted"), Some(true), Some("desk"))
    );

    let doubting = desk_with(&trusting[..2]).await;
    let id = post(&doubting, draft("zoe@example.com")).await;
    doubting.advance("PT1S").await;
    let waiting = look(&doubting, &id).await;
    assert_eq!(waiting["status"], "waiting");
    assert!(waiting["lastError"].as_str().unwrap().contains("certificate"), "{waiting}");
    server.rests();
}

#[tokio::test]
async fn a_wrong_password_is_the_settings_fault_and_kills_no_mail() {
    let mut server = MailServer::behind_tls();
    let (url, ca) = (server.tls_url("wrong"), key("ca.pem"));
    let app = desk_with(&[("FRONTDESK_SMTP_URL", &url), FROM, ("FRONTDESK_SMTP_CA", ca.to_str().unwrap())]).await;
    let id = post(&app, draft("zoe@example.com")).await;
    app.advance("PT1S").await;
    assert_eq!(server.next().await["did"], "not let in");
    let waiting = look(&app, &id).await;
    assert_eq!((waiting["status"].as_str(), waiting["attempts"].as_u64()), (Some("waiting"), Some(1)), "{waiting}");
}

#[tokio::test]
async fn mails_that_waited_for_a_server_go_out_when_one_is_set() {
    let mut server = MailServer::open();
    let database = throwaway::database();
    let clock = || Arc::new(ManualClock::starting_at(start()));
    let before = TestApp::start(database.clone(), clock(), &[]).await;
    let id = post(&before, draft("zoe@example.com")).await;
    before.advance("PT1S").await;
    assert_eq!(look(&before, &id).await["status"], "waiting");
    drop(before);
    let url = server.url(10);
    let app = TestApp::start(database, clock(), &[("FRONTDESK_SMTP_URL", &url), FROM]).await;
    assert_eq!(server.next().await["did"], "accepted");
    app.advance("PT1S").await;
    assert_eq!(look(&app, &id).await["status"], "sent");
}
