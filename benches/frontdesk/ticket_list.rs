//! How fast the list that agents work from is read: open tickets, what is due first, among a million.

use std::net::SocketAddr;

use crate::children::Player;
use crate::desks::Desks;
use crate::load::Measured;
use crate::plan::Plan;
use crate::table::{Table, median};

const LIST: &str = "/crm/tickets/get?status=open,in-progress,pending&sort=dueAt&pageSize=50";
const AIMED_P99_MS: f64 = 20.0;
/// A closed loop: more connections measure how long the others take.
const CONNECTIONS: [usize; 2] = [1, 8];

pub async fn measure(desks: &Desks, plan: &Plan, table: &mut Table) {
    let (mut server, _) = desks.open().await;
    for connections in CONNECTIONS {
        let rounds: Vec<Measured> = (0..plan.rounds).map(|_| reads(server.address, desks, connections, plan)).collect();
        let of = |value: fn(&Measured) -> f64| median(rounds.iter().map(value));
        let (rate, p50, p99) = (of(|one| one.a_second), of(|one| one.p50_ms), of(|one| one.p99_ms));
        let what = format!("{}: 50 of one org's by due time, at {connections} connections: p99", desks.all());
        table.aimed(what, format!("{p99:.1} ms (p50 {p50:.1} ms, {rate:.0}/s)"), "< 20 ms", p99 < AIMED_P99_MS);
        let others: Vec<&str> = rounds.iter().map(|one| one.others.as_str()).filter(|text| !text.is_empty()).collect();
        if !others.is_empty() {
            table.note(format!("list: other answers: {others:?}"));
        }
    }
    server.stop();
}

fn reads(address: SocketAddr, desks: &Desks, connections: usize, plan: &Plan) -> Measured {
    let arguments = [
        ("load", "same".to_owned()),
        ("address", address.to_string()),
        ("connections", connections.to_string()),
        ("target", LIST.to_owned()),
        ("bearer", desks.bearer.clone()),
        ("warm-up", plan.warm_up.as_millis().to_string()),
        ("time", plan.status_time.as_millis().to_string()),
    ];
    Measured::read(&Player::start("client", &arguments).hear())
}
