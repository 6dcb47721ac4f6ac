//! Keeps the server running: a death that nobody asked for is followed by a new start, until we are asked to stop.
#![expect(
    clippy::disallowed_methods,
    reason = "the task's end is awaited by Cluster::stop, and its fate is logged here"
)]

use std::fs;
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tracing::{error, info, warn};

use super::error::ClusterError;
use super::process::{Launch, NotReady, Server, holder_of};

/// Pause between two tries while a killed predecessor goes away.
const LINGERING_PAUSE: Duration = Duration::from_millis(100);
/// Most such tries at the first start, about a minute: a predecessor in an orderly shutdown writes everything first.
const LINGERING_TRIES_MAX: u32 = 600;
/// Tries after which a lock file is suspected of naming a process that has nothing to do with Postgres: about 10 s.
const LINGERING_TRIES_BEFORE_SUSPICION: u32 = 100;
/// First pause before a restart that failed is tried again; it doubles each time.
const RESTART_PAUSE_FIRST: Duration = Duration::from_millis(100);
/// Longest pause between two tries of a restart. They never end: a disk that was full may be emptied.
const RESTART_PAUSE_LONGEST: Duration = Duration::from_secs(5);

/// The handle on a supervised server.
#[derive(Debug)]
pub(super) struct Supervised {
    order_to_stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    process: watch::Receiver<Option<u32>>,
}

impl Supervised {
    /// Starts the server, waiting for a predecessor to go away, and watches it from then on.
    pub(super) async fn start(launch: Launch) -> Result<Self, ClusterError> {
        let server = start_patiently(&launch).await?;
        let (order_to_stop, ordered_to_stop) = oneshot::channel();
        let (told, process) = watch::channel(Some(server.process()));
        let task = tokio::spawn(supervise(launch, server, ordered_to_stop, told));
        Ok(Self { order_to_stop, task, process })
    }

    /// The process id of the server; none while it is being restarted.
    pub(super) fn process(&self) -> Option<u32> {
        *self.process.borrow()
    }

    /// Stops the server and waits until it has ended.
    pub(super) async fn stop(self) {
        // No receiver means that the task has ended already, which the next line finds out.
        let _ = self.order_to_stop.send(());
        if let Err(failure) = self.task.await {
            error!(%failure, "the supervision of PostgreSQL ended badly");
        }
    }
}

async fn supervise(
    launch: Launch,
    mut server: Server,
    mut ordered_to_stop: oneshot::Receiver<()>,
    process: watch::Sender<Option<u32>>,
) {
    loop {
        tokio::select! {
            // A handle dropped without an order means the same.
            _ = &mut ordered_to_stop => {
                server.stop().await;
                process.send_replace(None);
                return;
            }
            ended = server.ended() => {
                process.send_replace(None);
                let status = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
                warn!(status, "PostgreSQL ended unexpectedly, starting it again");
            }
        }
        // A server whose shell was killed lives on; letting go of the pipe stops it.
        drop(server);
        server = tokio::select! {
            _ = &mut ordered_to_stop => return,
            restarted = restart_until_it_works(&launch) => restarted,
        };
        info!(process = server.process(), "PostgreSQL is back");
        process.send_replace(Some(server.process()));
    }
}

async fn restart_until_it_works(launch: &Launch) -> Server {
    let mut pause = RESTART_PAUSE_FIRST;
    loop {
        match start_patiently(launch).await {
            Ok(server) => return server,
            Err(failure) => error!(%failure, "PostgreSQL could not be started again, trying on"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(RESTART_PAUSE_LONGEST);
    }
}

/// Starts the server; while a killed predecessor holds on to its lock or its shared memory, tries again.
async fn start_patiently(launch: &Launch) -> Result<Server, ClusterError> {
    for tries in 1..=LINGERING_TRIES_MAX {
        match launch.run().await {
            Ok(server) => return Ok(server),
            Err(NotReady::Failed(failure)) => return Err(failure),
            Err(NotReady::PredecessorLingers) if tries == LINGERING_TRIES_BEFORE_SUSPICION => {
                drop_a_stranger_s_lock(launch)?
            }
            Err(NotReady::PredecessorLingers) => sleep(LINGERING_PAUSE).await,
        }
    }
    let process = holder_of(&launch.cluster).map_or(0, |(process, _)| process);
    Err(ClusterError::ServedByAnother { directory: launch.cluster.clone(), process })
}

/// After a reboot, or in a new container, the process id in a stale lock file may belong to any other program, and then
/// Postgres would wait for it forever. Where the kernel tells what a process runs, such a lock file is removed; that no
/// other Frontdesk serves the cluster is known from our own lock.
fn drop_a_stranger_s_lock(launch: &Launch) -> Result<(), ClusterError> {
    let Some((process, _)) = holder_of(&launch.cluster) else { return Ok(()) };
    let Ok(program) = fs::read(format!("/proc/{process}/comm")) else { return Ok(()) };
    if program.starts_with(b"postgres") || program.starts_with(b"postmaster") {
        return Ok(());
    }
    let lock = launch.cluster.join("postmaster.pid");
    warn!(process, "removing the lock file of a PostgreSQL that is gone");
    fs::remove_file(&lock).map_err(ClusterError::io("cannot remove", &lock))
}
