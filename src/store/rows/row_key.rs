//! Rows on their way out of a table, each as what tells it from others: type `row_key`.

use super::row_type::row_type;
use crate::domain::ids::OrgId;

row_type! { of "row_key":
    /// What tells a row from others of its table.
    pub(in crate::store) struct RowKey<'a> {
        org_id: &'a str,
        id: &'a str,
    }
}

impl<'a> RowKey<'a> {
    /// The key of the row with this id.
    pub(in crate::store) fn of(org: &'a OrgId, id: &'a str) -> Self {
        Self { org_id: org.as_str(), id }
    }
}
