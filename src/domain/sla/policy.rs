//! What an org promises for some of its tickets.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::business_calendar::BusinessCalendar;
use super::condition::{Condition, ConditionError, TicketView, context_of};
use super::escalation::{
    ESCALATION_PERCENT_MAX, ESCALATIONS_MAX, Escalation, LEVEL_MAX, Lead, NOTIFY_MAX, NOTIFY_MAX_CHARACTERS,
};
use super::metric::Metric;
use super::pause::PauseOn;
use super::targets::{TARGET_MAX_SECONDS, TargetsByPriority};
use super::terms::{Terms, WARNING_PERCENT_MAX, WARNINGS_MAX};
use crate::domain::ids::{BusinessCalendarId, PolicyId};
use crate::domain::invalid::{Invalid, text};
use crate::domain::ticket_priority::TicketPriority;

/// Longest name of a policy, in characters.
pub const POLICY_NAME_MAX_CHARACTERS: usize = 120;
/// Highest place in the order of policies.
pub const POLICY_ORDER_MAX: u32 = 1_000_000;

/// What a caller sets about a policy; also the form in which it is stored, with times in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDraft {
    /// Its id within the org.
    pub id: PolicyId,
    /// What it is called.
    pub name: String,
    /// Its place: the first policy in this order that matches a ticket holds for it; ties go by id.
    pub order: u32,
    /// Which tickets it is for; `None`: all.
    #[serde(default)]
    pub when: Option<Condition>,
    /// The hours in which its promises count.
    pub calendar_id: BusinessCalendarId,
    /// How much time there is.
    pub targets: TargetsByPriority,
    /// When its clocks stand still.
    #[serde(default)]
    pub pause_on: PauseOn,
    /// At which percentages of the target is warned.
    #[serde(default)]
    pub warn_at_percent: Vec<u8>,
    /// The chain of escalations.
    #[serde(default)]
    pub escalations: Vec<Escalation>,
}

/// A policy that holds together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PolicyDraft", into = "PolicyDraft")]
pub struct SlaPolicy(PolicyDraft);

impl SlaPolicy {
    /// Checks a policy; warnings are sorted.
    ///
    /// # Errors
    /// The path (`targets.urgent.firstResponse`, `escalations[2].level`) and what is wrong there.
    pub fn new(mut draft: PolicyDraft) -> Result<Self, Invalid> {
        draft.name = text("name", &draft.name, 1, POLICY_NAME_MAX_CHARACTERS, false)?;
        within("order", draft.order, 0, POLICY_ORDER_MAX)?;
        for (priority, targets) in &draft.targets {
            for metric in Metric::ALL {
                if let Some(target) = targets.of(metric) {
                    within(&format!("targets.{}.{}", priority.word(), metric.word()), target, 1, TARGET_MAX_SECONDS)?;
                }
            }
        }
        if draft.targets.values().all(super::Targets::is_empty) {
            return Err(Invalid::new("targets", "must promise something for at least one priority"));
        }
        draft.warn_at_percent = checked_warnings(&draft.warn_at_percent)?;
        check_escalations(&draft.escalations)?;
        Ok(Self(draft))
    }

