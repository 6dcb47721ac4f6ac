//! The API's description, derived from the code, and a page to read it. What holds for all routes (problems, keys, the
//! org, security schemes) is added here once, so that it cannot be forgotten at one of them.

use std::sync::{Arc, LazyLock};

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema};

use super::credentials::SESSION_COOKIE;
use super::problem::{Code, PROBLEM_CONTENT_TYPE, Problem};
use super::{
    definition, desk, health, history, outbox, queue, reservation, service_point, sla, slots, staff, template,
    test_clock, watch,
};

/// Content security policy of the page: its own files, and styles that its script sets.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Routes that only ask, though by POST: a repeat is answered anew.
const QUESTIONS: &[&str] = &["/crm/reservations/slots", "/crm/sla/preview"];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Frontdesk",
        description = "The front desk of a business as one server. All times are RFC 3339 in UTC; durations carry their \
            unit in their name or are ISO 8601. Refusals are `application/problem+json`: `code` is for programs, `detail` \
            for people. Bodies may be wrapped in `{\"data\": {...}}`; fields that are not known are ignored.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/")),
    tags(
        (name = "service points", description = "Physical places with capacity."),
        (name = "queues", description = "Walk-up queues: joining, looking, and what clerks do."),
        (name = "own entry", description = "What customers do about their own place in line, by its token."),
        (name = "reservations", description = "Bookable services and the times at which they can be had; booked slots."),
        (name = "own reservations", description = "What customers do about their own bookings, by address and number."),
        (name = "tickets", description = "Requests for help: opened, answered, noted, escalated, counted by their clocks."),
        (name = "own tickets", description = "What customers do about their tickets without signing in."),
        (name = "live", description = "Streams of server-sent events."),
        (name = "staff", description = "Members of staff whose time can be booked."),
        (name = "service levels", description = "What is promised for tickets, and when it is due."),
        (name = "history", description = "What was, from committed rows."),
        (name = "notifications", description = "What goes out to people, and how far it has come."),
        (name = "operations", description = "How the server is."),
    ),
    paths(
        service_point::list, service_point::get, service_point::create, service_point::update, service_point::delete,
        queue::join, queue::status,
        queue::acts::check_in, queue::acts::call, queue::acts::recall, queue::acts::start, queue::acts::complete,
        queue::acts::no_show, queue::acts::put_back, queue::acts::transfer, queue::acts::undo,
        queue::line::call_next, queue::line::pause, queue::line::resume,
        queue::own::entry, queue::own::leave, queue::own::postpone,
        reservation::booking::create, reservation::booking::hold, reservation::waitlist::join,
        reservation::own::list, reservation::own::get, reservation::own::cancel, reservation::own::reschedule,
        reservation::desk::list, reservation::desk::get, reservation::desk::update, reservation::desk::delete,
        reservation::desk::send_reminder,
        watch::of_point, watch::of_org,
        slots::find, definition::list, definition::bookable, definition::get, definition::create, definition::update,
        definition::delete,
        staff::list, staff::get, staff::create, staff::update, staff::delete,
        desk::tickets::list, desk::tickets::get, desk::tickets::create, desk::tickets::create_own, desk::tickets::update,
        desk::tickets::merge, desk::tickets::delete, desk::bulk::update,
        desk::thread::reply, desk::thread::messages, desk::thread::comment, desk::thread::comments,
        desk::thread::attachment,
        desk::sla::status, desk::sla::calculate, desk::sla::escalate,
        desk::own::list, desk::own::get, desk::own::rate, desk::inbound::create, watch::of_desk,
        desk::canned::list, desk::canned::get, desk::canned::create, desk::canned::update, desk::canned::delete,
        desk::teams::list, desk::teams::get, desk::teams::create, desk::teams::update, desk::teams::delete,
        desk::policies::list, desk::policies::get, desk::policies::create, desk::policies::update, desk::policies::delete,
        desk::calendars::list, desk::calendars::get, desk::calendars::create, desk::calendars::update,
        desk::calendars::delete,
        sla::preview,
        history::of_point, history::of_contact,
        outbox::list, outbox::replay,
        template::list, template::get, template::create, template::update, template::delete,
        health::alive, health::ready, health::metrics,
        test_clock::now, test_clock::set,
    ),
    components(schemas(ProblemDocument)),
)]
struct Described;

/// A refusal (RFC 9457). Some have more members, such as `retryAt`, `opensAt`, `reopensAt` or `state`.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "describes what `Problem::response` writes")]
struct ProblemDocument {
    /// A name for this kind of problem that stays the same for ever.
    #[schema(example = "urn:frontdesk:problem:grace_period")]
    r#type: String,
    /// The kind of problem in a few words.
    #[schema(example = "The grace period is not over")]
    title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// This very problem in a sentence.
    #[schema(example = "The grace period is not over yet.")]
    detail: String,
    /// The kind of problem as a word for programs.
    #[schema(example = "grace_period")]
    code: String,
    /// The same as `detail`.
    message: String,
    /// The path of the request.
    instance: Option<String>,
    /// Each value that is not valid.
    errors: Option<Vec<FieldProblem>>,
}

