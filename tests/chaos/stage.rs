//! Where a failure test plays: a site with one org, three service points and clerks with tokens of their own.

use std::fs::read_to_string;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use chrono::{Timelike, Utc};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::support::frontdesk::{Frontdesk, Site};
use crate::support::wire::call;

/// The org of all failure tests.
pub const ORG: &str = "chaos";
/// The service points; visits are transferred between them.
pub const POINTS: [&str; 3] = ["north", "south", "west"];
/// Who can be served at once at each.
pub const CAPACITY: i64 = 40;
/// How many clerks work at the same time.
pub const CLERKS: usize = 8;

/// A site and what belongs to it.
pub struct Stage {
    pub site: Site,
    /// `Bearer ...` of each clerk, a supervisor with a name of their own: only who did an act can undo it.
    pub bearers: Vec<String>,
    database: Database,
    _directory: TempDir,
}

enum Database {
    /// The embedded cluster, found by the `postmaster.pid` in its data directory.
    Embedded,
    Url(String),
}

impl Stage {
    /// A new site with its embedded cluster. The org is there, no server runs yet.
    pub fn embedded() -> Self {
        Self::new(None, None)
    }

    /// A new site on the empty database `ours`; the server itself connects to it by `theirs`.
    pub fn on_database(ours: &str, theirs: &str) -> Self {
        Self::new(Some(ours), Some(theirs))
    }

    fn new(ours: Option<&str>, theirs: Option<&str>) -> Self {
        let directory = tempfile::Builder::new().prefix("frontdesk-chaos-").tempdir_in(memory()).expect("a directory");
        reachable_by_others(directory.path());
        let mut site = Site::new(env!("CARGO_BIN_EXE_frontdesk"), directory.path());
        if let Some(url) = theirs {
            site = site.with_database(url);
        }
        site.run(&["org", "add", ORG]);
        let bearer = |clerk| format!("Bearer {}", site.token(ORG, "supervisor", &format!("clerk-{clerk}")));
        let bearers = (0..CLERKS).map(bearer).collect();
        let database = ours.map_or(Database::Embedded, |url| Database::Url(url.to_owned()));
        Self { site, bearers, database, _directory: directory }
    }

    /// Makes the service points at a running server.
    pub async fn furnish(&self, server: &Frontdesk) {
        for point in POINTS {
            let queue = json!({"maxWaiting": 10_000, "graceMinutes": 60});
            let point = json!({
                "id": point, "name": point, "location": "Hall", "capacity": CAPACITY,
                "timezone": zone_where_it_is_about_noon(), "queue": queue,
            });
            self.configure(server, "/crm/reservations/service-point/create", &point).await;
        }
    }

    /// Makes something that only an admin may make.
    pub async fn configure(&self, server: &Frontdesk, route: &str, what: &Value) {
        let admin = format!("Bearer {}", self.site.token(ORG, "admin", "admin"));
        let headers = [("authorization", admin.as_str())];
        let made = call(server.address, "POST", route, &headers, Some(what)).await.expect("an answer");
        assert_eq!(made.status, 201, "{route} of {what}: {}", made.text());
    }

    /// A connection to the database, behind the server's back.
    pub async fn connect(&self) -> PgConnection {
        self.try_to_connect().await.expect("the database answers")
    }

    /// The same, where the database answers.
    pub async fn try_to_connect(&self) -> Option<PgConnection> {
        let url = match &self.database {
            Database::Url(url) => url.clone(),
            Database::Embedded => self.running_postmaster()?.url(),
        };
        PgConnection::connect(&url).await.ok()
    }

    /// The embedded cluster as it says of itself.
    pub fn postmaster(&self) -> Postmaster {
        self.running_postmaster().expect("the embedded cluster runs")
    }

    /// The embedded cluster, where its lock file is there.
    pub fn running_postmaster(&self) -> Option<Postmaster> {
        let lock = self.site.data_directory().join("postgres/postmaster.pid");
        let text = read_to_string(lock).ok()?;
        let lines: Vec<&str> = text.lines().collect();
        let (pid, port, socket) = (lines.first()?, lines.get(3)?, lines.get(4)?);
        Some(Postmaster { pid: pid.trim().parse().ok()?, port: (*port).to_owned(), socket: (*socket).to_owned() })
    }
}

/// How often something is killed: `CHAOS_ROUNDS`, else this often.
pub fn rounds(unless_said: usize) -> usize {
    std::env::var("CHAOS_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(unless_said)
}

/// What `postmaster.pid` tells.
pub struct Postmaster {
    /// Its process.
    pub pid: u32,
    port: String,
    socket: String,
}

impl Postmaster {
    fn url(&self) -> String {
        format!("postgres:///frontdesk?host={}&port={}&user=frontdesk", self.socket, self.port)
    }
}

/// The public status of a point; the time that it took must be bearable even when the database is away.
pub async fn status_within(address: SocketAddr, point: &str, limit: Duration) -> Value {
    let target = format!("/crm/reservations/queue/status/{point}?org={ORG}");
    let answer = tokio::time::timeout(limit, call(address, "GET", &target, &[], None)).await;
    let answer = answer.unwrap_or_else(|_| panic!("no status within {limit:?}")).expect("an answer");
    assert_eq!(answer.status, 200, "a status: {}", answer.text());
    answer.json()
}

/// Fast storage where there is any; the kernel keeps what a killed process has written, wherever it lies.
pub fn memory() -> &'static Path {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory } else { Path::new("/tmp") }
}

/// PostgreSQL refuses root and runs as somebody else, who has to get through.
fn reachable_by_others(directory: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o755)).expect("our own directory");
}

/// Ticket numbers restart at local midnight, which must not come while a test counts them.
pub fn zone_where_it_is_about_noon() -> String {
    match 12 - i64::from(Utc::now().hour()) {
        0 => "Etc/GMT".to_owned(),
        // The names of these zones count westwards: Etc/GMT-3 is UTC+3.
        east => format!("Etc/GMT{:+}", -east),
    }
}
