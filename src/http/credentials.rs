//! Where a request carries its token: `Authorization: Bearer`, or our session cookie. A cookie is sent by the browser
//! whoever made the page, so with one the request must prove that it comes from our own pages.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};

use super::problem::{Code, Problem};

/// Name of the cookie that holds a signed-in person's token; set it `HttpOnly; SameSite=Strict; Path=/`.
pub const SESSION_COOKIE: &str = "frontdesk_session";

/// A token as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// In the header.
    Bearer(String),
    /// In the cookie.
    Cookie(String),
}

/// The token in the `Authorization` header.
///
/// # Errors
/// 401 for a header that holds no Bearer token.
pub fn bearer(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| text.split_once(' ')).and_then(|(scheme, token)| {
        let token = token.trim();
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned())
    });
    token
        .map(Some)
        .ok_or_else(|| Problem::new(Code::InvalidToken, "The Authorization header must be `Bearer` and a token."))
}

/// The token of a request. `is_stream` also asks a reading request with a cookie to come from our own pages: a live
/// stream is as good as a look at the screen.
///
/// # Errors
/// 401 without a token, 403 for a cookie on a request from another site.
pub fn of(request: &HttpRequest, is_stream: bool, public_host: Option<&str>) -> Result<Credentials, Problem> {
    if let Some(token) = bearer(request)? {
        return Ok(Credentials::Bearer(token));
    }
    let cookie = request.cookie(SESSION_COOKIE).filter(|cookie| !cookie.value().is_empty());
    let cookie = cookie.ok_or_else(|| Problem::of(Code::Unauthenticated))?;
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let is_ours = || match is_stream && says_nothing_of_its_origin(request.headers()) {
        true => !writes,
        false => is_from_our_pages(request.headers(), public_host),
    };
    if (is_stream || writes) && !is_ours() {
        return Err(Problem::of(Code::CrossOrigin));
    }
    Ok(Credentials::Cookie(cookie.value().to_owned()))
}

/// Browsers leave both headers out of a stream to the page's own site over plain http (a shop's network); to another site
/// they always send `Origin` (Fetch standard), and our cookie, being `SameSite=Strict`, not at all.
fn says_nothing_of_its_origin(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::ORIGIN) && !headers.contains_key("sec-fetch-site")
}

/// Whether one of our own pages sent the request, as its browser says.
pub fn is_from_our_pages(headers: &HeaderMap, public_host: Option<&str>) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(origin) = text(header::ORIGIN) {
        let host = origin.split_once("://").map(|(_, host)| host);
        return host.is_some_and(|host| {
            text(header::HOST).is_some_and(|ours| ours.eq_ignore_ascii_case(host))
                || public_host.is_some_and(|ours| ours.eq_ignore_ascii_case(host))
        });
    }
    headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin")
}

#[cfg(test)]
mod tests {
    use actix_web::cookie::Cookie;
    use actix_web::test::TestRequest;

    use super::*;

    fn with_cookie(method: Method, headers: &[(&'static str, &'static str)], is_stream: bool) -> Result<(), Code> {
        let mut request = TestRequest::with_uri("/x").method(method).cookie(Cookie::new(SESSION_COOKIE, "t"));
        for header in headers {
            request = request.insert_header(*header);
        }
        of(&request.to_http_request(), is_stream, Some("desk.example")).map(|_| ()).map_err(|problem| problem.code())
    }

    #[test]
    fn a_cookie_counts_only_for_requests_from_our_own_pages() {
        let host = ("host", "desk.local:8080");
        assert!(with_cookie(Method::GET, &[host], false).is_ok());
        assert!(with_cookie(Method::POST, &[host, ("origin", "http://desk.local:8080")], false).is_ok());
        assert!(with_cookie(Method::POST, &[host, ("origin", "https://desk.example")], false).is_ok());
        assert!(with_cookie(Method::GET, &[host, ("sec-fetch-site", "same-origin")], true).is_ok());
        assert!(with_cookie(Method::GET, &[host], true).is_ok(), "plain http in a shop's network");
        for (method, headers, is_stream) in [
            (Method::POST, vec![host], false),
            (Method::DELETE, vec![host, ("origin", "https://evil.example")], false),
            (Method::POST, vec![host, ("origin", "null")], false),
            (Method::GET, vec![host, ("origin", "http://evil.example")], true),
            (Method::GET, vec![host, ("sec-fetch-site", "cross-site")], true),
            (Method::POST, vec![host, ("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")], false),
        ] {
            assert_eq!(with_cookie(method, &headers, is_stream), Err(Code::CrossOrigin));
        }
    }

    #[test]
    fn the_header_wins_and_must_be_a_bearer_token() {
        let request =
            |value: &'static str| TestRequest::get().insert_header(("authorization", value)).to_http_request();
        assert_eq!(of(&request("bearer abc"), true, None).unwrap(), Credentials::Bearer("abc".into()));
        for bad in ["Basic abc", "Bearer", "Bearer  ", "abc"] {
            assert_eq!(of(&request(bad), false, None).unwrap_err().code(), Code::InvalidToken, "{bad}");
        }
        let nothing = TestRequest::get().to_http_request();
        assert_eq!(of(&nothing, false, None).unwrap_err().code(), Code::Unauthenticated);
    }
}
