//! Tickets as they are shown: to the staff side whole, to customers without anything that is only for the staff side. What a
//! customer is shown is made by types that have no place for a comment.

pub mod configuration;
pub mod glance;
pub mod sla;
pub mod thread;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::desk::{BulkResult, DeskState, Rejection, Requester, Satisfaction, Ticket};
use crate::domain::ids::{PolicyId, TicketId};
use crate::domain::sla::ClockReport;
use crate::http::problem::Problem;

/// A ticket, as the staff side sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ticket)]
pub struct TicketView {
    #[schema(value_type = String)]
    id: TicketId,
    /// Its number within the org.
    #[schema(example = "T-000123")]
    number: String,
    /// What it is about, in a line.
    subject: String,
    /// What it says.
    description: String,
    /// Who asks.
    contact: ContactView,
    /// Other customers, whose tickets went into it: they are told what agents answer, too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    followers: Vec<ContactView>,
    /// `open`, `in-progress`, `pending`, `resolved` or `closed`.
    #[schema(example = "open")]
    status: &'static str,
    /// `low`, `normal`, `high` or `urgent`.
    #[schema(example = "normal")]
    priority: &'static str,
    /// Who works on it.
    assignee_id: Option<String>,
    /// Which team.
    team: Option<String>,
    /// Words to find it by.
    tags: Vec<String>,
    /// How it came in: `web`, `email`, `phone` or `api`.
    channel: &'static str,
    /// What was promised, and how that stands.
    sla: SlaView,
    /// How far it was escalated; 0: not at all.
    escalation_level: u8,
    /// The ticket that it went into.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    merged_into: Option<TicketId>,
    /// The closed ticket whose conversation goes on here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    follows: Option<TicketId>,
    /// What the customer said of the help.
    #[serde(skip_serializing_if = "Option::is_none")]
    satisfaction: Option<SatisfactionView>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Grows by 1 with each change.
    version: u64,
}

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketContact)]
pub struct ContactView {
    id: String,
    email: Option<String>,
    name: String,
}

/// What was promised, and how that stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlaView {
    /// The policy; null: none fits.
    #[schema(value_type = Option<String>)]
    policy_id: Option<PolicyId>,
    /// The clocks, as of this answer.
    #[schema(value_type = Vec<Object>)]
    clocks: Vec<ClockReport>,
}

/// What a customer said of the help.
#[derive(Debug, Serialize, ToSchema)]
pub struct SatisfactionView {
    /// 1 (bad) to 5.
    score: u8,
    comment: Option<String>,
    at: DateTime<Utc>,
}

/// A ticket, as its customer sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnTicketView {
    #[schema(value_type = String)]
    id: TicketId,
    /// Its number.
    #[schema(example = "T-000123")]
    number: String,
    subject: String,
    description: String,
    /// `open`, `in-progress`, `pending`, `resolved` or `closed`.
    status: &'static str,
    /// `low`, `normal`, `high` or `urgent`.
    priority: &'static str,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: u64,
}

/// A ticket, as somebody sees it who knows no more than an address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaskedTicketView {
    /// Its number, but for two digits.
    #[schema(example = "T-****23")]
    number: String,
    status: &'static str,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// How a ticket stands, for who knows its number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StandingView {
    #[schema(example = "T-000123")]
    number: String,
    status: &'static str,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What became of each ticket of a bulk update.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkView {
    /// One for each, in the order asked.
    results: Vec<BulkResultView>,
    /// How many were done.
    ok: usize,
    /// How many were not.
    failed: usize,
}