/// A value that is not valid.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Problem::response` writes")]
struct FieldProblem {
    /// Where it stands.
    #[schema(example = "customer.name")]
    path: String,
    /// What is wrong with it.
    #[schema(example = "must not be empty")]
    detail: String,
}

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(document().to_string()));

/// The whole description.
#[must_use]
pub fn document() -> Value {
    let mut document = serde_json::to_value(Described::openapi()).unwrap_or_default();
    document["components"]["securitySchemes"] = json!({
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "Claims `sub`, `org`, `role` (agent, staff, supervisor, admin, customer), `exp`."},
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE,
            "description": "The same token in a cookie, from our own pages only."},
        "secret": {"type": "apiKey", "in": "query", "name": "token",
            "description": "The secret of the links in our mails, in place of a token: of one ticket only."},
    });
    let paths = document["paths"].as_object_mut();
    for (path, methods) in paths.into_iter().flatten() {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                add_what_holds_for_all(path, method, operation);
            }
        }
    }
    document
}

fn add_what_holds_for_all(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let changes_something = method != "get";
    let security = operation.get("security").and_then(Value::as_array).cloned().unwrap_or_default();
    let is_public = security.contains(&json!({}));
    let takes_secret = security.contains(&json!({"secret": []}));
    let is_for_staff = !security.is_empty() && !is_public;
    let mut codes = vec![];
    if path.starts_with("/crm/") {
        codes.extend([Code::InvalidQuery, Code::NotFound, Code::StoreAway]);
        if changes_something {
            codes.extend([Code::BodyTooLarge, Code::Invalid]);
            if !QUESTIONS.contains(&path) {
                let description = "Honoured for 24 h: a repeat gets the first answer.";
                add_parameter(operation, "Idempotency-Key", "header", description);
            }
        }
    }
    if is_for_staff {
        codes.extend([Code::Unauthenticated, Code::Forbidden]);
    }
    if is_public || takes_secret {
        codes.extend([Code::InvalidToken, Code::TooManyRequests]);
        add_parameter(
            operation,
            "orgid",
            "header",
            "The org; may be left out when there is only one, or with a token.",
        );
        add_parameter(operation, "org", "query", "The org, where no header can be sent.");
    }
    if path == "/dev/clock" {
        codes.extend([Code::NotLoopback, Code::Invalid, Code::MalformedJson]);
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    for code in codes {
        let status = code.status().as_str().to_owned();
        if responses[&status].is_null() {
            responses[&status] = json!({ "description": format!("`{}` and others: {}.", code.word(), code.title()) });
        }
    }
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        if status.starts_with(['4', '5']) && response["content"].is_null() {
            response["content"] = json!({ PROBLEM_CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}} });
        }
    }
}

fn add_parameter(operation: &mut Map<String, Value>, name: &str, place: &str, description: &str) {
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.push(json!({
            "name": name, "in": place, "required": false, "description": description, "schema": {"type": "string"},
        }));
    }
}

/// The description as OpenAPI 3.1.
pub async fn json() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(DOCUMENT.clone())
}

/// Leads to the page: its files are named relative to it.
pub async fn to_page() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// The page and its files.
///
/// # Errors
/// 404 for a file that it does not have.
pub async fn page(request: HttpRequest) -> Result<HttpResponse, Problem> {
    static CONFIG: LazyLock<Arc<utoipa_swagger_ui::Config<'static>>> =
        LazyLock::new(|| Arc::new(utoipa_swagger_ui::Config::from("/openapi.json")));
    let name = request.match_info().get("file").unwrap_or_default();
    let file = utoipa_swagger_ui::serve(name, Arc::clone(&CONFIG)).ok().flatten();
    let file = file.ok_or_else(|| Problem::of(Code::NotFound))?;
    let mut response = HttpResponse::Ok();
    response.content_type(file.content_type).insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY));
    if file.gzpipped {
        response.insert_header(header::ContentEncoding::Gzip);
    }
    Ok(response.body(Bytes::from(file.bytes.into_owned())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else_is() {
        let document = document();
        let mut described = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                described.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
        let routes: BTreeSet<String> =
            super::super::ROUTES.iter().chain(super::super::TEST_CLOCK_ROUTES).map(ToString::to_string).collect();
        assert_eq!(described, routes);
    }

    #[test]
    fn it_is_openapi_3_1_with_security_and_problems_everywhere() {
        let document = document();
        assert_eq!(document["openapi"], "3.1.0");
        for (path, methods) in document["paths"].as_object().unwrap() {
            for operation in methods.as_object().unwrap().values().filter(|_| path.starts_with("/crm/")) {
                assert!(operation["security"].is_array(), "{path}");
                assert!(!operation["summary"].is_null(), "{path}");
                let refused = &operation["responses"]["404"]["content"][PROBLEM_CONTENT_TYPE];
                assert!(!refused.is_null(), "{path}");
            }
        }
        assert!(document["components"]["schemas"]["Problem"].is_object());
    }
}
