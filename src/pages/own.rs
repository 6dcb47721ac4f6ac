//! A booking that somebody has proven to be theirs: found by its number and address together.

use actix_web::HttpRequest;

use super::manage_view::{Around, Done, ManagePage};
use super::visit::Visit;
use crate::domain::address::Email;
use crate::domain::calendar::{Reservation, ReservationNumber};
use crate::http::{Code, Edge, Found, Problem, proven};
use crate::workflows::notification::manage_address;

/// A booking that has been proven.
pub struct Own {
    /// Whose page it is.
    pub visit: Visit,
    /// Where it was found.
    pub found: Found,
}

impl Own {
    /// Finds the booking. Counted against the rate first: nobody shall try numbers.
    ///
    /// # Errors
    /// 429; 404, for whatever of it is wrong.
    pub async fn of(request: &HttpRequest, edge: &Edge) -> Result<Self, Problem> {
        edge.check_rate(request)?;
        let missing = || Problem::of(Code::ReservationNotFound);
        let visit = Visit::of(request, edge).await?;
        let number = request.match_info().get("number").and_then(|number| ReservationNumber::parse(number).ok());
        let email = visit.parameter("email").and_then(|email| Email::parse(email).ok());
        let (number, email) = number.zip(email).ok_or_else(missing)?;
        let found = proven(edge, &visit.business.org, &number, &email).await?.ok_or_else(missing)?;
        Ok(Self { visit, found })
    }

    /// The booking.
    #[must_use]
    pub fn reservation(&self) -> &Reservation {
        self.found.reservation()
    }

    /// The address of its page.
    #[must_use]
    pub fn address(&self) -> String {
        let reservation = self.reservation();
        manage_address(&self.visit.business.org, &reservation.number, &reservation.customer.email)
    }

    /// Its page, as it stands now.
    ///
    /// # Errors
    /// The org is gone.
    pub fn page(&self, edge: &Edge, done: Done) -> Result<ManagePage, Problem> {
        let business = &self.visit.business;
        let published = edge.calendar(&business.org)?;
        let newest = published.state.reservation(&self.reservation().id).cloned();
        let around = Around { edge, business, calendar: &published.state };
        Ok(ManagePage::new(newest.as_deref().unwrap_or(self.reservation()), &around, done))
    }
}
