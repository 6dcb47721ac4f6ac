//! One customer's visit: from joining the queue to being served, or not.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::address::{Email, Phone};
use crate::domain::ids::{ContactId, EntryId, HandoverId, PointId, ReservationId};

/// Most people in one party.
pub const PARTY_MAX: u32 = 100;
/// Longest name of a customer, in characters.
pub const CUSTOMER_NAME_MAX_CHARACTERS: usize = 200;
/// Longest name of a service, in characters.
pub const SERVICE_MAX_CHARACTERS: usize = 200;
/// Longest name of a counter, in characters.
pub const COUNTER_MAX_CHARACTERS: usize = 20;

/// Who visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Name as given.
    pub name: String,
    /// Phone, where given.
    pub phone: Option<Phone>,
    /// E-mail, where given.
    pub email: Option<Email>,
    /// The contact that follows from the address; `None` without an address.
    pub contact_id: Option<ContactId>,
}

impl Customer {
    /// The addresses in the form for comparing: two customers who share one of these are one person.
    pub fn folded_addresses(&self) -> impl Iterator<Item = String> {
        let phone = self.phone.as_ref().map(|phone| format!("tel:{}", phone.folded()));
        let email = self.email.as_ref().map(|email| format!("mailto:{}", email.folded()));
        phone.into_iter().chain(email)
    }
}

/// A place in the line: smaller is served earlier. Ties are broken by the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Rank of the priority, 0 first.
    pub rank: u8,
    /// The effective time: the moment of joining, or a reservation's slot.
    pub effective_at: DateTime<Utc>,
    /// Order among equals: `number << 32` for who joined, in between for who let others pass or was put back.
    pub order: i64,
}

/// Where a visit stands. Data lives in the state that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Status {
    /// In the line.
    Waiting,
    /// Called, on the way to the counter.
    Called {
        /// When called first.
        at: DateTime<Utc>,
        /// When called last (recalls); the grace period counts from the first call.
        last_at: DateTime<Utc>,
        /// How often called.
        calls: u32,
        /// Which counter.
        counter: Option<String>,
        /// Who called.
        by: Option<String>,
    },
    /// Being served: takes one of the point's capacity.
    Serving {
        /// When the service began.
        started_at: DateTime<Utc>,
        /// When called first, where called at all.
        called_at: Option<DateTime<Utc>>,
        /// Which counter.
        counter: Option<String>,
        /// Who serves.
        by: Option<String>,
    },
    /// Done.
    Served {
        /// When the service began.
        started_at: DateTime<Utc>,
        /// When called first, where called at all.
        called_at: Option<DateTime<Utc>>,
        /// When done.
        ended_at: DateTime<Utc>,
        /// Which counter.
        counter: Option<String>,
        /// Who finished it.
        by: Option<String>,
    },
    /// Did not come.
    NoShow {
        /// When called, where called at all.
        called_at: Option<DateTime<Utc>>,
        /// When it was decided; for the automatic one the very end of the grace period.
        ended_at: DateTime<Utc>,
        /// Whether the end of the grace period decided it.
        automatic: bool,
        /// Who decided it.
        by: Option<String>,
    },
    /// Left by the customer's own wish.
    Left {
        /// When.
        ended_at: DateTime<Utc>,
    },
    /// Taken out by the business (the point was deleted).
    Cancelled {
        /// When.
        ended_at: DateTime<Utc>,
    },
    /// On the way to another point; that one will take it over, or it comes back.
    Transferred {
        /// Where to.
        to: PointId,
        /// When.
        at: DateTime<Utc>,
        /// The hand-over that carries it.
        handover: HandoverId,
        /// The state to come back to when the other point refuses.
        from: Box<Status>,
    },
}

