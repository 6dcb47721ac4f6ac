//! A database of many desks with many open tickets, written straight into the tables: what a start reads, what a list is taken
//! from, and what becomes due.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::house::{House, connect};
use crate::load::ORG;
use crate::plan::Plan;
use crate::support::cluster::Cluster;
use crate::support::frontdesk::{Frontdesk, Site};
use crate::support::process::resident_kib;
use crate::table::Table;
use crate::{desk_start, firing, ticket_list};

/// The org whose tickets become due all at once, beside the others.
pub const CROWDED: &str = "crowded";
/// How long a first answer may take, in seconds: so long ago a ticket was opened that is due now.
pub const TARGET_SECONDS: i64 = 10 * 86_400;

const ORGS: &str = "INSERT INTO org (id, name, timezone, currency, lane)
    SELECT name, name, 'UTC', 'EUR', (row_number() OVER () - 1) % 8
    FROM (SELECT 'desk' || i AS name FROM generate_series(0, $1::int - 1) AS i UNION ALL SELECT 'crowded') AS names";
/// Policy and calendar of the org that made them by the API, for all others.
const CONFIGURATION: &str = "INSERT INTO desk_configuration
    SELECT o.id, d.kind, d.id, d.terms, d.version, d.created_at, d.updated_at, d.deleted_at
    FROM org o, desk_configuration d WHERE d.org_id = $1 AND o.id <> $1";
/// Open, in progress and pending ones, opened within the last five days: nothing is due yet. What is the same in all rows is as
/// long as in a shop.
const TICKETS: &str = r#"INSERT INTO ticket (org_id, id, number, subject, description, contact_id, requester_email,
    requester_name, status, priority, assignee_id, team, tags, channel, policy_id, clocks, due_at, breached,
    escalation_level, token, version, created_at, updated_at)
    SELECT $1, md5($1 || 'ticket' || i)::uuid::text, i, 'Where is my order number ' || i || '?',
    repeat('It was to come last week, and nobody answers the phone. ', 6), md5($1 || 'contact' || i)::uuid::text,
    'guest' || i || '@bench.example', 'Guest ' || i, status, i % 4, 'agent' || i % 20 || '@bench.example',
    'team' || i % 3, ARRAY['order', 'late' || i % 5], 'email', 'promise',
    format('{"status": "%s", "first": {"startedAt": "%s", "isRunning": %s}, "resolution": {"startedAt": "%s", "isRunning": %s}}',
        status, began, (status <> 'pending')::text, began, (status <> 'pending')::text)::jsonb,
    CASE WHEN status <> 'pending' THEN at + interval '10 days' END, false, 0, md5($1 || 'token' || i), 1, at, at
    FROM (SELECT i, at, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS began,
            (ARRAY['open', 'open', 'in-progress', 'pending'])[i % 4 + 1] AS status
        FROM (SELECT i, now() - (i % 432000) * interval '1 second' AS at FROM generate_series(1, $2::int) AS i) AS times
    ) AS rows"#;
const EVENTS: &str = "INSERT INTO event (org_id, lane_seq, index, at, kind, data)
    SELECT id, 1, 0, now(), 'ticket.created', '{}' FROM org ON CONFLICT DO NOTHING";
const LANES: &str = "UPDATE lane SET seq = greatest(seq, 1)";
/// Open tickets of an org that are due at `$4`, and every `$5` microseconds after that.
const DUE: &str = r#"UPDATE ticket SET status = 'open', due_at = at + $6::bigint * interval '1 second', created_at = at,
    clocks = format('{"status": "open", "first": {"startedAt": "%s", "isRunning": true}, "resolution": {"startedAt": "%s", "isRunning": true}}',
        began, began)::jsonb
    FROM (SELECT n, at, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS began
        FROM (SELECT n, $4::timestamptz + ((n - $2) * $5::bigint) * interval '1 microsecond' - $6::bigint * interval '1 second' AS at
            FROM generate_series($2::bigint, $2::bigint + $3::bigint - 1) AS n) AS times) AS due
    WHERE org_id = $1 AND number = n"#;

/// The desks, while no server runs on them.
pub struct Desks {
    pub site: Site,
    pub url: String,
    /// What a list of one desk is asked with.
    pub bearer: String,
    pub orgs: usize,
    /// Of each org.
    pub tickets: usize,
}

