//! Policies, business calendars and canned responses: made, changed, deleted. What clocks follow from then on is
//! worked out for every ticket at once.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::asked::{Asked, expect_version};
use super::reckoning::reckoned_anew;
use crate::domain::calendar::Edit;
use crate::domain::desk::calendar_terms::CalendarTerms;
use crate::domain::desk::canned::{CannedResponse, CannedTerms};
use crate::domain::desk::checking;
use crate::domain::desk::configured::Configured;
use crate::domain::desk::configuring::{CalendarChanges, PolicyChanges};
use crate::domain::desk::event::{Event, OrgCalendar, Policy};
use crate::domain::desk::rejection::Rejection;
use crate::domain::ids::{BusinessCalendarId, CannedResponseId, PolicyId};
use crate::domain::invalid::Invalid;
use crate::domain::sla::SlaPolicy;

/// Most policies of one org: each change of a ticket may try them all.
pub const POLICIES_MAX: usize = 200;
/// Most business calendars of one org.
pub const BUSINESS_CALENDARS_MAX: usize = 200;
/// Most canned responses of one org.
pub const CANNED_RESPONSES_MAX: usize = 2_000;
/// Most of each kind, deleted ones included: history refers to them.
pub const CONFIGURED_KEPT_MAX: usize = 10_000;

pub(super) fn create_policy(asked: Asked<'_>, id: &PolicyId, terms: &SlaPolicy) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let state = asked.state;
    is_free(id.as_str(), state.policies.contains_key(id))?;
    has_room(state.policies().count(), POLICIES_MAX, state.policies.len())?;
    if terms.id() != id {
        return Err(Rejection::Invalid(Invalid::new("id", "is not the id of the policy")));
    }
    check_policy(asked, terms, None)?;
    Ok(policy_changed(asked, Edit::Created, Configured::new(id.clone(), terms.clone(), asked.now)))
}

pub(super) fn update_policy(
    asked: Asked<'_>,
    id: &PolicyId,
    changes: &PolicyChanges,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let policy = policy_of(asked, id, expected_version)?;
    let terms = changes.apply_to(&policy.terms)?;
    if terms == policy.terms {
        return Ok(Vec::new());
    }
    check_policy(asked, &terms, Some(&policy.terms))?;
    Ok(policy_changed(asked, Edit::Updated, policy.changed(terms, asked.now)))
}

pub(super) fn delete_policy(
    asked: Asked<'_>,
    id: &PolicyId,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let policy = policy_of(asked, id, expected_version)?;
    Ok(policy_changed(asked, Edit::Deleted, policy.deleted(asked.now)))
}

fn policy_of<'a>(asked: Asked<'a>, id: &PolicyId, expected: Option<u64>) -> Result<&'a Policy, Rejection> {
    asked.staff_only()?;
    let policy = asked.state.policy(id).ok_or(Rejection::PolicyNotFound)?;
    expect_version(policy.version, expected)?;
    Ok(policy)
}

/// The calendar that is named anew has to be there, and who takes a ticket over has to have a name that a ticket can
/// hold.
fn check_policy(asked: Asked<'_>, terms: &SlaPolicy, before: Option<&SlaPolicy>) -> Result<(), Invalid> {
    let calendar = &terms.draft().calendar_id;
    let is_new = before.is_none_or(|before| before.draft().calendar_id != *calendar);
    if is_new && asked.state.calendar(calendar).is_none() {
        return Err(Invalid::new("calendarId", "is no business calendar"));
    }
    for (at, step) in terms.draft().escalations.iter().enumerate() {
        if let Some(assign) = &step.assign {
            checking::worker(&format!("escalations[{at}].assign"), assign)?;
        }
    }
    Ok(())
}

fn policy_changed(asked: Asked<'_>, edit: Edit, policy: Policy) -> Vec<Event> {
    let before = asked.state.policies.get(&policy.id).map(|before| before.terms.draft());
    let after = policy.terms.draft();
    let same_tickets = edit == Edit::Updated
        && before.is_some_and(|before| (&before.when, before.order) == (&after.when, after.order));
    let id = policy.id.clone();
    let event = Event::PolicyChanged { edit, policy: Arc::new(policy), by: asked.subject() };
    reckoned_anew(asked, event, |ticket| !same_tickets || ticket.policy_id.as_ref() == Some(&id))
}

pub(super) fn create_calendar(
    asked: Asked<'_>,
    id: &BusinessCalendarId,
    terms: &CalendarTerms,
) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let state = asked.state;
    is_free(id.as_str(), state.calendars.contains_key(id))?;
    has_room(state.calendars().count(), BUSINESS_CALENDARS_MAX, state.calendars.len())?;
    let terms = CalendarTerms::new(&terms.name, Arc::clone(&terms.hours))?;
    Ok(vec![calendar_event(asked, Edit::Created, Configured::new(id.clone(), terms, asked.now))])
}

