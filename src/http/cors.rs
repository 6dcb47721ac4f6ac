//! Which other sites' pages may call this server from a browser: none, unless the operator names them.

use actix_cors::Cors;
use actix_web::http::Method;
use actix_web::middleware::Condition;

use super::edge::EdgeSettings;

/// How long a browser may remember the answer to its question, in seconds.
const PREFLIGHT_MAX_AGE_SECONDS: usize = 600;

/// The middleware; without origins it is not there at all. Cookies are never allowed across sites: a token goes into the
/// `Authorization` header.
#[must_use]
pub fn middleware(settings: &EdgeSettings) -> Condition<Cors> {
    let mut cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST, Method::DELETE])
        .allowed_headers([
            "authorization",
            "content-type",
            "idempotency-key",
            "if-match",
            "if-none-match",
            "last-event-id",
            "orgid",
            "x-request-id",
        ])
        .expose_headers(["etag", "idempotency-replayed", "location", "retry-after", "x-request-id"])
        .max_age(PREFLIGHT_MAX_AGE_SECONDS);
    for origin in &settings.cors_origins {
        cors = match origin.as_str() {
            "*" => cors.allow_any_origin(),
            origin => cors.allowed_origin(origin),
        };
    }
    Condition::new(!settings.cors_origins.is_empty(), cors)
}
