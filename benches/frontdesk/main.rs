//! `make bench`: what Frontdesk promises about speed, as ratios that were measured in one run.
//!
//! Client, server and PostgreSQL are separate processes: this binary starts itself again with `--role=...` for load
//! clients, watchers and the two comparison servers. The method is told in `benches/README.md`.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads clocks, the environment and the database")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value;

#[allow(dead_code, reason = "shared with the failure tests, which use other parts of it")]
#[path = "../../tests/support/mod.rs"]
mod support;

mod bare;
mod booking;
mod children;
mod creates;
mod desk_start;
mod desks;
mod firing;
mod house;
mod joins;
mod live;
mod load;
mod plan;
mod slots;
mod start;
mod status;
mod table;
mod ticket_list;
mod ticket_rival;
mod tickets;
mod transaction;
mod watchers;

use children::Arguments;
use house::House;
use plan::Plan;
use support::cluster::{Cluster, Durability};
use table::Table;

fn main() {
    let arguments = Arguments::of_process();
    match arguments.get("role") {
        Some("bare") => bare::serve(&arguments),
        Some("transaction") => transaction::serve(&arguments),
        Some("client") => load::run(&arguments),
        Some("watchers") => watchers::run(&arguments),
        Some(other) => panic!("there is no role {other}"),
        None => runtime().block_on(measure(&arguments)),
    }
}

/// The parent only starts, waits and counts: one thread is enough and leaves the machine to what is measured.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn measure(arguments: &Arguments) {
    let began = Instant::now();
    let plan = if arguments.has("quick") { Plan::quick() } else { Plan::full() };
    let only = arguments.get("only").map(str::to_owned);
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only.split(',').any(|name| name == part));
    let disk = disk_for_measuring();
    let scratch = tempfile::Builder::new().prefix("frontdesk-bench-").tempdir_in(&disk).expect("a directory");
    let cluster = Cluster::start(&disk, Durability::Fsync).await;
    let mut table = Table::new(&cluster.version().await);
    table.note(format!("binary: {}; cluster on {}, fsync on", binary().display(), disk.display()));

    if wanted("joins") || wanted("status") || wanted("live") {
        let house = House::open(&cluster, scratch.path(), &plan).await;
        if wanted("joins") {
            joins::measure(&house, &cluster, &plan, &mut table).await;
        }
        if wanted("status") {
            status::measure(&house, scratch.path(), &plan, &mut table).await;
        }
        if wanted("live") {
            live::measure(&house, &plan, &mut table).await;
        }
    }
    if wanted("slots") {
        slots::measure(&cluster, scratch.path(), &plan, &mut table).await;
    }
    if wanted("creates") {
        creates::measure(&cluster, scratch.path(), &plan, &mut table).await;
    }
    if wanted("start") {
        start::measure(&cluster, scratch.path(), &plan, &mut table).await;
    }
    if wanted("tickets") {
        tickets::measure(&cluster, scratch.path(), &plan, &mut table).await;
    }
    if wanted("desk") || wanted("list") || wanted("firing") {
        desks::measure(&cluster, scratch.path(), &plan, &mut table, wanted).await;
    }
    table.note(format!("the whole run took {:.0} s{}", began.elapsed().as_secs_f64(), plan.remark()));
    table.print();
    if let Some(file) = arguments.get("json") {
        std::fs::write(file, Value::to_string(&table.as_json())).expect("the file can be written");
    }
}

/// The server that is measured: the one built with this benchmark, or the one that `FRONTDESK_BIN` names.
fn binary() -> PathBuf {
    std::env::var_os("FRONTDESK_BIN").map_or_else(|| env!("CARGO_BIN_EXE_frontdesk").into(), PathBuf::from)
}

/// `/tmp` is memory on many machines; `/var/tmp` is a disk by convention, and readable for PostgreSQL's own account.
fn disk_for_measuring() -> PathBuf {
    let usual = Path::new("/var/tmp");
    if usual.is_dir() { usual.to_owned() } else { std::env::temp_dir() }
}
