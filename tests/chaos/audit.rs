//! After the damage: the database and the API have to bear out every answer that was given, and every rule of a queue.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sqlx::PgConnection;

use crate::crew::Crew;
use crate::ledger::{Ledger, Visit};
use crate::points;
use crate::stage::{CAPACITY, ORG, POINTS, Stage, status_within};
use crate::support::wire::call;

/// How long hand-overs that were under way may take to arrive after a start.
const ARRIVAL_LIMIT: Duration = Duration::from_secs(20);
/// How many visits are asked for over the API in one audit.
const ASKED_BY_API: usize = 25;

const VISITS: &str = "SELECT id, version, state, customer_email FROM queue_entry WHERE org_id = $1";
const TRAVELLING: &str = "SELECT count(*) FROM handover WHERE state = 'travelling'";
const NUMBERS: &str = "SELECT p.id, p.last_number, array_agg(e.number) FILTER (WHERE e.day = p.day)
    FROM service_point p LEFT JOIN queue_entry e ON e.org_id = p.org_id AND e.point_id = p.id
    WHERE p.org_id = $1 GROUP BY p.id, p.last_number";
const NUMBERS_LEFT_BEHIND: &str = "SELECT source_id, (payload->'entry'->>'number')::int FROM handover
    WHERE org_id = $1 AND payload->'entry'->>'number' IS NOT NULL";
const LINE: &str = "SELECT number FROM queue_entry WHERE org_id = $1 AND point_id = $2 AND state = 'waiting'
    ORDER BY place_rank, place_effective_at, place_order, number, id";
