//! All SQL and everything about Postgres.

pub mod cluster;
