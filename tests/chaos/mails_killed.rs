//! SIGKILL of the server while confirmations leave for a real mail server: each arrives, and what comes twice is
//! recognisably the same mail.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::booker::{Habits, Rush};
use crate::bookings::{Bookings, DEFINITIONS};
use crate::bookings_audit::audit;
use crate::bookings_killed::{bookers, define, starts};
use crate::smtp::MailServer;
use crate::stage::{ORG, Stage, rounds};
use crate::support::dice::Dice;
use crate::support::process::wait_until;

/// Rounds unless `CHAOS_ROUNDS` says otherwise.
const ROUNDS: usize = 3;
const BOOKERS: usize = 4;
/// How many starts of each definition are wanted in a round: more places than mails leave in its time.
const STARTS: usize = 8;
/// The kill comes within so many milliseconds after the race began.
const KILL_WITHIN_MS: usize = 1_500;
const KILL_NOT_BEFORE_MS: u64 = 300;
/// Nobody changes their mind: each booking has one mail.
const HABITS: Habits = Habits { move_percent: 0, cancel_percent: 0, pause_max_ms: 15 };
/// How long the mail server may take for one mail, in seconds.
const MAIL_TIMEOUT_SECONDS: u32 = 5;
/// How long the mails that were left may take after the last start.
const DELIVERY_LIMIT: Duration = Duration::from_secs(90);
/// How long the mail server is silent when it has told of everything.
const SILENCE: Duration = Duration::from_millis(500);

const UNSENT: &str = "SELECT count(*) FROM delivery WHERE org_id = $1 AND state <> 'sent'";
const MESSAGES: &str = "SELECT id, recipient FROM message WHERE org_id = $1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_confirmation_arrives_as_one_mail_when_the_server_is_killed() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let rounds = rounds(ROUNDS);
    let mut dice = Dice::from_environment("CHAOS_SEED");
    let mut post = MailServer::open();
    let mut stage = Stage::embedded();
    let url = post.url(MAIL_TIMEOUT_SECONDS);
    let site = stage.site.clone().with("FRONTDESK_SMTP_URL", &url);
    stage.site = site.with("FRONTDESK_MAIL_FROM", "Harbour & Finch <desk@chaos.example>");
    let mut server = stage.site.start().await;
    define(&stage, &server).await;
    let bookings = Bookings::default();
    let mut bookers = bookers(BOOKERS, HABITS, &dice, &bookings);
    for round in 0..rounds {
        let starts = starts(round, STARTS);
        let rush = Rush::begin(bookers, server.address, &starts);
        let moment = KILL_NOT_BEFORE_MS + dice.below(KILL_WITHIN_MS) as u64;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill();
        bookers = rush.end().await;

        server = stage.site.start().await;
        for booker in &mut bookers {
            booker.settle(server.address).await;
        }
        audit(&stage, server.address, &bookings, &starts).await;
        println!("round {}: killed after {moment} ms, {:?}", round + 1, bookings.pages().tally);
    }
    let mut connection = stage.connect().await;
    wait_until("all mails are sent", DELIVERY_LIMIT, async || {
        let unsent: i64 = sqlx::query_scalar(UNSENT).bind(ORG).fetch_one(&mut connection).await.expect("an answer");
        unsent == 0
    })
    .await;
    let arrived = arrived(&mut post).await;
    let messages: Vec<(String, String)> =
        sqlx::query_as(MESSAGES).bind(ORG).fetch_all(&mut connection).await.expect("the database answers");
    let expected: BTreeSet<_> =
        messages.into_iter().map(|(id, recipient)| (format!("<{id}@chaos.example>"), recipient)).collect();
    assert_eq!(arrived.keys().cloned().collect::<BTreeSet<_>>(), expected, "mails that arrived, and those to be sent");
    let told: BTreeSet<_> = bookings.pages().told.values().map(|told| told.email.clone()).collect();
    assert_eq!(expected.len(), told.len(), "one mail a booking");
    assert_eq!(expected.into_iter().map(|(_, recipient)| recipient).collect::<BTreeSet<_>>(), told);
    let repeated = arrived.values().filter(|times| **times > 1).count();
    println!("{} mails arrived, {repeated} of them more than once", arrived.len());
    assert!(told.len() > rounds * DEFINITIONS.len(), "hardly anything was booked: {}", told.len());
    server.stop();
}

/// How often each mail was accepted, by its Message-ID and recipient.
async fn arrived(post: &mut MailServer) -> BTreeMap<(String, String), usize> {
    let mut arrived = BTreeMap::new();
    while let Ok(mail) = tokio::time::timeout(SILENCE, post.next()).await {
        assert_eq!(mail["did"], "accepted", "{mail}");
        let word = |name: &str| mail[name].as_str().expect("a mail has it").to_owned();
        *arrived.entry((word("id"), word("to"))).or_default() += 1;
    }
    arrived
}
