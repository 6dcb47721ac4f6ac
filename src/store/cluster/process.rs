//! One run of the server: a shell as its parent, and the pipe by which the shell learns that we are gone.
//!
//! The server must not outlive us, not even a kill -9. So its parent is a shell that reads a pipe which we hold open: a
//! line on it is the name of a signal for the server, its end (whoever or whatever ends us, the kernel closes the pipe)
//! means a fast shutdown. The shell leads a process group of its own, else Ctrl-C in a terminal would stop the server
//! before we have flushed into it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::{sleep, timeout};

use super::error::ClusterError;
use super::log::{ServerLog, complaint_in, predecessor_lingers};
use super::user::ServerUser;

/// Runs the server given as arguments, tells its process id, and passes on signals until the pipe ends.
const GUARDIAN: &str = r#"
exec 3<&0 </dev/null
"$@" 3<&- >&2 &
server=$!
echo "$server"
exec >&2
(
    while read -r signal <&3; do kill -s "$signal" "$server"; done
    kill -s INT "$server"
) 2>/dev/null &
watcher=$!
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
"#;

/// Longest until the shell has told the server's process id.
const LAUNCH_LIMIT: Duration = Duration::from_secs(30);
/// Longest until a server accepts connections: replaying a long log after a crash takes its time.
const READY_LIMIT: Duration = Duration::from_secs(15 * 60);
/// How often a starting server is looked at.
const READY_POLL: Duration = Duration::from_millis(20);
/// Longest fast shutdown, which ends with a checkpoint; then it is cut short.
const FAST_SHUTDOWN_LIMIT: Duration = Duration::from_secs(60);
/// Longest immediate shutdown, after which the server is killed.
const IMMEDIATE_SHUTDOWN_LIMIT: Duration = Duration::from_secs(10);

/// Everything that a run of the server needs.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    pub(super) postgres: PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) user: ServerUser,
    pub(super) cluster: PathBuf,
    pub(super) log: ServerLog,
}

/// Why a run did not come to be ready.
#[derive(Debug)]
pub(super) enum NotReady {
    /// Its predecessor is not quite gone; try again.
    PredecessorLingers,
    /// It failed.
    Failed(ClusterError),
}

impl From<ClusterError> for NotReady {
    fn from(error: ClusterError) -> Self {
        Self::Failed(error)
    }
}

/// A running server. Dropped, it shuts down on its own.
#[derive(Debug)]
pub(super) struct Server {
    guardian: Child,
    signals: ChildStdin,
    process: u32,
}

impl Launch {
    /// Starts the server and waits until it accepts connections.
    pub(super) async fn run(&self) -> Result<Server, NotReady> {
        let (log, began) = self.log.open()?;
        let mut command = self.user.command(Path::new("sh"));
        command.args(["-c", GUARDIAN, "frontdesk-postgres"]).arg(&self.postgres).args(&self.arguments);
        command.env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut guardian =
            Command::from(command).process_group(0).spawn().map_err(ClusterError::io("cannot run", &self.postgres))?;
        let (Some(signals), Some(told)) = (guardian.stdin.take(), guardian.stdout.take()) else {
            return Err(self.failure(began).into());
        };
        let process = read_process_id(told).await.ok_or_else(|| self.failure(began))?;
        let mut server = Server { guardian, signals, process };
        let up = timeout(READY_LIMIT, self.wait_until_ready(&mut server)).await;
        if matches!(up, Ok(true)) {
            return Ok(server);
        }
        if up.is_err() {
            server.stop().await;
        }
        if predecessor_lingers(&self.log.since(began)) {
            return Err(NotReady::PredecessorLingers);
        }
        Err(self.failure(began).into())
    }

    /// Whether the server came to accept connections; else it has ended.
    async fn wait_until_ready(&self, server: &mut Server) -> bool {
        loop {
            if accepts_connections(&self.cluster, server.process) {
                return true;
            }
            // Not to be told counts as ended: a server that we cannot watch is none.
            if !matches!(server.guardian.try_wait(), Ok(None)) {
                return false;
            }
            sleep(READY_POLL).await;
        }
    }

    fn failure(&self, began: u64) -> ClusterError {
        ClusterError::DidNotStart { reason: complaint_in(&self.log.since(began)), log: self.log.path().to_owned() }
    }
}

impl Server {
    /// The process id of the server.
    pub(super) fn process(&self) -> u32 {
        self.process
    }

    /// Waits until the server has ended, however.
    pub(super) async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.guardian.wait().await
    }

    /// Shuts the server down: fast (sessions are ended, everything is written), and with more force when that takes
    /// beyond its limit. Nothing that was committed is lost by any of it.
    pub(super) async fn stop(mut self) {
        for (signal, limit) in
            [("INT\n", FAST_SHUTDOWN_LIMIT), ("QUIT\n", IMMEDIATE_SHUTDOWN_LIMIT), ("KILL\n", IMMEDIATE_SHUTDOWN_LIMIT)]
        {
            // A broken pipe means that the shell is gone, which the wait below finds out.
            let _ = self.signals.write_all(signal.as_bytes()).await;
            if timeout(limit, self.guardian.wait()).await.is_ok() {
                return;
            }
        }
    }
}

async fn read_process_id(told: ChildStdout) -> Option<u32> {
    let mut line = String::new();
    timeout(LAUNCH_LIMIT, BufReader::new(told).read_line(&mut line)).await.ok()?.ok()?;
    line.trim().parse().ok()
}

/// What the server's lock file says: the process that holds the cluster, and whether it accepts connections.
pub(super) fn holder_of(cluster: &Path) -> Option<(u32, bool)> {
    /// The line of the status; the first one is the process id.
    const STATUS_LINE: usize = 7;

    let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let process = text.lines().next()?.trim().parse().ok()?;
    let ready = text.lines().nth(STATUS_LINE).is_some_and(|status| status.trim() == "ready");
    Some((process, ready))
}

/// Whether this very process (not a predecessor that is still going down) accepts connections.
fn accepts_connections(cluster: &Path, process: u32) -> bool {
    holder_of(cluster) == Some((process, true))
}
