//! The form of who wants to join: what was typed, what is wrong with it, and the wish that it means.

use serde::Serialize;

use super::field::{self, Field, line, mark_first_wrong, name, phone};
use crate::domain::address::Email;
use crate::domain::contact::contact_id;
use crate::domain::ids::OrgId;
use crate::domain::queue::{Customer, PARTY_MAX, SERVICE_MAX_CHARACTERS};

/// The form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct JoinForm {
    name: Field,
    party: Field,
    service: Field,
    phone: Field,
    email: Field,
    /// Names this form: sent twice, it is one wish.
    pub once: String,
}

/// What a form that is right means.
#[derive(Debug)]
pub struct JoinWish {
    /// Who joins.
    pub customer: Customer,
    /// How many come together.
    pub party_size: u32,
    /// What for.
    pub service: Option<String>,
}

impl JoinForm {
    /// An empty form with a name of its own.
    #[must_use]
    pub fn new(once: String) -> Self {
        let party = Field::of("1");
        Self { party, once, ..Self::default() }
    }

    /// The form as it was sent.
    #[must_use]
    pub fn sent(fields: &[(String, String)]) -> Self {
        let field = |name: &str| Field::sent(fields, name);
        Self {
            name: field("name"),
            party: field("party"),
            service: field("service"),
            phone: field("phone"),
            email: field("email"),
            once: field::once(fields),
        }
    }

    /// The wish; `None` when something must be mended first, which the fields then say.
    pub fn read(&mut self, org: &OrgId) -> Option<JoinWish> {
        let name = self.name.parse(name);
        let party_size = self.party.parse(party);
        let service = self.service.parse(service);
        let phone = self.phone.parse(phone);
        let email = self.email.parse(email);
        mark_first_wrong([&mut self.name, &mut self.party, &mut self.service, &mut self.phone, &mut self.email]);
        let (phone, email) = (phone?, email?);
        let contact_id = contact_id(org, email.as_ref(), phone.as_ref());
        let customer = Customer { name: name?, phone, email, contact_id };
        Some(JoinWish { customer, party_size: party_size?, service: service? })
    }
}

fn party(value: &str) -> Result<u32, String> {
    match value {
        "" => Ok(1),
        _ => match value.parse() {
            Ok(number) if (1..=PARTY_MAX).contains(&number) => Ok(number),
            _ => Err(format!("Write how many you are as a number from 1 to {PARTY_MAX}.")),
        },
    }
}

fn service(value: &str) -> Result<Option<String>, String> {
    if value.is_empty() { Ok(None) } else { line(value, SERVICE_MAX_CHARACTERS).map(Some) }
}

fn email(value: &str) -> Result<Option<Email>, String> {
    let wrong = "Write it like name@example.com, or leave it empty.".to_owned();
    if value.is_empty() { Ok(None) } else { Email::parse(value).map(Some).map_err(|_| wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> (JoinForm, Option<JoinWish>) {
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut form = JoinForm::sent(&fields);
        let wish = form.read(&OrgId::parse("demo").unwrap());
        (form, wish)
    }

    #[test]
    fn what_is_left_out_is_not_missed() {
        let wish = read(&[("name", " Amélie 🦊 "), ("phone", ""), ("party", "")]).1.unwrap();
        assert_eq!((wish.customer.name.as_str(), wish.party_size, wish.service), ("Amélie 🦊", 1, None));
        assert!(wish.customer.contact_id.is_none());
        assert!(read(&[("name", "A"), ("phone", "+49 40 1")]).1.unwrap().customer.contact_id.is_some());
    }

    #[test]
    fn each_wrong_field_says_how_to_mend_it_and_keeps_what_was_typed() {
        let (form, wish) =
            read(&[("name", ""), ("phone", "call me"), ("email", "a@"), ("party", "0"), ("service", "\u{7}")]);
        assert!(wish.is_none());
        assert!(form.name.is_first_wrong && !form.phone.is_first_wrong);
        for field in [&form.name, &form.party, &form.service, &form.phone, &form.email] {
            assert!(!field.error.is_empty());
        }
        assert_eq!(form.phone.value, "call me");
        assert!(read(&[("name", &"x".repeat(10_000))]).0.name.error.contains("200"));
    }
}
