//! A second server on the same database: refused while the first lives, welcome when the first hangs; and the first,
//! should it wake up, can write nothing any more.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::PgConnection;
use tokio::task::JoinSet;

use crate::audit::audit;
use crate::crew::Crew;
use crate::stage::{ORG, POINTS, Stage, memory};
use crate::support::cluster::{Cluster, Durability};
use crate::support::dice::Dice;
use crate::support::frontdesk::{Frontdesk, Site};
use crate::support::process::{POLL_INTERVAL, signal, wait_until};
use crate::support::wire::call;

/// How soon a server has to say that it is refused.
const REFUSAL_LIMIT: Duration = Duration::from_secs(20);
/// A heartbeat is stale after 10 s; the rest is for the start itself.
const TAKE_OVER_LIMIT: Duration = Duration::from_secs(45);
/// How soon the first has to end once it is awake and fenced.
const EXIT_LIMIT: Duration = Duration::from_secs(20);
const LOCKS: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle in transaction'";
/// What PostgreSQL was sent already, it finishes meanwhile.
const SENT_IS_DONE: Duration = Duration::from_millis(500);
/// Joins that wait inside of the first while it is stopped.
const GHOSTS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_is_refused_or_takes_over_and_the_first_writes_nothing_more() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let dice = Dice::from_environment("CHAOS_SEED");
    let cluster = Cluster::start(memory(), Durability::ProcessOnly).await;
    cluster.create_database("shared").await;
    let url = cluster.socket_url("shared");
    let stage = Stage::on_database(&url, &url);
    let mut first = stage.site.start().await;
    stage.furnish(&first).await;
    refused(&stage.site).await;

    let shift = Crew::new(&stage, &dice).begin(first.address);
    wait_until("some work is done", REFUSAL_LIMIT, async || shift.acknowledged() > 100).await;
    let stopped = Stopped::at_work(&first);
    tokio::time::sleep(SENT_IS_DONE).await;
    let held: i64 = sqlx::query_scalar(LOCKS).fetch_one(&mut stage.connect().await).await.expect("an answer");
    assert_eq!(held, 0, "a server that stands still holds locks: its successor would wait for them");
    let ghosts = ghosts_knock(first.address);
    let mut second = take_over(&stage.site).await;
    let owner_at_take_over = owners(&mut stage.connect().await).await;

    drop(stopped);
    let began = Instant::now();
    wait_until("the first ends once it is awake", EXIT_LIMIT, async || first.ended().is_some()).await;
    println!("the first ended {:?} after it woke up", began.elapsed());
    for (ghost, status) in ghosts.join_all().await.into_iter().enumerate() {
        assert!(!matches!(status, Some(200..300)), "join {ghost} was acknowledged by a server that owns nothing");
    }
    let mut connection = stage.connect().await;
    assert_eq!(owners(&mut connection).await, owner_at_take_over, "the lanes changed hands again");
    let count = "SELECT count(*) FROM queue_entry WHERE customer_email LIKE 'ghost-%'";
    let written: i64 = sqlx::query_scalar(count).fetch_one(&mut connection).await.expect("an answer");
    assert_eq!(written, 0, "the first wrote after the second had taken over");

    let mut crew = shift.end().await;
    crew.settle(second.address).await;
    audit(&stage, second.address, &crew).await;
    let shift = crew.begin(second.address);
    let before = shift.acknowledged();
    wait_until("the second works", REFUSAL_LIMIT, async || shift.acknowledged() > before + 50).await;
    let crew = shift.end().await;
    audit(&stage, second.address, &crew).await;
    second.stop();
}

/// A newcomer ends by itself, and says why in words.
async fn refused(site: &Site) {
    let mut newcomer = site.spawn();
    wait_until("a second server is refused", REFUSAL_LIMIT, async || newcomer.ended().is_some()).await;
    let (status, log) = (newcomer.ended().expect("it ended"), newcomer.log());
    assert!(!status.success(), "a refusal is no success");
    assert!(!log.contains("panicked"), "a refusal is no panic:\n{log}");
    let says_why = ["server", "owns", "database"].iter().filter(|word| log.contains(**word)).count() >= 2;
    assert!(says_why, "a refusal says why:\n{log}");
}

/// Tries until a server is ready: it is refused as long as the heartbeat of the first is fresh.
async fn take_over(site: &Site) -> Frontdesk {
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < TAKE_OVER_LIMIT, "nobody takes over from a server that hangs");
        let mut newcomer = site.spawn();
        loop {
            if newcomer.ended().is_some() {
                break;
            }
            let ready = call(newcomer.address, "GET", "/readyz", &[], None).await;
            if ready.is_ok_and(|answer| answer.status == 200) {
                println!("taken over after {:?}", began.elapsed());
                return newcomer;
            }
            assert!(began.elapsed() < TAKE_OVER_LIMIT, "the second does not get ready:\n{}", newcomer.log());
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Joins sent to a server that is stopped: the kernel takes them, and they are there when it wakes up.
fn ghosts_knock(address: SocketAddr) -> JoinSet<Option<u16>> {
    let mut ghosts = JoinSet::new();
    for ghost in 0..GHOSTS {
        ghosts.spawn(async move {
            let customer = json!({"name": "Ghost", "email": format!("ghost-{ghost}@chaos.example")});
            let wish = json!({"servicePointId": POINTS[ghost % POINTS.len()], "customer": customer});
            let knock = call(address, "POST", "/crm/reservations/queue/join", &[("orgid", ORG)], Some(&wish));
            knock.await.ok().map(|answer| answer.status)
        });
    }
    ghosts
}

/// Who holds the lanes.
async fn owners(connection: &mut PgConnection) -> Vec<(i32, Option<String>, i64)> {
    let statement = "SELECT id, owner::text, epoch FROM lane ORDER BY id";
    sqlx::query_as(statement).fetch_all(connection).await.expect("an answer")
}

/// A server that stands still until this is dropped.
struct Stopped(u32);

impl Stopped {
    fn at_work(server: &Frontdesk) -> Self {
        signal("STOP", server.pid());
        Self(server.pid())
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal("CONT", self.0);
    }
}
