//! Pages for people: server-rendered, with their style sheets and scripts built in.

mod assets;
mod live;
mod sign_in;
mod templates;
mod words;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, ServiceConfig};

use crate::http::{resource, route};
pub use templates::TemplateError;
use templates::{Page, Templates};

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
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(html)
    }
}

/// Registers the pages. They find the edge where [`crate::http::configure`] has left it.
pub fn configure(config: &mut ServiceConfig, pages: web::Data<Pages>) {
    config
        .app_data(pages)
        .service(resource("/live", &[("GET", "GET /live")]).route(route(Method::GET).to(live::show)))
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
        .service(
            resource("/assets/{file:.*}", &[("GET", "GET /assets/{file}")]).route(route(Method::GET).to(assets::show)),
        );
}
