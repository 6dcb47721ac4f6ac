//! All SQL: migrations, write-behind lanes, recovery, list queries, the embedded cluster.

pub mod orgs;
pub mod read;
