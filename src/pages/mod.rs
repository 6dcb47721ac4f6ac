//! Pages for people: server-rendered, with their style sheets and scripts built in.

mod live;
mod sign_in;

use std::sync::LazyLock;

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use minijinja::{Environment, Value};

use crate::http::{Code, Problem};

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const TEMPLATES: [(&str, &str); 3] = [
    ("layout.html", include_str!("layout.html")),
    ("live.html", include_str!("live/live.html")),
    ("sign_in.html", include_str!("live/sign_in.html")),
];

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

const ASSETS: [(&str, &str, &str); 15] = [
    ("base.css", CSS, include_str!("base.css")),
    ("icons.svg", "image/svg+xml", include_str!("icons.svg")),
    ("live.css", CSS, include_str!("live/live.css")),
    ("live-panel.css", CSS, include_str!("live/panel.css")),
    ("live/acts.js", JS, include_str!("live/acts.js")),
    ("live/cards.js", JS, include_str!("live/cards.js")),
    ("live/clock.js", JS, include_str!("live/clock.js")),
    ("live/connection.js", JS, include_str!("live/connection.js")),
    ("live/main.js", JS, include_str!("live/main.js")),
    ("live/order.js", JS, include_str!("live/order.js")),
    ("live/panel.js", JS, include_str!("live/panel.js")),
    ("live/plot.js", JS, include_str!("live/plot.js")),
    ("live/standing.js", JS, include_str!("live/standing.js")),
    ("live/toast.js", JS, include_str!("live/toast.js")),
    ("live/words.js", JS, include_str!("live/words.js")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    for (name, source) in TEMPLATES {
        if let Err(error) = environment.add_template(name, source) {
            tracing::error!(%error, name, "a template cannot be read");
        }
    }
    environment
});

/// Registers the pages.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/live", web::get().to(live::live))
        .route("/live/sign-in", web::get().to(live::live))
        .route("/live/sign-in", web::post().to(sign_in::sign_in))
        .route("/live/sign-out", web::post().to(sign_in::sign_out))
        .route("/live/call-next/{point}", web::post().to(live::call_next))
        .route("/assets/{path:.*}", web::get().to(asset));
}

async fn asset(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.match_info().get("path").unwrap_or_default();
    let (_, kind, text) =
        ASSETS.iter().find(|(name, _, _)| *name == path).ok_or_else(|| Problem::of(Code::NotFound))?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, *kind)).body(*text))
}

fn render(template: &str, context: &Value) -> Result<String, minijinja::Error> {
    ENVIRONMENT.get_template(template)?.render(context)
}

/// A page with its headers.
fn page(status: StatusCode, template: &str, context: Value) -> HttpResponse {
    match render(template, &context) {
        Ok(text) => HttpResponse::build(status)
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
            // With `no-referrer` browsers hide the origin of forms as well, and our own could not be told from others'.
            .insert_header((header::REFERRER_POLICY, "same-origin"))
            .body(text),
        Err(error) => {
            tracing::error!(%error, template, "a page cannot be rendered");
            Problem::of(Code::Internal).response(None)
        }
    }
}
