//! The form of who books: what was typed, what is wrong with it, and the booking that it means.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::field::{self, Field, lines, mark_first_wrong, name, phone};
use super::visit::parameter;
use crate::domain::address::Email;
use crate::domain::calendar::{Customer, Hold, NOTES_MAX_CHARACTERS};
use crate::domain::contact::contact_id;
use crate::domain::ids::{HoldId, OrgId};

/// The form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BookForm {
    name: Field,
    email: Field,
    phone: Field,
    notes: Field,
    party: Field,
    /// Names this form: sent twice, it is one wish.
    pub once: String,
    /// The hold that keeps the time; empty when none does.
    pub hold: String,
    /// The visitor's zone, which a script fills in.
    timezone: String,
}

/// What a form that is right means.
#[derive(Debug)]
pub struct BookWish {
    /// Who comes.
    pub customer: Customer,
    /// How many come together.
    pub party_size: u32,
    /// What they want to be known.
    pub notes: String,
    /// The hold that keeps the time.
    pub hold: Option<HoldId>,
}

/// What the form does with the times that it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked {
    /// The time.
    pub start: DateTime<Utc>,
    /// Whether it is to be booked; else it is only looked at.
    pub is_final: bool,
}

impl BookForm {
    /// An empty form with a name of its own.
    #[must_use]
    pub fn new(once: String) -> Self {
        Self { party: Field::of("1"), once, ..Self::default() }
    }

    /// An empty form for the time that a hold keeps, for as many as it keeps it for.
    #[must_use]
    pub fn kept(once: String, hold: &Hold) -> Self {
        let party = Field::of(&hold.party_size.to_string());
        Self { party, hold: hold.id.to_string(), ..Self::new(once) }
    }

    /// The form as it was sent.
    #[must_use]
    pub fn sent(fields: &[(String, String)]) -> Self {
        let field = |name: &str| Field::sent(fields, name);
        Self {
            name: field("name"),
            email: field("email"),
            phone: field("phone"),
            notes: Field::sent_long(fields, "notes", NOTES_MAX_CHARACTERS + 1),
            party: field("party"),
            once: field::once(fields),
            hold: field("hold").value,
            timezone: field("timezone").value,
        }
    }

    /// The same under another name, for another wish.
    #[must_use]
    pub fn renamed(self, once: String) -> Self {
        Self { once, ..self }
    }

    /// The booking; `None` when something must be mended first, which the fields then say. At most `party_max` people.
    pub fn read(&mut self, org: &OrgId, locale: Option<String>, party_max: u32) -> Option<BookWish> {
        let name = self.name.parse(name);
        let email = self.email.parse(email);
        let phone = self.phone.parse(phone);
        let notes = self.notes.parse(|value| lines(value, NOTES_MAX_CHARACTERS));
        let party_size = self.party.parse(|value| party(value, party_max));
        mark_first_wrong([&mut self.party, &mut self.name, &mut self.email, &mut self.phone, &mut self.notes]);
        let email = email?;
        let contact_id = contact_id(org, Some(&email), None)?;
        let timezone = self.timezone.parse().ok();
        let customer = Customer { name: name?, email, phone: phone?, contact_id, locale, timezone };
        let hold = HoldId::parse(&self.hold).ok();
        Some(BookWish { customer, party_size: party_size?, notes: notes?, hold })
    }
}

/// The time that a form is about: one of those offered in place of a taken one, else its own.
#[must_use]
pub fn picked(fields: &[(String, String)]) -> Option<Picked> {
    let start = |name: &str| Some(parameter(fields, name)?.parse::<DateTime<Utc>>().ok());
    match start("other") {
        Some(start) => Some(Picked { start: start?, is_final: false }),
        None => Some(Picked { start: start("slot")??, is_final: true }),
    }
}

fn party(value: &str, max: u32) -> Result<u32, String> {
    match value {
        "" => Ok(1),
        _ => match value.parse() {
            Ok(number) if (1..=max).contains(&number) => Ok(number),
            _ if max == 1 => Err("There is room for one person at this time.".to_owned()),
            _ => Err(format!("Write how many you are as a number from 1 to {max}.")),
        },
    }
}

fn email(value: &str) -> Result<Email, String> {
    if value.is_empty() {
        return Err("Write your address: the confirmation goes there.".to_owned());
    }
    Email::parse(value).map_err(|_| "Write it whole, like name@example.com.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)], party_max: u32) -> (BookForm, Option<BookWish>) {
        let mut form = BookForm::sent(&owned(fields));
        let wish = form.read(&OrgId::parse("demo").unwrap(), None, party_max);
        (form, wish)
    }

    fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_name_and_an_address_are_enough() {
        let wish = read(&[("name", "Amélie"), ("email", "a@example.com"), ("timezone", "Asia/Tokyo")], 1).1.unwrap();
        assert_eq!((wish.customer.name.as_str(), wish.party_size, wish.notes.as_str()), ("Amélie", 1, ""));
        assert_eq!(wish.customer.timezone, Some(chrono_tz::Asia::Tokyo));
        let odd = read(&[("name", "A"), ("email", "a@example.com"), ("timezone", "Mars/Base")], 1).1.unwrap();
        assert_eq!(odd.customer.timezone, None, "nobody is refused over their browser");
    }

    #[test]
    fn each_wrong_field_says_how_to_mend_it() {
        let long = "x".repeat(NOTES_MAX_CHARACTERS + 10);
        let fields = [("name", ""), ("email", "a@"), ("phone", "call"), ("notes", long.as_str()), ("party", "4")];
        let (form, wish) = read(&fields, 3);
        assert!(wish.is_none() && form.party.is_first_wrong && !form.name.is_first_wrong);
        for field in [&form.name, &form.email, &form.phone, &form.notes, &form.party] {
            assert!(!field.error.is_empty());
        }
        let fits = "x".repeat(NOTES_MAX_CHARACTERS);
        assert!(read(&[("name", "A"), ("email", "a@b.de"), ("notes", &fits), ("party", "3")], 3).1.is_some());
    }

    #[test]
    fn another_time_is_looked_at_before_it_is_booked() {
        let start = "2026-05-19T08:30:00Z";
        assert!(picked(&owned(&[("slot", start)])).unwrap().is_final);
        let other = picked(&owned(&[("slot", start), ("other", "2026-05-19T09:00:00Z")])).unwrap();
        assert!(!other.is_final && other.start > start.parse::<DateTime<Utc>>().unwrap());
        assert_eq!(picked(&owned(&[("slot", "x")])), None);
    }
}
