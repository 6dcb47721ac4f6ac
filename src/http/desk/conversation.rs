//! What the customer of a ticket reads: what was said in it and, where it went into another one, what was said there since. The
//! other one's customer wrote for nobody else before that.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::records;
use crate::domain::desk::{Author, MERGES_FOLLOWED_MAX, Ticket, TicketKey, TicketMessage};
use crate::domain::ids::{AttachmentId, OrgId, TicketId, TicketMessageId};
use crate::http::edge::Edge;
use crate::http::problem::{Code, Problem};
use crate::http::responses::desk::thread::TicketMessageView;
use crate::store::read::{ConversationPart, StoredFile};

/// A ticket with those in which its conversation went on.
pub struct Conversation {
    own: Arc<Ticket>,
    later: Vec<Arc<Ticket>>,
}

impl Conversation {
    /// The conversation of a ticket. It ends before one that was deleted, or that its customer neither has nor follows.
    ///
    /// # Errors
    /// 503.
    pub async fn of(edge: &Edge, org: &OrgId, own: &Arc<Ticket>) -> Result<Self, Problem> {
        let mut conversation = Self::of_one(own);
        while conversation.later.len() < MERGES_FOLLOWED_MAX {
            let Some(into) = &conversation.later.last().unwrap_or(own).merged_into else { break };
            match records::found(edge, org, &TicketKey::Id(into.clone())).await {
                Ok(ticket) if conversation.may_go_on_in(&ticket) => conversation.later.push(ticket),
                Ok(_) => break,
                Err(problem) if problem.code() == Code::TicketNotFound => break,
                Err(problem) => return Err(problem),
            }
        }
        Ok(conversation)
    }

    /// Whether the customer has or follows the next ticket, by way of one of their own.
    fn may_go_on_in(&self, next: &Ticket) -> bool {
        let mut own = self.tickets().filter(|ticket| ticket.is_of_same_person(&self.own));
        next.is_of_same_person(&self.own) || own.any(|ticket| next.followers.has_come_by(&ticket.id))
    }

    /// What was said in one ticket, wherever it went on.
    #[must_use]
    pub fn of_one(own: &Arc<Ticket>) -> Self {
        Self { own: Arc::clone(own), later: Vec::new() }
    }

    /// What was said, the oldest first, from behind `after` on; and how much that is in all.
    ///
    /// # Errors
    /// 503.
    pub async fn messages(
        &self,
        edge: &Edge,
        org: &OrgId,
        after: Option<&(DateTime<Utc>, TicketMessageId)>,
        limit: i64,
    ) -> Result<(Vec<TicketMessage>, i64), Problem> {
        Ok(match self.later.as_slice() {
            [] => edge.reader.ticket_messages(org, &self.own.id, after, limit).await?,
            _ => edge.reader.conversation(org, &self.parts(), after, limit).await?,
        })
    }

    /// A file of it.
    ///
    /// # Errors
    /// 503.
    pub async fn attachment(&self, edge: &Edge, org: &OrgId, id: &AttachmentId) -> Result<Option<StoredFile>, Problem> {
        Ok(match self.later.as_slice() {
            [] => edge.reader.attachment(org, &self.own.id, id).await?,
            _ => edge.reader.attachment_of_conversation(org, &self.parts(), id).await?,
        })
    }

    /// Whether the ticket's own customer wrote it.
    #[must_use]
    pub fn is_own(&self, message: &TicketMessage) -> bool {
        let contact = &self.own.requester.contact_id;
        match &message.author {
            Author::Customer => self
                .tickets()
                .find(|ticket| ticket.id == message.ticket)
                .is_some_and(|ticket| ticket.requester.contact_id == *contact),
            Author::Follower { contact: writer } => writer == contact,
            Author::Agent { .. } => false,
        }
    }

    /// A message of it, as its customer is shown it: as one of their own ticket.
    #[must_use]
    pub fn view(&self, message: &TicketMessage) -> TicketMessageView {
        TicketMessageView::for_customer(message, &self.own.id, self.is_own(message))
    }

    fn tickets(&self) -> impl Iterator<Item = &Arc<Ticket>> {
        std::iter::once(&self.own).chain(&self.later)
    }

    fn parts(&self) -> Vec<ConversationPart> {
        let came = |ticket: &Arc<Ticket>| -> Option<(TicketId, DateTime<Utc>)> {
            ticket.merged_at().map(|at| (ticket.id.clone(), at))
        };
        let since = std::iter::once(None).chain(self.tickets().map(came));
        let part = |(ticket, since): (&Arc<Ticket>, _)| ConversationPart { ticket: ticket.id.clone(), since };
        self.tickets().zip(since).map(part).collect()
    }
}
