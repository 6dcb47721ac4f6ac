//! After the damage: calendar and line agree on who has come, and on who was served.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sqlx::PgConnection;

use crate::check_ins_killed::COUNTER;
use crate::greeter::Greetings;
use crate::stage::{ORG, Stage, status_within};
use crate::support::process::POLL_INTERVAL;

/// How long what calendar and line have to tell one another may take after a start.
const AGREEMENT_LIMIT: Duration = Duration::from_secs(20);

/// Who has come and stands nowhere, or whose visit has ended without the calendar knowing.
const DISAGREEING: &str = "SELECT r.id || ' is ' || r.status || ', its visit ' || coalesce(e.state, 'is not there')
    FROM reservation r LEFT JOIN queue_entry e ON e.org_id = r.org_id AND e.reservation_id = r.id
    WHERE r.org_id = $1 AND ((r.status = 'checked_in' AND (e.id IS NULL OR e.ended_at IS NOT NULL))
        OR (r.status = 'completed' AND e.ended_at IS NULL))";
/// Each of these finds nothing in a database that is whole.
const RULES: [(&str, &str); 3] = [
    (
        "a reservation stands in the line more than once",
        "SELECT reservation_id || ': ' || count(*) FROM queue_entry
        WHERE org_id = $1 AND reservation_id IS NOT NULL GROUP BY reservation_id HAVING count(*) > 1",
    ),
    (
        "somebody stands in the line who has not come",
        "SELECT e.id || ' of ' || e.reservation_id FROM queue_entry e
        LEFT JOIN reservation r ON r.org_id = e.org_id AND r.id = e.reservation_id
        WHERE e.org_id = $1 AND (r.status IS NULL OR r.status NOT IN ('checked_in', 'completed'))",
    ),
    (
        "the calendar knows another entry than the line",
        "SELECT r.id || ': ' || (r.arrival->>'entry') FROM reservation r
        JOIN queue_entry e ON e.org_id = r.org_id AND e.reservation_id = r.id
        WHERE r.org_id = $1 AND r.status = 'checked_in' AND r.arrival->>'entry' IS DISTINCT FROM e.id",
    ),
];
/// Reservation, entry, state of the visit, status in the calendar.
const VISITS: &str = "SELECT r.id, e.id, e.state, r.status FROM queue_entry e
    JOIN reservation r ON r.org_id = e.org_id AND r.id = e.reservation_id WHERE e.org_id = $1";
const WAITING: &str = "SELECT count(*) FROM queue_entry WHERE org_id = $1 AND state = 'waiting'";

/// Waits until calendar and line agree, then looks at everything once. Panics with all that is broken.
pub async fn audit(stage: &Stage, address: SocketAddr, greetings: &Greetings) {
    let mut connection = stage.connect().await;
    let mut broken = std::mem::take(&mut greetings.pages().broken);
    broken.extend(agreement(&mut connection).await);
    for (what, statement) in RULES {
        let found = found(&mut connection, statement).await;
        broken.extend(found.iter().map(|where_found| format!("{what}: {where_found}")));
    }
    let rows: Vec<(String, String, String, String)> =
        sqlx::query_as(VISITS).bind(ORG).fetch_all(&mut connection).await.expect("the database answers");
    let visits: HashMap<&str, _> =
        rows.iter().map(|(id, entry, state, status)| (id.as_str(), (entry, state, status))).collect();
    for (reservation, told) in &greetings.pages().told {
        match visits.get(reservation.as_str()) {
            Some((entry, ..)) if **entry != told.entry => {
                broken.push(format!("{reservation} was acknowledged as {told:?} and is {entry}"));
            }
            Some((_, state, status))
                if told.is_served && (state.as_str(), status.as_str()) != ("served", "completed") =>
            {
                broken.push(format!("{reservation} was served ({told:?}), its visit is {state} and it {status}"));
            }
            Some(_) => {}
            None => broken.push(format!("{reservation} was checked in ({told:?}) and stands nowhere")),
        }
    }
    let waiting: i64 = sqlx::query_scalar(WAITING).bind(ORG).fetch_one(&mut connection).await.expect("an answer");
    let status = status_within(address, COUNTER, Duration::from_secs(5)).await;
    if status["waitingCount"] != waiting {
        broken.push(format!("{waiting} wait, and the line shows {}", status["waitingCount"]));
    }
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
}

/// What calendar and line still see differently when they have had their time.
async fn agreement(connection: &mut PgConnection) -> Vec<String> {
    let began = Instant::now();
    loop {
        let disagreeing = found(connection, DISAGREEING).await;
        if disagreeing.is_empty() || began.elapsed() > AGREEMENT_LIMIT {
            return disagreeing;
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

async fn found(connection: &mut PgConnection, statement: &'static str) -> Vec<String> {
    sqlx::query_scalar(statement).bind(ORG).fetch_all(connection).await.expect("the database answers")
}
