//! Durable joins a second: Frontdesk's write-behind against one transaction a request.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use crate::children::{Opponent, Player};
use crate::house::{House, POINTS, connect, empty_site};
use crate::load::{Measured, ORG};
use crate::plan::Plan;
use crate::support::cluster::Cluster;
use crate::table::{Table, median};
use crate::transaction::EVENT_SEQUENCE;

/// Sizes of the comparison server's pool that are tried; the better one plays.
pub const POOLS: [usize; 2] = [16, 32];
const AIMED_RATIO: f64 = 5.0;

pub async fn measure(house: &House, cluster: &Cluster, plan: &Plan, table: &mut Table) {
    let scratch = tempfile::tempdir().expect("a directory");
    let url = rival_database(cluster, scratch.path(), plan).await;
    let (rival, pool) = better_pool(&[("url", url)], |address, pool| {
        joins(address, plan, plan.join_time / 2, &format!("pool{pool}"), false)
    })
    .await;
    table.note(format!("the comparison server's pool: {pool} connections, the better of {POOLS:?}"));

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..plan.rounds {
        ours.push(joins(house.address(), plan, plan.join_time, &format!("f{round}"), false));
        theirs.push(joins(rival.address, plan, plan.join_time, &format!("t{round}"), false));
    }
    let rate = |side: &[Measured]| median(side.iter().map(|one| one.a_second));
    let p99 = |side: &[Measured]| median(side.iter().map(|one| one.p99_ms));
    let ratio = rate(&ours) / rate(&theirs);
    let connections = plan.join_connections;
    table.aimed(
        format!("durable joins at {connections} connections: Frontdesk / one transaction a request"),
        format!("{ratio:.1} x ({:.0}/s against {:.0}/s)", rate(&ours), rate(&theirs)),
        ">= 5 x",
        ratio >= AIMED_RATIO,
    );
    table.aimed(
        "their p99 latency",
        format!("{:.1} ms against {:.1} ms", p99(&ours), p99(&theirs)),
        "lower",
        p99(&ours) < p99(&theirs),
    );
    for (name, side) in [("Frontdesk", &ours), ("transaction", &theirs)] {
        let rounds: Vec<String> =
            side.iter().map(|one| format!("{:.0} (p50 {:.1} ms)", one.a_second, one.p50_ms)).collect();
        let others: Vec<&str> = side.iter().map(|one| one.others.as_str()).filter(|text| !text.is_empty()).collect();
        table.note(format!("{name}: joins/s by round {}; other answers: {others:?}", rounds.join(", ")));
    }
    every_answer_is_a_row(house, &ours, table).await;

    let keyed = joins(house.address(), plan, plan.join_time, "fk", true);
    let rival_keyed = joins(rival.address, plan, plan.join_time, "tk", true);
    table.informs(
        "the same with an Idempotency-Key on every join",
        format!(
            "{:.1} x ({:.0}/s against {:.0}/s)",
            keyed.a_second / rival_keyed.a_second,
            keyed.a_second,
            rival_keyed.a_second
        ),
    );
    drop(rival);
    over_tcp(cluster, scratch.path(), plan, rate(&ours), table).await;
}

/// What was acknowledged must be there: a rate of joins that are not durable would be worth nothing.
async fn every_answer_is_a_row(house: &House, ours: &[Measured], table: &mut Table) {
    let answered: u64 = ours.iter().map(|one| one.accepted).sum();
    let mut connection = connect(&house.url).await;
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM queue_entry").fetch_one(&mut connection).await.expect("a count");
    let holds = u64::try_from(rows).is_ok_and(|rows| rows >= answered);
    table.aimed("joins acknowledged / rows in the database", format!("{answered} / {rows}"), "no row missing", holds);
}

/// The database of the comparison server: the same migrations, the same points.
async fn rival_database(cluster: &Cluster, scratch: &Path, plan: &Plan) -> String {
    cluster.create_database("rival").await;
    let url = cluster.socket_url("rival");
    empty_site(&url, &scratch.join("rival"));
    let mut connection = connect(&url).await;
    sqlx::query(EVENT_SEQUENCE).execute(&mut connection).await.expect("a sequence");
    let points = sqlx::query(POINTS).bind(ORG).bind(plan.points as i32).bind(0_i32);
    points.execute(&mut connection).await.expect("points");
    url
}

/// The comparison server with the better of [`POOLS`], by what `load` measures of each.
pub async fn better_pool(
    arguments: &[(&str, String)],
    load: impl Fn(SocketAddr, usize) -> Measured,
) -> (Opponent, usize) {
    let mut best: Option<(Opponent, usize, f64)> = None;
    for pool in POOLS {
        let all = [arguments, &[("pool", pool.to_string())]].concat();
        let server = Opponent::start("transaction", &all).await;
        let tried = load(server.address, pool);
        if best.as_ref().is_none_or(|(_, _, rate)| tried.a_second > *rate) {
            best = Some((server, pool, tried.a_second));
        }
    }
    best.map(|(server, pool, _)| (server, pool)).expect("at least one size is tried")
}

/// sqlx does not set TCP_NODELAY: what that costs those who name a server over TCP.
async fn over_tcp(cluster: &Cluster, scratch: &Path, plan: &Plan, by_socket: f64, table: &mut Table) {
    cluster.create_database("frontdesk_tcp").await;
    let url = cluster.tcp_url("frontdesk_tcp", cluster.port());
    let house = House::open_at(&url, &scratch.join("tcp"), plan.points).await;
    let measured = joins(house.address(), plan, plan.join_time, "tcp", false);
    table.informs(
        "joins/s with DATABASE_URL over TCP on loopback / over the unix socket",
        format!("{:.2} x ({:.0}/s, p99 {:.1} ms)", measured.a_second / by_socket, measured.a_second, measured.p99_ms),
    );
}

/// One closed loop of joins in a process of its own.
fn joins(address: SocketAddr, plan: &Plan, time: Duration, run: &str, with_key: bool) -> Measured {
    let mut arguments = vec![
        ("load", "joins".to_owned()),
        ("address", address.to_string()),
        ("connections", plan.join_connections.to_string()),
        ("points", plan.points.to_string()),
        ("run", run.to_owned()),
        ("warm-up", plan.warm_up.as_millis().to_string()),
        ("time", time.as_millis().to_string()),
    ];
    if with_key {
        arguments.push(("key", String::new()));
    }
    Measured::read(&Player::start("client", &arguments).hear())
}
