//! What people outside are told of what has happened: messages that follow from events alone, so that whoever writes the
//! event writes them with it, and a repeat is the very same message.

mod appointments;
mod lines;
mod tickets;

pub use appointments::of_calendar;
pub use lines::{LineBefore, of_queue};
pub use tickets::of_desk;

use crate::domain::address::Email;
use crate::domain::calendar::ReservationNumber;
use crate::domain::ids::{DefinitionId, EntryId, HoldId, OrgId, TicketId};
use crate::domain::mail::thread_root;
use crate::domain::message::{HookUrl, Message, Notice};

/// Who writes: what all messages of an org have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letterhead {
    /// The org.
    pub org: OrgId,
    /// The name of the business.
    pub business: String,
    /// How its customers reach this server, without a slash at the end.
    pub base_url: String,
    /// Where reminders to the business's own system go.
    pub webhook: Option<HookUrl>,
    /// The host of the address that its mails come from; `None`: none go out.
    pub mail_domain: Option<String>,
}

impl Letterhead {
    fn manage_url(&self, number: &ReservationNumber, email: &Email) -> String {
        format!("{}{}", self.base_url, manage_address(&self.org, number, email))
    }

    fn book_url(&self, definition: &DefinitionId, hold: &HoldId) -> String {
        format!("{}/book/{definition}?org={}&hold={hold}", self.base_url, self.org)
    }

    fn status_url(&self, entry: &EntryId, token: &str) -> String {
        format!("{}/q/{entry}?org={}&token={token}", self.base_url, self.org)
    }

    fn ticket_url(&self, ticket: &TicketId, token: &str) -> String {
        format!("{}/t/{ticket}?org={}&token={token}", self.base_url, self.org)
    }

    /// What all mails of a ticket refer to: an id that no mail ever had.
    fn thread_root(&self, ticket: &TicketId) -> Option<String> {
        self.mail_domain.as_ref().map(|domain| thread_root(ticket, domain))
    }

    fn message(&self, notice: Notice) -> Message {
        Message::of_notice(&self.org, notice)
    }
}

/// The page on which a customer sees, moves and cancels a booking, without the server in front: who has the number and the
/// address may.
#[must_use]
pub fn manage_address(org: &OrgId, number: &ReservationNumber, email: &Email) -> String {
    let email: String = url::form_urlencoded::byte_serialize(email.as_str().as_bytes()).collect();
    format!("/manage/{number}?org={org}&email={email}")
}
