//! What is different about a ticket from now on: one, many, escalated, merged, rated.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{long_text, priority, status, tags, texts, ticket_key};
use crate::domain::desk::{
    BODY_MAX_CHARACTERS, BULK_MAX, LEVEL_MAX, NOTIFY_MAX, REASON_MAX_CHARACTERS, SUBJECT_MAX_CHARACTERS, TicketChanges,
    TicketKey, WORKER_MAX_CHARACTERS,
};
use crate::domain::invalid::Invalid;
use crate::http::problem::Problem;
use crate::http::requests::{Errors, Field};

/// Longest name of who is told, in characters: an address fits.
const TOLD_MAX_CHARACTERS: usize = 254;

/// What a bulk update can narrow its tickets by: as a list can.
const FILTERS: [&str; 14] = [
    "status",
    "priority",
    "assignee",
    "assigneeId",
    "team",
    "contact",
    "contactId",
    "email",
    "tag",
    "text",
    "q",
    "breached",
    "dueBefore",
    "channel",
];

/// What is different about a ticket. What is left out stays, null clears.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"id": "T-000123", "status": "pending", "assigneeId": "mia"}))]
pub struct TicketUpdateBody {
    /// The ticket, by its id or number.
    #[serde(default)]
    #[schema(value_type = String, required)]
    id: Field,
    /// Names it where there is no `id`: who sends back what they have read sends both.
    #[serde(default)]
    #[schema(ignore)]
    number: Field,
    /// What is different.
    #[serde(flatten)]
    changes: ChangesBody,
}

/// What is different. What is left out stays, null clears.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangesBody {
    /// Another subject; 1 to 300 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    subject: Field,
    /// Another description; at most 50,000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Field,
    /// `open`, `in-progress`, `pending`, `resolved` or `closed`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    status: Field,
    /// `low`, `normal`, `high` or `urgent`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    priority: Field,
    /// Who works on it; null: nobody.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    assignee_id: Field,
    /// Which team; null: none. The id of a configured team means its rule: when the ticket comes to it and `assigneeId` is not
    /// sent, it is given to a member, unless an active member of it works on the ticket.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    team: Field,
    /// The words to find it by, all of them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    tags: Field,
    /// More words to find it by.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    add_tags: Field,
    /// Words to find it by no more.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    remove_tags: Field,
}

/// Many tickets, and what is different about each.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"ids": ["T-000001", "T-000002"], "changes": {"status": "resolved"}, "comment": "Fixed by 1.2"}))]
pub struct BulkBody {
    /// The tickets, by id or number; at most 500.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    ids: Field,
    /// In place of `ids`: those that a list with these filters holds, `{"status": "open", "tag": "printer"}`; at most 500.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    filter: Field,
    /// What is different about each.
    #[serde(default)]
    #[schema(value_type = ChangesBody, required)]
    changes: Field,
    /// A comment for each; only the staff side sees it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    comment: Field,
}

/// The tickets of a bulk update.
#[derive(Debug, PartialEq)]
pub enum BulkTickets {
    /// These.
    Named {
        /// By id or number.
        tickets: Vec<TicketKey>,
        /// Texts that can name no ticket, each with its place among all: they stop none of the others.
        nameless: Vec<(usize, String)>,
    },
    /// Those that a list with these filters holds, as of its query.
    Filtered(Vec<(String, String)>),
}

/// A bulk update, checked.
#[derive(Debug)]
pub struct Bulk {
    /// Which tickets.
    pub tickets: BulkTickets,
    /// What is different about each.
    pub changes: TicketChanges,
    /// A comment for each.
    pub comment: Option<String>,
}

/// An escalation by hand.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"reason": "The customer called twice", "notify": ["mia", "boss@example.com"]}))]
pub struct EscalateBody {
    /// The level, above the present one; the next one when left out.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    level: Field,
    /// Why; 1 to 1,000 characters.
    #[serde(default)]
    #[schema(value_type = String, required)]
    reason: Field,
    /// Who works on it from now on.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    assignee_id: Field,
    /// Who is told: ids of members of staff, addresses, or the word `assignee`; at most 20.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    notify: Field,
}

/// An escalation by hand, checked.
#[derive(Debug)]
pub struct Escalation {
    /// The level.
    pub level: Option<u8>,
    /// Why.
    pub reason: String,
    /// Who works on it from now on.
    pub assignee_id: Option<String>,
    /// Who is told.
    pub notify: Vec<String>,
}

/// Where a ticket goes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({"into": "T-000007"}))]
pub struct MergeBody {
    /// The ticket that takes it in, by its id or number.
    #[serde(default)]
    #[schema(value_type = String, required)]
    into: Field,
}

/// Reads an update: which ticket, and what is different about it.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_update(body: &TicketUpdateBody) -> Result<(TicketKey, TicketChanges), Problem> {
    let mut errors = Errors::default();
    let named = if body.id.value().is_some() { &body.id } else { &body.number };
    let key = errors.required("id", ticket_key(named, "id"));
    let changes = changes(&body.changes, "", &mut errors);
    errors.finish(key.map(|key| (key, changes)))
}

