//! Messages that the house writes by itself. They are right by construction: whatever happened is told, and no value of a
//! customer's or of a rule can make a message that its cause has to do without.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    Address, AlertContext, CAUSE_ID_MAX_CHARACTERS, Cause, Context, Draft, Invitation, MESSAGE_NAMESPACE, Message,
    MessageKind, QueueContext, RECIPIENT_NAME_MAX_CHARACTERS, Recipient, ReservationContext, Thread, TicketContext,
    WaitlistContext,
};
use crate::domain::ids::OrgId;

/// What is told of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservationNews {
    /// It stands.
    Confirmed,
    /// It waits for the business.
    Pending,
    /// It has moved, or is otherwise different.
    Changed,
    /// It is off.
    Cancelled,
    /// It is near.
    Reminder,
}

/// What is told of a place in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueNews {
    /// Only those at the counters are before it.
    Next,
    /// It is called.
    YourTurn,
}

/// What is told of a request for help to its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketNews {
    /// It has come in.
    Received,
    /// An agent has answered.
    Reply,
    /// It is resolved.
    Resolved,
}

/// Why somebody here has to look at a request for help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// It was escalated.
    Escalated,
    /// A promise is near its end.
    Warning,
    /// A promise was not kept.
    Breached,
}

/// What is told, with what it is told of.
#[derive(Clone, Debug, PartialEq)]
pub enum Topic {
    /// Of an appointment.
    Reservation(ReservationNews, Box<ReservationContext>),
    /// A slot is free for somebody who waited.
    WaitlistOffered(Box<WaitlistContext>),
    /// Of a place in a line.
    Queue(QueueNews, Box<QueueContext>),
    /// Of a request for help, to its customer.
    Ticket(TicketNews, Box<TicketContext>),
    /// Of a request for help, to who works here.
    Alert(Alert, Box<AlertContext>),
}

impl Topic {
    fn taken_apart(self) -> (MessageKind, Context) {
        match self {
            Self::Reservation(news, context) => {
                let kind = match news {
                    ReservationNews::Confirmed => MessageKind::ReservationConfirmed,
                    ReservationNews::Pending => MessageKind::ReservationPending,
                    ReservationNews::Changed => MessageKind::ReservationChanged,
                    ReservationNews::Cancelled => MessageKind::ReservationCancelled,
                    ReservationNews::Reminder => MessageKind::ReservationReminder,
                };
                (kind, Context::Reservation(context))
            }
            Self::WaitlistOffered(context) => (MessageKind::WaitlistOffered, Context::Waitlist(context)),
            Self::Queue(news, context) => {
                let kind = match news {
                    QueueNews::Next => MessageKind::QueueNext,
                    QueueNews::YourTurn => MessageKind::QueueYourTurn,
                };
                (kind, Context::Queue(context))
            }
            Self::Ticket(news, context) => {
                let kind = match news {
                    TicketNews::Received => MessageKind::TicketReceived,
                    TicketNews::Reply => MessageKind::TicketReply,
                    TicketNews::Resolved => MessageKind::TicketResolved,
                };
                (kind, Context::Ticket(context))
            }
            Self::Alert(alert, context) => {
                let kind = match alert {
                    Alert::Escalated => MessageKind::TicketEscalated,
                    Alert::Warning => MessageKind::SlaWarning,
                    Alert::Breached => MessageKind::SlaBreached,
                };
                (kind, Context::Alert(context))
            }
        }
    }
}

impl Cause {
    /// That `happening` befell `thing`. One that is too long to be kept is kept as its digest, which is as much its own.
    #[must_use]
    pub fn of(kind: &'static str, thing: &str, happening: &str) -> Self {
        let mut id = format!("{thing}/{happening}");
        if id.chars().count() > CAUSE_ID_MAX_CHARACTERS {
            id = Uuid::new_v5(&MESSAGE_NAMESPACE, id.as_bytes()).to_string();
        }
        Self { kind: kind.to_owned(), id }
    }
}

/// What somebody is told at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// When its cause happened.
    pub at: DateTime<Utc>,
    /// What is told.
    pub topic: Topic,
    /// Whom.
    pub recipient: Recipient,
    /// The org's own template that is wanted, where a certain one is.
    pub template_id: Option<String>,
    /// The calendar entry that goes with it, where it goes by e-mail.
    pub invitation: Option<Invitation>,
    /// What it follows from.
    pub cause: Cause,
    /// The conversation of mails that it belongs to.
    pub thread: Thread,
    /// Whether it is sent at night too.
    pub is_urgent: bool,
    /// Not to be sent later, though it is tried once in any case.
    pub useful_until: DateTime<Utc>,
}

impl Message {
    /// The message of a notice.
    #[must_use]
    pub fn of_notice(org: &OrgId, notice: Notice) -> Self {
        let Notice { at, topic, recipient, template_id, invitation, cause, thread, is_urgent, useful_until } = notice;
        let (kind, context) = topic.taken_apart();
        let invitation = invitation.filter(|_| matches!(recipient.address, Address::Email(_)));
        let printable = recipient.name.chars().filter(|c| !c.is_control());
        let name = printable.take(RECIPIENT_NAME_MAX_CHARACTERS).collect();
        let locale = recipient.locale.and_then(|locale| Recipient::parse_locale(&locale).ok());
        Self::checked(
            org,
            Draft {
                created_at: at,
                kind,
                recipient: Recipient { name, locale, ..recipient },
                context,
                template_id,
                invitation,
                cause,
                reply_to: None,
                thread,
                is_urgent,
                due_at: at,
                useful_until: useful_until.max(at),
            },
        )
    }
}
