//! How the refusals of the inner layers become problems: exhaustive, so that a new refusal cannot go out without a code.

use super::problem::{Code, Problem};
use crate::actors::{ClockRefusal, ReplayRefusal, Unanswered};
use crate::domain::queue::Rejection;
use crate::domain::{calendar, desk};
use crate::store::read::ReadError;

/// How long to wait before a second try when nobody knows better, in seconds.
const RETRY_AFTER_SECONDS: u32 = 2;

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let problem = Self::new(code_of(&rejection), rejection.to_string());
        match rejection {
            Rejection::VersionMismatch { actual } => problem.with("version", actual),
            Rejection::QueueFull { waiting, max_waiting } => {
                problem.with("waiting", waiting).with("maxWaiting", max_waiting)
            }
            Rejection::QueuePaused { reopens_at } => problem.with("reopensAt", reopens_at),
            Rejection::QueueClosed { opens_at } => problem.with("opensAt", opens_at),
            Rejection::AtCapacity { capacity } => problem.with("capacity", capacity),
            Rejection::GracePeriod { retry_at } => problem.with("retryAt", retry_at),
            Rejection::WrongState { state } => problem.with("state", state),
            Rejection::AlreadyInLine { entry } => problem.with("entryId", entry),
            Rejection::TransferRefused { refusal: Some(refusal), .. } => problem.with("refusal", refusal.code()),
            Rejection::Invalid(invalid) => Self::invalid(vec![invalid]),
            Rejection::TransferRefused { refusal: None, .. }
            | Rejection::PointNotFound
            | Rejection::EntryNotFound
            | Rejection::PointExists
            | Rejection::EntryExists
            | Rejection::NobodyWaiting
            | Rejection::CheckInRequired
            | Rejection::OverrideForbidden
            | Rejection::NothingToUndo { .. }
            | Rejection::SamePoint => problem,
        }
    }
}

fn code_of(rejection: &Rejection) -> Code {
    match rejection {
        Rejection::PointNotFound => Code::ServicePointNotFound,
        Rejection::EntryNotFound => Code::EntryNotFound,
        Rejection::PointExists | Rejection::EntryExists => Code::AlreadyExists,
        Rejection::VersionMismatch { .. } => Code::VersionMismatch,
        Rejection::QueueFull { .. } => Code::QueueFull,
        Rejection::QueuePaused { .. } => Code::QueuePaused,
        Rejection::QueueClosed { .. } => Code::QueueClosed,
        Rejection::NobodyWaiting => Code::NobodyWaiting,
        Rejection::AtCapacity { .. } => Code::AtCapacity,
        Rejection::CheckInRequired => Code::CheckInRequired,
        Rejection::GracePeriod { .. } => Code::GracePeriod,
        Rejection::OverrideForbidden => Code::OverrideForbidden,
        Rejection::WrongState { .. } => Code::WrongState,
        Rejection::NothingToUndo { .. } => Code::NothingToUndo,
        Rejection::SamePoint => Code::SameServicePoint,
        Rejection::AlreadyInLine { .. } => Code::AlreadyInLine,
        Rejection::TransferRefused { .. } => Code::TransferRefused,
        Rejection::Invalid(_) => Code::Invalid,
    }
}

impl From<calendar::Rejection> for Problem {
    fn from(rejection: calendar::Rejection) -> Self {
        use calendar::Rejection as No;
        let problem = Self::new(code_of_calendar(&rejection), rejection.to_string());
        match rejection {
            No::VersionMismatch { actual } => problem.with("version", actual),
            No::SlotTaken { refusals, nearest } | No::SlotNotOffered { refusals, nearest } => {
                let reasons: Vec<_> = refusals.iter().map(ToString::to_string).collect();
                problem.with("reasons", reasons).with("alternatives", nearest)
            }
            No::TooLate { until, .. } => problem.with("until", until),
            No::WrongState { state } => problem.with("state", state),
            No::GracePeriod { retry_at } | No::TooEarly { retry_at } | No::TooManyHolds { retry_at } => {
                problem.with("retryAt", retry_at)
            }
            No::Begun { start } => problem.with("start", start),
            No::WaitlistFull { limit } | No::TooMany { limit } => problem.with("limit", limit),
            No::AlreadyExists { id } => problem.with("id", id),
            No::Invalid(invalid) => Self::invalid(vec![invalid]),
            No::DefinitionNotFound
            | No::StaffNotFound
            | No::TemplateNotFound
            | No::ReservationNotFound
            | No::StaffOnly
            | No::NumberTaken
            | No::OverrideForbidden => problem,
        }
    }
}

