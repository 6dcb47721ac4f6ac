//! A person whom the business knows: found or made from an e-mail address or a phone number, by any owner, without asking.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::address::{Email, Phone};
use super::ids::{ContactId, OrgId};

/// Namespace of contact ids, itself made by UUIDv5 over a name of ours: `v5(NAMESPACE_URL, "frontdesk:contact")`.
const CONTACT_NAMESPACE: Uuid = Uuid::from_u128(0xac40_f698_f3fe_57fc_a9ae_ec02_b0e5_11c6);

/// A person with at least one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Follows from the address, see [`contact_id`].
    pub id: ContactId,
    /// The name as first given.
    pub name: String,
    /// E-mail address, as first given.
    pub email: Option<Email>,
    /// Phone number, as first given.
    pub phone: Option<Phone>,
}

/// The id of the person with this address: UUIDv5 (RFC 9562) over the org and the folded e-mail, else the folded phone.
///
/// Nobody without an address has one.
#[must_use]
pub fn contact_id(org: &OrgId, email: Option<&Email>, phone: Option<&Phone>) -> Option<ContactId> {
    let address = match (email, phone) {
        (Some(email), _) => format!("mailto:{}", email.folded()),
        (None, Some(phone)) => format!("tel:{}", phone.folded()),
        (None, None) => return None,
    };
    Some(ContactId::from_uuid(Uuid::new_v5(&CONTACT_NAMESPACE, format!("{org}\n{address}").as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_follows_from_org_and_address_alone() {
        let (org, other) = (OrgId::parse("demo").unwrap(), OrgId::parse("other").unwrap());
        let email = |value: &str| Email::parse(value).unwrap();
        let phone = Phone::parse("+15551234567").unwrap();
        let id = contact_id(&org, Some(&email("Alice@example.com")), None);
        assert_eq!(id, contact_id(&org, Some(&email("alice@EXAMPLE.com")), Some(&phone)));
        assert_ne!(id, contact_id(&other, Some(&email("alice@example.com")), None));
        assert_ne!(id, contact_id(&org, None, Some(&phone)));
        assert_eq!(contact_id(&org, None, None), None);
    }
}
