//! What every decision looks at: the state, who asks, what holds at the points, and when; and how a change is put down.

use chrono::{DateTime, Utc};

use crate::domain::calendar::definition::Definition;
use crate::domain::calendar::event::{Change, Event};
use crate::domain::calendar::points::Points;
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::reservation::{
    CUSTOMER_NAME_MAX_CHARACTERS, Customer, LOCALE_MAX_CHARACTERS, Named, Reservation,
};
use crate::domain::calendar::slots::View;
use crate::domain::calendar::state::CalendarState;
use crate::domain::ids::{DefinitionId, ReservationId, StaffId};
use crate::domain::invalid::{Invalid, text};
use crate::domain::party::Party;

/// A question to the rules.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// What is so.
    pub state: &'a CalendarState,
    /// Who asks.
    pub by: &'a Party,
    /// What holds at the service points.
    pub points: &'a Points,
    /// When.
    pub now: DateTime<Utc>,
}

impl<'a> Asked<'a> {
    /// The same question as the rules of slots see it.
    pub fn view(&self) -> View<'a> {
        View { state: self.state, points: self.points, now: self.now }
    }

    /// Whether the business asks.
    pub fn is_staff(&self) -> bool {
        self.by.is_staff()
    }

    /// Refuses anybody but staff.
    pub fn staff_only(&self) -> Result<(), Rejection> {
        if self.is_staff() { Ok(()) } else { Err(Rejection::StaffOnly) }
    }

    /// Who asks, for the record; customers and time are nobody.
    pub fn subject(&self) -> Option<String> {
        self.by.subject().filter(|_| self.is_staff()).map(str::to_owned)
    }

    /// A definition that is not deleted.
    pub fn definition(&self, id: &DefinitionId) -> Result<&'a Definition, Rejection> {
        self.state.definition(id).map(AsRef::as_ref).ok_or(Rejection::DefinitionNotFound)
    }

    /// A reservation for acts that nobody but staff may do.
    pub fn for_staff(&self, id: &ReservationId, past: Option<&'a Reservation>) -> Result<&'a Reservation, Rejection> {
        if !self.is_staff() {
            return Err(Rejection::ReservationNotFound);
        }
        let known = self.state.reservation(id).map(AsRef::as_ref);
        known.or_else(|| self.history(past).filter(|past| past.id == *id)).ok_or(Rejection::ReservationNotFound)
    }

    /// A reservation for acts that nobody but staff may do, by id or by number.
    pub fn named_by_staff(&self, named: &Named, past: Option<&'a Reservation>) -> Result<&'a Reservation, Rejection> {
        match named {
            Named::Id { id } => self.for_staff(id, past),
            Named::Number { .. } if self.is_staff() => self.proven(named, past),
            Named::Number { .. } => Err(Rejection::ReservationNotFound),
        }
    }

    /// A reservation for acts that its own customer may do too, who proves it by its number and the address.
    pub fn proven(&self, named: &Named, past: Option<&'a Reservation>) -> Result<&'a Reservation, Rejection> {
        match named {
            Named::Id { id } => self.for_staff(id, past),
            Named::Number { number, email } => {
                let known = self.state.by_number(number).map(AsRef::as_ref);
                let found = known.or_else(|| self.history(past).filter(|past| past.number == *number));
                let proves = |reservation: &Reservation| match email {
                    Some(email) => email.folded() == reservation.customer.email.folded(),
                    None => self.is_staff(),
                };
                found.filter(|one| proves(one)).ok_or(Rejection::ReservationNotFound)
            }
        }
    }

    /// One from history counts only when memory may have forgotten it: else it was deleted since it was read.
    fn history(&self, past: Option<&'a Reservation>) -> Option<&'a Reservation> {
        past.filter(|past| !CalendarState::is_remembered(past, self.now) && self.state.reservation(&past.id).is_none())
    }

    /// Holds a version to the one that the caller knows.
    pub fn expect_version(&self, actual: u64, expected: Option<u64>) -> Result<(), Rejection> {
        match expected {
            Some(expected) if expected != actual => Err(Rejection::VersionMismatch { actual }),
            Some(_) | None => Ok(()),
        }
    }

    /// The member of staff that somebody wants has to be one who offers the definition.
    pub fn check_staff(&self, definition: &Definition, staff: Option<&StaffId>) -> Result<(), Rejection> {
        if staff.is_none_or(|id| definition.terms.staff_ids.contains(id)) {
            return Ok(());
        }
        Err(Rejection::Invalid(Invalid::new("staffId", "is nobody who offers this service")))
    }

    /// A change of a reservation by who asks.
    pub fn change(&self, reservation: &Reservation, change: Change, edit: impl FnOnce(&mut Reservation)) -> Event {
        let mut after = reservation.next_version(self.now);
        edit(&mut after);
        Event::ReservationChanged { change, reservation: Box::new(after), at: self.now, by: self.subject() }
    }
}

/// A customer with trimmed texts within their limits.
pub(super) fn checked_customer(customer: &Customer) -> Result<Customer, Rejection> {
    let name = text("customer.name", &customer.name, 1, CUSTOMER_NAME_MAX_CHARACTERS, false);
    let locale = customer.locale.as_deref();
    let locale = locale.map(|locale| text("customer.locale", locale, 1, LOCALE_MAX_CHARACTERS, false)).transpose();
    Ok(Customer {
        name: name.map_err(Rejection::Invalid)?,
        locale: locale.map_err(Rejection::Invalid)?,
        ..customer.clone()
    })
}

/// The refusal of an act that does not fit the status of the reservation.
pub(super) fn wrong_state(reservation: &Reservation) -> Rejection {
    Rejection::WrongState { state: reservation.status.word().to_owned() }
}
