//! After the damage: the database and the API have to bear out every answer about tickets, and every rule of a desk.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;

use sqlx::PgConnection;

use crate::stage::{ORG, Stage};
use crate::support::wire::call;
use crate::tickets::Tickets;

/// How many tickets are asked for over the API in one audit.
const ASKED_BY_API: usize = 20;

/// Id, number, version, subject, where it went, whether it is deleted, tags.
const TICKETS: &str =
    "SELECT id, 'T-' || lpad(number::text, 6, '0'), version, subject, merged_into, deleted_at IS NOT NULL, tags
    FROM ticket WHERE org_id = $1";
const MESSAGES: &str = "SELECT ticket_id, body FROM ticket_message WHERE org_id = $1";
const COMMENTS: &str = "SELECT ticket_id, body FROM ticket_comment WHERE org_id = $1";
/// Each of these finds nothing in a database that is whole.
const RULES: [(&str, &str); 17] = [
    ("numbers have a gap", "SELECT count(*) || ' tickets, up to ' || max(number) FROM ticket WHERE org_id = $1
        HAVING count(*) <> coalesce(max(number), 0)"),
    ("a ticket was opened twice", "SELECT subject || ': ' || count(*) FROM ticket WHERE org_id = $1
        GROUP BY subject HAVING count(*) > 1"),
    ("a ticket does not begin with its opening, or has two", "SELECT t.number || ': ' || count(e.kind) FILTER (WHERE e.kind = 'ticket.created')
        FROM ticket t LEFT JOIN event e ON e.org_id = t.org_id AND e.ticket_id = t.id WHERE t.org_id = $1 GROUP BY t.number
        HAVING count(e.kind) FILTER (WHERE e.kind = 'ticket.created') <> 1
            OR (array_agg(e.kind ORDER BY e.lane_seq, e.index))[1] <> 'ticket.created'"),
    ("a version is not the number of its changes", "SELECT t.number || ': ' || t.version || ' and ' || count(e.kind) FROM ticket t
        LEFT JOIN event e ON e.org_id = t.org_id AND e.ticket_id = t.id AND e.kind <> 'ticket.commented'
        WHERE t.org_id = $1 GROUP BY t.number, t.version HAVING count(e.kind) <> t.version"),
    ("a ticket stands otherwise than its last event says", "SELECT DISTINCT ON (t.number) t.number || ': ' || t.status || ', ' || (e.data->>'status')
        FROM ticket t JOIN event e ON e.org_id = t.org_id AND e.ticket_id = t.id WHERE t.org_id = $1
        AND (e.lane_seq, e.index) = (SELECT l.lane_seq, l.index FROM event l WHERE l.org_id = t.org_id AND l.ticket_id = t.id
            ORDER BY l.lane_seq DESC, l.index DESC LIMIT 1) AND e.data->>'status' <> t.status"),
    ("a message is not told by exactly one event", "SELECT m.id || ': ' || count(e.kind) FROM ticket_message m
        LEFT JOIN event e ON e.org_id = m.org_id AND e.ticket_id = m.ticket_id AND e.data->>'message' = m.id
        WHERE m.org_id = $1 GROUP BY m.id HAVING count(e.kind) <> 1"),
    ("a comment is not told by exactly one event", "SELECT m.id || ': ' || count(e.kind) FROM ticket_comment m
        LEFT JOIN event e ON e.org_id = m.org_id AND e.ticket_id = m.ticket_id AND e.data->>'comment' = m.id
        WHERE m.org_id = $1 GROUP BY m.id HAVING count(e.kind) <> 1"),
    ("something was written twice", "SELECT ticket_id || ': ' || body FROM (
            SELECT org_id, ticket_id, body FROM ticket_message UNION ALL SELECT org_id, ticket_id, body FROM ticket_comment) AS said
        WHERE org_id = $1 GROUP BY ticket_id, body HAVING count(*) > 1"),
    ("a clock fired twice", "SELECT ticket_id || ': ' || ((data->'firing') - 'at')::text FROM event WHERE org_id = $1 AND data ? 'firing'
        GROUP BY ticket_id, kind, data->'firing'->>'metric', data->'firing'->>'cycle', data->'firing'->>'rule', (data->'firing') - 'at'
        HAVING count(*) > 1"),
    ("a ticket is breached without a breach, or the other way round", "SELECT t.number || ': ' || t.breached FROM ticket t
        WHERE t.org_id = $1 AND t.breached <> EXISTS (SELECT 1 FROM event e WHERE e.org_id = t.org_id AND e.ticket_id = t.id
            AND e.kind = 'sla_breach')"),
    ("a ticket was merged and is not closed", "SELECT t.number || ': ' || t.status FROM ticket t
        WHERE t.org_id = $1 AND t.merged_into IS NOT NULL AND t.status <> 'closed'"),
    ("a turn in a team was left out, or taken twice", "SELECT was || ', then ' || got FROM (
            SELECT data->'assigned'->>'to' AS got, lag(data->'assigned'->>'to') OVER (ORDER BY lane_seq, index) AS was
            FROM event WHERE org_id = $1 AND data ? 'assigned') AS turns
        WHERE got <> CASE was WHEN 'first' THEN 'second' WHEN 'second' THEN 'third' ELSE 'first' END"),
    ("a team's last turn is not that of the last ticket that it gave", "SELECT t.id || ': ' || coalesce(t.terms->>'lastTurn', 'nobody')
        FROM desk_configuration t WHERE t.org_id = $1 AND t.kind = 'team' AND t.terms->>'lastTurn' IS DISTINCT FROM (
            SELECT e.data->'assigned'->>'to' FROM event e WHERE e.org_id = t.org_id AND e.data->'assigned'->>'team' = t.id
            ORDER BY e.lane_seq DESC, e.index DESC LIMIT 1)"),
    ("a merge is told on one side only", "SELECT e.ticket_id FROM event e WHERE e.org_id = $1 AND e.kind = 'ticket.merged' AND NOT EXISTS (
        SELECT 1 FROM event o WHERE o.org_id = e.org_id AND o.kind = 'ticket.absorbed' AND o.ticket_id = e.data->>'into'
            AND o.data->>'other' = e.ticket_id AND o.lane_seq = e.lane_seq)"),
    ("a reply is not told to its customer by exactly one message", "SELECT e.ticket_id || ': ' || count(m.id) FROM event e
        JOIN ticket t ON t.org_id = e.org_id AND t.id = e.ticket_id
        LEFT JOIN message m ON m.org_id = e.org_id AND m.kind = 'ticket.reply' AND m.cause_id LIKE e.ticket_id || '/%'
            AND m.recipient = t.requester_email
        WHERE e.org_id = $1 AND e.kind = 'ticket.replied' GROUP BY e.ticket_id
        HAVING count(DISTINCT m.id) <> count(DISTINCT (e.lane_seq, e.index))"),
    ("somebody is told a reply twice", "SELECT cause_id || ', ' || recipient FROM message
        WHERE org_id = $1 AND kind = 'ticket.reply' GROUP BY cause_id, recipient HAVING count(*) > 1"),
    ("a reply is told to somebody who has no part in it", "SELECT m.cause_id || ', ' || m.recipient FROM message m
        WHERE m.org_id = $1 AND m.kind = 'ticket.reply' AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.org_id = m.org_id
            AND t.requester_email = m.recipient AND (t.id = split_part(m.cause_id, '/', 1) OR t.merged_into IS NOT NULL))"),
];

/// A ticket as its row has it.
type Row = (String, String, i64, String, Option<String>, bool, Vec<String>);

/// Looks at everything once; `address` is a server that is ready. Panics with all that is broken.
pub async fn audit(stage: &Stage, address: SocketAddr, tickets: &Tickets) {
    let mut connection = stage.connect().await;
    let mut broken = std::mem::take(&mut tickets.pages().broken);
    rows(&mut connection, tickets, &mut broken).await;
    let (messages, comments) = {
        let pages = tickets.pages();
        (pages.messages.clone(), pages.comments.clone())
    };
    for (what, statement, told) in [("message", MESSAGES, messages), ("comment", COMMENTS, comments)] {
        let stored: Vec<(String, String)> =
            sqlx::query_as(statement).bind(ORG).fetch_all(&mut connection).await.expect("an answer");
        let stored: BTreeSet<_> = stored.into_iter().collect();
        broken.extend(told.difference(&stored).map(|lost| format!("a {what} was acknowledged and is gone: {lost:?}")));
    }
    for (what, statement) in RULES {
        let found = sqlx::query_scalar::<_, String>(statement).bind(ORG).fetch_all(&mut connection).await;
        broken.extend(found.expect("an answer").iter().map(|where_found| format!("{what}: {where_found}")));
    }
    asked_by_api(stage, address, tickets, &mut broken).await;
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
}

/// Every acknowledged command is in the database: at its version, or something has followed it.
async fn rows(connection: &mut PgConnection, tickets: &Tickets, broken: &mut Vec<String>) {
    let rows: Vec<Row> = sqlx::query_as(TICKETS).bind(ORG).fetch_all(connection).await.expect("the database answers");
    let stored: HashMap<&str, &Row> = rows.iter().map(|row| (row.0.as_str(), row)).collect();
    for (id, told) in &tickets.pages().told {
        let Some((_, number, version, subject, merged_into, is_deleted, tags)) = stored.get(id.as_str()) else {
            broken.push(format!("{id} was acknowledged ({told:?}) and is gone"));
            continue;
        };
        if (number, subject) != (&told.number, &told.subject) || *version < told.version {
            broken.push(format!("{id} was acknowledged as {told:?} and is {number}, {subject}, at version {version}"));
        }
        if told.merged_into.is_some() && *merged_into != told.merged_into || told.is_deleted && !is_deleted {
            broken.push(format!("{id} has ended ({told:?}); it went into {merged_into:?}, deleted: {is_deleted}"));
        }
        if let Some(lost) = told.tags.iter().find(|tag| !tags.contains(tag)) {
            broken.push(format!("{id} was acknowledged with the tag {lost} and has {tags:?}"));
        }
    }
}

/// The same over the API, as an agent would look.
async fn asked_by_api(stage: &Stage, address: SocketAddr, tickets: &Tickets, broken: &mut Vec<String>) {
    let asked: Vec<_> = {
        let pages = tickets.pages();
        let there = pages.told.iter().filter(|(_, told)| !told.is_deleted);
        there.rev().take(ASKED_BY_API).map(|(_, told)| told.clone()).collect()
    };
    for told in asked {
        let headers = [("authorization", stage.bearers[0].as_str())];
        let target = format!("/crm/tickets/get/{}", told.number);
        let answer = call(address, "GET", &target, &headers, None).await.expect("an answer");
        // Deleted meanwhile: a deletion whose answer never came.
        if answer.status != 404 && (answer.status != 200 || answer.json()["version"].as_i64() < Some(told.version)) {
            broken.push(format!("{told:?} was acknowledged, the API says {}", answer.text()));
        }
    }
}
