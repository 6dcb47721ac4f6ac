//! Messages to people outside and how far they have come: tables `message` and `delivery`.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use sqlx::types::Json;

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::address::Email;
use crate::domain::ids::OrgId;
use crate::domain::message::{
    Address, Cause, Channel, Context, DeliveryState, Draft, Invitation, Message, MessageKind, Recipient, Standing,
    Thread,
};

/// Messages, each with the beginning of its delivery. One that is there already is the same one, and stays as it is.
pub(in crate::store) const INSERT: &str = "\
WITH posted AS (
    INSERT INTO message SELECT * FROM unnest($1::message[])
    ON CONFLICT (org_id, id) DO NOTHING
    RETURNING org_id, id, channel, due_at
)
INSERT INTO delivery (org_id, message_id, channel, state, attempts, next_attempt_at)
SELECT org_id, id, channel, 'waiting', 0, due_at FROM posted";

/// What is due to go one way, the longest waiting first.
pub(in crate::store) const DUE: &str = "\
SELECT m.*, d.state, d.attempts, d.next_attempt_at, d.last_error, d.sent_at, d.replayed_at
FROM delivery d JOIN message m ON m.org_id = d.org_id AND m.id = d.message_id
WHERE d.state = 'waiting' AND d.channel = $1 AND d.next_attempt_at <= $2
ORDER BY d.next_attempt_at LIMIT $3";

/// When the next one becomes due.
pub(in crate::store) const NEXT_DUE: &str =
    "SELECT min(next_attempt_at) FROM delivery WHERE state = 'waiting' AND channel = ANY($1) AND next_attempt_at > $2";

/// One message.
pub(in crate::store) const BY_ID: &str = "\
SELECT m.*, d.state, d.attempts, d.next_attempt_at, d.last_error, d.sent_at, d.replayed_at
FROM message m JOIN delivery d ON d.org_id = m.org_id AND d.message_id = m.id
WHERE m.org_id = $1 AND m.id = $2";

/// An org's messages, all or those in one state, the newest first.
pub(in crate::store) const NEWEST: &str = "\
SELECT m.*, d.state, d.attempts, d.next_attempt_at, d.last_error, d.sent_at, d.replayed_at
FROM message m JOIN delivery d ON d.org_id = m.org_id AND d.message_id = m.id
WHERE m.org_id = $1 AND ($2::text IS NULL OR d.state = $2) AND (m.created_at, m.id) < ($3, $4)
ORDER BY m.created_at DESC, m.id DESC LIMIT $5";

/// How many there are.
pub(in crate::store) const COUNT: &str =
    "SELECT count(*) FROM delivery WHERE org_id = $1 AND ($2::text IS NULL OR state = $2)";

/// A message with how far it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    /// Whose it is.
    pub org: OrgId,
    /// What is told to whom.
    pub message: Message,
    /// How far it has come.
    pub standing: Standing,
}

row_type! { of "message":
    /// One row of `message`, to be written.
    pub(in crate::store) struct MessageRow<'a> {
        org_id: &'a str,
        id: &'a str,
        created_at: DateTime<Utc>,
        kind: &'static str,
        channel: &'static str,
        recipient: &'a str,
        recipient_name: &'a str,
        locale: Option<&'a str>,
        timezone: Option<&'static str>,
        data: Json<&'a Context>,
        calendar: Option<Json<&'a Invitation>>,
        cause_kind: &'a str,
        cause_id: &'a str,
        reply_to: Option<&'a str>,
        in_reply_to: Option<&'a str>,
        thread_references: &'a [String],
        urgent: bool,
        due_at: DateTime<Utc>,
        useful_until: DateTime<Utc>,
        template_id: Option<&'a str>,
    }
}

