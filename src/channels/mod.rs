//! The outside world: mail, text messages, webhooks. What is sent here stands in the outbox; this part keeps no state and
//! only says what came of each try.

mod calendar_file;
mod render;

pub use render::{Letter, RenderError, Templates};
