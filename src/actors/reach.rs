//! How each kind of owner is reached: where its place is, and what history knows so that it need not be asked.

use std::sync::Arc;

use super::asking::not_read;
use super::calendar::Calendar;
use super::desk::Desk;
use super::directory::{Directory, Reached};
use super::registry::Registry;
use super::request::{Answered, IdempotencyKey, Request, Unanswered};
use super::service_point::ServicePoint;
use super::slot::Slot;
use crate::domain::calendar::{self, CalendarState};
use crate::domain::desk;
use crate::domain::ids::{EntryId, OrgId, PointId, ReservationId, TicketId};
use crate::domain::party::Party;
use crate::domain::queue::{Act, Command, Rejection};
use crate::store::{ConfigurationKind, MESSAGE_TAKEN, NUMBER_TAKEN, SPOT_TAKEN, TICKET_TAKEN};

impl Reached for ServicePoint {
    fn slot(registry: &Registry, request: &Request<Self>) -> Result<Arc<Slot<Self>>, Rejection> {
        let seat = registry.seat(&request.org).ok_or(Rejection::PointNotFound)?;
        match request.command.act {
            Act::Create { .. } => Ok(seat.slot_or_new(&request.name, registry.clock.now())),
            _ => seat.slot(&request.name).ok_or(Rejection::PointNotFound),
        }
    }

    async fn known_before(
        directory: &Directory,
        slot: &Slot<Self>,
        command: &Command,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Option<Answered>, Unanswered> {
        let (org, point) = (&slot.org, &slot.name);
        // Before the key is looked up: who finds the point made under the same key a moment ago finds the key, too.
        let existed = matches!(command.act, Act::Create { .. }) && existed(directory, org, point).await?;
        if let Some(key) = idempotency
            && let Some(first) = directory.asking.first_answer(slot, key).await?
        {
            return Ok(Some(first));
        }
        let refusal = match (&command.act, &command.by) {
            _ if existed => Some(Rejection::PointExists),
            (Act::Join(join), Party::Clerk { .. }) if is_taken(directory, org, point, &join.id).await? => {
                Some(Rejection::EntryExists)
            }
            _ => None,
        };
        Ok(refusal.map(|refusal| Answered { outcome: Err(refusal), repeated: false }))
    }

    fn as_the_store_says(_: &Directory, _: &Slot<Self>, _: &Command, _: &str) -> Option<Rejection> {
        None
    }
}

impl Reached for Calendar {
    fn slot(registry: &Registry, request: &Request<Self>) -> Result<Arc<Slot<Self>>, calendar::Rejection> {
        let seat = registry.seat(&request.org).ok_or(calendar::Rejection::DefinitionNotFound)?;
        Ok(Arc::clone(&seat.calendar))
    }

    async fn known_before(
        directory: &Directory,
        slot: &Slot<Self>,
        command: &calendar::Command,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Option<Answered<Self>>, Unanswered> {
        if let Some(key) = idempotency
            && let Some(first) = directory.asking.first_answer(slot, key).await?
        {
            return Ok(Some(first));
        }
        let (calendar::Act::Create(booking), Party::Clerk { .. }) = (&command.act, &command.by) else {
            return Ok(None);
        };
        let is_used = is_of_the_past(directory, &slot.org, &booking.id).await?;
        let refusal = calendar::Rejection::AlreadyExists { id: booking.id.to_string() };
        Ok(is_used.then_some(Answered { outcome: Err(refusal), repeated: false }))
    }

    fn as_the_store_says(
        directory: &Directory,
        slot: &Slot<Self>,
        command: &calendar::Command,
        constraint: &str,
    ) -> Option<calendar::Rejection> {
        match constraint {
            SPOT_TAKEN => Some(calendar::taken_beneath(&slot.published().state, command, directory.clock().now())),
            NUMBER_TAKEN => Some(calendar::Rejection::NumberTaken),
            _ => None,
        }
    }
}

impl Reached for Desk {
    fn slot(registry: &Registry, request: &Request<Self>) -> Result<Arc<Slot<Self>>, desk::Rejection> {
        let seat = registry.seat(&request.org).ok_or(desk::Rejection::TicketNotFound)?;
        Ok(Arc::clone(&seat.desk))
    }

