//! From the facts of a ticket to the history that its clocks follow from. The facts are the truth: whatever a row says of a
//! clock can be checked against them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::calendar_terms::CalendarTerms;
use super::facts::{CALENDAR_CHANGED, POLICY_CHANGED, Standing};
use crate::domain::ids::{BusinessCalendarId, PolicyId};
use crate::domain::sla::{Happening, HistoryEntry, Occurrence, SlaPolicy, Terms};
use crate::domain::ticket_status::TicketStatus;

/// A fact as it was kept.
#[derive(Clone, Copy, Debug)]
pub struct KeptFact<'a> {
    /// When it became true.
    pub at: DateTime<Utc>,
    /// Its kind.
    pub kind: &'a str,
    /// What it says.
    pub data: &'a Value,
}

/// Facts that do not make a history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A fact does not say what its kind should.
    #[error("the fact {kind} of {at} cannot be read: {reason}")]
    Unreadable {
        /// Its kind.
        kind: String,
        /// When it became true.
        at: DateTime<Utc>,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// A fact names a version of a policy or calendar of which there is no fact.
    #[error("there is no fact of version {version} of {id}")]
    UnknownTerms {
        /// The policy or calendar.
        id: String,
        /// Which version.
        version: u64,
    },
}

/// Every version of the policies and business calendars that ever held.
#[derive(Default)]
struct Versions {
    policies: BTreeMap<(PolicyId, u64), SlaPolicy>,
    calendars: BTreeMap<(BusinessCalendarId, u64), CalendarTerms>,
}

#[derive(Deserialize)]
struct PolicyFact {
    policy: PolicyId,
    version: u64,
    terms: SlaPolicy,
}

#[derive(Deserialize)]
struct CalendarFact {
    calendar: BusinessCalendarId,
    version: u64,
    terms: CalendarTerms,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TicketFact {
    #[serde(flatten)]
    standing: Standing,
    #[serde(default)]
    status_before: Option<TicketStatus>,
}

/// The history of a ticket: `facts` are its own, `of_terms` those of its org's policies and business calendars, each in their
/// order.
///
/// # Errors
/// They do not fit together.
pub fn history<'a>(
    facts: impl IntoIterator<Item = KeptFact<'a>>,
    of_terms: impl IntoIterator<Item = KeptFact<'a>>,
) -> Result<Vec<HistoryEntry>, HistoryError> {
    let versions = Versions::read(of_terms)?;
    let mut history: Vec<HistoryEntry> = Vec::new();
    for fact in facts {
        let happened: TicketFact = read(&fact)?;
        let terms = versions.terms(&happened.standing)?;
        let before = history.last().map_or_else(|| Arc::clone(&terms), |entry| Arc::clone(&entry.terms));
        // What becomes due comes from the clocks themselves; their other facts are about something else than time.
        let (created, occurrences) = meaning(fact.kind, &happened);
        let created = created.map(|status| Happening::Created { status });
        let entries = created.into_iter().chain(occurrences.into_iter().map(Happening::Occurred));
        history.extend(entries.map(|what| HistoryEntry { at: fact.at, what, terms: Arc::clone(&before) }));
        if *terms != *before {
            history.push(HistoryEntry { at: fact.at, what: Happening::TermsChanged, terms });
        }
    }
    Ok(history)
}

/// What a fact means for the clocks: that they start, and what happens to them.
fn meaning(kind: &str, fact: &TicketFact) -> (Option<TicketStatus>, Vec<Occurrence>) {
    let mut occurrences = Vec::new();
    match kind {
        "ticket.created" => return (Some(fact.standing.status), occurrences),
        "ticket.replied" => occurrences.push(Occurrence::AgentReply),
        "ticket.customer_message" => occurrences.push(Occurrence::CustomerMessage),
        "ticket.merged" | "ticket.deleted" => occurrences.push(Occurrence::Ended),
        _ => {}
    }
    if fact.status_before.is_some() {
        occurrences.push(Occurrence::Status { to: fact.standing.status });
    }
    (None, occurrences)
}

impl Versions {
    fn read<'a>(of_terms: impl IntoIterator<Item = KeptFact<'a>>) -> Result<Self, HistoryError> {
        let mut versions = Self::default();
        for fact in of_terms {
            match fact.kind {
                POLICY_CHANGED => {
                    let PolicyFact { policy, version, terms } = read(&fact)?;
                    versions.policies.insert((policy, version), terms);
                }
                CALENDAR_CHANGED => {
                    let CalendarFact { calendar, version, terms } = read(&fact)?;
                    versions.calendars.insert((calendar, version), terms);
                }
                _ => {}
            }
        }
        Ok(versions)
    }

    fn terms(&self, standing: &Standing) -> Result<Arc<Terms>, HistoryError> {
        let policy = standing.policy.clone().zip(standing.policy_version);
        let calendar = standing.calendar.clone().zip(standing.calendar_version);
        let (Some(policy), Some(calendar)) = (policy, calendar) else { return Ok(Arc::new(Terms::none())) };
        let unknown = |id: &str, version| HistoryError::UnknownTerms { id: id.to_owned(), version };
        let hours = self.calendars.get(&calendar).ok_or_else(|| unknown(calendar.0.as_str(), calendar.1))?;
        let terms = self.policies.get(&policy).ok_or_else(|| unknown(policy.0.as_str(), policy.1))?;
        Ok(Arc::new(terms.terms(standing.priority, Arc::clone(&hours.hours))))
    }
}

fn read<T: for<'de> Deserialize<'de>>(fact: &KeptFact<'_>) -> Result<T, HistoryError> {
    T::deserialize(fact.data).map_err(|reason| HistoryError::Unreadable {
        kind: fact.kind.to_owned(),
        at: fact.at,
        reason,
    })
}
