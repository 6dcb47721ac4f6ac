//! PostgreSQL hangs for 20 s (SIGSTOP of all its processes): no connection breaks, nothing answers. Reads go on from
//! memory, writes say 503 soon, and afterwards everything acknowledged is there.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::audit::audit;
use crate::crew::Crew;
use crate::stage::{ORG, POINTS, Stage, status_within};
use crate::support::dice::Dice;
use crate::support::process::{family, signal, wait_until};
use crate::support::wire::call;

const STOPPED_FOR: Duration = Duration::from_secs(20);
const BACK_LIMIT: Duration = Duration::from_secs(60);
const READ_LIMIT: Duration = Duration::from_secs(2);
/// How soon a write has to say that it cannot be done, once the hang is noticed.
const REFUSAL_LIMIT: Duration = Duration::from_secs(6);
/// After so long the hang must have been noticed.
const NOTICED_AFTER: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_go_on_and_writes_say_so_while_postgres_hangs() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let dice = Dice::from_environment("CHAOS_SEED");
    let stage = Stage::embedded();
    let mut server = stage.site.start().await;
    stage.furnish(&server).await;
    let shift = Crew::new(&stage, &dice).begin(server.address);
    wait_until("some work is done", BACK_LIMIT, async || shift.acknowledged() > 100).await;

    let stopped = Stopped::all_of(stage.postmaster().pid);
    let began = Instant::now();
    let mut refusals = Vec::new();
    let mut round = 0;
    while began.elapsed() < STOPPED_FOR {
        status_within(server.address, POINTS[round % POINTS.len()], READ_LIMIT).await;
        if began.elapsed() > NOTICED_AFTER {
            refusals.push(write(&server, round).await);
        }
        round += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(stopped);
    assert!(!refusals.is_empty(), "no write was tried");
    for (code, took) in &refusals {
        assert!(*took < REFUSAL_LIMIT, "a write waited {took:?} for its {code}");
    }
    println!("{round} reads, {} writes refused while PostgreSQL hung: {:?}", refusals.len(), refusals.first());

    let at_return = shift.acknowledged();
    wait_until("writes are acknowledged again", BACK_LIMIT, async || shift.acknowledged() > at_return + 50).await;
    let mut crew = shift.end().await;
    server.ready().await;
    // Every `outcome_unknown` that carried a key is told now.
    crew.settle(server.address).await;
    audit(&stage, server.address, &crew).await;
    let tally = crew.ledger.pages().tally;
    println!("{tally:?}");
    assert!(tally.unknown + tally.not_accepted > 0, "nobody noticed that PostgreSQL hung");
    server.stop();
}

/// A join that must be refused for now; its code and how long that took.
async fn write(server: &crate::support::frontdesk::Frontdesk, round: usize) -> (String, Duration) {
    let customer = json!({"name": "Hasty", "email": format!("hasty-{round}@chaos.example")});
    let wish = json!({"servicePointId": POINTS[0], "customer": customer});
    let began = Instant::now();
    let route = "/crm/reservations/queue/join";
    let answer = call(server.address, "POST", route, &[("orgid", ORG)], Some(&wish)).await.expect("an answer");
    assert_eq!(answer.status, 503, "a write while the database hangs: {}", answer.text());
    assert!(answer.header("retry-after").is_some(), "503 without Retry-After: {}", answer.text());
    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
    assert!(matches!(code.as_str(), "not_accepted" | "outcome_unknown"), "{}", answer.text());
    (code, began.elapsed())
}

/// Processes that stand still until this is dropped.
struct Stopped(Vec<u32>);

impl Stopped {
    fn all_of(postmaster: u32) -> Self {
        // The postmaster first, or it would start new ones.
        signal("STOP", postmaster);
        let members = family(postmaster);
        for pid in &members {
            signal("STOP", *pid);
        }
        Self(members)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        for pid in self.0.iter().rev() {
            signal("CONT", *pid);
        }
    }
}
