//! The one middleware around everything: headers, problems with their address, a panic turned into an answer, figures and
//! the access log. One and not five, because each costs every request an allocation.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::{Ready, ready};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use metrics::{Counter, Histogram};

use super::edge::EdgeSettings;
use super::headers::{self, RequestIds};
use super::problem::{Code, Problem};
use super::routing::RouteTemplate;
use crate::clock;

/// The middleware; make one a server and clone it for each worker.
#[derive(Clone, Debug)]
pub struct Access(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    ids: RequestIds,
    log_one_success_in: u32,
    successes: AtomicU32,
}

impl Access {
    /// As the settings say.
    #[must_use]
    pub fn new(settings: &EdgeSettings) -> Self {
        let log_one_success_in = settings.log_one_success_in.max(1);
        Self(Arc::new(Shared { ids: RequestIds::new(), log_one_success_in, successes: AtomicU32::new(0) }))
    }
}

impl<S, B> Transform<S, ServiceRequest> for Access
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B, BoxBody>>;
    type Error = actix_web::Error;
    type Transform = AccessService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(AccessService { service: Rc::new(service), shared: Arc::clone(&self.0) }))
    }
}

/// See [`Access`].
#[derive(Debug)]
pub struct AccessService<S> {
    service: Rc<S>,
    shared: Arc<Shared>,
}

impl<S, B> Service<ServiceRequest> for AccessService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B, BoxBody>>;
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Self::Error>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (service, shared) = (Rc::clone(&self.service), Arc::clone(&self.shared));
        Box::pin(async move {
            let started = clock::monotonic();
            let id = shared.ids.of(request.headers());
            let outcome = AssertUnwindSafe(async { service.call(request).await }).catch_unwind().await;
            match outcome {
                Ok(Ok(response)) => Ok(shared.finish(response, id, started)),
                Ok(Err(error)) => Err(error),
                Err(_panic) => Err(fallen(&id).into()),
            }
        })
    }
}

impl Shared {
    fn finish<B>(
        &self,
        response: ServiceResponse<B>,
        id: HeaderValue,
        started: Instant,
    ) -> ServiceResponse<EitherBody<B, BoxBody>> {
        let route = RouteTemplate::of(response.request());
        let code = response.response().error().and_then(|error| error.as_error::<Problem>()).map(Problem::code);
        let mut response = with_instance(response);
        let status = response.status();
        let took = started.elapsed();
        count(route, status, took);
        if status.is_client_error() || status.is_server_error() || self.is_sampled() {
            log(route, status, code, took, &id);
        }
        headers::set(response.headers_mut(), id);
        response
    }

    fn is_sampled(&self) -> bool {
        self.successes.fetch_add(1, Ordering::Relaxed).is_multiple_of(self.log_one_success_in)
    }
}

/// A problem learns here for which address it is.
fn with_instance<B>(response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let problem = response.response().error().and_then(|error| error.as_error::<Problem>());
    match problem.map(|problem| problem.response(Some(response.request().path()))) {
        None => response.map_into_left_body(),
        Some(answer) => response.into_response(answer).map_into_right_body(),
    }
}

fn fallen(id: &HeaderValue) -> Problem {
    let id = id.to_str().unwrap_or_default();
    tracing::error!(request_id = id, "a handler panicked");
    metrics::counter!("frontdesk_http_panics_total").increment(1);
    Problem::new(Code::Internal, "Something failed on our side while handling the request.").with("requestId", id)
}

fn log(route: &'static str, status: StatusCode, code: Option<Code>, took: Duration, id: &HeaderValue) {
    let (status, code) = (status.as_u16(), code.map_or("", Code::word));
    let (request_id, milliseconds) = (id.to_str().unwrap_or_default(), (took.as_secs_f64() * 1e6).round() / 1e3);
    if status >= 500 {
        tracing::warn!(target: "frontdesk::access", route, status, code, milliseconds, request_id, "answered");
    } else {
        tracing::info!(target: "frontdesk::access", route, status, code, milliseconds, request_id, "answered");
    }
}

/// What is counted for a route and a status.
type Figures = HashMap<(&'static str, u16), (Counter, Histogram)>;

thread_local! {
    /// Handles of figures by route and status: making one costs more than the whole middleware.
    static FIGURES: RefCell<Figures> = RefCell::default();
}

fn count(route: &'static str, status: StatusCode, took: Duration) {
    FIGURES.with_borrow_mut(|figures| {
        let (requests, seconds) = figures.entry((route, status.as_u16())).or_insert_with(|| {
            let requests =
                metrics::counter!("frontdesk_http_requests_total", "route" => route, "status" => status.as_str().to_owned());
            (requests, metrics::histogram!("frontdesk_http_request_seconds", "route" => route))
        });
        requests.increment(1);
        seconds.record(took);
    });
}

#[cfg(test)]
mod tests {
    use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
    use actix_web::{App, HttpResponse, web};
    use serde_json::Value;

    use super::*;
    use crate::http::auth::TokenRules;
    use crate::http::routing::{not_found, resource};

    fn settings() -> EdgeSettings {
        EdgeSettings {
            jwt_secret: None,
            jwks: None,
            token_rules: TokenRules::default(),
            public_rate_per_minute: 0,
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            public_url: None,
            mail_from: None,
            max_in_flight: 1,
            max_watchers: 1,
            log_one_success_in: 1,
        }
    }

    async fn fall() -> HttpResponse {
        panic!("on purpose")
    }

    macro_rules! app {
        () => {
            init_service(
                App::new()
                    .service(resource("/fine", &[("GET", "GET /fine")]).route(web::get().to(HttpResponse::Ok)))
                    .service(resource("/fall", &[("GET", "GET /fall")]).route(web::get().to(fall)))
                    .default_service(web::to(not_found))
                    .wrap(Access::new(&settings())),
            )
            .await
        };
    }

    #[actix_web::test]
    async fn every_answer_carries_the_headers() {
        let app = app!();
        let request = TestRequest::get().uri("/fine").insert_header(("x-request-id", "mine")).to_request();
        let response = call_service(&app, request).await;
        assert_eq!(response.headers().get("x-request-id").unwrap(), "mine");
        assert_eq!(response.headers().get("x-content-type-options").unwrap(), "nosniff");
        assert!(response.headers().contains_key("content-security-policy"));
    }

    #[actix_web::test]
    async fn what_is_not_there_is_a_problem_with_its_address() {
        let app = app!();
        let response = call_service(&app, TestRequest::get().uri("/nowhere?token=x").to_request()).await;
        assert_eq!(response.status(), 404);
        let body: Value = read_body_json(response).await;
        assert_eq!((body["code"].as_str(), body["instance"].as_str()), (Some("not_found"), Some("/nowhere")));
        let response = call_service(&app, TestRequest::delete().uri("/fine").to_request()).await;
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers().get("allow").unwrap(), "GET, HEAD");
    }

    #[actix_web::test]
    async fn a_panic_is_answered() {
        let app = app!();
        let Err(error) = app.call(TestRequest::get().uri("/fall").to_request()).await else { panic!("no error") };
        let problem = error.as_error::<Problem>().unwrap();
        assert_eq!(problem.code(), Code::Internal);
        let response = call_service(&app, TestRequest::get().uri("/fine").to_request()).await;
        assert_eq!(response.status(), 200);
    }
}
