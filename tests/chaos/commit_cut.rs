//! The connection to PostgreSQL is cut at COMMIT, many times: before PostgreSQL sees it and after it has answered. The
//! server cannot know which it was until it has looked; what it then says must be true.

use std::time::Duration;

use crate::audit::audit;
use crate::crew::Crew;
use crate::proxy::Proxy;
use crate::stage::{Stage, memory};
use crate::support::cluster::{Cluster, Durability};
use crate::support::dice::Dice;
use crate::support::process::wait_until;

const CUTS_EACH_WAY: usize = 25;
const CUTTING_LIMIT: Duration = Duration::from_secs(90);
const BACK_LIMIT: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_cut_at_commit_loses_and_doubles_nothing() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let dice = Dice::from_environment("CHAOS_SEED");
    let cluster = Cluster::start(memory(), Durability::ProcessOnly).await;
    cluster.create_database("cut").await;
    let proxy = Proxy::start(cluster.port(), dice.part(1_000)).await;
    let stage = Stage::on_database(&cluster.socket_url("cut"), &cluster.tcp_url("cut", proxy.port));
    let mut server = stage.site.start().await;
    stage.furnish(&server).await;

    let shift = Crew::new(&stage, &dice).begin(server.address);
    proxy.arm(true);
    wait_until("COMMITs are cut", CUTTING_LIMIT, async || {
        let (before, after) = proxy.cuts();
        assert!(server.ended().is_none(), "the server gave up:\n{}", server.log());
        before >= CUTS_EACH_WAY && after >= CUTS_EACH_WAY
    })
    .await;
    proxy.arm(false);
    let then = shift.acknowledged();
    wait_until("writes are acknowledged again", BACK_LIMIT, async || shift.acknowledged() > then + 50).await;
    let mut crew = shift.end().await;
    server.ready().await;
    crew.settle(server.address).await;
    audit(&stage, server.address, &crew).await;
    println!("{:?}", crew.ledger.pages().tally);
    server.stop();
}
