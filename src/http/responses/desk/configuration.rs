//! What an org configures at its desk, as it is shown: what it says, with id and version.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::desk::{Answer, Configured, OrgCalendar, Policy, Team, TeamMember};
use crate::domain::sla::{CalendarHours, Escalation, Lead, Metric, PauseOn, Targets};
use crate::domain::ticket_status::TicketStatus;
use crate::http::problem::Problem;
use crate::http::responses::{DeletedView, unexpected};
use crate::http::version::versioned;
use crate::iso_duration;

/// The answer to who configures a desk: 201 for what was made, also to who asks again under the same key.
///
/// # Errors
/// 500 for an answer that no such act can have.
pub fn configured(answer: &Answer, repeated: bool) -> Result<HttpResponse, Problem> {
    let shown = |version, created: bool| versioned(version, created, repeated);
    Ok(match answer {
        Answer::Team { team, created } => shown(team.version, *created).json(TeamView::new(team)),
        Answer::Policy { policy, created } => shown(policy.version, *created).json(PolicyView::new(policy)),
        Answer::Calendar { calendar, created } => {
            shown(calendar.version, *created).json(BusinessCalendarView::new(calendar))
        }
        Answer::Canned { canned, created } => shown(canned.version, *created).json(ConfiguredView::new(canned)),
        Answer::TeamDeleted { id } => HttpResponse::Ok().json(DeletedView::of(id)),
        Answer::PolicyDeleted { id } => HttpResponse::Ok().json(DeletedView::of(id)),
        Answer::CalendarDeleted { id } => HttpResponse::Ok().json(DeletedView::of(id)),
        Answer::CannedDeleted { id } => HttpResponse::Ok().json(DeletedView::of(id)),
        Answer::Ticket { .. }
        | Answer::Said { .. }
        | Answer::Commented { .. }
        | Answer::TicketDeleted { .. }
        | Answer::Bulk { .. }
        | Answer::Done => return Err(unexpected()),
    })
}

/// One piece of configuration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfiguredView<'a, T: Serialize> {
    id: String,
    /// What it says.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    terms: &'a T,
    /// Grows by 1 with each change.
    version: u64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl<'a, T: Serialize> ConfiguredView<'a, T> {
    /// As it is now.
    pub fn new<I: ToString>(configured: &'a Configured<I, T>) -> Self {
        Self {
            id: configured.id.to_string(),
            terms: &configured.terms,
            version: configured.version,
            created_at: configured.created_at,
            updated_at: configured.updated_at,
        }
    }
}

/// A text that agents answer with often.
#[derive(ToSchema)]
#[schema(as = CannedResponse, example = json!({"id": "off-and-on", "title": "Off and on", "category": "hardware",
    "body": "Dear {{ contact.name }}, please switch it off and on again. ({{ ticket.number }})"}))]
#[expect(dead_code, reason = "describes what is read and written field by field")]
pub struct CannedBody {
    /// Its id; for a new one it is made when left out.
    id: Option<String>,
    /// What agents find it by; 1 to 200 characters.
    title: String,
    /// The text, with placeholders such as `{{ ticket.number }}`; 1 to 50,000 characters.
    body: String,
    /// A word to sort it under.
    category: Option<String>,
    /// Whether it is offered.
    #[schema(default = true)]
    active: Option<bool>,
}

/// A team, in the form in which it is written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Team)]
pub struct TeamView<'a> {
    /// Its id: tickets are its own when their `team` is this.
    id: &'a str,
    name: &'a str,
    /// `off`, `round-robin` or `least-open`.
    assignment: &'static str,
    /// Who shares its tickets, in the order of their turns.
    #[schema(value_type = Vec<crate::http::requests::desk::team::TeamMemberBody>)]
    members: &'a [TeamMember],
    /// Whether tickets that come without a team are its own.
    takes_unassigned: bool,
    /// Grows by 1 with each change; whose turn it is is no part of it.
    version: u64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// An SLA policy, in the form in which it is written: amounts of time as ISO 8601 durations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SlaPolicy)]
