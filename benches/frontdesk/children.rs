//! This binary, started again in another role: a process of its own for each side of a measurement.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::process;

const LISTEN_LIMIT: Duration = Duration::from_secs(20);

/// `--name=value` and `--name` of a command line.
pub struct Arguments(HashMap<String, String>);

impl Arguments {
    pub fn of_process() -> Self {
        let named = std::env::args().skip(1).filter_map(|argument| {
            let text = argument.strip_prefix("--")?.to_owned();
            Some(text.split_once('=').map_or((text.clone(), String::new()), |(n, v)| (n.to_owned(), v.to_owned())))
        });
        Self(named.collect())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A value that must be there.
    pub fn need(&self, name: &str) -> &str {
        self.get(name).unwrap_or_else(|| panic!("--{name}=... is missing"))
    }

    /// A number that must be there.
    pub fn number(&self, name: &str) -> usize {
        self.need(name).parse().unwrap_or_else(|_| panic!("--{name} must be a number"))
    }

    /// A time in milliseconds that must be there.
    pub fn milliseconds(&self, name: &str) -> Duration {
        Duration::from_millis(self.number(name) as u64)
    }
}

/// A child in one of our roles; killed when dropped.
pub struct Player {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Player {
    /// Starts this binary in `role`.
    pub fn start(role: &str, arguments: &[(&str, String)]) -> Self {
        let own = std::env::current_exe().expect("a running program has a path");
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n \"$(ulimit -H -n)\"; exec \"$0\" \"$@\""]).arg(own);
        command.arg(format!("--role={role}"));
        command.args(arguments.iter().map(|(name, value)| format!("--{name}={value}")));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a child starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("its output was piped"));
        Self { child, input, output }
    }

    /// Tells it to go on, in a line.
    pub fn tell(&mut self, line: &str) {
        let input = self.input.as_mut().expect("its input was piped");
        writeln!(input, "{line}").expect("the child listens");
    }

    /// The next line that it prints, as JSON. A child ends by itself in bounded time, so this does, too.
    pub fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the child speaks");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("a child said {line:?}: {error}"))
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A comparison server: a child that listens.
pub struct Opponent {
    _player: Player,
    pub address: SocketAddr,
}

impl Opponent {
    /// Starts `role` on a free port and waits until it accepts connections.
    pub async fn start(role: &str, arguments: &[(&str, String)]) -> Self {
        let port = process::free_port();
        let mut all = arguments.to_vec();
        all.push(("port", port.to_string()));
        let player = Player::start(role, &all);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let began = Instant::now();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            assert!(began.elapsed() < LISTEN_LIMIT, "the comparison server {role} does not listen");
            tokio::time::sleep(process::POLL_INTERVAL).await;
        }
        Self { _player: player, address }
    }
}
