//! Thousands of watchers of one point, in a process of their own, which also causes the changes: one clock for both.
//!
//! A change is a join or, the next time, that guest's leaving; its latency counts from the moment before the request
//! is sent until a watcher has read an event of a higher version than any seen before. Protocol: one line of JSON when
//! all watch; then one for each `measure` on standard input; `end` or its end ends the process.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::{JoinSet, LocalSet, spawn_local};

use crate::children::Arguments;
use crate::live::CHANGE_INTERVAL_MS;
use crate::load::{JOIN, ORG};
use crate::support::wire::{Connection, call, find, write_request};

/// Connections that are opened at the same time.
const OPENING_AT_ONCE: usize = 128;
/// How long the watchers may take to connect and to see the first state.
const OPENING_LIMIT: Duration = Duration::from_secs(40);
/// How long a change is waited for before those who have not seen it count as missed.
const CHANGE_LIMIT: Duration = Duration::from_secs(10);
/// Bytes kept of the last read, for a version that is cut in two by it.
const CARRIED_BYTES: usize = 64;
const VERSION: &[u8] = b"\"version\":";

/// What all watchers share.
struct Gallery {
    watching: Cell<usize>,
    lost: Cell<usize>,
    highest_version: Cell<u64>,
    /// The change under way: when it began, and the version that it must exceed.
    change: Cell<Option<(Instant, u64)>>,
    seen: Cell<usize>,
    latencies: RefCell<Histogram<u64>>,
}

/// Runs in the role `watchers`.
pub fn run(arguments: &Arguments) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    LocalSet::new().block_on(&runtime, watch_and_change(arguments));
}

async fn watch_and_change(arguments: &Arguments) {
    let address: SocketAddr = arguments.need("address").parse().expect("an address");
    let (point, wanted) = (arguments.need("point").to_owned(), arguments.number("watchers"));
    let gallery = Rc::new(Gallery {
        watching: Cell::new(0),
        lost: Cell::new(0),
        highest_version: Cell::new(0),
        change: Cell::new(None),
        seen: Cell::new(0),
        latencies: RefCell::new(new_histogram()),
    });
    let began = Instant::now();
    open_all(address, &point, wanted, &gallery).await;
    while gallery.watching.get() < wanted && began.elapsed() < OPENING_LIMIT {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    say(&json!({
        "wanted": wanted, "watching": gallery.watching.get(), "seconds": began.elapsed().as_secs_f64(),
        "openFilesLimit": open_files_limit(),
    }));
    let mut guest = None;
    let mut lines = orders();
    while let Some(line) = lines.recv().await {
        if line != "measure" {
            break;
        }
        say(&measure(address, &point, arguments.number("changes"), &gallery, &mut guest).await);
    }
}

/// Lines of standard input, read by a thread of their own: the watchers must not wait for them.
fn orders() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || std::io::stdin().lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    receiver
}

/// Opens the streams, so many at once; each goes on in a task of its own.
async fn open_all(address: SocketAddr, point: &str, wanted: usize, gallery: &Rc<Gallery>) {
    let mut request = Vec::new();
    let target = format!("/crm/reservations/queue/watch/{point}?org={ORG}");
    write_request(&mut request, "GET", &target, &[("accept", "text/event-stream")], b"");
    let request = Rc::new(request);
    let mut opening = JoinSet::new();
    for _ in 0..wanted {
        if opening.len() >= OPENING_AT_ONCE {
            opening.join_next().await;
        }
        let (request, gallery) = (request.clone(), gallery.clone());
        opening.spawn_local(async move {
            if let Ok(mut connection) = Connection::open_narrow(address).await
                && connection.begin(&request).await.is_ok()
            {
                spawn_local(async move { watch(connection, gallery).await });
            }
        });
    }
    while opening.join_next().await.is_some() {}
}

