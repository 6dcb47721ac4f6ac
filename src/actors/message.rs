//! What travels to an owner, and where its answer goes. A command that its owner never read, because the owner fell before
//! its turn came, goes back to its sender, who may ask the next life of that owner; so does one whose doings were discarded
//! because the database refused an earlier change of that owner.

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
    /// The command was never read, or what it did was discarded with an earlier change: nothing of it was done.
    Unread(A::Command),
    /// The database refused what it did: nothing of it was done.
    Refused {
        /// The command.
        command: A::Command,
        /// The constraint, or the SQLSTATE where there is none.
        constraint: String,
    },
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

/// An answer that waits for the commit of all that it rests on, and the command that it answers.
pub(super) struct Reply<A: Aggregate> {
    pub(super) sender: AnswerSender<A>,
    pub(super) command: A::Command,
    pub(super) answer: Result<Answered<A>, Unanswered>,
}

// Nobody listens any more when the caller has given up: there is nothing to tell then.
impl<A: Aggregate> Reply<A> {
    /// Everything is committed: the caller may know.
    pub(super) fn release(self) {
        drop(self.sender.send(Word::Answer(self.answer)));
    }

    /// What it did was taken back with an earlier change of its owner: the next life may be asked.
    pub(super) fn unread(self) {
        drop(self.sender.send(Word::Unread(self.command)));
    }

    /// The database refused what it did.
    pub(super) fn refused(self, constraint: String) {
        drop(self.sender.send(Word::Refused { command: self.command, constraint }));
    }
}
