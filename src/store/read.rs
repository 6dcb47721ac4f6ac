//! Committed rows for lists, history and look-ups: no mailbox, no decision.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::domain::ids::{ContactId, EntryId, OrgId, PointId};
use crate::domain::queue::Entry;

/// Why a query has no answer: a sentence for the log. Callers answer 503.
#[derive(Debug, thiserror::Error)]
#[error("the database did not answer: {0}")]
pub struct ReadError(pub String);

/// A pool of connections for reading.
#[derive(Clone)]
pub struct Reader {}

/// One line of a contact's timeline.
#[derive(Clone, Debug)]
pub struct Activity {
    /// `(lane seq, index)`: strictly increasing within an org; the cursor of the list.
    pub id: (i64, i32),
    /// When it became true.
    pub at: DateTime<Utc>,
    /// Kind, e.g. `queue.joined`.
    pub kind: String,
    /// The point, where there is one.
    pub point: Option<PointId>,
    /// The entry, where there is one.
    pub entry: Option<EntryId>,
    /// Who did it.
    pub by: Option<String>,
    /// Ids and figures; no personal data.
    pub data: Value,
}

/// What a point did in a span of time.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// How many joined.
    pub joined: i64,
    /// How many were served to the end.
    pub served: i64,
    /// How many did not come.
    pub no_show: i64,
    /// How many left or were taken out.
    pub left: i64,
    /// Mean wait until called (or taken), in seconds.
    pub wait_mean_seconds: Option<f64>,
    /// Median wait, in seconds.
    pub wait_median_seconds: Option<f64>,
    /// 90th percentile of waits, in seconds.
    pub wait_p90_seconds: Option<f64>,
    /// Longest wait, in seconds.
    pub wait_longest_seconds: Option<f64>,
    /// Mean service, in seconds.
    pub service_mean_seconds: Option<f64>,
    /// How many reached a counter.
    pub reached: i64,
    /// How many of these within the limit asked for.
    pub reached_in_time: i64,
    /// Mean of quoted minus actual waits, in seconds: above 0 the estimates are too long.
    pub quoted_minus_actual_mean_seconds: Option<f64>,
}

impl Reader {
    /// One visit, however long ago; `None`: no such entry in this org.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn entry(&self, _org: &OrgId, _id: &EntryId) -> Result<Option<Entry>, ReadError> {
        todo!()
    }

    /// A contact's timeline, the newest first, from `before` on; and how many there are in all.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn activity(
        &self,
        _org: &OrgId,
        _contact: &ContactId,
        _before: Option<(i64, i32)>,
        _limit: i64,
    ) -> Result<(Vec<Activity>, i64), ReadError> {
        todo!()
    }

    /// Whether the contact is known.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn contact_exists(&self, _org: &OrgId, _contact: &ContactId) -> Result<bool, ReadError> {
        todo!()
    }

    /// What a point did from `from` until `to` (by the time of joining), and its visits page by page is left to the activity.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn history(
        &self,
        _org: &OrgId,
        _point: &PointId,
        _from: DateTime<Utc>,
        _to: DateTime<Utc>,
        _wait_limit_seconds: i64,
    ) -> Result<History, ReadError> {
        todo!()
    }
}
