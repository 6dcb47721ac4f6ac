//! What can be asked of a queue. Ids, tokens and hand-over names are made by the caller: the domain draws nothing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::entry::{Customer, Entry};
use super::point::{PointChanges, PointDraft};
use crate::domain::ids::{EntryId, HandoverId, PointId, ReservationId};
use crate::domain::party::Party;

/// An act and who asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// Who asks.
    pub by: Party,
    /// What for.
    pub act: Act,
}

/// A wish to join the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Join {
    /// The id that the entry will have.
    pub id: EntryId,
    /// The secret of the customer's link.
    pub token: String,
    /// Who joins.
    pub customer: Customer,
    /// How many people; 1 to [`super::entry::PARTY_MAX`].
    pub party_size: u32,
    /// What for.
    pub service: Option<String>,
    /// One of the point's priorities; only a clerk's counts, anybody else's is ignored.
    pub priority: Option<String>,
}

/// Somebody with an appointment who has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrival {
    /// The id that the entry will have: arriving twice is arriving once.
    pub id: EntryId,
    /// The secret of the customer's link.
    pub token: String,
    /// The appointment.
    pub reservation: ReservationId,
    /// Who comes.
    pub customer: Customer,
    /// How many people.
    pub party_size: u32,
    /// What for.
    pub service: Option<String>,
    /// The time to stand in line by.
    pub effective_at: DateTime<Utc>,
}

/// Where a called or served person goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnTo {
    /// In front of everybody.
    First,
    /// Behind everybody.
    Last,
    /// To the place that was kept.
    Kept,
}

/// How an appointment ended while its customer stood in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The service is done.
    Done,
    /// The customer did not come.
    Missed,
    /// There is no such appointment any more.
    Deleted,
}

/// A visit on its way from one point to another, as the source committed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Handover {
    /// Its own id: receiving it twice is receiving it once.
    pub id: HandoverId,
    /// Where it comes from.
    pub source: PointId,
    /// Where it goes to.
    pub target: PointId,
    /// The visit as it left the source.
    pub entry: Entry,
    /// Who transferred it.
    pub by: Option<String>,
    /// When it left.
    pub at: DateTime<Utc>,
}

/// What can be asked of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Act {
    /// Make the service point.
    Create {
        /// What it shall be.
        draft: Box<PointDraft>,
    },
    /// Change the configuration.
    Update {
        /// What shall be different.
        changes: Box<PointChanges>,
        /// Only if the configuration still has this version (`If-Match`).
        expected_version: Option<u64>,
    },
    /// Delete the point; open entries are cancelled.
    Delete {
        /// Only if the configuration still has this version (`If-Match`).
        expected_version: Option<u64>,
    },
    /// Let nobody join for a while.
    Pause {
        /// When it opens again by itself.
        until: Option<DateTime<Utc>>,
    },
    /// Let people join again (opens a closed point too).
    Resume,
    /// Stand in line.
    Join(Box<Join>),
    /// Stand in line for an appointment, checked in already. The line takes who is expected also when it is full, paused or
    /// closed for others.
    Arrive(Box<Arrival>),
    /// Report at the counter.
    CheckIn {
        /// Who.
        entry: EntryId,
        /// The entry from history, when memory no longer has it.
        past: Option<Box<Entry>>,
    },
    /// Call the first in line.
    CallNext {
        /// To which counter.
        counter: Option<String>,
        /// Finish this one in the same breath.
        completes: Option<EntryId>,
    },
    /// Call a certain one out of order.
    Call {
        /// Who.
        entry: EntryId,
        /// To which counter.
        counter: Option<String>,
        /// See [`Act::CheckIn`].
        past: Option<Box<Entry>>,
    },
    /// Call again who did not come.
    Recall {
        /// Who.
        entry: EntryId,
        /// See [`Act::CheckIn`].
        past: Option<Box<Entry>>,
    },
    /// Begin the service.
    Start {
        /// Who.
        entry: EntryId,
        /// At which counter; default the one called to.
        counter: Option<String>,
        /// See [`Act::CheckIn`].
        past: Option<Box<Entry>>,
    },
    /// Finish the service.
    Complete {
        /// Who.
        entry: EntryId,
        /// See [`Act::CheckIn`].
        past: Option<Box<Entry>>,
    },
    /// Say that a person did not come.
    NoShow {
        /// Who.
        entry: EntryId,
        /// Before the grace period is over (`override=true`; supervisors only).
        overriding: bool,
        /// See [`Act::CheckIn`].
        past: Option<Box<Entry>>,
    },
    /// Put a called or served person back into the line.
    Return {
        /// Who.
        entry: EntryId,
        /// Where to.
        to: ReturnTo,
        /// See [`Act::CheckIn`].
        past: Option<Box<Entry>>,
    },
    /// Let others pass.
    Postpone {
        /// Who.
        entry: EntryId,
        /// How many; at least 1.
        places: u32,
        /// See [`Act::CheckIn`].
        past: Option<Box<Entry>>,
    },
    /// Leave the line.
    Leave {
        /// Who.
        entry: EntryId,
        /// See [`Act::CheckIn`].
        past: Option<Box<Entry>>,
    },
    /// Take the last act on an entry back.
    Undo {
        /// Which entry.
        entry: EntryId,
    },
    /// Send a visit to another point.
    Transfer {
        /// Who.
        entry: EntryId,
        /// Where to.
        to: PointId,
        /// The name of this hand-over.
        handover: HandoverId,
        /// See [`Act::CheckIn`].
        past: Option<Box<Entry>>,
    },
    /// Take over a visit from another point.
    Receive {
        /// What comes.
        handover: Box<Handover>,
    },
    /// Take a visit back that the other point refused.
    TakeBack {
        /// The hand-over that failed.
        handover: HandoverId,
        /// Who.
        entry: EntryId,
    },
    /// Take a visit out whose appointment was closed beside the line; one that has ended stays as it is.
    Withdraw {
        /// Who.
        entry: EntryId,
        /// How the appointment ended.
        ending: Ending,
    },
    /// Forget a visit that the other point has taken over.
    LetGo {
        /// The hand-over that is finished.
        handover: HandoverId,
        /// Who.
        entry: EntryId,
    },
    /// Do what is due.
    Tick,
}

impl Act {
    /// The entry that the act is about, where it names one.
    #[must_use]
    pub fn entry(&self) -> Option<&EntryId> {
        match self {
            Self::CheckIn { entry, .. }
            | Self::Call { entry, .. }
            | Self::Recall { entry, .. }
            | Self::Start { entry, .. }
            | Self::Complete { entry, .. }
            | Self::NoShow { entry, .. }
            | Self::Return { entry, .. }
            | Self::Postpone { entry, .. }
            | Self::Leave { entry, .. }
            | Self::Undo { entry }
            | Self::Transfer { entry, .. }
            | Self::TakeBack { entry, .. }
            | Self::Withdraw { entry, .. }
            | Self::LetGo { entry, .. } => Some(entry),
            Self::Join(join) => Some(&join.id),
            Self::Arrive(arrival) => Some(&arrival.id),
            Self::Receive { handover } => Some(&handover.entry.id),
            Self::Create { .. }
            | Self::Update { .. }
            | Self::Delete { .. }
            | Self::Pause { .. }
            | Self::Resume
            | Self::CallNext { .. }
            | Self::Tick => None,
        }
    }
}
