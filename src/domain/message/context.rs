//! What the templates of messages are filled with, a type for each thing that messages are about. These are names that
//! people write into templates of their own: a field may come, none may go or change its meaning.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::MessageKind;

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Context {
    /// An appointment.
    Reservation(Box<ReservationContext>),
    /// A slot that has become free.
    Waitlist(Box<WaitlistContext>),
    /// A place in a line.
    Queue(Box<QueueContext>),
    /// A request for help, for its customer.
    Ticket(Box<TicketContext>),
    /// A request for help that somebody here has to look at.
    Alert(Box<AlertContext>),
}

/// An appointment, as its customer reads of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReservationContext {
    /// Name of the business.
    pub business: String,
    /// What is booked.
    pub definition: String,
    /// The number that opens it, which only its customer knows.
    pub number: String,
    /// Who booked.
    pub customer_name: String,
    /// When it begins.
    pub start: DateTime<Utc>,
    /// When it ends.
    pub end: DateTime<Utc>,
    /// When it began before it was moved.
    pub previous_start: Option<DateTime<Utc>>,
    /// The zone of the business.
    pub timezone: Tz,
    /// Who serves.
    pub staff: Vec<String>,
    /// Where.
    pub location: Option<String>,
    /// The link to a video meeting.
    pub meeting_link: Option<String>,
    /// How many come.
    pub party_size: u32,
    /// What the customer wrote.
    pub notes: Option<String>,
    /// The page to see, move and cancel it.
    pub manage_url: String,
}

/// An offer to somebody who waited for a slot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitlistContext {
    /// Name of the business.
    pub business: String,
    /// What can be booked.
    pub definition: String,
    /// Who waited.
    pub customer_name: String,
    /// When the slot begins.
    pub start: DateTime<Utc>,
    /// When it ends.
    pub end: DateTime<Utc>,
    /// The zone of the business.
    pub timezone: Tz,
    /// Until when it is kept for them.
    pub held_until: DateTime<Utc>,
    /// The page to take it.
    pub book_url: String,
}

/// A place in a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueContext {
    /// Name of the business.
    pub business: String,
    /// Name of the service point.
    pub point: String,
    /// Where it is.
    pub location: Option<String>,
    /// Who waits.
    pub customer_name: String,
    /// The number of the day.
    pub number: u32,
    /// How many are before them.
    pub people_ahead: u32,
    /// How long it will still take, in minutes, where that can be told.
    pub estimated_wait_minutes: Option<u32>,
    /// The counter to go to, where one is named.
    pub counter: Option<String>,
    /// The page of their place.
    pub status_url: String,
}

/// A request for help, as its customer reads of it. It has no place for a comment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TicketContext {
    /// Name of the business.
    pub business: String,
    /// The ticket's number, such as `T-000123`.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// Who asked; may be empty.
    pub customer_name: String,
    /// What the agent wrote; `None`: nothing new was written.
    pub body: Option<String>,
    /// The names of files that came with it.
    pub files: Vec<String>,
    /// Whether the customer is asked how good the help was.
    pub is_resolved: bool,
    /// The page of the conversation.
    pub ticket_url: String,
}

/// A request for help that somebody here has to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertContext {
    /// Name of the business.
    pub business: String,
    /// The ticket's number, such as `T-000123`.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// Who asked; may be empty.
    pub customer_name: String,
    /// How urgent it is.
    pub priority: String,
    /// Who works on it.
    pub assignee: Option<String>,
    /// What was promised: `first response`, `next response`, `resolution`; `None`: it is about no promise.
    pub promise: Option<String>,
    /// How much of the time is used up, in percent; for a warning.
    pub percent: Option<u32>,
    /// When what it tells of was due, or happened.
    pub at: DateTime<Utc>,
    /// How far it is escalated.
    pub level: u32,
    /// Why somebody escalated it.
    pub reason: Option<String>,
    /// The page of the ticket, for who works here.
    pub desk_url: String,
}

impl Context {
    /// What a kind of message is about, read from its stored form.
    ///
    /// # Errors
    /// A field is missing or wrong.
    pub fn read(kind: MessageKind, stored: serde_json::Value) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            MessageKind::ReservationConfirmed
            | MessageKind::ReservationPending
            | MessageKind::ReservationChanged
            | MessageKind::ReservationCancelled
            | MessageKind::ReservationReminder => Self::Reservation(serde_json::from_value(stored)?),
            MessageKind::WaitlistOffered => Self::Waitlist(serde_json::from_value(stored)?),
            MessageKind::QueueNext | MessageKind::QueueYourTurn => Self::Queue(serde_json::from_value(stored)?),
            MessageKind::TicketReceived | MessageKind::TicketReply | MessageKind::TicketResolved => {
                Self::Ticket(serde_json::from_value(stored)?)
            }
            MessageKind::TicketEscalated | MessageKind::SlaWarning | MessageKind::SlaBreached => {
                Self::Alert(serde_json::from_value(stored)?)
            }
        })
    }

    /// The zone of the business, where the message is about a time.
    #[must_use]
    pub fn timezone(&self) -> Option<Tz> {
        match self {
            Self::Reservation(reservation) => Some(reservation.timezone),
            Self::Waitlist(offer) => Some(offer.timezone),
            Self::Queue(_) | Self::Ticket(_) | Self::Alert(_) => None,
        }
    }

    /// An example of what a kind is about, to try a template with.
    #[must_use]
    pub fn sample(kind: MessageKind) -> Self {
        match kind {
            MessageKind::ReservationConfirmed
            | MessageKind::ReservationPending
            | MessageKind::ReservationChanged
            | MessageKind::ReservationCancelled
            | MessageKind::ReservationReminder => Self::Reservation(Box::new(ReservationContext::sample())),
            MessageKind::WaitlistOffered => Self::Waitlist(Box::new(WaitlistContext::sample())),
            MessageKind::QueueNext | MessageKind::QueueYourTurn => Self::Queue(Box::new(QueueContext::sample())),
            MessageKind::TicketReceived | MessageKind::TicketReply | MessageKind::TicketResolved => {
                Self::Ticket(Box::new(TicketContext::sample()))
            }
            MessageKind::TicketEscalated | MessageKind::SlaWarning | MessageKind::SlaBreached => {
                Self::Alert(Box::new(AlertContext::sample()))
            }
        }
    }
}

