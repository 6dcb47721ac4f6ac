//! One server at a time owns a database: it shows by a heartbeat that it lives; a newcomer is refused while it does.

use std::time::Duration;

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::StoreError;
use super::fence::{self, Hold};

/// How often the owner shows that it lives.
pub const HEARTBEAT_EVERY: Duration = Duration::from_secs(2);
/// How old a heartbeat must be for a newcomer to take over, in seconds.
pub const HEARTBEAT_STALE_SECONDS: i32 = 10;

const LOCK: &str = "SELECT pg_advisory_xact_lock(4607182)";
const AGE: &str = "SELECT extract(epoch FROM now() - heartbeat_at)::float8 FROM node WHERE id = 1 AND owner <> $1";
const CLAIM: &str = "\
INSERT INTO node (id, owner, heartbeat_at) VALUES (1, $1, now())
ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, heartbeat_at = excluded.heartbeat_at";
const BEAT: &str = "UPDATE node SET heartbeat_at = now() WHERE id = 1 AND owner = $1";
const REST: &str = "UPDATE node SET heartbeat_at = 'epoch' WHERE id = 1 AND owner = $1";

/// What this module sends, for the test that prepares every statement.
#[cfg(test)]
pub(super) const STATEMENTS: [&str; 5] = [LOCK, AGE, CLAIM, BEAT, REST];

/// What became of a wish to own the database.
pub(super) enum Claim {
    /// All lanes are ours, with the last `seq` of each.
    Owned(Vec<(Hold, i64)>),
    /// Another server showed that it lives, so many seconds ago.
    Refused(f64),
}

/// Takes the database over, unless another server has shown within [`HEARTBEAT_STALE_SECONDS`] that it lives.
///
/// `alone`: nobody else can be there, because we hold the lock of the private cluster.
pub(super) async fn claim(connection: &mut PgConnection, owner: Uuid, alone: bool) -> Result<Claim, StoreError> {
    let mut transaction = connection.begin().await?;
    sqlx::query(LOCK).execute(&mut *transaction).await?;
    let age: Option<f64> = sqlx::query_scalar(AGE).bind(owner).fetch_optional(&mut *transaction).await?;
    if let Some(age) = age.filter(|age| !alone && *age < f64::from(HEARTBEAT_STALE_SECONDS)) {
        return Ok(Claim::Refused(age));
    }
    sqlx::query(CLAIM).bind(owner).execute(&mut *transaction).await?;
    let holds = fence::take_over(&mut transaction, owner).await?;
    transaction.commit().await?;
    Ok(Claim::Owned(holds))
}

/// Shows that we live; `false`: another server owns the database now.
pub(super) async fn beat(connection: &mut PgConnection, owner: Uuid) -> Result<bool, sqlx::Error> {
    Ok(sqlx::query(BEAT).bind(owner).execute(connection).await?.rows_affected() == 1)
}

/// Leaves the database to whoever comes next, at once.
pub(super) async fn rest(connection: &mut PgConnection, owner: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query(REST).bind(owner).execute(connection).await.map(drop)
}
