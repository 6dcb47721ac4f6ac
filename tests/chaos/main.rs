//! Nothing acknowledged is ever lost, whatever is killed: the server, PostgreSQL, the connection between them, or the
//! server's hold on the database. Real processes, real signals, clerks and customers who note every answer they get;
//! afterwards the database has to bear all of it out.
//!
//! `CHAOS_ROUNDS` sets how often each test kills the server (3 to 20 times unless said otherwise; `make chaos`: 200),
//! `CHAOS_SEED` repeats a run's choices.
#![expect(clippy::disallowed_methods, reason = "these tests read clocks, the environment and the database")]

#[allow(dead_code, reason = "shared with the benchmark and the contract tests, which use other parts of it")]
#[path = "../support/mod.rs"]
mod support;

mod agent;
mod audit;
mod booker;
mod bookings;
mod bookings_audit;
mod bookings_killed;
mod breaches_killed;
mod caller;
mod check_in_audit;
mod check_ins_killed;
mod clerk;
mod commit_cut;
mod crew;
mod desk;
mod desk_audit;
mod desk_killed;
mod greeter;
mod ledger;
mod mails_killed;
mod order;
mod points;
mod postgres_killed;
mod postgres_stopped;
mod proxy;
mod race_killed;
mod second_server;
mod server_killed;
#[allow(dead_code, clippy::unwrap_used, reason = "shared with the contract tests, which unwrap, and use all of it")]
#[path = "../api/smtp.rs"]
mod smtp;
mod stage;
mod tickets;

/// These tests are about time-outs of seconds: side by side they would wait for each other's processors.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
