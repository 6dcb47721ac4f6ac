//! Somebody with an appointment: the calendar's check-in brings them into the line of their point, and the line tells the
//! calendar how the visit ended.
//!
//! Nothing of this is stored beside the two: an arrival that nobody has received follows from a reservation that is checked
//! in and an entry that is not there, a report that nobody has heard from an entry that has ended and a reservation that has
//! not. So whoever is interrupted begins again from there.

use std::sync::Arc;

use super::follow_up::FollowUp;
use crate::domain::calendar::{self, Reservation};
use crate::domain::ids::PointId;
use crate::domain::party::Party;
use crate::domain::queue::{Act, Arrival, Command, Customer, Entry, Status};

/// What the point of a checked-in reservation has to do; `None`: the reservation does not go into any line.
#[must_use]
pub fn arrival(reservation: &Reservation, service: Option<&str>) -> Option<(PointId, Command)> {
    let calendar::Status::CheckedIn { arrival: Some(arrival), .. } = &reservation.status else { return None };
    let customer = &reservation.customer;
    let act = Act::Arrive(Box::new(Arrival {
        id: arrival.entry.clone(),
        // Drawn with the check-in, known to nobody else, and the same for a repeat.
        token: arrival.handover.to_string(),
        reservation: reservation.id.clone(),
        customer: Customer {
            name: customer.name.clone(),
            phone: customer.phone.clone(),
            email: Some(customer.email.clone()),
            contact_id: Some(customer.contact_id.clone()),
        },
        party_size: reservation.party_size,
        service: service.map(ToOwned::to_owned),
        effective_at: arrival.effective_at,
    }));
    Some((arrival.point.clone(), Command { by: Party::System, act }))
}

/// What the calendar has to do when the point refuses; `None`: the reservation is not on its way.
#[must_use]
pub fn refused(reservation: &Reservation) -> Option<calendar::Act> {
    let calendar::Status::CheckedIn { arrival: Some(arrival), .. } = &reservation.status else { return None };
    Some(calendar::Act::RefuseArrival { id: reservation.id.clone(), handover: arrival.handover.clone(), past: None })
}

/// What the calendar has to do, given how the visit stands. Who left without being served did not come.
#[must_use]
pub fn report(entry: &Entry) -> Option<calendar::Act> {
    let id = entry.reservation.clone()?;
    Some(match &entry.status {
        Status::Served { .. } => calendar::Act::Complete { id, past: None },
        Status::NoShow { .. } | Status::Left { .. } | Status::Cancelled { .. } => {
            calendar::Act::NoShow { id, overriding: false, past: None }
        }
        Status::Waiting | Status::Called { .. } | Status::Serving { .. } | Status::Transferred { .. } => {
            calendar::Act::TakeBack { id, past: None }
        }
    })
}

/// What one of the two has still to hear of the other, given a reservation and the visit that it became.
#[must_use]
pub fn unheard(reservation: &Reservation, visit: Option<&Arc<Entry>>) -> Option<FollowUp> {
    let tell = |visit: &Arc<Entry>| Some(FollowUp::Report(Box::new(Entry::clone(visit))));
    match (&reservation.status, visit) {
        (calendar::Status::CheckedIn { arrival: Some(_), .. }, None) => {
            Some(FollowUp::Bring(Box::new(reservation.clone())))
        }
        (calendar::Status::CheckedIn { .. }, Some(visit)) if visit.status.ended_at().is_some() => tell(visit),
        _ => None,
    }
}
