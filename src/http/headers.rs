//! Headers that every answer carries: what browsers must not do with it, and the request's id.

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::identity;

/// Name of the header with the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that is taken from a client, in characters.
const REQUEST_ID_MAX_CHARACTERS: usize = 128;
/// What an answer of the API may load: nothing. Pages say otherwise for themselves.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Makes ids for requests that bring none: unique within a run by counting, across runs by what they begin with.
#[derive(Debug)]
pub struct RequestIds {
    run: String,
    count: AtomicU64,
}

impl RequestIds {
    /// Ids of this run.
    #[must_use]
    pub fn new() -> Self {
        let mut run = identity::secret_token();
        run.truncate(12);
        Self { run, count: AtomicU64::new(0) }
    }

    /// The id of a request: its own, where that is fit to be logged, else a new one.
    pub fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let is_fit = |value: &&HeaderValue| {
            let bytes = value.as_bytes();
            (1..=REQUEST_ID_MAX_CHARACTERS).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
        };
        headers.get(&REQUEST_ID).filter(is_fit).cloned().unwrap_or_else(|| {
            let count = self.count.fetch_add(1, Ordering::Relaxed);
            HeaderValue::try_from(format!("{}-{count:x}", self.run))
                .unwrap_or_else(|_| HeaderValue::from_static("unnamed"))
        })
    }
}

impl Default for RequestIds {
    fn default() -> Self {
        Self::new()
    }
}

/// Sets what every answer carries; a policy that is set already stays.
pub fn set(headers: &mut HeaderMap, request_id: HeaderValue) {
    headers.insert(REQUEST_ID, request_id);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        // Links carry tokens: no other site may learn them.
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_kept_when_it_is_fit() {
        let ids = RequestIds::new();
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(value).unwrap());
            ids.of(&headers)
        };
        assert_eq!(with("abc-1"), "abc-1");
        assert_ne!(with("a b"), "a b");
        assert_ne!(with(&"x".repeat(129)), "x".repeat(129).as_str());
        assert_ne!(ids.of(&HeaderMap::new()), ids.of(&HeaderMap::new()));
    }

    #[test]
    fn a_page_keeps_its_own_policy() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'self'"));
        set(&mut headers, HeaderValue::from_static("id"));
        assert_eq!(headers.get(header::CONTENT_SECURITY_POLICY).unwrap(), "default-src 'self'");
        assert_eq!(headers.get(header::X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
    }
}
