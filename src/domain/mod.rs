//! The nouns and rules of a front desk as pure state machines.
//!
//! Nothing here awaits, reads a clock, draws a random number, logs or knows of SQL and actors: time, new ids and tokens
//! come in as values, so that a test, a replay and a what-if run the very code that serves customers.

pub mod address;
pub mod calendar;
pub mod contact;
pub mod desk;
pub mod file_name;
pub mod hours;
pub mod ids;
pub mod invalid;
pub mod local_time;
pub mod mail;
pub mod message;
pub mod money;
pub mod owner;
pub mod party;
pub mod queue;
pub mod sla;
pub mod ticket_priority;
pub mod ticket_status;
