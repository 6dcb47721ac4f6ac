//! Which tickets a list is to hold, in which order, and from where on.

use chrono::SecondsFormat;

use crate::domain::address::Email;
use crate::domain::contact::contact_id;
use crate::domain::desk::{TicketChannel, TicketNumber};
use crate::domain::ids::{ContactId, OrgId};
use crate::domain::invalid::Invalid;
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;
use crate::http::problem::{Code, Problem};
use crate::http::query::Query;
use crate::http::requests::instant;
use crate::store::read::{StoredTicket, TicketFilter, TicketOrder, TicketPlace};

/// Longest text that is searched for, in characters.
const TEXT_MAX_CHARACTERS: usize = 200;
/// What stands for nobody where a person is asked for.
const NOBODY: &str = "none";

/// Reads the filters of a list.
///
/// # Errors
/// 400 for the parameter that is not valid.
pub fn parse(query: &Query, org: &OrgId) -> Result<TicketFilter, Problem> {
    read(query, org).map_err(|error| wrong(&error.path, &error.detail))
}

/// Reads filters, wherever they stand.
///
/// # Errors
/// The one that is not valid, by its name.
pub fn read(query: &Query, org: &OrgId) -> Result<TicketFilter, Invalid> {
    let statuses = several(query, "status", TicketStatus::parse)?;
    let priorities = several(query, "priority", TicketPriority::parse)?;
    let assignee = given(query, "assignee").or_else(|| given(query, "assigneeId"));
    let email = parsed(query, "email", Email::parse)?;
    let contact = match parsed(query, "contact", ContactId::parse)? {
        Some(contact) => Some(contact),
        None => parsed(query, "contactId", ContactId::parse)?,
    };
    let text = given(query, "text").or_else(|| given(query, "q"));
    if text.is_some_and(|text| text.chars().count() > TEXT_MAX_CHARACTERS || text.contains('\0')) {
        return Err(Invalid::new("text", format!("must have at most {TEXT_MAX_CHARACTERS} characters")));
    }
    Ok(TicketFilter {
        statuses,
        priorities,
        assignee: assignee.filter(|assignee| *assignee != NOBODY).map(ToOwned::to_owned),
        unassigned: (assignee == Some(NOBODY)).then_some(true),
        team: given(query, "team").map(ToOwned::to_owned),
        contact: contact.or_else(|| email.and_then(|email| contact_id(org, Some(&email), None))),
        tag: given(query, "tag").map(ToOwned::to_owned),
        text: text.map(ToOwned::to_owned),
        breached: flag(query, "breached")?,
        due_before: given(query, "dueBefore").map(|text| instant("dueBefore", text)).transpose()?,
        channel: parsed(query, "channel", TicketChannel::parse)?.map(|channel| channel.word().to_owned()),
    })
}

/// Reads the order of a list: `-createdAt` (the default), `createdAt`, `dueAt`, `-updatedAt`, `-priority`.
///
/// # Errors
/// 400 for any other.
pub fn parse_order(query: &Query) -> Result<TicketOrder, Problem> {
    match given(query, "sort") {
        None | Some("-createdAt" | "-number") => Ok(TicketOrder::Newest),
        Some("createdAt" | "number") => Ok(TicketOrder::Oldest),
        Some("dueAt" | "due") => Ok(TicketOrder::DueFirst),
        Some("-updatedAt") => Ok(TicketOrder::LatelyChanged),
        Some("-priority" | "priority") => Ok(TicketOrder::MostUrgent),
        Some(_) => Err(wrong("sort", "must be one of -createdAt, createdAt, dueAt, -updatedAt, -priority")),
    }
}

/// The key that pages of tickets go by.
#[must_use]
pub fn key_of(order: TicketOrder, stored: &StoredTicket) -> String {
    let at = match order {
        TicketOrder::DueFirst => stored.due_at,
        TicketOrder::LatelyChanged => Some(stored.ticket.updated_at),
        TicketOrder::Newest | TicketOrder::Oldest | TicketOrder::MostUrgent => None,
    };
    let at = at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default();
    format!("{} {at} {} {}", word_of(order), stored.ticket.priority.word(), stored.ticket.number.value())
}