/// Each of these finds nothing in a database that is whole.
const RULES: [(&str, &str); 8] = [
    ("somebody stands in the line of a deleted point", "SELECT e.id || ' at ' || p.id FROM service_point p
        JOIN queue_entry e ON e.org_id = p.org_id AND e.point_id = p.id
        WHERE p.org_id = $1 AND $2::bigint > 0 AND p.deleted_at IS NOT NULL AND e.ended_at IS NULL"),
    ("more are served than may be", "SELECT point_id || ': ' || count(*) FROM queue_entry WHERE org_id = $1
        AND state = 'serving' GROUP BY point_id HAVING count(*) > $2"),
    ("somebody joined twice", "SELECT customer_email || ': ' || count(*) FROM queue_entry WHERE org_id = $1
        AND $2::bigint > 0 AND customer_email LIKE 'guest-%' GROUP BY customer_email HAVING count(*) > 1"),
    ("a person has two open visits at a point", "SELECT point_id || ': ' || contact_id FROM queue_entry
        WHERE org_id = $1 AND $2::bigint > 0 AND ended_at IS NULL AND contact_id IS NOT NULL
        GROUP BY point_id, contact_id HAVING count(*) > 1"),
    ("a visit did not join exactly once", "SELECT e.id || ': ' || count(v.entry_id) FROM queue_entry e
        LEFT JOIN event v ON v.org_id = e.org_id AND v.entry_id = e.id AND v.kind = 'queue.joined'
        WHERE e.org_id = $1 AND $2::bigint > 0 GROUP BY e.id HAVING count(v.entry_id) <> 1"),
    ("an event is ahead of its lane", "SELECT o.lane || ': ' || max(v.lane_seq) FROM event v JOIN org o ON o.id = v.org_id
        JOIN lane l ON l.id = o.lane WHERE v.org_id = $1 AND $2::bigint > 0 GROUP BY o.lane, l.seq HAVING max(v.lane_seq) > l.seq"),
    ("events of a batch are not numbered through", "SELECT lane_seq || ': ' || count(*) FROM event WHERE org_id = $1
        AND $2::bigint > 0 GROUP BY lane_seq HAVING count(*) <> max(index) - min(index) + 1"),
    ("a visit that ended has no end, or the other way round", "SELECT id || ': ' || state FROM queue_entry
        WHERE org_id = $1 AND $2::bigint > 0
        AND (state IN ('served', 'no_show', 'left', 'cancelled')) <> (ended_at IS NOT NULL)"),
];

/// Looks at everything once; `address` is a server that is ready and quiet. Panics with all that is broken.
pub async fn audit(stage: &Stage, address: SocketAddr, crew: &Crew) {
    let mut connection = stage.connect().await;
    let mut broken = std::mem::take(&mut crew.ledger.pages().broken);
    arrivals(&mut connection, &mut broken).await;
    visits(&mut connection, &crew.ledger, &mut broken).await;
    numbers(&mut connection, &crew.ledger, &mut broken).await;
    for (what, statement) in RULES {
        let rule = sqlx::query_scalar::<_, String>(statement).bind(ORG).bind(CAPACITY);
        let found = rule.fetch_all(&mut connection).await.expect("the database answers");
        broken.extend(found.iter().map(|where_found| format!("{what}: {where_found}")));
    }
    points::audit(&mut connection, address, &crew.ledger, &mut broken).await;
    calls(&crew.ledger, &mut broken);
    lines(&mut connection, address, &mut broken).await;
    asked_by_api(address, &crew.ledger, &mut broken).await;
    crew.ledger.pages().fresh.clear();
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
}

/// What was under way between two points arrives, or comes back.
async fn arrivals(connection: &mut PgConnection, broken: &mut Vec<String>) {
    let began = Instant::now();
    loop {
        let travelling: i64 = sqlx::query_scalar(TRAVELLING).fetch_one(&mut *connection).await.expect("an answer");
        if travelling == 0 {
            return;
        }
        if began.elapsed() > ARRIVAL_LIMIT {
            broken.push(format!("{travelling} transfers are still under way after {ARRIVAL_LIMIT:?}"));
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Every acknowledged command is in the database: at its version, or something has followed it.
async fn visits(connection: &mut PgConnection, ledger: &Ledger, broken: &mut Vec<String>) {
    let rows: Vec<(String, i64, String, Option<String>)> =
        sqlx::query_as(VISITS).bind(ORG).fetch_all(connection).await.expect("the database answers");
    let stored: HashMap<&str, (i64, &str)> =
        rows.iter().map(|(id, version, state, _)| (id.as_str(), (*version, state.as_str()))).collect();
    let pages = ledger.pages();
    for id in &pages.fresh {
        let told = &pages.visits[id];
        match stored.get(id.as_str()) {
            None => broken.push(format!("{id} was acknowledged ({told:?}) and is gone")),
            Some((version, _)) if *version < told.version => {
                broken.push(format!("{id} was acknowledged at {told:?} and is at version {version}"));
            }
            Some((_, state)) if told.gone && *state != "left" => {
                broken.push(format!("{id} had left for good ({told:?}) and is {state}"));
            }
            Some((version, state)) if *version == told.version && *state != told.state => {
                broken.push(format!("{id} was acknowledged as {told:?} and is {state} at the same version"));
            }
            Some(_) => {}
        }
    }
}

/// Numbers of the day are 1..n at each point, none missing; who was transferred has left a number behind.
async fn numbers(connection: &mut PgConnection, ledger: &Ledger, broken: &mut Vec<String>) {
    let left: Vec<(String, i32)> =
        sqlx::query_as(NUMBERS_LEFT_BEHIND).bind(ORG).fetch_all(&mut *connection).await.expect("an answer");
    let points: Vec<(String, i32, Option<Vec<i32>>)> =
        sqlx::query_as(NUMBERS).bind(ORG).fetch_all(connection).await.expect("the database answers");
    let pages = ledger.pages();
    for (point, last, there) in points {
        let mut given: BTreeSet<i32> = there.unwrap_or_default().into_iter().collect();
        given.extend(left.iter().filter(|(source, _)| *source == point).map(|(_, number)| *number));
        let missing: Vec<i32> = (1..=last).filter(|number| !given.contains(number)).collect();
        if !missing.is_empty() {
            broken.push(format!("{point} gave numbers up to {last}, but not {missing:?}"));
        }
        let highest_told = pages.numbers.keys().filter(|(of, _)| *of == point).map(|(_, number)| *number).max();
        let highest = given.last().copied().unwrap_or(0);
        if highest > last || highest_told.is_some_and(|told| told > i64::from(last)) {
            broken.push(format!(
                "{point} remembers {last} as its last number, but gave {highest} and told {highest_told:?}"
            ));
        }
    }
}

/// Nobody is called by two `call-next`, unless something may have put them back between.
fn calls(ledger: &Ledger, broken: &mut Vec<String>) {
    let too_often = |visit: &Visit| visit.called_next > 1 + visit.put_back;
    let pages = ledger.pages();
    broken.extend(
        pages
            .visits
            .iter()
            .filter(|(_, visit)| too_often(visit))
            .map(|(id, v)| format!("{id} was called twice: {v:?}")),
    );
}

/// What the server shows is what the database holds.
async fn lines(connection: &mut PgConnection, address: SocketAddr, broken: &mut Vec<String>) {
    for point in POINTS {
        let stored: Vec<i32> =
            sqlx::query_scalar(LINE).bind(ORG).bind(point).fetch_all(&mut *connection).await.expect("an answer");
        let status = status_within(address, point, Duration::from_secs(5)).await;
        let shown: Vec<i32> = status["waiting"]
            .as_array()
            .map(|line| line.iter().filter_map(|one| one["number"].as_i64()).map(|number| number as i32).collect())
            .unwrap_or_default();
        let count = status["waitingCount"].as_u64().unwrap_or(0) as usize;
        if count != stored.len() || !stored.starts_with(&shown) {
            broken.push(format!("{point} shows a line of {count} ({shown:?}), the database holds {stored:?}"));
        }
    }
}

/// The same over the API, as the customers would look.
async fn asked_by_api(address: SocketAddr, ledger: &Ledger, broken: &mut Vec<String>) {
    let asked: Vec<(String, Visit)> = {
        let pages = ledger.pages();
        let with_token = pages.fresh.iter().filter(|id| pages.visits[*id].token.is_some());
        with_token.take(ASKED_BY_API).map(|id| (id.clone(), pages.visits[id].clone())).collect()
    };
    for (id, told) in asked {
        let token = told.token.as_deref().unwrap_or_default();
        let target = format!("/crm/reservations/queue/entry/{id}?org={ORG}&token={token}");
        let answer = call(address, "GET", &target, &[], None).await.expect("an answer");
        let version = answer.json()["version"].as_i64().unwrap_or(0);
        if answer.status != 200 || version < told.version {
            broken.push(format!("{id} was acknowledged at {told:?}, the API says {}", answer.text()));
        }
    }
}
