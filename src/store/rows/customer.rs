//! Customers of the calendar as a document in the row of what they booked or wait for; whom they are stands in a column.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{ImpossibleRow, Judge};
use crate::domain::address::{Email, Phone};
use crate::domain::calendar::Customer;
use crate::domain::ids::ContactId;

/// A customer without the id of the contact.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct CustomerColumn {
    name: String,
    email: Email,
    phone: Option<Phone>,
    locale: Option<String>,
    timezone: Option<Tz>,
}

impl CustomerColumn {
    /// The document of a customer.
    pub(in crate::store) fn of(customer: &Customer) -> Self {
        let Customer { name, email, phone, contact_id: _, locale, timezone } = customer.clone();
        Self { name, email, phone, locale, timezone }
    }

    /// What it means together with the row's column `contact_id`.
    pub(super) fn into_domain(self, contact_id: &str, judge: &Judge) -> Result<Customer, ImpossibleRow> {
        let Self { name, email, phone, locale, timezone } = self;
        let contact_id = judge.parsed("contact_id", ContactId::parse(contact_id))?;
        Ok(Customer { name, email, phone, contact_id, locale, timezone })
    }
}
