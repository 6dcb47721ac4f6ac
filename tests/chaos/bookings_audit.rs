//! After the damage: the calendar holds exactly the bookings that were told of, and no slot more than fit.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::bookings::{Booking, Bookings, DEFINITIONS, MINUTES};
use crate::stage::{ORG, Stage};
use crate::support::wire::call;

/// How many bookings are asked for over the API in one audit.
const ASKED_BY_API: usize = 25;

/// Number, id, address, definition, start, version, and whether it is cancelled.
type Row = (String, String, String, String, DateTime<Utc>, i64, bool);
const ROWS: &str = "SELECT number, id, email, definition_id, starts_at, version, status = 'cancelled'
    FROM reservation WHERE org_id = $1";
/// Each of these finds nothing in a database that is whole.
const RULES: [(&str, &str); 5] = [
    ("more were booked than fit", "SELECT r.definition_id || ' at ' || r.starts_at || ': ' || count(*) FROM reservation r
        JOIN (VALUES ('one', 1), ('three', 3), ('ten', 10)) AS d (id, capacity) ON d.id = r.definition_id
        WHERE r.org_id = $1 AND r.status <> 'cancelled' GROUP BY r.definition_id, r.starts_at, d.capacity
        HAVING count(*) > d.capacity"),
    ("a booking lies off the grid, so that counting starts would not tell what overlaps", "SELECT id FROM reservation
        WHERE org_id = $1 AND (ends_at - starts_at <> interval '30 minutes' OR extract(epoch FROM starts_at)::bigint % 1800 <> 0)"),
    ("somebody was booked twice", "SELECT email || ': ' || count(*) FROM reservation WHERE org_id = $1
        GROUP BY email HAVING count(*) > 1"),
    ("a booking was not confirmed by exactly one message", "SELECT r.id || ': ' || count(m.id) FROM reservation r
        LEFT JOIN message m ON m.org_id = r.org_id AND m.recipient = r.email AND m.kind = 'reservation.confirmed'
        WHERE r.org_id = $1 GROUP BY r.id HAVING count(m.id) <> 1"),
    ("a cancelled booking was not called off by exactly one message, or one that stands was",
        "SELECT r.id || ': ' || count(m.id) FROM reservation r
        LEFT JOIN message m ON m.org_id = r.org_id AND m.recipient = r.email AND m.kind = 'reservation.cancelled'
        WHERE r.org_id = $1 GROUP BY r.id, r.status HAVING count(m.id) <> (r.status = 'cancelled')::int"),
];
const CHANGES: &str = "SELECT recipient, count(*) FROM message WHERE org_id = $1 AND kind = 'reservation.changed'
    GROUP BY recipient";
/// Messages of nobody's booking, and messages that nobody keeps the delivery of.
const STRAYS: &str = "SELECT m.kind || ' to ' || m.recipient FROM message m
    LEFT JOIN reservation r ON r.org_id = m.org_id AND r.email = m.recipient
    LEFT JOIN delivery d ON d.org_id = m.org_id AND d.message_id = m.id
    WHERE m.org_id = $1 AND (r.id IS NULL OR d.message_id IS NULL)";

/// Looks at everything once; every open outcome has been settled. Panics with all that is broken.
pub async fn audit(stage: &Stage, address: SocketAddr, bookings: &Bookings, starts: &[DateTime<Utc>]) {
    let mut connection = stage.connect().await;
    let mut broken = std::mem::take(&mut bookings.pages().broken);
    rows(&mut connection, bookings, &mut broken).await;
    for (what, statement) in RULES.into_iter().chain([("a message without its booking or delivery", STRAYS)]) {
        let rule = sqlx::query_scalar::<_, String>(statement).bind(ORG);
        let found = rule.fetch_all(&mut connection).await.expect("the database answers");
        broken.extend(found.iter().map(|where_found| format!("{what}: {where_found}")));
    }
    changes(&mut connection, bookings, &mut broken).await;
    for (definition, capacity) in DEFINITIONS {
        slots(address, bookings, definition, capacity, starts, &mut broken).await;
    }
    asked_by_api(address, bookings, starts, &mut broken).await;
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
}

/// The database holds each booking as it was told last, and none that nobody was told of.
async fn rows(connection: &mut PgConnection, bookings: &Bookings, broken: &mut Vec<String>) {
    let rows: Vec<Row> = sqlx::query_as(ROWS).bind(ORG).fetch_all(connection).await.expect("the database answers");
    let stored: HashMap<&str, &Row> = rows.iter().map(|row| (row.0.as_str(), row)).collect();
    let pages = bookings.pages();
    for (number, told) in &pages.told {
        match stored.get(number.as_str()) {
            None => broken.push(format!("{told:?} was acknowledged and is gone")),
            Some(row) if !bears_out(row, told) => broken.push(format!("{told:?} was acknowledged, there is {row:?}")),
            Some(_) => {}
        }
    }
    let known = |row: &&Row| pages.told.contains_key(&row.0) || pages.masked.contains(&row.2);
    broken.extend(rows.iter().filter(|row| !known(row)).map(|row| format!("nobody was told of {row:?}")));
    let all: Vec<&str> = rows.iter().map(|row| row.2.as_str()).collect();
    let missing = pages.masked.iter().filter(|email| !all.contains(&email.as_str()));
    broken.extend(missing.map(|email| format!("{email} was told to have a booking and has none")));
}

fn bears_out((_, id, email, definition, start, version, is_cancelled): &Row, told: &Booking) -> bool {
    (id, email, definition.as_str()) == (&told.id, &told.email, told.definition)
        && (*start, *version, *is_cancelled) == (told.start, told.version, told.is_cancelled)
}

/// Each move was told to its customer once.
async fn changes(connection: &mut PgConnection, bookings: &Bookings, broken: &mut Vec<String>) {
    let rows: Vec<(String, i64)> = sqlx::query_as(CHANGES).bind(ORG).fetch_all(connection).await.expect("an answer");
    let sent: HashMap<String, i64> = rows.into_iter().collect();
    for told in bookings.pages().told.values() {
        let sent = sent.get(&told.email).copied().unwrap_or(0);
        if sent != told.moves {
            broken.push(format!("{told:?} was moved, and {sent} messages tell of it"));
        }
    }
}

/// What is listed as free is what the bookings leave, and all of it.
async fn slots(
    address: SocketAddr,
    bookings: &Bookings,
    definition: &str,
    capacity: usize,
    starts: &[DateTime<Utc>],
    broken: &mut Vec<String>,
) {
    let end = starts.last().copied().unwrap_or_default() + TimeDelta::minutes(MINUTES);
    let question = json!({"definitionId": definition, "from": starts.first(), "to": end});
    let route = "/crm/reservations/slots";
    let answer = call(address, "POST", route, &[("orgid", ORG)], Some(&question)).await.expect("an answer");
    let body = answer.json();
    let Some(listed) = body["slots"].as_array() else {
        return broken.push(format!("no slots of {definition}: {}", answer.text()));
    };
    let instant = |slot: &Value| slot["start"].as_str()?.parse::<DateTime<Utc>>().ok();
    let free: BTreeMap<_, _> =
        listed.iter().filter_map(|slot| Some((instant(slot)?, slot["spotsAvailable"].as_u64()?))).collect();
    for start in starts {
        let (shown, taken) = (free.get(start).copied().unwrap_or(0), bookings.taken(definition, *start));
        if shown as usize + taken != capacity {
            broken.push(format!("{definition} at {start}: {taken} of {capacity} are taken and {shown} are free"));
        }
    }
}

/// The same over the API, as the customers would look.
async fn asked_by_api(address: SocketAddr, bookings: &Bookings, starts: &[DateTime<Utc>], broken: &mut Vec<String>) {
    let asked: Vec<Booking> = {
        let pages = bookings.pages();
        pages.told.values().filter(|told| starts.contains(&told.start)).take(ASKED_BY_API).cloned().collect()
    };
    for told in asked {
        let target = format!("/crm/reservations/by-email/{}/{}", told.email, told.number);
        let answer = call(address, "GET", &target, &[("orgid", ORG)], None).await.expect("an answer");
        let shown = answer.json();
        let status = if told.is_cancelled { "cancelled" } else { "confirmed" };
        let start = shown["slot"]["start"].as_str().and_then(|text| text.parse().ok());
        if shown["status"] != status || start != Some(told.start) || shown["version"] != told.version {
            broken.push(format!("{told:?} was acknowledged, the API says {}", answer.text()));
        }
    }
}
