//! Which mails came in of late. Committed ones are looked up before a desk is asked; one that comes again while its first
//! copy is still on its way to be committed is known by this.

use imbl::{OrdSet, Vector};

use crate::domain::ids::TicketMessageId;

/// Most mails that are remembered, in messages: more than can be on their way at once.
const RECEIVED_MAX: usize = 4_096;

/// The messages that the last mails became; the id of one follows from its mail.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Received {
    messages: OrdSet<TicketMessageId>,
    /// The order in which they came.
    order: Vector<TicketMessageId>,
}

impl Received {
    /// Whether this one came of late.
    pub fn holds(&self, message: &TicketMessageId) -> bool {
        self.messages.contains(message)
    }

    /// Notes one more.
    pub fn put(&mut self, message: &TicketMessageId) {
        if self.messages.insert(message.clone()).is_some() {
            return;
        }
        self.order.push_back(message.clone());
        if self.order.len() > RECEIVED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.messages.remove(&oldest);
        }
    }
}
