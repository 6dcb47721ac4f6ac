//! Live: how long until each of thousands of watchers of one point has seen a change of it.

use serde_json::Value;

use crate::children::Player;
use crate::house::House;
use crate::load::Measured;
use crate::plan::Plan;
use crate::table::Table;

const POINT: &str = "watched";
const IDLE_AIM_MS: f64 = 250.0;
const LOADED_AIM_MS: f64 = 500.0;
/// The load goes on a little longer than the changes that are measured under it.
const LOAD_MARGIN_MS: u128 = 2_000;
/// Between two changes; the watchers' process keeps to it.
pub const CHANGE_INTERVAL_MS: usize = 500;

pub async fn measure(house: &House, plan: &Plan, table: &mut Table) {
    house.add_point(POINT).await;
    let mut watchers = Player::start(
        "watchers",
        &[
            ("address", house.address().to_string()),
            ("point", POINT.to_owned()),
            ("watchers", plan.watchers.to_string()),
            ("changes", plan.changes.to_string()),
        ],
    );
    let connected = watchers.hear();
    table.note(format!("watchers: {connected}"));
    let wanted_all = connected["watching"].as_u64() == Some(plan.watchers as u64);

    watchers.tell("measure");
    let idle = watchers.hear();
    row(table, plan, "idle", &idle, IDLE_AIM_MS, wanted_all);

    let mut load = joins_elsewhere(house, plan);
    watchers.tell("measure");
    let loaded = watchers.hear();
    let measured = Measured::read(&load.hear());
    let rate = plan.load_rate as f64;
    row(table, plan, &format!("under {rate:.0} joins/s at other points"), &loaded, LOADED_AIM_MS, wanted_all);
    table.note(format!(
        "that load: {:.0} joins/s reached, p99 {:.0} ms; other answers: {:?}",
        measured.a_second, measured.p99_ms, measured.others
    ));
    watchers.tell("end");
}

fn row(table: &mut Table, plan: &Plan, when: &str, line: &Value, aim_ms: f64, wanted_all: bool) {
    let number = |name: &str| line[name].as_f64().unwrap_or(f64::NAN);
    let (p99, missed) = (number("p99Ms"), number("missed"));
    table.aimed(
        format!("{} watchers of one point see a change, {when}: p99", plan.watchers),
        format!("{p99:.0} ms (p50 {:.0}, last one {:.0}, missed {missed:.0})", number("p50Ms"), number("maxMs")),
        &format!("<= {aim_ms:.0} ms"),
        p99 <= aim_ms && missed == 0.0 && wanted_all,
    );
}

/// Joins at a fixed rate at the other points: the watched one changes only by what is measured.
fn joins_elsewhere(house: &House, plan: &Plan) -> Player {
    let time = (plan.changes * CHANGE_INTERVAL_MS * 2) as u128 + LOAD_MARGIN_MS;
    Player::start(
        "client",
        &[
            ("load", "joins".to_owned()),
            ("address", house.address().to_string()),
            ("connections", plan.load_connections.to_string()),
            ("points", plan.points.to_string()),
            ("run", "live".to_owned()),
            ("rate", plan.load_rate.to_string()),
            ("warm-up", plan.warm_up.as_millis().to_string()),
            ("time", time.to_string()),
        ],
    )
}
