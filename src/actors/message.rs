//! What travels to an owner, and where its answer goes.

use actix::Message;
use tokio::sync::oneshot;

use super::in_flight::InFlight;
use super::request::{Answered, IdempotencyKey, Unanswered};
use crate::domain::queue::Command;

/// Where a caller waits.
pub(super) type AnswerSender = oneshot::Sender<Result<Answered, Unanswered>>;

/// A command on its way to its owner.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Perform {
    pub(super) command: Command,
    pub(super) idempotency: Option<IdempotencyKey>,
    pub(super) reply: AnswerSender,
    pub(super) in_flight: InFlight,
}

/// An answer that waits for the commit of all that it rests on.
pub(super) struct Reply {
    pub(super) sender: AnswerSender,
    pub(super) answer: Result<Answered, Unanswered>,
}

impl Reply {
    /// Everything is committed: the caller may know.
    pub(super) fn release(self) {
        // Nobody listens any more when the caller has given up: there is nothing to tell then.
        drop(self.sender.send(self.answer));
    }

    /// The caller is told this in place of the answer.
    pub(super) fn instead(self, answer: Unanswered) {
        Self { sender: self.sender, answer: Err(answer) }.release();
    }
}
