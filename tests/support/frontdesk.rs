//! Frontdesk as its users have it: the binary, started with settings, spoken to over HTTP.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{process, wire};

/// HS256 secret of everything that is started here.
pub const JWT_SECRET: &str = "a secret for tests and benchmarks only, 32 bytes or more";
/// How long a server may take until `/readyz` says yes (a killed PostgreSQL takes seconds to let go of its memory).
pub const READY_LIMIT: Duration = Duration::from_secs(60);

/// Where a server lives: its settings, without a process.
#[derive(Clone, Debug)]
pub struct Site {
    binary: PathBuf,
    directory: PathBuf,
    environment: Vec<(String, String)>,
}

/// A running server; dropped, it is ended.
pub struct Frontdesk {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    log: PathBuf,
}

impl Site {
    /// A site in `directory` (logs, and the data of the embedded cluster unless [`Self::with_database`] is called).
    pub fn new(binary: impl Into<PathBuf>, directory: &Path) -> Self {
        let data = directory.join("data").display().to_string();
        let settings = [
            ("FRONTDESK_DATA_DIR", data.as_str()),
            ("FRONTDESK_JWT_SECRET", JWT_SECRET),
            ("FRONTDESK_PUBLIC_RATE", "0"),
        ];
        let environment = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { binary: binary.into(), directory: directory.to_owned(), environment }
    }

    /// Uses a PostgreSQL server instead of the embedded one.
    pub fn with_database(self, url: &str) -> Self {
        self.with("DATABASE_URL", url)
    }

    /// One more setting.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where the embedded cluster keeps its data.
    pub fn data_directory(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// Runs a command of the binary to its end and answers what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().expect("the binary runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "frontdesk {arguments:?}: {}\n{printed}\n{complaint}", output.status);
        printed
    }

    /// A token for `subject` as `role` in `org`, printed by the binary.
    pub fn token(&self, org: &str, role: &str, subject: &str) -> String {
        let printed = self.run(&["token", "--org", org, "--role", role, "--subject", subject]);
        printed.split_whitespace().last().expect("a token is printed").to_owned()
    }

    /// Starts the server and returns at once.
    pub fn spawn(&self) -> Frontdesk {
        let port = process::free_port();
        let log = self.directory.join(format!("frontdesk-{port}.log"));
        let written = File::create(&log).expect("a log");
        // As many open sockets as the system allows: 10,000 watchers need them.
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n \"$(ulimit -H -n)\"; exec \"$0\" \"$@\""]).arg(&self.binary).arg("serve");
        command.env_clear().envs(self.inherited()).envs(self.environment.iter().cloned());
        command.env("FRONTDESK_LISTEN", format!("127.0.0.1:{port}")).current_dir(&self.directory);
        command.stdin(Stdio::null()).stdout(written.try_clone().expect("a log")).stderr(written);
        let child = command.spawn().expect("the binary runs");
        Frontdesk { child, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), log }
    }

    /// Starts the server and waits until it is ready.
    pub async fn start(&self) -> Frontdesk {
        let mut server = self.spawn();
        server.ready().await;
        server
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.env_clear().envs(self.inherited()).envs(self.environment.iter().cloned());
        command.current_dir(&self.directory).stdin(Stdio::null());
        command
    }

    /// What a server may see of our own environment: nothing that could be one of its settings.
    fn inherited(&self) -> impl Iterator<Item = (String, String)> {
        ["PATH", "HOME", "LANG", "PG_BIN", "RUST_BACKTRACE"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)))
    }
}

impl Frontdesk {
    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    /// The end of its log.
    pub fn log(&self) -> String {
        process::tail(&self.log)
    }

    /// Waits until `/readyz` says yes, and tells how long that took.
    pub async fn ready(&mut self) -> Duration {
        let began = Instant::now();
        loop {
            let answer = wire::call(self.address, "GET", "/readyz", &[], None).await;
            if answer.is_ok_and(|answer| answer.status == 200) {
                return began.elapsed();
            }
            if let Some(status) = self.ended() {
                panic!("the server ended with {status} before it was ready:\n{}", self.log());
            }
            assert!(began.elapsed() < READY_LIMIT, "not ready within {READY_LIMIT:?}:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Kills it, without a word of warning.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop and waits until it has flushed and gone.
    pub fn stop(&mut self) {
        process::end(&mut self.child, "TERM");
    }
}

impl Drop for Frontdesk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the end of the server's log ---\n{}", self.log());
        }
        self.stop();
    }
}
