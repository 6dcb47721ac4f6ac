//! The measured server with its org and its points, and the databases beside it.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::binary;
use crate::load::{JOIN, ORG};
use crate::plan::Plan;
use crate::support::cluster::Cluster;
use crate::support::frontdesk::{Frontdesk, Site};
use crate::support::wire::{Kept, call};

/// Most who may wait at one point: what the domain allows.
const WAITING_MAX: u32 = 10_000;

/// Members of staff whose time is booked.
pub const STAFF: usize = 10;

/// The route of new definitions.
pub const DEFINE: &str = "/crm/reservations/definitions/create";

/// Points `p0`, `p1`, ... made by SQL, for servers that have no API for it; `last_number` is the number already given.
pub const POINTS: &str = "INSERT INTO service_point (org_id, id, name, location, capacity, timezone, max_waiting,
    average_service_minutes, grace_minutes, auto_no_show, require_check_in, priorities, wait_limit_minutes, admission,
    version, day, last_number, recent_service_seconds, today, queue_version, created_at, updated_at)
    SELECT $1, 'p' || i, 'Point ' || i, 'Hall', 3, 'UTC', 10000, 10, 5, false, false, '{urgent,high,normal,low}', 20,
    'open', 1, (now() AT TIME ZONE 'UTC')::date, $3::int, '{}',
    jsonb_build_object('joined', $3::int, 'served', 0, 'noShow', 0, 'left', 0, 'reached', 0, 'reachedInTime', 0, 'waits', '[]'::jsonb),
    $3::int + 1, now(), now() FROM generate_series(0, $2::int - 1) AS i";

/// A running Frontdesk with points `p0`, `p1`, ...
pub struct House {
    pub site: Site,
    pub server: Frontdesk,
    /// `Bearer ...` of an admin.
    pub bearer: String,
    /// Its database.
    pub url: String,
}

impl House {
    /// The main house: by the unix socket, as the embedded cluster would be.
    pub async fn open(cluster: &Cluster, scratch: &Path, plan: &Plan) -> Self {
        cluster.create_database("frontdesk_main").await;
        Self::open_at(&cluster.socket_url("frontdesk_main"), &scratch.join("main"), plan.points).await
    }

    /// A house on an empty database.
    pub async fn open_at(url: &str, directory: &Path, points: usize) -> Self {
        let site = empty_site(url, directory);
        let server = site.start().await;
        let bearer = format!("Bearer {}", site.token(ORG, "admin", "admin"));
        let house = Self { site, server, bearer, url: url.to_owned() };
        for point in 0..points {
            house.add_point(&format!("p{point}")).await;
        }
        house
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    pub async fn add_point(&self, id: &str) {
        let queue = json!({"maxWaiting": WAITING_MAX});
        let point = json!({"id": id, "name": id, "location": "Hall", "capacity": 3, "timezone": "UTC", "queue": queue});
        self.make("/crm/reservations/service-point/create", &point).await;
    }

    /// Ten members of staff who work whenever it is open; their ids.
    pub async fn add_staff(&self) -> Vec<String> {
        let ids: Vec<String> = (0..STAFF).map(|number| format!("clerk{number}")).collect();
        for id in &ids {
            self.make("/crm/staff/create", &json!({"id": id, "name": id})).await;
        }
        ids
    }

    /// Makes something that an admin configures.
    pub async fn make(&self, route: &str, body: &Value) {
        let headers = [("authorization", self.bearer.as_str())];
        let made = call(self.address(), "POST", route, &headers, Some(body)).await.expect("the server answers");
        assert_eq!(made.status, 201, "{route}: {}", made.text());
    }

    /// One join, answered.
    pub async fn join(&self, point: &str, email: &str) -> Value {
        let wish = json!({"servicePointId": point, "customer": {"name": "Guest", "email": email}});
        let answer = call(self.address(), "POST", JOIN, &[("orgid", ORG)], Some(&wish)).await.expect("an answer");
        assert_eq!(answer.status, 201, "a join: {}", answer.text());
        answer.json()
    }

    /// The public status of a point.
    pub async fn status(&self, point: &str) -> Kept {
        let target = status_target(point);
        let answer = call(self.address(), "GET", &target, &[], None).await.expect("the server answers");
        assert_eq!(answer.status, 200, "a status: {}", answer.text());
        answer
    }
}

/// The target of a point's public status.
pub fn status_target(point: &str) -> String {
    format!("/crm/reservations/queue/status/{point}?org={ORG}")
}

/// A site with a migrated database that knows the org, and no server yet.
pub fn empty_site(url: &str, directory: &Path) -> Site {
    std::fs::create_dir_all(directory).expect("a directory");
    let site = Site::new(binary(), directory).with_database(url);
    site.run(&["migrate"]);
    site.run(&["org", "add", ORG]);
    site
}

/// A connection of our own.
pub async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.expect("the database answers")
}
