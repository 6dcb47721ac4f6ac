//! What the edge asks of an owner, and the ways in which it can stay without an answer.

use super::aggregate::Aggregate;
use super::service_point::ServicePoint;
use crate::domain::ids::OrgId;

/// A caller's `Idempotency-Key`, within its route.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// The route's template (`POST /crm/reservations/queue/join`).
    pub route: &'static str,
    /// The key as sent; at most [`IDEMPOTENCY_KEY_MAX_CHARACTERS`].
    pub key: String,
    /// SHA-256 over what was asked (path parameters and body), to tell a repeat from a misuse.
    pub fingerprint: [u8; 32],
}

/// Longest `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_MAX_CHARACTERS: usize = 255;

/// A command for an owner.
#[derive(Clone, Debug)]
pub struct Request<A: Aggregate = ServicePoint> {
    /// The org that it belongs to.
    pub org: OrgId,
    /// Whose owner shall handle it.
    pub name: A::Name,
    /// What to do.
    pub command: A::Command,
    /// How to recognise a repeat.
    pub idempotency: Option<IdempotencyKey>,
}

/// An answer whose every premise is committed.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered<A: Aggregate = ServicePoint> {
    /// What it meant, or the rule that says no.
    pub outcome: Result<A::Answer, A::Rejection>,
    /// Whether this repeats the first answer to the same `Idempotency-Key`.
    pub repeated: bool,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Nothing was done: the database is away, the buffer is full, or the owner is just coming back. Try again.
    #[error("The command was not accepted: {reason}.")]
    NotAccepted {
        /// Which of these.
        reason: &'static str,
        /// When to try again, in seconds.
        retry_after_seconds: u32,
    },
    /// Done in memory, but whether it was committed cannot be told in time; the same `Idempotency-Key` tells later.
    #[error("It cannot be told yet whether the command took effect.")]
    OutcomeUnknown,
    /// The owner fell while handling it; nothing was done.
    #[error("The owner failed while handling the command; nothing was changed.")]
    OwnerFell,
    /// The owner fell too often and is out of service.
    #[error("The owner of this part has failed repeatedly and is out of service.")]
    OwnerFailed,
    /// The same `Idempotency-Key` came with another request before.
    #[error("This Idempotency-Key was used for another request.")]
    KeyReused,
    /// The database refused what the command wanted to write; nothing was changed.
    #[error("The database refused the change ({constraint}).")]
    Refused {
        /// The constraint, or the SQLSTATE where there is none.
        constraint: String,
    },
}
