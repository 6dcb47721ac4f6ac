//! SIGKILL of the server while agents open, answer, change, merge and bulk-update tickets that break promises meanwhile.

use std::time::Duration;

use crate::agent::{Agent, Hours};
use crate::desk::{promise, share_out};
use crate::desk_audit::audit;
use crate::stage::{Stage, rounds};
use crate::support::dice::Dice;
use crate::tickets::Tickets;

/// Rounds unless `CHAOS_ROUNDS` says otherwise.
const ROUNDS: usize = 6;
/// The kill comes within so many milliseconds after the agents began.
const KILL_WITHIN_MS: usize = 1_800;
const KILL_NOT_BEFORE_MS: u64 = 50;
/// Some tickets break their promise while the agents work, some while nobody does.
const PROMISE: &str = "PT1S";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_of_a_ticket_is_lost_or_doubled_when_the_server_is_killed() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let rounds = rounds(ROUNDS);
    let mut dice = Dice::from_environment("CHAOS_SEED");
    let stage = Stage::embedded();
    let mut server = stage.site.start().await;
    promise(&stage, &server, PROMISE).await;
    share_out(&stage, &server).await;
    let tickets = Tickets::default();
    let hire = |(name, bearer): (usize, &String)| Agent::new(name, bearer, dice.part(name as u64), tickets.clone());
    let mut agents: Vec<_> = stage.bearers.iter().enumerate().map(hire).collect();
    for round in 1..=rounds {
        let hours = Hours::begin(agents, server.address);
        let moment = KILL_NOT_BEFORE_MS + dice.below(KILL_WITHIN_MS) as u64;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill();
        agents = hours.end().await;

        server = stage.site.start().await;
        for agent in &mut agents {
            agent.settle(server.address).await;
        }
        audit(&stage, server.address, &tickets).await;
        println!("round {round}: killed after {moment} ms, {:?}", tickets.pages().done);
    }
    let pages = tickets.pages();
    let rarest = ["create", "reply", "comments", "update", "merge", "bulk-update", "escalate", "delete"]
        .map(|word| pages.done.get(word).copied().unwrap_or(0));
    assert!(rounds < ROUNDS || rarest.iter().all(|times| *times > 0), "something was never done: {:?}", pages.done);
    assert!(pages.told.len() > rounds * 5, "hardly any ticket was opened: {:?}", pages.done);
    drop(pages);
    server.stop();
}
