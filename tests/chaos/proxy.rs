//! A TCP proxy between the server and PostgreSQL that cuts connections at COMMIT: before PostgreSQL sees it, or after
//! it has answered but before the server hears of it.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::support::dice::Dice;

/// Share of COMMITs that are cut while the proxy is armed.
const CUT_PERCENT: usize = 15;
/// `SSLRequest` and `GSSENCRequest`: questions before the startup message.
const ENCRYPTION_REQUESTS: [u32; 2] = [80_877_103, 80_877_104];

const SIMPLE_QUERY: u8 = b'Q';
const PARSE: u8 = b'P';
const BIND: u8 = b'B';
const EXECUTE: u8 = b'E';
const SYNC: u8 = b'S';

/// The running proxy.
pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
    task: JoinHandle<()>,
}

struct State {
    upstream: SocketAddr,
    armed: AtomicBool,
    dice: Mutex<Dice>,
    cut_before: AtomicUsize,
    cut_after: AtomicUsize,
}

enum Cut {
    Before,
    After,
}

impl Proxy {
    /// Listens on a free port and passes everything on to PostgreSQL on `upstream_port`.
    pub async fn start(upstream_port: u16, dice: Dice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(State {
            upstream: SocketAddr::from(([127, 0, 0, 1], upstream_port)),
            armed: AtomicBool::new(false),
            dice: Mutex::new(dice),
            cut_before: AtomicUsize::new(0),
            cut_after: AtomicUsize::new(0),
        });
        let of_task = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = of_task.clone();
                // The end of one connection, however it comes, is what this proxy is for.
                tokio::spawn(async move { pass(client, &state).await });
            }
        });
        Self { port, state, task }
    }

    /// From now on connections are cut, or no longer.
    pub fn arm(&self, armed: bool) {
        self.state.armed.store(armed, Ordering::SeqCst);
    }

    /// How many COMMITs PostgreSQL never saw, and how many answers to a COMMIT never arrived.
    pub fn cuts(&self) -> (usize, usize) {
        (self.state.cut_before.load(Ordering::SeqCst), self.state.cut_after.load(Ordering::SeqCst))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        println!("cut before and after COMMIT: {:?}", self.cuts());
    }
}

impl State {
    fn choose(&self) -> Option<Cut> {
        if !self.armed.load(Ordering::SeqCst) {
            return None;
        }
        let mut dice = self.dice.lock().expect("nobody falls with the dice in hand");
        dice.chance(CUT_PERCENT).then(|| if dice.chance(50) { Cut::Before } else { Cut::After })
    }
}

/// Passes one connection on until either side ends it, or it is cut. Dropping both sockets is the cut.
async fn pass(mut client: TcpStream, state: &State) -> io::Result<()> {
    let mut upstream = TcpStream::connect(state.upstream).await?;
    client.set_nodelay(true)?;
    upstream.set_nodelay(true)?;
    let (from_client, to_client) = client.split();
    let (from_upstream, to_upstream) = upstream.split();
    let deaf = AtomicBool::new(false);
    let answered = Notify::new();
    tokio::select! {
        end = requests(from_client, to_upstream, state, &deaf, &answered) => end,
        end = answers(from_upstream, to_client, &deaf, &answered) => end,
    }
}

/// Client to PostgreSQL, message by message.
async fn requests(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    state: &State,
    deaf: &AtomicBool,
    answered: &Notify,
) -> io::Result<()> {
    let mut message = Vec::new();
    loop {
        // Before and with the startup message there is no type byte.
        read_body(&mut from, &mut message, 0).await?;
        to.write_all(&message).await?;
        let code = u32::from_be_bytes([message[4], message[5], message[6], message[7]]);
        if !ENCRYPTION_REQUESTS.contains(&code) {
            break;
        }
    }
    let mut watch = CommitWatch::default();
    loop {
        read_body(&mut from, &mut message, 1).await?;
        let cut = if watch.commits(&message) { state.choose() } else { None };
        match cut {
            None => to.write_all(&message).await?,
            Some(Cut::Before) => {
                state.cut_before.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
            Some(Cut::After) => {
                deaf.store(true, Ordering::SeqCst);
                to.write_all(&message).await?;
                while !matches!(message[0], SIMPLE_QUERY | SYNC) {
                    read_body(&mut from, &mut message, 1).await?;
                    to.write_all(&message).await?;
                }
                answered.notified().await;
                state.cut_after.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
        }
    }
}

/// Knows a COMMIT by what was said before: a simple query, or the execution of a statement that was prepared as COMMIT or as the
/// call that writes and commits a batch.
#[derive(Default)]
struct CommitWatch {
    prepared: HashSet<Vec<u8>>,
    is_bound: bool,
}

impl CommitWatch {
    /// Whether PostgreSQL will commit because of this message.
    fn commits(&mut self, message: &[u8]) -> bool {
        let body = &message[5..];
        let mut texts = body.split(|byte| *byte == 0);
        match message[0] {
            SIMPLE_QUERY => is_commit(body),
            PARSE => {
                let name = texts.next().unwrap_or_default().to_vec();
                // A name may be used anew for another statement.
                if texts.next().is_some_and(is_commit) {
                    self.prepared.insert(name)
                } else {
                    self.prepared.remove(&name)
                };
                false
            }
            BIND => {
                self.is_bound = texts.nth(1).is_some_and(|name| self.prepared.contains(name));
                false
            }
            EXECUTE => self.is_bound,
            _ => false,
        }
    }
}

fn is_commit(statement: &[u8]) -> bool {
    [b"COMMIT".as_slice(), b"SELECT pg_temp.write_batch"].iter().any(|begin| statement.starts_with(begin))
}

/// PostgreSQL to client, as it comes; what comes after a COMMIT that is cut is heard by nobody.
async fn answers(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    deaf: &AtomicBool,
    answered: &Notify,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let count = from.read(&mut buffer).await?;
        if deaf.load(Ordering::SeqCst) {
            answered.notify_one();
            std::future::pending::<()>().await;
        }
        if count == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..count]).await?;
    }
}

/// Reads one message: `type_bytes` (0 or 1), a length that counts itself, the rest.
async fn read_body(from: &mut ReadHalf<'_>, message: &mut Vec<u8>, type_bytes: usize) -> io::Result<()> {
    message.clear();
    message.resize(type_bytes + 4, 0);
    from.read_exact(message).await?;
    let length: [u8; 4] = message[type_bytes..].try_into().expect("four bytes");
    let rest = (u32::from_be_bytes(length) as usize).saturating_sub(4);
    let head = message.len();
    message.resize(head + rest, 0);
    from.read_exact(&mut message[head..]).await.map(drop)
}
