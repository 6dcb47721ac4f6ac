//! Behaviour over HTTP, in one binary, mirrored to the URLs. Every test has a server, a database and an org of its own.
#![expect(clippy::disallowed_methods, reason = "tests read the clock and start tasks as they like")]

mod app;
mod crowd;
mod falls;
