//! Finding a booking: in what is published, else in the rows, where those stand that memory has let go of.

use std::sync::Arc;

use crate::domain::address::Email;
use crate::domain::calendar::{Reservation, ReservationNumber};
use crate::domain::ids::{OrgId, ReservationId};
use crate::http::edge::Edge;
use crate::store::read::ReadError;

/// A booking, and where it was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Its calendar remembers it.
    Remembered(Arc<Reservation>),
    /// It is history: its calendar has to be told of it.
    Past(Box<Reservation>),
}

impl Found {
    /// The booking.
    #[must_use]
    pub fn reservation(&self) -> &Reservation {
        match self {
            Self::Remembered(reservation) => reservation,
            Self::Past(reservation) => reservation,
        }
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.reservation().version
    }

    /// What an act has to bring along.
    #[must_use]
    pub fn into_past(self) -> Option<Box<Reservation>> {
        match self {
            Self::Remembered(_) => None,
            Self::Past(reservation) => Some(reservation),
        }
    }
}

/// A booking by its id.
pub(super) async fn by_id(edge: &Edge, org: &OrgId, id: &ReservationId) -> Result<Option<Found>, ReadError> {
    let remembered = edge.directory.calendar(org).and_then(|at| at.state.reservation(id).cloned());
    if let Some(reservation) = remembered {
        return Ok(Some(Found::Remembered(reservation)));
    }
    let past = edge.reader.reservation(org, id).await?;
    Ok(past.map(|reservation| Found::Past(Box::new(reservation))))
}

/// A booking by its number, to staff.
pub(super) async fn by_number(
    edge: &Edge,
    org: &OrgId,
    number: &ReservationNumber,
) -> Result<Option<Found>, ReadError> {
    found(&Numbers { edge, org }, number, |_| true).await
}

/// The booking that this number and this address prove.
///
/// # Errors
/// The rows cannot be read.
pub async fn proven(
    edge: &Edge,
    org: &OrgId,
    number: &ReservationNumber,
    email: &Email,
) -> Result<Option<Found>, ReadError> {
    let folded = email.folded();
    found(&Numbers { edge, org }, number, |reservation| reservation.customer.email.folded() == folded).await
}

/// Where bookings are looked up by number. There is no way to ask it for an address: what is not asked for cannot tell by
/// the time it takes whether it is known.
trait ByNumber {
    /// In memory.
    fn remembered(&self, number: &ReservationNumber) -> Option<Arc<Reservation>>;

    /// In the rows.
    async fn past(&self, number: &ReservationNumber) -> Result<Option<Reservation>, ReadError>;
}

struct Numbers<'a> {
    edge: &'a Edge,
    org: &'a OrgId,
}

impl ByNumber for Numbers<'_> {
    fn remembered(&self, number: &ReservationNumber) -> Option<Arc<Reservation>> {
        self.edge.directory.calendar(self.org)?.state.by_number(number).cloned()
    }

    async fn past(&self, number: &ReservationNumber) -> Result<Option<Reservation>, ReadError> {
        self.edge.reader.reservation_by_number(self.org, number).await
    }
}

/// Whatever is wrong, the work is the same: one look into memory, one into the rows, both by the number alone.
async fn found(
    numbers: &impl ByNumber,
    number: &ReservationNumber,
    proves: impl Fn(&Reservation) -> bool,
) -> Result<Option<Found>, ReadError> {
    if let Some(reservation) = numbers.remembered(number).filter(|reservation| proves(reservation)) {
        return Ok(Some(Found::Remembered(reservation)));
    }
    let past = numbers.past(number).await?.filter(|reservation| proves(reservation));
    Ok(past.map(|reservation| Found::Past(Box::new(reservation))))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::domain::calendar::tests::{Shop, customer, number};

    /// Alice is remembered and is in the rows; Bob is only in the rows. Counts the looks.
    struct Counted {
        remembered: Vec<Arc<Reservation>>,
        rows: Vec<Arc<Reservation>>,
        looks: RefCell<Vec<&'static str>>,
    }

    impl ByNumber for Counted {
        fn remembered(&self, number: &ReservationNumber) -> Option<Arc<Reservation>> {
            self.looks.borrow_mut().push("memory");
            self.remembered.iter().find(|one| one.number == *number).cloned()
        }

        async fn past(&self, number: &ReservationNumber) -> Result<Option<Reservation>, ReadError> {
            self.looks.borrow_mut().push("rows");
            Ok(self.rows.iter().find(|one| one.number == *number).map(|one| Reservation::clone(one)))
        }
    }

    /// What is found under the number of one and the address of another, and the looks that it took.
    async fn look(whose_number: &str, whose_address: &str) -> (Option<String>, Vec<&'static str>) {
        let mut shop = Shop::with(|_| {});
        shop.book("alice", "2026-05-11T08:00:00Z");
        shop.book("bob", "2026-05-11T08:30:00Z");
        let all: Vec<_> = shop.state.reservations().cloned().collect();
        let of_alice = |one: &&Arc<Reservation>| one.customer.name == "alice";
        let remembered = all.iter().filter(of_alice).cloned().collect();
        let numbers = Counted { remembered, rows: all, looks: RefCell::default() };
        let email = customer(whose_address).email.folded();
        let proves = |one: &Reservation| one.customer.email.folded() == email;
        let found = found(&numbers, &number(whose_number), proves).await.unwrap();
        (found.map(|found| found.reservation().customer.name.clone()), numbers.looks.into_inner())
    }

    #[tokio::test]
    async fn who_proves_a_booking_finds_it_in_memory_or_in_the_rows() {
        assert_eq!(look("alice", "alice").await, (Some("alice".to_owned()), vec!["memory"]));
        assert_eq!(look("bob", "bob").await, (Some("bob".to_owned()), vec!["memory", "rows"]));
    }

    #[tokio::test]
    async fn who_does_not_causes_the_same_work_whether_anybody_has_that_number_or_that_address() {
        for (whose_number, whose_address) in [
            ("nobody", "alice"),
            ("nobody", "bob"),
            ("nobody", "stranger"),
            ("alice", "bob"),
            ("alice", "stranger"),
            ("bob", "alice"),
            ("bob", "stranger"),
        ] {
            let (found, looks) = look(whose_number, whose_address).await;
            assert_eq!((found, looks), (None, vec!["memory", "rows"]), "{whose_number} {whose_address}");
        }
    }
}
