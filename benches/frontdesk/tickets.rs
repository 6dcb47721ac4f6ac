//! Tickets opened and changed a second: Frontdesk's one desk against one transaction a request.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use crate::children::Player;
use crate::desks::promise;
use crate::house::{House, connect, empty_site};
use crate::joins::{POOLS, better_pool};
use crate::load::{Measured, ORG, TICKETS_EACH};
use crate::plan::Plan;
use crate::support::cluster::Cluster;
use crate::table::{Table, median};
use crate::ticket_rival::{FIRST_NUMBER, NUMBERS, TicketTemplate};
use crate::transaction::EVENT_SEQUENCE;

const AIMED_RATIO: f64 = 4.0;
/// The run whose tickets are changed.
const CHANGED: &str = "changed";

/// One side of the comparison.
struct Side {
    address: SocketAddr,
    bearer: String,
}

pub async fn measure(cluster: &Cluster, scratch: &Path, plan: &Plan, table: &mut Table) {
    cluster.create_database("frontdesk_tickets").await;
    let url = cluster.socket_url("frontdesk_tickets");
    let house = House::open_at(&url, &scratch.join("tickets"), 0).await;
    promise(&house).await;
    let ours = Side { address: house.address(), bearer: house.bearer.clone() };
    let mut opened = vec![ours.prepared(plan)];
    let changed = ours.updates(plan, plan.warm_up);
    assert!(changed.accepted > 0, "no ticket was changed: {}; opened: {:?}", changed.others, opened);
    let template = scratch.join("tickets.json");
    let written = serde_json::to_vec(&TicketTemplate::of(&mut connect(&url).await).await).expect("plain values");
    std::fs::write(&template, written).expect("a file");

    cluster.create_database("rival_tickets").await;
    let rival_url = cluster.socket_url("rival_tickets");
    empty_site(&rival_url, &scratch.join("rival_tickets"));
    let mut connection = connect(&rival_url).await;
    for statement in [EVENT_SEQUENCE, NUMBERS] {
        sqlx::query(statement).execute(&mut connection).await.expect("a table of the comparison server");
    }
    sqlx::query(FIRST_NUMBER).bind(ORG).execute(&mut connection).await.expect("the first number");
    let arguments = [("url", rival_url), ("tickets", template.display().to_string())];
    let bearer = house.bearer.clone();
    let (rival, pool) = better_pool(&arguments, |address, pool| {
        let side = Side { address, bearer: bearer.clone() };
        side.creates(plan, plan.join_time / 2, &format!("pool{pool}"))
    })
    .await;
    table.note(format!("tickets: the comparison server's pool: {pool} connections, the better of {POOLS:?}"));
    let theirs = Side { address: rival.address, bearer };
    theirs.prepared(plan);

    let (mut created, mut changed) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for round in 0..plan.rounds {
        for (at, side) in [&ours, &theirs].into_iter().enumerate() {
            created[at].push(side.creates(plan, plan.join_time, &format!("r{round}")));
        }
        for (at, side) in [&ours, &theirs].into_iter().enumerate() {
            changed[at].push(side.updates(plan, plan.join_time));
        }
    }
    compare("tickets opened", &created, plan, table);
    compare("tickets changed", &changed, plan, table);
    let [created, _] = created;
    opened.extend(created);
    every_answer_is_a_row(&house, &opened, table).await;
}

fn compare(what: &str, [ours, theirs]: &[Vec<Measured>; 2], plan: &Plan, table: &mut Table) {
    let rate = |side: &[Measured]| median(side.iter().map(|one| one.a_second));
    let p50 = |side: &[Measured]| median(side.iter().map(|one| one.p50_ms));
    let p99 = |side: &[Measured]| median(side.iter().map(|one| one.p99_ms));
    let ratio = rate(ours) / rate(theirs);
    table.aimed(
        format!("{what} at {} connections: Frontdesk / one transaction a request", plan.join_connections),
        format!("{ratio:.1} x ({:.0}/s against {:.0}/s)", rate(ours), rate(theirs)),
        ">= 4 x",
        ratio >= AIMED_RATIO,
    );
    table.aimed(
        "their p99 latency",
        format!("{:.1} ms against {:.1} ms (p50 {:.1} against {:.1})", p99(ours), p99(theirs), p50(ours), p50(theirs)),
        "lower",
        p99(ours) < p99(theirs),
    );
    for (name, side) in [("Frontdesk", ours), ("transaction", theirs)] {
        let rounds: Vec<String> = side.iter().map(|one| format!("{:.0}", one.a_second)).collect();
        let others: Vec<&str> = side.iter().map(|one| one.others.as_str()).filter(|text| !text.is_empty()).collect();
        table.note(format!("{name}: {what} a second by round {}; other answers: {others:?}", rounds.join(", ")));
    }
}

/// As for joins: and each with its words, its fact and its mail.
async fn every_answer_is_a_row(house: &House, opened: &[Measured], table: &mut Table) {
    let answered: u64 = opened.iter().map(|one| one.accepted).sum();
    let counts = "SELECT ARRAY[(SELECT count(*) FROM ticket), (SELECT max(number) FROM ticket), (SELECT count(*) FROM ticket_words),
        (SELECT count(*) FROM event WHERE kind = 'ticket.created'), (SELECT count(*) FROM message)]";
    let rows: Vec<i64> = sqlx::query_scalar(counts).fetch_one(&mut connect(&house.url).await).await.expect("counts");
    let holds = rows.iter().all(|rows| u64::try_from(*rows).is_ok_and(|rows| rows >= answered));
    table.aimed(
        "tickets acknowledged / rows in ticket, highest number, rows in ticket_words, event, message",
        format!("{answered} / {rows:?}"),
        "no row missing, no gap",
        holds && rows[0] == rows[1],
    );
}

impl Side {
    /// Opens the tickets that are changed afterwards: some for each connection, so that none is changed by two at a time.
    fn prepared(&self, plan: &Plan) -> Measured {
        let mut arguments = self.arguments("tickets", plan, Duration::from_secs(60));
        arguments.extend([("run", CHANGED.to_owned()), ("at-most", TICKETS_EACH.to_string())]);
        Measured::read(&Player::start("client", &arguments).hear())
    }

    fn creates(&self, plan: &Plan, time: Duration, run: &str) -> Measured {
        let mut arguments = self.arguments("tickets", plan, time);
        arguments.push(("run", run.to_owned()));
        Measured::read(&Player::start("client", &arguments).hear())
    }

    fn updates(&self, plan: &Plan, time: Duration) -> Measured {
        let mut arguments = self.arguments("ticket-updates", plan, time);
        arguments.push(("run", CHANGED.to_owned()));
        Measured::read(&Player::start("client", &arguments).hear())
    }

    fn arguments(&self, load: &str, plan: &Plan, time: Duration) -> Vec<(&'static str, String)> {
        vec![
            ("load", load.to_owned()),
            ("address", self.address.to_string()),
            ("bearer", self.bearer.clone()),
            ("connections", plan.join_connections.to_string()),
            ("warm-up", plan.warm_up.as_millis().to_string()),
            ("time", time.as_millis().to_string()),
        ]
    }
}
