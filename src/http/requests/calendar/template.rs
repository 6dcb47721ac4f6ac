//! A template of messages as written by a caller: whole for a new one, in parts for a change.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::ids::TemplateId;
use crate::domain::invalid::Invalid;
use crate::domain::message::{Channel, MessageKind, TemplateChanges, TemplateDraft, TemplateTerms};
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::{Errors, Field};

/// A template to be made, or what shall be different about one. Null puts the default back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "confirmed-de",
    "kind": "reservation.confirmed",
    "channel": "email",
    "locale": "de",
    "subject": "{{ definition }} am {{ start | short_day(timezone) }}",
    "text": "Hallo {{ customer_name }},\n\nbis {{ start | time(timezone) }} Uhr!\n{{ manage_url }}",
    "html": "<p>Hallo {{ customer_name }}</p>"
}))]
pub struct TemplateBody {
    /// The id: 1 to 64 characters out of `A-Z a-z 0-9 _ -`. Needed for an update; for a new one it is made when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
    /// For which kind of message: `reservation.confirmed`, `.pending`, `.changed`, `.cancelled`, `.reminder`,
    /// `.waitlist_offered`, `queue.next` or `queue.your_turn`. Needed for a new one.
    #[serde(default)]
    #[schema(value_type = String, example = "reservation.confirmed")]
    kind: Field,
    /// By which way: `email` or `sms`.
    #[serde(default)]
    #[schema(value_type = String, default = "email")]
    channel: Field,
    /// For whom, by language (`de`, `pt-BR`). Null: for all who have none of their own.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    locale: Field,
    /// The subject of a mail; at most 500 characters. Needed for a new one by `email`.
    #[serde(default)]
    #[schema(value_type = String)]
    subject: Field,
    /// The text; at most 10,000 characters. Values stand in `{{ }}`; `if` and `for` are known, and the filters `day`,
    /// `short_day` and `time` (each with a zone), `upper` and `lower`. Needed for a new one.
    #[serde(default)]
    #[schema(value_type = String)]
    text: Field,
    /// The same as HTML, in which values are escaped; at most 20,000 characters. Null: a mail is a text alone.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    html: Field,
    /// Whether it takes the place of ours; one alone can for a kind, a channel and a language. A reminder can name any.
    #[serde(default)]
    #[schema(value_type = bool, default = true)]
    active: Field,
}

/// Checks a new template; `make_id` is asked when the caller names none.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_draft(body: &TemplateBody, make_id: impl FnOnce() -> TemplateId) -> Result<TemplateDraft, Problem> {
    let mut errors = Errors::default();
    let id = errors.optional(slug(&body.id, "id", TemplateId::parse));
    let kind = errors.required("kind", word(&body.kind, "kind", MessageKind::parse));
    let text = errors.required("text", own_text(&body.text, "text"));
    let changes = changes(body, &mut errors);
    let (kind, text) = errors.finish(kind.zip(text))?;
    let terms = TemplateTerms {
        kind,
        channel: changes.channel.unwrap_or(Channel::Email),
        locale: changes.locale.flatten(),
        subject: changes.subject.unwrap_or_default(),
        text,
        html: changes.html.flatten(),
        active: changes.active.unwrap_or(true),
    };
    Ok(TemplateDraft { id: id.unwrap_or_else(make_id), terms })
}

/// Checks a change: of which, and what shall be different. What is left out stays, null puts the default back.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_changes(body: &TemplateBody) -> Result<(TemplateId, TemplateChanges), Problem> {
    let mut errors = Errors::default();
    let id = errors.required("id", slug(&body.id, "id", TemplateId::parse));
    let kind = body.kind.not_null("kind").and_then(|field| word(field, "kind", MessageKind::parse));
    let text = body.text.not_null("text").and_then(|field| own_text(field, "text"));
    let (kind, text) = (errors.optional(kind), errors.optional(text));
    let changes = changes(body, &mut errors);
    errors.finish(id.map(|id| (id, TemplateChanges { kind, text, ..changes })))
}

/// Everything but id, kind and text.
fn changes(body: &TemplateBody, errors: &mut Errors) -> TemplateChanges {
    let channel = |field: &Field| word(field, "channel", Channel::parse);
    TemplateChanges {
        kind: None,
        channel: errors.optional(body.channel.or_default(|| Channel::Email, channel)),
        locale: errors.optional(body.locale.clearable(|field| own_text(field, "locale"))),
        subject: errors.optional(body.subject.or_default(String::new, |field| own_text(field, "subject"))),
        text: None,
        html: errors.optional(body.html.clearable(|field| own_text(field, "html"))),
        active: errors.optional(body.active.or_default(|| true, |field| field.flag("active"))),
    }
}

fn own_text(field: &Field, path: &str) -> Result<Option<String>, Invalid> {
    Ok(field.text(path)?.map(ToOwned::to_owned))
}

fn word<T>(field: &Field, path: &str, parse: fn(&str) -> Result<T, Invalid>) -> Result<Option<T>, Invalid> {
    field.text(path)?.map(|text| parse(text).map_err(|error| error.at(path))).transpose()
}
