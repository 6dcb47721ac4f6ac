//! `Idempotency-Key`: a client that got no answer asks again, and gets the first answer. The key stands for one request:
//! the same route, address, person and content.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::body::JsonBody;
use super::problem::{Code, Problem};
use super::routing::RouteTemplate;
use crate::actors::{IDEMPOTENCY_KEY_MAX_CHARACTERS, IdempotencyKey};
use crate::domain::ids::OrgId;
use crate::domain::party::Party;
use crate::identity;

/// Name of the header, in lower case.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The header that says that an answer is the first one again.
pub const IDEMPOTENCY_REPLAYED: &str = "idempotency-replayed";

/// Reads the key of a request, bound to what is asked and by whom.
///
/// # Errors
/// 400 for a key that is empty, too long or not made of visible characters.
pub fn key(request: &HttpRequest, party: &Party, body: &JsonBody) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(None) };
    bound(value.to_str().unwrap_or_default(), request, party, body).map(Some)
}

/// The key that a form of our own pages carries: a form that is sent twice is heard once.
///
/// # Errors
/// 400 for a key that is empty, too long or not made of visible characters.
pub fn key_of_form(key: &str, request: &HttpRequest, party: &Party) -> Result<IdempotencyKey, Problem> {
    bound(key, request, party, &JsonBody::default())
}

fn bound(key: &str, request: &HttpRequest, party: &Party, body: &JsonBody) -> Result<IdempotencyKey, Problem> {
    let fits = (1..=IDEMPOTENCY_KEY_MAX_CHARACTERS).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if !fits {
        let detail =
            format!("The Idempotency-Key must have 1 to {IDEMPOTENCY_KEY_MAX_CHARACTERS} visible ASCII characters.");
        return Err(Problem::new(Code::InvalidIdempotencyKey, detail));
    }
    let route = RouteTemplate::of(request);
    let who = party.subject().unwrap_or_default();
    let body = body.canonical();
    let mut digest = Sha256::new();
    for part in [request.path(), request.query_string(), who, &body] {
        digest.update(part.len().to_be_bytes());
        digest.update(part.as_bytes());
    }
    Ok(IdempotencyKey { route, key: key.to_owned(), fingerprint: digest.finalize().into() })
}

/// An answer that says so when it is the first one again.
pub fn answer(status: StatusCode, repeated: bool) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    if repeated {
        response.insert_header((IDEMPOTENCY_REPLAYED, "true"));
    }
    response
}

/// The id of a service point that a request makes: it follows from the key where there is one, so that a repeat finds the
/// same owner.
#[must_use]
pub fn point_id(org: &OrgId, key: Option<&IdempotencyKey>) -> Uuid {
    key.map_or_else(identity::new_uuid, |key| identity::derived_id(org.as_str(), key.route, &key.key))
}

/// The id of a hand-over that a request starts: it follows from the key and the day, so that a repeat waits for the same
/// hand-over, and a key that is free again after its 24 hours starts another one.
#[must_use]
pub fn handover_id(org: &OrgId, key: Option<&IdempotencyKey>, day: NaiveDate) -> Uuid {
    key.map_or_else(identity::new_uuid, |key| {
        identity::derived_id(org.as_str(), key.route, &format!("{day} {}", key.key))
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(text: &str, uri: &str, party: &Party) -> Result<IdempotencyKey, Code> {
        let request = TestRequest::with_uri(uri).insert_header((IDEMPOTENCY_KEY, text)).to_http_request();
        key(&request, party, &JsonBody::default()).map(Option::unwrap).map_err(|problem| problem.code())
    }

    #[test]
    fn a_key_stands_for_one_request() {
        let first = read("k", "/a?x=1", &Party::Public).unwrap();
        assert_eq!(first, read("k", "/a?x=1", &Party::Public).unwrap());
        assert_ne!(first.fingerprint, read("k", "/b?x=1", &Party::Public).unwrap().fingerprint);
        assert_ne!(first.fingerprint, read("k", "/a?x=2", &Party::Public).unwrap().fingerprint);
        let clerk = Party::Clerk { subject: "ann".into(), role: crate::domain::party::Role::Staff };
        assert_ne!(first.fingerprint, read("k", "/a?x=1", &clerk).unwrap().fingerprint);
    }

    #[test]
    fn odd_keys_are_refused() {
        for bad in ["", "a b", &"x".repeat(256)] {
            assert_eq!(read(bad, "/a", &Party::Public), Err(Code::InvalidIdempotencyKey), "{bad}");
        }
        assert!(read(&"x".repeat(255), "/a", &Party::Public).is_ok());
        let without = TestRequest::get().to_http_request();
        assert_eq!(key(&without, &Party::Public, &JsonBody::default()).unwrap(), None);
    }
}
