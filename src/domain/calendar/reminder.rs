//! When a customer is reminded of an appointment: some time before it, or by the clock of the business some days before.

use std::sync::Arc;

use chrono::{DateTime, Days, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::crontab::Crontab;
use crate::domain::invalid::{Invalid, text};
use crate::domain::local_time::{instant_of, local_date};

/// Furthest ahead that a reminder can go, in seconds: 60 days.
pub const BEFORE_MAX_SECONDS: u32 = 60 * 86_400;
/// Furthest ahead that a reminder by the clock can go, in days.
pub const DAYS_BEFORE_MAX: u32 = 60;
/// Longest name of a template, in characters.
pub const TEMPLATE_MAX_CHARACTERS: usize = 64;

/// By which way a reminder goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// To the customer's address.
    #[default]
    Email,
    /// To the customer's phone.
    Sms,
    /// To the business's own system.
    Webhook,
}

impl Channel {
    /// The word of the wire: `email`, `sms`, `webhook`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Webhook => "webhook",
        }
    }
}

/// One rule: when, by which way, in which words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reminder {
    /// When.
    pub schedule: Schedule,
    /// By which way.
    pub channel: Channel,
    /// In which words; `None`: ours.
    pub template_id: Option<String>,
}

/// When a reminder is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "when", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Schedule {
    /// That long before the start, elapsed.
    Before {
        /// 1 to [`BEFORE_MAX_SECONDS`].
        seconds: u32,
    },
    /// On the business day that lies `days_before` calendar days before the day of the start, the first time that the
    /// expression matches on it; never where it does not match on that day.
    Cron {
        /// Five fields, as in a crontab, on the wall clock of the definition.
        expression: Crontab,
        /// 0 to [`DAYS_BEFORE_MAX`].
        days_before: u32,
    },
}

/// What makes a rule the same rule, whatever its words and its place in the list: when, and by which way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleKey(Arc<str>);

impl RuleKey {
    /// The key as text, such as `before:86400:email` or `cron:0 9 * * *:1:email`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for RuleKey {
    fn from(text: String) -> Self {
        Self(Arc::from(text))
    }
}

/// What became of a rule for one start of a reservation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reminded {
    /// Which rule.
    pub rule: RuleKey,
    /// For which start.
    pub start: DateTime<Utc>,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// Whether it went out; false: nobody was there to send it before the start.
    pub sent: bool,
}

impl Reminder {
    /// The key of the rule.
    #[must_use]
    pub fn key(&self) -> RuleKey {
        let channel = self.channel.word();
        RuleKey::from(match &self.schedule {
            Schedule::Before { seconds } => format!("before:{seconds}:{channel}"),
            Schedule::Cron { expression, days_before } => {
                format!("cron:{}:{days_before}:{channel}", expression.as_str())
            }
        })
    }

    /// When it is due for an appointment at `start` in `zone`; always before `start`.
    #[must_use]
    pub fn due_at(&self, zone: Tz, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let due = match &self.schedule {
            Schedule::Before { seconds } => start.checked_sub_signed(TimeDelta::seconds((*seconds).into()))?,
            Schedule::Cron { expression, days_before } => {
                let date = local_date(zone, start).checked_sub_days(Days::new((*days_before).into()))?;
                instant_of(zone, date.and_time(expression.first_on(date)?))
            }
        };
        Some(due).filter(|due| *due < start)
    }

    /// Itself with trimmed texts, once all of its values are within their limits.
    pub(super) fn within_limits(self) -> Result<Self, Invalid> {
        match &self.schedule {
            Schedule::Before { seconds } if !(1..=BEFORE_MAX_SECONDS).contains(seconds) => {
                let days = BEFORE_MAX_SECONDS / 86_400;
                return Err(Invalid::new("before", format!("must be longer than nothing, and at most {days} days")));
            }
            Schedule::Cron { days_before, .. } if *days_before > DAYS_BEFORE_MAX => {
                return Err(Invalid::new("daysBefore", format!("must be from 0 to {DAYS_BEFORE_MAX}")));
            }
            Schedule::Before { .. } | Schedule::Cron { .. } => {}
        }
        let template_id = self.template_id.as_deref();
        let template_id =
            template_id.map(|id| text("templateId", id, 1, TEMPLATE_MAX_CHARACTERS, false)).transpose()?;
        Ok(Self { template_id, ..self })
    }
}
