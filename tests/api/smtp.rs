//! A real mail server (aiosmtpd) of one's own for a test, which ends with the value.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server.
pub struct MailServer {
    process: Child,
    port: u16,
    told: mpsc::UnboundedReceiver<Value>,
}

impl MailServer {
    /// One that takes mails from anybody, without TLS.
    pub fn open() -> Self {
        Self::start(&[])
    }

    /// One that speaks only after STARTTLS, as `localhost`, to who gives the password `right`.
    pub fn behind_tls() -> Self {
        Self::start(&[key("localhost.pem"), key("localhost.key")])
    }

    fn start(arguments: &[PathBuf]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/smtp_server.py");
        let mut process = Command::new(python())
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It complains about clients that hang up, which is what they are to do.
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next().expect("the mail server says its port").unwrap().parse().unwrap();
        let (tell, told) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if tell.send(serde_json::from_str(&line).unwrap()).is_err() {
                    break;
                }
            }
        });
        Self { process, port, told }
    }

    /// The setting that leads to it.
    pub fn url(&self, timeout_seconds: u32) -> String {
        format!("smtp://127.0.0.1:{}?tls=none&timeout={timeout_seconds}", self.port)
    }

    /// The setting that leads to it by TLS.
    pub fn tls_url(&self, password: &str) -> String {
        format!("smtp://desk:{password}@localhost:{}", self.port)
    }

    /// What it does next.
    pub async fn next(&mut self) -> Value {
        tokio::time::timeout(PATIENCE, self.told.recv()).await.expect("the mail server does something").unwrap()
    }

    /// Holds it to having done nothing more.
    #[track_caller]
    pub fn rests(&mut self) {
        let more = self.told.try_recv();
        assert!(more.is_err(), "{more:?}");
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // One that has ended already needs no killing.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A file of keys and certificates of the tests.
pub fn key(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/keys/smtp").join(name)
}

/// A Python that has aiosmtpd; `scripts/ensure mail` installs it.
fn python() -> &'static str {
    let has_it = |python: &&str| {
        let import = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        import.is_ok_and(|status| status.success())
    };
    ["/usr/bin/python3", "python3"].into_iter().find(has_it).expect("no Python has aiosmtpd: run scripts/ensure mail")
}
