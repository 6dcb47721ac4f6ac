//! Definitions and staff: made, changed, deleted.

use super::asked::Asked;
use crate::domain::calendar::definition::{Definition, DefinitionChanges, DefinitionDraft, Terms};
use crate::domain::calendar::event::{Edit, Event};
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::staff::{Staff, StaffChanges, StaffDraft};
use crate::domain::calendar::waitlist::{Waiting, WaitlistChange, WaitlistEntry};
use crate::domain::ids::{DefinitionId, StaffId};
use crate::domain::invalid::Invalid;

/// Most definitions of one org, deleted ones included: what is booked refers to them.
pub const DEFINITIONS_MAX: usize = 5_000;
/// Most members of staff of one org, deleted ones included.
pub const STAFF_MEMBERS_MAX: usize = 5_000;

pub(super) fn create_definition(asked: &Asked<'_>, draft: &DefinitionDraft) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    if asked.state.definition_of(&draft.id).is_some() {
        return Err(Rejection::AlreadyExists { id: draft.id.to_string() });
    }
    if asked.state.definitions.len() >= DEFINITIONS_MAX {
        return Err(Rejection::TooMany { limit: DEFINITIONS_MAX });
    }
    let definition = draft.to_definition(asked.now).map_err(Rejection::Invalid)?;
    check_references(asked, &definition.terms, None).map_err(Rejection::Invalid)?;
    Ok(vec![definition_changed(asked, Edit::Created, definition)])
}

pub(super) fn update_definition(
    asked: &Asked<'_>,
    id: &DefinitionId,
    changes: &DefinitionChanges,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let definition = asked.definition(id)?;
    asked.expect_version(definition.version, expected_version)?;
    let terms = changes.apply_to(&definition.terms).map_err(Rejection::Invalid)?;
    if terms == definition.terms {
        return Ok(Vec::new());
    }
    check_references(asked, &terms, Some(&definition.terms)).map_err(Rejection::Invalid)?;
    let changed = Definition { terms, version: definition.version + 1, updated_at: asked.now, ..definition.clone() };
    Ok(vec![definition_changed(asked, Edit::Updated, changed)])
}

/// What is booked stays as it is; nobody waits for it any more.
pub(super) fn delete_definition(
    asked: &Asked<'_>,
    id: &DefinitionId,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    let definition = asked.definition(id)?;
    asked.expect_version(definition.version, expected_version)?;
    let deleted = Definition {
        version: definition.version + 1,
        updated_at: asked.now,
        deleted_at: Some(asked.now),
        ..definition.clone()
    };
    let waits_no_more = |entry: &WaitlistEntry| Event::WaitlistChanged {
        change: WaitlistChange::Ended,
        entry: Box::new(WaitlistEntry { standing: Waiting::Ended, ..entry.next_version() }),
        at: asked.now,
    };
    let mut events = vec![definition_changed(asked, Edit::Deleted, deleted)];
    let waiting = asked.state.waitlist().filter(|entry| entry.definition_id == *id);
    events.extend(waiting.map(|entry| waits_no_more(entry)));
    Ok(events)
}

/// Staff and point that are named anew have to be there; those that were there when they were named may have gone.
fn check_references(asked: &Asked<'_>, terms: &Terms, before: Option<&Terms>) -> Result<(), Invalid> {
    let known = |id: &StaffId| {
        asked.state.staff_member(id).is_some() || before.is_some_and(|before| before.staff_ids.contains(id))
    };
    if let Some(at) = terms.staff_ids.iter().position(|id| !known(id)) {
        return Err(Invalid::new(format!("staffIds[{at}]"), "is no member of staff"));
    }
    let is_new = before.is_none_or(|before| before.service_point_id != terms.service_point_id);
    match &terms.service_point_id {
        Some(id) if is_new && asked.points.get(id).is_none() => {
            Err(Invalid::new("servicePointId", "is no service point"))
        }
        Some(_) | None => Ok(()),
    }
}

fn definition_changed(asked: &Asked<'_>, change: Edit, definition: Definition) -> Event {
    Event::DefinitionChanged { change, definition: Box::new(definition), by: asked.subject() }
}

pub(super) fn create_staff(asked: &Asked<'_>, draft: &StaffDraft) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    if asked.state.staff_of(&draft.id).is_some() {
        return Err(Rejection::AlreadyExists { id: draft.id.to_string() });
    }
    if asked.state.staff.len() >= STAFF_MEMBERS_MAX {
        return Err(Rejection::TooMany { limit: STAFF_MEMBERS_MAX });
    }
    let staff = draft.to_staff(asked.now).map_err(Rejection::Invalid)?;
    Ok(vec![staff_changed(asked, Edit::Created, staff)])
}

pub(super) fn update_staff(
    asked: &Asked<'_>,
    id: &StaffId,
    changes: &StaffChanges,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let staff = member(asked, id, expected_version)?;
    let terms = changes.apply_to(&staff.terms).map_err(Rejection::Invalid)?;
    if terms == staff.terms {
        return Ok(Vec::new());
    }
    let changed = Staff { terms, version: staff.version + 1, updated_at: asked.now, ..staff.clone() };
    Ok(vec![staff_changed(asked, Edit::Updated, changed)])
}

/// What is booked with them stays as it is: the business has to find somebody else.
pub(super) fn delete_staff(
    asked: &Asked<'_>,
    id: &StaffId,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let staff = member(asked, id, expected_version)?;
    let deleted =
        Staff { version: staff.version + 1, updated_at: asked.now, deleted_at: Some(asked.now), ..staff.clone() };
    Ok(vec![staff_changed(asked, Edit::Deleted, deleted)])
}

fn member<'a>(asked: &Asked<'a>, id: &StaffId, expected_version: Option<u64>) -> Result<&'a Staff, Rejection> {
    asked.staff_only()?;
    let staff = asked.state.staff_member(id).ok_or(Rejection::StaffNotFound)?;
    asked.expect_version(staff.version, expected_version)?;
    Ok(staff)
}

fn staff_changed(asked: &Asked<'_>, change: Edit, staff: Staff) -> Event {
    Event::StaffChanged { change, staff: Box::new(staff), by: asked.subject() }
}
