//! What was committed before: all that a server knows when it starts, read in a handful of queries however many points.

mod calendars;
mod desks;

use std::collections::HashMap;

use chrono::TimeDelta;
use futures_util::TryStreamExt;
use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;
use tokio::runtime::Handle;

use super::StoreError;
use super::orgs::{self, Org};
use super::rows::entry::{self, EntryRow};
use super::rows::handover::{self, TravellingRow};
use super::rows::service_point::{self, ServicePointRow, StoredPoint};
use crate::domain::calendar::CalendarState;
use crate::domain::desk::DeskState;
use crate::domain::ids::{OrgId, PointId};
use crate::domain::queue::{ENDED_MEMORY_MINUTES, Entry, Handover, QueueState};

/// Everything that lives in memory.
#[derive(Debug, Default)]
pub struct Loaded {
    /// All orgs.
    pub orgs: Vec<Org>,
    /// The queues of all service points, and of deleted ones that a visit may come back to.
    pub queues: Vec<(OrgId, PointId, QueueState)>,
    /// The calendars of orgs that have anything in theirs.
    pub calendars: Vec<(OrgId, CalendarState)>,
    /// The desks of orgs that have anything at theirs.
    pub desks: Vec<(OrgId, DeskState)>,
    /// Visits on their way between two points.
    pub travelling: Vec<(OrgId, Handover)>,
}

pub(super) const DATABASE_TIME: &str = "SELECT now()";

/// `runtime` is where the many rows of desks are decoded, over connections of their own.
pub(super) async fn load(
    connection: &mut PgConnection,
    options: &PgConnectOptions,
    runtime: &Handle,
) -> Result<Loaded, StoreError> {
    let orgs = orgs::all(connection).await?;
    let mut entries = load_entries(connection).await?;
    let rows: Vec<ServicePointRow> = sqlx::query_as(service_point::ALL).fetch_all(&mut *connection).await?;
    let mut queues = Vec::with_capacity(rows.len());
    for row in rows {
        let key = (row.org_id.clone(), row.id.clone());
        let (org, point, counters) = row.into_domain()?;
        let (id, point) = match point {
            StoredPoint::Present(point) => (point.id.clone(), Some(*point)),
            StoredPoint::Deleted(id) => (id, None),
        };
        queues.push((org, id, QueueState::restore(point, counters, entries.remove(&key).unwrap_or_default())));
    }
    let rows: Vec<TravellingRow> = sqlx::query_as(handover::TRAVELLING).fetch_all(&mut *connection).await?;
    let travelling = rows.into_iter().map(TravellingRow::into_domain).collect::<Result<_, _>>()?;
    let calendars = calendars::load(connection).await?;
    let desks = desks::load(connection, options, runtime).await?;
    Ok(Loaded { orgs, queues, calendars, desks, travelling })
}

async fn load_entries(connection: &mut PgConnection) -> Result<HashMap<(String, String), Vec<Entry>>, StoreError> {
    let now: chrono::DateTime<chrono::Utc> = sqlx::query_scalar(DATABASE_TIME).fetch_one(&mut *connection).await?;
    let remembered_from = now - TimeDelta::minutes(ENDED_MEMORY_MINUTES);
    let mut entries: HashMap<_, Vec<Entry>> = HashMap::new();
    let mut rows = sqlx::query_as::<_, EntryRow>(entry::OPEN_AND_LATELY_ENDED).bind(remembered_from).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        entries.entry((row.org_id.clone(), row.point_id.clone())).or_default().push(Entry::try_from(row)?);
    }
    Ok(entries)
}
