//! SIGKILL of the server while people with appointments are checked in: calendar and line each commit their part, and
//! after a start every one who has come stands in the line once.

use std::time::Duration;

use serde_json::json;

use crate::check_in_audit::audit;
use crate::greeter::{Greeter, Greetings, Shift};
use crate::stage::{Stage, rounds};
use crate::support::dice::Dice;

/// Rounds unless `CHAOS_ROUNDS` says otherwise.
const ROUNDS: usize = 5;
/// The service point of all appointments, and their definition.
pub const COUNTER: &str = "counter";
pub const VISIT: &str = "visit";
/// As many as a point can serve at once, which is also how many are booked there at the same time.
const CAPACITY: u32 = 1_000;
/// The kill comes within so many milliseconds after the clerks began.
const KILL_WITHIN_MS: usize = 1_500;
const KILL_NOT_BEFORE_MS: u64 = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_checked_in_stands_in_line_once_when_the_server_is_killed() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let rounds = rounds(ROUNDS);
    let mut dice = Dice::from_environment("CHAOS_SEED");
    let stage = Stage::embedded();
    let mut server = stage.site.start().await;
    let point = json!({"id": COUNTER, "name": COUNTER, "location": "Hall", "capacity": CAPACITY});
    stage.configure(&server, "/crm/reservations/service-point/create", &point).await;
    let definition = json!({
        "id": VISIT, "name": VISIT, "durationMinutes": 30, "servicePointId": COUNTER, "timezone": "Etc/UTC",
    });
    stage.configure(&server, "/crm/reservations/definitions/create", &definition).await;
    let greetings = Greetings::default();
    let greeter =
        |(name, bearer): (usize, &String)| Greeter::new(name, bearer, dice.part(name as u64), greetings.clone());
    let mut greeters: Vec<Greeter> = stage.bearers.iter().enumerate().map(greeter).collect();
    for round in 1..=rounds {
        let shift = Shift::begin(greeters, server.address, round);
        let moment = KILL_NOT_BEFORE_MS + dice.below(KILL_WITHIN_MS) as u64;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill();
        greeters = shift.end().await;

        server = stage.site.start().await;
        // Before anybody asks again: what was under way goes on by itself.
        audit(&stage, server.address, &greetings).await;
        for greeter in &mut greeters {
            greeter.settle(server.address).await;
        }
        audit(&stage, server.address, &greetings).await;
        println!("round {round}: killed after {moment} ms, {:?}", greetings.pages().tally);
    }
    let tally = greetings.pages().tally;
    let rarest = [tally.checked_in, tally.served, tally.side_by_side, tally.settled].into_iter().min();
    assert!(rarest >= Some(1), "something was never done, so never tested: {tally:?}");
    assert!(tally.checked_in > rounds * 5, "hardly anybody was checked in: {tally:?}");
    server.stop();
}