    async fn known_before(
        directory: &Directory,
        slot: &Slot<Self>,
        command: &desk::Command,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Option<Answered<Self>>, Unanswered> {
        if let Some(key) = idempotency
            && let Some(first) = directory.asking.first_answer(slot, key).await?
        {
            return Ok(Some(first));
        }
        let taken = match &command.act {
            desk::Act::Create(draft) => match command.by {
                Party::Clerk { .. } => taken_ticket(directory, slot, &draft.id).await?,
                Party::Bearer { .. } | Party::Public | Party::System => None,
            },
            desk::Act::CreatePolicy { id, .. } => {
                taken_configuration(directory, &slot.org, ConfigurationKind::Policy, id.as_str()).await?
            }
            desk::Act::CreateCalendar { id, .. } => {
                taken_configuration(directory, &slot.org, ConfigurationKind::Calendar, id.as_str()).await?
            }
            desk::Act::CreateCanned { id, .. } => {
                taken_configuration(directory, &slot.org, ConfigurationKind::Canned, id.as_str()).await?
            }
            desk::Act::CreateTeam { id, .. } => {
                taken_configuration(directory, &slot.org, ConfigurationKind::Team, id.as_str()).await?
            }
            _ => None,
        };
        let refusal = taken.map(|id| desk::Rejection::AlreadyExists { id });
        Ok(refusal.map(|refusal| Answered { outcome: Err(refusal), repeated: false }))
    }

    fn as_the_store_says(
        _directory: &Directory,
        _slot: &Slot<Self>,
        command: &desk::Command,
        constraint: &str,
    ) -> Option<desk::Rejection> {
        match (constraint, &command.act) {
            (TICKET_TAKEN, desk::Act::Create(draft)) => {
                Some(desk::Rejection::AlreadyExists { id: draft.id.to_string() })
            }
            // The same mail came twice; the other one was first.
            (TICKET_TAKEN | MESSAGE_TAKEN, desk::Act::Receive(mail)) => {
                Some(desk::Rejection::AlreadyExists { id: mail.draft.id.to_string() })
            }
            _ => None,
        }
    }
}

/// A clerk's own id for a ticket, where one had it that its desk does not know any more. What the desk remembers it judges
/// itself.
async fn taken_ticket(directory: &Directory, slot: &Slot<Desk>, id: &TicketId) -> Result<Option<String>, Unanswered> {
    if slot.published().state.ticket(&desk::TicketKey::Id(id.clone())).is_some() {
        return Ok(None);
    }
    let said = directory.reader().ticket_description(&slot.org, id).await.map_err(not_read)?;
    Ok(said.map(|_| id.to_string()))
}

/// An id for a piece of configuration that was ever used: history stays, so ids are not used again.
async fn taken_configuration(
    directory: &Directory,
    org: &OrgId,
    kind: ConfigurationKind,
    id: &str,
) -> Result<Option<String>, Unanswered> {
    Ok(directory.reader().configuration_existed(org, kind, id).await.map_err(not_read)?.then(|| id.to_owned()))
}

/// Whether a clerk's own id for a reservation was used by one that its calendar does not know any more: deleted, or long
/// over. What the calendar remembers it judges itself.
async fn is_of_the_past(directory: &Directory, org: &OrgId, id: &ReservationId) -> Result<bool, Unanswered> {
    let reader = directory.reader();
    if !reader.reservation_existed(org, id).await.map_err(not_read)? {
        return Ok(false);
    }
    let stored = reader.reservation(org, id).await.map_err(not_read)?;
    let now = directory.clock().now();
    let is_remembered = stored.is_some_and(|reservation| CalendarState::is_remembered(&reservation, now));
    Ok(!is_remembered)
}

/// Whether a clerk's own id for a visit is used elsewhere, or was long ago; what the owner remembers it judges itself.
async fn is_taken(directory: &Directory, org: &OrgId, point: &PointId, entry: &EntryId) -> Result<bool, Unanswered> {
    if directory.whereabouts(org, entry).as_ref() == Some(point) {
        return Ok(false);
    }
    Ok(directory.reader().entry(org, entry).await.map_err(not_read)?.is_some())
}

/// Whether the id of a point to be made was ever used: history stays, so ids are not used again.
async fn existed(directory: &Directory, org: &OrgId, point: &PointId) -> Result<bool, Unanswered> {
    directory.reader().service_point_existed(org, point).await.map_err(not_read)
}
