//! Keeping a slot for who fills in the form.

use chrono::TimeDelta;

use super::asked::Asked;
use crate::domain::calendar::command::HoldWish;
use crate::domain::calendar::event::Event;
use crate::domain::calendar::hold::{HOLD_MINUTES, HOLDS_MAX, HOLDS_OF_DEFINITION_MAX, Hold};
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::slots::{Wish, check_party, place};
use crate::domain::ids::DefinitionId;

pub(super) fn hold(asked: &Asked<'_>, wish: &HoldWish) -> Result<Vec<Event>, Rejection> {
    let definition = asked.definition(&wish.definition)?;
    check_party(wish.party_size).map_err(Rejection::Invalid)?;
    asked.check_staff(definition, wish.staff.as_ref())?;
    if asked.state.hold(&wish.id).is_some() {
        return Err(Rejection::AlreadyExists { id: wish.id.to_string() });
    }
    if let Some((retry_at, _)) = asked.state.hold_ends.get_min().filter(|_| asked.state.holds.len() >= HOLDS_MAX) {
        return Err(Rejection::TooManyHolds { retry_at: *retry_at });
    }
    if !asked.is_staff() {
        public_room(asked, &definition.id)?;
    }
    let slots_wish = Wish::plain(definition, wish.staff.as_ref(), wish.party_size, asked.now);
    let staff_ids = place(asked.view(), slots_wish, wish.slot)?;
    let hold = Hold {
        id: wish.id.clone(),
        definition_id: definition.id.clone(),
        slot: wish.slot,
        buffers: definition.terms.buffers(),
        staff_ids,
        point_id: definition.terms.service_point_id.clone(),
        party_size: wish.party_size,
        offered_to: None,
        created_at: asked.now,
        expires_at: asked.now + TimeDelta::minutes(HOLD_MINUTES),
    };
    Ok(vec![Event::Held { hold: Box::new(hold) }])
}

/// Offers to those who waited do not count: what is kept by them nobody of the public asked for.
fn public_room(asked: &Asked<'_>, definition: &DefinitionId) -> Result<(), Rejection> {
    let kept = asked.state.holds().filter(|hold| hold.definition_id == *definition && hold.offered_to.is_none());
    let ends: Vec<_> = kept.map(|hold| hold.expires_at).collect();
    match ends.iter().min() {
        Some(retry_at) if ends.len() >= HOLDS_OF_DEFINITION_MAX => Err(Rejection::TooManyHolds { retry_at: *retry_at }),
        Some(_) | None => Ok(()),
    }
}
