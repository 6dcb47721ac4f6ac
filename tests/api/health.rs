//! `/healthz`, `/readyz`, `/metrics`, `/openapi.json`, `/docs`, and what every answer carries.

use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, staff};

#[tokio::test]
async fn a_server_that_can_work_says_so() {
    let app = TestApp::spawn().await;
    assert_eq!(app.get("/healthz", "").await.ok(), json!({ "status": "ok" }));
    let ready = app.get("/readyz", "").await;
    assert_eq!(ready.headers["cache-control"], "no-store");
    let expected = json!({ "status": "ready", "lanes": { "accepting": true }, "unwellCount": 0, "unwell": [] });
    assert_eq!(ready.ok(), expected);
}

#[tokio::test]
async fn figures_are_told_in_the_format_of_prometheus_by_route_and_not_by_address() {
    let app = TestApp::spawn().await;
    app.service_point("figures-desk", json!({})).await;
    app.get("/crm/reservations/queue/status/figures-desk", "").await.ok();
    let metrics = app.get("/metrics", "").await;
    assert!(metrics.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    let route = r#"route="GET /crm/reservations/queue/status/{servicePoint}""#;
    let counted =
        metrics.text.lines().any(|line| line.starts_with("frontdesk_http_requests_total{") && line.contains(route));
    assert!(counted, "{}", metrics.text);
    assert!(!metrics.text.contains("figures-desk"), "an id as a label would make figures without end");
}

#[tokio::test]
async fn the_description_is_openapi_3_1_and_names_every_route() {
    let app = TestApp::spawn().await;
    let description = app.get("/openapi.json", "").await;
    assert_eq!(description.headers["content-type"], "application/json");
    let description = description.ok();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"), "{}", description["openapi"]);
    let paths = description["paths"].as_object().unwrap();
    let mut described = 0;
    for route in frontdesk::http::ROUTES.iter().chain(frontdesk::http::TEST_CLOCK_ROUTES) {
        let (method, path) = route.split_once(' ').unwrap();
        let operation = &paths[path][method.to_lowercase()];
        assert!(operation["responses"].is_object(), "{route} is not described");
        described += 1;
    }
    let operations: usize = paths.values().map(|methods| methods.as_object().unwrap().len()).sum();
    assert_eq!(operations, described, "and nothing that does not exist");
    assert!(description["components"]["securitySchemes"]["bearer"].is_object());
}

#[tokio::test]
async fn the_page_that_shows_the_description_loads_with_all_of_its_files() {
    let app = TestApp::spawn().await;
    let page = app.get("/docs", "").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    let files: Vec<&str> = ["src=\"", "href=\""]
        .iter()
        .flat_map(|attribute| page.text.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|file| !file.starts_with("http"))
        .collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let path = format!("/docs/{}", file.trim_start_matches("./"));
        assert_eq!(app.send(app.request(Method::GET, &path)).await.status, 200, "{path}");
    }
    app.get("/docs/nothing.js", "").await.refused(404, "not_found");
}

#[tokio::test]
async fn every_answer_tells_browsers_what_not_to_do_with_it() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    for (path, bearer) in [
        ("/healthz", String::new()),
        ("/crm/reservations/queue/status/desk", String::new()),
        ("/crm/reservations/service-point/get", staff()),
        ("/crm/reservations/service-point/get", String::new()),
        ("/nothing", String::new()),
        ("/openapi.json", String::new()),
    ] {
        let answer = app.get(path, &bearer).await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn a_request_id_is_echoed_when_it_is_fit_and_made_otherwise() {
    let app = TestApp::spawn().await;
    let ask = async |id: &str| {
        let request = app.request(Method::GET, "/healthz").header("x-request-id", id);
        app.send(request).await.headers["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(ask("trace-1/2.3").await, "trace-1/2.3");
    for unfit in ["", "has blanks", &"x".repeat(129)] {
        let made = ask(unfit).await;
        assert!(made != unfit && !made.is_empty(), "{made}");
    }
    let first = app.get("/healthz", "").await.headers["x-request-id"].clone();
    assert_ne!(first, app.get("/healthz", "").await.headers["x-request-id"]);
    let refused = app.get("/nothing", "").await;
    assert!(refused.headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn other_sites_may_call_only_when_they_are_named() {
    let app = TestApp::with_settings(&[("FRONTDESK_CORS_ORIGINS", "https://app.example")]).await;
    let allowed = async |origin: &str| {
        let request = app.request(Method::GET, "/healthz").header("origin", origin);
        app.send(request)
            .await
            .headers
            .get("access-control-allow-origin")
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(allowed("https://app.example").await.as_deref(), Some("https://app.example"));
    assert_eq!(allowed("https://evil.example").await, None);
    let closed = TestApp::spawn().await;
    let request = closed.request(Method::GET, "/healthz").header("origin", "https://app.example");
    assert!(!closed.send(request).await.headers.contains_key("access-control-allow-origin"));
}