impl Status {
    /// The word of the wire: `waiting`, `called`, `serving`, `served`, `no_show`, `left`, `cancelled`, `transferred`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called { .. } => "called",
            Self::Serving { .. } => "serving",
            Self::Served { .. } => "served",
            Self::NoShow { .. } => "no_show",
            Self::Left { .. } => "left",
            Self::Cancelled { .. } => "cancelled",
            Self::Transferred { .. } => "transferred",
        }
    }

    /// Whether the visit goes on: waiting, called, serving or on its way to another point.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Waiting | Self::Called { .. } | Self::Serving { .. } | Self::Transferred { .. })
    }

    /// When the visit ended.
    #[must_use]
    pub fn ended_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Served { ended_at, .. }
            | Self::NoShow { ended_at, .. }
            | Self::Left { ended_at }
            | Self::Cancelled { ended_at } => Some(*ended_at),
            Self::Waiting | Self::Called { .. } | Self::Serving { .. } | Self::Transferred { .. } => None,
        }
    }

    /// When the person was first called, or taken without a call.
    #[must_use]
    pub fn reached_counter_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Called { at, .. } => Some(*at),
            Self::Serving { called_at, started_at, .. } | Self::Served { called_at, started_at, .. } => {
                Some(called_at.unwrap_or(*started_at))
            }
            Self::NoShow { called_at, .. } => *called_at,
            Self::Transferred { from, .. } => from.reached_counter_at(),
            Self::Waiting | Self::Left { .. } | Self::Cancelled { .. } => None,
        }
    }

    /// The counter, where there is one.
    #[must_use]
    pub fn counter(&self) -> Option<&str> {
        match self {
            Self::Called { counter, .. } | Self::Serving { counter, .. } | Self::Served { counter, .. } => {
                counter.as_deref()
            }
            Self::Waiting
            | Self::NoShow { .. }
            | Self::Left { .. }
            | Self::Cancelled { .. }
            | Self::Transferred { .. } => None,
        }
    }
}

/// What `undo` would bring back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastAct {
    /// The act's word: `call`, `start`, `complete`, `no-show`, `return`, `check-in`.
    pub act: String,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was before.
    pub before: Kept,
}

/// The part of an entry that acts change, and that undo restores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The state.
    #[serde(flatten)]
    pub status: Status,
    /// The place in the line.
    pub place: Place,
    /// When checked in.
    pub checked_in_at: Option<DateTime<Utc>>,
    /// When first called, or taken without a call.
    pub reached_at: Option<DateTime<Utc>>,
}

impl Kept {
    /// That part of an entry.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self {
            status: entry.status.clone(),
            place: entry.place,
            checked_in_at: entry.checked_in_at,
            reached_at: entry.reached_at,
        }
    }
}

/// One customer's visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Stays the same when the visit moves to another point.
    pub id: EntryId,
    /// Where it stands now.
    pub point_id: PointId,
    /// The local day at the point that `number` belongs to.
    pub day: NaiveDate,
    /// Ticket number of that day, from 1.
    pub number: u32,
    /// The secret of the customer's own link.
    pub token: String,
    /// Who visits.
    pub customer: Customer,
    /// How many people come together.
    pub party_size: u32,
    /// What for, in words.
    pub service: Option<String>,
    /// The priority's name as claimed.
    pub priority: Option<String>,
    /// When the customer joined; kept across transfers.
    pub joined_at: DateTime<Utc>,
    /// The place in the line.
    pub place: Place,
    /// When the customer reported at the counter.
    pub checked_in_at: Option<DateTime<Utc>>,
    /// When first called here, or taken without a call; stays when the customer is put back into the line, so that a
    /// wait is counted once. The actual wait is from `joined_at` to this.
    pub reached_at: Option<DateTime<Utc>>,
    /// The wait that was quoted when joining, in minutes.
    pub quoted_wait_minutes: u32,
    /// How many others the customer has let pass.
    pub let_pass: u32,
    /// The appointment that it is; its business hears how the visit ends.
    pub reservation: Option<ReservationId>,
    /// What can be taken back.
    pub last_act: Option<LastAct>,
    /// Grows by 1 with each change.
    pub version: u64,
    /// Where the visit stands.
    #[serde(flatten)]
    pub status: Status,
}

impl Entry {
    /// A copy to change: one version on, with nothing to take back (who changes it may say what can be).
    pub(super) fn next_version(&self) -> Self {
        Self { version: self.version + 1, last_act: None, ..self.clone() }
    }
}
