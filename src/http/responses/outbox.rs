//! Messages to people outside, as an admin reads them.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::actors::Letter;
use crate::domain::message::{Message, Standing};
use crate::store::read::Posted;

/// A message and how far it has come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Message)]
pub struct MessageView {
    /// Its id; a mail's Message-ID begins with it.
    id: String,
    /// What it tells.
    #[schema(example = "reservation.confirmed")]
    kind: &'static str,
    /// How it travels: `email`, `sms` or `webhook`.
    #[schema(example = "email")]
    channel: &'static str,
    /// Whom it tells.
    recipient: RecipientView,
    /// How far it has come: `waiting`, `sent`, `dead` or `skipped`.
    #[schema(example = "sent")]
    status: &'static str,
    /// How often it was tried.
    attempts: u32,
    /// When it is tried next; null while it waits: when its channel is set up.
    next_attempt_at: Option<DateTime<Utc>>,
    /// Why the last try failed, or why it was not tried.
    last_error: Option<String>,
    /// When it was accepted.
    sent_at: Option<DateTime<Utc>>,
    /// When somebody wanted it sent once more.
    replayed_at: Option<DateTime<Utc>>,
    /// When its cause happened.
    created_at: DateTime<Utc>,
    /// Not sent earlier.
    due_at: DateTime<Utc>,
    /// Not sent later.
    useful_until: DateTime<Utc>,
    /// What it follows from.
    cause: CauseView,
    /// The line above it; empty for a text message.
    subject: Option<String>,
    /// What it says.
    text: Option<String>,
}

/// Whom a message tells.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recipient)]
struct RecipientView {
    /// Where.
    address: String,
    /// Their name.
    name: String,
    /// Their language, where known.
    locale: Option<String>,
    /// Their zone, where known.
    timezone: Option<&'static str>,
}

/// What a message follows from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cause)]
struct CauseView {
    /// What kind of thing.
    #[schema(example = "reservation")]
    kind: String,
    /// Which one.
    id: String,
}

impl MessageView {
    /// The view of a message that has come so far; `letter` is how it is read.
    #[must_use]
    pub fn new(message: &Message, standing: &Standing, letter: Option<Letter>) -> Self {
        let recipient = &message.recipient;
        let (subject, text) = letter.map(|letter| (letter.subject, letter.text)).unzip();
        Self {
            id: message.id().to_string(),
            kind: message.kind.word(),
            channel: recipient.address.channel().word(),
            recipient: RecipientView {
                address: recipient.address.as_str().to_owned(),
                name: recipient.name.clone(),
                locale: recipient.locale.clone(),
                timezone: recipient.timezone.map(chrono_tz::Tz::name),
            },
            status: standing.state.word(),
            attempts: standing.attempts,
            next_attempt_at: standing.next_attempt_at,
            last_error: standing.last_error.clone(),
            sent_at: standing.sent_at,
            replayed_at: standing.replayed_at,
            created_at: message.created_at,
            due_at: message.due_at,
            useful_until: message.useful_until,
            cause: CauseView { kind: message.cause.kind.clone(), id: message.cause.id.clone() },
            subject,
            text,
        }
    }
}

/// The key that pages of the outbox go by.
#[must_use]
pub fn message_key(posted: &Posted) -> String {
    let at = posted.message.created_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    format!("{at} {}", posted.message.id())
}

/// Reads such a key.
#[must_use]
pub fn parse_message_key(key: &str) -> Option<(DateTime<Utc>, String)> {
    let (at, id) = key.split_once(' ')?;
    Some((at.parse().ok()?, id.to_owned()))
}
