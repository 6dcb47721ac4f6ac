//! Versions of rows as entity tags: who changes something says which version they saw, and is told when it has moved on; who
//! looks again is told when it has not.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::idempotency;
use super::problem::{Code, Problem};

/// What a client demands with `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing, or `*`: any version will do.
    Any,
    /// One of these versions.
    OneOf(Vec<u64>),
}

impl Expected {
    /// The one version to hand to the owner of a row, given the one that is current as far as we can see. A row that is not
    /// there is left to its owner to refuse.
    ///
    /// # Errors
    /// 412 when none of the tags can be a version.
    pub fn of(request: &HttpRequest, current: Option<u64>) -> Result<Option<u64>, Problem> {
        current.map_or(Ok(None), |current| Self::read(request).against(current))
    }

    /// Reads `If-Match`. Weak tags and bare numbers are taken too: the version says the same in each spelling.
    fn read(request: &HttpRequest) -> Self {
        let values: Vec<&str> =
            request.headers().get_all(header::IF_MATCH).filter_map(|value| value.to_str().ok()).collect();
        let tags: Vec<&str> = values.iter().flat_map(|value| value.split(',')).map(str::trim).collect();
        if tags.is_empty() || tags.contains(&"*") {
            return Self::Any;
        }
        let version = |tag: &&str| tag.trim_start_matches("W/").trim_matches('"').parse::<u64>().ok();
        Self::OneOf(tags.iter().filter_map(version).collect())
    }

    fn against(self, current: u64) -> Result<Option<u64>, Problem> {
        match self {
            Self::Any => Ok(None),
            Self::OneOf(versions) => {
                let shown = versions.iter().find(|version| **version == current);
                let version = shown.or_else(|| versions.first()).copied();
                version.map(Some).ok_or_else(|| Problem::of(Code::VersionMismatch).with("version", current))
            }
        }
    }
}

/// A version as `ETag`.
#[must_use]
pub fn entity_tag(version: u64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

/// An answer with a version: 201 for what is new, and a word that it was given before.
pub fn versioned(version: u64, created: bool, repeated: bool) -> HttpResponseBuilder {
    let mut response = idempotency::answer(if created { StatusCode::CREATED } else { StatusCode::OK }, repeated);
    response.insert_header((header::ETAG, entity_tag(version)));
    response
}

/// A row of this version, for who does not know it yet.
pub fn shown(request: &HttpRequest, version: u64, view: impl Serialize) -> HttpResponse {
    unchanged(request, version).unwrap_or_else(|| versioned(version, false, false).json(view))
}

/// The answer to who knows this version already.
#[must_use]
pub fn unchanged(request: &HttpRequest, version: u64) -> Option<HttpResponse> {
    let tag = entity_tag(version);
    let is_known = is_known_to(request, tag.as_bytes());
    is_known.then(|| HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish())
}

/// Whether `If-None-Match` names this tag.
#[must_use]
pub fn is_known_to(request: &HttpRequest, tag: &[u8]) -> bool {
    request.headers().get_all(header::IF_NONE_MATCH).any(|value| {
        value.as_bytes().split(|byte| *byte == b',').any(|known| {
            let known = known.trim_ascii();
            known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == tag
        })
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn expected(value: &str) -> Expected {
        Expected::read(&TestRequest::post().insert_header((header::IF_MATCH, value)).to_http_request())
    }

    #[test]
    fn if_match_is_read_in_each_spelling() {
        assert_eq!(expected("\"7\""), Expected::OneOf(vec![7]));
        assert_eq!(expected("W/\"7\", \"8\""), Expected::OneOf(vec![7, 8]));
        assert_eq!(expected("7"), Expected::OneOf(vec![7]));
        assert_eq!(expected("*"), Expected::Any);
        assert_eq!(Expected::read(&TestRequest::post().to_http_request()), Expected::Any);
    }

    #[test]
    fn a_tag_that_is_no_version_never_matches() {
        assert_eq!(expected("\"abc\"").against(1).unwrap_err().code(), Code::VersionMismatch);
        assert_eq!(expected("\"1\", \"2\"").against(2).unwrap(), Some(2));
        assert_eq!(expected("\"1\"").against(2).unwrap(), Some(1));
        assert_eq!(Expected::Any.against(2).unwrap(), None);
    }

    #[test]
    fn what_is_not_there_is_left_to_its_owner() {
        let of = |value: &str, current| {
            let request = TestRequest::post().insert_header((header::IF_MATCH, value)).to_http_request();
            Expected::of(&request, current).map_err(|problem| problem.code())
        };
        assert_eq!((of("\"1\"", None), of("\"abc\"", None)), (Ok(None), Ok(None)));
        assert_eq!((of("\"1\"", Some(2)), of("*", Some(2))), (Ok(Some(1)), Ok(None)));
        assert_eq!(of("\"abc\"", Some(2)), Err(Code::VersionMismatch));
        assert_eq!(Expected::of(&TestRequest::post().to_http_request(), Some(2)).unwrap(), None);
    }

    #[test]
    fn a_row_is_shown_to_who_does_not_know_it_yet() {
        let looked = |known: &str| {
            let request = TestRequest::get().insert_header((header::IF_NONE_MATCH, known)).to_http_request();
            shown(&request, 7, "a row")
        };
        let (fresh, known) = (looked("\"6\""), looked("W/\"7\""));
        assert_eq!((fresh.status(), known.status()), (StatusCode::OK, StatusCode::NOT_MODIFIED));
        for response in [fresh, known] {
            assert_eq!(response.headers().get(header::ETAG), Some(&entity_tag(7)));
        }
    }

    #[test]
    fn what_is_new_and_what_is_repeated_says_so() {
        let made = versioned(1, true, false).finish();
        let again = versioned(1, false, true).finish();
        assert_eq!((made.status(), again.status()), (StatusCode::CREATED, StatusCode::OK));
        let is_repeated = |response: &HttpResponse| response.headers().contains_key(idempotency::IDEMPOTENCY_REPLAYED);
        assert_eq!((is_repeated(&made), is_repeated(&again)), (false, true));
    }

    #[test]
    fn a_known_tag_is_recognised() {
        let request = TestRequest::get().insert_header((header::IF_NONE_MATCH, "\"a\", W/\"b\"")).to_http_request();
        assert!(is_known_to(&request, b"\"a\"") && is_known_to(&request, b"\"b\""));
        assert!(!is_known_to(&request, b"\"c\""));
    }
}
