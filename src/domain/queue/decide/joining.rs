//! Joining the line.

use chrono::{DateTime, Utc};

use super::asked::Asked;
use crate::domain::ids::{EntryId, ReservationId};
use crate::domain::invalid::{Invalid, text};
use crate::domain::party::Party;
use crate::domain::queue::command::{Arrival, Join};
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
    let entry = Newcomer {
        id: &join.id,
        token: &join.token,
        customer,
        party_size: join.party_size,
        service,
        priority,
        rank,
        effective_at: asked.now,
        appointment: None,
    };
    Ok(vec![entry.stands_in_line(asked, point)])
}

/// Who has an appointment is expected: neither a full line nor a pause keeps them out, and they are checked in.
pub(super) fn arrive(asked: &Asked<'_>, arrival: &Arrival) -> Result<Vec<Event>, Rejection> {
    let point = asked.point()?;
    if asked.state.entry(&arrival.id).is_some() {
        return Ok(Vec::new());
    }
    if let Some(entry) = asked.state.open_entry_of(&arrival.customer) {
        return Err(Rejection::AlreadyInLine { entry: entry.id.clone() });
    }
    let (priority, rank) = priority(asked, point, None)?;
    let entry = Newcomer {
        id: &arrival.id,
        token: &arrival.token,
        customer: arrival.customer.clone(),
        party_size: arrival.party_size,
        service: arrival.service.clone(),
        priority,
        rank,
        effective_at: arrival.effective_at,
        appointment: Some(&arrival.reservation),
    };
    Ok(vec![entry.stands_in_line(asked, point)])
}

/// Somebody who may stand in line.
struct Newcomer<'a> {
    id: &'a EntryId,
    token: &'a str,
    customer: Customer,
    party_size: u32,
    service: Option<String>,
    priority: Option<String>,
    rank: u8,
    effective_at: DateTime<Utc>,
    appointment: Option<&'a ReservationId>,
}

impl Newcomer<'_> {
    fn stands_in_line(self, asked: &Asked<'_>, point: &ServicePoint) -> Event {
        let (day, number) = asked.state.next_number(asked.now);
        let place = Place::on_joining(self.rank, self.effective_at, number);
        let position = asked.state.position_of(&LineKey { place, number, id: self.id.clone() });
        let entry = Entry {
            id: self.id.clone(),
            point_id: point.id.clone(),
            day,
            number,
            token: self.token.to_owned(),
            customer: self.customer,
            party_size: self.party_size,
            service: self.service,
            priority: self.priority,
            joined_at: asked.now,
            place,
            checked_in_at: self.appointment.map(|_| asked.now),
            reached_at: None,
            quoted_wait_minutes: Estimator::new(asked.state, asked.now).at_position(position).minutes,
            let_pass: 0,
            reservation: self.appointment.cloned(),
            last_act: None,
            version: 1,
            status: Status::Waiting,
        };
        Event::Joined { entry: Box::new(entry) }
    }
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
