//! The edge: routes, who may use them, what they take and answer. Handlers extract, send inwards and render.

mod access;
mod asked;
mod auth;
mod body;
mod caller;
mod cors;
mod credentials;
mod definition;
mod desk;
mod edge;
mod headers;
mod health;
mod history;
mod idempotency;
mod jwks;
mod openapi;
mod outbox;
mod page;
mod permits;
mod problem;
mod query;
mod queue;
mod rate;
mod refusals;
mod requests;
mod reservation;
mod responses;
mod routing;
mod sent_form;
mod service_point;
mod shown_slots;
mod sla;
mod slots;
mod staff;
mod template;
mod test_clock;
mod ticket;
mod version;
mod watch;

use actix_web::web::{self, ServiceConfig};

pub use access::Access;
pub use auth::{Identity, TokenRules};
pub use body::{BODY_MAX_BYTES, BODY_READ_LIMIT, LARGE_BODY_MAX_BYTES, LargeBody, RawBody};
pub use caller::{CONFIGURATION, Clerk, QUEUES, STAFF_SIDE};
pub use cors::middleware as cors;
pub use credentials::SESSION_COOKIE;
pub use desk::conversation::Conversation;
pub use desk::records as ticket_records;
pub use desk::sla::explained as explained_clocks;
pub use desk::thread::drawn_successor;
pub use edge::{Connections, Edge, EdgeSettings};
pub use idempotency::key_of_form;
pub use jwks::{JwksError, JwksSource};
pub use openapi::document as openapi_document;
pub use page::{Page as ListPage, PageRequest};
pub use problem::{Code, Problem};
pub use query::Query;
pub use requests::calendar::locale::preferred as preferred_locale;
pub use requests::calendar::reservation::drawn_number;
pub use requests::desk::filter as ticket_filter;
pub use reservation::booking::book;
pub use reservation::records::{Found, proven};
#[cfg(test)]
pub use responses::outlook::tests::published as sample_location;
pub use responses::outlook::{LIMIT, LONGEST, LocationStanding, Outlook, outlooks};
pub use responses::status::rendered as rendered_status;
pub use routing::{not_found, resource, route};
pub use sent_form::{SentForm, files_that_fit};

