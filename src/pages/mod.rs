//! What people look at: the display on the wall, the phone of who joins and waits, the list of queues, the booking of an
//! appointment, the tickets of a desk. Rendered here as whole pages that work without script; the scripts beside them keep
//! a page live. No public page holds a name, a phone number or an e-mail address of a customer.

mod assets;
mod board;
mod book;
mod book_form;
mod book_list;
mod bookable;
mod console;
mod deadline;
mod desk;
mod door;
mod field;
mod index;
mod join;
mod join_form;
mod live;
mod manage;
mod manage_view;
mod message;
mod moving;
mod outbox;
mod own;
mod picker;
mod place;
mod place_view;
mod sign_in;
mod strip;
mod templates;
#[cfg(test)]
mod tests;
mod ticket;
mod ticket_view;
mod visit;
mod why;
mod words;

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::{Problem, resource, route};
use message::MessagePage;
pub use templates::TemplateError;
use templates::{Page, Templates};

/// What a page may load: only what comes from this server, and nothing written into the page itself.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// What all pages share.
pub struct Pages {
    templates: Templates,
}

impl Pages {
    /// Reads the templates.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn open() -> Result<Self, TemplateError> {
        Ok(Self { templates: Templates::new()? })
    }

    /// A page as an answer.
    fn show<P: Page>(&self, status: StatusCode, page: &P) -> HttpResponse {
        let html = self.templates.render(page).unwrap_or_else(|error| {
            tracing::error!(template = P::TEMPLATE, %error, "a page could not be rendered");
            "<!doctype html><title>Frontdesk</title><p>This page could not be made. Please ask at the counter.".into()
        });
        HttpResponse::build(status)
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
            // Pages show this very moment, and some of them hold a secret.
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(html)
    }

    /// The page, or one that says in one sentence why there is none.
    fn page<P: Page>(&self, request: &HttpRequest, outcome: Result<P, Problem>) -> HttpResponse {
        self.answer(request, outcome.map(|page| self.show(StatusCode::OK, &page)))
    }

    /// The answer, or a page that says in one sentence why there is none, and the one way on.
    fn answer(&self, request: &HttpRequest, outcome: Result<HttpResponse, Problem>) -> HttpResponse {
        outcome.unwrap_or_else(|problem| {
            let mut response = self.show(problem.code().status(), &MessagePage::of(&problem, request));
            if let Some(seconds) = problem.response(None).headers().get(header::RETRY_AFTER) {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.clone());
            }
            response
        })
    }
}

/// Where a form leads to once it has been heard: reloading what follows repeats nothing.
fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// Registers the pages. They find the edge where [`crate::http::configure`] has left it.
pub fn configure(config: &mut ServiceConfig, pages: web::Data<Pages>) {
    config
        .app_data(pages)
        .service(resource("/", &[("GET", "GET /")]).route(route(Method::GET).to(index::show)))
        .service(resource("/board/{point}", &[("GET", "GET /board/{point}")]).route(route(Method::GET).to(board::show)))
        .service(
            resource("/join/{point}", &[("GET", "GET /join/{point}"), ("POST", "POST /join/{point}")])
                .route(route(Method::GET).to(join::show))
                .route(route(Method::POST).to(join::submit)),
        )
        .service(
            resource("/q/{entry}", &[("GET", "GET /q/{entry}"), ("POST", "POST /q/{entry}")])
                .route(route(Method::GET).to(place::show))
                .route(route(Method::POST).to(place::act)),
        )
        .service(resource("/book", &[("GET", "GET /book")]).route(route(Method::GET).to(book_list::show)))
        .service(
            resource("/book/{definition}", &[("GET", "GET /book/{definition}"), ("POST", "POST /book/{definition}")])
                .route(route(Method::GET).to(book::show))
                .route(route(Method::POST).to(book::submit)),
        )
        .service(
            resource("/manage/{number}", &[("GET", "GET /manage/{number}"), ("POST", "POST /manage/{number}")])
                .route(route(Method::GET).to(manage::show))
                .route(route(Method::POST).to(manage::act)),
        )
        .service(
            resource("/manage/{number}/change", &[("GET", "GET /manage/{number}/change")])
                .route(route(Method::GET).to(moving::show)),
        )
        .service(
            resource("/manage/{number}/appointment.ics", &[("GET", "GET /manage/{number}/appointment.ics")])
                .route(route(Method::GET).to(manage::calendar_file)),
        )
        .service(resource("/live", &[("GET", "GET /live")]).route(route(Method::GET).to(live::show)))
        .service(resource("/outbox", &[("GET", "GET /outbox")]).route(route(Method::GET).to(outbox::show)))
        .service(
            resource("/live/sign-in", &[("POST", "POST /live/sign-in")])
                .route(route(Method::POST).to(sign_in::sign_in)),
        )
        .service(
            resource("/live/sign-out", &[("POST", "POST /live/sign-out")])
                .route(route(Method::POST).to(sign_in::sign_out)),
        )
        .service(
            resource("/live/call-next/{point}", &[("POST", "POST /live/call-next/{point}")])
                .route(route(Method::POST).to(live::call_next)),
        )
        .service(resource("/desk", &[("GET", "GET /desk")]).route(route(Method::GET).to(desk::show)))
        .service(
            resource("/desk/{ticket}", &[("GET", "GET /desk/{ticket}"), ("POST", "POST /desk/{ticket}")])
                .route(route(Method::GET).to(desk::ticket::show))
                .route(route(Method::POST).to(desk::acts::act)),
        )
        .service(resource("/why/{ticket}", &[("GET", "GET /why/{ticket}")]).route(route(Method::GET).to(why::show)))
        .service(
            resource("/t/{ticket}", &[("GET", "GET /t/{ticket}"), ("POST", "POST /t/{ticket}")])
                .route(route(Method::GET).to(ticket::show))
                .route(route(Method::POST).to(ticket::act)),
        )
        .service(
            resource("/assets/{file:.*}", &[("GET", "GET /assets/{file}")]).route(route(Method::GET).to(assets::show)),
        );
}
