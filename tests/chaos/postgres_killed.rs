//! SIGKILL of PostgreSQL's first process under load: the server starts it again and forgets nothing.

use std::time::{Duration, Instant};

use crate::audit::audit;
use crate::crew::Crew;
use crate::stage::{POINTS, Stage, rounds, status_within};
use crate::support::dice::Dice;
use crate::support::process::{is_alive, signal, wait_until};

/// Rounds unless `CHAOS_ROUNDS` says otherwise.
const ROUNDS: usize = 3;
const BACK_LIMIT: Duration = Duration::from_secs(60);
const READ_LIMIT: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_postgres_is_killed() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let dice = Dice::from_environment("CHAOS_SEED");
    let stage = Stage::embedded();
    let mut server = stage.site.start().await;
    stage.furnish(&server).await;
    let mut crew = Crew::new(&stage, &dice);
    for round in 1..=rounds(ROUNDS) {
        let shift = crew.begin(server.address);
        let before = shift.acknowledged();
        wait_until("some work is done", BACK_LIMIT, async || shift.acknowledged() > before + 50).await;

        let killed = stage.postmaster().pid;
        signal("KILL", killed);
        wait_until("the killed one is gone", BACK_LIMIT, async || !is_alive(killed)).await;
        let began = Instant::now();
        let (mut reads, mut at_kill) = (0, shift.acknowledged());
        // Reads go on from memory all the while, until writes are acknowledged again.
        wait_until("writes are acknowledged again", BACK_LIMIT, async || {
            status_within(server.address, POINTS[reads % POINTS.len()], READ_LIMIT).await;
            reads += 1;
            let is_another = stage.running_postmaster().is_some_and(|now| now.pid != killed);
            if !is_another {
                at_kill = shift.acknowledged();
            }
            is_another && shift.acknowledged() > at_kill + 20
        })
        .await;
        println!("round {round}: {:?} until writes were acknowledged again, {reads} reads meanwhile", began.elapsed());

        crew = shift.end().await;
        assert!(server.ended().is_none(), "the server outlives its database:\n{}", server.log());
        server.ready().await;
        crew.settle(server.address).await;
        audit(&stage, server.address, &crew).await;
    }
    server.stop();
}
