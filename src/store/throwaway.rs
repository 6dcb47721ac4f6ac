//! Databases for tests: one throw-away cluster a process, in memory where the machine offers that, and per test a copy
//! of a database whose tables are up to date.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::runtime::Runtime;

use super::cluster::{Cluster, Durability};

/// Where a file system in memory is, on Linux.
const MEMORY: &str = "/dev/shm";
const NAME: &str = "frontdesk-test-";
const TEMPLATE: &str = "template_frontdesk";

struct House {
    runtime: Runtime,
    cluster: Cluster,
}

/// A database of one's own, with its tables up to date and nothing in them.
///
/// # Panics
/// When there is no Postgres, or it does not do as it should: no test can go on then.
#[must_use]
pub fn database() -> PgConnectOptions {
    static HOUSE: OnceLock<House> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    // On a thread of its own: the caller may be inside a runtime, where waiting for another one is not allowed.
    std::thread::spawn(|| {
        let house = HOUSE.get_or_init(open);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let options = house.cluster.connect_options().database(&name);
        let create = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy");
        house.runtime.block_on(run(&house.cluster.connect_options(), create));
        options
    })
    .join()
    .expect("a throw-away database can be made")
}

fn open() -> House {
    clear_up();
    let runtime = Runtime::new().expect("a runtime");
    let base = if Path::new(MEMORY).is_dir() { PathBuf::from(MEMORY) } else { std::env::temp_dir() };
    let directory = base.join(format!("{NAME}{}", std::process::id()));
    let cluster = runtime.block_on(async {
        let started = Cluster::start(&directory, None, Durability::Throwaway).await;
        let cluster = started.expect("a throw-away cluster starts");
        let options = cluster.connect_options();
        run(&options, format!("CREATE DATABASE {TEMPLATE}")).await;
        super::migrate(&options.database(TEMPLATE)).await.expect("the tables can be made");
        cluster
    });
    House { runtime, cluster }
}

/// Removes what earlier processes, which cannot clean up after their own end, have left.
fn clear_up() {
    for place in [PathBuf::from(MEMORY), std::env::temp_dir()] {
        for left in std::fs::read_dir(place).into_iter().flatten().flatten() {
            let name = left.file_name();
            let process = name.to_str().and_then(|name| name.strip_prefix(NAME));
            if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
                // Somebody else may be clearing up at the same time.
                let _ = std::fs::remove_dir_all(left.path());
            }
        }
    }
}

async fn run(options: &PgConnectOptions, statement: String) {
    let mut connection = options.connect().await.expect("the throw-away cluster answers");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the throw-away cluster obeys");
    connection.close().await.expect("the connection closes");
}