impl Context {
    /// An example with nothing but what is always there.
    #[must_use]
    pub fn bare_sample(kind: MessageKind) -> Self {
        match Self::sample(kind) {
            Self::Reservation(full) => Self::Reservation(Box::new(ReservationContext {
                previous_start: None,
                staff: Vec::new(),
                location: None,
                meeting_link: None,
                party_size: 1,
                notes: None,
                ..*full
            })),
            Self::Waitlist(full) => Self::Waitlist(full),
            Self::Queue(full) => Self::Queue(Box::new(QueueContext {
                location: None,
                estimated_wait_minutes: None,
                counter: None,
                ..*full
            })),
            Self::Ticket(full) => Self::Ticket(Box::new(TicketContext {
                customer_name: String::new(),
                body: full.body.filter(|_| kind == MessageKind::TicketReply),
                files: Vec::new(),
                is_resolved: false,
                ..*full
            })),
            Self::Alert(full) => Self::Alert(Box::new(AlertContext {
                customer_name: String::new(),
                assignee: None,
                percent: full.percent.filter(|_| kind == MessageKind::SlaWarning),
                promise: full.promise.filter(|_| kind != MessageKind::TicketEscalated),
                reason: None,
                ..*full
            })),
        }
    }
}

/// 12 May 2026, 12:30 in Berlin, and so many minutes later.
fn sample_instant(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_778_581_800 + 60 * minutes, 0).unwrap_or_default()
}

impl ReservationContext {
    /// An example.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            business: "Harbour & Finch".to_owned(),
            definition: "Eye test".to_owned(),
            number: "K7QD2M9X".to_owned(),
            customer_name: "Zoë <Ní> Bhraonáin".to_owned(),
            start: sample_instant(0),
            end: sample_instant(30),
            previous_start: Some(sample_instant(-1_440)),
            timezone: chrono_tz::Europe::Berlin,
            staff: vec!["Mia Wu".to_owned()],
            location: Some("Kai 12, by the ferry".to_owned()),
            meeting_link: Some("https://meet.example/k7q".to_owned()),
            party_size: 2,
            notes: Some("By the window, please; it's our \"first\" time.".to_owned()),
            manage_url: "https://desk.example/r/K7QD2M9X?email=zoe%40example.com".to_owned(),
        }
    }
}

impl WaitlistContext {
    /// An example.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            business: "Harbour & Finch".to_owned(),
            definition: "Eye test".to_owned(),
            customer_name: "Zoë <Ní> Bhraonáin".to_owned(),
            start: sample_instant(0),
            end: sample_instant(30),
            timezone: chrono_tz::Europe::Berlin,
            held_until: sample_instant(-600),
            book_url: "https://desk.example/book/eye-test?hold=7".to_owned(),
        }
    }
}

impl QueueContext {
    /// An example.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            business: "Harbour & Finch".to_owned(),
            point: "Harbour Front".to_owned(),
            location: Some("Kai 12, by the ferry".to_owned()),
            customer_name: "Zoë <Ní> Bhraonáin".to_owned(),
            number: 42,
            people_ahead: 1,
            estimated_wait_minutes: Some(7),
            counter: Some("3".to_owned()),
            status_url: "https://desk.example/q/7?token=5".to_owned(),
        }
    }
}

impl TicketContext {
    /// An example.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            business: "Harbour & Finch".to_owned(),
            number: "T-000123".to_owned(),
            subject: "The printer is on <fire>".to_owned(),
            customer_name: "Zoë <Ní> Bhraonáin".to_owned(),
            body: Some("Please switch it off & on again.\n\nThen call us.".to_owned()),
            files: vec!["off & on.pdf".to_owned()],
            is_resolved: true,
            ticket_url: "https://desk.example/t/7?org=demo&token=5".to_owned(),
        }
    }
}

impl AlertContext {
    /// An example.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            business: "Harbour & Finch".to_owned(),
            number: "T-000123".to_owned(),
            subject: "The printer is on <fire>".to_owned(),
            customer_name: "Zoë <Ní> Bhraonáin".to_owned(),
            priority: "urgent".to_owned(),
            assignee: Some("mia".to_owned()),
            promise: Some("first response".to_owned()),
            percent: Some(80),
            at: sample_instant(0),
            level: 2,
            reason: Some("The customer called \"twice\".".to_owned()),
            desk_url: "https://desk.example/desk/7".to_owned(),
        }
    }
}