/// What became of one ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResultView {
    /// Its number; as it was named, where there is no such ticket.
    number: String,
    /// Whether it was done.
    ok: bool,
    /// Why not, as a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// Why not, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl TicketView {
    /// The ticket at `now`.
    #[must_use]
    pub fn new(ticket: &Ticket, description: String, desk: &DeskState, now: DateTime<Utc>) -> Self {
        let clocks = ticket.clocks.reports(desk.terms_of(ticket), now);
        Self {
            id: ticket.id.clone(),
            number: ticket.number.to_string(),
            subject: ticket.subject.to_string(),
            description,
            contact: ContactView::from(&ticket.requester),
            followers: ticket.followers.people().map(|follower| ContactView::from(&follower.requester)).collect(),
            status: ticket.status.word(),
            priority: ticket.priority.word(),
            assignee_id: ticket.assignee_id.as_deref().map(ToOwned::to_owned),
            team: ticket.team.as_deref().map(ToOwned::to_owned),
            tags: ticket.tags.to_vec(),
            channel: ticket.channel.word(),
            sla: SlaView { policy_id: ticket.policy_id.clone(), clocks },
            escalation_level: ticket.escalation_level,
            merged_into: ticket.merged_into.clone(),
            follows: ticket.follows.clone(),
            satisfaction: ticket.satisfaction.as_deref().map(SatisfactionView::from),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            version: ticket.version,
        }
    }
}

impl OwnTicketView {
    /// The ticket.
    #[must_use]
    pub fn new(ticket: &Ticket, description: String) -> Self {
        Self {
            id: ticket.id.clone(),
            number: ticket.number.to_string(),
            subject: ticket.subject.to_string(),
            description,
            status: ticket.status.word(),
            priority: ticket.priority.word(),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            version: ticket.version,
        }
    }
}

impl From<&Ticket> for MaskedTicketView {
    fn from(ticket: &Ticket) -> Self {
        let number = ticket.number.to_string();
        let (hidden, shown) = number.split_at(number.len() - 2);
        let hidden: String = hidden.chars().map(|c| if c.is_ascii_digit() { '*' } else { c }).collect();
        Self {
            number: format!("{hidden}{shown}"),
            status: ticket.status.word(),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
        }
    }
}

impl From<&Ticket> for StandingView {
    fn from(ticket: &Ticket) -> Self {
        Self {
            number: ticket.number.to_string(),
            status: ticket.status.word(),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
        }
    }
}

impl From<&Requester> for ContactView {
    fn from(requester: &Requester) -> Self {
        Self {
            id: requester.contact_id.to_string(),
            email: requester.email.as_ref().map(|email| email.as_str().to_owned()),
            name: requester.name.to_string(),
        }
    }
}

impl From<&Satisfaction> for SatisfactionView {
    fn from(satisfaction: &Satisfaction) -> Self {
        Self { score: satisfaction.score, comment: satisfaction.comment.clone(), at: satisfaction.at }
    }
}

impl BulkView {
    /// What became of each; `nameless`: texts that can name no ticket, each with its place in the whole, from the first on.
    #[must_use]
    pub fn new(results: &[BulkResult], nameless: Vec<(usize, String)>) -> Self {
        let mut results: Vec<BulkResultView> = results.iter().map(BulkResultView::from).collect();
        for (place, text) in nameless {
            results.insert(place.min(results.len()), BulkResultView::refused(text, &Rejection::TicketNotFound));
        }
        let ok = results.iter().filter(|result| result.ok).count();
        Self { ok, failed: results.len() - ok, results }
    }
}

impl BulkResultView {
    fn refused(number: String, rejection: &Rejection) -> Self {
        let detail = Problem::from(rejection.clone()).detail().to_owned();
        Self { number, ok: false, code: Some(Rejection::code(rejection)), detail: Some(detail) }
    }
}

impl From<&BulkResult> for BulkResultView {
    fn from(result: &BulkResult) -> Self {
        match &result.outcome {
            Ok(ticket) => Self { number: ticket.number.to_string(), ok: true, code: None, detail: None },
            Err(rejection) => {
                let number = result.number.map_or_else(|| result.key.to_string(), |number| number.to_string());
                Self::refused(number, rejection)
            }
        }
    }
}
