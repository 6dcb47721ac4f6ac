//! The outside world: mail, text messages, webhooks. What is sent here stands in the outbox; this part keeps no state and
//! only says what came of each try.

mod calendar_file;
mod canned;
mod email;
mod holiday_file;
pub mod inbound;
mod own_words;
mod public_address;
mod render;
mod sms;
mod webhook;

use std::path::PathBuf;

pub use calendar_file::published as published_calendar_file;
pub use canned::{CannedError, canned_text, check_canned_text};
pub use holiday_file::holidays_of_calendar_file;
pub use own_words::try_out;
pub use render::{Letter, RenderError};

use crate::config::Settings;
use crate::domain::ids::OrgId;
use crate::domain::message::{Address, Attempted, Channel, Message, Template};
use email::Mailer;
use render::Templates;
use sms::SmsGateway;
use webhook::Webhooks;

/// Why a channel cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// One of our own templates.
    #[error(transparent)]
    Templates(#[from] RenderError),
    /// The certificates of the mail server.
    #[error("the certificates in {} (smtp_ca) cannot be used: {reason}", .file.display())]
    Certificates {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// TLS to the mail server.
    #[error("TLS to the mail server cannot be set up: {0}")]
    Tls(#[source] lettre::transport::smtp::Error),
    /// Requests to gateways and webhooks.
    #[error("requests cannot be sent: {0}")]
    Http(#[from] reqwest::Error),
}

/// All ways out.
pub struct Channels {
    templates: Templates,
    mailer: Option<Mailer>,
    sms: Option<SmsGateway>,
    webhooks: Option<Webhooks>,
}

impl Channels {
    /// Opens those that are set up; connects to nothing yet. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// See [`ChannelError`].
    pub fn open(settings: &Settings) -> Result<Self, ChannelError> {
        let mailer = settings.smtp.as_ref().zip(settings.mail_from.clone());
        let mailer = mailer.map(|(server, from)| Mailer::open(server, settings.smtp_ca.as_deref(), from));
        let gateway = settings.sms_url.clone().map(|url| SmsGateway::open(url, settings.sms_token.clone()));
        Ok(Self {
            templates: Templates::new()?,
            mailer: mailer.transpose()?,
            sms: gateway.transpose()?,
            webhooks: settings
                .webhook_secret
                .clone()
                .map(|secret| Webhooks::new(secret, settings.webhook_networks.clone())),
        })
    }

    /// The ways that are set up.
    #[must_use]
    pub fn set_up(&self) -> Vec<Channel> {
        Channel::ALL.into_iter().filter(|channel| self.missing(*channel).is_none()).collect()
    }

    /// What a way lacks; `None`: it is set up.
    #[must_use]
    pub fn missing(&self, channel: Channel) -> Option<&'static str> {
        let is_set_up = match channel {
            Channel::Email => self.mailer.is_some(),
            Channel::Sms => self.sms.is_some(),
            Channel::Webhook => self.webhooks.is_some(),
        };
        (!is_set_up).then_some(not_set(channel))
    }

    /// Tries to send a message, once, in the org's own words where it has any that fit.
    pub async fn send(&self, org: &OrgId, message: &Message, own: Option<&Template>) -> Attempted {
        let not_set_up = |channel| Attempted::Failed(not_set(channel).to_owned());
        match &message.recipient.address {
            Address::Email(_) => match (&self.mailer, self.letter(message, own)) {
                (None, _) => not_set_up(Channel::Email),
                (Some(mailer), Ok(letter)) => mailer.send(message, &letter).await,
                (Some(_), Err(error)) => Attempted::Refused(error.to_string()),
            },
            Address::Sms(phone) => match (&self.sms, self.text(message, own)) {
                (None, _) => not_set_up(Channel::Sms),
                (Some(gateway), Ok(text)) => gateway.send(message.id(), phone, &text).await,
                (Some(_), Err(error)) => Attempted::Refused(error.to_string()),
            },
            Address::Webhook(url) => match &self.webhooks {
                None => not_set_up(Channel::Webhook),
                Some(webhooks) => webhooks.send(org, message, url).await,
            },
        }
    }

    /// A message as it is read: a mail, or a text message without a subject. A webhook is shown as the mail it could be.
    ///
    /// # Errors
    /// It does not fit its template.
    pub fn preview(&self, message: &Message, own: Option<&Template>) -> Result<Letter, RenderError> {
        match message.recipient.address.channel() {
            Channel::Email | Channel::Webhook => self.letter(message, own),
            Channel::Sms => Ok(Letter { subject: String::new(), text: self.text(message, own)?, html: String::new() }),
        }
    }

    fn letter(&self, message: &Message, own: Option<&Template>) -> Result<Letter, RenderError> {
        let written = own.map(|own| (own, own_words::letter(&own.terms, &message.context)));
        fitting(message, written).map_or_else(|| self.templates.letter(message), Ok)
    }

    fn text(&self, message: &Message, own: Option<&Template>) -> Result<String, RenderError> {
        let written = own.map(|own| (own, own_words::sms(&own.terms, &message.context)));
        fitting(message, written).map_or_else(|| self.templates.sms(message), Ok)
    }
}

/// What the org's own words say, where they fit: nobody is to hear nothing because of a slip in them.
fn fitting<T>(message: &Message, written: Option<(&Template, Result<T, own_words::WordingError>)>) -> Option<T> {
    let (own, written) = written?;
    let complain = |error: &own_words::WordingError| {
        tracing::warn!(message = %message.id(), template = %own.id, %error, "an org's own words do not fit: ours go out");
    };
    written.inspect_err(complain).ok()
}
/// What is said of a message whose way lacks its setting.
fn not_set(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "smtp_url (FRONTDESK_SMTP_URL) is not set",
        Channel::Sms => "sms_url (FRONTDESK_SMS_URL) is not set",
        Channel::Webhook => "webhook_secret (FRONTDESK_WEBHOOK_SECRET) is not set",
    }
}
