//! The tenants of a server.

use chrono_tz::Tz;

use crate::domain::ids::OrgId;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// Its name, as customers read it.
    pub name: String,
    /// The zone of its business.
    pub timezone: Tz,
    /// ISO 4217 code.
    pub currency: String,
    /// The lane that its writes go through.
    pub lane: i32,
}
