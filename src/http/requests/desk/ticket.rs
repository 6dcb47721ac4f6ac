//! A ticket to be opened, by an agent for somebody or by the person who is signed in.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{long_text, priority, tags, word};
use crate::domain::address::Email;
use crate::domain::contact::{Contact, contact_id};
use crate::domain::desk::{
    BODY_MAX_CHARACTERS, Requester, SUBJECT_MAX_CHARACTERS, TicketChannel, TicketDraft, WORKER_MAX_CHARACTERS,
};
use crate::domain::ids::{ContactId, OrgId, TicketId};
use crate::domain::invalid::Invalid;
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::{Errors, Field};
use crate::identity;

/// Longest name of who asks, in characters.
const NAME_MAX_CHARACTERS: usize = 200;

/// A ticket to be opened.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "subject": "The printer is on fire",
    "description": "It says PC LOAD LETTER, and there is smoke.",
    "contact": {"email": "alice@example.com", "name": "Alice"},
    "priority": "urgent",
    "tags": ["printer"]
}))]
pub struct TicketBody {
    /// The id that it shall have. Counts only with a staff-side token; else one is made.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
    /// What it is about, in a line; 1 to 300 characters.
    #[serde(default)]
    #[schema(value_type = String, required)]
    subject: Field,
    /// What it says; at most 50,000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Field,
    /// Who asks.
    #[serde(default)]
    #[schema(value_type = Option<TicketContactBody>)]
    contact: Field,
    /// Who asks, where the business knows them already; in place of `contact`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    contact_id: Field,
    /// `low`, `normal`, `high` or `urgent`.
    #[serde(default)]
    #[schema(value_type = String, default = "normal")]
    priority: Field,
    /// Who is to work on it; at most 64 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    assignee_id: Field,
    /// Which team; at most 64 characters. The id of a configured team means its rule: without an `assigneeId` the ticket is given to a
    /// member. Without a team the ticket is the one's that takes such tickets, if any.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    team: Field,
    /// Words to find it by; at most 30, of 50 characters each.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    tags: Field,
    /// How it came in: `web`, `email`, `phone` or `api`.
    #[serde(default)]
    #[schema(value_type = String, default = "api")]
    channel: Field,
}

/// Who asks.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketContactBody {
    /// Where to write to.
    #[serde(default)]
    #[schema(value_type = String, required, example = "alice@example.com")]
    email: Field,
    /// Name; at most 200 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Alice")]
    name: Field,
}

/// A ticket of one's own.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"subject": "Where is my order?", "description": "Number 4711."}))]
pub struct OwnTicketBody {
    /// What it is about, in a line; 1 to 300 characters.
    #[serde(default)]
    #[schema(value_type = String, required)]
    subject: Field,
    /// What it says; at most 50,000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Field,
    /// Your name; at most 200 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Field,
    /// `low`, `normal`, `high` or `urgent`.
    #[serde(default)]
    #[schema(value_type = String, default = "normal")]
    priority: Field,
    /// Words to find it by; at most 30, of 50 characters each.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    tags: Field,
}

/// The contact that a body names by id, to be looked up before it is parsed.
///
/// # Errors
/// 422 for what cannot be an id.
pub fn named_contact(body: &TicketBody) -> Result<Option<ContactId>, Problem> {
    let mut errors = Errors::default();
    let id = errors.optional(slug(&body.contact_id, "contactId", ContactId::parse));
    errors.finish(Some(id))
}

/// A ticket for somebody; `known` is the contact that the body names by id.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse(body: &TicketBody, org: &OrgId, known: Option<Contact>) -> Result<TicketDraft, Problem> {
    let mut errors = Errors::default();
    let id = errors.optional(slug(&body.id, "id", TicketId::parse));
    let subject = errors.required("subject", body.subject.words("subject", 1, SUBJECT_MAX_CHARACTERS));
    let description = errors.optional(long_text(&body.description, "description", 0, BODY_MAX_CHARACTERS));
    let requester = match known {
        Some(contact) => Some(Requester { contact_id: contact.id, email: contact.email, name: contact.name.into() }),
        None if body.contact_id.value().is_some() => {
            errors.keep::<()>(Err(Invalid::new("contactId", "there is no such contact")));
            None
        }
        None => requester(&body.contact, org, &mut errors),
    };
    let priority = errors.optional(priority(&body.priority)).unwrap_or_default();
    let assignee_id = errors.optional(body.assignee_id.words("assigneeId", 1, WORKER_MAX_CHARACTERS));
    let team = errors.optional(body.team.words("team", 1, WORKER_MAX_CHARACTERS));
    let tags = errors.optional(tags(&body.tags, "tags")).unwrap_or_default();
    let channel = errors.optional(word(&body.channel, "channel", TicketChannel::parse)).unwrap_or(TicketChannel::Api);
    let draft = subject.zip(requester).map(|(subject, requester)| TicketDraft {
        id: id.unwrap_or_else(|| TicketId::from_uuid(identity::new_uuid())),
        token: identity::secret_token(),
        subject,
        description: description.unwrap_or_default(),
        requester,
        priority,
        assignee_id,
        team,
        tags,
        channel,
        mail: None,
    });
    errors.finish(draft)
}

/// A ticket of the person with this address.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_own(body: &OwnTicketBody, org: &OrgId, email: Email) -> Result<TicketDraft, Problem> {
    let mut errors = Errors::default();
    let subject = errors.required("subject", body.subject.words("subject", 1, SUBJECT_MAX_CHARACTERS));
    let description = errors.optional(long_text(&body.description, "description", 0, BODY_MAX_CHARACTERS));
    let name = errors.optional(body.name.words("name", 0, NAME_MAX_CHARACTERS)).unwrap_or_default();
    let priority = errors.optional(priority(&body.priority)).unwrap_or_default();
    let tags = errors.optional(tags(&body.tags, "tags")).unwrap_or_default();
    let requester = contact_id(org, Some(&email), None);
    let requester = requester.map(|contact_id| Requester { contact_id, email: Some(email), name: name.into() });
    let draft = subject.zip(requester).map(|(subject, requester)| TicketDraft {
        id: TicketId::from_uuid(identity::new_uuid()),
        token: identity::secret_token(),
        subject,
        description: description.unwrap_or_default(),
        requester,
        priority,
        assignee_id: None,
        team: None,
        tags,
        channel: TicketChannel::Web,
        mail: None,
    });
    errors.finish(draft)
}

fn requester(field: &Field, org: &OrgId, errors: &mut Errors) -> Option<Requester> {
    let body: TicketContactBody = errors.required("contact", field.object("contact"))?;
    let email = errors.required("contact.email", word(&body.email, "contact.email", Email::parse));
    let name = errors.optional(body.name.words("contact.name", 0, NAME_MAX_CHARACTERS)).unwrap_or_default();
    let email = email?;
    let contact_id = contact_id(org, Some(&email), None)?;
    Some(Requester { contact_id, email: Some(email), name: name.into() })
}
