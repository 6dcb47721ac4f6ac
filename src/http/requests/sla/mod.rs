//! What clients say about business calendars and policies, and the tickets that they try them on.

pub mod calendar;
pub mod configuration;
mod duration;
mod escalations;
mod history;
pub mod policy;
pub mod preview;

/// The path of a field within what stands at `parent`; an empty parent is the body itself.
fn within(parent: &str, field: &str) -> String {
    if parent.is_empty() { field.to_owned() } else { format!("{parent}.{field}") }
}
