//! After the damage: service points are open, paused or deleted as their clerks were told.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use sqlx::PgConnection;

use crate::ledger::{Ledger, Point};
use crate::stage::{ORG, POINTS, status_within};
use crate::support::wire::call;

/// How many deleted points are asked for over the API in one audit.
const ASKED_BY_API: usize = 5;

const ALL: &str = "SELECT id, version, admission, deleted_at IS NOT NULL FROM service_point WHERE org_id = $1";

/// Looks at every point that was told of, and at what the server shows of it.
pub async fn audit(connection: &mut PgConnection, address: SocketAddr, ledger: &Ledger, broken: &mut Vec<String>) {
    let rows: Vec<(String, i64, String, bool)> =
        sqlx::query_as(ALL).bind(ORG).fetch_all(connection).await.expect("the database answers");
    let stored: HashMap<&str, (i64, &str, bool)> = rows
        .iter()
        .map(|(id, version, admission, gone)| (id.as_str(), (*version, admission.as_str(), *gone)))
        .collect();
    let told = ledger.pages().points.clone();
    for (id, told) in &told {
        match stored.get(id.as_str()) {
            None => broken.push(format!("point {id} was acknowledged ({told:?}) and is gone")),
            Some(row) if contradicts(told, *row) => {
                broken.push(format!("point {id} was acknowledged as {told:?}, the database holds {row:?}"));
            }
            Some(_) => {}
        }
    }
    for point in POINTS {
        let shown = status_within(address, point, Duration::from_secs(5)).await;
        let shown = shown["servicePoint"]["status"].as_str().unwrap_or_default();
        if stored.get(point).is_none_or(|(_, admission, _)| *admission != shown) {
            broken.push(format!("point {point} shows as {shown:?}, the database holds {:?}", stored.get(point)));
        }
    }
    for (id, _) in told.iter().filter(|(_, told)| told.deleted).take(ASKED_BY_API) {
        let target = format!("/crm/reservations/queue/status/{id}?org={ORG}");
        let answer = call(address, "GET", &target, &[], None).await.expect("an answer");
        if answer.status != 404 {
            broken.push(format!("point {id} was deleted, and its line shows: {}", answer.text()));
        }
    }
}

fn contradicts(told: &Point, (version, admission, gone): (i64, &str, bool)) -> bool {
    let lost = version < told.version;
    let differs = version == told.version && admission != told.admission && !gone;
    lost || differs || (told.deleted && !gone)
}