pub struct PolicyView<'a> {
    id: &'a str,
    name: &'a str,
    /// The first policy in this order that matches a ticket holds for it.
    order: u32,
    /// Which tickets it is for; null: all.
    when: Option<&'a str>,
    calendar_id: &'a str,
    /// How much time there is, by priority.
    #[schema(value_type = Object)]
    targets: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
    /// In which statuses its clocks stand still: a list for all, or an object by metric.
    #[schema(value_type = Vec<String>)]
    pause_on: PauseView,
    warn_at_percent: &'a [u8],
    #[schema(value_type = Vec<Object>)]
    escalations: Vec<EscalationView<'a>>,
    version: u64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// In which statuses clocks stand still.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum PauseView {
    All(Vec<TicketStatus>),
    ByMetric(BTreeMap<&'static str, Vec<TicketStatus>>),
}

/// A step of the chain.
#[derive(Debug, Serialize)]
struct EscalationView<'a> {
    metric: Metric,
    at: LeadView,
    level: u32,
    notify: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    assign: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum LeadView {
    Percent(u32),
    Before(String),
    After(String),
}

/// A business calendar, in the form in which it is written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BusinessCalendar)]
pub struct BusinessCalendarView<'a> {
    id: &'a str,
    name: &'a str,
    /// `timezone`, `hours`, `holidays` and `overrides`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    hours: &'a CalendarHours,
    version: u64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl<'a> TeamView<'a> {
    /// As it is now.
    #[must_use]
    pub fn new(team: &'a Team) -> Self {
        Self {
            id: team.id.as_str(),
            name: &team.terms.name,
            assignment: team.terms.assignment.word(),
            members: &team.terms.members,
            takes_unassigned: team.terms.takes_unassigned,
            version: team.version,
            created_at: team.created_at,
            updated_at: team.updated_at,
        }
    }
}

impl<'a> PolicyView<'a> {
    /// As it is now.
    #[must_use]
    pub fn new(policy: &'a Policy) -> Self {
        let draft = policy.terms.draft();
        let targets = draft.targets.iter().map(|(priority, targets)| (priority.word(), durations(targets)));
        Self {
            id: policy.id.as_str(),
            name: &draft.name,
            order: draft.order,
            when: draft.when.as_ref().map(|when| when.source()),
            calendar_id: draft.calendar_id.as_str(),
            targets: targets.collect(),
            pause_on: PauseView::of(&draft.pause_on),
            warn_at_percent: &draft.warn_at_percent,
            escalations: draft.escalations.iter().map(EscalationView::of).collect(),
            version: policy.version,
            created_at: policy.created_at,
            updated_at: policy.updated_at,
        }
    }
}

fn durations(targets: &Targets) -> BTreeMap<&'static str, String> {
    let target = |metric: Metric| Some((metric.word(), written(targets.of(metric)?)));
    Metric::ALL.into_iter().filter_map(target).collect()
}

fn written(seconds: u32) -> String {
    iso_duration::written(seconds.into())
}

impl PauseView {
    fn of(pause_on: &PauseOn) -> Self {
        let list = |metric| pause_on.of(metric).iter().copied().collect();
        match pause_on.shared() {
            Some(shared) => Self::All(shared.iter().copied().collect()),
            None => Self::ByMetric(Metric::ALL.into_iter().map(|metric| (metric.word(), list(metric))).collect()),
        }
    }
}

impl<'a> EscalationView<'a> {
    fn of(escalation: &'a Escalation) -> Self {
        let at = match escalation.at {
            Lead::Percent(percent) => LeadView::Percent(percent),
            Lead::Before(seconds) => LeadView::Before(written(seconds)),
            Lead::After(seconds) => LeadView::After(written(seconds)),
        };
        let Escalation { metric, level, notify, assign, .. } = escalation;
        Self { metric: *metric, at, level: *level, notify, assign: assign.as_deref() }
    }
}

impl<'a> BusinessCalendarView<'a> {
    /// As it is now.
    #[must_use]
    pub fn new(calendar: &'a OrgCalendar) -> Self {
        Self {
            id: calendar.id.as_str(),
            name: &calendar.terms.name,
            hours: calendar.terms.hours.hours(),
            version: calendar.version,
            created_at: calendar.created_at,
            updated_at: calendar.updated_at,
        }
    }
}
