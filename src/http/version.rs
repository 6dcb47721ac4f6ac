//! Versions of rows as entity tags: who changes something says which version they saw, and is told when it has moved on.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};

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
    /// Reads `If-Match`. Weak tags and bare numbers are taken too: the version says the same in each spelling.
    #[must_use]
    pub fn read(request: &HttpRequest) -> Self {
        let values: Vec<&str> =
            request.headers().get_all(header::IF_MATCH).filter_map(|value| value.to_str().ok()).collect();
        let tags: Vec<&str> = values.iter().flat_map(|value| value.split(',')).map(str::trim).collect();
        if tags.is_empty() || tags.contains(&"*") {
            return Self::Any;
        }
        let version = |tag: &&str| tag.trim_start_matches("W/").trim_matches('"').parse::<u64>().ok();
        Self::OneOf(tags.iter().filter_map(version).collect())
    }

    /// The one version to hand to the owner, given the one that is current as far as we can see.
    ///
    /// # Errors
    /// 412 when none of the tags can be a version.
    pub fn against(self, current: Option<u64>) -> Result<Option<u64>, Problem> {
        match self {
            Self::Any => Ok(None),
            Self::OneOf(versions) => {
                let shown = current.filter(|current| versions.contains(current));
                let version = shown.or_else(|| versions.first().copied());
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
        assert_eq!(expected("\"abc\"").against(Some(1)).unwrap_err().code(), Code::VersionMismatch);
        assert_eq!(expected("\"1\", \"2\"").against(Some(2)).unwrap(), Some(2));
        assert_eq!(expected("\"1\"").against(Some(2)).unwrap(), Some(1));
        assert_eq!(Expected::Any.against(Some(2)).unwrap(), None);
    }

    #[test]
    fn a_known_tag_is_recognised() {
        let request = TestRequest::get().insert_header((header::IF_NONE_MATCH, "\"a\", W/\"b\"")).to_http_request();
        assert!(is_known_to(&request, b"\"a\"") && is_known_to(&request, b"\"b\""));
        assert!(!is_known_to(&request, b"\"c\""));
    }
}
