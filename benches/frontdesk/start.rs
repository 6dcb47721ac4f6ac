//! How soon a large house is open again: from the start of the process until `/readyz`, and what it takes in memory.

use std::path::Path;
use std::time::Duration;

use crate::house::{POINTS, connect, empty_site, status_target};
use crate::load::ORG;
use crate::plan::Plan;
use crate::support::cluster::Cluster;
use crate::support::frontdesk::Frontdesk;
use crate::support::process::resident_kib;
use crate::support::wire::{Connection, write_request};
use crate::table::{Table, median};

const AIMED_SECONDS: f64 = 3.0;
const AIMED_MB: f64 = 400.0;

const CONTACTS: &str = "INSERT INTO contact (org_id, id, name, email, created_at)
    SELECT $1, md5('contact' || i)::uuid::text, 'Guest ' || i, 'guest' || i || '@bench.example', now()
    FROM generate_series(0, $2::int - 1) AS i";
const ENTRIES: &str =
    "INSERT INTO queue_entry (org_id, id, point_id, day, number, token, customer_name, customer_email,
    contact_id, party_size, joined_at, place_rank, place_effective_at, place_order, quoted_wait_minutes, let_pass,
    state, calls, automatic, version)
    SELECT $1, md5('entry' || i)::uuid::text, 'p' || i % $3::int, (now() AT TIME ZONE 'UTC')::date, i / $3::int + 1,
    md5('token' || i), 'Guest ' || i, 'guest' || i || '@bench.example', md5('contact' || i)::uuid::text, 1, now(), 2,
    now(), (i / $3::int + 1)::bigint << 32, i / $3::int * 10, 0, 'waiting', 0, false, 1
    FROM generate_series(0, $2::int - 1) AS i";
const EVENTS: &str = "INSERT INTO event (org_id, lane_seq, index, at, kind, point_id, entry_id, contact_id, data)
    SELECT $1, i + 1, 0, now(), 'queue.joined', 'p' || i % $3::int, md5('entry' || i)::uuid::text,
    md5('contact' || i)::uuid::text, '{}'::jsonb FROM generate_series(0, $2::int - 1) AS i";
const LANE: &str = "UPDATE lane SET seq = $2 WHERE id = (SELECT lane FROM org WHERE id = $1)";

pub async fn measure(cluster: &Cluster, scratch: &Path, plan: &Plan, table: &mut Table) {
    cluster.create_database("frontdesk_large").await;
    let url = cluster.socket_url("frontdesk_large");
    let site = empty_site(&url, &scratch.join("large"));
    fill(&url, plan).await;

    let (mut seconds, mut ready_mb, mut read_mb) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.starts {
        let mut server = site.spawn();
        seconds.push(server.ready().await.as_secs_f64());
        ready_mb.push(resident_mb(&server));
        read_every_status(&server, plan).await;
        read_mb.push(resident_mb(&server));
        server.stop();
    }
    let what = format!("{} points with {} waiting entries", plan.loaded_points, plan.loaded_entries);
    let (time, memory) = (median(seconds), median(read_mb));
    let aim = "<= 3 s";
    table.aimed(format!("{what}: start until ready"), format!("{time:.2} s"), aim, time <= AIMED_SECONDS);
    table.aimed(
        format!("{what}: resident memory after the status of every point was read"),
        format!("{memory:.0} MB ({:.0} MB when ready)", median(ready_mb)),
        "< 400 MB",
        memory < AIMED_MB,
    );
}

async fn fill(url: &str, plan: &Plan) {
    let (points, entries) = (plan.loaded_points as i32, plan.loaded_entries as i32);
    let mut connection = connect(url).await;
    let per_point = entries / points;
    sqlx::query(POINTS).bind(ORG).bind(points).bind(per_point).execute(&mut connection).await.expect("points");
    sqlx::query(CONTACTS).bind(ORG).bind(entries).execute(&mut connection).await.expect("contacts");
    for statement in [ENTRIES, EVENTS] {
        sqlx::query(statement).bind(ORG).bind(entries).bind(points).execute(&mut connection).await.expect("rows");
    }
    sqlx::query(LANE).bind(ORG).bind(i64::from(entries)).execute(&mut connection).await.expect("the lane");
    for statement in ["ANALYZE", "CHECKPOINT"] {
        sqlx::raw_sql(statement).execute(&mut connection).await.expect("a quiet database");
    }
}

/// A server that reads nothing until asked would be ready at once and small: so everything is asked for.
async fn read_every_status(server: &Frontdesk, plan: &Plan) {
    let mut connection = Connection::open(server.address).await.expect("the server accepts");
    let mut request = Vec::new();
    for point in 0..plan.loaded_points {
        write_request(&mut request, "GET", &status_target(&format!("p{point}")), &[], b"");
        let exchange = connection.exchange(&request);
        let answer =
            tokio::time::timeout(Duration::from_secs(10), exchange).await.expect("in time").expect("an answer");
        let waiting = format!("\"waitingCount\":{}", plan.loaded_entries / plan.loaded_points);
        let body = String::from_utf8_lossy(answer.body);
        assert!(answer.status == 200 && body.contains(&waiting), "point {point}: {} {body}", answer.status);
    }
}

fn resident_mb(server: &Frontdesk) -> f64 {
    resident_kib(server.pid()).unwrap_or(0) as f64 * 1_024.0 / 1_000_000.0
}