/// Reads a bulk update.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_bulk(body: &BulkBody) -> Result<Bulk, Problem> {
    let mut errors = Errors::default();
    let named = errors.optional(named(&body.ids));
    let filtered = errors.optional(filters(&body.filter));
    let tickets = match (named, filtered) {
        (Some(named), None) => Some(named),
        (None, Some(filters)) => Some(BulkTickets::Filtered(filters)),
        (None, None) if body.ids.value().is_none() && body.filter.value().is_none() => {
            errors.keep::<()>(Err(Invalid::new("ids", "is required, or else filter")));
            None
        }
        (Some(_), Some(_)) => {
            errors.keep::<()>(Err(Invalid::new("filter", "cannot stand beside ids")));
            None
        }
        (None, None) => None,
    };
    let inner: Option<ChangesBody> = errors.required("changes", body.changes.object("changes"));
    let changes = inner.map(|inner| changes(&inner, "changes.", &mut errors));
    let comment = errors.optional(long_text(&body.comment, "comment", 1, BODY_MAX_CHARACTERS));
    errors.finish(tickets.zip(changes).map(|(tickets, changes)| Bulk { tickets, changes, comment }))
}

/// Reads an escalation by hand.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_escalation(body: &EscalateBody) -> Result<Escalation, Problem> {
    let mut errors = Errors::default();
    let level = errors.optional(body.level.whole("level", 1, LEVEL_MAX.into()));
    let level = level.and_then(|level| u8::try_from(level).ok());
    let reason = errors.required("reason", long_text(&body.reason, "reason", 1, REASON_MAX_CHARACTERS));
    let assignee_id = errors.optional(body.assignee_id.words("assigneeId", 1, WORKER_MAX_CHARACTERS));
    let notify = errors.optional(texts(&body.notify, "notify", NOTIFY_MAX, TOLD_MAX_CHARACTERS)).unwrap_or_default();
    errors.finish(reason.map(|reason| Escalation { level, reason, assignee_id, notify }))
}

/// Reads where a ticket goes.
///
/// # Errors
/// 422 for what names no ticket.
pub fn parse_merge(body: &MergeBody) -> Result<TicketKey, Problem> {
    let mut errors = Errors::default();
    let into = errors.required("into", ticket_key(&body.into, "into"));
    errors.finish(into)
}

fn changes(body: &ChangesBody, prefix: &str, errors: &mut Errors) -> TicketChanges {
    let path = |name: &str| format!("{prefix}{name}");
    let under = |error: Invalid| if prefix.is_empty() { error } else { error.at(prefix.trim_end_matches('.')) };
    let subject = body
        .subject
        .not_null(&path("subject"))
        .and_then(|field| field.words(&path("subject"), 1, SUBJECT_MAX_CHARACTERS));
    let description = body
        .description
        .or_default(String::new, |field| long_text(field, &path("description"), 0, BODY_MAX_CHARACTERS));
    let status = body.status.not_null(&path("status")).and_then(|field| status(field).map_err(under));
    let priority = body.priority.not_null(&path("priority")).and_then(|field| priority(field).map_err(under));
    let worker =
        |field: &Field, name: &str| field.clearable(|field| field.words(&path(name), 1, WORKER_MAX_CHARACTERS));
    TicketChanges {
        subject: errors.optional(subject),
        description: errors.optional(description),
        status: errors.optional(status),
        priority: errors.optional(priority),
        assignee_id: errors.optional(worker(&body.assignee_id, "assigneeId")),
        team: errors.optional(worker(&body.team, "team")),
        tags: errors.optional(body.tags.or_default(Vec::new, |field| tags(field, &path("tags")))),
        add_tags: errors.optional(tags(&body.add_tags, &path("addTags"))).unwrap_or_default(),
        remove_tags: errors.optional(tags(&body.remove_tags, &path("removeTags"))).unwrap_or_default(),
    }
}

fn named(field: &Field) -> Result<Option<BulkTickets>, Invalid> {
    let Some(items) = field.list("ids", BULK_MAX)? else { return Ok(None) };
    if items.is_empty() {
        return Err(Invalid::new("ids", "must name at least one ticket"));
    }
    let (mut tickets, mut nameless) = (Vec::new(), Vec::new());
    for (place, (path, item)) in items.into_iter().enumerate() {
        let text = item.text(&path)?.ok_or_else(|| Invalid::new(&path, "must be the id or the number of a ticket"))?;
        match TicketKey::parse(text) {
            Ok(key) => tickets.push(key),
            Err(_) if text.contains('\0') => return Err(Invalid::new(path, "must not hold U+0000")),
            Err(_) => nameless.push((place, text.to_owned())),
        }
    }
    Ok(Some(BulkTickets::Named { tickets, nameless }))
}

/// The filters as a query would have them; what they mean is read there.
fn filters(field: &Field) -> Result<Option<Vec<(String, String)>>, Invalid> {
    use serde_json::Value;
    let Some(value) = field.value() else { return Ok(None) };
    let Value::Object(object) = value else { return Err(Invalid::new("filter", "must be an object")) };
    let text = |(name, value): (&String, &Value)| match value {
        // A list tolerates what it does not know. Here it would change all tickets there are.
        _ if !FILTERS.contains(&name.as_str()) => {
            Err(Invalid::new(format!("filter.{name}"), "is no filter of tickets"))
        }
        Value::String(text) if text.trim().is_empty() => {
            Err(Invalid::new(format!("filter.{name}"), "must not be empty"))
        }
        Value::String(text) => Ok((name.clone(), text.clone())),
        Value::Bool(flag) => Ok((name.clone(), flag.to_string())),
        Value::Array(_) | Value::Null | Value::Number(_) | Value::Object(_) => {
            Err(Invalid::new(format!("filter.{name}"), "must be a text, or true or false"))
        }
    };
    let filters = object.iter().map(text).collect::<Result<Vec<_>, _>>()?;
    if filters.is_empty() {
        return Err(Invalid::new("filter", "must narrow the list by something"));
    }
    Ok(Some(filters))
}