/// One watcher, until its stream ends.
async fn watch(mut connection: Connection, gallery: Rc<Gallery>) {
    let mut carried = Vec::with_capacity(CARRIED_BYTES * 2);
    let mut seen_version = None;
    while let Ok(bytes) = connection.read_some().await {
        let Some(version) = last_version(&mut carried, bytes) else { continue };
        if seen_version.is_none() {
            gallery.watching.set(gallery.watching.get() + 1);
        }
        let before = seen_version.replace(version).unwrap_or(0);
        gallery.highest_version.set(gallery.highest_version.get().max(version));
        if let Some((began, threshold)) = gallery.change.get()
            && before <= threshold
            && version > threshold
        {
            gallery.seen.set(gallery.seen.get() + 1);
            gallery.latencies.borrow_mut().saturating_record(began.elapsed().as_micros() as u64);
        }
    }
    gallery.lost.set(gallery.lost.get() + 1);
    if seen_version.is_some() {
        gallery.watching.set(gallery.watching.get() - 1);
    }
}

/// The last version in what was read, together with the end of what was read before.
fn last_version(carried: &mut Vec<u8>, bytes: &[u8]) -> Option<u64> {
    let mut found = None;
    if !carried.is_empty() {
        carried.extend_from_slice(&bytes[..bytes.len().min(CARRIED_BYTES)]);
        found = last_version_in(carried);
        carried.clear();
    }
    found = last_version_in(bytes).or(found);
    carried.extend_from_slice(&bytes[bytes.len().saturating_sub(CARRIED_BYTES)..]);
    found
}

fn last_version_in(mut bytes: &[u8]) -> Option<u64> {
    let mut last = None;
    while let Some(at) = find(bytes, VERSION) {
        bytes = &bytes[at + VERSION.len()..];
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        // A number at the very end may go on in the next read.
        if digits < bytes.len() {
            last = std::str::from_utf8(&bytes[..digits]).ok().and_then(|text| text.parse().ok()).or(last);
        }
    }
    last
}

/// Causes changes one after the other and waits for each until all have seen it.
async fn measure(
    address: SocketAddr,
    point: &str,
    changes: usize,
    gallery: &Gallery,
    guest: &mut Option<(String, String)>,
) -> Value {
    *gallery.latencies.borrow_mut() = new_histogram();
    let mut missed = 0;
    for _ in 0..changes {
        tokio::time::sleep(Duration::from_millis(CHANGE_INTERVAL_MS as u64)).await;
        let watching = gallery.watching.get();
        let began = Instant::now();
        gallery.seen.set(0);
        gallery.change.set(Some((began, gallery.highest_version.get())));
        *guest = change(address, point, guest.take()).await;
        while gallery.seen.get() < watching && began.elapsed() < CHANGE_LIMIT {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        missed += watching.saturating_sub(gallery.seen.get());
        gallery.change.set(None);
    }
    let latencies = gallery.latencies.borrow();
    let ms = |quantile: f64| latencies.value_at_quantile(quantile) as f64 / 1_000.0;
    json!({
        "p50Ms": ms(0.5), "p99Ms": ms(0.99), "maxMs": ms(1.0), "missed": missed, "lost": gallery.lost.get(),
        "seen": latencies.len(),
    })
}

/// A guest joins, or the one who did leaves: the line stays short, and so does what each watcher is told.
async fn change(address: SocketAddr, point: &str, guest: Option<(String, String)>) -> Option<(String, String)> {
    if let Some((id, token)) = guest {
        let target = format!("/crm/reservations/queue/leave/{id}?token={token}&org={ORG}");
        let left = call(address, "POST", &target, &[], Some(&json!({}))).await.expect("the server answers");
        assert_eq!(left.status, 200, "leaving: {}", left.text());
        return None;
    }
    let wish = json!({"servicePointId": point, "customer": {"name": "Guest", "email": "watched@bench.example"}});
    let answer = call(address, "POST", JOIN, &[("orgid", ORG)], Some(&wish)).await.expect("the server answers");
    assert_eq!(answer.status, 201, "a join: {}", answer.text());
    let answer = answer.json();
    Some((answer["id"].as_str()?.to_owned(), answer["token"].as_str()?.to_owned()))
}

fn new_histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("bounds of a histogram")
}

fn open_files_limit() -> String {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default();
    line.split_whitespace().nth(3).unwrap_or("unknown").to_owned()
}

fn say(line: &Value) {
    println!("{line}");
}
