//! Somebody with an appointment: the calendar's check-in brings them into the line of their point, and the line tells the
//! calendar how the visit ended.
//!
//! Nothing of this is stored beside the two: an arrival that nobody has received follows from a reservation that is checked
//! in and an entry that is not there, a report that nobody has heard from an entry that has ended and a reservation that has
//! not, or the other way round. So whoever is interrupted begins again from there. A reservation that has ended while its
//! visit goes on knows which side ended it, so that the other one follows.

use crate::domain::calendar::{self, ClosedBy, Reservation};
use crate::domain::ids::{EntryId, PointId};
use crate::domain::party::Party;
use crate::domain::queue::{Act, Arrival, Command, Customer, Ending, Entry, Status};

/// What the point has to do to which a reservation was checked in that way.
#[must_use]
pub fn arrival(reservation: &Reservation, arrival: &calendar::Arrival, service: Option<&str>) -> Command {
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
    Command { by: Party::System, act }
}

/// What the calendar has to do when the point refuses.
#[must_use]
pub fn refused(reservation: &Reservation, arrival: &calendar::Arrival) -> calendar::Act {
    calendar::Act::RefuseArrival { id: reservation.id.clone(), handover: arrival.handover.clone(), past: None }
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

/// A visit whose appointment was closed at the desk, beside the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The visit.
    pub entry: EntryId,
    /// The point to which it came; it may have gone on from there.
    pub point: PointId,
    /// How the appointment ended.
    pub ending: Ending,
}

impl Withdrawal {
    /// Of the visit that came that way.
    #[must_use]
    pub fn of(arrival: &calendar::Arrival, ending: Ending) -> Self {
        Self { entry: arrival.entry.clone(), point: arrival.point.clone(), ending }
    }

    /// What the point at which the visit stands has to do.
    #[must_use]
    pub fn command(&self) -> Command {
        Command { by: Party::System, act: Act::Withdraw { entry: self.entry.clone(), ending: self.ending } }
    }
}

/// The visit that has to end because its appointment was closed at the desk; `None`: none has.
#[must_use]
pub fn closed(reservation: &Reservation) -> Option<Withdrawal> {
    let ending = match &reservation.status {
        calendar::Status::Completed { by: ClosedBy::Desk, .. } => Ending::Done,
        calendar::Status::NoShow { by: ClosedBy::Desk, .. } => Ending::Missed,
        calendar::Status::Completed { by: ClosedBy::Line, .. }
        | calendar::Status::NoShow { by: ClosedBy::Line, .. }
        | calendar::Status::Pending
        | calendar::Status::Confirmed
        | calendar::Status::CheckedIn { .. }
        | calendar::Status::Cancelled { .. } => return None,
    };
    Some(Withdrawal::of(reservation.status.arrival()?, ending))
}
