//! Who may write, and in which order: one row a lane says it. To take over, to advance, to look.
//!
//! The first statement of every batch advances the lane's row from `n - 1` to `n`. A server that was replaced has an old
//! epoch and advances nothing; a batch that was sent twice finds `n` there already. Only what the Notifier writes is fenced
//! otherwise, by the server's row in `node`: see `outbox`.

use sqlx::PgConnection;
use uuid::Uuid;

const TAKE_OVER: &str = "UPDATE lane SET owner = $1, epoch = epoch + 1 RETURNING id, epoch, seq";
const LOOK: &str = "SELECT owner, epoch, seq FROM lane WHERE id = $1";

/// What this module sends, for the test that prepares every statement.
#[cfg(test)]
pub(super) const STATEMENTS: [&str; 2] = [TAKE_OVER, LOOK];

/// A server's hold on one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    /// The lane.
    pub(super) lane: i32,
    /// Who holds it.
    pub(super) owner: Uuid,
    /// Grows with each taking over.
    pub(super) epoch: i64,
}

/// What the lane's row says of a batch whose COMMIT was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// It was committed.
    Committed,
    /// It was not; it can be sent again.
    NotCommitted,
    /// Somebody else holds the lane.
    Fenced,
}

/// Takes all lanes for `owner`; whoever held them can write nothing from the commit on. Gives the last `seq` of each.
pub(super) async fn take_over(connection: &mut PgConnection, owner: Uuid) -> Result<Vec<(Hold, i64)>, sqlx::Error> {
    let rows: Vec<(i32, i64, i64)> = sqlx::query_as(TAKE_OVER).bind(owner).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(lane, epoch, seq)| (Hold { lane, owner, epoch }, seq)).collect())
}

/// Moves the lane on to batch `$1`: the first statement of a batch. It hits no row if the hold is lost or the order is broken.
pub(super) fn advance(hold: Hold) -> String {
    let Hold { lane, owner, epoch } = hold;
    format!("UPDATE lane SET seq = $1 WHERE id = {lane} AND owner = '{owner}' AND epoch = {epoch} AND seq = $1 - 1")
}

/// After a connection was lost: whether batch `seq` was committed.
pub(super) async fn look(connection: &mut PgConnection, hold: Hold, seq: i64) -> Result<Sight, sqlx::Error> {
    let (owner, epoch, found): (Option<Uuid>, i64, i64) =
        sqlx::query_as(LOOK).bind(hold.lane).fetch_one(connection).await?;
    Ok(match () {
        () if (owner, epoch) != (Some(hold.owner), hold.epoch) => Sight::Fenced,
        () if found == seq => Sight::Committed,
        () if found == seq - 1 => Sight::NotCommitted,
        () => Sight::Fenced,
    })
}
