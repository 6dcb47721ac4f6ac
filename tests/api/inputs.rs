//! What no honest client sends: each is a clear problem with all its members, and nothing is changed.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, id, staff};

/// How long somebody with a slow network is silent in the middle of a body.
const SLOW_UPLOAD: Duration = Duration::from_millis(1_500);
const JOIN: &str = "/crm/reservations/queue/join";
const CREATE: &str = "/crm/reservations/service-point/create";

async fn post_raw(app: &TestApp, path: &str, bearer: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = app.request(Method::POST, path).header("content-type", "application/json").body(body);
    app.send(if bearer.is_empty() { request } else { request.bearer_auth(bearer) }).await
}

/// The addresses that take a body, with a token that may.
fn addresses(entry: &str) -> Vec<(String, String)> {
    let mut addresses = vec![(JOIN.to_owned(), String::new()), (CREATE.to_owned(), admin())];
    addresses.push(("/crm/reservations/service-point/update".to_owned(), admin()));
    for path in ["definitions/create", "definitions/update", "slots"] {
        addresses.push((format!("/crm/reservations/{path}"), admin()));
    }
    addresses.extend(["/crm/staff/create", "/crm/staff/update"].map(|path| (path.to_owned(), admin())));
    for act in ["call-next/desk", "pause/desk", "resume/desk"] {
        addresses.push((format!("/crm/reservations/queue/{act}"), staff()));
    }
    for act in [
        "check-in", "start", "complete", "no-show", "call", "recall", "return", "transfer", "undo", "leave", "postpone",
    ] {
        addresses.push((format!("/crm/reservations/queue/{act}/{entry}"), staff()));
    }
    addresses
}

struct Scene {
    app: TestApp,
    entry: Value,
    version: Value,
}

impl Scene {
    async fn set() -> Self {
        let app = TestApp::spawn().await;
        app.service_point("desk", json!({})).await;
        let entry = app.join("desk", "Alice").await;
        let version = app.status("desk").await["version"].clone();
        Self { app, entry, version }
    }

    async fn nothing_has_changed(&self) {
        assert_eq!(self.app.status("desk").await["version"], self.version);
        assert_eq!(self.app.own(&self.entry).await["version"], 1);
        let listed = self.app.get("/crm/reservations/service-point/get", &admin()).await.ok();
        assert_eq!((&listed["total"], &listed["data"][0]["version"]), (&json!(1), &json!(1)));
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_with_the_place_of_the_mistake() {
    let scene = Scene::set().await;
    for (path, bearer) in addresses(id(&scene.entry)) {
        for body in ["{", "{\"a\":}", "nonsense", "{\"a\": 1} trailing", "{'a': 1}", "\u{feff}{}", "name=Alice&x=1"] {
            let refused = post_raw(&scene.app, &path, &bearer, body).await;
            let problem = refused.refused(400, "malformed_json");
            assert!(problem["line"].is_u64() && problem["column"].is_u64(), "{}", refused.text);
            assert_eq!(problem["instance"], path);
        }
        post_raw(&scene.app, &path, &bearer, vec![0xff, 0xfe, b'{', b'}']).await.refused(400, "malformed_json");
    }
    scene.nothing_has_changed().await;
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    let scene = Scene::set().await;
    for (path, bearer) in addresses(id(&scene.entry)) {
        for body in ["[]", "1", "\"text\"", "null", "true", "[{\"data\": {}}]"] {
            post_raw(&scene.app, &path, &bearer, body).await.refused(422, "invalid");
        }
    }
    scene.nothing_has_changed().await;
}

#[tokio::test]
async fn a_body_that_is_nested_deeply_is_refused() {
    let scene = Scene::set().await;
    let deep = format!("{}{}", "{\"data\":".repeat(5_000), "1") + &"}".repeat(5_000);
    let lists = format!("{{\"customer\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    for (path, bearer) in addresses(id(&scene.entry)) {
        for body in [deep.clone(), lists.clone()] {
            post_raw(&scene.app, &path, &bearer, body).await.refused(400, "malformed_json");
        }
    }
    scene.nothing_has_changed().await;
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused_whether_its_length_is_announced_or_not() {
    let scene = Scene::set().await;
    let name = "x".repeat(10 * 1024 * 1024);
    let body = json!({ "servicePointId": "desk", "customer": { "name": name } }).to_string();
    let refused = post_raw(&scene.app, JOIN, "", body.clone()).await;
    assert_eq!(refused.refused(413, "body_too_large")["maxBytes"], 65_536);
    post_raw(&scene.app, CREATE, &admin(), body).await.refused(413, "body_too_large");
    let chunked = raw_chunks(&scene.app, JOIN, 70).await;
    assert!(chunked.starts_with("HTTP/1.1 413 ") && chunked.contains("body_too_large"), "{chunked}");
    scene.nothing_has_changed().await;
    scene.app.join("desk", "Bob").await;
}

#[tokio::test]
async fn who_sends_too_much_slowly_can_read_the_refusal_and_finish() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = TestApp::spawn().await;
    let host = app.base.strip_prefix("http://").unwrap();
    let mut connection = tokio::net::TcpStream::connect(host).await.unwrap();
    let half = vec![b' '; 100_000];
    let head = format!("POST {JOIN} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {}\r\n\r\n", 2 * half.len());
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&half).await.unwrap();
    tokio::time::sleep(SLOW_UPLOAD).await;
    for part in half.chunks(10_000) {
        connection.write_all(part).await.unwrap();
    }
    connection.shutdown().await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("body_too_large"), "{answer}");
}

