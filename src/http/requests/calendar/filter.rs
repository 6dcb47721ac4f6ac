//! Which bookings a list is to hold, and from where on.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;

use crate::domain::address::Email;
use crate::domain::calendar::Reservation;
use crate::domain::ids::{DefinitionId, ReservationId, StaffId};
use crate::domain::invalid::Invalid;
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::span::moment;
use crate::store::read::ReservationFilter;

/// The words of all statuses.
const STATUSES: [&str; 6] = ["pending", "confirmed", "checked_in", "completed", "no_show", "cancelled"];

/// Reads the filters of a list; `zone` is the business's, for days.
///
/// # Errors
/// 400 for the parameter that is not valid.
pub fn parse(query: &Query, zone: Tz) -> Result<ReservationFilter, Problem> {
    let status = given(query, "status");
    if status.is_some_and(|status| !STATUSES.contains(&status)) {
        return Err(wrong("status", &format!("must be one of {}", STATUSES.join(", "))));
    }
    Ok(ReservationFilter {
        definition: parsed(query, "definitionId", DefinitionId::parse)?,
        status: status.map(ToOwned::to_owned),
        staff: parsed(query, "staffId", StaffId::parse)?,
        email: parsed(query, "email", Email::parse)?.map(|email| email.folded()),
        contact: None,
        from: given(query, "from").map(|text| moment("from", text, zone, 0)).transpose()?,
        to: given(query, "to").map(|text| moment("to", text, zone, 1)).transpose()?,
    })
}

/// The key that pages of bookings go by.
#[must_use]
pub fn key_of(reservation: &Reservation) -> String {
    format!("{} {}", reservation.slot.start.to_rfc3339_opts(SecondsFormat::Micros, true), reservation.id)
}

/// Reads such a key.
#[must_use]
pub fn parse_key(key: &str) -> Option<(DateTime<Utc>, ReservationId)> {
    let (start, id) = key.split_once(' ')?;
    Some((crate::http::requests::instant("cursor", start).ok()?, ReservationId::parse(id).ok()?))
}

/// Forms send an empty text for what was left out.
fn given<'a>(query: &'a Query, name: &str) -> Option<&'a str> {
    query.get(name).filter(|text| !text.is_empty())
}

fn parsed<T>(query: &Query, name: &str, parse: fn(&str) -> Result<T, Invalid>) -> Result<Option<T>, Problem> {
    given(query, name).map(|text| parse(text).map_err(|error| wrong(name, &error.detail))).transpose()
}

fn wrong(name: &str, detail: &str) -> Problem {
    Problem::new(Code::InvalidQuery, format!("The query parameter {name} {detail}.")).with("parameter", name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::{Shop, at};

    fn read(query: &str) -> Result<ReservationFilter, Code> {
        let query = Query::parse(query).unwrap();
        parse(&query, chrono_tz::Europe::Berlin).map_err(|problem| problem.code())
    }

    #[test]
    fn filters_are_read_and_days_are_those_of_the_business() {
        assert_eq!(read("status=&email=").unwrap(), ReservationFilter::default());
        let filter = read("status=no_show&definitionId=cut&staffId=ann&email=A%40X.de&from=2026-05-11&to=2026-05-11");
        let filter = filter.unwrap();
        assert_eq!((filter.status.as_deref(), filter.email.as_deref()), (Some("no_show"), Some("a@x.de")));
        assert_eq!((filter.from, filter.to), (Some(at("2026-05-10T22:00:00Z")), Some(at("2026-05-11T22:00:00Z"))));
        for bad in ["status=x", "definitionId=a%20b", "staffId=%00", "email=x", "from=x", "to=2026-13-01"] {
            assert_eq!(read(bad), Err(Code::InvalidQuery), "{bad}");
        }
    }

    #[test]
    fn a_key_leads_back_to_its_row() {
        let mut shop = Shop::with(|_| {});
        shop.book("alice", "2026-05-11T08:00:00Z");
        let reservation = shop.state.reservations().next().unwrap();
        assert_eq!(parse_key(&key_of(reservation)), Some((reservation.slot.start, reservation.id.clone())));
        for bad in ["", "x", "2026-05-11T08:00:00Z", "x alice", "2026-05-11T08:00:00Z a/b"] {
            assert_eq!(parse_key(bad), None, "{bad}");
        }
    }
}