    /// As it was set.
    #[must_use]
    pub fn draft(&self) -> &PolicyDraft {
        &self.0
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &PolicyId {
        &self.0.id
    }

    /// Where it stands among the policies of its org.
    #[must_use]
    pub fn place(&self) -> (u32, &PolicyId) {
        (self.0.order, &self.0.id)
    }

    /// Whether it is for a ticket.
    ///
    /// # Errors
    /// Its condition cannot be told for this ticket; it does not match then.
    pub fn matches(&self, ticket: &TicketView<'_>) -> Result<bool, ConditionError> {
        self.0.when.as_ref().map_or(Ok(true), |condition| condition.holds(ticket))
    }

    /// What holds for a ticket of a priority, with the policy's calendar.
    #[must_use]
    pub fn terms(&self, priority: TicketPriority, calendar: Arc<BusinessCalendar>) -> Terms {
        Terms {
            calendar: Some(calendar),
            targets: self.0.targets.get(&priority).copied().unwrap_or_default(),
            pause_on: self.0.pause_on.clone(),
            warn_at_percent: self.0.warn_at_percent.as_slice().into(),
            escalations: self.0.escalations.as_slice().into(),
        }
    }
}

/// The first of some policies, given in the order of their [`SlaPolicy::place`], that matches a ticket; and those in front
/// of it whose condition could not be told.
#[must_use]
pub fn first_match<'a>(
    policies: impl IntoIterator<Item = &'a SlaPolicy>,
    ticket: &TicketView<'_>,
) -> (Option<&'a SlaPolicy>, Vec<(&'a PolicyId, ConditionError)>) {
    let mut untold = Vec::new();
    let mut context = None;
    for policy in policies {
        let condition = policy.0.when.as_ref();
        let told = condition.map_or(Ok(true), |when| when.holds_in(context.get_or_insert_with(|| context_of(ticket))));
        match told {
            Ok(true) => return (Some(policy), untold),
            Ok(false) => {}
            Err(error) => untold.push((policy.id(), error)),
        }
    }
    (None, untold)
}

/// Percentages to warn at, sorted, each once.
///
/// # Errors
/// The path (`warnAtPercent[1]`) and what is wrong there.
pub fn checked_warnings(given: &[u8]) -> Result<Vec<u8>, Invalid> {
    if given.len() > WARNINGS_MAX {
        let detail = format!("has {} items; at most {WARNINGS_MAX} are allowed", given.len());
        return Err(Invalid::new("warnAtPercent", detail));
    }
    for (index, percent) in given.iter().enumerate() {
        within(&format!("warnAtPercent[{index}]"), u32::from(*percent), 1, WARNING_PERCENT_MAX)?;
    }
    Ok(given.iter().copied().collect::<BTreeSet<u8>>().into_iter().collect())
}

/// Checks a chain of escalations.
///
/// # Errors
/// The path (`escalations[2].level`) and what is wrong there.
pub fn check_escalations(given: &[Escalation]) -> Result<(), Invalid> {
    if given.len() > ESCALATIONS_MAX {
        let detail = format!("has {} items; at most {ESCALATIONS_MAX} are allowed", given.len());
        return Err(Invalid::new("escalations", detail));
    }
    given
        .iter()
        .enumerate()
        .try_for_each(|(index, one)| check_escalation(one).map_err(|error| error.at(&format!("escalations[{index}]"))))
}

fn check_escalation(escalation: &Escalation) -> Result<(), Invalid> {
    within("level", escalation.level, 1, LEVEL_MAX)?;
    match escalation.at {
        Lead::Percent(percent) => within("at.percent", percent, 1, ESCALATION_PERCENT_MAX)?,
        Lead::Before(lead) => within("at.before", lead, 0, TARGET_MAX_SECONDS)?,
        Lead::After(lead) => within("at.after", lead, 0, TARGET_MAX_SECONDS)?,
    }
    if escalation.notify.len() > NOTIFY_MAX {
        let detail = format!("has {} items; at most {NOTIFY_MAX} are allowed", escalation.notify.len());
        return Err(Invalid::new("notify", detail));
    }
    for (index, one) in escalation.notify.iter().enumerate() {
        text(&format!("notify[{index}]"), one, 1, NOTIFY_MAX_CHARACTERS, false)?;
    }
    escalation.assign.iter().try_for_each(|one| text("assign", one, 1, NOTIFY_MAX_CHARACTERS, false).map(|_| ()))
}

fn within(path: &str, value: u32, min: u32, max: u32) -> Result<(), Invalid> {
    let fits = (min..=max).contains(&value);
    fits.then_some(()).ok_or_else(|| Invalid::new(path, format!("must lie between {min} and {max}")))
}

impl TryFrom<PolicyDraft> for SlaPolicy {
    type Error = Invalid;

    fn try_from(draft: PolicyDraft) -> Result<Self, Invalid> {
        Self::new(draft)
    }
}

impl From<SlaPolicy> for PolicyDraft {
    fn from(policy: SlaPolicy) -> Self {
        policy.0
    }
}