fn code_of_calendar(rejection: &calendar::Rejection) -> Code {
    use calendar::{LateAct, Rejection as No};
    match rejection {
        No::DefinitionNotFound => Code::DefinitionNotFound,
        No::StaffNotFound => Code::StaffNotFound,
        No::TemplateNotFound => Code::TemplateNotFound,
        No::ReservationNotFound => Code::ReservationNotFound,
        No::StaffOnly => Code::StaffOnly,
        No::AlreadyExists { .. } => Code::AlreadyExists,
        // Whoever draws numbers draws again; one who cannot find a free one is told to come back.
        No::NumberTaken => Code::Overload,
        No::VersionMismatch { .. } => Code::VersionMismatch,
        No::SlotTaken { .. } => Code::SlotTaken,
        No::SlotNotOffered { .. } => Code::SlotNotOffered,
        No::TooLate { act: LateAct::Cancel, .. } => Code::TooLateToCancel,
        No::TooLate { act: LateAct::Reschedule, .. } => Code::TooLateToReschedule,
        No::WrongState { .. } => Code::WrongState,
        No::GracePeriod { .. } => Code::GracePeriod,
        No::TooEarly { .. } => Code::TooEarly,
        No::OverrideForbidden => Code::OverrideForbidden,
        No::Begun { .. } => Code::AlreadyBegun,
        No::TooManyHolds { .. } => Code::TooManyHolds,
        No::WaitlistFull { .. } => Code::WaitlistFull,
        No::TooMany { .. } => Code::TooMany,
        No::Invalid(_) => Code::Invalid,
    }
}

impl From<desk::Rejection> for Problem {
    fn from(rejection: desk::Rejection) -> Self {
        use desk::Rejection as No;
        let problem = Self::new(code_of_desk(&rejection), rejection.to_string());
        match rejection {
            No::VersionMismatch { actual } => problem.with("version", actual),
            No::IllegalMove { from, to } => problem.with("from", from).with("to", to),
            No::WrongState { state } => problem.with("state", state),
            No::Merged { into } => problem.with("mergedInto", into),
            No::LevelReached { level } => problem.with("level", level),
            No::InUse { user } => problem.with("usedBy", user),
            No::TooMany { limit } | No::FollowersFull { limit, .. } => problem.with("limit", limit),
            No::AlreadyExists { id } => problem.with("id", id),
            No::Invalid(invalid) => Self::invalid(vec![invalid]),
            No::TicketNotFound
            | No::PolicyNotFound
            | No::CalendarNotFound
            | No::CannedNotFound
            | No::TeamNotFound
            | No::StaffOnly
            | No::CannotMerge { .. } => problem,
        }
    }
}

fn code_of_desk(rejection: &desk::Rejection) -> Code {
    use desk::Rejection as No;
    match rejection {
        No::TicketNotFound => Code::TicketNotFound,
        No::PolicyNotFound => Code::SlaPolicyNotFound,
        No::CalendarNotFound => Code::BusinessCalendarNotFound,
        No::CannedNotFound => Code::CannedResponseNotFound,
        No::TeamNotFound => Code::TeamNotFound,
        No::StaffOnly => Code::StaffOnly,
        No::AlreadyExists { .. } => Code::AlreadyExists,
        No::VersionMismatch { .. } => Code::VersionMismatch,
        No::IllegalMove { .. } => Code::IllegalMove,
        No::WrongState { .. } => Code::WrongState,
        No::Merged { .. } => Code::Merged,
        No::CannotMerge { .. } => Code::CannotMerge,
        No::LevelReached { .. } => Code::LevelReached,
        No::InUse { .. } => Code::InUse,
        No::TooMany { .. } | No::FollowersFull { .. } => Code::TooMany,
        No::Invalid(_) => Code::Invalid,
    }
}