pub(super) fn update_calendar(
    asked: Asked<'_>,
    id: &BusinessCalendarId,
    changes: &CalendarChanges,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let calendar = calendar_of(asked, id, expected_version)?;
    let terms = changes.apply_to(&calendar.terms)?;
    if terms == calendar.terms {
        return Ok(Vec::new());
    }
    let event = calendar_event(asked, Edit::Updated, calendar.changed(terms, asked.now));
    Ok(reckoned_anew(asked, event, |ticket| {
        let policy = ticket.policy_id.as_ref().and_then(|policy| asked.state.policies.get(policy));
        policy.is_some_and(|policy| policy.terms.draft().calendar_id == *id)
    }))
}

pub(super) fn delete_calendar(
    asked: Asked<'_>,
    id: &BusinessCalendarId,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let calendar = calendar_of(asked, id, expected_version)?;
    if let Some(user) = asked.state.policies().find(|policy| policy.terms.draft().calendar_id == *id) {
        return Err(Rejection::InUse { user: user.id.to_string() });
    }
    Ok(vec![calendar_event(asked, Edit::Deleted, calendar.deleted(asked.now))])
}

fn calendar_of<'a>(
    asked: Asked<'a>,
    id: &BusinessCalendarId,
    expected: Option<u64>,
) -> Result<&'a OrgCalendar, Rejection> {
    asked.staff_only()?;
    let calendar = asked.state.calendar(id).ok_or(Rejection::CalendarNotFound)?;
    expect_version(calendar.version, expected)?;
    Ok(calendar)
}

fn calendar_event(asked: Asked<'_>, edit: Edit, calendar: OrgCalendar) -> Event {
    Event::CalendarChanged { edit, calendar: Arc::new(calendar), by: asked.subject() }
}

pub(super) fn create_canned(
    asked: Asked<'_>,
    id: &CannedResponseId,
    terms: &CannedTerms,
) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let state = asked.state;
    is_free(id.as_str(), state.canned.contains_key(id))?;
    has_room(state.canned_responses().count(), CANNED_RESPONSES_MAX, state.canned.len())?;
    let terms = patched(terms, &Map::new())?;
    Ok(vec![canned_event(asked, Edit::Created, Configured::new(id.clone(), terms, asked.now))])
}

pub(super) fn update_canned(
    asked: Asked<'_>,
    id: &CannedResponseId,
    patch: &Map<String, Value>,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let canned = canned_of(asked, id, expected_version)?;
    let terms = patched(&canned.terms, patch)?;
    if terms == canned.terms {
        return Ok(Vec::new());
    }
    Ok(vec![canned_event(asked, Edit::Updated, canned.changed(terms, asked.now))])
}

pub(super) fn delete_canned(
    asked: Asked<'_>,
    id: &CannedResponseId,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let canned = canned_of(asked, id, expected_version)?;
    Ok(vec![canned_event(asked, Edit::Deleted, canned.deleted(asked.now))])
}

fn canned_of<'a>(
    asked: Asked<'a>,
    id: &CannedResponseId,
    expected: Option<u64>,
) -> Result<&'a CannedResponse, Rejection> {
    asked.staff_only()?;
    let canned = asked.state.canned(id).ok_or(Rejection::CannedNotFound)?;
    expect_version(canned.version, expected)?;
    Ok(canned)
}

/// The terms with the fields of `patch` in place of their own, held to the rules of new ones.
fn patched(terms: &CannedTerms, patch: &Map<String, Value>) -> Result<CannedTerms, Invalid> {
    let mut wire = Map::from_iter([
        ("title".to_owned(), Value::from(terms.title.clone())),
        ("body".to_owned(), Value::from(terms.body.clone())),
        ("category".to_owned(), Value::from(terms.category.clone())),
        ("active".to_owned(), Value::from(terms.active)),
    ]);
    wire.extend(patch.iter().map(|(field, value)| (field.clone(), value.clone())));
    CannedTerms::parse(&Value::Object(wire))
}

fn canned_event(asked: Asked<'_>, edit: Edit, canned: CannedResponse) -> Event {
    Event::CannedChanged { edit, canned: Arc::new(canned), by: asked.subject() }
}

pub(super) fn is_free(id: &str, is_taken: bool) -> Result<(), Rejection> {
    if is_taken { Err(Rejection::AlreadyExists { id: id.to_owned() }) } else { Ok(()) }
}

pub(super) fn has_room(held: usize, limit: usize, kept: usize) -> Result<(), Rejection> {
    let limits = [(held, limit), (kept, CONFIGURED_KEPT_MAX)];
    match limits.into_iter().find(|(count, limit)| count >= limit) {
        Some((_, limit)) => Err(Rejection::TooMany { limit }),
        None => Ok(()),
    }
}
