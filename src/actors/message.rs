//! What travels to an owner, and where its answer goes. A command that its owner never read, because the owner fell before
//! its turn came, goes back to its sender, who may ask the next life of that owner.

use actix::Message;
use tokio::sync::oneshot;

use super::aggregate::Aggregate;
use super::in_flight::InFlight;
use super::request::{Answered, IdempotencyKey, Unanswered};

/// Where a caller waits.
pub(super) type AnswerSender<A> = oneshot::Sender<Word<A>>;

/// What a caller hears.
pub(super) enum Word<A: Aggregate> {
    /// The answer, or why there is none.
    Answer(Result<Answered<A>, Unanswered>),
    /// The command was never read: nothing of it was done.
    Unread(A::Command),
}

/// A command with all that belongs to it.
pub(super) struct Letter<A: Aggregate> {
    pub(super) command: A::Command,
    pub(super) idempotency: Option<IdempotencyKey>,
    pub(super) reply: AnswerSender<A>,
    pub(super) in_flight: InFlight,
}

/// A letter on its way to its owner.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Perform<A: Aggregate>(Option<Letter<A>>);

impl<A: Aggregate> Perform<A> {
    pub(super) fn new(letter: Letter<A>) -> Self {
        Self(Some(letter))
    }

    /// Takes the letter out: from now on whatever happens, happens while it is handled.
    pub(super) fn read(mut self) -> Option<Letter<A>> {
        self.0.take()
    }
}

impl<A: Aggregate> Drop for Perform<A> {
    fn drop(&mut self) {
        if let Some(Letter { command, reply, .. }) = self.0.take() {
            // A caller who has given up needs no word.
            drop(reply.send(Word::Unread(command)));
        }
    }
}

/// An answer that waits for the commit of all that it rests on.
pub(super) struct Reply<A: Aggregate> {
    pub(super) sender: AnswerSender<A>,
    pub(super) answer: Result<Answered<A>, Unanswered>,
}

impl<A: Aggregate> Reply<A> {
    /// Everything is committed: the caller may know.
    pub(super) fn release(self) {
        // Nobody listens any more when the caller has given up: there is nothing to tell then.
        drop(self.sender.send(Word::Answer(self.answer)));
    }

    /// The caller is told this in place of the answer.
    pub(super) fn instead(self, answer: Unanswered) {
        Self { sender: self.sender, answer: Err(answer) }.release();
    }
}
