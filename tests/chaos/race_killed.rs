//! SIGKILL of the server while two hundred want one and the same slot: as many as fit get it, and all others hear no.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::booker::{Booker, Habits};
use crate::bookings::{Bookings, DEFINITIONS};
use crate::bookings_audit::audit;
use crate::bookings_killed::{bookers, define, starts};
use crate::stage::{Stage, rounds};
use crate::support::dice::Dice;

/// Of so many rounds that `CHAOS_ROUNDS` asks for, one is a round of this: it takes three kills.
const SHARE: usize = 10;
const CLIENTS: usize = 200;
/// The kill comes within so many milliseconds after the race began.
const KILL_WITHIN_MS: usize = 300;
const KILL_NOT_BEFORE_MS: u64 = 20;
const HABITS: Habits = Habits { move_percent: 0, cancel_percent: 0, pause_max_ms: 0 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_of_two_hundred_as_fit_get_the_slot_when_the_server_is_killed() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let rounds = rounds(1).div_ceil(SHARE);
    let mut dice = Dice::from_environment("CHAOS_SEED");
    let stage = Stage::embedded();
    let mut server = stage.site.start().await;
    define(&stage, &server).await;
    let bookings = Bookings::default();
    let mut clients = bookers(CLIENTS, HABITS, &dice, &bookings);
    for round in 0..rounds {
        let start = starts(round, 1);
        for (definition, capacity) in DEFINITIONS {
            let mut race: JoinSet<Booker> = JoinSet::new();
            for mut client in clients {
                let (address, start) = (server.address, start[0]);
                race.spawn(async move {
                    client.books(address, definition, start).await;
                    client
                });
            }
            let moment = KILL_NOT_BEFORE_MS + dice.below(KILL_WITHIN_MS) as u64;
            tokio::time::sleep(Duration::from_millis(moment)).await;
            server.kill();
            clients = race.join_all().await;

            server = stage.site.start().await;
            for client in &mut clients {
                client.settle(server.address).await;
            }
            audit(&stage, server.address, &bookings, &start).await;
            assert_eq!(bookings.taken(definition, start[0]), capacity, "of {CLIENTS} who want {definition}");
            println!("{definition}: killed after {moment} ms, {:?}", bookings.pages().tally);
        }
    }
    let tally = bookings.pages().tally;
    assert!(tally.settled > 0, "no kill hit the race: {tally:?}");
    server.stop();
}
