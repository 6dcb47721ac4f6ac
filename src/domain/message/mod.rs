//! What a business tells somebody outside, by e-mail, text message or webhook: what it is about, to whom, when, and until
//! when it is worth telling. It is committed with its cause; sending it is another matter.

mod context;
mod delivery;
mod invitation;
mod kind;
mod notice;
mod quiet_hours;
mod recipient;
mod template;

use std::ops::Deref;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use context::{AlertContext, Context, QueueContext, ReservationContext, TicketContext, WaitlistContext};
pub use delivery::{Attempted, DeliveryState, Standing};
pub use invitation::{Invitation, Method};
pub use kind::{Channel, MessageKind};
pub use notice::{Alert, Notice, QueueNews, ReservationNews, TicketNews, Topic};
pub use quiet_hours::QuietHours;
pub use recipient::{Address, HookUrl, LOCALE_MAX_CHARACTERS, Recipient};
pub use template::{
    HTML_TEMPLATE_MAX_CHARACTERS, SUBJECT_TEMPLATE_MAX_CHARACTERS, TEXT_TEMPLATE_MAX_CHARACTERS, Template,
    TemplateChanges, TemplateDraft, TemplateTerms, chosen,
};

use super::address::Email;
use super::ids::{MessageId, OrgId};
use super::invalid::{Invalid, text};

/// Longest name of a recipient, in characters.
pub const RECIPIENT_NAME_MAX_CHARACTERS: usize = 200;
/// Longest kind of a cause, in characters.
pub const CAUSE_KIND_MAX_CHARACTERS: usize = 40;
/// Longest id of a cause, in characters: an id with a version behind it.
pub const CAUSE_ID_MAX_CHARACTERS: usize = 200;
/// Longest id of another mail that this one belongs to, in characters (RFC 5322: a line has at most 998).
pub const MAIL_ID_MAX_CHARACTERS: usize = 900;
/// Most mails that one mail refers back to.
pub const REFERENCES_MAX: usize = 20;

/// Namespace of message ids: `v5(NAMESPACE_URL, "frontdesk:message")`. Never change it: a repeat would be a second mail.
const MESSAGE_NAMESPACE: Uuid = Uuid::from_u128(0x2e2d_e7a0_8f2a_5a2d_b68d_a788_8e63_11f2);

/// What a message follows from. The same cause tells the same person the same thing once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What kind of thing: `reservation`, `queue_entry`.
    pub kind: String,
    /// Which one, and which happening of it: `res-1/3` for its third version.
    pub id: String,
}

/// The conversation of mails that a mail belongs to; ids without their angle brackets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The mail that this one answers.
    pub in_reply_to: Option<String>,
    /// The mails before it, the oldest first.
    pub references: Vec<String>,
}

/// A message before it is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// When its cause happened.
    pub created_at: DateTime<Utc>,
    /// What it tells.
    pub kind: MessageKind,
    /// Whom.
    pub recipient: Recipient,
    /// What its template is filled with.
    pub context: Context,
    /// The org's own template that is wanted, where a certain one is; one that is not there is as none.
    pub template_id: Option<String>,
    /// The calendar entry that goes with it; only by e-mail.
    pub invitation: Option<Invitation>,
    /// What it follows from.
    pub cause: Cause,
    /// Where answers go, where not to the sender.
    pub reply_to: Option<Email>,
    /// The mails that it belongs to.
    pub thread: Thread,
    /// Whether it is sent at night too.
    pub is_urgent: bool,
    /// Not to be sent earlier.
    pub due_at: DateTime<Utc>,
    /// Not to be sent later: it would only confuse.
    pub useful_until: DateTime<Utc>,
}

impl Draft {
    /// An example by e-mail, due at once, useful for a day.
    ///
    /// # Panics
    /// The address is none.
    #[cfg(any(test, feature = "failpoints"))]
    #[must_use]
    #[expect(clippy::unwrap_used, reason = "an example for tests")]
    pub fn sample(kind: MessageKind, email: &str) -> Self {
        let now = DateTime::from_timestamp(1_778_500_800, 0).unwrap();
        Self {
            created_at: now,
            kind,
            recipient: Recipient {
                address: Address::Email(Email::parse(email).unwrap()),
                name: "Zoë <Ní> Bhraonáin".to_owned(),
                locale: None,
                timezone: None,
            },
            context: Context::sample(kind),
            template_id: None,
            invitation: None,
            cause: Cause { kind: "reservation".to_owned(), id: "res-1/1".to_owned() },
            reply_to: None,
            thread: Thread::default(),
            is_urgent: true,
            due_at: now,
            useful_until: now + chrono::TimeDelta::days(1),
        }
    }
}

/// A message that can be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    id: MessageId,
    draft: Draft,
}

impl Message {
    /// Checks a draft. The id follows from org, cause, kind and recipient, so that the same message is never two.
    ///
    /// # Errors
    /// What does not fit together, by its field.
    pub fn of(org: &OrgId, draft: Draft) -> Result<Self, Invalid> {
        let Draft { kind, recipient, cause, .. } = &draft;
        if !kind.is_filled_by(&draft.context) {
            return Err(Invalid::new("context", format!("is not what {} is about", kind.word())));
        }
        if draft.invitation.is_some() && recipient.address.channel() != Channel::Email {
            return Err(Invalid::new("invitation", "goes by e-mail only"));
        }
        if draft.useful_until < draft.due_at {
            return Err(Invalid::new("usefulUntil", "lies before the moment when it is due"));
        }
        text("recipient.name", &recipient.name, 0, RECIPIENT_NAME_MAX_CHARACTERS, false)?;
        text("cause.kind", &cause.kind, 1, CAUSE_KIND_MAX_CHARACTERS, false)?;
        text("cause.id", &cause.id, 1, CAUSE_ID_MAX_CHARACTERS, false)?;
        if draft.thread.references.len() > REFERENCES_MAX {
            return Err(Invalid::new("references", format!("has more than {REFERENCES_MAX} mails")));
        }
        for mail in draft.thread.in_reply_to.iter().chain(&draft.thread.references) {
            mail_id(mail)?;
        }
        Ok(Self::checked(org, draft))
    }

    /// The message of a draft whose parts fit together.
    fn checked(org: &OrgId, draft: Draft) -> Self {
        let Draft { kind, recipient, cause, .. } = &draft;
        // Lines, none of which can hold a line break: parts cannot run into one another.
        let name = [org.as_str(), &cause.kind, &cause.id, kind.word(), &recipient.address.folded()].join("\n");
        let id = MessageId::from_uuid(Uuid::new_v5(&MESSAGE_NAMESPACE, name.as_bytes()));
        Self { id, draft }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &MessageId {
        &self.id
    }
}

impl Deref for Message {
    type Target = Draft;

    fn deref(&self) -> &Draft {
        &self.draft
    }
}

/// What stands between the angle brackets of a Message-ID, without anything that could end the header.
fn mail_id(value: &str) -> Result<(), Invalid> {
    let fits = (3..=MAIL_ID_MAX_CHARACTERS).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'))
        && value.contains('@');
    if fits { Ok(()) } else { Err(Invalid::new("references", "holds something that is no id of a mail")) }
}

#[cfg(test)]
mod tests;
