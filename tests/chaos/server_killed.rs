//! SIGKILL of the server at random moments under load, again and again on the same data.

use std::time::Duration;

use crate::audit::audit;
use crate::crew::Crew;
use crate::order::ALL;
use crate::stage::{Stage, rounds};
use crate::support::dice::Dice;

/// Rounds unless `CHAOS_ROUNDS` says otherwise.
const ROUNDS: usize = 20;
/// Of so many acknowledged commands every kind is one; the rarest is one in 130.
const ENOUGH_FOR_ALL: usize = 2_500;
/// The kill comes within so many milliseconds after the clerks began.
const KILL_WITHIN_MS: usize = 900;
const KILL_NOT_BEFORE_MS: u64 = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let rounds = rounds(ROUNDS);
    let mut dice = Dice::from_environment("CHAOS_SEED");
    let stage = Stage::embedded();
    let mut server = stage.site.start().await;
    stage.furnish(&server).await;
    let mut crew = Crew::new(&stage, &dice);
    for round in 1..=rounds {
        let shift = crew.begin(server.address);
        let moment = KILL_NOT_BEFORE_MS + dice.below(KILL_WITHIN_MS) as u64;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill();
        crew = shift.end().await;

        server = stage.site.start().await;
        crew.settle(server.address).await;
        audit(&stage, server.address, &crew).await;
        println!("round {round}: killed after {moment} ms, {:?}", crew.ledger.pages().tally);
    }
    crew.ledger.reopen();
    audit(&stage, server.address, &crew).await;
    let tally = crew.ledger.pages().tally;
    assert!(tally.acknowledged > rounds * 20, "hardly anything was done, so hardly anything was tested: {tally:?}");
    let done = crew.ledger.pages().acknowledged.clone();
    println!("acknowledged: {done:?}");
    let never: Vec<_> = ALL.iter().filter(|word| !done.contains_key(*word)).collect();
    assert!(never.is_empty() || tally.acknowledged < ENOUGH_FOR_ALL, "never done, so never tested: {never:?}");
    server.stop();
}