impl From<Unanswered> for Problem {
    fn from(unanswered: Unanswered) -> Self {
        let sentence = unanswered.to_string();
        match unanswered {
            Unanswered::NotAccepted { retry_after_seconds, .. } => {
                Self::new(Code::NotAccepted, sentence).retry_after(retry_after_seconds)
            }
            Unanswered::OutcomeUnknown => Self::new(
                Code::OutcomeUnknown,
                "It cannot be told yet whether the command took effect; the same Idempotency-Key tells later.",
            )
            .retry_after(RETRY_AFTER_SECONDS),
            Unanswered::OwnerFell => Self::new(Code::OwnerFell, sentence),
            Unanswered::OwnerFailed => {
                Self::new(Code::OwnerOutOfService, sentence).retry_after(RETRY_AFTER_SECONDS * 30)
            }
            Unanswered::KeyReused => Self::new(Code::IdempotencyKeyReused, sentence),
            Unanswered::Refused { constraint } => {
                tracing::warn!(%constraint, "the database refused a change");
                Self::new(Code::StoreRefused, "The change contradicts what is stored already; nothing was changed.")
            }
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        tracing::warn!(%error, "a read from the database failed");
        Self::of(Code::StoreAway).retry_after(RETRY_AFTER_SECONDS)
    }
}

impl From<ReplayRefusal> for Problem {
    fn from(refusal: ReplayRefusal) -> Self {
        match refusal {
            ReplayRefusal::Unknown => Self::of(Code::MessageNotFound),
            ReplayRefusal::Sent => Self::new(Code::WrongState, refusal.to_string()).with("state", "sent"),
            ReplayRefusal::Away(error) => {
                tracing::warn!(%error, "a message was not sent once more");
                Self::of(Code::StoreAway).retry_after(RETRY_AFTER_SECONDS)
            }
        }
    }
}

impl From<ClockRefusal> for Problem {
    fn from(refusal: ClockRefusal) -> Self {
        let sentence = refusal.to_string();
        match refusal {
            ClockRefusal::Backwards { now } => Self::new(Code::ClockBackwards, sentence).with("now", now),
            ClockRefusal::NotManual => Self::of(Code::NotFound),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::EntryId;
    use crate::domain::invalid::Invalid;

    #[test]
    fn the_table_and_the_domain_use_the_same_words() {
        let entry = EntryId::parse("e1").unwrap();
        let all = [
            Rejection::PointNotFound,
            Rejection::EntryNotFound,
            Rejection::PointExists,
            Rejection::EntryExists,
            Rejection::VersionMismatch { actual: 3 },
            Rejection::QueueFull { waiting: 1, max_waiting: 1 },
            Rejection::QueuePaused { reopens_at: None },
            Rejection::QueueClosed { opens_at: None },
            Rejection::NobodyWaiting,
            Rejection::AtCapacity { capacity: 1 },
            Rejection::CheckInRequired,
            Rejection::GracePeriod { retry_at: chrono::DateTime::UNIX_EPOCH },
            Rejection::OverrideForbidden,
            Rejection::WrongState { state: "served".into() },
            Rejection::NothingToUndo { reason: "Too late.".into() },
            Rejection::SamePoint,
            Rejection::AlreadyInLine { entry },
            Rejection::TransferRefused { reason: "Full.".into(), refusal: Some(Box::new(Rejection::NobodyWaiting)) },
            Rejection::Invalid(Invalid::new("priority", "is unknown")),
        ];
        for rejection in all {
            let word = rejection.code();
            assert_eq!(Problem::from(rejection).code().word(), word);
        }
    }

    #[test]
    fn what_can_be_tried_again_is_503() {
        let refusal = Unanswered::NotAccepted { reason: "the database is away", retry_after_seconds: 2 };
        assert_eq!(Problem::from(refusal).code().status(), 503);
        assert_eq!(Problem::from(Unanswered::KeyReused).code().status(), 422);
        assert_eq!(Problem::from(Unanswered::OwnerFell).code().status(), 500);
    }
}
