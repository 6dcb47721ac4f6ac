//! The private Postgres cluster: what lets `frontdesk serve` run on a machine where nobody set up a database. It is an
//! ordinary Postgres in the data directory, reached by a unix socket that only its owner can reach, with every
//! safeguard on; it lives and dies with us.

mod binaries;
mod error;
mod initdb;
mod lock;
mod log;
mod process;
mod socket;
mod supervisor;
mod user;

use std::path::{Path, PathBuf};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection};

pub use self::error::ClusterError;
use self::lock::LockedDirectory;
use self::log::ServerLog;
use self::process::Launch;
use self::supervisor::Supervised;
use self::user::ServerUser;

/// The database that Frontdesk works in.
const DATABASE: &str = "frontdesk";
/// The database that every cluster has, from which the first other one is created.
const MAINTENANCE_DATABASE: &str = "postgres";

/// How much the data matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// What was committed survives a power cut.
    Safe,
    /// What was committed survives a killed server, but not a power cut; for tests, which are faster so.
    Throwaway,
}

impl Durability {
    fn settings(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Safe => &[("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on")],
            // A commit still waits until its log is with the kernel, or a killed server would forget it.
            Self::Throwaway => &[("fsync", "off"), ("synchronous_commit", "on"), ("full_page_writes", "off")],
        }
    }
}

/// Settings of the server, beside where it listens and how durable it is. They are given at each start, so an old data
/// directory follows a new Frontdesk.
const SERVER_SETTINGS: [(&str, &str); 17] = [
    ("listen_addresses", ""),
    ("unix_socket_permissions", "0700"),
    ("max_connections", "64"),
    ("shared_buffers", "128MB"),
    ("wal_compression", "on"),
    ("max_wal_size", "1GB"),
    ("checkpoint_completion_target", "0.9"),
    // Small statements over indexes: compiling them and spreading them over processes costs more than it gains.
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("log_destination", "stderr"),
    ("logging_collector", "off"),
    ("log_checkpoints", "off"),
    ("log_min_messages", "warning"),
    // The statements of a client's mistakes would carry what customers typed.
    ("log_min_error_statement", "panic"),
    ("log_line_prefix", "%m [%p] "),
];

/// A running private cluster. Keep it for as long as the database is needed and [`Cluster::stop`] it at the end; if it
/// is dropped, or the process is killed, the server shuts down by itself.
#[derive(Debug)]
pub struct Cluster {
    supervised: Supervised,
    socket: PathBuf,
    directory: LockedDirectory,
}

impl Cluster {
    /// Starts the cluster in `data_directory`, creating what is missing, and waits until it accepts connections. The
    /// server is watched by a task on the calling runtime, which starts it again when it dies.
    ///
    /// # Errors
    /// No Postgres is installed, the directory is in use, or the server does not start; each says what to do.
    pub async fn start(
        data_directory: &Path,
        pg_bin: Option<&Path>,
        durability: Durability,
    ) -> Result<Self, ClusterError> {
        let directory = LockedDirectory::take(data_directory)?;
        let data = directory.path();
        let cluster = data.join("postgres");
        let binaries = binaries::find(pg_bin, &cluster)?;
        let user = ServerUser::choose(data, &cluster)?;
        initdb::ensure(data, &cluster, &binaries, user, durability).await?;
        user.ensure_reach(data, &cluster)?;
        let socket = socket::prepare(data, user)?;
        let launch = Launch {
            postgres: binaries.postgres(),
            arguments: arguments(&cluster, &socket, durability),
            user,
            cluster,
            log: ServerLog::begin(data)?,
        };
        let supervised = Supervised::start(launch).await?;
        let cluster = Self { supervised, socket, directory };
        match cluster.ensure_database().await {
            Ok(()) => Ok(cluster),
            Err(failure) => {
                cluster.stop().await;
                Err(ClusterError::Refused(failure))
            }
        }
    }

    /// How to connect to the cluster that another Frontdesk runs in `data_directory`; none when none runs there.
    #[must_use]
    pub fn options_of_running(data_directory: &Path) -> Option<PgConnectOptions> {
        let data = std::fs::canonicalize(data_directory).ok()?;
        let (_, ready) = process::holder_of(&data.join("postgres"))?;
        ready.then(|| options(&socket::place(&data), DATABASE))
    }

    /// How to connect to Frontdesk's database in this cluster. They stay valid across a restart of the server.
    #[must_use]
    pub fn connect_options(&self) -> PgConnectOptions {
        options(&self.socket, DATABASE)
    }

    /// The process id of the server; none while it is being restarted.
    #[must_use]
    pub fn server_pid(&self) -> Option<u32> {
        self.supervised.process()
    }

    /// Stops the server, with everything written, and lets go of the data directory.
    pub async fn stop(self) {
        self.supervised.stop().await;
        socket::clean_up(self.directory.path(), &self.socket);
    }

    #[expect(clippy::disallowed_methods, reason = "SQL lives in src/store, and this is it")]
    async fn ensure_database(&self) -> Result<(), sqlx::Error> {
        let mut connection = options(&self.socket, MAINTENANCE_DATABASE).connect().await?;
        let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(DATABASE)
            .fetch_one(&mut connection)
            .await?;
        if !known {
            sqlx::raw_sql("CREATE DATABASE frontdesk").execute(&mut connection).await?;
        }
        connection.close().await
    }
}

fn options(socket: &Path, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .port(socket::PORT)
        .username(initdb::SUPERUSER)
        .database(database)
        .ssl_mode(PgSslMode::Disable)
        .application_name("frontdesk")
}

/// The server's command line.
fn arguments(cluster: &Path, socket: &Path, durability: Durability) -> Vec<String> {
    let mut arguments = vec!["-D".to_owned(), cluster.to_string_lossy().into_owned()];
    let mut set = |name: &str, value: &str| arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
    // The setting is a list: quoted, a comma or a space in the path stays part of it.
    set("unix_socket_directories", &format!("\"{}\"", socket.to_string_lossy().replace('"', "\"\"")));
    set("port", &socket::PORT.to_string());
    for (name, value) in SERVER_SETTINGS.iter().chain(durability.settings()) {
        set(name, value);
    }
    arguments
}

#[cfg(test)]
mod tests;
