//! Everything that can go wrong for a client, in one table: code, status, title. All refusals leave through here, as
//! `application/problem+json` (RFC 9457), so that a client learns one shape and a code never has two meanings.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::domain::invalid::Invalid;

/// Content type of every refusal.
pub const PROBLEM_CONTENT_TYPE: &str = "application/problem+json";

macro_rules! codes {
    ($($variant:ident = $code:literal, $status:literal, $title:literal;)*) => {
        /// What a refusal is called by programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word of the wire.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status.
            #[must_use]
            pub fn status(self) -> StatusCode {
                let status: u16 = match self { $(Self::$variant => $status,)* };
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }

            /// The title: the same for every occurrence.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

codes! {
    MalformedJson = "malformed_json", 400, "The body is not valid JSON";
    BodyUnreadable = "body_unreadable", 400, "The body could not be read";
    InvalidQuery = "invalid_query", 400, "A query parameter or header is not valid";
    InvalidCursor = "invalid_cursor", 400, "The cursor is not one of ours";
    InvalidIdempotencyKey = "invalid_idempotency_key", 400, "The Idempotency-Key is not valid";
    OrgRequired = "org_required", 400, "The org is missing";
    Unauthenticated = "unauthenticated", 401, "A token is needed";
    InvalidToken = "invalid_token", 401, "The token is not valid";
    TokenExpired = "token_expired", 401, "The token has expired";
    Forbidden = "forbidden", 403, "This role may not do that";
    UnknownOrg = "unknown_org", 403, "The token's org does not exist";
    OrgMismatch = "org_mismatch", 403, "The token belongs to another org";
    CrossOrigin = "cross_origin", 403, "The request comes from another site";
    StaffOnly = "staff_only", 403, "Only a member of staff may do that";
    OverrideForbidden = "override_forbidden", 403, "Only a supervisor may override";
    NotLoopback = "not_loopback", 403, "Only this machine may do that";
    NotFound = "not_found", 404, "There is nothing at this address";
    OrgNotFound = "org_not_found", 404, "There is no such org";
    ServicePointNotFound = "service_point_not_found", 404, "There is no such service point";
    EntryNotFound = "entry_not_found", 404, "There is no such entry";
    DefinitionNotFound = "definition_not_found", 404, "There is no such service";
    StaffNotFound = "staff_not_found", 404, "There is no such member of staff";
    TemplateNotFound = "template_not_found", 404, "There is no such template";
    ReservationNotFound = "reservation_not_found", 404, "There is no such reservation";
    ContactNotFound = "contact_not_found", 404, "There is no such contact";
    MessageNotFound = "message_not_found", 404, "There is no such message";
    TicketNotFound = "ticket_not_found", 404, "There is no such ticket";
    AttachmentNotFound = "attachment_not_found", 404, "There is no such file";
    SlaPolicyNotFound = "sla_policy_not_found", 404, "There is no such SLA policy";
    BusinessCalendarNotFound = "business_calendar_not_found", 404, "There is no such business calendar";
    CannedResponseNotFound = "canned_response_not_found", 404, "There is no such canned response";
    TeamNotFound = "team_not_found", 404, "There is no such team";
    MethodNotAllowed = "method_not_allowed", 405, "This address does not know that method";
    RequestTimeout = "request_timeout", 408, "The request took too long to arrive";
    AlreadyExists = "already_exists", 409, "The id is taken";
    QueueFull = "queue_full", 409, "The line is full";
    QueuePaused = "queue_paused", 409, "The service point is paused";
    QueueClosed = "queue_closed", 409, "The service point is closed";
    NobodyWaiting = "nobody_waiting", 409, "Nobody is waiting";
    AtCapacity = "at_capacity", 409, "All places at the counters are taken";
    CheckInRequired = "check_in_required", 409, "A check-in is needed first";
    GracePeriod = "grace_period", 409, "The grace period is not over";
    TooEarly = "too_early", 409, "The appointment is on a later day";
    WrongState = "wrong_state", 409, "The act does not fit the state";
    NothingToUndo = "nothing_to_undo", 409, "There is nothing to take back";
    SameServicePoint = "same_service_point", 409, "The target is the source";
    AmbiguousNumber = "ambiguous_number", 409, "Several service points gave this number";
    AlreadyInLine = "already_in_line", 409, "The same person is in that line";
    TransferRefused = "transfer_refused", 409, "The other service point refused";
    SlotTaken = "slot_taken", 409, "Somebody else has this time";
    SlotNotOffered = "slot_not_offered", 409, "This time is not offered";
    TooLateToCancel = "too_late_to_cancel", 409, "It is too late to cancel";
    TooLateToReschedule = "too_late_to_reschedule", 409, "It is too late to reschedule";
    AlreadyBegun = "already_begun", 409, "The appointment has begun";
    TooManyHolds = "too_many_holds", 409, "Too many times are being kept";
    WaitlistFull = "waitlist_full", 409, "The waiting list is full";
    TooMany = "too_many", 409, "There are as many as there may be";
    IllegalMove = "illegal_move", 409, "The status cannot follow the one before";
    Merged = "merged", 409, "The ticket went into another one";
    CannotMerge = "cannot_merge", 409, "The ticket cannot take another one in";
    LevelReached = "level_reached", 409, "The ticket is at that level already";
    InUse = "in_use", 409, "Something else refers to it";
    ClockBackwards = "clock_backwards", 409, "Time does not run backwards";
    StoreRefused = "store_refused", 409, "The change contradicts what is stored";
    VersionMismatch = "version_mismatch", 412, "It has been changed since";
    BodyTooLarge = "body_too_large", 413, "The body is too large";
    Invalid = "invalid", 422, "Some values are not valid";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The Idempotency-Key was used for another request";
    TooManyRequests = "too_many_requests", 429, "Too many requests";
    Internal = "internal", 500, "Something failed on our side";
    OwnerFell = "owner_fell", 500, "The owner of this part failed";
    Overload = "overload", 503, "The server is busy";
    NotAccepted = "not_accepted", 503, "The command was not accepted";
    OutcomeUnknown = "outcome_unknown", 503, "It cannot be told yet whether it took effect";
    OwnerOutOfService = "owner_out_of_service", 503, "This part is out of service";
    StoreAway = "store_away", 503, "The database does not answer";
    TooManyWatchers = "too_many_watchers", 503, "Too many live streams are open";
}

impl Code {
    /// The problem's `type`: a name that stays the same for ever, not an address to be fetched.
    #[must_use]
    pub fn type_uri(self) -> String {
        format!("urn:frontdesk:problem:{}", self.word())
    }
}

/// A refusal on its way to the client.
#[derive(Clone, Debug)]
pub struct Problem(Box<Content>);

#[derive(Clone, Debug)]
struct Content {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<Invalid>,
    members: Map<String, Value>,
    retry_after_seconds: Option<u32>,
    allow: Option<HeaderValue>,
}

impl Problem {
    /// A refusal with a sentence of its own.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Content {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            members: Map::new(),
            retry_after_seconds: None,
            allow: None,
        }))
    }

    /// A refusal whose title says it all.
    #[must_use]
    pub fn of(code: Code) -> Self {
        Self::new(code, format!("{}.", code.title()))
    }

    /// Values that are not valid, each with its path.
    #[must_use]
    pub fn invalid(errors: Vec<Invalid>) -> Self {
        let detail = match errors.as_slice() {
            [only] => only.to_string(),
            several => format!("{} values are not valid.", several.len()),
        };
        let mut problem = Self::new(Code::Invalid, detail);
        problem.0.errors = errors;
        problem
    }

    /// The same with one more member that programs can read.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        if !value.is_null() {
            self.0.members.insert(name.to_owned(), value);
        }
        self
    }

    /// The same with a `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_seconds = Some(seconds.max(1));
        self
    }

    /// The same with an `Allow`.
    #[must_use]
    pub fn allow(mut self, methods: HeaderValue) -> Self {
        self.0.allow = Some(methods);
        self
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The response; `instance` is the path of the request that was refused.
    #[must_use]
    pub fn response(&self, instance: Option<&str>) -> HttpResponse {
        let Content { code, detail, errors, members, retry_after_seconds, allow } = &*self.0;
        let mut body = members.clone();
        body.insert("type".into(), json!(code.type_uri()));
        body.insert("title".into(), json!(code.title()));
        body.insert("status".into(), json!(code.status().as_u16()));
        body.insert("detail".into(), json!(detail));
        body.insert("code".into(), json!(code.word()));
        body.insert("message".into(), json!(detail));
        if let Some(instance) = instance {
            body.insert("instance".into(), json!(instance));
        }
        if !errors.is_empty() {
            body.insert("errors".into(), json!(errors));
        }
        let mut response = HttpResponse::build(code.status());
        response.insert_header((header::CONTENT_TYPE, PROBLEM_CONTENT_TYPE));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = retry_after_seconds {
            response.insert_header((header::RETRY_AFTER, *seconds));
        }
        if let Some(methods) = allow {
            response.insert_header((header::ALLOW, methods.clone()));
        }
        if code.status() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        response.body(Value::Object(body).to_string())
    }
}

impl From<Invalid> for Problem {
    fn from(error: Invalid) -> Self {
        Self::invalid(vec![error])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.word(), self.0.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.response(None)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_has_one_word_and_a_status_of_an_error() {
        let words: HashSet<_> = Code::ALL.iter().map(|code| code.word()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{}", code.word());
            assert!(code.word().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
    }

    #[actix_web::test]
    async fn a_problem_names_its_members_and_headers() {
        let problem =
            Problem::new(Code::GracePeriod, "Not yet.").with("retryAt", "2026-05-10T09:00:00Z").retry_after(0);
        let response = problem.response(Some("/crm/x"));
        assert_eq!(response.status(), 409);
        assert_eq!(response.headers().get("retry-after").unwrap(), "1");
        assert_eq!(response.headers().get("content-type").unwrap(), PROBLEM_CONTENT_TYPE);
        let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["code"], "grace_period");
        assert_eq!(body["message"], body["detail"]);
        assert_eq!(body["instance"], "/crm/x");
        assert_eq!(body["retryAt"], "2026-05-10T09:00:00Z");
    }
}
