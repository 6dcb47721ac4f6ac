//! Processes that a test or benchmark has started: found, signalled and ended by id, never by name.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// How long a process may take to end before it is killed.
const END_LIMIT: Duration = Duration::from_secs(15);
/// How often a condition is looked at.
pub const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// A port of 127.0.0.1 that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback interface has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// Sends `signal` (`KILL`, `STOP`, `CONT`, `INT`, `TERM`) to one process. One that has ended already is no error.
pub fn signal(signal: &str, pid: u32) {
    let script = format!("kill -{signal} {pid} 2>/dev/null || true");
    Command::new("sh").arg("-c").arg(script).status().expect("sh runs");
}

/// Whether the process runs (a zombie does not).
pub fn is_alive(pid: u32) -> bool {
    stat_of(pid).is_some_and(|(state, _)| state != 'Z')
}

/// The process and all that descend from it.
pub fn family(pid: u32) -> Vec<u32> {
    let mut members = vec![pid];
    let mut looked_at = 0;
    let all: Vec<(u32, u32)> = all_processes().into_iter().filter_map(|id| Some((id, stat_of(id)?.1))).collect();
    while let Some(parent) = members.get(looked_at).copied() {
        members.extend(all.iter().filter(|(_, its_parent)| *its_parent == parent).map(|(id, _)| *id));
        looked_at += 1;
    }
    members
}

/// Resident memory in KiB.
pub fn resident_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Asks a child to end by `first`, and kills it when it does not.
pub fn end(child: &mut Child, first: &str) {
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    signal(first, child.id());
    signal("CONT", child.id());
    let asked_at = Instant::now();
    while asked_at.elapsed() < END_LIMIT {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        std::thread::sleep(POLL_INTERVAL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The last part of a log, for the message of a failed test.
pub fn tail(log: &Path) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let from = bytes.len().saturating_sub(4_000);
    String::from_utf8_lossy(&bytes[from..]).into_owned()
}

/// Looks at a condition until it holds; panics with `what` when it does not within `limit`.
pub async fn wait_until(what: &str, limit: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < limit, "{what}: not within {limit:?}");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

fn all_processes() -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// State letter and parent. The name, in brackets, may hold blanks: what counts comes after its last bracket.
fn stat_of(pid: u32) -> Option<(char, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}