pub async fn measure(cluster: &Cluster, scratch: &Path, plan: &Plan, table: &mut Table, wanted: impl Fn(&str) -> bool) {
    let desks = Desks::fill(cluster, scratch, plan, table).await;
    if wanted("desk") {
        desk_start::measure(&desks, plan, table).await;
    }
    if wanted("list") {
        ticket_list::measure(&desks, plan, table).await;
    }
    if wanted("firing") {
        firing::measure(&desks, plan, table).await;
    }
}

impl Desks {
    async fn fill(cluster: &Cluster, scratch: &Path, plan: &Plan, table: &mut Table) -> Self {
        let began = Instant::now();
        cluster.create_database("frontdesk_desks").await;
        let url = cluster.socket_url("frontdesk_desks");
        let directory = scratch.join("desks");
        let mut house = House::open_at(&url, &directory, 0).await;
        promise(&house).await;
        house.server.stop();
        let mut connection = connect(&url).await;
        sqlx::query(ORGS).bind(plan.desks as i32).execute(&mut connection).await.expect("orgs");
        sqlx::query(CONFIGURATION).bind(ORG).execute(&mut connection).await.expect("policies");
        let tickets = plan.open_tickets / plan.desks;
        for desk in 0..plan.desks {
            fill_one(&mut connection, &format!("desk{desk}"), tickets).await;
        }
        fill_one(&mut connection, CROWDED, plan.due_at_once).await;
        for statement in [EVENTS, LANES, "VACUUM ANALYZE", "CHECKPOINT"] {
            sqlx::raw_sql(statement).execute(&mut connection).await.expect("a quiet database");
        }
        let bearer = format!("Bearer {}", house.site.token("desk0", "agent", "ann"));
        table.note(format!("desks: filled in {:.0} s", began.elapsed().as_secs_f64()));
        Self { site: house.site, url, bearer, orgs: plan.desks, tickets }
    }

    /// Starts a server on them; with how long that took.
    pub async fn open(&self) -> (Frontdesk, Duration) {
        let mut server = self.site.spawn();
        let took = server.ready().await;
        (server, took)
    }

    /// Lets `count` tickets of an org from number `from` on be due at `at`, and each `apart` later than the one before.
    pub async fn let_be_due(&self, org: &str, from: usize, count: usize, at: DateTime<Utc>, apart: Duration) {
        let mut connection = connect(&self.url).await;
        let due = sqlx::query(DUE).bind(org).bind(from as i64).bind(count as i64).bind(at);
        let due = due.bind(apart.as_micros() as i64).bind(TARGET_SECONDS);
        let rows = due.execute(&mut connection).await.expect("tickets that are due").rows_affected();
        assert_eq!(rows, count as u64, "tickets of {org} that are due");
    }

    pub fn all(&self) -> String {
        format!("{} open tickets of {} orgs", self.orgs * self.tickets, self.orgs)
    }
}

/// What all tickets are promised: around the clock, so that a due moment is easily told.
pub async fn promise(house: &House) {
    let day = json!(["00:00", "24:00"]);
    let hours: serde_json::Map<_, _> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|name| (name.to_owned(), json!([day])))
        .into_iter()
        .collect();
    house
        .make(
            "/crm/business-calendars/create",
            &json!({"id": "always", "name": "Always", "timezone": "UTC", "hours": hours}),
        )
        .await;
    let targets = json!({"firstResponse": "P10D", "nextResponse": "P10D", "resolution": "P30D"});
    let policy = json!({
        "id": "promise", "name": "Promise", "calendarId": "always", "pauseOn": ["pending"], "warnAtPercent": [], "escalations": [],
        "targets": {"low": targets, "normal": targets, "high": targets, "urgent": targets},
    });
    house.make("/crm/sla-policies/create", &policy).await;
}

async fn fill_one(connection: &mut PgConnection, org: &str, tickets: usize) {
    sqlx::query(TICKETS).bind(org).bind(tickets as i32).execute(connection).await.expect("tickets");
}

pub fn resident_mb(server: &Frontdesk) -> f64 {
    resident_kib(server.pid()).unwrap_or(0) as f64 * 1_024.0 / 1_000_000.0
}
