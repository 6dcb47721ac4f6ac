//! The org's own words for messages: made, changed, deleted.

use super::asked::Asked;
use crate::domain::calendar::event::{Edit, Event};
use crate::domain::calendar::rejection::Rejection;
use crate::domain::ids::TemplateId;
use crate::domain::invalid::Invalid;
use crate::domain::message::{Template, TemplateChanges, TemplateDraft};

/// Most templates of one org, deleted ones included: their ids stay taken.
pub const TEMPLATES_MAX: usize = 1_000;

pub(super) fn create(asked: &Asked<'_>, draft: &TemplateDraft) -> Result<Vec<Event>, Rejection> {
    asked.staff_only()?;
    if asked.state.templates.contains_key(&draft.id) {
        return Err(Rejection::AlreadyExists { id: draft.id.to_string() });
    }
    if asked.state.templates.len() >= TEMPLATES_MAX {
        return Err(Rejection::TooMany { limit: TEMPLATES_MAX });
    }
    let template = draft.to_template(asked.now).map_err(Rejection::Invalid)?;
    alone(asked, &template)?;
    Ok(vec![changed(asked, Edit::Created, template)])
}

pub(super) fn update(
    asked: &Asked<'_>,
    id: &TemplateId,
    changes: &TemplateChanges,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let template = known(asked, id, expected_version)?;
    let terms = changes.apply_to(&template.terms).map_err(Rejection::Invalid)?;
    if terms == template.terms {
        return Ok(Vec::new());
    }
    let after = Template { terms, version: template.version + 1, updated_at: asked.now, ..template.clone() };
    alone(asked, &after)?;
    Ok(vec![changed(asked, Edit::Updated, after)])
}

pub(super) fn delete(
    asked: &Asked<'_>,
    id: &TemplateId,
    expected_version: Option<u64>,
) -> Result<Vec<Event>, Rejection> {
    let template = known(asked, id, expected_version)?;
    let (version, at) = (template.version + 1, asked.now);
    let deleted = Template { version, updated_at: at, deleted_at: Some(at), ..template.clone() };
    Ok(vec![changed(asked, Edit::Deleted, deleted)])
}

fn known<'a>(asked: &Asked<'a>, id: &TemplateId, expected_version: Option<u64>) -> Result<&'a Template, Rejection> {
    asked.staff_only()?;
    let template = asked.state.template(id).ok_or(Rejection::TemplateNotFound)?;
    asked.expect_version(template.version, expected_version)?;
    Ok(template)
}

/// One alone takes the place of ours, so that nobody has to guess which.
fn alone(asked: &Asked<'_>, template: &Template) -> Result<(), Rejection> {
    let others = asked.state.templates().filter(|other| other.id != template.id);
    match others.map(AsRef::as_ref).find(|other: &&Template| other.terms.competes_with(&template.terms)) {
        Some(other) => {
            let detail = format!("cannot be true: {} is active for the same kind, channel and language", other.id);
            Err(Rejection::Invalid(Invalid::new("active", detail)))
        }
        None => Ok(()),
    }
}

fn changed(asked: &Asked<'_>, change: Edit, template: Template) -> Event {
    Event::TemplateChanged { change, template: Box::new(template), by: asked.subject() }
}