// Addresses are tried from top to bottom, so what is asked most stands first.
routing::routes! {
    /// Every route of the API, for tests and for the description.
    ROUTES, api_routes:

    "/crm/reservations/queue/status/{servicePoint}" { GET queue::status }
    "/crm/reservations/queue/join" { POST queue::join }
    "/crm/reservations/queue/entry/{id}" { GET queue::own::entry }
    "/crm/reservations/queue/watch/{servicePoint}" { GET watch::of_point }
    "/crm/reservations/queue/watch" { GET watch::of_org }

    "/crm/reservations/queue/call-next/{servicePoint}" { POST queue::line::call_next }
    "/crm/reservations/queue/check-in/{id}" { POST queue::acts::check_in }
    "/crm/reservations/queue/start/{id}" { POST queue::acts::start }
    "/crm/reservations/queue/complete/{id}" { POST queue::acts::complete }
    "/crm/reservations/queue/no-show/{id}" { POST queue::acts::no_show }
    "/crm/reservations/queue/call/{id}" { POST queue::acts::call }
    "/crm/reservations/queue/recall/{id}" { POST queue::acts::recall }
    "/crm/reservations/queue/return/{id}" { POST queue::acts::put_back }
    "/crm/reservations/queue/transfer/{id}" { POST queue::acts::transfer }
    "/crm/reservations/queue/undo/{id}" { POST queue::acts::undo }
    "/crm/reservations/queue/pause/{servicePoint}" { POST queue::line::pause }
    "/crm/reservations/queue/resume/{servicePoint}" { POST queue::line::resume }
    "/crm/reservations/queue/leave/{id}" { POST queue::own::leave }
    "/crm/reservations/queue/postpone/{id}" { POST queue::own::postpone }
    "/crm/reservations/queue/history/{servicePoint}" { GET history::of_point }

    "/crm/reservations/service-point/get" { GET service_point::list }
    "/crm/reservations/service-point/get/{id}" { GET service_point::get }
    "/crm/reservations/service-point/create" { POST service_point::create }
    "/crm/reservations/service-point/update" { POST service_point::update }
    "/crm/reservations/service-point/delete/{id}" { DELETE service_point::delete }

    "/crm/notifications/outbox" { GET outbox::list }
    "/crm/notifications/templates/get" { GET template::list }
    "/crm/notifications/templates/get/{id}" { GET template::get }
    "/crm/notifications/templates/create" { POST template::create }
    "/crm/notifications/templates/update" { POST template::update }
    "/crm/notifications/templates/delete/{id}" { DELETE template::delete }
    "/crm/notifications/replay/{id}" { POST outbox::replay }
    "/crm/reservations/slots" { POST slots::find }
    "/crm/reservations/definitions" { GET definition::list }
    "/crm/reservations/definitions/public" { GET definition::bookable }
    "/crm/reservations/definitions/get/{id}" { GET definition::get }
    "/crm/reservations/definitions/create" { POST definition::create }
    "/crm/reservations/definitions/update" { POST definition::update }
    "/crm/reservations/definitions/delete/{id}" { DELETE definition::delete }

    "/crm/staff/get" { GET staff::list }
    "/crm/staff/get/{id}" { GET staff::get }
    "/crm/staff/create" { POST staff::create }
    "/crm/staff/update" { POST staff::update }
    "/crm/staff/delete/{id}" { DELETE staff::delete }

    "/crm/reservations/create" { POST reservation::booking::create }
    "/crm/reservations/hold" { POST reservation::booking::hold }
    "/crm/reservations/waitlist/join" { POST reservation::waitlist::join }
    "/crm/reservations/by-email/{email}" { GET reservation::own::list }
    "/crm/reservations/by-email/{email}/{reservationNumber}" { GET reservation::own::get }
    "/crm/reservations/cancel/{email}/{reservationNumber}" { DELETE reservation::own::cancel }
    "/crm/reservations/reschedule/{email}/{reservationNumber}" { POST reservation::own::reschedule }
    "/crm/reservations/get" { GET reservation::desk::list }
    "/crm/reservations/get/{id}" { GET reservation::desk::get }
    "/crm/reservations/update" { POST reservation::desk::update }
    "/crm/reservations/delete/{id}" { DELETE reservation::desk::delete }
    "/crm/reservations/send-reminder/{reservationId}" { POST reservation::desk::send_reminder }

    "/crm/tickets/get" { GET desk::tickets::list }
    "/crm/tickets/get/{number}" { GET desk::tickets::get }
    "/crm/tickets/create" { POST desk::tickets::create }
    "/crm/tickets/create-ticket" { POST desk::tickets::create_own }
    "/crm/tickets/update" { POST desk::tickets::update }
    "/crm/tickets/bulk-update" { POST desk::bulk::update }
    "/crm/tickets/merge/{ticketId}" { POST desk::tickets::merge }
    "/crm/tickets/delete/{id}" { DELETE desk::tickets::delete }
    "/crm/tickets/reply/{ticketId}" { POST desk::thread::reply }
    "/crm/tickets/messages/{ticketId}" { GET desk::thread::messages }
    "/crm/tickets/comments/{ticketId}" { GET desk::thread::comments, POST desk::thread::comment }
    "/crm/tickets/attachments/{ticketId}/{id}" { GET desk::thread::attachment }
    "/crm/tickets/escalate/{ticketId}" { POST desk::sla::escalate }
    "/crm/tickets/calculate-sla/{ticketId}" { POST desk::sla::calculate }
    "/crm/tickets/sla-status/{ticketId}" { GET desk::sla::status }
    "/crm/tickets/get-by-email/{email}" { GET desk::own::list }
    "/crm/tickets/get-by-email/{email}/{number}" { GET desk::own::get }
    "/crm/tickets/email/create/{email}" { POST desk::inbound::create }
    "/crm/tickets/rate/{email}/{number}" { POST desk::own::rate }
    "/crm/tickets/watch" { GET watch::of_desk }
    "/crm/tickets/canned-responses" { GET desk::canned::list }
    "/crm/tickets/canned-responses/get/{id}" { GET desk::canned::get }
    "/crm/tickets/canned-responses/create" { POST desk::canned::create }
    "/crm/tickets/canned-responses/update" { POST desk::canned::update }
    "/crm/tickets/canned-responses/delete/{id}" { DELETE desk::canned::delete }
    "/crm/tickets/teams/get" { GET desk::teams::list }
    "/crm/tickets/teams/get/{id}" { GET desk::teams::get }
    "/crm/tickets/teams/create" { POST desk::teams::create }
    "/crm/tickets/teams/update" { POST desk::teams::update }
    "/crm/tickets/teams/delete/{id}" { DELETE desk::teams::delete }

    "/crm/sla-policies/get" { GET desk::policies::list }
    "/crm/sla-policies/get/{id}" { GET desk::policies::get }
    "/crm/sla-policies/create" { POST desk::policies::create }
    "/crm/sla-policies/update" { POST desk::policies::update }
    "/crm/sla-policies/delete/{id}" { DELETE desk::policies::delete }
    "/crm/business-calendars/get" { GET desk::calendars::list }
    "/crm/business-calendars/get/{id}" { GET desk::calendars::get }
    "/crm/business-calendars/create" { POST desk::calendars::create }
    "/crm/business-calendars/update" { POST desk::calendars::update }
    "/crm/business-calendars/delete/{id}" { DELETE desk::calendars::delete }
    "/crm/sla/preview" { POST sla::preview }

    "/crm/activity/{contactId}" { GET history::of_contact }

    "/healthz" { GET health::alive }
    "/readyz" { GET health::ready }
    "/metrics" { GET health::metrics }
}

routing::routes! {
    /// Routes that exist only with a clock that is moved by hand.
    TEST_CLOCK_ROUTES, test_clock_routes:

    "/dev/clock" { GET test_clock::now, POST test_clock::set }
}

routing::routes! {
    /// Where the description is read.
    DESCRIPTION_ROUTES, description_routes:

    "/openapi.json" { GET openapi::json }
    "/docs" { GET openapi::to_page }
    "/docs/{file:.*}" { GET openapi::page }
}

/// Registers the routes of the API. Around the whole application belong [`Access`] outermost and [`cors()`] within it, and
/// [`not_found`] as the default service.
pub fn configure(config: &mut ServiceConfig, edge: web::Data<Edge>) {
    let clock_is_manual = edge.directory.clock().is_manual();
    config.app_data(edge);
    api_routes(config);
    if clock_is_manual {
        test_clock_routes(config);
    }
    description_routes(config);
}
