//! A throw-away PostgreSQL cluster: on a unix socket and on loopback, gone with its directory when dropped.

use std::fs::File;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use super::process;

const START_LIMIT: Duration = Duration::from_secs(30);

/// A running cluster.
pub struct Cluster {
    directory: TempDir,
    postmaster: Child,
    port: u16,
}

/// Whether commits reach the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As in production: what is measured.
    Fsync,
    /// Survives the death of processes, not of the machine: enough for tests.
    ProcessOnly,
}

impl Cluster {
    /// Makes and starts a cluster in a new directory under `parent`.
    pub async fn start(parent: &Path, durability: Durability) -> Self {
        let directory = tempfile::Builder::new().prefix("frontdesk-pg-").tempdir_in(parent).expect("a directory");
        let owner = server_account();
        if let Some((user, group)) = owner {
            chown(directory.path(), Some(user), Some(group)).expect("root may give a directory away");
        }
        let port = process::free_port();
        let data = directory.path().join("data");
        let mut initdb = command("initdb", owner);
        initdb.args(["--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"]).arg(&data);
        let made = initdb.current_dir(directory.path()).stdout(Stdio::null()).output().expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));

        let log = File::create(directory.path().join("log")).expect("a log");
        let fsync = if durability == Durability::Fsync { "fsync=on" } else { "fsync=off" };
        let mut postgres = command("postgres", owner);
        postgres.arg("-D").arg(&data).arg("-k").arg(directory.path()).args(["-p", &port.to_string()]);
        for setting in
            [fsync, "listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=256MB", "max_wal_size=4GB"]
        {
            postgres.args(["-c", setting]);
        }
        postgres.current_dir(directory.path()).stdin(Stdio::null());
        postgres.stdout(log.try_clone().expect("a log")).stderr(log);
        let postmaster = postgres.spawn().expect("postgres runs");
        let cluster = Self { directory, postmaster, port };
        cluster.wait_until_it_answers().await;
        cluster
    }

    /// The id of its first process.
    pub fn postmaster_pid(&self) -> u32 {
        self.postmaster.id()
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// URL of a database by the unix socket.
    pub fn socket_url(&self, database: &str) -> String {
        let directory = self.directory.path().display();
        format!("postgres:///{database}?host={directory}&port={}&user=postgres", self.port)
    }

    /// URL of a database by TCP on loopback, through `port`.
    pub fn tcp_url(&self, database: &str, port: u16) -> String {
        format!("postgres://postgres@127.0.0.1:{port}/{database}")
    }

    /// Makes an empty database.
    pub async fn create_database(&self, name: &'static str) {
        let mut connection = PgConnection::connect(&self.socket_url("postgres")).await.expect("the cluster answers");
        let statement = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(statement).execute(&mut connection).await.expect("a new database");
    }

    /// What `SHOW server_version` says.
    pub async fn version(&self) -> String {
        let mut connection = PgConnection::connect(&self.socket_url("postgres")).await.expect("the cluster answers");
        sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await.expect("a version")
    }

    async fn wait_until_it_answers(&self) {
        let began = Instant::now();
        while let Err(error) = PgConnection::connect(&self.socket_url("postgres")).await {
            let log = process::tail(&self.directory.path().join("log"));
            assert!(began.elapsed() < START_LIMIT, "postgres does not answer: {error}\n{log}");
            tokio::time::sleep(process::POLL_INTERVAL).await;
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for pid in process::family(self.postmaster.id()) {
            process::signal("CONT", pid);
        }
        process::end(&mut self.postmaster, "INT");
    }
}

/// A program of PostgreSQL, to be run as the account that may run a server.
fn command(program: &str, account: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(binaries().join(program));
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

/// Where the binaries are: `$PG_BIN`, the newest of the usual places, or PATH.
fn binaries() -> PathBuf {
    if let Ok(named) = std::env::var("PG_BIN") {
        return PathBuf::from(named);
    }
    let usual = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = usual
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, path)| path.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, newest)) = found.pop() {
        return newest;
    }
    let path = std::env::var("PATH").unwrap_or_default();
    std::env::split_paths(&path).find(|dir| dir.join("initdb").exists()).expect("PostgreSQL's binaries: set PG_BIN")
}

/// PostgreSQL refuses root: user and group of `postgres`, else of `nobody`. `None` when we are not root.
fn server_account() -> Option<(u32, u32)> {
    let we_are_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if !we_are_root {
        return None;
    }
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let account = |name: &str| {
        let fields: Vec<&str> =
            accounts.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|f| f[0] == name)?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    account("postgres").or_else(|| account("nobody"))
}
