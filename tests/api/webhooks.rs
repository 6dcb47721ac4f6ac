//! Messages to programs and to phones, against receivers on this machine.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use frontdesk::clock::ManualClock;
use frontdesk::domain::message::{Address, Channel, Draft};
use frontdesk::store::throwaway;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::app::TestApp;
use crate::outbox::{draft, look, post, start};
use crate::receiver::Receiver;

const KEY: &str = "0123456789abcdef0123456789abcdef";
const HERE: (&str, &str) = ("FRONTDESK_WEBHOOK_NETWORKS", "127.0.0.0/8");

async fn desk(settings: &[(&str, &str)]) -> TestApp {
    TestApp::start(throwaway::database(), Arc::new(ManualClock::starting_at(start())), settings).await
}

fn to(channel: Channel, address: &str) -> Draft {
    let mut told = Draft { invitation: None, ..draft("zoe@example.com") };
    told.recipient.address = Address::parse(channel, address).unwrap();
    told
}

#[tokio::test]
async fn a_webhook_is_signed_dated_and_known_by_its_id_when_it_comes_again() {
    let mut receiver = Receiver::open(&["500 Oops", "204 No Content"]).await;
    let app = desk(&[("FRONTDESK_WEBHOOK_SECRET", KEY), HERE]).await;
    let url = format!("http://127.0.0.1:{}/hooks?from=desk", receiver.port);
    let id = post(&app, to(Channel::Webhook, &url)).await;
    app.advance("PT1M").await;
    let (first, second) = (receiver.next().await, receiver.next().await);
    for request in [&first, &second] {
        assert_eq!(request.target, "/hooks?from=desk");
        assert_eq!((request.headers["webhook-id"].as_str(), request.headers["idempotency-key"].as_str()), (&*id, &*id));
        let timestamp = &request.headers["webhook-timestamp"];
        let age = chrono::Utc::now().timestamp() - timestamp.parse::<i64>().unwrap();
        assert!((0..60).contains(&age), "{age} s old");
        let mut hmac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
        hmac.update(format!("{id}.{timestamp}.{}", request.body).as_bytes());
        let signature = STANDARD.encode(hmac.finalize().into_bytes());
        assert_eq!(request.headers["webhook-signature"], format!("v1,{signature}"));
    }
    assert_eq!(first.body, second.body);
    let body = first.json();
    assert_eq!((body["type"].as_str(), body["id"].as_str()), (Some("reservation.confirmed"), Some(&*id)));
    assert_eq!(body["data"]["number"], "K7QD2M9X");
    let sent = look(&app, &id).await;
    assert_eq!((sent["status"].as_str(), sent["attempts"].as_u64()), (Some("sent"), Some(2)));
}

#[tokio::test]
async fn a_webhook_goes_to_no_private_address_and_follows_no_redirect() {
    let mut receiver = Receiver::open(&["302 Found\r\nlocation: http://127.0.0.1:1/"]).await;
    let (port, secret) = (receiver.port, ("FRONTDESK_WEBHOOK_SECRET", KEY));
    let app = desk(&[secret]).await;
    for host in ["127.0.0.1", "localhost", "[::1]", "2130706433", "[::ffff:7f00:1]"] {
        let id = post(&app, to(Channel::Webhook, &format!("http://{host}:{port}/"))).await;
        app.advance("PT1S").await;
        let dead = look(&app, &id).await;
        assert_eq!(dead["status"], "dead", "{dead}");
        assert!(dead["lastError"].as_str().unwrap().contains("no public address"), "{dead}");
    }
    receiver.rests();
    let open = desk(&[secret, HERE]).await;
    let id = post(&open, to(Channel::Webhook, &format!("http://127.0.0.1:{port}/"))).await;
    open.advance("PT1S").await;
    receiver.next().await;
    let waiting = look(&open, &id).await;
    assert_eq!(waiting["status"], "waiting");
    assert!(waiting["lastError"].as_str().unwrap().contains("302"), "{waiting}");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_nothing_more() {
    let mut receiver = Receiver::open(&["410 Gone"]).await;
    let app = desk(&[("FRONTDESK_WEBHOOK_SECRET", KEY), HERE]).await;
    let id = post(&app, to(Channel::Webhook, &format!("http://127.0.0.1:{}/", receiver.port))).await;
    app.advance("P1D").await;
    receiver.next().await;
    receiver.rests();
    assert_eq!(look(&app, &id).await["status"], "dead");
}

#[tokio::test]
async fn a_text_message_is_posted_to_the_gateway_with_its_token() {
    let mut gateway = Receiver::open(&["503 Busy", "202 Accepted", "422 No"]).await;
    let url = format!("http://127.0.0.1:{}/send", gateway.port);
    let app = desk(&[("FRONTDESK_SMS_URL", &url), ("FRONTDESK_SMS_TOKEN", "gate")]).await;
    let id = post(&app, to(Channel::Sms, "+49 30 1234567")).await;
    app.advance("PT1M").await;
    let (first, second) = (gateway.next().await, gateway.next().await);
    assert_eq!((first.target.as_str(), first.headers["authorization"].as_str()), ("/send", "Bearer gate"));
    let body = first.json();
    assert_eq!((body["to"].as_str(), body["id"].as_str()), (Some("+49301234567"), Some(&*id)));
    assert!(
        body["text"].as_str().unwrap().starts_with("Harbour & Finch: Eye test booked for Tue 12 May 12:30."),
        "{body}"
    );
    assert_eq!((first.body, &first.headers["idempotency-key"]), (second.body, &id));
    assert_eq!(look(&app, &id).await["status"], "sent");
    let wrong = post(&app, to(Channel::Sms, "12345")).await;
    app.advance("PT1S").await;
    gateway.next().await;
    assert_eq!(look(&app, &wrong).await["status"], "dead");
}

#[tokio::test]
async fn a_channel_that_is_stuck_holds_up_no_other() {
    let mut receiver = Receiver::open(&["200 OK"]).await;
    // Nobody takes what is sent to this address: connections hang until their time is over.
    let stuck = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = format!("smtp://{}?tls=none&timeout=3", stuck.local_addr().unwrap());
    let from = ("FRONTDESK_MAIL_FROM", "desk@example.com");
    let app = desk(&[("FRONTDESK_SMTP_URL", &smtp), from, ("FRONTDESK_WEBHOOK_SECRET", KEY), HERE]).await;
    for customer in 0..20 {
        post(&app, draft(&format!("c{customer}@example.com"))).await;
    }
    post(&app, to(Channel::Webhook, &format!("http://127.0.0.1:{}/", receiver.port))).await;
    let settled = std::time::Instant::now();
    let (_, ()) = tokio::join!(app.advance("PT1S"), async {
        receiver.next().await;
        assert!(settled.elapsed() < std::time::Duration::from_secs(3), "{:?}", settled.elapsed());
    });
}
