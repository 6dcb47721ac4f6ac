//! Which comments were written of late: a comment changes nothing of its ticket, so who follows a desk learns of it by this.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::Vector;

use super::state::DeskState;
use super::thread::Comment;
use super::ticket::{Ticket, TicketNumber};
use crate::domain::ids::{CommentId, TicketId};

/// Most comments that are remembered: as many as one command can bring.
const COMMENTED_MAX: usize = super::command::BULK_MAX;

/// That a comment was written, without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commented {
    /// Which comment.
    pub id: CommentId,
    /// In which ticket.
    pub ticket: TicketId,
    /// The number of that.
    pub number: TicketNumber,
    /// Who wrote it; `None`: the desk itself.
    pub author: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The last comments, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LastComments(Vector<Arc<Commented>>);

impl LastComments {
    /// Notes one more.
    pub fn put(&mut self, comment: &Comment, ticket: &Ticket) {
        self.0.push_back(Arc::new(Commented {
            id: comment.id.clone(),
            ticket: ticket.id.clone(),
            number: ticket.number,
            author: comment.author.clone(),
            at: comment.at,
        }));
        if self.0.len() > COMMENTED_MAX {
            self.0.pop_front();
        }
    }
}

impl DeskState {
    /// The comments that were written since `before`, the oldest first; `None`: more than is remembered.
    #[must_use]
    pub fn commented_since(&self, before: &Self) -> Option<Vec<Arc<Commented>>> {
        let (newest, known) = (&self.last_comments.0, before.last_comments.0.last());
        let fresh = newest.iter().rev().take_while(|one| known.is_none_or(|known| one.id != known.id));
        let mut fresh: Vec<_> = fresh.cloned().collect();
        fresh.reverse();
        let is_whole = match known {
            Some(_) => fresh.len() < newest.len(),
            None => newest.len() < COMMENTED_MAX,
        };
        is_whole.then_some(fresh)
    }
}
