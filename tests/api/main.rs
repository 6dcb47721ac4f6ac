//! Behaviour over HTTP, in one binary, mirrored to the URLs. Every test has a server, a database and an org of its own.
#![expect(clippy::disallowed_methods, reason = "tests read the clock and start tasks as they like")]
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without may end it")]

#[allow(dead_code, reason = "shared with the benchmark and the failure tests, which use other parts of it")]
#[path = "../support/mod.rs"]
mod support;

mod activity;
mod app;
mod appointments;
mod auth;
mod book_page;
mod calendar;
mod coverage;
mod crowd;
mod definition;
mod definitions;
mod desk_page;
mod events;
mod falls;
mod fuzz;
mod health;
mod history;
mod idempotency;
mod innocents;
mod inputs;
mod live_page;
mod mail;
mod nasty;
mod notices;
mod outbox;
mod pages;
mod queue_call;
mod queue_join;
mod queue_line;
mod queue_no_show;
mod queue_pause;
mod queue_serve;
mod queue_status;
mod queue_undo;
mod receiver;
mod reservation_by_email;
mod reservation_cancel;
mod reservation_create;
mod reservation_get;
mod reservation_hold;
mod reservation_race;
mod reservation_reschedule;
mod reservation_update;
mod send_reminder;
mod service_point;
mod service_points;
mod shutdown;
mod sla;
mod sla_desk;
mod slots;
mod smtp;
mod staff;
mod teams;
mod templates;
mod test_clock;
mod ticket_followers;
mod ticket_inputs;
mod ticket_mail;
mod ticket_secrets;
mod ticket_thread;
mod tickets;
mod transfer;
mod waitlist;
mod watch;
mod webhooks;
