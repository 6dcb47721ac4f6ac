//! The kinds of messages, and the ways they travel.

use serde::{Deserialize, Serialize};

use super::Context;
use crate::domain::invalid::Invalid;

/// What a message tells. Each has a folder of templates by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MessageKind {
    /// An appointment stands.
    ReservationConfirmed,
    /// An appointment waits for the business to confirm it.
    ReservationPending,
    /// An appointment has moved.
    ReservationChanged,
    /// An appointment is off.
    ReservationCancelled,
    /// An appointment is near.
    ReservationReminder,
    /// Somebody who waited for a slot can have one.
    WaitlistOffered,
    /// Somebody in a line is the next one.
    QueueNext,
    /// Somebody in a line is called.
    QueueYourTurn,
    /// A request for help has come in.
    TicketReceived,
    /// An agent has answered.
    TicketReply,
    /// Somebody has been helped: was it good?
    TicketResolved,
    /// A ticket was escalated: to who works here.
    TicketEscalated,
    /// A promise is near its end: to who works here.
    SlaWarning,
    /// A promise was not kept: to who works here.
    SlaBreached,
}

impl MessageKind {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::ReservationConfirmed,
        Self::ReservationPending,
        Self::ReservationChanged,
        Self::ReservationCancelled,
        Self::ReservationReminder,
        Self::WaitlistOffered,
        Self::QueueNext,
        Self::QueueYourTurn,
        Self::TicketReceived,
        Self::TicketReply,
        Self::TicketResolved,
        Self::TicketEscalated,
        Self::SlaWarning,
        Self::SlaBreached,
    ];

    /// Whether a person wrote what it says: it is then no automatic mail (RFC 3834), which others might filter away.
    #[must_use]
    pub fn is_written_by_a_person(self) -> bool {
        self == Self::TicketReply
    }

    /// The word of the wire, of the table and of the folder of templates.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ReservationConfirmed => "reservation.confirmed",
            Self::ReservationPending => "reservation.pending",
            Self::ReservationChanged => "reservation.changed",
            Self::ReservationCancelled => "reservation.cancelled",
            Self::ReservationReminder => "reservation.reminder",
            Self::WaitlistOffered => "reservation.waitlist_offered",
            Self::QueueNext => "queue.next",
            Self::QueueYourTurn => "queue.your_turn",
            Self::TicketReceived => "ticket.received",
            Self::TicketReply => "ticket.reply",
            Self::TicketResolved => "ticket.resolved",
            Self::TicketEscalated => "ticket.escalated",
            Self::SlaWarning => "sla.warning",
            Self::SlaBreached => "sla.breached",
        }
    }

    /// The kind of a word.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| Invalid::new("", format!("is {word:?}, which is no kind of message")))
    }

    /// Whether this is what the kind is about.
    #[must_use]
    pub fn is_filled_by(self, context: &Context) -> bool {
        match self {
            Self::ReservationConfirmed
            | Self::ReservationPending
            | Self::ReservationChanged
            | Self::ReservationCancelled
            | Self::ReservationReminder => matches!(context, Context::Reservation(_)),
            Self::WaitlistOffered => matches!(context, Context::Waitlist(_)),
            Self::QueueNext | Self::QueueYourTurn => matches!(context, Context::Queue(_)),
            Self::TicketReceived | Self::TicketReply | Self::TicketResolved => matches!(context, Context::Ticket(_)),
            Self::TicketEscalated | Self::SlaWarning | Self::SlaBreached => matches!(context, Context::Alert(_)),
        }
    }
}

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Channel {
    /// As a mail.
    Email,
    /// As a text message to a phone.
    Sms,
    /// As a signed request to another program.
    Webhook,
}

impl Channel {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Webhook];

    /// The word of the wire and of the table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Webhook => "webhook",
        }
    }

    /// The way of a word.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.word() == word)
            .ok_or_else(|| Invalid::new("", format!("is {word:?}, which is no way for a message to travel")))
    }
}

impl TryFrom<String> for MessageKind {
    type Error = Invalid;

    fn try_from(word: String) -> Result<Self, Invalid> {
        Self::parse(&word)
    }
}

impl From<MessageKind> for String {
    fn from(kind: MessageKind) -> Self {
        kind.word().to_owned()
    }
}

impl TryFrom<String> for Channel {
    type Error = Invalid;

    fn try_from(word: String) -> Result<Self, Invalid> {
        Self::parse(&word)
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> Self {
        channel.word().to_owned()
    }
}