/// Reads such a key; one of another order leads nowhere.
#[must_use]
pub fn parse_key(order: TicketOrder, key: &str) -> Option<TicketPlace> {
    let mut parts = key.strip_prefix(word_of(order))?.strip_prefix(' ')?.split(' ');
    let (at, priority, number) = (parts.next()?, parts.next()?, parts.next()?);
    let at = if at.is_empty() { None } else { Some(instant("cursor", at).ok()?) };
    let number = TicketNumber::new(number.parse().ok()?);
    Some(TicketPlace { at, priority: TicketPriority::parse(priority).ok()?, number })
}

fn word_of(order: TicketOrder) -> &'static str {
    match order {
        TicketOrder::Newest => "-createdAt",
        TicketOrder::Oldest => "createdAt",
        TicketOrder::DueFirst => "dueAt",
        TicketOrder::LatelyChanged => "-updatedAt",
        TicketOrder::MostUrgent => "-priority",
    }
}

fn given<'a>(query: &'a Query, name: &str) -> Option<&'a str> {
    query.get(name).filter(|text| !text.is_empty())
}

fn parsed<T>(query: &Query, name: &str, parse: fn(&str) -> Result<T, Invalid>) -> Result<Option<T>, Invalid> {
    given(query, name).map(|text| parse(text).map_err(|error| error.at(name))).transpose()
}

fn flag(query: &Query, name: &str) -> Result<Option<bool>, Invalid> {
    match given(query, name) {
        None => Ok(None),
        Some("false" | "0") => Ok(Some(false)),
        Some("true" | "1") => Ok(Some(true)),
        Some(_) => Err(Invalid::new(name, "must be true or false")),
    }
}

/// Words with commas between them.
fn several<T>(query: &Query, name: &str, parse: fn(&str) -> Result<T, Invalid>) -> Result<Option<Vec<T>>, Invalid> {
    let Some(text) = given(query, name) else { return Ok(None) };
    let words = text.split(',').map(str::trim);
    let all = words.map(|word| parse(word).map_err(|error| error.at(name)));
    all.collect::<Result<Vec<_>, _>>().map(Some)
}

fn wrong(name: &str, detail: &str) -> Problem {
    Problem::new(Code::InvalidQuery, format!("The query parameter {name} {detail}.")).with("parameter", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<TicketFilter, Code> {
        let org = OrgId::parse("demo").unwrap();
        parse(&Query::parse(query).unwrap(), &org).map_err(|problem| problem.code())
    }

    #[test]
    fn filters_are_read_and_what_is_none_is_refused() {
        assert_eq!(read("status=&text=").unwrap(), TicketFilter::default());
        let filter = read("status=open,pending&priority=urgent&assignee=none&breached=true").unwrap();
        assert_eq!(filter.statuses, Some(vec![TicketStatus::Open, TicketStatus::Pending]));
        assert_eq!((filter.unassigned, filter.assignee, filter.breached), (Some(true), None, Some(true)));
        assert_eq!(read("email=A%40X.de").unwrap().contact, read("email=a%40x.de").unwrap().contact);
        for bad in ["status=x", "status=open,", "priority=1", "dueBefore=x", "contact=a%20b", "email=x", "text=%00"] {
            assert_eq!(read(bad), Err(Code::InvalidQuery), "{bad}");
        }
    }

    #[test]
    fn keys_lead_back_to_their_place() {
        let place = parse_key(TicketOrder::DueFirst, "dueAt 2026-05-11T08:00:00.000000Z urgent 7").unwrap();
        assert_eq!((place.number, place.priority), (TicketNumber::new(7), TicketPriority::Urgent));
        assert_eq!(parse_key(TicketOrder::DueFirst, "dueAt  low 3").unwrap().at, None);
        for bad in
            ["", "x", "dueAt x low 3", "dueAt  low", "dueAt  low x", "dueAt  none 3", "-createdAt  low 3", " low 3"]
        {
            assert_eq!(parse_key(TicketOrder::DueFirst, bad), None, "{bad}");
        }
    }
}
