//! SIGKILL of the server while many race for the same slots: who was told yes has a place, and no slot has more than fit.

use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde_json::json;

use crate::booker::{Booker, Habits, Rush};
use crate::bookings::{Bookings, DEFINITIONS, MINUTES};
use crate::bookings_audit::audit;
use crate::stage::{Stage, rounds};
use crate::support::dice::Dice;
use crate::support::frontdesk::Frontdesk;

/// Rounds unless `CHAOS_ROUNDS` says otherwise.
const ROUNDS: usize = 5;
const BOOKERS: usize = 16;
/// How often a slot that became free is asked for.
const TRIES: usize = 5;
/// How many starts of each definition all of them want in a round.
const STARTS: usize = 6;
/// The kill comes within so many milliseconds after the race began.
const KILL_WITHIN_MS: usize = 1_500;
const KILL_NOT_BEFORE_MS: u64 = 30;
const HABITS: Habits = Habits { move_percent: 15, cancel_percent: 25, pause_max_ms: 4 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_booking_is_lost_doubled_or_squeezed_in_when_the_server_is_killed() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let rounds = rounds(ROUNDS);
    let mut dice = Dice::from_environment("CHAOS_SEED");
    let stage = Stage::embedded();
    let mut server = stage.site.start().await;
    define(&stage, &server).await;
    let bookings = Bookings::default();
    let mut bookers = bookers(BOOKERS, HABITS, &dice, &bookings);
    let mut again = 0;
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
        if let Some((definition, start)) = bookings.freed(&starts) {
            let taken = bookings.taken(definition, start);
            // A busy machine may put the first try off.
            for _ in 0..TRIES {
                if bookers[0].books(server.address, definition, start).await {
                    break;
                }
                bookers[0].settle(server.address).await;
            }
            let is_booked = bookings.taken(definition, start) > taken;
            assert!(is_booked, "{definition} at {start} was freed by a cancel: {:?}", bookings.pages().tally);
            again += 1;
        }
        println!("round {}: killed after {moment} ms, {:?}", round + 1, bookings.pages().tally);
    }
    let tally = bookings.pages().tally;
    let rarest = [tally.booked, tally.moved, tally.cancelled, tally.refused, tally.settled, again].into_iter().min();
    assert!(rarest >= Some(1), "something was never done, so never tested: {tally:?}, {again} booked again");
    assert!(tally.booked > rounds * 5, "hardly anything was booked: {tally:?}");
    server.stop();
}

/// Makes the definitions at a running server: open day and night, without staff or point.
pub async fn define(stage: &Stage, server: &Frontdesk) {
    for (id, capacity) in DEFINITIONS {
        let definition = json!({
            "id": id, "name": id, "durationMinutes": MINUTES, "capacity": capacity, "timezone": "Etc/UTC",
        });
        stage.configure(server, "/crm/reservations/definitions/create", &definition).await;
    }
}

/// People who book, each with choices of their own.
pub fn bookers(count: usize, habits: Habits, dice: &Dice, bookings: &Bookings) -> Vec<Booker> {
    (0..count).map(|name| Booker::new(name, habits, dice.part(name as u64), bookings.clone())).collect()
}

/// What everybody wants in a round; another day's hours than in the rounds before.
pub fn starts(round: usize, count: usize) -> Vec<DateTime<Utc>> {
    let tomorrow = Utc::now().date_naive().and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1);
    let minutes = |at: usize| TimeDelta::minutes(MINUTES * (round * count + at) as i64);
    (0..count).map(|at| tomorrow + minutes(at)).collect()
}
