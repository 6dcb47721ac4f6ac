//! A page that has only one sentence to say, and one way on.

use actix_web::HttpRequest;
use actix_web::http::Method;
use serde::Serialize;

use super::templates::Page;
use crate::http::{Code, Problem};

/// One sentence and one way on.
#[derive(Debug, Serialize)]
pub struct MessagePage {
    heading: &'static str,
    sentence: &'static str,
    way_on: Option<WayOn>,
}

#[derive(Debug, Serialize)]
struct WayOn {
    address: String,
    words: &'static str,
}

impl MessagePage {
    /// What somebody is told whose request met this problem.
    #[must_use]
    pub fn of(problem: &Problem, request: &HttpRequest) -> Self {
        let query = url::form_urlencoded::parse(request.query_string().as_bytes());
        let org = query.into_iter().find(|(name, _)| name == "org").map(|(_, value)| value.into_owned());
        let within_org = |path: &str| match org.as_deref() {
            Some(org) if crate::domain::ids::OrgId::parse(org).is_ok() => format!("{path}?org={org}"),
            _ => path.to_owned(),
        };
        let all_queues = || WayOn { address: within_org("/"), words: "See all queues" };
        let all_services = || WayOn { address: within_org("/book"), words: "See what can be booked" };
        let again = || {
            let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
            is_reading.then(|| WayOn { address: request.uri().to_string(), words: "Try again" })
        };
        let is_console = ["/desk", "/why"].iter().any(|start| request.path().starts_with(start));
        let (heading, sentence, way_on) = match problem.code() {
            Code::EntryNotFound => (
                "We can’t find this place in line",
                "The link is incomplete, or the visit is too long ago.",
                Some(all_queues()),
            ),
            Code::DefinitionNotFound => (
                "This can’t be booked",
                "It is not offered at the moment, or the link is incomplete.",
                Some(all_services()),
            ),
            Code::ReservationNotFound => (
                "We can’t find this booking",
                "The link is incomplete, or the booking is too long ago.",
                Some(all_services()),
            ),
            Code::ServicePointNotFound => {
                ("There is no such queue", "It may have moved, or the link is incomplete.", Some(all_queues()))
            }
            Code::TicketNotFound => (
                "We can’t find this request",
                "The link is incomplete, or the request is not there any more.",
                is_console.then(|| WayOn { address: "/desk".to_owned(), words: "All tickets" }),
            ),
            Code::CrossOrigin => {
                ("That came from another site", "Nothing was changed. Open the page here and send it again.", None)
            }
            Code::Forbidden if is_console => (
                "This page is for the staff",
                "Sign in with a token for agent, staff, supervisor or admin.",
                Some(WayOn { address: "/desk".to_owned(), words: "Tickets" }),
            ),
            Code::Forbidden => (
                "This page is for supervisors",
                "Sign in with a token for supervisor or admin.",
                Some(WayOn { address: "/live".to_owned(), words: "Live view" }),
            ),
            Code::OrgNotFound => {
                ("There is no such business", "The link is incomplete, or the business has left.", None)
            }
            Code::OrgRequired => {
                ("Which business?", "This link does not say; scan the code on the display once more.", None)
            }
            Code::TooManyRequests => {
                ("Too many at once", "Too many requests come from your network; wait a minute, then go on.", again())
            }
            Code::BodyTooLarge | Code::BodyUnreadable => {
                ("We couldn’t read that", "What was sent is too long, or did not arrive whole.", again())
            }
            Code::OutcomeUnknown => (
                "We aren’t sure yet",
                "It may have worked: look once more in a minute, before you send it again.",
                again(),
            ),
            _ => ("Something is wrong on our side", "Nothing was changed; please try once more.", again()),
        };
        Self { heading, sentence, way_on }
    }
}

impl Page for MessagePage {
    const TEMPLATE: &'static str = "message.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let request = actix_web::test::TestRequest::with_uri("/q/x?org=demo&token=%22").to_http_request();
        let codes =
            [Code::EntryNotFound, Code::OrgRequired, Code::DefinitionNotFound, Code::TooManyRequests, Code::Internal];
        codes.into_iter().map(|code| Self::of(&Problem::of(code), &request)).collect()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_way_on_stays_within_the_org_and_carries_nothing_else() {
        let way_on = |uri: &str| {
            let request = TestRequest::with_uri(uri).to_http_request();
            MessagePage::of(&Problem::of(Code::EntryNotFound), &request).way_on.unwrap().address
        };
        assert_eq!(way_on("/q/1?token=secret&org=demo"), "/?org=demo");
        assert_eq!(way_on("/q/1?org=a%22b"), "/");
    }
}
