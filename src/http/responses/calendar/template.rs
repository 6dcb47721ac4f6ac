//! A template of messages as the business sees it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ids::TemplateId;
use crate::domain::message::Template;

/// An org's own words for a kind of message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateView<'a> {
    /// The id within the org.
    #[schema(value_type = String, example = "confirmed-de")]
    id: &'a TemplateId,
    /// For which kind of message.
    #[schema(example = "reservation.confirmed")]
    kind: &'a str,
    /// By which way: `email` or `sms`.
    #[schema(example = "email")]
    channel: &'a str,
    /// For whom, by language; null: for all who have none of their own.
    #[schema(example = "de")]
    locale: Option<&'a str>,
    /// The subject of a mail.
    #[schema(example = "{{ definition }} am {{ start | short_day(timezone) }}")]
    subject: &'a str,
    /// The text.
    #[schema(example = "Hallo {{ customer_name }}, bis bald!")]
    text: &'a str,
    /// The same as HTML; null: the mail is a text alone.
    html: Option<&'a str>,
    /// Whether it takes the place of ours.
    active: bool,
    /// When made.
    created_at: DateTime<Utc>,
    /// When last changed.
    updated_at: DateTime<Utc>,
    /// Row version; also the `ETag`.
    #[schema(example = 1)]
    version: u64,
}

impl<'a> TemplateView<'a> {
    /// The template as it is.
    #[must_use]
    pub fn new(template: &'a Template) -> Self {
        let terms = &template.terms;
        Self {
            id: &template.id,
            kind: terms.kind.word(),
            channel: terms.channel.word(),
            locale: terms.locale.as_deref(),
            subject: &terms.subject,
            text: &terms.text,
            html: terms.html.as_deref(),
            active: terms.active,
            created_at: template.created_at,
            updated_at: template.updated_at,
            version: template.version,
        }
    }
}
