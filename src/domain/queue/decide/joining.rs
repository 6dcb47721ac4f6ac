//! Joining the line.

use super::asked::Asked;
use crate::domain::invalid::{Invalid, text};
use crate::domain::party::Party;
use crate::domain::queue::command::Join;
use crate::domain::queue::entry::{
    CUSTOMER_NAME_MAX_CHARACTERS, Customer, Entry, PARTY_MAX, Place, SERVICE_MAX_CHARACTERS, Status,
};
use crate::domain::queue::estimate::Estimator;
use crate::domain::queue::event::Event;
use crate::domain::queue::point::ServicePoint;
use crate::domain::queue::rejection::Rejection;
use crate::domain::queue::state::{Admittance, LineKey};

pub(super) fn join(asked: &Asked<'_>, join: &Join) -> Result<Vec<Event>, Rejection> {
    let point = asked.point()?;
    if let Some(entry) = asked.state.entry(&join.id) {
        return if entry.token == join.token { Ok(Vec::new()) } else { Err(Rejection::EntryExists) };
    }
    let (customer, service) = within_limits(join).map_err(Rejection::Invalid)?;
    let (priority, rank) = priority(asked, point, join.priority.as_deref())?;
    if asked.state.open_entry_of(&customer).is_some() {
        return Ok(Vec::new());
    }
    admit(asked, point)?;
    let (day, number) = asked.state.next_number(asked.now);
    let place = Place::on_joining(rank, asked.now, number);
    let position = asked.state.position_of(&LineKey { place, number, id: join.id.clone() });
    let entry = Entry {
        id: join.id.clone(),
        point_id: point.id.clone(),
        day,
        number,
        token: join.token.clone(),
        customer,
        party_size: join.party_size,
        service,
        priority,
        joined_at: asked.now,
        place,
        checked_in_at: None,
        reached_at: None,
        quoted_wait_minutes: Estimator::new(asked.state, asked.now).at_position(position).minutes,
        let_pass: 0,
        last_act: None,
        version: 1,
        status: Status::Waiting,
    };
    Ok(vec![Event::Joined { entry: Box::new(entry) }])
}

/// Whether one more may stand in the line.
pub(super) fn admit(asked: &Asked<'_>, point: &ServicePoint) -> Result<(), Rejection> {
    match asked.state.admittance(asked.now) {
        Admittance::Open => {}
        Admittance::Paused { until } => return Err(Rejection::QueuePaused { reopens_at: until }),
        Admittance::Closed { opens_at } => return Err(Rejection::QueueClosed { opens_at }),
    }
    let waiting = u32::try_from(asked.state.waiting_count()).unwrap_or(u32::MAX);
    let max_waiting = point.queue.max_waiting;
    if waiting >= max_waiting {
        return Err(Rejection::QueueFull { waiting, max_waiting });
    }
    Ok(())
}

/// The priority to put down and its rank: only a clerk's word counts.
fn priority(asked: &Asked<'_>, point: &ServicePoint, claimed: Option<&str>) -> Result<(Option<String>, u8), Rejection> {
    let claimed = match asked.by {
        Party::Clerk { .. } => claimed,
        Party::Bearer { .. } | Party::Public | Party::System => None,
    };
    let rank = point.queue.rank(claimed).ok_or_else(|| {
        let detail = match point.queue.priorities.as_slice() {
            [] => "is not known; this service point has no priorities".to_owned(),
            known => format!("is not known; the priorities of this service point are {}", known.join(", ")),
        };
        Rejection::Invalid(Invalid::new("priority", detail))
    })?;
    Ok((claimed.map(str::to_owned), rank))
}

/// The texts, trimmed, once all values are within their limits.
fn within_limits(join: &Join) -> Result<(Customer, Option<String>), Invalid> {
    if !(1..=PARTY_MAX).contains(&join.party_size) {
        return Err(Invalid::new("partySize", format!("must be from 1 to {PARTY_MAX}, not {}", join.party_size)));
    }
    let name = text("customer.name", &join.customer.name, 1, CUSTOMER_NAME_MAX_CHARACTERS, false)?;
    let service = join.service.as_deref().map(|service| text("service", service, 1, SERVICE_MAX_CHARACTERS, false));
    Ok((Customer { name, ..join.customer.clone() }, service.transpose()?))
}
