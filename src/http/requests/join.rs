//! The wish to stand in line.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Errors, Field};
use crate::domain::address::{Email, Phone};
use crate::domain::contact::contact_id;
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::invalid::Invalid;
use crate::domain::queue::{CUSTOMER_NAME_MAX_CHARACTERS, PARTY_MAX, PRIORITY_MAX_CHARACTERS, SERVICE_MAX_CHARACTERS};
use crate::domain::queue::{Customer, Join};
use crate::http::problem::Problem;
use crate::identity;

/// Who wants to join which line.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "servicePointId": "counter",
    "customer": {"name": "Alice", "phone": "+1 555 123 4567"},
    "partySize": 2,
    "service": "Passport"
}))]
pub struct JoinBody {
    /// The service point.
    #[serde(default)]
    #[schema(value_type = String, required)]
    service_point_id: Field,
    /// Who joins.
    #[serde(default)]
    #[schema(value_type = CustomerBody, required)]
    customer: Field,
    /// How many people come together; 1 to 100.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 100, default = 1)]
    party_size: Field,
    /// What for, in words; at most 200 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    service: Field,
    /// One of the point's priorities. Counts only with a staff-side token.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    priority: Field,
    /// The id that the entry shall have. Counts only with a staff-side token; else one is made.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
}

/// A customer as given.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerBody {
    /// Name; at most 200 characters. Never shown in public.
    #[serde(default)]
    #[schema(value_type = String, required, example = "Alice")]
    name: Field,
    /// Phone number, 3 to 20 digits.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "+1 555 123 4567")]
    phone: Field,
    /// E-mail address.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "alice@example.com")]
    email: Field,
}

/// A wish to join, checked.
#[derive(Debug)]
pub struct Wish {
    /// The service point.
    pub point: PointId,
    id: Option<EntryId>,
    customer: Customer,
    party_size: u32,
    service: Option<String>,
    priority: Option<String>,
}

impl Wish {
    /// The wish with an id and a token of its own.
    #[must_use]
    pub fn into_join(self) -> Join {
        Join {
            id: self.id.unwrap_or_else(|| EntryId::from_uuid(identity::new_uuid())),
            token: identity::secret_token(),
            customer: self.customer,
            party_size: self.party_size,
            service: self.service,
            priority: self.priority,
        }
    }
}

/// Checks a wish to join; `is_clerk` lets the id and the priority count.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse(body: &JoinBody, org: &OrgId, is_clerk: bool) -> Result<Wish, Problem> {
    let mut errors = Errors::default();
    let point = errors.required("servicePointId", slug(&body.service_point_id, "servicePointId", PointId::parse));
    let customer = customer(&body.customer, org, &mut errors);
    let party_size = errors.optional(body.party_size.whole("partySize", 1, PARTY_MAX)).unwrap_or(1);
    let service = errors.optional(body.service.words("service", 0, SERVICE_MAX_CHARACTERS));
    let (mut id, mut priority) = (None, None);
    if is_clerk {
        id = errors.optional(slug(&body.id, "id", EntryId::parse));
        priority = errors.optional(body.priority.words("priority", 0, PRIORITY_MAX_CHARACTERS));
    }
    let filled = |text: &String| !text.is_empty();
    let (service, priority) = (service.filter(filled), priority.filter(filled));
    let wish = point.zip(customer).map(|(point, customer)| Wish { point, id, customer, party_size, service, priority });
    errors.finish(wish)
}

fn customer(field: &Field, org: &OrgId, errors: &mut Errors) -> Option<Customer> {
    let body: CustomerBody = errors.required("customer", field.object("customer"))?;
    let name = errors.required("customer.name", body.name.words("customer.name", 1, CUSTOMER_NAME_MAX_CHARACTERS));
    let phone = errors.optional(address(&body.phone, "customer.phone", Phone::parse));
    let email = errors.optional(address(&body.email, "customer.email", Email::parse));
    let contact_id = contact_id(org, email.as_ref(), phone.as_ref());
    name.map(|name| Customer { name, phone, email, contact_id })
}

/// An address; forms send an empty text for what was left out.
fn address<T>(field: &Field, path: &str, parse: fn(&str) -> Result<T, Invalid>) -> Result<Option<T>, Invalid> {
    let text = field.text(path)?.filter(|text| !text.trim().is_empty());
    text.map(|text| parse(text).map_err(|error| error.at(path))).transpose()
}

/// An id.
///
/// # Errors
/// It is none.
pub fn slug<T>(field: &Field, path: &str, parse: fn(&str) -> Result<T, Invalid>) -> Result<Option<T>, Invalid> {
    field.text(path)?.map(|text| parse(text).map_err(|error| error.at(path))).transpose()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: Value, is_clerk: bool) -> Result<Wish, Vec<String>> {
        let body: JoinBody = serde_json::from_value(body).unwrap();
        parse(&body, &OrgId::parse("demo").unwrap(), is_clerk).map_err(|problem| {
            let Some(Value::Array(errors)) = problem_errors(&problem) else { return Vec::new() };
            errors.iter().map(|error| error["path"].as_str().unwrap().to_owned()).collect()
        })
    }

    fn problem_errors(problem: &Problem) -> Option<Value> {
        use actix_web::body::MessageBody as _;
        let bytes = problem.response(None).into_body().try_into_bytes().ok()?;
        serde_json::from_slice::<Value>(&bytes).ok()?.get("errors").cloned()
    }

    #[test]
    fn all_errors_are_named_at_once() {
        let body = json!({"servicePointId": "a b", "customer": {"name": "", "email": "x", "phone": 7}, "partySize": 0});
        let paths = read(body, false).unwrap_err();
        assert_eq!(paths, ["servicePointId", "customer.name", "customer.phone", "customer.email", "partySize"]);
        assert_eq!(read(json!({}), false).unwrap_err(), ["servicePointId", "customer"]);
        assert_eq!(read(json!({"servicePointId": "p", "customer": "Bo"}), false).unwrap_err(), ["customer"]);
    }

    #[test]
    fn only_a_clerk_names_id_and_priority() {
        let body = json!({"servicePointId": "p", "customer": {"name": "علي 👩🏽‍🚀", "email": " "}, "id": "mine",
            "priority": "urgent", "unknown": {"x": 1}});
        let wish = read(body.clone(), false).unwrap();
        assert!(wish.id.is_none() && wish.priority.is_none() && wish.customer.email.is_none());
        let wish = read(body, true).unwrap();
        assert_eq!(wish.id.unwrap().as_str(), "mine");
        assert_eq!(wish.priority.as_deref(), Some("urgent"));
        let odd = json!({"servicePointId": "p", "customer": {"name": "Bo"}, "id": "T-000001"});
        assert!(read(odd.clone(), false).is_ok());
        assert_eq!(read(odd, true).unwrap_err(), ["id"]);
    }

    #[test]
    fn long_names_and_control_characters_are_refused() {
        let body = |name: &str| json!({"servicePointId": "p", "customer": {"name": name}});
        assert_eq!(read(body(&"x".repeat(10_000)), false).unwrap_err(), ["customer.name"]);
        assert_eq!(read(body("a\0b"), false).unwrap_err(), ["customer.name"]);
        assert_eq!(read(body(" Bo "), false).unwrap().customer.name, "Bo");
    }
}
