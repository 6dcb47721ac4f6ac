//! Frontdesk: the front desk of a business as one server. See ARCHITECTURE.md for the walk of one request.

pub mod actors;
pub mod app;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod http;
pub mod identity;
pub mod iso_duration;
pub mod pages;
pub mod store;
pub mod telemetry;
pub mod workflows;
