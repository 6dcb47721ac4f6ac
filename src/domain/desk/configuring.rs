//! What is changed about a policy or a business calendar: `None` stays as it is. The result is held to the same rules
//! as a new one.

use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::calendar_terms::CalendarTerms;
use crate::domain::ids::BusinessCalendarId;
use crate::domain::invalid::Invalid;
use crate::domain::sla::{
    BusinessCalendar, CalendarHours, Condition, Escalation, Holiday, HoursOverride, OpenWeek, PauseOn, PolicyDraft,
    SlaPolicy, TargetsByPriority,
};

/// What is changed about a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyChanges {
    /// Another name.
    pub name: Option<String>,
    /// Another place.
    pub order: Option<u32>,
    /// Other tickets; `Some(None)`: all.
    #[serde(deserialize_with = "super::cleared::present", skip_serializing_if = "Option::is_none")]
    pub when: Option<Option<Condition>>,
    /// Other hours.
    pub calendar_id: Option<BusinessCalendarId>,
    /// Other targets, all of them.
    pub targets: Option<TargetsByPriority>,
    /// Other pauses, all of them.
    pub pause_on: Option<PauseOn>,
    /// Other warnings, all of them.
    pub warn_at_percent: Option<Vec<u8>>,
    /// Another chain.
    pub escalations: Option<Vec<Escalation>>,
}

impl PolicyChanges {
    /// A policy with these changes made. Equal to it when nothing is different.
    ///
    /// # Errors
    /// As [`SlaPolicy::new`].
    pub fn apply_to(&self, policy: &SlaPolicy) -> Result<SlaPolicy, Invalid> {
        let new = self.clone();
        let old = policy.draft().clone();
        SlaPolicy::new(PolicyDraft {
            id: old.id,
            name: new.name.unwrap_or(old.name),
            order: new.order.unwrap_or(old.order),
            when: new.when.unwrap_or(old.when),
            calendar_id: new.calendar_id.unwrap_or(old.calendar_id),
            targets: new.targets.unwrap_or(old.targets),
            pause_on: new.pause_on.unwrap_or(old.pause_on),
            warn_at_percent: new.warn_at_percent.unwrap_or(old.warn_at_percent),
            escalations: new.escalations.unwrap_or(old.escalations),
        })
    }
}

/// What is changed about a business calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CalendarChanges {
    /// Another name.
    pub name: Option<String>,
    /// Another zone.
    pub timezone: Option<Tz>,
    /// Other hours, all of them.
    pub hours: Option<OpenWeek>,
    /// Other holidays, all of them.
    pub holidays: Option<Vec<Holiday>>,
    /// Other dates with hours of their own, all of them.
    pub overrides: Option<Vec<HoursOverride>>,
}

impl CalendarChanges {
    /// A calendar with these changes made. Equal to it when nothing is different.
    ///
    /// # Errors
    /// As [`CalendarTerms::new`].
    pub fn apply_to(&self, terms: &CalendarTerms) -> Result<CalendarTerms, Invalid> {
        let new = self.clone();
        let old = terms.hours.hours().clone();
        let name = new.name.as_ref().unwrap_or(&terms.name);
        let is_same =
            new.timezone.is_none() && new.hours.is_none() && new.holidays.is_none() && new.overrides.is_none();
        if is_same {
            return CalendarTerms::new(name, Arc::clone(&terms.hours));
        }
        let hours = CalendarHours {
            timezone: new.timezone.unwrap_or(old.timezone),
            hours: new.hours.unwrap_or(old.hours),
            holidays: new.holidays.unwrap_or(old.holidays),
            overrides: new.overrides.unwrap_or(old.overrides),
        };
        CalendarTerms::new(name, Arc::new(BusinessCalendar::new(hours)?))
    }
}
