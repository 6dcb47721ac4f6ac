//! How soon a breach is committed once it is due: single ones, and ten thousand in the same second. Each is an event of the log
//! with its due moment, a changed ticket, and a mail to whom the ticket belongs.
//!
//! What is due is put into the tables before the server starts, at moments soon after that. The database is asked again and
//! again which breaches are there: what that takes counts against the server.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::desks::{CROWDED, Desks, resident_mb};
use crate::house::connect;
use crate::plan::Plan;
use crate::support::frontdesk::Frontdesk;
use crate::table::Table;

const AIMED_SECONDS: f64 = 2.0;
const AIMED_P99_MS: f64 = 50.0;
/// How far apart single ones are due; no multiple of anything that the server sleeps for.
const APART: Duration = Duration::from_micros(97_300);
/// Between two things that are measured.
const BREATH: Duration = Duration::from_secs(3);
/// How often the database is asked.
const LOOK_EVERY: Duration = Duration::from_millis(2);
const LIMIT: Duration = Duration::from_secs(60);

const SEEN: &str = "SELECT at FROM event WHERE kind = 'sla_breach' AND at > $1 ORDER BY at";
const COUNT: &str = "SELECT count(*) FROM event WHERE kind = 'sla_breach' AND at = $1";
const MAILS: &str = "SELECT count(*) FROM message";

pub async fn measure(desks: &Desks, plan: &Plan, table: &mut Table) {
    let (mut server, took) = desks.open().await;
    server.stop();
    let begin = whole_second(Utc::now() + TimeDelta::from_std(took * 2 + BREATH * 2).expect("some seconds"));
    let singles_end = begin + TimeDelta::from_std(APART * plan.due_singly as u32 + BREATH).expect("some seconds");
    let (spread, crowded) = (whole_second(singles_end), whole_second(singles_end) + TimeDelta::seconds(8));
    let each = plan.due_at_once / desks.orgs;
    for desk in 0..desks.orgs {
        desks.let_be_due(&format!("desk{desk}"), 1, each, spread, Duration::ZERO).await;
    }
    desks.let_be_due(CROWDED, 1, plan.due_at_once, crowded, Duration::ZERO).await;
    desks.let_be_due("desk0", each + 1, plan.due_singly, begin, APART).await;

    let (mut server, _) = desks.open().await;
    assert!(Utc::now() < begin, "the server was ready too late for what was to become due");
    let mut connection = connect(&desks.url).await;
    let mut late = singly(&mut connection, begin, plan.due_singly).await;
    late.sort_by(f64::total_cmp);
    let quantile = |part: f64| late[((late.len() - 1) as f64 * part) as usize];
    let (p50, p99) = (quantile(0.5), quantile(0.99));
    let all = desks.all();
    table.aimed(
        format!("{all}: {} breaches due one by one, seen committed after: p99", late.len()),
        format!("{p99:.1} ms (p50 {p50:.1} ms)"),
        "<= 50 ms",
        p99 <= AIMED_P99_MS,
    );
    for (what, due) in [(format!("{} orgs", desks.orgs), spread), ("one org".to_owned(), crowded)] {
        let seconds = at_once(&mut connection, due, plan.due_at_once as i64, &server).await;
        table.aimed(
            format!(
                "{all}: {} breaches of {what} due in the same second, until the last is committed",
                plan.due_at_once
            ),
            format!("{seconds:.2} s"),
            "<= 2 s",
            seconds <= AIMED_SECONDS,
        );
    }
    let mails: i64 = sqlx::query_scalar(MAILS).fetch_one(&mut connection).await.expect("a count");
    table.note(format!("firing: {mails} mails about breaches; resident {:.0} MB after it", resident_mb(&server)));
    server.stop();
}

/// How late each single one was seen, in milliseconds.
async fn singly(connection: &mut PgConnection, begin: DateTime<Utc>, count: usize) -> Vec<f64> {
    let (mut late, mut last, began) = (Vec::new(), begin - TimeDelta::seconds(1), Instant::now());
    while late.len() < count {
        let seen: Vec<DateTime<Utc>> =
            sqlx::query_scalar(SEEN).bind(last).fetch_all(&mut *connection).await.expect("breaches");
        let now = Utc::now();
        late.extend(seen.iter().map(|at| (now - *at).as_seconds_f64() * 1_000.0));
        last = seen.last().copied().unwrap_or(last);
        assert!(began.elapsed() < LIMIT + APART * count as u32, "{} of {count} breaches were seen", late.len());
        tokio::time::sleep(LOOK_EVERY).await;
    }
    late
}

/// How long after `due` all of `count` were there, in seconds.
async fn at_once(connection: &mut PgConnection, due: DateTime<Utc>, count: i64, server: &Frontdesk) -> f64 {
    let wait = (due - Utc::now()).to_std().expect("it is due in the future");
    tokio::time::sleep(wait).await;
    loop {
        let seen: i64 = sqlx::query_scalar(COUNT).bind(due).fetch_one(&mut *connection).await.expect("a count");
        let late = Utc::now() - due;
        if seen >= count {
            return late.as_seconds_f64();
        }
        assert!(late.to_std().is_ok_and(|late| late < LIMIT), "{seen} of {count} breaches:\n{}", server.log());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn whole_second(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp() + 1, 0).expect("a moment of our days")
}
