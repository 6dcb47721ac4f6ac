//! An org's own words for a kind of message, in place of ours.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Channel, MessageKind, Recipient};
use crate::domain::ids::TemplateId;
use crate::domain::invalid::{Invalid, text};

/// Longest template of a subject, in characters.
pub const SUBJECT_TEMPLATE_MAX_CHARACTERS: usize = 500;
/// Longest template of a text, in characters.
pub const TEXT_TEMPLATE_MAX_CHARACTERS: usize = 10_000;
/// Longest template of HTML, in characters.
pub const HTML_TEMPLATE_MAX_CHARACTERS: usize = 20_000;

/// All that a caller sets about a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateTerms {
    /// For what.
    pub kind: MessageKind,
    /// By which way: mail or text message; a webhook carries data, not words.
    pub channel: Channel,
    /// For whom, by language (`de`, `pt-BR`); `None`: for all who have none of their own.
    pub locale: Option<String>,
    /// The subject of a mail; empty for a text message.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML; `None`: the mail is a text alone, shown as it is.
    pub html: Option<String>,
    /// Whether it takes the place of ours. One that does not can be named by a reminder all the same.
    pub active: bool,
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// The id within the org.
    pub id: TemplateId,
    /// All that a caller sets.
    #[serde(flatten)]
    pub terms: TemplateTerms,
    /// Row version: grows by 1 with each change.
    pub version: u64,
    /// When made.
    pub created_at: DateTime<Utc>,
    /// When last changed.
    pub updated_at: DateTime<Utc>,
    /// When deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// What a caller gives to make a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateDraft {
    /// See [`Template::id`].
    pub id: TemplateId,
    /// All else.
    #[serde(flatten)]
    pub terms: TemplateTerms,
}

/// What an update changes: `None` stays as it is, `Some(None)` clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "each is the new value of the field of TemplateTerms that has its name")]
pub struct TemplateChanges {
    pub kind: Option<MessageKind>,
    pub channel: Option<Channel>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub locale: Option<Option<String>>,
    pub subject: Option<String>,
    pub text: Option<String>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub html: Option<Option<String>>,
    pub active: Option<bool>,
}

/// A field that is there and null clears; one that is not there leaves alone.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl TemplateDraft {
    /// The template that this draft makes at `now`.
    ///
    /// # Errors
    /// The first field that is outside its limits, by its path on the wire.
    pub fn to_template(&self, now: DateTime<Utc>) -> Result<Template, Invalid> {
        let terms = self.terms.clone().within_limits()?;
        Ok(Template { id: self.id.clone(), terms, version: 1, created_at: now, updated_at: now, deleted_at: None })
    }
}

impl TemplateChanges {
    /// `terms` with these changes made. Equal to `terms` when nothing is different.
    ///
    /// # Errors
    /// As [`TemplateDraft::to_template`].
    pub fn apply_to(&self, terms: &TemplateTerms) -> Result<TemplateTerms, Invalid> {
        let (new, old) = (self.clone(), terms.clone());
        let changed = TemplateTerms {
            kind: new.kind.unwrap_or(old.kind),
            channel: new.channel.unwrap_or(old.channel),
            locale: new.locale.unwrap_or(old.locale),
            subject: new.subject.unwrap_or(old.subject),
            text: new.text.unwrap_or(old.text),
            html: new.html.unwrap_or(old.html),
            active: new.active.unwrap_or(old.active),
        };
        changed.within_limits()
    }
}

impl TemplateTerms {
    /// Itself, once all of its values are within their limits and fit together. Whether they can be filled in is for who
    /// fills them in to say.
    fn within_limits(self) -> Result<Self, Invalid> {
        let is_mail = match self.channel {
            Channel::Email => true,
            Channel::Sms => false,
            Channel::Webhook => {
                return Err(Invalid::new("channel", "must be email or sms: a webhook carries no words"));
            }
        };
        let locale = self.locale.as_deref().map(Recipient::parse_locale).transpose();
        text("subject", &self.subject, usize::from(is_mail), SUBJECT_TEMPLATE_MAX_CHARACTERS, false)?;
        text("text", &self.text, 1, TEXT_TEMPLATE_MAX_CHARACTERS, true)?;
        text("html", self.html.as_deref().unwrap_or("-"), 1, HTML_TEMPLATE_MAX_CHARACTERS, true)?;
        if !is_mail && !self.subject.is_empty() {
            return Err(Invalid::new("subject", "goes with mails only"));
        }
        if !is_mail && self.html.is_some() {
            return Err(Invalid::new("html", "goes with mails only"));
        }
        Ok(Self { locale: locale.map_err(|error| error.at("locale"))?, ..self })
    }

    /// Whether both would take the place of the same words of ours.
    #[must_use]
    pub fn competes_with(&self, other: &Self) -> bool {
        let folded = |terms: &Self| terms.locale.as_deref().map(str::to_lowercase);
        self.active
            && other.active
            && (self.kind, self.channel) == (other.kind, other.channel)
            && folded(self) == folded(other)
    }

    /// How well it suits a reader: the very language first, then the same without its region, then for all.
    fn rank(&self, locale: Option<&str>) -> Option<u8> {
        let Some(own) = &self.locale else { return Some(0) };
        let wanted = locale?;
        let language = |tag: &str| tag.split('-').next().map(str::to_lowercase);
        match () {
            () if own.eq_ignore_ascii_case(wanted) => Some(2),
            () if !own.contains('-') && language(own) == language(wanted) => Some(1),
            () => None,
        }
    }
}

/// The template that a message is written by; `None`: ours. One that is named goes before all others, if it is of the kind.
pub fn chosen<'a>(
    templates: impl Iterator<Item = &'a Arc<Template>>,
    (kind, channel): (MessageKind, Channel),
    locale: Option<&str>,
    named: Option<&str>,
) -> Option<&'a Arc<Template>> {
    let of_the_kind = templates.filter(|one| (one.terms.kind, one.terms.channel) == (kind, channel));
    let ranked = of_the_kind.filter_map(|one| {
        let is_named = named == Some(one.id.as_str());
        let rank = one.terms.rank(locale).filter(|_| one.terms.active);
        if is_named { Some((u8::MAX, one)) } else { rank.map(|rank| (rank, one)) }
    });
    ranked.max_by_key(|(rank, _)| *rank).map(|(_, one)| one)
}