impl<'a> MessageRow<'a> {
    /// The row of a message.
    pub(in crate::store) fn of(org: &'a OrgId, message: &'a Message) -> Self {
        let Recipient { address, name, locale, timezone } = &message.recipient;
        Self {
            org_id: org.as_str(),
            id: message.id().as_str(),
            created_at: message.created_at,
            kind: message.kind.word(),
            channel: address.channel().word(),
            recipient: address.as_str(),
            recipient_name: name,
            locale: locale.as_deref(),
            timezone: timezone.map(Tz::name),
            data: Json(&message.context),
            calendar: message.invitation.as_ref().map(Json),
            cause_kind: &message.cause.kind,
            cause_id: &message.cause.id,
            reply_to: message.reply_to.as_ref().map(Email::as_str),
            in_reply_to: message.thread.in_reply_to.as_deref(),
            thread_references: &message.thread.references,
            urgent: message.is_urgent,
            due_at: message.due_at,
            useful_until: message.useful_until,
            template_id: message.template_id.as_deref(),
        }
    }
}

/// A row of `message` with its row of `delivery`, as read.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::store) struct PostedRow {
    pub(in crate::store) org_id: String,
    pub(in crate::store) id: String,
    created_at: DateTime<Utc>,
    kind: String,
    channel: String,
    recipient: String,
    recipient_name: String,
    locale: Option<String>,
    timezone: Option<String>,
    data: Value,
    calendar: Option<Value>,
    cause_kind: String,
    cause_id: String,
    reply_to: Option<String>,
    in_reply_to: Option<String>,
    thread_references: Vec<String>,
    urgent: bool,
    due_at: DateTime<Utc>,
    useful_until: DateTime<Utc>,
    template_id: Option<String>,
    state: String,
    attempts: i32,
    next_attempt_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
    sent_at: Option<DateTime<Utc>>,
    replayed_at: Option<DateTime<Utc>>,
}

impl TryFrom<PostedRow> for Posted {
    type Error = ImpossibleRow;

    fn try_from(row: PostedRow) -> Result<Self, ImpossibleRow> {
        let judge = Judge::new("message", format!("{}/{}", row.org_id, row.id));
        let org = judge.parsed("org_id", OrgId::parse(&row.org_id))?;
        let standing = Standing {
            state: judge.parsed("state", DeliveryState::parse(&row.state))?,
            attempts: judge.count("attempts", row.attempts)?,
            next_attempt_at: row.next_attempt_at,
            last_error: row.last_error,
            sent_at: row.sent_at,
            replayed_at: row.replayed_at,
        };
        let kind = judge.parsed("kind", MessageKind::parse(&row.kind))?;
        let channel = judge.parsed("channel", Channel::parse(&row.channel))?;
        let locale = row.locale.as_deref().map(Recipient::parse_locale).transpose();
        let timezone = row.timezone.map(|zone| zone.parse::<Tz>()).transpose();
        let draft = Draft {
            created_at: row.created_at,
            kind,
            recipient: Recipient {
                address: judge.parsed("recipient", Address::parse(channel, &row.recipient))?,
                name: row.recipient_name,
                locale: judge.parsed("locale", locale)?,
                timezone: judge.parsed("timezone", timezone)?,
            },
            context: judge.parsed("data", Context::read(kind, row.data))?,
            template_id: row.template_id,
            invitation: judge.parsed("calendar", row.calendar.map(serde_json::from_value).transpose())?,
            cause: Cause { kind: row.cause_kind, id: row.cause_id },
            reply_to: judge.parsed("reply_to", row.reply_to.as_deref().map(Email::parse).transpose())?,
            thread: Thread { in_reply_to: row.in_reply_to, references: row.thread_references },
            is_urgent: row.urgent,
            due_at: row.due_at,
            useful_until: row.useful_until,
        };
        let message = judge.parsed("id", Message::of(&org, draft))?;
        if message.id().as_str() != row.id {
            return Err(judge.error("id", "does not follow from what the message says"));
        }
        Ok(Self { org, message, standing })
    }
}
