//! What is asked of a desk: tickets, what is written in them, changes, questions.

pub mod canned;
pub mod changes;
pub mod filter;
pub mod mail;
pub mod question;
pub mod team;
pub mod ticket;
pub mod writing;

use crate::domain::desk::{TAG_MAX_CHARACTERS, TAGS_MAX, TicketKey};
use crate::domain::invalid::{Invalid, text};
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;

use super::Field;

/// A text of several lines.
fn long_text(field: &Field, path: &str, min: usize, max: usize) -> Result<Option<String>, Invalid> {
    field.text(path)?.map(|given| text(path, given, min, max, true)).transpose()
}

/// One of the words of a kind.
fn word<T>(field: &Field, path: &str, parse: fn(&str) -> Result<T, Invalid>) -> Result<Option<T>, Invalid> {
    field.text(path)?.map(|given| parse(given).map_err(|error| error.at(path))).transpose()
}

fn priority(field: &Field) -> Result<Option<TicketPriority>, Invalid> {
    word(field, "priority", TicketPriority::parse)
}

fn status(field: &Field) -> Result<Option<TicketStatus>, Invalid> {
    word(field, "status", TicketStatus::parse)
}

/// A ticket, by its id or number.
///
/// # Errors
/// It is neither.
pub fn ticket_key(field: &Field, path: &str) -> Result<Option<TicketKey>, Invalid> {
    word(field, path, TicketKey::parse)
}

fn tags(field: &Field, path: &str) -> Result<Option<Vec<String>>, Invalid> {
    let Some(items) = field.list(path, TAGS_MAX)? else { return Ok(None) };
    let tag = |(path, item): (String, Field)| {
        item.words(&path, 1, TAG_MAX_CHARACTERS)?.ok_or_else(|| Invalid::new(path, "must be a text"))
    };
    items.into_iter().map(tag).collect::<Result<Vec<_>, _>>().map(Some)
}

/// Short texts of a list: names, ids, addresses.
fn texts(field: &Field, path: &str, max: usize, max_characters: usize) -> Result<Option<Vec<String>>, Invalid> {
    let Some(items) = field.list(path, max)? else { return Ok(None) };
    let one = |(path, item): (String, Field)| {
        item.words(&path, 1, max_characters)?.ok_or_else(|| Invalid::new(path, "must be a text"))
    };
    items.into_iter().map(one).collect::<Result<Vec<_>, _>>().map(Some)
}
