//! The route table's notation, and what answers when no route does.

use actix_web::http::Method;
use actix_web::http::header::HeaderValue;
use actix_web::web::ServiceConfig;
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard, web};

use super::problem::{Code, Problem};

/// The methods of an address, each with the whole name of its route (`POST /crm/...`). It travels with the matched
/// resource, so that keys, logs and figures can name the route without matching again.
#[derive(Clone, Copy, Debug)]
pub struct RouteTemplate(pub &'static [(&'static str, &'static str)]);

impl RouteTemplate {
    /// The name of the route that a request matched.
    #[must_use]
    pub fn of(request: &HttpRequest) -> &'static str {
        let method = match request.method() {
            &Method::HEAD => Method::GET.as_str(),
            method => method.as_str(),
        };
        request
            .app_data::<Self>()
            .and_then(|template| template.0.iter().find(|(known, _)| *known == method))
            .map_or("unmatched", |(_, name)| *name)
    }
}

/// The resource of an address: other methods than its own are refused with a list of those that it has.
#[must_use]
pub fn resource(path: &'static str, methods: &'static [(&'static str, &'static str)]) -> Resource {
    let allowed = methods.iter().map(|(method, _)| if *method == "GET" { "GET, HEAD" } else { *method });
    let allowed = allowed.collect::<Vec<_>>().join(", ");
    let allowed = HeaderValue::try_from(allowed).unwrap_or_else(|_| HeaderValue::from_static("GET"));
    web::resource(path).app_data(RouteTemplate(methods)).default_service(web::to(move || {
        let allowed = allowed.clone();
        async move { Err::<HttpResponse, _>(Problem::of(Code::MethodNotAllowed).allow(allowed)) }
    }))
}

/// A route for a method; who may GET may ask for the HEAD alone.
#[must_use]
pub fn route(method: Method) -> Route {
    match method {
        Method::GET => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
        method => web::method(method),
    }
}

/// What answers where there is nothing.
///
/// # Errors
/// Always 404.
pub async fn not_found() -> Result<HttpResponse, Problem> {
    Err(Problem::of(Code::NotFound))
}

/// Registers resources by address: those without a parameter first. They are compared as a whole, while each with a parameter
/// costs a regular expression, and all that stand before the one that matches are tried.
pub fn register(config: &mut ServiceConfig, mut resources: Vec<(&'static str, Resource)>) {
    resources.sort_by_key(|(path, _)| path.contains('{'));
    for (_, resource) in resources {
        config.service(resource);
    }
}

/// Writes the route table: one line an address, its methods in braces.
macro_rules! routes {
    ($(#[$meta:meta])* $table:ident, $register:ident: $($path:literal { $($method:ident $handler:path),+ })+) => {
        $(#[$meta])*
        pub const $table: &[&str] = &[$($(concat!(stringify!($method), " ", $path),)+)+];

        fn $register(config: &mut actix_web::web::ServiceConfig) {
            $crate::http::routing::register(config, vec![$((
                $path,
                $crate::http::routing::resource(
                    $path,
                    &[$((stringify!($method), concat!(stringify!($method), " ", $path)),)+],
                )
                $(.route($crate::http::routing::route(actix_web::http::Method::$method).to($handler)))+,
            ),)+]);
        }
    };
}
pub(super) use routes;