/// Sends so many chunks of a kilobyte without saying how long it will be, and reads the answer.
async fn raw_chunks(app: &TestApp, path: &str, chunks: usize) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = app.base.strip_prefix("http://").unwrap();
    let mut connection = tokio::net::TcpStream::connect(host).await.unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunk = format!("400\r\n{}\r\n", " ".repeat(1024));
    connection.write_all(format!("{head}{}", chunk.repeat(chunks)).as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains("\r\n\r\n{") {
        let mut buffer = [0; 4096];
        let read = connection.read(&mut buffer).await.unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_body_of_another_kind_is_refused_and_an_empty_one_counts_as_an_empty_object() {
    let scene = Scene::set().await;
    for kind in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml", "image/png"] {
        let request = scene.app.request(Method::POST, JOIN).header("content-type", kind).body("name=Alice");
        let refused = scene.app.send(request).await;
        assert!(refused.status.is_client_error(), "{kind}: {}", refused.text);
        refused.refused(refused.status.as_u16(), refused.json["code"].as_str().unwrap());
    }
    assert_eq!(post_raw(&scene.app, JOIN, "", "").await.invalid_paths(), ["servicePointId", "customer"]);
    scene.nothing_has_changed().await;
    let start = format!("/crm/reservations/queue/start/{}", id(&scene.entry));
    post_raw(&scene.app, &start, &staff(), "").await.ok();
}

#[tokio::test]
async fn control_characters_and_texts_that_are_far_too_long_are_named_by_their_path() {
    let scene = Scene::set().await;
    for (name, words) in [
        ("a\0b".to_owned(), "U+0000"),
        ("a\u{1b}[2Jb".to_owned(), "U+001B"),
        ("two\nlines".to_owned(), "U+000A"),
        ("x".repeat(10_000), "10000 characters"),
        ("x".repeat(60_000), "60000 characters"),
        ("👩🏽‍🚀".repeat(51), "204 characters"),
    ] {
        let refused = scene.app.join_as("desk", json!({ "name": name })).await;
        assert_eq!(refused.invalid_paths(), ["customer.name"]);
        assert!(refused.json["detail"].as_str().unwrap().contains(words), "{words}: {}", refused.text);
        assert!(refused.text.len() < 1_000, "what was wrong is not sent back whole");
        let made = scene.app.post(CREATE, &admin(), json!({ "name": name })).await;
        assert_eq!(made.invalid_paths(), ["name"]);
    }
    let lone = post_raw(&scene.app, JOIN, "", r#"{"servicePointId": "desk", "customer": {"name": "\ud83d"}}"#).await;
    lone.refused(400, "malformed_json");
    let counter = scene.app.act("call-next", "desk", json!({ "counter": "a\0b" })).await;
    assert_eq!(counter.invalid_paths(), ["counter"]);
    scene.nothing_has_changed().await;
}

#[tokio::test]
async fn numbers_of_any_size_are_refused_by_their_path() {
    let scene = Scene::set().await;
    for number in ["1e400", "-1e400", "99999999999999999999999999", "-0.5", "4294967296", "1e2", "18446744073709551616"]
    {
        let body = format!(r#"{{"servicePointId": "desk", "customer": {{"name": "A"}}, "partySize": {number}}}"#);
        let refused = post_raw(&scene.app, JOIN, "", body).await;
        if refused.status == 400 {
            refused.refused(400, "malformed_json");
        } else {
            assert_eq!(refused.invalid_paths(), ["partySize"], "{number}");
        }
        let body = format!(r#"{{"name": "N", "capacity": {number}}}"#);
        assert!(post_raw(&scene.app, CREATE, &admin(), body).await.status.is_client_error(), "{number}");
    }
    scene.nothing_has_changed().await;
}

#[tokio::test]
async fn names_in_any_script_are_kept_and_shown_as_they_were_given() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let mut shown = Vec::new();
    let names = [
        "Zoë 👩🏽‍🚀🏳️‍🌈",
        "مريم بنت عمران",
        "שרה כהן",
        "李小龍",
        "Nguyễn Thị Minh Khai",
        "O'Brien \"Bob\" <b>&amp;",
        "नमस्ते",
        "\u{202e}gnirts\u{202c}",
    ];
    for name in names {
        let joined = app.join("desk", &format!("  {name} ")).await;
        shown.push(app.act("check-in", id(&joined), json!({})).await.ok()["customer"]["name"].clone());
    }
    assert_eq!(shown, names.map(|name| json!(name)));
    let point = app.service_point("arabic", json!({ "name": "مكتب الجوازات 🛂", "location": "الطابق الأول" })).await;
    assert_eq!((&point["name"], &point["location"]), (&json!("مكتب الجوازات 🛂"), &json!("الطابق الأول")));
    assert_eq!(app.status("arabic").await["servicePoint"]["name"], "مكتب الجوازات 🛂");
    let app = app.restart(frontdesk::clock::SystemClock::shared()).await;
    assert_eq!(app.call_next("desk").await.ok()["customer"]["name"], names[0]);
}

#[tokio::test]
async fn instants_outside_of_1900_to_2200_are_refused_wherever_one_is_asked_for() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    for instant in ["1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "0000-00-00T00:00:00Z"] {
        assert_eq!(app.act("pause", "desk", json!({ "until": instant })).await.invalid_paths(), ["until"], "{instant}");
        let history = format!("/crm/reservations/queue/history/desk?from={}", instant.replace('+', "%2B"));
        app.get(&history, &staff()).await.refused(400, "invalid_query");
    }
}

#[tokio::test]
async fn addresses_that_lead_nowhere_and_methods_that_do_not_fit_are_problems_too() {
    let app = TestApp::spawn().await;
    for path in ["/crm", "/crm/reservations/queue", "/crm/reservations/queue/join/x", "/nothing", "/%ff", "/crm/%00"] {
        let answer = app.get(path, "").await;
        assert!(answer.status == 404, "{path}: {}", answer.text);
    }
    app.get("/nothing", "").await.refused(404, "not_found");
    for (method, path, allowed) in [
        (Method::GET, JOIN, "POST"),
        (Method::DELETE, "/crm/reservations/queue/status/desk", "GET"),
        (Method::PUT, CREATE, "POST"),
        (Method::PATCH, "/healthz", "GET"),
    ] {
        let refused = app.send(app.request(method.clone(), path)).await;
        refused.refused(405, "method_not_allowed");
        assert!(refused.headers["allow"].to_str().unwrap().contains(allowed), "{method} {path}");
    }
}
