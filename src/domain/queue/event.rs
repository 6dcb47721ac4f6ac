//! What has happened at a service point. `apply` needs nothing else to follow it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::command::Handover;
use super::entry::{Entry, Kept};
use super::point::ServicePoint;
use crate::domain::ids::{EntryId, HandoverId, PointId};

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// The point was made.
    PointCreated {
        /// As it is now.
        point: Box<ServicePoint>,
    },
    /// The configuration changed, or a clerk paused, resumed or closed the point, or a pause ended by itself.
    PointChanged {
        /// As it is now.
        point: Box<ServicePoint>,
        /// Who did it; `None`: time.
        by: Option<String>,
    },
    /// The point is gone.
    PointDeleted {
        /// Which.
        id: PointId,
        /// When.
        at: DateTime<Utc>,
        /// Who did it.
        by: Option<String>,
    },
    /// A new local day began: numbers start at 1, statistics at 0.
    DayTurned {
        /// The day that began.
        day: NaiveDate,
    },
    /// Somebody joined; the entry holds the number given.
    Joined {
        /// As it begins.
        entry: Box<Entry>,
    },
    /// A visit changed: the entry as it is afterwards.
    EntryChanged {
        /// What happened.
        change: Change,
        /// As it is afterwards.
        entry: Box<Entry>,
        /// When it became true; for what time decided the due moment, however late it was noticed.
        at: DateTime<Utc>,
        /// Who did it; `None`: the customer or time.
        by: Option<String>,
    },
    /// A visit left for another point; the hand-over carries it there.
    TransferredOut {
        /// What travels; `entry` in it is as it was before it left.
        handover: Box<Handover>,
        /// The visit as it stays here until the other point has answered.
        entry: Box<Entry>,
    },
    /// A visit came from another point.
    Received {
        /// The hand-over that brought it.
        handover: HandoverId,
        /// The visit as it stands here.
        entry: Box<Entry>,
        /// When.
        at: DateTime<Utc>,
        /// Who transferred it.
        by: Option<String>,
    },
    /// The other point has taken the visit over: this one forgets it.
    Departed {
        /// The hand-over that is finished.
        handover: HandoverId,
        /// Who left.
        entry: EntryId,
    },
}

impl Event {
    /// When it became true; `None` for what only follows from another event (a day that turned, a visit that departed).
    #[must_use]
    pub fn at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::PointCreated { point } => Some(point.created_at),
            Self::PointChanged { point, .. } => Some(point.updated_at),
            Self::Joined { entry } => Some(entry.joined_at),
            Self::PointDeleted { at, .. } | Self::EntryChanged { at, .. } | Self::Received { at, .. } => Some(*at),
            Self::TransferredOut { handover, .. } => Some(handover.at),
            Self::DayTurned { .. } | Self::Departed { .. } => None,
        }
    }
}

/// What happened to a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Change {
    /// Reported at the counter.
    CheckedIn,
    /// Called, by order or out of order.
    Called,
    /// Called again.
    Recalled,
    /// Service began.
    Started,
    /// Service ended.
    Completed {
        /// How long it took, in seconds; feeds the moving average.
        service_seconds: u32,
    },
    /// Did not come.
    NoShow,
    /// Back in the line.
    Returned,
    /// Let others pass.
    Postponed {
        /// How many.
        places: u32,
    },
    /// Got another place value so that there is room in front; nobody's position changed by it.
    Respaced,
    /// Left by the customer's own wish.
    Left,
    /// Taken out by the business.
    Cancelled,
    /// Taken out because its appointment was closed beside the line, which knows of it.
    Withdrawn,
    /// The last act was taken back.
    Undone {
        /// Its word, see [`super::LastAct::act`].
        act: String,
        /// The state that was undone, so that statistics can take it back too.
        undone: Box<Kept>,
    },
    /// The other point refused the hand-over; the place is as it was.
    TakenBack {
        /// The hand-over that failed.
        handover: HandoverId,
    },
}
