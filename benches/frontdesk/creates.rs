//! Bookings a second: Frontdesk's one calendar against one transaction a request.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::booking::Template;
use crate::children::Player;
use crate::house::{DEFINE, House, connect, empty_site};
use crate::joins::{POOLS, better_pool};
use crate::load::{BOOKED, BOOKED_MINUTES, Measured};
use crate::plan::Plan;
use crate::support::cluster::Cluster;
use crate::table::{Table, median};
use crate::transaction::EVENT_SEQUENCE;

const AIMED_RATIO: f64 = 3.0;
/// Each run begins elsewhere among the starts.
const RUN_APART: usize = 25_000;
/// What an acknowledged booking has to have left behind.
const TABLES: [&str; 3] = ["reservation", "reservation_spot", "message"];

pub async fn measure(cluster: &Cluster, scratch: &Path, plan: &Plan, table: &mut Table) {
    cluster.create_database("frontdesk_booking").await;
    let url = cluster.socket_url("frontdesk_booking");
    let house = House::open_at(&url, &scratch.join("booking"), 0).await;
    define_booked(&house).await;
    let mut ours = vec![creates(house.address(), plan, plan.warm_up, 0, "first")];
    let template = scratch.join("booking.json");
    let written = serde_json::to_vec(&Template::of(&mut connect(&url).await).await).expect("plain values");
    std::fs::write(&template, written).expect("a file");

    cluster.create_database("rival_booking").await;
    let rival_url = cluster.socket_url("rival_booking");
    empty_site(&rival_url, &scratch.join("rival_booking"));
    sqlx::query(EVENT_SEQUENCE).execute(&mut connect(&rival_url).await).await.expect("a sequence");
    let arguments = [("url", rival_url), ("template", template.display().to_string())];
    let tried = |address, pool| creates(address, plan, plan.join_time / 2, pool, &format!("pool{pool}"));
    let (rival, pool) = better_pool(&arguments, tried).await;
    table.note(format!("bookings: the comparison server's pool: {pool} connections, the better of {POOLS:?}"));

    let mut theirs = Vec::new();
    for round in 1..=plan.rounds {
        ours.push(creates(house.address(), plan, plan.join_time, round, &format!("f{round}")));
        theirs.push(creates(rival.address, plan, plan.join_time, round, &format!("t{round}")));
    }
    compare(&ours[1..], &theirs, plan, table);
    every_answer_is_a_row(&house, &ours, table).await;
}

/// Ten clerks, one of them a booking, a quarter of an hour each, around the clock for two years: room for all that is
/// measured, while each booking is judged by all rules among those of its day, and each takes a clerk's time.
pub async fn define_booked(house: &House) {
    let staff = house.add_staff().await;
    let terms = json!({
        "id": BOOKED, "name": "Haircut", "durationMinutes": BOOKED_MINUTES, "requiredStaff": 1, "staffIds": staff,
        "timezone": "UTC", "horizonDays": 730,
    });
    house.make(DEFINE, &terms).await;
}

fn compare(ours: &[Measured], theirs: &[Measured], plan: &Plan, table: &mut Table) {
    let rate = |side: &[Measured]| median(side.iter().map(|one| one.a_second));
    let p99 = |side: &[Measured]| median(side.iter().map(|one| one.p99_ms));
    let ratio = rate(ours) / rate(theirs);
    table.aimed(
        format!("bookings at {} connections: Frontdesk / one transaction a request", plan.join_connections),
        format!("{ratio:.1} x ({:.0}/s against {:.0}/s)", rate(ours), rate(theirs)),
        ">= 3 x",
        ratio >= AIMED_RATIO,
    );
    table.aimed(
        "their p99 latency",
        format!("{:.1} ms against {:.1} ms", p99(ours), p99(theirs)),
        "lower",
        p99(ours) < p99(theirs),
    );
    for (name, side) in [("Frontdesk", ours), ("transaction", theirs)] {
        let rounds: Vec<String> =
            side.iter().map(|one| format!("{:.0} (p50 {:.1} ms)", one.a_second, one.p50_ms)).collect();
        let others: Vec<&str> = side.iter().map(|one| one.others.as_str()).filter(|text| !text.is_empty()).collect();
        table.note(format!("{name}: bookings/s by round {}; other answers: {others:?}", rounds.join(", ")));
    }
}

/// As for joins: and each with the time that it takes, and with its mail.
async fn every_answer_is_a_row(house: &House, ours: &[Measured], table: &mut Table) {
    let answered: u64 = ours.iter().map(|one| one.accepted).sum();
    let mut connection = connect(&house.url).await;
    let counts = "SELECT ARRAY[(SELECT count(*) FROM reservation), (SELECT count(*) FROM reservation_spot),
        (SELECT count(*) FROM message)]";
    let rows: Vec<i64> = sqlx::query_scalar(counts).fetch_one(&mut connection).await.expect("counts");
    let holds = rows.iter().all(|rows| u64::try_from(*rows).is_ok_and(|rows| rows >= answered));
    table.aimed(
        format!("bookings acknowledged / rows in {}", TABLES.join(", ")),
        format!("{answered} / {rows:?}"),
        "no row missing",
        holds,
    );
}

/// One closed loop of bookings in a process of its own.
fn creates(address: SocketAddr, plan: &Plan, time: Duration, run: usize, name: &str) -> Measured {
    let arguments = [
        ("load", "creates".to_owned()),
        ("address", address.to_string()),
        ("connections", plan.join_connections.to_string()),
        ("from", (run * RUN_APART).to_string()),
        ("run", name.to_owned()),
        ("warm-up", plan.warm_up.as_millis().to_string()),
        ("time", time.as_millis().to_string()),
    ];
    Measured::read(&Player::start("client", &arguments).hear())
}
