//! What the failure tests, the contract tests and the benchmarks share: they speak to Frontdesk as strangers do, as
//! separate processes over HTTP and SQL. Include it with `#[path = "../support/mod.rs"] mod support;`.

pub mod cluster;
pub mod dice;
pub mod frontdesk;
pub mod process;
pub mod wire;
