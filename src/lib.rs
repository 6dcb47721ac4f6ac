//! Frontdesk: the front desk of a business as one server. See ARCHITECTURE.md for the walk of one request.

pub mod domain;
pub mod workflows;
