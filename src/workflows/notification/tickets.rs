//! What people are told of tickets. Nothing here can see a comment: the events that carry one tell nobody.

use super::Letterhead;
use crate::domain::desk::{DeskState, Event};
use crate::domain::message::Message;

/// What people outside are told of an event.
#[must_use]
pub fn of_desk(_letterhead: &Letterhead, _before: &DeskState, _event: &Event) -> Vec<Message> {
    Vec::new()
}
