//! Pages as people use them: a real Chromium, a real server, real Postgres.
#![expect(clippy::disallowed_methods, reason = "tests read the clock and start tasks as they like")]
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without may end it")]

#[allow(dead_code, reason = "shared with the tests over HTTP, which use other parts of it")]
#[path = "../api/app.rs"]
mod app;
mod booking;
mod browser;
mod day_at_the_desk;
mod desk;
mod live;
mod without_script;
