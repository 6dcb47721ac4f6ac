//! Behaviour over HTTP, in one binary, mirrored to the URLs. Every test has a server, a database and an org of its own.
#![expect(clippy::disallowed_methods, reason = "tests read the clock and start tasks as they like")]

mod app;
mod crowd;
mod falls;
mod queue_call;
mod queue_join;
mod queue_line;
mod queue_no_show;
mod queue_pause;
mod queue_serve;
mod queue_status;
mod queue_undo;
mod service_point;
mod service_points;
